package oscal_test

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/oscal"
	"auditpack/render/rendertest"
)

// The parts of the two documents that the tests look at, spelled once more from the schema.
type (
	document struct {
		Results *body `json:"assessment-results"`
		Plan    *body `json:"plan-of-action-and-milestones"`
	}
	body struct {
		UUID     string
		Metadata struct {
			LastModified string `json:"last-modified"`
			Props        []prop
		}
		ImportAP struct{ Href string } `json:"import-ap"`
		Results  []content
		Items    []item `json:"poam-items"`
		content
		BackMatter struct{ Resources []resource } `json:"back-matter"`
	}
	content struct {
		Start, End string
		Props      []prop
		Reviewed   struct {
			Controls []struct {
				All     *struct{} `json:"include-all"`
				Include []struct {
					ID string `json:"control-id"`
				} `json:"include-controls"`
			} `json:"control-selections"`
		} `json:"reviewed-controls"`
		Observations []observation
		Risks        []risk
		Findings     []finding
	}
	prop        struct{ Name, Value string }
	observation struct {
		UUID, Title, Description, Collected, Expires string
		Methods                                      []string
		Props                                        []prop
		Evidence                                     []struct {
			Href  string
			Props []prop
			Links []struct{ Href string }
		} `json:"relevant-evidence"`
	}
	finding struct {
		UUID, Title, Description, Remarks string
		Props                             []prop
		Target                            struct {
			ID     string `json:"target-id"`
			Status struct{ State, Reason, Remarks string }
		}
		Observations []ref `json:"related-observations"`
		Risks        []ref `json:"related-risks"`
	}
	risk struct {
		UUID, Title, Status, Deadline string
		Log                           *struct{} `json:"risk-log"`
		Observations                  []ref     `json:"related-observations"`
	}
	item struct {
		UUID, Title, Description, Remarks string
		Props                             []prop
		Findings                          []ref `json:"related-findings"`
		Observations                      []ref `json:"related-observations"`
		Risks                             []ref `json:"related-risks"`
	}
	ref struct {
		Observation string `json:"observation-uuid"`
		Risk        string `json:"risk-uuid"`
		Finding     string `json:"finding-uuid"`
	}
	resource struct {
		UUID, Title string
		RLinks      []struct {
			Href   string
			Hashes []struct{ Algorithm, Value string }
		}
	}
)

type writer func(io.Writer, audit.Audit, func(string) []string, evidence.Digest) error

func controls(cci string) []string {
	switch cci {
	case "CCI-000366":
		return []string{"CM-6 b"}
	case "CCI-001453":
		return []string{"AC-17 (2)", "no control"}
	}
	return nil
}

func write(t *testing.T, w writer, a audit.Audit) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w(&b, a, controls, evidence.Digest{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t *testing.T, text []byte) *body {
	t.Helper()
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	if d.Results != nil {
		d.Results.content = d.Results.Results[0]
		return d.Results
	}
	return d.Plan
}

func results(t *testing.T, a audit.Audit) *body {
	return read(t, write(t, oscal.WriteAssessmentResults, a))
}
func plan(t *testing.T, a audit.Audit) *body { return read(t, write(t, oscal.WritePOAM, a)) }

func value(props []prop, name string) string {
	for _, p := range props {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

func TestFindingsCountAsTheAuditDoes(t *testing.T) {
	a := rendertest.Audit()
	r := results(t, a)
	got := map[string]int{}
	for _, f := range r.Findings {
		got[f.Target.Status.State+", "+f.Target.Status.Reason]++
		got[value(f.Props, "result")]++
	}
	c := a.Counts
	want := map[string]int{
		"satisfied, pass": c.Pass, "not-satisfied, fail": c.Fail, "not-satisfied, other": c.NeedsReview + c.NotCollected,
		"pass": c.Pass, "fail": c.Fail, "needs review": c.NeedsReview, "not collected": c.NotCollected,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, n := range map[string]int{"count-pass": c.Pass, "count-fail": c.Fail, "count-needs-review": c.NeedsReview,
		"count-not-collected": c.NotCollected, "count-not-applicable": c.NotApplicable} {
		if got := value(r.Props, name); got != strconv.Itoa(n) {
			t.Errorf("%s is %s, want %d", name, got, n)
		}
	}
}

func TestEveryFailureIsInThePlanOnce(t *testing.T) {
	for name, a := range samples() {
		t.Run(name, func(t *testing.T) {
			want := map[string]int{}
			eachControl(&a, func(h *audit.Host, c *audit.Assessed) {
				if c.After.Result == evidence.Fail {
					want[h.Name+" "+c.ID]++
				}
			})
			if name == "two hosts, a benchmark" {
				want["AUTOMATE02 SV-100001r1_rule"] = 2 // of a benchmark that was handed in twice
			}
			got := map[string]int{}
			p := plan(t, a)
			for _, i := range p.Items {
				if len(i.Findings) == 0 && value(i.Props, "state") == "nothing to plan" && len(p.Items) == 1 {
					continue
				}
				id := value(i.Props, "control") + value(i.Props, "rule-id")
				got[value(i.Props, "host")+" "+id]++
				if len(i.Risks) != 1 || len(i.Observations) == 0 || !strings.HasPrefix(i.Title, id+" on ") {
					t.Errorf("%s: %+v", id, i)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExceptionsMarkAndNeverHide(t *testing.T) {
	state, remarks := map[string]string{}, map[string]string{}
	p := plan(t, rendertest.Audit())
	for _, i := range p.Items {
		id := value(i.Props, "control")
		state[id], remarks[id] = value(i.Props, "state"), i.Remarks
	}
	if state["rdp-closed"] != "accepted" || state["lockout"] != "open, exception expired" || state["mysql-closed"] != "open" {
		t.Errorf("states: %v", state)
	}
	if !strings.HasPrefix(remarks["rdp-closed"], "Accepted by Owner of AUTOMATE01 on 2026-08-17 until 2027-01-22.") {
		t.Errorf("remarks: %s", remarks["rdp-closed"])
	}
	for _, r := range p.Risks {
		id, _, _ := strings.Cut(r.Title, " ")
		want := risk{UUID: r.UUID, Title: r.Title, Observations: r.Observations, Status: "open"}
		switch id {
		case "rdp-closed":
			want.Status, want.Deadline, want.Log = "deviation-approved", "2027-01-22T10:15:00Z", &struct{}{}
		case "lockout":
			want.Log = &struct{}{} // an acceptance that is over is no deadline
		}
		if diff := cmp.Diff(want, r); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
}

func TestCitationsResolve(t *testing.T) {
	for name, a := range samples() {
		hosts := map[string]audit.Host{}
		cited := 0
		for _, h := range a.Hosts {
			hosts[strings.TrimPrefix(h.After.Folder, "data/")] = h
		}
		eachControl(&a, func(_ *audit.Host, c *audit.Assessed) {
			for _, r := range c.After.Reasons {
				cited += len(r.Cites)
			}
		})
		r := results(t, a)
		resources := map[string]resource{}
		for _, res := range r.BackMatter.Resources {
			resources["#"+res.UUID] = res
		}
		if _, ok := resources[r.ImportAP.Href]; !ok {
			t.Errorf("%s: import-ap leads nowhere", name)
		}
		for _, o := range r.Observations {
			for _, e := range o.Evidence {
				cited--
				folder, path, _ := strings.Cut(strings.TrimPrefix(e.Href, "../"), "/after/")
				h, ok := hosts[folder+"/after"]
				i := slices.IndexFunc(h.After.Items, func(i audit.Item) bool { return i.Path == path })
				if !ok || i < 0 {
					t.Errorf("%s: %s: %q is no item", name, o.Title, e.Href)
					continue
				}
				digest := h.After.Items[i].Digest.String()
				res := resources[e.Links[0].Href]
				if value(e.Props, "sha256") != digest || len(res.RLinks) != 1 || res.RLinks[0].Href != e.Href || res.RLinks[0].Hashes[0].Value != digest {
					t.Errorf("%s: %s: %s does not have the item's digest: %+v", name, o.Title, e.Href, res)
				}
			}
		}
		for _, h := range a.Hosts {
			for _, c := range h.Contradictions {
				cited += len(c.Cites)
			}
			for _, k := range h.Benchmarks {
				for _, rule := range k.Rules {
					for _, reason := range rule.After.Reasons {
						cited += len(reason.Cites)
					}
				}
			}
		}
		if cited != 0 {
			t.Errorf("%s: %d citations more than the documents have", name, cited)
		}
	}
}

func TestSnapshotsHaveTheirDigests(t *testing.T) {
	a := rendertest.Audit()
	got := map[string]string{}
	for _, res := range plan(t, a).BackMatter.Resources {
		for _, l := range res.RLinks {
			got[l.Href] = ""
			if len(l.Hashes) > 0 {
				got[l.Href] = l.Hashes[0].Algorithm + " " + l.Hashes[0].Value
			}
		}
	}
	for href, want := range map[string]string{
		"../report.pdf": "", "../workbook.xlsx": "", "../audit.json": "", "../inputs/pack.json": "",
		"../snapshots/automate01/after/tagmanifest-sha256.txt":  "SHA-256 " + a.Hosts[0].After.Digest.String(),
		"../snapshots/automate01/before/tagmanifest-sha256.txt": "SHA-256 " + a.Hosts[0].Before.Digest.String(),
	} {
		if v, ok := got[href]; !ok || v != want {
			t.Errorf("%s: %q, %v", href, v, ok)
		}
	}
}

var uuid5 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// TestIdentifiers: all are of version 5, none is given twice, and every reference leads to something in the document.
func TestIdentifiers(t *testing.T) {
	for name, a := range samples() {
		for _, text := range [][]byte{write(t, oscal.WriteAssessmentResults, a), write(t, oscal.WritePOAM, a)} {
			var tree any
			if err := json.Unmarshal(text, &tree); err != nil {
				t.Fatal(err)
			}
			given, used := map[string]bool{}, map[string]bool{}
			walk(tree, func(key, s string) {
				switch {
				case key == "uuid":
					if given[s] || !uuid5.MatchString(s) {
						t.Errorf("%s: %s is given twice or not of version 5", name, s)
					}
					given[s] = true
				case strings.HasSuffix(key, "-uuid"):
					used[s] = true
				case key == "href" && strings.HasPrefix(s, "#"):
					used[s[1:]] = true
				}
			})
			for s := range used {
				if !given[s] {
					t.Errorf("%s: %s leads nowhere", name, s)
				}
			}
		}
	}
}

// walk calls f for every string in a JSON tree with the name it has.
func walk(node any, f func(key, s string)) {
	switch n := node.(type) {
	case map[string]any:
		for k, v := range n {
			if s, ok := v.(string); ok {
				f(k, s)
			}
			walk(v, f)
		}
	case []any:
		for _, v := range n {
			walk(v, f)
		}
	}
}
