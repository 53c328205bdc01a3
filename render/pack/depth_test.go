package pack_test

import (
	"bytes"
	"testing"

	"auditpack/evidence/bag"
	"auditpack/render"
)

// TestPaper holds that the paper is written down and that a replay draws on the same.
func TestPaper(t *testing.T) {
	in := replayInputs(t)
	in.Paper = render.Letter
	path := packed(t, in, nil)
	if got, err := replayed(t, path, "auditpack test"); err != nil || got.NotDone != "" || len(got.Differences) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
	for _, named := range []string{`"a4"`, `"a5"`} {
		forgery := forged(t, path, func(files map[string][]byte) {
			files["data/inputs/pack.json"] = bytes.Replace(files["data/inputs/pack.json"], []byte(`"letter"`), []byte(named), 1)
		})
		if got, err := replayed(t, forgery, "auditpack test"); err == nil && len(got.Differences) == 0 {
			t.Errorf("a package that names the paper %s is replayed: %+v", named, got)
		}
	}
}

// TestDepth holds that the depth of the report is written down and drawn again by a replay, that nothing but the report and
// pack.json depends on it, and that a package which names another depth than its report has is found out.
func TestDepth(t *testing.T) {
	paths := map[render.Depth]string{}
	for _, depth := range []render.Depth{render.Full, render.Findings, render.Brief} {
		in := replayInputs(t)
		in.Depth = depth
		paths[depth] = packed(t, in, nil)
		if got, err := replayed(t, paths[depth], "auditpack test"); err != nil || got.NotDone != "" || len(got.Differences) > 0 {
			t.Errorf("%s: %+v, %v", depth, got, err)
		}
	}
	read := func(depth render.Depth, name string) []byte {
		b, err := bag.Open(t.Context(), paths[depth], bag.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		data, err := b.ReadFile(name, 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	full, err := bag.Open(t.Context(), paths[render.Full], bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, f := range full.Files() {
		may := f.Path == "data/report.pdf" || f.Path == "data/inputs/pack.json" || f.Path == "manifest-sha256.txt" || f.Path == "tagmanifest-sha256.txt"
		if same := bytes.Equal(read(render.Full, f.Path), read(render.Brief, f.Path)); same == may && f.Path != "bag-info.txt" {
			t.Errorf("%s: the same at every depth: %v", f.Path, same)
		}
	}
	if bytes.Contains(read(render.Full, "data/inputs/pack.json"), []byte("depth")) || !bytes.Contains(read(render.Brief, "data/inputs/pack.json"), []byte(`"depth": "summary"`)) {
		t.Errorf("pack.json: %s", read(render.Brief, "data/inputs/pack.json"))
	}
	for _, named := range []string{`"findings"`, `"everything"`} {
		forgery := forged(t, paths[render.Brief], func(files map[string][]byte) {
			files["data/inputs/pack.json"] = bytes.Replace(files["data/inputs/pack.json"], []byte(`"summary"`), []byte(named), 1)
		})
		if got, err := replayed(t, forgery, "auditpack test"); err == nil && len(got.Differences) == 0 {
			t.Errorf("a package that names the depth %s is replayed: %+v", named, got)
		}
	}
}
