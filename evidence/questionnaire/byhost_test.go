package questionnaire_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
)

// of limits attestations to hosts.
func of(said []evidence.Attestation, hosts ...string) []evidence.Attestation {
	t := said[0]
	t.Hosts = hosts
	return []evidence.Attestation{t}
}

func TestAnswerByHost(t *testing.T) {
	question := hostQuestion(1)
	asked := withPerson(hostQuestion(1))
	word := hostQuestion(0) // nothing but a person's word
	for _, c := range []struct {
		name   string
		q      evidence.Question
		said   []evidence.Attestation
		hosts  []evidence.HostBearings
		status evidence.AnswerStatus
		n, m   int
		says   string // in the comment
	}{
		{"3 of 4 servers", question, nil, []evidence.HostBearings{host("A", pass), host("B", pass), host("C", pass), host("D", fail)},
			evidence.Partial, 3, 4, "In part: yes for 3 of 4 servers (A, B, C). No for D."},
		{"what was not collected is not confirmed", question, nil, []evidence.HostBearings{host("A", pass), host("B", missing)},
			evidence.Partial, 1, 2, "Not known for B."},
		{"and not denied", question, nil, []evidence.HostBearings{host("A", missing), host("B", missing)}, evidence.NotProvable, 0, 0, "Not provable"},
		{"a word about one of two", word, of(yes, "a"), []evidence.HostBearings{host("A"), host("B")}, evidence.Partial, 1, 2, "yes for 1 of 2 servers (A). Not known for B."},
		{"words about both", word, append(of(yes, "A"), of(yes, "B.example.com")...), []evidence.HostBearings{host("A"), host("B")}, evidence.Confirmed, 0, 0, "Yes for A, B"},
		{"words that differ", word, append(of(yes, "A"), of(no, "B")...), []evidence.HostBearings{host("A"), host("B")}, evidence.Partial, 1, 2, "No for B."},
		{"a no about one and no word about the other", word, of(no, "A"), []evidence.HostBearings{host("A"), host("B")}, evidence.AnswerNo, 0, 0, "No for A. Not known for B."},
		{"a word that has ended", word, of(expired, "A"), []evidence.HostBearings{host("A"), host("B")}, evidence.NotAnswered, 0, 0, "for A by the owner"},
		{"a word about another host", word, of(yes, "Z"), []evidence.HostBearings{host("A"), host("B")}, evidence.NotAnswered, 0, 0, ""},
		{"evidence and a person, for one", asked, of(yes, "A"), []evidence.HostBearings{host("A", pass), host("B", pass)}, evidence.Partial, 1, 2, "For a person to say of the others"},
		{"a yes stands in for nothing", asked, of(yes, "B"), []evidence.HostBearings{host("A", missing), host("B", missing)}, evidence.NotProvable, 0, 0, ""},
		{"what does not apply does not count", asked, of(yes, "A"), []evidence.HostBearings{host("A", pass), host("B", out)}, evidence.Confirmed, 0, 0, "Yes for A."},
		{"not for the company", company(hostQuestion(0)), of(yes, "A"), []evidence.HostBearings{host("A"), host("B")}, evidence.NotAnswered, 0, 0, "does not answer for the company"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := answer(c.q, c.said, c.hosts...)
			n, m := 0, 0
			if a.Portion != nil {
				n, m = a.Portion.N, a.Portion.M
			}
			if a.Status != c.status || n != c.n || m != c.m {
				t.Errorf("%s %d of %d, want %s %d of %d: %s", a.Status, n, m, c.status, c.n, c.m, a.Comment)
			}
			if !strings.Contains(a.Comment, c.says) {
				t.Errorf("the comment lacks %q: %s", c.says, a.Comment)
			}
		})
	}
}

func TestDiscordNamesItsHost(t *testing.T) {
	a := answer(hostQuestion(1), of(yes, "B"), host("A", fail), host("B", fail))
	if len(a.Discords) != 1 || a.Discords[0].Host != "B" {
		t.Fatalf("%+v: only of B somebody said yes", a.Discords)
	}
	if !strings.HasPrefix(a.Comment, "Contradiction: ") || a.Status != evidence.AnswerNo {
		t.Errorf("%s: %s", a.Status, a.Comment)
	}
}

func TestScopeOfManyHosts(t *testing.T) {
	var hosts []evidence.HostBearings
	for i := range 200 {
		hosts = append(hosts, host(strings.Repeat("LONGNAME", 3)+string(rune('A'+i%26)), pass))
	}
	a := answer(hostQuestion(1), nil, hosts...)
	if a.Status != evidence.Confirmed || !strings.Contains(a.Comment, "The evidence is of 200 servers, captured 2026-10-20 06:30 UTC") {
		t.Errorf("%s: %s", a.Status, a.Comment)
	}
}
