package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
	"auditpack/render"
	"auditpack/render/pack"
)

// askedRule is one rule about one registry value: what two releases ask of it and what two snapshots show. A zero is: the
// release does not ask.
type askedRule struct {
	name           string
	old, new       int // what has to be there
	was, is        int
	oldID, newID   string
	severity       string // of the new release, else medium
	fix, check     string // words added to the new texts
	drift, release evidence.Movement
	kind           string // what became of the rule; empty: it is not listed
}

// askedRules is every way in which a release and a server can move. What is wanted was worked out by hand.
var askedRules = []askedRule{
	{name: "Same", old: 1, new: 1, was: 1, is: 1},
	{name: "StillFails", old: 1, new: 1, was: 2, is: 2, drift: evidence.StillFailing},
	{name: "Regressed", old: 1, new: 1, was: 1, is: 2, drift: evidence.Regressed},
	{name: "Stricter", old: 5, new: 6, was: 5, is: 5, drift: evidence.AskedAnew, release: evidence.AskedAnew, kind: "reworded"},
	{name: "StricterAndRegressed", old: 5, new: 6, was: 6, is: 5, drift: evidence.Regressed, release: evidence.OtherMovement, kind: "reworded"},
	{name: "Looser", old: 6, new: 5, was: 5, is: 5, release: evidence.AskedNoMore, kind: "reworded"},
	{name: "OtherWords", old: 5, new: 5, was: 5, is: 6, fix: "Set it again.", drift: evidence.Regressed, kind: "reworded"},
	{name: "NotUnderstood", old: 5, new: 5, was: 5, is: 5, check: "Look again.", release: evidence.OtherMovement, kind: "reworded"},
	{name: "NewAndFails", new: 1, was: 2, is: 2, drift: evidence.AskedAnew, release: evidence.AskedAnew, kind: "added"},
	{name: "NewAndHolds", new: 1, was: 1, is: 1, kind: "added"},
	{name: "NewAndRegressed", new: 1, was: 1, is: 2, drift: evidence.Regressed, kind: "added"},
	{name: "NewAndFixed", new: 1, was: 2, is: 1, drift: evidence.Fixed, kind: "added"},
	{name: "RemovedFailing", old: 1, was: 2, is: 2, release: evidence.AskedNoMore, kind: "removed"},
	{name: "RemovedHolding", old: 1, was: 1, is: 1, kind: "removed"},
	{name: "Graver", old: 1, new: 1, was: 2, is: 2, severity: "high", drift: evidence.StillFailing, kind: "severity changed"},
	{name: "Renumbered", old: 1, new: 1, was: 2, is: 2, oldID: "V-700", newID: "V-900", drift: evidence.StillFailing, kind: "renumbered"},
}

func (r askedRule) ids(i int) (old, new string) {
	old, new = fmt.Sprintf("V-%d", 100+i), fmt.Sprintf("V-%d", 100+i)
	if r.oldID != "" {
		old, new = r.oldID, r.newID
	}
	return old, new
}

// benchmark writes the release as DISA would.
func askedBenchmark(number int, later bool) pack.File {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="utf-8"?>
<Benchmark xmlns:dc="http://purl.org/dc/elements/1.1/" id="Small_STIG" xmlns="http://checklists.nist.gov/xccdf/1.1">
<status date="2026-01-02">accepted</status><title>Small Security Technical Implementation Guide</title><description>Rules.</description>
<plain-text id="release-info">Release: %d Benchmark Date: 02 Jan 2026</plain-text><version>1</version>
`, number)
	for i, r := range askedRules {
		old, new := r.ids(i)
		want, id, severity, legacy, fix, check := r.old, old, "medium", "", "", ""
		if later {
			want, id, fix, check = r.new, new, r.fix, r.check
			if r.severity != "" {
				severity = r.severity
			}
			if old != new {
				legacy = fmt.Sprintf(`<ident system="http://cyber.mil/legacy">%s</ident>`, old)
			}
		}
		if want == 0 {
			continue
		}
		fmt.Fprintf(&b, `<Group id="%s"><title>SRG-%[2]s</title><description>&lt;GroupDescription&gt;&lt;/GroupDescription&gt;</description>
<Rule id="S%[1]sr1_rule" weight="10.0" severity="%[3]s"><version>SMALL-%[1]s</version><title>%[2]s must be as asked.</title>
<description>&lt;VulnDiscussion&gt;Why.&lt;/VulnDiscussion&gt;&lt;Documentable&gt;false&lt;/Documentable&gt;</description>
<reference><dc:title>DPMS Target Sample</dc:title><dc:subject>Sample</dc:subject><dc:identifier>77</dc:identifier></reference>
<ident system="http://cyber.mil/cci">CCI-000366</ident>%[4]s<fixtext fixref="F-1_fix">Set it.%[6]s</fixtext><fix id="F-1_fix" />
<check system="C-1_chk"><check-content-ref href="x.xml" name="M" /><check-content>If the following registry value does not exist or is not configured as specified, this is a finding:

Registry Hive: HKEY_LOCAL_MACHINE
Registry Path: \SOFTWARE\Sample\

Value Name: %[2]s

Type: REG_DWORD
Value: 0x%08[5]x (%[5]d)
%[7]s</check-content></check></Rule></Group>
`, id, r.name, severity, legacy, want, fix, check)
	}
	b.WriteString("</Benchmark>\n")
	return pack.File{Name: fmt.Sprintf("small-r%d-xccdf.xml", number), Data: []byte(b.String())}
}

func askedSnapshot(t *testing.T, later bool, taken time.Time) *snapshot.Snapshot {
	t.Helper()
	var b strings.Builder
	b.WriteString("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Sample]\r\n")
	for _, r := range askedRules {
		value := r.was
		if later {
			value = r.is
		}
		fmt.Fprintf(&b, "\"%s\"=dword:%08x\r\n", r.name, value)
	}
	b.WriteString("\r\n")
	return importedFiles(t, fstest.MapFS{"sample.reg": {Data: []byte(b.String())}}, taken)
}

// importedFiles makes a snapshot of files and opens it.
func importedFiles(t *testing.T, files fstest.MapFS, taken time.Time) *snapshot.Snapshot {
	t.Helper()
	dest := filepath.Join(t.TempDir(), "snapshot")
	if _, err := snapshot.ImportFS(t.Context(), files, ".", snapshot.ImportOptions{
		Dest: dest, Host: "AUTOMATE01", By: "Sample", Tool: "auditpack test", Taken: taken, Recognise: recognise,
	}); err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func askedInputs(t *testing.T) pack.Inputs {
	t.Helper()
	asOf := time.Date(2026, 10, 21, 9, 0, 0, 0, time.UTC)
	return pack.Inputs{
		Tool: "auditpack test", AsOf: asOf, Guide: guideFiles(),
		Hosts:      []pack.Host{{Before: askedSnapshot(t, false, asOf.AddDate(0, -3, 0)), After: askedSnapshot(t, true, asOf.AddDate(0, 0, -1))}},
		Benchmarks: []pack.File{askedBenchmark(2, true)}, Earlier: []pack.File{askedBenchmark(1, false)},
	}
}

// TestReleases holds what the server moved and what the release moved apart, for every way in which both can.
func TestReleases(t *testing.T) {
	in := askedInputs(t)
	unused := askedBenchmark(1, false)
	unused.Data = bytes.ReplaceAll(unused.Data, []byte("Small_STIG"), []byte("Other_STIG"))
	in.Earlier = append(in.Earlier, unused)
	a, err := in.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in.Earlier = append(in.Earlier, unused)
	if _, err := in.Audit(t.Context()); err == nil || !strings.Contains(err.Error(), "a second earlier release of Other_STIG") {
		t.Errorf("two earlier releases of one benchmark: %v", err)
	}
	host := a.Hosts[0]
	b := host.Benchmarks[0]
	drift, release, kind := map[string]evidence.Movement{}, map[string]evidence.Movement{}, map[string]string{}
	name := map[evidence.STIGID]string{}
	for i, r := range askedRules {
		old, new := r.ids(i)
		name[evidence.STIGID("SMALL-"+old)], name[evidence.STIGID("SMALL-"+new)] = r.name, r.name
	}
	for _, r := range b.Rules {
		if r.Movement != "" {
			drift[name[r.STIGID]] = r.Movement
		}
	}
	for _, c := range b.Earlier.Changes {
		kind[name[c.Rules[0]]] = c.Kind
		if c.Movement != "" {
			release[name[c.Rules[0]]] = c.Movement
		}
		decided := func(result string) bool { return result == string(evidence.Pass) || result == string(evidence.Fail) }
		if decided(c.Before) && len(c.BeforeCites) == 0 || decided(c.After) && len(c.AfterCites) == 0 {
			t.Errorf("%v: a verdict without a citation: %q %v, %q %v", c.Rules, c.Before, c.BeforeCites, c.After, c.AfterCites)
		}
	}
	wantDrift, wantRelease, wantKind := map[string]evidence.Movement{}, map[string]evidence.Movement{}, map[string]string{}
	same := 0
	for _, r := range askedRules {
		if r.drift != "" {
			wantDrift[r.name] = r.drift
		}
		if r.release != "" {
			wantRelease[r.name] = r.release
		}
		if r.kind != "" {
			wantKind[r.name] = r.kind
		}
		if r.kind == "" || r.kind == "renumbered" {
			same++
		}
	}
	for _, d := range []string{cmp.Diff(wantDrift, drift), cmp.Diff(wantRelease, release), cmp.Diff(wantKind, kind), cmp.Diff(same, b.Earlier.Same)} {
		if d != "" {
			t.Error(d)
		}
	}
	for _, m := range host.RuleMovements() {
		if m.Movement == evidence.AskedAnew {
			t.Errorf("%v: what is asked anew is shown as drift", m.Rules)
		}
	}
	showsReleases(t, a)
}

// showsReleases holds that report and workbook show both apart.
func showsReleases(t *testing.T, a audit.Audit) {
	t.Helper()
	heading := ""
	under := map[string]int{}
	rows := map[string]int{}
	for _, p := range render.Build(a).Parts {
		for _, block := range p.Blocks {
			switch block := block.(type) {
			case *render.Heading:
				heading = block.Text
			case *render.Table:
				if p.Report {
					under[heading] += len(block.Rows)
					for _, r := range block.Rows {
						if strings.Contains(fmt.Sprint(r.Cells), "asked anew by this release") {
							under["asked anew"]++
						}
					}
				}
				if p.Sheet == render.SheetChanges {
					for _, r := range block.Rows {
						rows[r.Cells[2].Text+" "+r.Cells[3].Text]++
					}
				}
			}
		}
	}
	for text, want := range map[string]int{
		"STIG rules that moved": 4, // those that regressed
		"Asked anew: fails by this release on the earlier snapshot too": 2,
		"Asked no more: failed by the earlier release only":             2, "Judged otherwise by this release": 2, "asked anew": 2, // among the rules that fail
	} {
		if under[text] != want {
			t.Errorf("%q has %d rows, want %d", text, under[text], want)
		}
	}
	for text, want := range map[string]int{"release reworded": 5, "release added": 4, "release removed": 2, "release severity changed": 1, "release renumbered": 1} {
		if rows[text] != want {
			t.Errorf("the workbook has %d changes %q, want %d: %v", rows[text], text, want, rows)
		}
	}
}

// TestReleasesPacked makes the package once more from what is in it, then compares it with one of the release before.
func TestReleasesPacked(t *testing.T) {
	dest := filepath.Join(t.TempDir(), "p.zip")
	if _, err := pack.Write(t.Context(), askedInputs(t), nil, pack.Destination{Path: dest}); err != nil {
		t.Fatal(err)
	}
	r, err := pack.Verify(t.Context(), dest, pack.VerifyOptions{Replay: "auditpack test"})
	if err != nil || r.Err() != nil || r.Replay == nil || len(r.Replay.Differences) > 0 {
		t.Fatalf("%v, %v: %+v", err, r.Err(), r.Replay)
	}
	earlier := askedInputs(t)
	earlier.Hosts = []pack.Host{{After: earlier.Hosts[0].Before}}
	earlier.Benchmarks, earlier.Earlier = earlier.Earlier, nil
	before := filepath.Join(t.TempDir(), "q.zip")
	if _, err := pack.Write(t.Context(), earlier, nil, pack.Destination{Path: before}); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := runDiff(t.Context(), diffOptions{format: "text", before: []string{before}}, []string{dest}, &out, io.Discard); err == nil {
		t.Error("no difference")
	}
	for _, want := range []string{
		"Small_STIG V1R1 → V1R2: 4 new, 2 removed, 5 reworded, 4 worded the same",
		"by the release alone, and not by the server: 2 fail, 2 fail no more",
		"verdicts  4 regressed, 0 newly not collected, 1 fixed, ",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("diff does not say %q:\n%s", want, out.String())
		}
	}
}
