package stig

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// userRights are texts that ask who holds a user right, first in words of the policy editor and then in SIDs.
var userRights = pattern{
	name: "user right",
	fits: func(lines []string) bool {
		return slices.ContainsFunc(lines, func(l string) bool { return strings.HasSuffix(l, ">> User Rights Assignment.") })
	},
	read: readUserRight,
}

// rightList is what one half of the text says: the editor's names, or the SIDs.
type rightList struct {
	form     string // nobody, only, includes
	scope    scope
	accounts map[scope][]string
	none     bool // nobody may hold it on systems in no domain
}

// scope is which systems an entry is for.
type scope string

const (
	allSystems    scope = "all systems"
	domainSystems scope = "domain systems only"
)

// rightReader reads both halves.
type rightReader struct {
	d      *draft
	right  string // SeTcbPrivilege
	names  rightList
	sids   rightList
	now    *rightList
	review []string
}

var (
	editorForm   = regexp.MustCompile(`^If (any|the following) accounts or groups(?: \(to include administrators\),)? (other than the following )?are (not )?(?:granted|defined for) the "[^"]+" (?:user )?right( on domain-joined systems)?, this is a finding[.:]$`)
	sidForm      = regexp.MustCompile(`^If (any|the following) SID(?:s|\(s\)) (other than the following )?are (not )?(?:granted|defined for) the "(Se[A-Za-z]+)" user right( on domain-joined systems)?, this is a finding[.:]$`)
	outsideForm  = regexp.MustCompile(`^If any (?:accounts or groups are defined for the "[^"]+"|SIDs are defined for the) user right on nondomain-joined systems, this is a finding\.$`)
	scopeLine    = regexp.MustCompile(`^(Domain Systems Only|All Systems):$`)
	editorEntry  = regexp.MustCompile(`^- \S.*$`)
	sidEntry     = regexp.MustCompile(`^(S-1-[0-9-]+|S-1-5-root domain-519|S-1-5-domain-512) \([^()]+\)(?: or (S-1-[0-9-]+) \([^()]+\))?$`)
	hyperVHolder = regexp.MustCompile(`^Systems that have the Hyper-V role will also have "Virtual Machines" given this user right \(.*SID (S-1-5-83-0)\)\. This is not a finding\.$`)
)

func readUserRight(d *draft) error {
	r := rightReader{d: d}
	for _, line := range d.lines {
		done, err := r.take(line)
		if err == nil && !done {
			err = d.understand(line, userRightSentences, applicability)
		}
		if err != nil {
			return err
		}
	}
	if err := r.agree(); err != nil {
		return err
	}
	d.checks = r.checks()
	return nil
}

func (r *rightReader) take(line string) (bool, error) {
	switch {
	case scopeLine.MatchString(line) && r.now != nil:
		r.now.scope = scope(strings.ToLower(strings.TrimSuffix(line, ":")))
	case outsideForm.MatchString(line) && r.now != nil:
		r.names.none, r.sids.none = true, true
	case line == "If any SIDs are defined for the user right, this is a finding." && r.names.none:
		r.sids.none = true // the half before says that this is about systems in no domain
	case editorEntry.MatchString(line) && r.now == nil && r.right == "": // one text has lost the sentence before the names
		r.now = &r.names
		r.now.accounts, r.now.scope = map[scope][]string{allSystems: {line}}, allSystems
	case editorEntry.MatchString(line) && r.now == &r.names:
		r.names.accounts[r.names.scope] = append(r.names.accounts[r.names.scope], line)
	case sidEntry.MatchString(line) && r.now == &r.sids:
		r.sids.accounts[r.sids.scope] = append(r.sids.accounts[r.sids.scope], line)
	case hyperVHolder.MatchString(line):
		r.review = append(r.review, "S-1-5-83-0")
	default:
		if m := editorForm.FindStringSubmatch(line); m != nil {
			r.now = &r.names
			return true, r.now.begin(m[1], m[2], m[3], m[4])
		}
		m := sidForm.FindStringSubmatch(line)
		if m == nil {
			return false, nil
		}
		if r.right != "" {
			return true, fmt.Errorf("not understood: two user rights")
		}
		r.right, r.now = m[4], &r.sids
		return true, r.now.begin(m[1], m[2], m[3], m[5])
	}
	return true, nil
}

// begin starts a list by its sentence.
func (l *rightList) begin(who, other, not, domain string) error {
	if l.form != "" {
		return fmt.Errorf("not understood: two sentences about who may hold the right")
	}
	l.accounts, l.scope = map[scope][]string{}, allSystems
	if domain != "" {
		l.scope = domainSystems
	}
	switch {
	case who == "any" && not == "" && other == "":
		l.form = "nobody"
	case who == "any" && not == "":
		l.form = "only"
	case who == "the following" && not != "" && other == "":
		l.form = "includes"
	default:
		return fmt.Errorf("not understood: who may hold the right")
	}
	return nil
}

// agree holds that both halves say the same, as far as it can be counted.
func (r *rightReader) agree() error {
	switch {
	case r.right == "":
		return fmt.Errorf("no sentence names the user right by its constant")
	case r.names.form != "" && r.names.form != r.sids.form:
		return fmt.Errorf("the text asks for %q by name and for %q by SID", r.names.form, r.sids.form)
	}
	total := 0
	for _, s := range []scope{allSystems, domainSystems} {
		if len(r.names.accounts[s]) != len(r.sids.accounts[s]) {
			return fmt.Errorf("the text lists %d accounts by name and %d by SID for %s", len(r.names.accounts[s]), len(r.sids.accounts[s]), s)
		}
		total += len(r.sids.accounts[s])
	}
	switch {
	case (total == 0) != (r.sids.form == "nobody"):
		return fmt.Errorf("not understood: %d accounts for %q", total, r.sids.form)
	case r.sids.form == "only" && len(r.sids.accounts[domainSystems]) > 0,
		len(r.review) > 0 && r.sids.form != "only",
		r.sids.none && (r.sids.form != "includes" || len(r.sids.accounts[allSystems]) > 0):
		return fmt.Errorf("not understood: which systems the accounts are for")
	}
	return nil
}

func (r *rightReader) checks() []evidence.Check {
	address := evidence.Address("user-right:" + r.right)
	switch r.sids.form {
	case "nobody":
		return []evidence.Check{{Kind: "user-right", Address: address, Want: []string{"nobody"}}}
	case "only":
		var sids []string
		for _, line := range r.sids.accounts[allSystems] {
			sids = append(sids, alternativesOf(line)...)
		}
		c := evidence.Check{Kind: "user-right", Address: address, Want: []string{"only " + strings.Join(sids, " ")}}
		if len(r.review) > 0 {
			c.Kind, c.Want = "user-right-set", append(c.Want, "review "+strings.Join(r.review, " "))
		}
		return []evidence.Check{c}
	}
	var checks []evidence.Check
	for _, s := range []scope{allSystems, domainSystems} {
		for _, line := range r.sids.accounts[s] {
			c := evidence.Check{Kind: "user-right-set", Address: address}
			for _, sid := range alternativesOf(line) {
				c.Want = append(c.Want, "includes "+sid)
			}
			if s == domainSystems {
				c.When = []evidence.Check{domainMember}
			}
			checks = append(checks, c)
		}
	}
	if r.sids.none {
		checks = append(checks, evidence.Check{Kind: "user-right", Address: address, Want: []string{"nobody"}, When: []evidence.Check{inNoDomain}})
	}
	return checks
}

// alternativesOf returns the SIDs of a line; those of a domain get a "*" for the domain's numbers.
func alternativesOf(line string) []string {
	var sids []string
	for _, sid := range sidEntry.FindStringSubmatch(line)[1:] {
		switch sid {
		case "":
			continue
		case "S-1-5-domain-512":
			sid = "S-1-5-21-*-512"
		case "S-1-5-root domain-519":
			sid = "S-1-5-21-*-519"
		}
		sids = append(sids, sid)
	}
	return sids
}

// policyEditor are the sentences that say where to look.
var policyEditor = []sentence{
	say(`Verify the effective setting in Local Group Policy Editor\.`, nil),
	say(`Run "gpedit\.msc"\.`, nil),
	say(`Navigate to Local Computer Policy >> Computer Configuration >> Windows Settings >> Security Settings >> (?:Account|Local) Policies >> [A-Za-z ]+\.`, nil),
	say(`For server core installations, run the following command:`, nil),
	say(`Secedit /Export /Areas \w+ /cfg c:\\path\\filename\.txt`, nil),
	say(`Review the text file\.`, nil),
}

var userRightSentences = append(slices.Clone(policyEditor),
	say(`If an application requires this user right, this (?:would not be|is not) a finding\.`, caveat),
	say(`Vendor documentation must support the requirement for having the user right\.`, caveat),
	say(`The requirement must be documented with the [A-Za-z ()]+\.`, caveat),
	say(`The application account must meet requirements for application account passwords, such as length \([A-Z0-9-]+\) and required frequency of changes \([A-Z0-9-]+\)\.`, caveat),
	say(`Passwords for (?:application )?accounts with this user right must be protected as highly privileged accounts\.`, caveat),
	say(`If the organization has an Auditors group, the assignment of this group to the user right would not be a finding\.`, caveat),
	say(`Note: "Local account" is referring to the Windows built-in security group\.`, nil),
	say(`Note: These are built-in security groups\. "Local account" is more restrictive but may cause issues on servers such as systems that provide failover clustering\.`, nil),
)
