package main

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
	"auditpack/templates"
)

// plants are what stands in the sample and what a secret takes its place, in whatever encoding the file has.
var plants = []struct{ old, secret string }{
	{"10.20.30.", "172.29.113."},
	{"203.0.113.", "172.29.114."},
	{"198.51.100.", "172.29.115."},
	{"fe80::1d2c:7b40:9e55:a01f", "fd12:3456:789a::77"},
	{"2718049315-1094416732", "4444555566-1094416732"},
	{"adm-tech2", "zqxvkuser"},
	{"Registered Owner:          Windows User", "Registered Owner:          zqxvk.mail@zqxvkcorp.example"},
	{"Host Name:                 AUTOMATE01", "Host Name:                 AUTOMATE01.zqxvkcorp.example"},
	{"Domain:                    WORKGROUP", "Domain:                    zqxvkcorp.example"},
	{"Name=Remote maintenance|", "Name=Zqxvkrule of the cellar|"},
	{`App=C:\\Program Files\\MySQL\\`, `App=C:\\Users\\Zqxvkjane Doe\\`},
	{"labtech\tlocalhost", "zqxvksql\t172.29.113.%"},
	{"tech2", "zqxvktech"},
	{"X-Powered-By: ASP.NET", "X-Powered-By: zqxvkheader zqxvk.mail@zqxvkcorp.example"},
	{`<add name="X-Powered-By" value="ASP.NET" />`, `<add name="X-Zqxvkcustom" value="zqxvkvalue fd12:3456:789a::77" />`},
	{"Empty Location of redirects", "Zqxvkrewrite of redirects"},
	{`NT AUTHORITY\SYSTEM:(OI)(CI)(F)`, "NT AUTHORITY\\SYSTEM:(OI)(CI)(F)\r\n           ZQXVKDOM\\zqxvkacl:(OI)(CI)(M)"},
	{"SeNetworkLogonRight = ", "SeTcbPrivilege = *S-1-5-21-4444555566-1-2-1777,zqxvkright\r\nzqxvkproblem\r\nSeNetworkLogonRight = "},
	{"[ScreenConnect.Service.exe]", "[zqxvkproc.exe]"},
	{"password vault", "zqxvkcomment vault of the cellar"},
	{"migration team needs", "zqxvkreason team needs"},
}

// secrets are what no byte of a reduced package may hold.
var secrets = []string{"zqxvk", "172.29.11", "4444555566", "fd12:3456"}

// reaching are secrets that come into the Audit, folded.
var reaching = []string{"172.29.113.40", "172.29.114.16/28", "172.29.115.10", "s-1-5-21-4444555566-1-2-1777", "s-1-5-21-4444555566-1094416732-",
	"zqxvkuser", "automate01.zqxvkcorp.example", "zqxvkrule of the cellar", `c:\\\\users\\\\zqxvkjane doe`, "zqxvktech", "zqxvkheader",
	"zqxvkvalue", "zqxvkrewrite", `zqxvkdom\\zqxvkacl`, "zqxvkright", "zqxvkproc.exe", "zqxvkcomment", "zqxvkreason", "zqxvkattached.txt", "zqxvkfolder", "zqxvksource",
	`zqxvkdom\\zqxvkoperator`, `zqxvkdom\\zqxvkby`, "zqxvkcommand", "zqxvkargument", "zqxvkstderr", `\\\\zqxvkserver\\zqxvkshare at 172.29.113.9`, "zqxvksignal", "zqxvkbefore",
	"zqxvkrefused", "zqxvk.mail@zqxvkcorp.example", "fd12:3456:789a::77"}

// hide puts the secrets into a file of the sample.
func hide(data []byte) []byte {
	for _, p := range plants {
		data = bytes.ReplaceAll(data, []byte(p.old), []byte(p.secret))
		data = bytes.ReplaceAll(data, inUTF16(p.old), inUTF16(p.secret))
	}
	return data
}

// plantedSnapshot is one side of the sample with the secrets in it, and items that only a capture has.
func plantedSnapshot(t *testing.T, dest, side string, taken time.Time) {
	t.Helper()
	w, err := snapshot.Create(dest, snapshot.Header{Host: "AUTOMATE01.zqxvkcorp.example", Operator: `ZQXVKDOM\zqxvkoperator`, Tool: "auditpack test"}, bag.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	put := func(item evidence.Item, r io.Reader) {
		item.Host, item.By, item.Taken = "AUTOMATE01.zqxvkcorp.example", `ZQXVKDOM\zqxvkby`, taken
		if _, err := w.Put(item, r); err != nil {
			t.Fatal(err)
		}
	}
	root, err := fs.Sub(templates.FS, "sample/"+side)
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		collector, _, _ := strings.Cut(name, "/")
		put(evidence.Item{Name: "zqxvkfolder/" + name, Source: "zqxvksource.zip", Collector: collector, Path: "", Status: evidence.Captured,
			Origin: evidence.OriginImported}, bytes.NewReader(hide(data)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	one := 1
	put(evidence.Item{Name: `C:\Users\zqxvkname\x.txt`, Path: "data/items/system/failed.txt", Collector: "system", Status: evidence.Failed, Origin: evidence.OriginCaptured,
		Command: []string{`C:\zqxvkcommand.exe`, "zqxvkargument"}, ExitCode: &one, Stderr: `zqxvkstderr: \\zqxvkserver\zqxvkshare at 172.29.113.9`, Note: "zqxvknote: ended by zqxvksignal"}, nil)
	put(evidence.Item{Name: `C:\x`, Path: "data/items/system/cut.txt", Collector: "system", Status: evidence.Captured, Origin: evidence.OriginCaptured,
		Withheld: []evidence.Withheld{{Rule: "config-secret", Line: 1, What: "zqxvkbefore"}}, Refused: "it is a zqxvkrefused file"}, strings.NewReader("zqxvkcontent of \\\\zqxvkserver\\zqxvkshare\n"))
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// packPlanted packs the planted snapshots twice, whole and without evidence, and returns the folder that both lie in.
func packPlanted(t *testing.T, stigs ...string) string {
	t.Helper()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	plantedSnapshot(t, in("b"), "before", time.Date(2026, 7, 14, 6, 30, 0, 0, time.UTC))
	plantedSnapshot(t, in("a"), "after", time.Date(2026, 10, 20, 6, 30, 0, 0, time.UTC))
	said, err := templates.FS.ReadFile("sample/answers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(hide(said)), "\nattestations:\n", `
allowed_networks: [172.29.113.0/24, 172.29.114.16/28]
attestations:
  - control: question:data-classified
    holds: true
    by: head of operations
    on: 2026-10-15
    valid_until: 2027-01-15
    comment: see it
    attachment: zqxvkattached.txt
`, 1)
	if !strings.Contains(text, "zqxvkattached") {
		t.Fatal("the answers have no place for more")
	}
	for name, data := range map[string]string{"answers.yaml": text, "zqxvkattached.txt": "zqxvkattachment"} {
		if err := os.WriteFile(in(name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, without := range map[string]bool{"whole": false, "reduced": true} {
		o := packOptions{dest: in(name), before: []string{in("b")}, unsigned: true, without: without, by: "head of operations", sets: []string{"insurance", "ransomware"}}
		o.asOf, o.answers, o.stig = "2026-10-21", in("answers.yaml"), stigs
		var stderr bytes.Buffer
		if err := runPack(t.Context(), o, []string{in("a")}, io.Discard, &stderr); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestPlantedReduced packs evidence with secrets in every kind of place, whole and without evidence; with AUDITPACK_PLANT=all
// also judged by all benchmarks, with a checklist of each.
func TestPlantedReduced(t *testing.T) {
	var stigs []string
	if os.Getenv("AUDITPACK_PLANT") == "all" {
		stigs, _ = filepath.Glob(filepath.Join(os.Getenv("AUDITPACK_SHARED"), "stig", "U_MS_*-xccdf.xml"))
	}
	dir := packPlanted(t, stigs...)
	t.Run("holds no secret", func(t *testing.T) { holdsNoSecret(t, dir) })
	t.Run("says the same", func(t *testing.T) { saysTheSame(t, dir) })
}

// holdsNoSecret looks for the secrets in every byte of the reduced package: in files and their names, in the parts of the workbook,
// in what is compressed in the report, and in the words on its pages.
func holdsNoSecret(t *testing.T, dir string) {
	text, err := os.ReadFile(filepath.Join(dir, "whole", "data", "audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	whole := strings.ToLower(string(text))
	for _, secret := range reaching { // else the test would look for what is not there to be found
		if !strings.Contains(whole, secret) {
			t.Errorf("%q does not even come into the audit of the whole package", secret)
		}
	}
	for _, text := range unpacked(t, filepath.Join(dir, "reduced")) {
		folded := strings.ToLower(text)
		for _, secret := range secrets {
			if i := strings.Index(folded, secret); i >= 0 {
				t.Errorf("%q: …%q…", secret, folded[max(0, i-120):min(len(folded), i+80)])
			}
		}
	}
}

// unpacked returns everything in a package that a byte can be read from, each file with its path before it.
func unpacked(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		path, _ := filepath.Rel(dir, name)
		list = append(list, path+"\n"+string(data), strings.ReplaceAll(string(data), "\x00", ""))
		switch filepath.Ext(name) {
		case ".xlsx":
			list = append(list, zipped(t, data)...)
		case ".pdf":
			list = append(list, inflated(data)...)
			list = append(list, wordsOn(t, name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func zipped(t *testing.T, data []byte) []string {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, f.Name+"\n"+string(part))
	}
	return list
}

// inflated returns what is compressed in a PDF, the embedded files among it.
func inflated(data []byte) []string {
	var list []string
	for rest := data; ; {
		_, after, ok := bytes.Cut(rest, []byte("stream\n"))
		if !ok {
			return list
		}
		rest = after
		r, err := zlib.NewReader(bytes.NewReader(after))
		if err != nil {
			continue
		}
		text, _ := io.ReadAll(r) // what follows the stream is no part of it
		list = append(list, string(text), strings.ReplaceAll(string(text), "\x00", ""))
	}
}

// wordsOn returns the words on the pages of a PDF, if a program is there that reads them.
func wordsOn(t *testing.T, name string) string {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Log("pdftotext is not installed: the words on the pages are not looked at")
		return ""
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// saysTheSame holds that nothing but texts differs between the audits of the two packages: verdicts, counts, citations,
// digests and times are the same, and so is how many there are of each.
func saysTheSame(t *testing.T, dir string) {
	read := func(name string) (a audit.Audit) {
		text, err := os.ReadFile(filepath.Join(dir, name, "data", "audit.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &a); err != nil {
			t.Fatal(err)
		}
		return a
	}
	whole, reduced := read("whole"), read("reduced")
	changes := 0
	for i := range whole.Hosts {
		h := &whole.Hosts[i]
		changes += len(h.Changes) + len(h.Aside)
		h.Changes, h.Aside, h.SetAside = nil, nil, 0
		for j := range h.ItemChanges {
			h.ItemChanges[j].Text = nil
		}
	}
	if r := reduced.Reduced; r == nil || r.Changes != changes || changes == 0 {
		t.Errorf("%d settings differ, the reduced package says %+v", changes, r)
	}
	reduced.Reduced = nil
	texts := 0
	sameButTexts(t, "audit", reflect.ValueOf(whole), reflect.ValueOf(reduced), &texts)
	if texts < 100 {
		t.Errorf("only %d texts are masked: the sample has more in it", texts)
	}
	for _, s := range []string{whole.Hosts[0].Sections[0].Controls[0].Statement, "AUTOMATE01"} {
		if text, _ := json.Marshal(reduced); !strings.Contains(string(text), s) {
			t.Errorf("%q is gone", s)
		}
	}
}

// sameButTexts compares two values of a type; of texts only whether there is one counts, save those of a kind of their own.
func sameButTexts(t *testing.T, at string, whole, reduced reflect.Value, texts *int) {
	if strings.HasSuffix(at, ".Command") {
		return // left out as a whole
	}
	switch whole.Kind() {
	case reflect.Pointer:
		if whole.IsNil() != reduced.IsNil() {
			t.Errorf("%s: %v and %v", at, whole, reduced)
		} else if !whole.IsNil() {
			sameButTexts(t, at, whole.Elem(), reduced.Elem(), texts)
		}
	case reflect.Slice:
		if whole.Len() != reduced.Len() {
			t.Errorf("%s: %d and %d", at, whole.Len(), reduced.Len())
			return
		}
		for i := range whole.Len() {
			sameButTexts(t, at, whole.Index(i), reduced.Index(i), texts)
		}
	case reflect.Struct:
		if whole.Type() == reflect.TypeFor[time.Time]() || whole.Type() == reflect.TypeFor[evidence.Citation]() {
			if !reflect.DeepEqual(whole.Interface(), reduced.Interface()) {
				t.Errorf("%s: %v and %v", at, whole, reduced)
			}
			return
		}
		for i := range whole.NumField() {
			sameButTexts(t, at+"."+whole.Type().Field(i).Name, whole.Field(i), reduced.Field(i), texts)
		}
	case reflect.String:
		free := []reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[evidence.Address]()}
		switch {
		case whole.String() == reduced.String():
		case !slices.Contains(free, whole.Type()) || reduced.Len() == 0 || whole.Len() == 0:
			t.Errorf("%s: %q and %q", at, whole, reduced)
		default:
			*texts++
		}
	default:
		if !reflect.DeepEqual(whole.Interface(), reduced.Interface()) {
			t.Errorf("%s: %v and %v", at, whole, reduced)
		}
	}
}
