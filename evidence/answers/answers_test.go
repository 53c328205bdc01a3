package answers_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/answers"
)

// guide is the set of ids that the tests' guide has.
var guide = map[string]bool{"fw-closed-3389": true, "pw-mysql-root": true, "pw-automate-system": true}

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

const whole = `# the answers
client: Example
technicians: 25
domain_member: false
database_host: same
allowed_networks: [192.0.2.0/24, "2001:db8::/32"]
attestations:
  - control: pw-mysql-root
    holds: true
    by: head of operations
    on: 2026-10-01
    valid_until: 2026-12-31
    comment: |
      generated,
      20 characters
    attachment: records/vault.pdf

  # the next one
  - {control: pw-automate-system, holds: false, by: "chef de l’été", on: 2026-10-01T10:00:00+02:00, valid_until: 2026-12-31}
exceptions:
- control: fw-closed-3389
  reason: jump host
  approver: head of operations
  on: 2026-10-01
  expires: 2026-12-31  # renewed once
remediation:
- control: WN22-SO-000230
  hosts: [AUTOMATE01]
  owner: network team
  due: 2026-12-31
  milestones:
  - text: "new host: ordered"
    date: 2026-11-01
  - {text: moved, date: 2026-12-31}
  comment: ticket 4711
`

func TestParse(t *testing.T) {
	got, err := answers.Parse("a.yaml", []byte(whole), guide)
	if err != nil {
		t.Fatal(err)
	}
	technicians, member := 25, false
	want := evidence.Answers{
		Client: "Example", Technicians: &technicians, DomainMember: &member, DatabaseHost: "same", Networks: []string{"192.0.2.0/24", "2001:db8::/32"},
		Attestations: []evidence.Attestation{
			{Control: "pw-mysql-root", Holds: true, By: "head of operations", On: date(2026, 10, 1), ValidUntil: date(2026, 12, 31),
				Comment: "generated,\n20 characters\n", Attachment: evidence.Attachment{Name: "records/vault.pdf"}},
			{Control: "pw-automate-system", By: "chef de l’été", On: date(2026, 10, 1).Add(8 * time.Hour), ValidUntil: date(2026, 12, 31)},
		},
		Exceptions: []evidence.Exception{
			{Control: "fw-closed-3389", Reason: "jump host", Approver: "head of operations", On: date(2026, 10, 1), Expires: date(2026, 12, 31)},
		},
		Remediation: []evidence.Remediation{
			{Control: "WN22-SO-000230", Hosts: []string{"AUTOMATE01"}, Owner: "network team", Due: date(2026, 12, 31), Comment: "ticket 4711",
				Milestones: []evidence.Milestone{{Text: "new host: ordered", Date: date(2026, 11, 1)}, {Text: "moved", Date: date(2026, 12, 31)}}},
		},
	}
	ignoreCites := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Cite" }, cmp.Ignore())
	if diff := cmp.Diff(want, got, ignoreCites); diff != "" {
		t.Error(diff)
	}
}

// TestCitations holds that a citation is the entry's own bytes, whatever the file's line ends and its byte order mark.
func TestCitations(t *testing.T) {
	entries := []struct {
		line        int
		first, last string
	}{
		{8, "control: pw-mysql-root", "attachment: records/vault.pdf"},
		{19, "{control: pw-automate-system, holds: false, by: \"chef de l’été\"", "valid_until: 2026-12-31}"},
		{21, "control: fw-closed-3389", "expires: 2026-12-31  # renewed once"},
		{27, "control: WN22-SO-000230", "comment: ticket 4711"},
	}
	for name, text := range map[string]string{
		"as it is": whole, "windows": "\ufeff" + strings.ReplaceAll(whole, "\n", "\r\n"), "no end": strings.TrimSuffix(whole, "\n"),
	} {
		a, err := answers.Parse("a.yaml", []byte(text), guide)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		cites := []evidence.Citation{a.Attestations[0].Cite, a.Attestations[1].Cite, a.Exceptions[0].Cite, a.Remediation[0].Cite}
		for i, c := range cites {
			cited := text[c.Offset : c.Offset+c.Length]
			want := entries[i]
			if c.Item != evidence.AnswersPath || c.Line != want.line || !strings.HasPrefix(cited, want.first) || !strings.HasSuffix(cited, want.last) {
				t.Errorf("%s: %v is %q, want line %d, %q to %q", name, c, cited, want.line, want.first, want.last)
			}
		}
	}
}

// attest is an attestation with one line replaced; from is that line's beginning, empty to add one.
func attest(from, to string) string {
	lines := []string{"control: pw-mysql-root", "holds: true", "by: head of operations", "on: 2026-10-01", "valid_until: 2026-12-31"}
	text, lead := "attestations:\n", "  - "
	if from == "" {
		lines = append(lines, to)
	}
	for _, line := range lines {
		if from != "" && strings.HasPrefix(line, from) {
			line = to
		}
		if line != "" {
			text += lead + line + "\n"
			lead = "    "
		}
	}
	return text
}

// mend is a plan with more lines.
func mend(more ...string) string {
	text := "remediation:\n  - control: fw-closed-3389\n    owner: network team\n    due: 2026-12-31\n"
	for _, line := range more {
		text += "    " + line + "\n"
	}
	return text
}

// files is what Parse and Schema have to agree on.
var files = []struct {
	name, text string
	want       string // of the error; empty: accepted
	readerOnly bool   // a schema cannot say it
}{
	{name: "empty", text: ""},
	{name: "comments", text: "# nothing yet\n"},
	{name: "whole", text: whole},
	{name: "empty lists", text: "attestations:\nexceptions: []\nallowed_networks:\n"},
	{name: "number in quotes", text: "client: \"123\"\n"},
	{name: "of one host", text: attest("", "hosts: [AUTOMATE01]")},
	{name: "of no host", text: attest("", "hosts: []"), want: "names no host: leave it out for all of them"},
	{name: "of hosts left empty", text: attest("", "hosts:"), want: "hosts: a list of names is wanted"},
	{name: "of a host without a list", text: attest("", "hosts: AUTOMATE01"), want: "hosts: a list of names is wanted"},
	{name: "of a host twice", text: attest("", "hosts: [a, A.example.com]"), want: `hosts: "A.example.com" is there already`, readerOnly: true},
	{name: "of a host that is a number", text: attest("", "hosts: [1]"), want: "hosts: a text is wanted: put 1 in quotes"},
	{name: "two attestations of one control for two hosts", text: attest("", "hosts: [a]") + strings.TrimPrefix(attest("", "hosts: [b]"), "attestations:\n")},
	{name: "two attestations of one control for one host", text: attest("", "hosts: [a]") + strings.TrimPrefix(attest("", "hosts: [b, A]"), "attestations:\n"),
		want: `a.yaml:8:5: attestation of pw-mysql-root: there is one already for the host "a", in line 2`, readerOnly: true},
	{name: "one attestation for all hosts and one for some", text: attest("", "") + strings.TrimPrefix(attest("", "hosts: [b]"), "attestations:\n"),
		want: "there is one already for every host, in line 2", readerOnly: true},
	{name: "one attestation for some hosts and one for all", text: attest("", "hosts: [b]") + strings.TrimPrefix(attest("", ""), "attestations:\n"),
		want: `there is one already for the host "b", which this one is about, too, in line 2`, readerOnly: true},
	{name: "facts of hosts", text: "domain_member: false\nfacts:\n  - hosts: [DC01, DC02]\n    domain_member: true\n  - hosts: [DC01]\n    technicians: 3\n"},
	{name: "facts of no host", text: "facts:\n  - domain_member: true\n", want: "a.yaml:2:5: facts: hosts is missing"},
	{name: "a fact twice", text: "facts:\n  - hosts: [DC01]\n    domain_member: true\n  - hosts: [dc01.example.com]\n    domain_member: false\n",
		want: `a.yaml:4:5: facts: the same is said already for the host "DC01", in line 2`, readerOnly: true},
	{name: "a fact that is none", text: "facts:\n  - hosts: [DC01]\n    client: a\n", want: `facts: unknown key "client"`},
	{name: "no technicians", text: "technicians: 0\n"},
	{name: "time", text: attest("on:", "on: 2026-10-01T09:30:00Z")},
	{name: "one day", text: attest("valid_until:", "valid_until: 2026-10-01")},
	{name: "attachment", text: attest("", "attachment: records/October 2026/vault.pdf")},
	{name: "group id of a rule", text: attest("control", "control: V-254467")},
	{name: "rule id of a rule", text: attest("control", "control: SV-254467r991589_rule")},
	{name: "STIG id of a rule", text: attest("control", "control: WN22-SO-000230")},
	{name: "attachment with dots", text: attest("", "attachment: ..vault..pdf")},

	{name: "plan", text: mend()},
	{name: "plan of one host", text: mend("hosts: [A]") + strings.TrimPrefix(mend("hosts: [B]"), "remediation:\n")},
	{name: "plan of a rule", text: strings.Replace(mend(), "fw-closed-3389", "V-254467", 1)},
	{name: "plan with steps", text: mend("milestones:", "- text: a", "  date: 2026-12-31", "- {text: b, date: 2026-12-01T10:00:00Z}", "comment: c")},
	{name: "plan with no steps yet", text: mend("milestones:")},
	{name: "plan without owner", text: strings.Replace(mend(), "    owner: network team\n", "", 1), want: "a.yaml:2:5: remediation of fw-closed-3389: owner is missing"},
	{name: "plan with an empty owner", text: strings.Replace(mend(), "network team", "", 1), want: "a.yaml:3:5: remediation of fw-closed-3389: owner: nothing is filled in"},
	{name: "plan without an end", text: strings.Replace(mend(), "    due: 2026-12-31\n", "", 1), want: "due is missing"},
	{name: "plan due some day", text: strings.Replace(mend(), "2026-12-31", "soon", 1), want: `a.yaml:4:10: remediation of fw-closed-3389: due: "soon" is not a date`},
	{name: "plan with an approver", text: mend("approver: x"), want: `a.yaml:5:5: remediation of fw-closed-3389: unknown key "approver"`},
	{name: "steps are a text", text: mend("milestones: soon"), want: "milestones: a list is wanted"},
	{name: "step without a day", text: mend("milestones: [{text: a}]"), want: "a.yaml:5:18: remediation of fw-closed-3389: milestone: date is missing"},
	{name: "step without a text", text: mend("milestones:", "- date: 2026-12-01"), want: "a.yaml:6:7: remediation of fw-closed-3389: milestone: text is missing"},
	{name: "step with an owner", text: mend("milestones: [{text: a, date: 2026-12-01, owner: b}]"), want: `milestone: unknown key "owner"`},
	{name: "many steps", text: mend("milestones: [" + strings.Repeat("{text: a, date: 2026-12-01},", 51) + "]"), want: "more than 50 milestones"},
	{name: "step after the end", text: mend("milestones: [{text: a, date: 2027-01-01}]"), readerOnly: true,
		want: "a.yaml:2:5: remediation of fw-closed-3389: milestone 1 is of 2027-01-01, after the plan is due on 2026-12-31"},
	{name: "two plans of one control", text: mend() + strings.TrimPrefix(mend("hosts: [B]"), "remediation:\n"), readerOnly: true,
		want: "a.yaml:5:5: remediation of fw-closed-3389: there is one already for every host, in line 2"},
	{name: "plan of a control that the guide does not have", text: strings.Replace(mend(), "3389", "3388", 1), readerOnly: true,
		want: `a.yaml:2:14: remediation of fw-closed-3388: control: the guide has no statement "fw-closed-3388"`},
	{name: "plan of a question", text: strings.Replace(mend(), "fw-closed-3389", "question:a", 1), readerOnly: true, want: "the guide has no statement"},

	{name: "unknown key", text: "clinet: x\n", want: `a.yaml:1:1: unknown key "clinet"; the keys are client, `},
	{name: "unknown key of an entry", text: attest("", "coment: x"), want: `a.yaml:7:5: attestation of pw-mysql-root: unknown key "coment"`},
	{name: "list at the top", text: "- control: x\n", want: "a.yaml:1:1: a list without a name: is the line attestations:, exceptions: or remediation: above it missing?"},
	{name: "text at the top", text: "hello\n", want: "a.yaml:1:1: keys with values are wanted"},
	{name: "client is a number", text: "client: 123\n", want: "a.yaml:1:9: client: a text is wanted: put 123 in quotes"},
	{name: "client is blank", text: "client: \" \"\n", want: "a.yaml:1:9: client: nothing is filled in"},
	{name: "client is null", text: "# c\nclient:\n", want: "a.yaml:2:1: client: nothing is filled in"},
	{name: "client is a list", text: "client: [a]\n", want: "a.yaml:1:9: client: a text is wanted"},
	{name: "client is long", text: "client: " + strings.Repeat("ä", 4001) + "\n", want: "a.yaml:1:9: client: longer than 4000 characters"},
	{name: "negative technicians", text: "technicians: -1\n", want: "a.yaml:1:14: technicians: -1 is not between 0 and 5000"},
	{name: "many technicians", text: "technicians: 5001\n", want: "a.yaml:1:14: technicians: 5001 is not between"},
	{name: "technicians in words", text: "technicians: ten\n", want: "a.yaml:1:14: technicians: a number is wanted"},
	{name: "half a technician", text: "technicians: 1.5\n", want: "a.yaml:1:14: technicians: a number is wanted"},
	{name: "domain member in words", text: "domain_member: no\n", want: "a.yaml:1:16: domain_member: true or false is wanted"},
	{name: "database elsewhere", text: "database_host: moon\n", want: `a.yaml:1:16: database_host: "moon" is neither same nor separate`},
	{name: "network in words", text: "allowed_networks:\n  - 192.0.2.0/24\n  - everywhere\n", want: `a.yaml:3:5: allowed_networks: "everywhere" is not a network such as 192.0.2.0/24`},
	{name: "network without a prefix", text: "allowed_networks: [192.0.2.0]\n", want: `a.yaml:1:20: allowed_networks: "192.0.2.0" is one address: write 192.0.2.0/32`},
	{name: "address of IPv6", text: "allowed_networks: ['2001:db8::1']\n", want: `"2001:db8::1" is one address: write 2001:db8::1/128`},
	{name: "network of five numbers", text: "allowed_networks: [192.0.2.0.0/24]\n", want: "a.yaml:1:20: allowed_networks"},
	{name: "network with a long prefix", text: "allowed_networks: [192.0.2.0/33]\n", want: "a.yaml:1:20: allowed_networks"},
	{name: "network that only looks like one", text: "allowed_networks: [\"::1::/64\"]\n", want: "a.yaml:1:20: allowed_networks", readerOnly: true},
	{name: "attestations are a mapping", text: "attestations:\n  control: x\n", want: "a.yaml:2:3: attestations: a list is wanted"},
	{name: "entry is a text", text: "attestations:\n  - pw-mysql-root\n", want: "a.yaml:2:5: attestation of no control: keys with values are wanted, such as control"},
	{name: "no control", text: attest("control", ""), want: "a.yaml:2:5: attestation of no control: control is missing"},
	{name: "no holds", text: attest("holds", ""), want: "a.yaml:2:5: attestation of pw-mysql-root: holds is missing"},
	{name: "holds is yes", text: attest("holds", "holds: yes"), want: "a.yaml:3:12: attestation of pw-mysql-root: holds: true or false is wanted"},
	{name: "holds is not filled in", text: attest("holds", "holds:"), want: "a.yaml:3:5: attestation of pw-mysql-root: holds: true or false is wanted"},
	{name: "nobody", text: attest("by", ""), want: "a.yaml:2:5: attestation of pw-mysql-root: by is missing"},
	{name: "no day", text: attest("on", ""), want: "on is missing"},
	{name: "no end", text: attest("valid", ""), want: "valid_until is missing"},
	{name: "no such day", text: attest("on", "on: 2026-02-30"), want: `a.yaml:5:9: attestation of pw-mysql-root: on: "2026-02-30" is not a date such as 2026-10-01`},
	{name: "day first", text: attest("on", "on: 01.10.2026"), want: "is not a date"},
	{name: "day in another century", text: attest("on", "on: 1026-10-01"), want: "is not a date"},
	{name: "reason of an attestation", text: attest("", "reason: x"), want: `unknown key "reason"`},
	{name: "attachment above", text: attest("", "attachment: ../secret.pdf"), want: "a.yaml:7:17: attestation of pw-mysql-root: attachment: \"../secret.pdf\" is not a file below"},
	{name: "attachment on the way above", text: attest("", "attachment: a/../../secret.pdf"), want: "is not a file below"},
	{name: "attachment from the root", text: attest("", "attachment: /etc/passwd"), want: "is not a file below"},
	{name: "attachment with a drive", text: attest("", `attachment: 'C:\secret.pdf'`), want: "is not a file below"},
	{name: "attachment with backslashes", text: attest("", `attachment: '..\secret.pdf'`), want: "is not a file below"},
	{name: "attachment is the folder", text: attest("", "attachment: ."), want: "is not a file below"},
	{name: "attachment ends in a slash", text: attest("", "attachment: records/"), want: "is not a file below"},
	{name: "exception without reason", text: "exceptions:\n  - control: fw-closed-3389\n    approver: y\n    on: 2026-01-01\n    expires: 2026-02-01\n",
		want: "a.yaml:2:5: exception of fw-closed-3389: reason is missing"},
	{name: "exception without approver", text: "exceptions:\n  - control: fw-closed-3389\n    reason: y\n    on: 2026-01-01\n    expires: 2026-02-01\n",
		want: "a.yaml:2:5: exception of fw-closed-3389: approver is missing"},
	{name: "exception with an empty reason", text: "exceptions:\n  - control: fw-closed-3389\n    reason: ''\n    approver: y\n    on: 2026-01-01\n    expires: 2026-02-01\n",
		want: "a.yaml:3:13: exception of fw-closed-3389: reason: nothing is filled in"},

	{name: "ends before it begins", text: attest("valid", "valid_until: 2026-09-30"), readerOnly: true,
		want: "a.yaml:2:5: attestation of pw-mysql-root: ends on 2026-09-30, before it begins on 2026-10-01"},
	{name: "exception that ends before it begins", readerOnly: true,
		text: "exceptions:\n  - control: fw-closed-3389\n    reason: r\n    approver: y\n    on: 2026-03-01\n    expires: 2026-02-01\n",
		want: "a.yaml:2:5: exception of fw-closed-3389: ends on 2026-02-01, before it begins on 2026-03-01"},
	{name: "control that the guide does not have", text: attest("control", "control: pw-mysql-rot"), readerOnly: true,
		want: `a.yaml:2:14: attestation of pw-mysql-rot: control: the guide has no statement "pw-mysql-rot"`},
	{name: "two attestations of one control", text: attest("", "") + strings.TrimPrefix(attest("", ""), "attestations:\n"), readerOnly: true,
		want: "a.yaml:7:5: attestation of pw-mysql-root: there is one already, in line 2"},
	{name: "key twice", text: "client: a\nclient: b\n", want: `a.yaml:2:1: mapping key "client" already defined`, readerOnly: true},
	{name: "anchor", text: "client: &x a\n", want: `a.yaml:1:9: "&" is not used`, readerOnly: true},
	{name: "alias", text: "client: *x\n", want: `a.yaml:1:9: "*" is not used`, readerOnly: true},
	{name: "tag", text: "client: !!str 1\n", want: `a.yaml:1:9: "!!str" is not used`, readerOnly: true},
	{name: "two documents", text: "client: a\n---\nclient: b\n", want: "a.yaml:3:1: a second document", readerOnly: true},
	{name: "open bracket", text: "client: a\nallowed_networks: [\n", want: "a.yaml:2:19: ", readerOnly: true},
	{name: "tab", text: "attestations:\n\t- control: x\n", want: "a.yaml:2:1: ", readerOnly: true},
	{name: "not UTF-8", text: "# \xc3\xa4\nclient: \xe4\n", want: "a.yaml:2:9: not UTF-8 text", readerOnly: true},
	{name: "UTF-16", text: "\xff\xfec\x00", want: "a.yaml:1:1: UTF-16 text", readerOnly: true},
}

func TestFiles(t *testing.T) {
	for _, f := range files {
		_, err := answers.Parse("a.yaml", []byte(f.text), guide)
		switch {
		case f.want == "" && err != nil:
			t.Errorf("%s: %v", f.name, err)
		case f.want != "" && (err == nil || !strings.Contains(err.Error(), f.want) || !strings.HasPrefix(err.Error(), "a.yaml:") || strings.Contains(err.Error(), "\n")):
			t.Errorf("%s: %v\n  want one line with %s", f.name, err, f.want)
		}
	}
}

// TestHuge holds that a file made to hurt is refused soon: too large, or nested so deep that reading it would not end well.
func TestHuge(t *testing.T) {
	for name, text := range map[string]string{
		"large":    strings.Repeat("#", answers.MaxSize+1),
		"brackets": "client: " + strings.Repeat("[", 500_000),
		"braces":   strings.Repeat("{a: ", 250_000),
		"hyphens":  strings.Repeat("- ", 500_000),
		"colons":   "a" + strings.Repeat(": ", 500_000),
		"flow":     "[" + strings.Repeat(": ", 500_000),
		"keys":     strings.Repeat("? ", 500_000),
		"anchors":  "a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n",
		"entries":  "attestations:\n" + strings.Repeat("- {}\n", 200_000),
		"same key": strings.Repeat("a: x\n", 200_000),
		"indents":  indents(1400),
	} {
		begun := time.Now()
		if _, err := answers.Parse("a.yaml", []byte(text), nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

func indents(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

var firstKey = regexp.MustCompile(`^(\{|["']?(control|holds|by|on|valid_until|comment|attachment|reason|approver|expires|owner|due|milestones|"))`)

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	for _, file := range files {
		f.Add([]byte(file.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4096 {
			return
		}
		a, err := answers.Parse("f", data, nil)
		if err != nil {
			if strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "f:") {
				t.Errorf("error %q", err)
			}
			return
		}
		inside := func(c evidence.Citation) {
			if c.Line < 1 || c.Offset < 0 || c.Length < 1 || c.Offset+c.Length > int64(len(data)) {
				t.Errorf("%v lies outside of %d bytes", c, len(data))
			} else if cited := data[c.Offset:][:c.Length]; !firstKey.Match(cited) {
				t.Errorf("%v is %q, which does not begin with a key", c, cited)
			}
		}
		for _, x := range a.Attestations {
			inside(x.Cite)
		}
		for _, x := range a.Exceptions {
			inside(x.Cite)
		}
		for _, x := range a.Remediation {
			inside(x.Cite)
		}
	})
}
