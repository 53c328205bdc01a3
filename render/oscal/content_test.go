package oscal_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/oscal"
	"auditpack/render/rendertest"
)

func TestSameBytes(t *testing.T) {
	for name, w := range map[string]writer{"results": oscal.WriteAssessmentResults, "plan": oscal.WritePOAM} {
		first := write(t, w, rendertest.Audit())
		other := rendertest.Audit()
		other.AsOf = other.AsOf.In(time.FixedZone("", 5*3600))
		if !bytes.Equal(first, write(t, w, other)) {
			t.Errorf("%s: two runs differ", name)
		}
		changed := rendertest.Audit()
		changed.Hosts[0].Sections[0].Controls[0].Statement += "!"
		if a, b := read(t, first), read(t, write(t, w, changed)); name == "results" && a.UUID == b.UUID {
			t.Errorf("%s: two contents have one identifier", name)
		}
	}
}

// TestBothDocumentsAgree: what both name has one identifier and one content.
func TestBothDocumentsAgree(t *testing.T) {
	r, p := results(t, wide()), plan(t, wide())
	for _, f := range p.Findings {
		i := slices.IndexFunc(r.Findings, func(o finding) bool { return o.UUID == f.UUID })
		if i < 0 || !cmp.Equal(r.Findings[i], f) {
			t.Errorf("%s differs in the assessment results", f.Title)
		}
	}
	if diff := cmp.Diff(r.Risks, p.Risks); diff != "" {
		t.Error(diff)
	}
}

func TestMethods(t *testing.T) {
	got := map[string][]string{}
	r := results(t, rendertest.Audit())
	for _, o := range r.Observations {
		got[o.Title] = append(got[o.Title], o.Methods...)
	}
	for title, want := range map[string][]string{
		"rdp-closed on AUTOMATE01":                {"EXAMINE"},
		"aspnet-no-ip on AUTOMATE01":              {"TEST"},
		"ports-only on AUTOMATE01":                {"UNKNOWN"},
		"integrator-1 on AUTOMATE01: attestation": {"INTERVIEW"},
	} {
		if diff := cmp.Diff(want, got[title]); diff != "" {
			t.Errorf("%s: %s", title, diff)
		}
	}
	i := slices.IndexFunc(r.Observations, func(o observation) bool { return strings.HasSuffix(o.Title, "attestation") })
	want := observation{Title: "integrator-1 on AUTOMATE01: attestation", Collected: "2026-08-14T20:31:00Z", Expires: "2027-05-22T10:15:00Z", Methods: []string{"INTERVIEW"},
		Description: "Service desk lead says that it holds; said on 2026-08-14, valid until 2027-05-22.\n\nComment: checked in the Automate console"}
	got1 := r.Observations[i]
	got1.UUID, got1.Props = "", nil
	if diff := cmp.Diff(want, got1); diff != "" {
		t.Error(diff)
	}
}

// TestTimes: what is known of when is the capture's time, and the document's is the as-of time.
func TestTimes(t *testing.T) {
	r := results(t, rendertest.Audit())
	if r.Metadata.LastModified != "2026-11-22T10:15:00Z" || r.Start != "2026-11-20T21:04:00Z" || r.End != "2026-11-20T21:08:00Z" {
		t.Errorf("modified %s, start %s, end %s", r.Metadata.LastModified, r.Start, r.End)
	}
	a := rendertest.Audit()
	a.Hosts[0].After.From, a.Hosts[0].After.To = time.Time{}, time.Time{}
	for i := range a.Hosts[0].After.Items {
		a.Hosts[0].After.Items[i].Taken = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) // a zip without times
	}
	r = results(t, a)
	if r.Start != "2026-11-22T10:15:00Z" || r.End != "" || r.Observations[0].Collected != "2026-11-22T10:15:00Z" {
		t.Errorf("start %s, end %s, collected %s", r.Start, r.End, r.Observations[0].Collected)
	}
	for _, at := range []time.Time{{}, time.Date(1999, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if err := oscal.WritePOAM(io.Discard, audit.Audit{AsOf: at}, nil, evidence.Digest{}); err == nil {
			t.Errorf("as of %v: no error", at)
		}
	}
}

func TestReviewedControls(t *testing.T) {
	selection := results(t, rendertest.Audit()).Reviewed.Controls[0]
	var ids []string
	for _, c := range selection.Include {
		ids = append(ids, c.ID)
	}
	if diff := cmp.Diff([]string{"ac-17.2", "cm-6"}, ids); diff != "" || selection.All != nil {
		t.Errorf("%v %s", selection.All, diff)
	}
	var b bytes.Buffer
	if err := oscal.WriteAssessmentResults(&b, rendertest.Audit(), nil, evidence.Digest{}); err != nil {
		t.Fatal(err)
	}
	if selection := read(t, b.Bytes()).Reviewed.Controls[0]; selection.All == nil || len(selection.Include) > 0 {
		t.Errorf("without a mapping: %+v", selection)
	}
	a := rendertest.Audit()
	eachControl(&a, func(_ *audit.Host, c *audit.Assessed) {
		for i := range c.STIG {
			c.STIG[i].Strength = "related"
		}
	})
	if selection := results(t, a).Reviewed.Controls[0]; selection.All == nil {
		t.Errorf("a related rule lends its controls: %+v", selection)
	}
}

func TestUndecidedIsNeitherPassNorFail(t *testing.T) {
	a := rendertest.Audit()
	a.Hosts[0].Sections[0].Controls[0].After = evidence.Verdict{} // never set
	f := results(t, a).Findings[0]
	if s := f.Target.Status; s.State != "not-satisfied" || s.Reason != "other" || value(f.Props, "result") != "not collected" {
		t.Errorf("%+v", f)
	}
}

// TestReadings: another way to read a Control stands beside its verdict and changes nothing.
func TestReadings(t *testing.T) {
	r := results(t, rendertest.Audit())
	i := slices.IndexFunc(r.Findings, func(f finding) bool { return f.Target.ID == "tls10-server" })
	want := "Another reading (STIG, C19), not part of the verdict: Enabled = 0 is asked too Result: fail."
	if f := r.Findings[i]; f.Remarks != want || f.Target.Status.State != "satisfied" {
		t.Errorf("%s: %s", f.Target.Status.State, f.Remarks)
	}
}

func TestCitedItemWithoutBytes(t *testing.T) {
	a := rendertest.Audit()
	c := &a.Hosts[0].Sections[0].Controls[0]
	c.After = evidence.Verdict{Result: evidence.NotCollected, Reasons: []evidence.Reason{{Result: evidence.NotCollected, Cites: []evidence.Citation{{Item: "data/items/mysql/my.ini"}}}}}
	r := results(t, a)
	e := r.Observations[0].Evidence[0]
	i := slices.IndexFunc(r.BackMatter.Resources, func(r resource) bool { return "#"+r.UUID == e.Links[0].Href })
	if e.Href != "" || i < 0 || len(r.BackMatter.Resources[i].RLinks) > 0 {
		t.Errorf("a file is named that does not exist: %+v", e)
	}
}

// TestContradictions: what Items of the snapshot disagree about is an observation; what those of the earlier one did is not.
func TestContradictions(t *testing.T) {
	var titles []string
	for _, o := range results(t, wide()).Observations {
		if strings.HasPrefix(o.Title, "Contradiction") {
			titles = append(titles, o.Title)
		}
	}
	fips := `registry:HKLM\SYSTEM\CurrentControlSet\Control\Lsa\FipsAlgorithmPolicy!Enabled`
	want := []string{"Contradiction on AUTOMATE01: host name", "Contradiction on AUTOMATE01: " + fips,
		"Contradiction on AUTOMATE02: host name", "Contradiction on AUTOMATE02: " + fips}
	if diff := cmp.Diff(want, titles); diff != "" {
		t.Error(diff)
	}
}

// TestManual: what a person has to look at is said once, by a Reason or beside them.
func TestManual(t *testing.T) {
	a := rendertest.Audit()
	c := &a.Hosts[0].Sections[0].Controls[0]
	c.Manual = "Ask the owner."
	c.After = evidence.Verdict{Result: evidence.NeedsReview, Reasons: []evidence.Reason{{Result: evidence.NeedsReview, Expected: "it holds", Actual: "nothing shows it"}}}
	if f := results(t, a).Findings[0]; f.Remarks != "To be looked at by a person: Ask the owner." {
		t.Errorf("remarks: %q", f.Remarks)
	}
	c.After.Reasons[0].Actual = c.Manual
	if f := results(t, a).Findings[0]; f.Remarks != "" || !strings.Contains(f.Description, "Actual: Ask the owner.") {
		t.Errorf("remarks: %q, description: %q", f.Remarks, f.Description)
	}
}
