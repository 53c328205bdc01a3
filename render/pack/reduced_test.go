package pack_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/render/pack"
)

// reducedSample is the sample, packed without evidence.
func reducedSample(t *testing.T, s *sample, by *pack.Sealer, name string) string {
	t.Helper()
	in := s.in
	in.WithoutEvidence = true
	path := filepath.Join(t.TempDir(), name)
	if _, err := pack.Write(t.Context(), in, by, pack.Destination{Path: path}); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestReduced verifies a package without evidence, as a folder and as a zip, and what can be done with it.
func TestReduced(t *testing.T) {
	s := sealedSample(t)
	whole := verify(t, s.folder, s.trust)
	folder, zip := reducedSample(t, s, s.by, "r"), reducedSample(t, s, s.by, "r.zip")
	for _, path := range []string{folder, zip} {
		r, err := pack.Verify(t.Context(), path, pack.VerifyOptions{Trust: s.trust, Replay: s.in.Tool})
		if err != nil {
			t.Fatal(err)
		}
		if r.Standing != seal.Trusted || !r.Intact() {
			t.Errorf("%s: %v", r.Standing, r.Err())
		}
		if d := cmp.Diff(&pack.Withheld{Items: 1, Inputs: 2}, r.Withheld); d != "" {
			t.Error(d)
		}
		if len(r.Snapshots) != 1 || !r.Snapshots[0].Withheld || r.Snapshots[0].Digest != whole.Snapshots[0].Digest || r.Snapshots[0].Host != whole.Snapshots[0].Host {
			t.Errorf("%+v, want what is left of %+v", r.Snapshots, whole.Snapshots)
		}
		if r.Counts != whole.Counts || r.Counts.Total() == 0 || whole.Withheld != nil {
			t.Errorf("counts %+v, of the whole %+v", r.Counts, whole.Counts)
		}
		if r.Replay == nil || !r.Replay.Withheld || r.Replay.NotDone == "" || r.Replay.Files != 0 {
			t.Errorf("replayed: %+v", r.Replay)
		}
		if len(r.Links()) != 1 || r.Links()[0].Digest != whole.Snapshots[0].Digest || !r.Links()[0].To.Equal(whole.Links()[0].To) {
			t.Errorf("links %+v, want %+v", r.Links(), whole.Links())
		}
		a, _, err := pack.OpenAudit(t.Context(), path, bag.Limits{})
		if err != nil || a.Reduced == nil || a.Reduced.Items != 1 {
			t.Errorf("%+v, %v", a.Reduced, err)
		}
	}
	if _, err := pack.CounterSign(t.Context(), folder, &pack.Sealer{Identity: s.by.Identity, Time: s.by.Time}, bag.Limits{}); err == nil || !strings.Contains(err.Error(), "signed it already") {
		t.Errorf("counter-signed by the same: %v", err)
	}
	a := &attack{t: t, s: s, files: contents(t, folder)}
	for path := range a.files {
		if strings.Contains(path, "/data/items/") || strings.HasSuffix(path, "snapshot.json") || strings.HasPrefix(path, "data/inputs/") && path != "data/inputs/pack.json" {
			t.Errorf("%s is in it", path)
		}
	}
	whole1, all := contents(t, s.folder), 0
	for path, text := range a.files { // what is left of the snapshots is as it was
		if strings.HasPrefix(path, "data/snapshots/") {
			if all++; whole1[path] != text {
				t.Errorf("%s is another one", path)
			}
		}
	}
	if all != 4 {
		t.Errorf("%d files of the snapshot, want 4", all)
	}
}

// TestReducedAgain makes a package without evidence twice: the same bytes.
func TestReducedAgain(t *testing.T) {
	s := sealedSample(t)
	one, two := contents(t, reducedSample(t, s, nil, "r")), contents(t, reducedSample(t, s, nil, "r"))
	if d := cmp.Diff(one, two); d != "" {
		t.Error(d)
	}
}

// TestReducedNeverPasses: a package from which evidence was taken, or to which it was given, is neither a whole one nor a reduced
// one, whoever seals it anew.
func TestReducedNeverPasses(t *testing.T) {
	s := sealedSample(t)
	reduced := contents(t, reducedSample(t, s, s.by, "r"))
	const after = "data/snapshots/automate01/after/"
	drop := func(files map[string]string) {
		maps.DeleteFunc(files, func(path, _ string) bool { return strings.HasPrefix(path, after+"data/") })
	}
	declare := func(files map[string]string) {
		files["data/inputs/pack.json"] = strings.Replace(files["data/inputs/pack.json"], "\n}", ",\n  \"withheld\": {\n    \"items\": 1,\n    \"inputs\": 2\n  }\n}", 1)
		files["bag-info.txt"] += bag.WithheldKey + ": 1\n"
	}
	var item string
	for path := range contents(t, s.folder) {
		if strings.HasPrefix(path, after+"data/items/") {
			item = path
		}
	}
	edit := func(path, old, new string) func(map[string]string) {
		return func(files map[string]string) {
			if !strings.Contains(files[path], old) {
				t.Fatalf("%s has no %q", path, old)
			}
			files[path] = strings.ReplaceAll(files[path], old, new)
		}
	}
	for _, c := range []struct {
		name  string
		from  map[string]string
		touch []func(map[string]string)
		says  string // if even the signer seals it anew
	}{
		{"items lost", contents(t, s.folder), []func(map[string]string){drop}, "none of the 2 files of the payload is there"},
		{"one item lost", contents(t, s.folder), []func(map[string]string){func(f map[string]string) { delete(f, item) }}, "is missing"},
		{"items removed and declared", contents(t, s.folder), []func(map[string]string){drop, declare}, "it is not that of a package without evidence"},
		{"items there and declared", contents(t, s.folder), []func(map[string]string){declare}, "although the payload is said to be withheld"},
		{"declaration removed", reduced, []func(map[string]string){edit("data/inputs/pack.json", ",\n  \"withheld\": {\n    \"items\": 1,\n    \"inputs\": 2\n  }", "")}, "pack.json does not say"},
		{"no line in bag-info.txt", reduced, []func(map[string]string){edit("bag-info.txt", bag.WithheldKey+": 1\n", "")}, bag.WithheldKey},
		{"another number", reduced, []func(map[string]string){edit("data/inputs/pack.json", `"items": 1`, `"items": 2`), edit("bag-info.txt", bag.WithheldKey+": 1", bag.WithheldKey+": 2")}, "the manifests of the snapshots list 1"},
		{"an item put back", reduced, []func(map[string]string){func(f map[string]string) { f[item] = contents(t, s.folder)[item] }}, "although the payload is said to be withheld"},
		{"another item put there", reduced, []func(map[string]string){func(f map[string]string) { f[after+"data/items/x/x.txt"] = "x" }}, "although the payload is said to be withheld"},
		{"another manifest", reduced, []func(map[string]string){edit(after+"manifest-sha256.txt", "data/items/", "data/itemz/")}, "its SHA-256 is"},
		{"no manifest", reduced, []func(map[string]string){func(f map[string]string) { delete(f, after+"manifest-sha256.txt") }}, "is missing"},
		{"no snapshot", reduced, []func(map[string]string){func(f map[string]string) {
			maps.DeleteFunc(f, func(path, _ string) bool { return strings.HasPrefix(path, after) })
		}}, "it is not in the package"},
		{"an input more", reduced, []func(map[string]string){func(f map[string]string) { f["data/inputs/answers.yaml"] = "client: x\n" }}, "has no such file"},
		{"a file more", reduced, []func(map[string]string){func(f map[string]string) { f["data/netstat.txt"] = "x" }}, "has no such file"},
		{"another digest of an item", reduced, []func(map[string]string){func(f map[string]string) {
			digest := strings.Fields(f[after+"manifest-sha256.txt"])[0]
			edit("data/audit.json", digest, strings.Repeat("ab", 32))(f)
		}}, "which the manifest does not list so"},
		{"an item of which nothing is said", reduced, []func(map[string]string){func(f map[string]string) {
			digest := strings.Fields(f[after+"manifest-sha256.txt"])[0]
			edit("data/audit.json", digest, "")(f)
		}}, "of which audit.json does not speak"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := &attack{t: t, s: s, files: maps.Clone(c.from)}
			for _, touch := range c.touch {
				touch(a.files)
			}
			a.relist(nil) // by somebody without the key
			if r := verify(t, put(t, a.files), s.trust); r.Intact() || !hasKind(r, pack.BadSeal) {
				t.Errorf("the seal holds: %v", r.Err())
			}
			a.relist(s.by) // by the signer's own hand
			r := verify(t, put(t, a.files), s.trust)
			if r.Intact() || !slices.ContainsFunc(r.Faults, func(f pack.Fault) bool { return strings.Contains(f.Message, c.says) }) {
				t.Errorf("passes, or not for the reason that %q: %v", c.says, r.Faults)
			}
		})
	}
}

func hasKind(r pack.Report, k bag.Kind) bool {
	return slices.ContainsFunc(r.Faults, func(f pack.Fault) bool { return f.Kind == k })
}

// TestReducedNames: what a benchmark's file was called stands nowhere in a package without evidence, its checklists included.
func TestReducedNames(t *testing.T) {
	in := replayInputs(t)
	in.WithoutEvidence, in.Carry = true, nil
	for i := range in.Benchmarks {
		in.Benchmarks[i].Name = "Jane Roe rules.xml"
	}
	checklists := 0
	for path, text := range contents(t, packed(t, in, nil)) {
		for _, name := range []string{"Jane", "Roe rules", "Roe_rules"} {
			if strings.Contains(text, name) {
				t.Errorf("%s holds %q", path, name)
			}
		}
		if strings.HasPrefix(path, "data/checklists/") || strings.HasPrefix(path, "data/xccdf/") {
			checklists++
			if !strings.Contains(text, "-xccdf.xml") {
				t.Errorf("%s names no benchmark", path)
			}
		}
	}
	if checklists == 0 {
		t.Error("there are no checklists")
	}
}
