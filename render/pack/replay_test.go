package pack_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditpack/evidence/bag"
	"auditpack/evidence/seal/sealtest"
	"auditpack/render/pack"
)

var replayTime = time.Date(2026, 11, 22, 10, 15, 0, 0, time.UTC)

const levelIs = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Sample\\Part 0]\r\n\"Level\"=dword:0000000"

// replayInputs have something of every kind, under names that outputs show.
func replayInputs(t *testing.T) pack.Inputs {
	return pack.Inputs{Tool: "auditpack test", AsOf: replayTime, Guide: oneControl(), By: "Example Managed Services",
		Answers:    []byte("client: Example Dental Group\n"),
		Benchmarks: []pack.File{{Name: "Many Rules XCCDF (2).xml", Data: manyRules(12)}},
		Hosts: []pack.Host{
			{After: snapshotOf(t, "after.reg", levelIs+"1\r\n\r\n", replayTime.AddDate(0, 0, -1)), Before: snapshotOf(t, "before.reg", levelIs+"2\r\n\r\n", replayTime.AddDate(0, -3, 0))},
			{After: snapshotOn(t, "DATABASE01", "second.reg", levelIs+"3\r\n\r\n", replayTime.AddDate(0, 0, -2))},
		}}
}

// packed writes a package; by may be nil.
func packed(t *testing.T, in pack.Inputs, by *pack.Sealer) string {
	t.Helper()
	dest := filepath.Join(t.TempDir(), "package")
	if _, err := pack.Write(t.Context(), in, by, pack.Destination{Path: dest}); err != nil {
		t.Fatal(err)
	}
	return dest
}

func replayed(t *testing.T, path, tool string) (pack.Replayed, error) {
	t.Helper()
	b, err := bag.Open(t.Context(), path, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	return pack.Replay(t.Context(), b, tool)
}

// forged is the package at path as somebody made it anew who can write manifests: change gets every file but the tag files.
func forged(t *testing.T, path string, change func(files map[string][]byte)) string {
	t.Helper()
	b, err := bag.Open(t.Context(), path, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	files := map[string][]byte{}
	for _, f := range b.Files() {
		if strings.HasPrefix(f.Path, "data/") || f.Path == "verify.txt" {
			if files[f.Path], err = b.ReadFile(f.Path, 1<<30); err != nil {
				t.Fatal(err)
			}
		}
	}
	change(files)
	dest := filepath.Join(t.TempDir(), "forged")
	w, err := bag.Create(dest, bag.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if err := w.Add(name, data); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	return dest
}

// TestReplay shares one package among its parts, as each takes a while to draw.
func TestReplay(t *testing.T) {
	path := packed(t, replayInputs(t), nil)
	t.Run("equal", func(t *testing.T) {
		sealed := packed(t, replayInputs(t), &pack.Sealer{Identity: sealtest.Identity(t), Time: sealtest.Time})
		for _, path := range []string{path, sealed} {
			r, err := replayed(t, path, "auditpack test")
			if err != nil || r.NotDone != "" || len(r.Differences) > 0 {
				t.Errorf("%+v, %v", r, err)
			}
			// audit.json, report, workbook, verify.txt, pack.json, two OSCAL files, poam.csv, and three forms of two checklists
			if r.Files != 14 {
				t.Errorf("%d files were made again, want 14", r.Files)
			}
		}
	})
	t.Run("another tool", func(t *testing.T) {
		r, err := replayed(t, path, "auditpack other")
		if err != nil || r.NotDone != "made by auditpack test, this is auditpack other" || r.Files != 0 || len(r.Differences) > 0 {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("forged", func(t *testing.T) { replayForged(t, path) })
	t.Run("impossible", func(t *testing.T) { replayImpossible(t, path) })
}

// replayForged: each way in which outputs and inputs are not of each other is named by its first place. What does not touch each other is
// forged at once.
func replayForged(t *testing.T, path string) {
	type files = map[string][]byte
	edit := func(file, old, new string) func(files) {
		return func(f files) {
			if !bytes.Contains(f[file], []byte(old)) {
				t.Fatalf("%s does not hold %q", file, old)
			}
			f[file] = bytes.Replace(f[file], []byte(old), []byte(new), 1)
		}
	}
	changed := replayInputs(t)
	changed.Hosts[0].After = snapshotOf(t, "after.reg", levelIs+"7\r\n\r\n", replayTime.AddDate(0, 0, -1))
	other, err := bag.Open(t.Context(), packed(t, changed, nil), bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	take := func(file string) func(files) {
		return func(f files) {
			if f[file], err = other.ReadFile(file, 1<<30); err != nil {
				t.Fatal(err)
			}
		}
	}
	const ckl, xccdf = "data/checklists/automate01-many_rules_stig.ckl", "data/xccdf/automate01-many_rules_stig.xml"
	for _, c := range []struct {
		name   string
		change []func(files)
		want   map[string]string // what the difference of a file begins with; no other file differs
	}{
		{"verdicts and texts", []func(files){
			edit("data/audit.json", `"result": "fail"`, `"result": "pass"`),
			edit(ckl, "<STATUS>Not_Reviewed", "<STATUS>NotAFinding"),
			edit("data/oscal/poam.json", "level-0", "level-1"),
			edit("verify.txt", "sha256sum", "true || sha256sum"),
			edit("data/inputs/pack.json", `"by"`, `"by": "x", "by"`),
			take("data/report.pdf"),
			func(f files) {
				f["data/workbook.xlsx"] = repacked(t, f["data/workbook.xlsx"], "xl/worksheets/sheet6.xml", "Level 0 is set", "Level 0 is sat")
			},
			func(f files) { delete(f, xccdf) },
			func(f files) { f["data/oscal/more.json"] = []byte("{}") },
			func(f files) { f["data/inputs/note.txt"] = []byte("?") },
			func(f files) { f["data/snapshots/other.txt"] = []byte("?") },
		}, map[string]string{
			"data/audit.json":          `control level-0, hosts[0].sections[0].controls[0].before.result: the package has "pass", its inputs make "fail"`,
			ckl:                        "line ",
			"data/oscal/poam.json":     "line ",
			"verify.txt":               "line ",
			"data/inputs/pack.json":    "line ",
			"data/report.pdf":          "page 1: ",
			"data/workbook.xlsx":       "sheet Controls, cell ",
			xccdf:                      "the package has nothing, its inputs make a file",
			"data/oscal/more.json":     "the package has a file, its inputs make nothing",
			"data/inputs/note.txt":     "the package has an input that nothing was made from",
			"data/snapshots/other.txt": "the package has evidence that nothing was made from",
		}},
		{"whole documents", []func(files){
			func(f files) { f["data/report.pdf"] = append(f["data/report.pdf"], "%x\n"...) },
			take("data/workbook.xlsx"),
			func(f files) { f["verify.txt"] = append(f["verify.txt"], "x\n"...) },
		}, map[string]string{"data/report.pdf": "byte ", "data/workbook.xlsx": "sheet ", "verify.txt": "line "}},
		{"no documents", []func(files){
			func(f files) { f["data/report.pdf"] = []byte("%PDF-1.7\n") },
			func(f files) { f["data/workbook.xlsx"] = []byte("PK") },
			func(f files) { f["data/audit.json"] = []byte("{") },
		}, map[string]string{"data/report.pdf": "the package has not a report", "data/workbook.xlsx": "the package has not a workbook", "data/audit.json": "the end of line 1: "}},
		{"the guide", []func(files){edit("data/inputs/guide/only.yaml", `"= 1"`, `"= 2"`)}, map[string]string{"data/audit.json": "control level-0, ",
			"data/report.pdf": "page ", "data/workbook.xlsx": "", "data/oscal/assessment-results.json": "line ", "data/oscal/poam.json": "line ", "data/poam.csv": "line 3: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := replayed(t, forged(t, path, func(f files) {
				for _, change := range c.change {
					change(f)
				}
			}), "auditpack test")
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range r.Differences {
				want, expected := c.want[d.File]
				if got := d.String(); !expected || !strings.HasPrefix(got, want) || strings.Contains(got, "\n") {
					t.Errorf("%s: %q, want it to begin with %q", d.File, got, want)
				}
				delete(c.want, d.File)
			}
			for file, want := range c.want {
				t.Errorf("%s: no difference, want one that begins with %q", file, want)
			}
		})
	}
}

// replayImpossible: what cannot be replayed says why, in one line.
func replayImpossible(t *testing.T, path string) {
	options := func(old, new string) func(map[string][]byte) {
		return func(files map[string][]byte) {
			files["data/inputs/pack.json"] = bytes.Replace(files["data/inputs/pack.json"], []byte(old), []byte(new), 1)
		}
	}
	for _, c := range []struct {
		name   string
		change func(files map[string][]byte)
		want   string
	}{
		{"another format", options("pack/1", "pack/2"), `written in the format "auditpack.pack/2"`},
		{"no hosts", options(`"data/snapshots/automate01",`, `"data/snapshots/nobody",`), "not a bag"},
		{"a host elsewhere", options(`"data/snapshots/automate01",`, `"data/inputs",`), "no snapshots lie there"},
		{"an input that is gone", func(files map[string][]byte) { delete(files, "data/inputs/benchmarks/1-manyrulesxccdf2.xml") }, "1-manyrulesxccdf2.xml"},
		{"an input from elsewhere", options("data/inputs/benchmarks/1-manyrulesxccdf2.xml", "data/audit.json"), "does not lie below data/inputs/"},
		{"an input of no kind", options("data/inputs/benchmarks/1-manyrulesxccdf2.xml", "data/inputs/answers.yaml"), "nothing is known of such an input"},
		{"no guide", func(files map[string][]byte) {
			for name := range files {
				if strings.HasPrefix(name, "data/inputs/guide/") {
					delete(files, name)
				}
			}
		}, "guide: "},
	} {
		_, err := replayed(t, forged(t, path, c.change), "auditpack test")
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with %q", c.name, err, c.want)
		}
	}
}

// repacked changes one part of a workbook, and nothing else of it.
func repacked(t *testing.T, file []byte, part, old, new string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		data, err := fs.ReadFile(z, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			if !bytes.Contains(data, []byte(old)) {
				t.Fatalf("%s does not hold %q", part, old)
			}
			data = bytes.Replace(data, []byte(old), []byte(new), 1)
		}
		to, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(to, bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
