package audit_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
)

var (
	captured = time.Date(2026, 10, 20, 6, 30, 0, 0, time.UTC)
	asOf     = time.Date(2026, 10, 21, 9, 0, 0, 0, time.UTC)
)

func date(month, day int) time.Time {
	return time.Date(2026, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// lsa has one value that is as it should be, one that is not, and does not have a third.
const lsa = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa]\r\n" +
	"\"Good\"=dword:00000001\r\n\"Bad\"=dword:00000000\r\n\r\n"

const administrators = "Alias name     administrators\r\nComment        Administrators have complete and unrestricted access\r\n\r\nMembers\r\n\r\n" +
	"-------------------------------------------------------------------------------\r\nAdministrator\r\nsvc-control\r\nThe command completed successfully.\r\n\r\n"

func take(t *testing.T, taken time.Time, files map[string]string) *snapshot.Snapshot {
	t.Helper()
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	dest := filepath.Join(t.TempDir(), "snapshot")
	_, err := snapshot.ImportFS(t.Context(), tree, "evidence", snapshot.ImportOptions{Dest: dest, Host: "AUTOMATE01", By: "operator", Tool: "test",
		Taken: taken, Recognise: func(string, []byte) (string, string, string) { return "evidence", "", "" }})
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func registry(name string) []evidence.Check {
	return []evidence.Check{{Kind: "registry", Address: evidence.Address(`registry:HKLM\SYSTEM\CurrentControlSet\Control\Lsa!` + name), Want: []string{"= 1"}}}
}

// controls are one of each way in which a Control is decided.
var controls = []evidence.Control{
	{ID: "person", Statement: "backups are taken", Manual: "look at the backups"},
	{ID: "good", Statement: "Good is 1", Checks: registry("Good")},
	{ID: "good-and-person", Statement: "Good is 1 and written down", Checks: registry("Good"), Manual: "look at the papers"},
	{ID: "bad", Statement: "Bad is 1", Checks: registry("Bad")},
	{ID: "bad-and-person", Statement: "Bad is 1 and written down", Checks: registry("Bad"), Manual: "look at the papers"},
	{ID: "unseen", Statement: "the policy is 1", Checks: []evidence.Check{{Kind: "registry", Address: `registry:HKLM\SOFTWARE\Unseen!Policy`, Want: []string{"= 1"}}}, Manual: "look at the papers"},
	{ID: "listed", Statement: "Administrators has no needless members", Checks: []evidence.Check{{Kind: "group-members", Address: "group:S-1-5-32-544", Want: []string{"review"}}}},
}

var guide = evidence.Guide{ID: "test", Sections: []evidence.Section{{ID: "all", Controls: controls}}}

// attestation is a word that counts at asOf; change may make it another.
func attestation(control string, holds bool, change func(*evidence.Attestation)) evidence.Attestation {
	a := evidence.Attestation{Control: control, Holds: holds, By: "head of operations", On: date(10, 1), ValidUntil: date(12, 31),
		Cite: evidence.Citation{Item: evidence.AnswersPath, Line: 3, Offset: 20, Length: 90}}
	if change != nil {
		change(&a)
	}
	return a
}

func assemble(t *testing.T, in audit.Input) map[string]audit.Assessed {
	t.Helper()
	in.AsOf, in.Guide = asOf, guide
	a, err := audit.Assemble(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]audit.Assessed{}
	for _, c := range a.Hosts[0].Sections[0].Controls {
		byID[c.ID] = c
	}
	return byID
}

func TestAttestation(t *testing.T) {
	after := take(t, captured, map[string]string{"lsa.reg": lsa, "admins.txt": administrators})
	expired := func(a *evidence.Attestation) { a.On, a.ValidUntil = date(1, 1), date(10, 20) }
	later := func(a *evidence.Attestation) { a.On = date(10, 22) }
	lastMoment := func(a *evidence.Attestation) { a.ValidUntil = asOf }
	const attested, seen, none = evidence.BasisAttestation, evidence.BasisEvidence, evidence.BasisNone
	for _, test := range []struct {
		control string
		holds   bool
		change  func(*evidence.Attestation)
		silent  bool // no attestation at all
		result  evidence.Result
		basis   evidence.Basis
		note    string // in one of the Reasons
	}{
		{control: "person", silent: true, result: evidence.NeedsReview, basis: none},
		{control: "person", holds: true, result: evidence.Pass, basis: attested},
		{control: "person", holds: false, result: evidence.Fail, basis: attested},
		{control: "person", holds: true, change: lastMoment, result: evidence.Pass, basis: attested},
		{control: "person", holds: true, change: expired, result: evidence.NeedsReview, basis: none, note: "expired on 2026-10-20 and counts as nothing"},
		{control: "person", holds: false, change: expired, result: evidence.NeedsReview, basis: none, note: "expired on 2026-10-20"},
		{control: "person", holds: true, change: later, result: evidence.NeedsReview, basis: none, note: "is of 2026-10-22 and counts as nothing before"},

		{control: "good-and-person", silent: true, result: evidence.NeedsReview, basis: seen},
		{control: "good-and-person", holds: true, result: evidence.Pass, basis: attested},
		{control: "good-and-person", holds: false, result: evidence.Fail, basis: attested},
		{control: "good-and-person", holds: true, change: expired, result: evidence.NeedsReview, basis: seen, note: "expired"},
		{control: "listed", silent: true, result: evidence.NeedsReview, basis: seen},
		{control: "listed", holds: true, result: evidence.Pass, basis: attested, note: "the attestation decides"},
		{control: "listed", holds: false, result: evidence.Fail, basis: attested, note: "the attestation decides"},

		{control: "bad", holds: true, result: evidence.Fail, basis: seen, note: "attested on 2026-10-01 that it holds; the evidence says otherwise and stands"},
		{control: "bad", holds: false, result: evidence.Fail, basis: seen},
		{control: "bad", holds: true, change: expired, result: evidence.Fail, basis: seen},
		{control: "bad-and-person", holds: true, result: evidence.Fail, basis: seen, note: "the evidence says otherwise"},
		{control: "good", holds: true, result: evidence.Pass, basis: seen},
		{control: "good", holds: false, result: evidence.Pass, basis: seen, note: "that it does not hold; the evidence says otherwise and stands"},
		{control: "unseen", holds: true, result: evidence.NotCollected, basis: none, note: "no attestation stands in for it"},
		{control: "unseen", holds: false, result: evidence.NotCollected, basis: none, note: "no attestation stands in for it"},
	} {
		in := audit.Input{Hosts: []audit.HostInput{{After: after}}}
		if !test.silent {
			in.Answers.Attestations = []evidence.Attestation{attestation(test.control, test.holds, test.change)}
		}
		got := assemble(t, in)[test.control]
		v := got.After
		if v.Result != test.result || v.Basis != test.basis {
			t.Errorf("%s, holds %t: %s by %s, want %s by %s\n  %+v", test.control, test.holds, v.Result, v.Basis, test.result, test.basis, v.Reasons)
		}
		var notes []string
		for _, r := range v.Reasons {
			notes = append(notes, r.Note)
		}
		all := strings.Join(notes, "\n")
		if !strings.Contains(all, test.note) || test.note == "" && strings.Contains(all, "attest") {
			t.Errorf("%s, holds %t: notes %q, want %q", test.control, test.holds, all, test.note)
		}
		if (got.Attestation == nil) != test.silent {
			t.Errorf("%s: attestation %+v", test.control, got.Attestation)
		}
		cited := slices.ContainsFunc(v.Reasons, func(r evidence.Reason) bool {
			return slices.ContainsFunc(r.Cites, func(c evidence.Citation) bool { return c.Item == evidence.AnswersPath && c.Length > 0 })
		})
		if cited != (v.Basis == attested) {
			t.Errorf("%s, holds %t: by %s, and the answers file is cited: %t", test.control, test.holds, v.Basis, cited)
		}
	}
}

// TestAttestedKeepsWhatWasSeen holds that what the Checks showed still stands, with its bytes, below the person's word.
func TestAttestedKeepsWhatWasSeen(t *testing.T) {
	after := take(t, captured, map[string]string{"lsa.reg": lsa, "admins.txt": administrators})
	in := audit.Input{Hosts: []audit.HostInput{{After: after}}}
	in.Answers.Attestations = []evidence.Attestation{attestation("good-and-person", true, nil), attestation("listed", true, nil)}
	got := assemble(t, in)
	for _, id := range []string{"good-and-person", "listed"} {
		reasons := got[id].After.Reasons
		if len(reasons) != 2 || reasons[0].Cites[0].Item != evidence.AnswersPath || len(reasons[1].Cites) == 0 || reasons[1].Cites[0].Item == evidence.AnswersPath {
			t.Errorf("%s: %+v", id, reasons)
		}
	}
	if actual := got["listed"].After.Reasons[1].Actual; !strings.Contains(actual, "svc-control") {
		t.Errorf("the members are not listed: %q", actual)
	}
}

// TestStaleIsNotAttested holds that a person's word does not stand in for evidence that is too old.
func TestStaleIsNotAttested(t *testing.T) {
	after := take(t, asOf.AddDate(0, 0, -31), map[string]string{"lsa.reg": lsa, "admins.txt": administrators})
	in := audit.Input{Hosts: []audit.HostInput{{After: after}}}
	in.Answers.Attestations = []evidence.Attestation{attestation("good-and-person", true, nil), attestation("listed", true, nil), attestation("person", true, nil)}
	got := assemble(t, in)
	for id, want := range map[string]evidence.Result{"good-and-person": evidence.NeedsReview, "listed": evidence.NeedsReview, "person": evidence.Pass} {
		if v := got[id].After; v.Result != want {
			t.Errorf("%s: %s, want %s: %+v", id, v.Result, want, v.Reasons)
		}
	}
}

// TestStaleDoesNotExcuse holds that what old evidence says of the host's role takes no statement and no rule out of scope.
func TestStaleDoesNotExcuse(t *testing.T) {
	const member = "Host Name:                 AUTOMATE01\r\nOS Name:                   Microsoft Windows Server 2019 Standard\r\n" +
		"OS Version:                10.0.17763 N/A Build 17763\r\nOS Manufacturer:           Microsoft Corporation\r\nOS Configuration:          Member Server\r\n"
	inDomain := evidence.Check{Kind: "domain-member", Address: "system:domain-member", Want: []string{"no"}}
	rules := []evidence.Rule{{STIGID: "WN19-DC-000010", Only: evidence.DomainController, Checks: registry("Good")}}
	statement := evidence.Control{ID: "outside", Statement: "Good is 1 outside of a domain", Checks: []evidence.Check{{Kind: "registry", Address: registry("Bad")[0].Address, Want: []string{"= 1"}, When: []evidence.Check{inDomain}}}}
	for name, test := range map[string]struct {
		taken time.Time
		want  evidence.Result
	}{"fresh": {captured, evidence.NotApplicable}, "old": {asOf.AddDate(0, 0, -31), evidence.NeedsReview}, "of tomorrow": {asOf.AddDate(0, 0, 3), evidence.NeedsReview}} {
		in := audit.Input{AsOf: asOf, Guide: evidence.Guide{ID: "test", Sections: []evidence.Section{{ID: "all", Controls: []evidence.Control{statement}}}},
			Benchmarks: []evidence.Benchmark{{ID: "Windows_Server_2019_STIG", Rules: rules}},
			Hosts:      []audit.HostInput{{After: take(t, test.taken, map[string]string{"lsa.reg": lsa, "systeminfo.txt": member})}}}
		a, err := audit.Assemble(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if v := a.Hosts[0].Sections[0].Controls[0].After; v.Result != test.want {
			t.Errorf("%s: the statement is %s, want %s: %+v", name, v.Result, test.want, v.Reasons)
		}
		if v := a.Hosts[0].Benchmarks[0].Rules[0].After; v.Result != test.want {
			t.Errorf("%s: the rule is %s, want %s: %+v", name, v.Result, test.want, v.Reasons)
		}
	}
}

// TestBeforeByItsOwnTime holds that a word given after the earlier capture says nothing about it.
func TestBeforeByItsOwnTime(t *testing.T) {
	files := map[string]string{"lsa.reg": lsa}
	in := audit.Input{Hosts: []audit.HostInput{{After: take(t, captured, files), Before: take(t, date(7, 14), files)}}}
	in.Answers.Attestations = []evidence.Attestation{attestation("person", true, nil)}
	got := assemble(t, in)["person"]
	if got.Before.Result != evidence.NeedsReview || got.After.Result != evidence.Pass {
		t.Errorf("before %s, after %s", got.Before.Result, got.After.Result)
	}
	in.Answers.Attestations = []evidence.Attestation{attestation("person", true, func(a *evidence.Attestation) { a.On = date(7, 1) })}
	if got := assemble(t, in)["person"]; got.Before.Result != evidence.Pass {
		t.Errorf("attested before the earlier capture: %s", got.Before.Result)
	}
}

func TestException(t *testing.T) {
	after := take(t, captured, map[string]string{"lsa.reg": lsa})
	for _, test := range []struct {
		name                          string
		on, expires                   time.Time
		attached, expired, wantCounts bool
	}{
		{"valid", date(10, 1), date(12, 31), true, false, true},
		{"in its last moment", date(10, 1), asOf, true, false, true},
		{"expired", date(9, 1), date(10, 21), true, true, false},
		{"not begun", date(10, 22), date(12, 31), false, false, false},
	} {
		in := audit.Input{AsOf: asOf, Guide: guide, Hosts: []audit.HostInput{{After: after}}}
		in.Answers.Exceptions = []evidence.Exception{{Control: "bad", Reason: "r", Approver: "head of operations", On: test.on, Expires: test.expires}}
		a, err := audit.Assemble(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		got := assemble(t, in)["bad"]
		if got.After.Result != evidence.Fail {
			t.Errorf("%s: %s: an exception changed a verdict", test.name, got.After.Result)
		}
		if (got.Exception != nil) != test.attached || got.Expired != test.expired || (a.Counts.Accepted == 1) != test.wantCounts {
			t.Errorf("%s: exception %+v, expired %t, %d accepted", test.name, got.Exception, got.Expired, a.Counts.Accepted)
		}
	}
}

// TestUnknownTime holds that evidence of which nobody says when it was captured is no evidence of today.
func TestUnknownTime(t *testing.T) {
	after := take(t, time.Time{}, map[string]string{"lsa.reg": lsa})
	got := assemble(t, audit.Input{Hosts: []audit.HostInput{{After: after}}})["good"].After
	if got.Result != evidence.NeedsReview || !strings.Contains(got.Reasons[0].Actual, "not known") {
		t.Errorf("%s: %+v", got.Result, got.Reasons)
	}
}

// TestProbeDeniesAttestation holds that nobody's word outweighs a port that a probe reached.
func TestProbeDeniesAttestation(t *testing.T) {
	perimeter := evidence.Control{ID: "perimeter", Statement: "nobody reaches 3389", Manual: "look at the perimeter",
		Readings: []evidence.Reading{{ID: "O03", Checks: []evidence.Check{{Kind: "port-unreachable", Address: "port:*/tcp/3389"}}}}}
	for state, want := range map[string]evidence.Result{"open": evidence.NeedsReview, "filtered: no answer within 5s": evidence.Pass, "unknown: no route to host": evidence.Pass} {
		in := audit.Input{AsOf: asOf, Guide: evidence.Guide{ID: "test", Sections: []evidence.Section{{ID: "all", Controls: []evidence.Control{perimeter}}}},
			Hosts: []audit.HostInput{{After: take(t, captured, map[string]string{
				"ports.txt": "auditpack TCP ports/1\ntarget: automate.example.com\nvantage: DESK7\ntcp/3389 " + state + "\nports: 1\n"})}}}
		in.Answers.Attestations = []evidence.Attestation{attestation("perimeter", true, nil)}
		a, err := audit.Assemble(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if v := a.Hosts[0].Sections[0].Controls[0].After; v.Result != want || want != evidence.Pass && !strings.Contains(v.Reasons[0].Actual, "seen from DESK7") {
			t.Errorf("%s: %s, want %s: %+v", state, v.Result, want, v.Reasons)
		}
	}
}

// TestFactIsNoEvidence: what a fact of the answers alone decides is somebody's word, and is not said to be found.
func TestFactIsNoEvidence(t *testing.T) {
	in := audit.Input{AsOf: asOf, Guide: evidence.Guide{Sections: []evidence.Section{{ID: "s", Controls: []evidence.Control{
		{ID: "port", Statement: "3306 is closed", Severity: evidence.High,
			Checks: []evidence.Check{{Kind: "port-closed", Address: "inbound:tcp/3306", Want: []string{"except loopback", "unless database-separate"}}}},
		{ID: "good", Statement: "Good is 1", Severity: evidence.High, Checks: registry("Good")},
	}}}}, Answers: evidence.Answers{DatabaseHost: "separate"},
		Hosts: []audit.HostInput{{After: take(t, captured, map[string]string{"lsa.reg": lsa})}}}
	a, err := audit.Assemble(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	controls := a.Hosts[0].Sections[0].Controls
	if v := controls[0].After; v.Result != evidence.NotApplicable || v.Basis != evidence.BasisAttestation {
		t.Errorf("by a fact: %s on the basis %q", v.Result, v.Basis)
	}
	if v := controls[1].After; v.Result != evidence.Pass || v.Basis != evidence.BasisEvidence {
		t.Errorf("by a value: %s on the basis %q", v.Result, v.Basis)
	}
}
