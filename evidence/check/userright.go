package check

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// userRightKind judges who holds a user right.
var userRightKind = &Kind{
	Name: "user-right",
	Doc: "Address user-right:SeX. Want, exactly one of: nobody; only SID … (no holder but these, who need not hold it);" +
		" includes SID … (all of these hold it). A right that an export of the policy in force does not list is held by nobody.",
	Prepare: prepareUserRight,
}

// userRightWant is the Want of a user-right.
type userRightWant struct {
	word string // nobody, only, includes
	sids evidence.Principals
}

func prepareUserRight(c evidence.Check) (Judge, error) {
	if c.Address.Kind() != "user-right" || !strings.HasPrefix(c.Address.Rest(), "Se") {
		return nil, fmt.Errorf("address %q is not user-right:SeX", c.Address)
	}
	want, err := parseUserRight(c.Want)
	if err != nil {
		return nil, err
	}
	name := c.Address.Rest()
	expected := want.expected(name)
	return func(k Case) []evidence.Reason {
		o := lookupValue(k.Facts, c.Address)
		if r, ok := undecided(o, expected); ok {
			return []evidence.Reason{r}
		}
		r := evidence.Reason{Address: o.Address, Expected: expected, Cites: o.Cites}
		var holders evidence.Principals
		if o.State == evidence.Missing {
			r.Actual = fmt.Sprintf("nobody holds %s: the policy in force does not list it", name)
		} else {
			var ok bool
			if holders, ok = o.Value().(evidence.Principals); !ok {
				r.Result, r.Actual = evidence.NeedsReview, fmt.Sprintf("%s is no list of accounts: %s", name, o.Value())
				return []evidence.Reason{r}
			}
			r.Actual = fmt.Sprintf("%s: %s", name, shorten(withNames(holders)))
		}
		r.Result, r.Note = want.judge(holders)
		return []evidence.Reason{r}
	}, nil
}

func parseUserRight(want []string) (userRightWant, error) {
	var w userRightWant
	if len(want) != 1 {
		return w, fmt.Errorf("want has %d entries, must have one", len(want))
	}
	words := strings.Fields(want[0])
	if len(words) == 0 {
		return w, fmt.Errorf("want is empty")
	}
	w.word, w.sids = words[0], evidence.NewPrincipals(words[1:]...)
	switch {
	case w.word != "nobody" && w.word != "only" && w.word != "includes":
		return w, fmt.Errorf("want %q is none of nobody, only SID …, includes SID …", want[0])
	case (w.word == "nobody") != (len(words) == 1):
		return w, fmt.Errorf("want %q: nobody takes no SID, only and includes take at least one", want[0])
	case len(w.sids.Names()) > 0:
		return w, fmt.Errorf("want %q: %q is no SID", want[0], w.sids.Names()[0])
	}
	return w, nil
}

func (w userRightWant) expected(name string) string {
	switch w.word {
	case "nobody":
		return fmt.Sprintf("nobody holds %s", name)
	case "only":
		return fmt.Sprintf("nobody holds %s but %s", name, withNames(w.sids))
	}
	return fmt.Sprintf("%s holds %s", withNames(w.sids), name)
}

// judge compares holders with what is wanted. A holder by name is a local account or group that secedit could not write
// as a SID: it is none of the well-known ones, but may be one that is wanted by the SID of this machine or domain.
func (w userRightWant) judge(holders evidence.Principals) (result evidence.Result, note string) {
	var extra, missing []string
	for _, h := range holders {
		if !w.sids.Has(h) {
			extra = append(extra, h)
		}
	}
	for _, s := range w.sids {
		if !holders.Has(s) {
			missing = append(missing, s)
		}
	}
	odd := extra
	if w.word == "includes" {
		odd = missing
	}
	switch {
	case len(odd) == 0:
		return evidence.Pass, ""
	case w.word == "nobody" || !w.unresolved(odd, holders):
		return evidence.Fail, ""
	}
	return evidence.NeedsReview, "an account is given by name and cannot be compared with a SID"
}

// unresolved reports whether names, were they resolved, could explain every account of odd.
func (w userRightWant) unresolved(odd []string, holders evidence.Principals) bool {
	if len(holders.Names()) == 0 {
		return false
	}
	if w.word == "includes" {
		for _, s := range odd {
			if !strings.HasPrefix(s, "S-1-5-21-") {
				return false
			}
		}
		return true
	}
	for _, h := range odd {
		if evidence.IsSID(h) {
			return false
		}
	}
	for _, s := range w.sids {
		if strings.HasPrefix(s, "S-1-5-21-") {
			return true
		}
	}
	return false
}

// wellKnown are the SIDs that rules about rights speak of; names of the system are translated and never used.
var wellKnown = map[string]string{
	"S-1-1-0": "Everyone", "S-1-5-6": "SERVICE", "S-1-5-7": "ANONYMOUS LOGON", "S-1-5-9": "Enterprise Domain Controllers",
	"S-1-5-11": "Authenticated Users", "S-1-5-18": "SYSTEM", "S-1-5-19": "LOCAL SERVICE", "S-1-5-20": "NETWORK SERVICE",
	"S-1-5-32-544": "Administrators", "S-1-5-32-545": "Users", "S-1-5-32-546": "Guests", "S-1-5-32-547": "Power Users",
	"S-1-5-32-548": "Account Operators", "S-1-5-32-549": "Server Operators", "S-1-5-32-550": "Print Operators",
	"S-1-5-32-551": "Backup Operators", "S-1-5-32-554": "Pre-Windows 2000 Compatible Access", "S-1-5-32-555": "Remote Desktop Users",
	"S-1-5-32-559": "Performance Log Users", "S-1-5-32-568": "IIS_IUSRS", "S-1-5-80-0": "All Services",
	"S-1-5-83-0": "Virtual Machines", "S-1-5-90-0": "Window Manager Group", "S-1-5-113": "Local account",
	"S-1-5-114": "Local account and member of Administrators group",
}

// withNames lists accounts with the English name of well-known SIDs.
func withNames(p evidence.Principals) string {
	if len(p) == 0 {
		return "nobody"
	}
	texts := make([]string, len(p))
	for i, a := range p {
		texts[i] = a
		if name, ok := wellKnown[a]; ok {
			texts[i] = name + " (" + a + ")"
		}
	}
	return strings.Join(texts, ", ")
}
