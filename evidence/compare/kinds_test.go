package compare_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/compare"
	"auditpack/evidence/parse"
)

// aclOf makes an access list of few principals, with denials and entries that are handed on in different ways.
func aclOf(r *rand.Rand) evidence.Value {
	l := evidence.ACL{Null: r.IntN(9) == 0}
	for range r.IntN(4) {
		l.Entries = append(l.Entries, evidence.ACE{
			Deny: r.IntN(5) == 0, Principal: evidence.Principal{SID: []evidence.SID{"S-1-1-0", "S-1-5-18", "S-1-5-32-544"}[r.IntN(3)]},
			Access: []evidence.Access{evidence.Modify, evidence.FullControl}[r.IntN(2)], Flags: evidence.Inheritance(r.IntN(16)),
		})
	}
	return l
}

func ruleOf(r *rand.Rand) evidence.Value {
	return evidence.FirewallRule{Name: "x", Tokens: []evidence.RuleToken{
		{Name: "Action", Value: "Allow"}, {Name: "LPort", Value: fmt.Sprint(70 + r.IntN(2))}, {Name: "Name", Value: fmt.Sprint(r.IntN(3))},
	}}
}

func registryOf(r *rand.Rand) evidence.Value {
	switch r.IntN(3) {
	case 0:
		return evidence.RegistryDWord(uint32(r.IntN(2)))
	case 1:
		return evidence.RegistryText(evidence.RegSZ, fmt.Sprint(r.IntN(2)))
	}
	return evidence.Registry{Type: evidence.RegMultiSZ, Data: evidence.RegistryText(evidence.RegMultiSZ, fmt.Sprintf("a\x00%d\x00", r.IntN(2))).Data}
}

func textOf(r *rand.Rand) evidence.Value { return evidence.Text(fmt.Sprint(r.IntN(3))) }

// kinds makes a random Address and value of each kind.
var kinds = map[string]struct {
	address string // with a verb for one of few numbers
	value   func(*rand.Rand) evidence.Value
}{
	"registry":       {`registry:HKLM\K!V%d`, registryOf},
	"user-right":     {`user-right:SeTcb%dPrivilege`, func(r *rand.Rand) evidence.Value { return evidence.NewPrincipals(fmt.Sprint("S-1-5-", r.IntN(2)), "x") }},
	"account-policy": {`account-policy:P%d`, func(r *rand.Rand) evidence.Value { return evidence.Number(r.IntN(3)) }},
	"listener": {`listener:tcp/0.0.0.0:%d@program`, func(r *rand.Rand) evidence.Value {
		return evidence.NewPrograms(evidence.Program{Name: fmt.Sprint(r.IntN(3))})
	}},
	"firewall-rule": {`firewall-rule:local/R%d`, ruleOf},
	"acl":           {`acl:C:\F%d`, aclOf}, "share-security": {`share-security:S%d`, aclOf},
	"share": {`share:S%d`, func(r *rand.Rand) evidence.Value { return evidence.Share{Path: fmt.Sprint(r.IntN(2))} }},
	"group": {`group:S-1-5-32-%d`, func(r *rand.Rand) evidence.Value {
		return evidence.Group{Members: []evidence.Principal{{Name: fmt.Sprint(r.IntN(3))}}}
	}},
	"iis": {`iis:[s%d]/a#entries`, func(r *rand.Rand) evidence.Value {
		return evidence.IISCollection{Entries: []evidence.IISElement{{Name: "add"}, {Name: fmt.Sprint(r.IntN(2))}}}
	}},
	"iis-site": {`iis-site:S%d`, func(r *rand.Rand) evidence.Value {
		return evidence.IISSite{ID: "1", Bindings: []string{fmt.Sprint(r.IntN(3))}}
	}},
	"http": {`http:https://h%d/`, func(r *rand.Rand) evidence.Value { return evidence.HTTPResponse{Status: 200 + r.IntN(3)} }},
	"port": {`port:h/tcp/%d`, func(r *rand.Rand) evidence.Value {
		return evidence.Reach{State: evidence.PortStates[r.IntN(3)], From: "DESK7"}
	}},
	"account": {`account:S-1-5-21-%d`, func(r *rand.Rand) evidence.Value { return evidence.Account{Name: fmt.Sprint(r.IntN(3))} }},

	"security-option": {`security-option:O%d`, textOf}, "audit-policy": {`audit-policy:{%d}`, textOf}, "firewall-profile": {`firewall-profile:domain@V%d`, textOf},
	"iis-merged": {`iis-merged:[s%d]/a@b`, textOf}, "iis-app": {`iis-app:S/a%d`, textOf}, "iis-vdir": {`iis-vdir:S/a%d/`, textOf},
	"iis-pool": {`iis-pool:P%d@x`, textOf}, "iis-redirection": {`iis-redirection:e%d`, textOf}, "tls": {`tls:h:443/TLS 1.%d`, textOf},
	"certificate": {`certificate:h%d:443@subject`, textOf}, "file": {`file:C:\f%d`, textOf}, "service": {`service:S%d`, textOf}, "product": {`product:P%d`, textOf},
	"hotfix": {`hotfix:KB%d`, textOf}, "hotfix-date": {`hotfix-date:KB%d`, textOf}, "mysql": {`mysql:v%d`, textOf}, "my-ini": {`my-ini:v%d`, textOf}, "automate-permission": {`automate-permission:C/P%d`, textOf},
	"system": {`system:s%d`, textOf}, "clock": {`clock:c%d`, textOf}, "operator": {`operator:S-1-5-32-%d`, textOf}, "bitlocker": {`bitlocker:V%d`, textOf}, "event-log": {`event-log:L%d@max-bytes`, textOf}, "inbound": {`inbound:tcp/%d`, textOf},
}

// TestEveryKind holds the properties for every kind that a parser yields: a side does not differ from itself in whatever
// order; the way back is the way there swapped; the Changes, moves among them, turn the side before into the side after.
func TestEveryKind(t *testing.T) {
	for _, f := range parse.Formats() {
		for _, kind := range f.Kinds {
			if kinds[kind].value == nil {
				t.Errorf("%s, of %s: no values are made", kind, f.Name)
			}
		}
	}
	random := rand.New(rand.NewPCG(9, 10))
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		made := func() []evidence.Setting {
			var all []evidence.Setting
			for n := range 8 {
				if random.IntN(3) > 0 {
					all = append(all, evidence.Setting{Address: evidence.Address(fmt.Sprintf(kinds[kind].address, n)), Value: kinds[kind].value(random),
						Cite: evidence.Citation{Item: "i", Line: n + 1}})
				}
			}
			return all
		}
		for range 40 {
			a, b := made(), made()
			shuffled := slices.Clone(a)
			random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			if d := compare.Settings(side(a, true), side(shuffled, true)); len(d) > 0 {
				t.Fatalf("%s: a side differs from itself: %v", kind, d)
			}
			forth := compare.Moves(compare.Settings(side(a, true), side(b, true)))
			back := compare.Moves(compare.Settings(side(b, true), side(a, true)))
			if diff := cmp.Diff(plain(forth, false), plain(back, true)); diff != "" {
				t.Fatalf("%s: the way back differs: %s", kind, diff)
			}
			if diff := cmp.Diff(texts(b), apply(texts(a), forth)); diff != "" {
				t.Fatalf("%s: the changes do not lead to the side after: %s", kind, diff)
			}
		}
	}
}

func texts(settings []evidence.Setting) map[evidence.Address]string {
	all := map[evidence.Address]string{}
	for _, s := range settings {
		all[s.Address] = s.Value.String()
	}
	return all
}

func apply(to map[evidence.Address]string, changes []evidence.Change) map[evidence.Address]string {
	for _, c := range changes { // first what goes, for something may move to where another thing was
		delete(to, c.From)
		delete(to, c.Address)
	}
	for _, c := range changes {
		if c.Kind != compare.Removed {
			to[c.Address] = c.After
		}
	}
	return to
}

// plain is what the Changes say, in one order, with the sides swapped if asked for.
func plain(changes []evidence.Change, swap bool) []string {
	var all []string
	for _, c := range changes {
		if swap {
			c.Before, c.After = c.After, c.Before
			if c.Kind == compare.Moved {
				c.Address, c.From = c.From, c.Address
			}
			switch c.Kind {
			case compare.Added:
				c.Kind = compare.Removed
			case compare.Removed:
				c.Kind = compare.Added
			}
		}
		all = append(all, fmt.Sprintf("%s %s %s: %q → %q, %s", c.Kind, c.From, c.Address, c.Before, c.After, c.Aside))
	}
	slices.Sort(all)
	return all
}
