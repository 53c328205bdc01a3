package check

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// serviceLogonsKind judges what the services log on as.
var serviceLogonsKind = &Kind{
	Name: "service-logons",
	Doc: "Address service: without Want: no service logs on as an administrator, apart from accounts whose passwords Windows keeps itself: those that are " +
		"built in (LocalSystem, LocalService, NetworkService), virtual ones (NT SERVICE\\…), and group managed ones of the domain (they end in $). " +
		"Whether another account of the domain is an administrator needs review, unless it is a member of Administrators by its own name.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address != evidence.Services || len(c.Want) > 0 {
			return nil, fmt.Errorf("wants the address %s and nothing else", evidence.Services)
		}
		return judgeServiceLogons, nil
	},
}

const serviceLogonsExpected = "no service logs on as an administrator, apart from accounts whose passwords Windows keeps"

func judgeServiceLogons(k Case) []evidence.Reason {
	services, reasons := servicesOf(k.Facts, serviceLogonsExpected)
	whole := len(services) > 0 && len(reasons) == 0
	admins := administratorsOf(k.Facts)
	kept := 0
	for _, s := range services {
		if s.account() == "" && s.perUser() || keptByWindows(s.account(), admins.host) {
			kept++
		} else {
			reasons = append(reasons, admins.judge(s))
		}
	}
	if whole {
		reasons = append(reasons, evidence.Reason{Result: evidence.Pass, Address: evidence.Services, Expected: serviceLogonsExpected, Cites: wholeServices(k.Facts).Cites,
			Actual: fmt.Sprintf("%d of %d services log on with accounts whose passwords Windows keeps, or as whoever is logged in", kept, len(services))})
	}
	return reasons
}

// serviceFacts is one service with the place that shows it.
type serviceFacts struct {
	name string
	evidence.Service
	state evidence.Observation
	cites []evidence.Citation
}

func (s serviceFacts) account() string { return strings.TrimSpace(s.Account) }

// userServiceName is how Windows names the instances of a per-user service: the name and the number of the logon session.
var userServiceName = regexp.MustCompile(`_[0-9a-f]{4,16}$`)

// perUser reports whether a service without an account is one that runs for each user who is logged in, as that user.
func (s serviceFacts) perUser() bool {
	return userServiceName.MatchString(s.name) && strings.Contains(strings.ToLower(s.Path), `\svchost.exe`)
}

// wholeServices is Missing where a list of all services was read, whose Citations it has.
func wholeServices(f *evidence.Facts) evidence.Observation { return f.Lookup(evidence.Services + "?") }

// servicesOf returns the services, sorted by name, and what keeps the list from being taken as whole and certain.
func servicesOf(f *evidence.Facts, expected string) (list []serviceFacts, doubts []evidence.Reason) {
	whole := wholeServices(f)
	doubt := evidence.Reason{Result: evidence.NeedsReview, Address: evidence.Services, Expected: expected, Cites: whole.Cites}
	var last evidence.Address
	for _, s := range f.Under(evidence.Services) {
		if strings.Contains(string(s.Address), "@") || s.Address.Fold() == last {
			continue
		}
		last = s.Address.Fold()
		o := f.Lookup(s.Address)
		set, ok := o.Value().(evidence.Service)
		if !ok {
			doubt.Address, doubt.Actual, doubt.Cites = s.Address, o.Why, o.Cites
			doubts = append(doubts, doubt)
			continue
		}
		list = append(list, serviceFacts{s.Address.Rest(), set, f.Lookup(s.Address + "@state"), o.Cites})
	}
	switch {
	case whole.State == evidence.Missing:
	case len(list) == 0:
		r, _ := undecided(whole, expected)
		doubts = append(doubts, r)
	case whole.State == evidence.Unclear:
		doubt.Address, doubt.Actual, doubt.Cites = evidence.Services, whole.Why, whole.Cites
		doubts = append(doubts, doubt)
	default:
		doubt.Address, doubt.Actual, doubt.Cites = evidence.Services, "the list is not of all services, or not all of it was understood", list[0].cites
		doubts = append(doubts, doubt)
	}
	return list, doubts
}

// builtInLogons are the names, folded, by which services log on as the system's own accounts.
var builtInLogons = []string{
	"localsystem", `.\localsystem`, "localservice", "networkservice",
	`nt authority\localservice`, `nt authority\networkservice`, `nt authority\system`,
}

// keptByWindows reports whether nobody knows the password of an account, since Windows makes and changes it.
func keptByWindows(account, host string) bool {
	fold := strings.ToLower(account)
	sid, _ := evidence.SIDByName(account)
	switch {
	case slices.Contains(builtInLogons, fold), slices.Contains([]evidence.SID{"S-1-5-18", "S-1-5-19", "S-1-5-20"}, sid):
		return true
	case strings.HasPrefix(fold, `nt service\`), strings.HasPrefix(fold, `iis apppool\`):
		return true
	}
	// A local account may have such a name too: it is hidden from net user, and its password is somebody's.
	domain, name, ok := strings.Cut(account, `\`)
	return ok && strings.HasSuffix(name, "$") && host != "" && !isHost(domain, host)
}

// isHost reports whether the part of an account name before the backslash stands for the host itself.
func isHost(domain, host string) bool {
	domain, host = strings.ToUpper(domain), strings.ToUpper(host)
	return domain == "." || domain != "" && (domain == host || evidence.IsCutHost(domain, host))
}

// administrators is what is known of who administers the host.
type administrators struct {
	facts   *evidence.Facts
	host    string // its name; empty: not known
	members evidence.Observation
	doubts  []evidence.Reason
}

func administratorsOf(f *evidence.Facts) administrators {
	a := administrators{facts: f, members: f.Lookup("group:" + evidence.Address(evidence.SIDAdministrators))}
	if a.members.State == evidence.Unknown { // the text form knows names only
		if named := f.Lookup(a.members.Address + "@names"); named.State != evidence.Unknown {
			a.members = named
		}
	}
	a.doubts = problemsOf(f, a.members, serviceLogonsExpected)
	a.host = hostLabel(f)
	return a
}

// hostLabel returns the host's name without a domain, in upper case; empty where Items show none, or show different ones. A
// name that another is cut to the length of a NetBIOS name is one with it.
func hostLabel(f *evidence.Facts) string {
	var host string
	for _, s := range f.Under("system:host-name") {
		label, _, _ := strings.Cut(strings.ToUpper(s.Value.String()), ".")
		switch {
		case host == "" || evidence.IsCutHost(host, label):
			host = label
		case label != host && !evidence.IsCutHost(label, host):
			return ""
		}
	}
	return host
}

// judge tells whether the account of a service is an administrator.
func (a administrators) judge(s serviceFacts) evidence.Reason {
	r := evidence.Reason{Result: evidence.NeedsReview, Address: evidence.ServiceAddress(s.name), Expected: serviceLogonsExpected, Cites: slices.Clone(s.cites)}
	account := s.account()
	label := account
	if name, ok := strings.CutPrefix(account, `.\`); ok {
		label = "the local account " + name
	}
	r.Actual = fmt.Sprintf("%s (%s) logs on as %s", s.Display, s.name, label)
	if account == "" {
		r.Actual = fmt.Sprintf("of %s (%s) no account is told", s.Display, s.name)
		return r
	}
	domain, name, ok := strings.Cut(account, `\`)
	local := ok && isHost(domain, a.host)
	sid := a.localSID(name, local, &r)
	switch member := a.member(domain, name, sid, &r); {
	case sid.RID() == 500 || member:
		r.Result = evidence.Fail
		r.Actual += ", an administrator of this server"
		if s.Start == "Disabled" {
			r.Result, r.Note = evidence.NeedsReview, "the service is disabled; its password is stored all the same"
		}
	case !local:
		r.ByPerson, r.Note = true, "whether the account administers the domain, or this server by a group, no file of this server shows"
	case a.members.State != evidence.Found:
		r.Note = "who is in Administrators is not known: " + a.members.Why
	case len(a.doubts) > 0 || a.nameless() && sid == "":
		r.Note = "not all members of Administrators are known"
	case a.broad() != "":
		r.Note = a.broad() + " is a member of Administrators, and the account may be one of these"
	default:
		r.Result = evidence.Pass
		r.Actual += ", which is not in Administrators"
	}
	return r
}

// localSID returns the SID of a local account, if the evidence shows it, and cites it.
func (a administrators) localSID(name string, local bool, r *evidence.Reason) evidence.SID {
	if !local {
		return ""
	}
	s, ok := accountOf(a.facts, evidence.Principal{Name: name})
	if !ok {
		return ""
	}
	r.Cites = append(r.Cites, s.Cite)
	return evidence.SID(s.Address.Rest())
}

// member reports whether an account is a member of Administrators by itself, and cites the group.
func (a administrators) member(domain, name string, sid evidence.SID, r *evidence.Reason) bool {
	g, ok := a.members.Value().(evidence.Group)
	if !ok {
		return false
	}
	r.Cites = append(r.Cites, a.members.Cites...)
	return slices.ContainsFunc(g.Members, func(m evidence.Principal) bool {
		if sid != "" && m.Known() {
			return strings.EqualFold(string(m.SID), string(sid))
		}
		of, who, ok := strings.Cut(m.Name, `\`)
		if !ok { // net localgroup names local members so
			of, who = ".", m.Name
		}
		return strings.EqualFold(who, name) && (strings.EqualFold(of, domain) || isHost(of, a.host) && isHost(domain, a.host))
	})
}

// nameless reports whether some member of Administrators is known by its SID alone.
func (a administrators) nameless() bool {
	g, _ := a.members.Value().(evidence.Group)
	return slices.ContainsFunc(g.Members, func(m evidence.Principal) bool { return m.Name == "" && m.SID.Name() == "" })
}

// broad returns a member of Administrators that accounts are in which nobody has put there; empty: there is none.
func (a administrators) broad() string {
	const service, allServices = "S-1-5-6", "S-1-5-80-0"
	g, _ := a.members.Value().(evidence.Group)
	for _, m := range g.Members {
		if m.Broad() || m.SID == service || m.SID == allServices {
			return m.Label()
		}
	}
	return ""
}
