package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf16"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
	"auditpack/render/pack"
	"auditpack/templates"
)

// plant is one small change to the files of the sample's hardened server, and what a reader of the documents expects of
// it. Every Control that want does not name has to keep its Result.
type plant struct {
	name string
	edit func(*server)
	want string // "ID=fail ID=needs review|not collected": words of planted results, see results
}

// results are the words of plant.want.
var results = map[string]evidence.Result{
	"pass": evidence.Pass, "fail": evidence.Fail, "review": evidence.NeedsReview,
	"uncollected": evidence.NotCollected, "n/a": evidence.NotApplicable,
}

// server is the files of a server, which a plant changes.
type server struct {
	t     *testing.T
	files fstest.MapFS
	host  string
	taken time.Time
}

func sampleServer(t *testing.T, about sample) *server {
	t.Helper()
	s := &server{t, fstest.MapFS{}, about.Host, about.Snapshots[1].Captured.UTC()}
	root, err := fs.Sub(templates.FS, "sample/after")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, path)
		s.files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wide reports whether a file is UTF-16LE.
func wide(data []byte) bool {
	return len(data) > 1 && (data[1] == 0 || data[0] == 0xff && data[1] == 0xfe)
}

func inUTF16(text string) []byte {
	var data []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		data = append(data, byte(unit), byte(unit>>8))
	}
	return data
}

// bytesLike returns text in the encoding of like, with its line ends.
func bytesLike(like []byte, text string) []byte {
	text = strings.ReplaceAll(text, "\n", "\r\n")
	if wide(like) {
		return inUTF16(text)
	}
	return []byte(text)
}

// replace changes the one place of a file that holds old.
func (s *server) replace(file, old, text string) {
	s.t.Helper()
	f, ok := s.files[file]
	if !ok {
		s.t.Fatalf("the sample has no %s", file)
	}
	from := bytesLike(f.Data, old)
	if n := bytes.Count(f.Data, from); n != 1 {
		s.t.Fatalf("%s holds %q %d times", file, old, n)
	}
	s.files[file] = &fstest.MapFile{Data: bytes.Replace(f.Data, from, bytesLike(f.Data, text), 1)}
}

// reg adds a registry export with the given keys, as reg export writes it.
func (s *server) reg(file, text string) {
	text = strings.ReplaceAll("Windows Registry Editor Version 5.00\n\n"+text+"\n\n", "\n", "\r\n")
	s.files[file] = &fstest.MapFile{Data: append([]byte{0xff, 0xfe}, inUTF16(text)...)}
}

func (s *server) put(file, text string) {
	s.files[file] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, "\n", "\r\n"))}
}

// cut keeps the bytes of a file up to the first place that holds text.
func (s *server) cut(file, text string) {
	data := s.files[file].Data
	i := bytes.Index(data, bytesLike(data, text))
	if i < 0 {
		s.t.Fatalf("%s does not hold %q", file, text)
	}
	s.files[file] = &fstest.MapFile{Data: data[:i]}
}

// swapped turns a file of UTF-16LE into UTF-16BE.
func (s *server) swapped(file string) {
	data := slices.Clone(s.files[file].Data)
	for i := 0; i+1 < len(data); i += 2 {
		data[i], data[i+1] = data[i+1], data[i]
	}
	s.files[file] = &fstest.MapFile{Data: data}
}

// assess imports the files and judges them, by the demo's own ways but without anybody's answers: what evidence alone
// decides is planted.
func (s *server) assess(about sample) (audit.Audit, error) {
	dest := filepath.Join(s.t.TempDir(), "snapshot.zip") // one file to sync, not forty
	_, err := snapshot.ImportFS(s.t.Context(), s.files, "after", snapshot.ImportOptions{
		Dest: dest, Host: s.host, By: about.Operator, Tool: "auditpack test", Taken: s.taken, Recognise: recognise,
	})
	if err != nil {
		return audit.Audit{}, err
	}
	opened, err := snapshot.Open(s.t.Context(), dest, bag.Limits{})
	if err != nil {
		return audit.Audit{}, err
	}
	defer opened.Close()
	in := pack.Inputs{Tool: "auditpack test", AsOf: about.AsOf.UTC(), Guide: guideFiles(), Hosts: []pack.Host{{After: opened}}}
	a, err := in.Audit(s.t.Context())
	if err != nil {
		return a, err
	}
	return a, citesHold(a, opened)
}

// citesHold checks that every pass and fail cites, and that every Citation lies inside its Item.
func citesHold(a audit.Audit, s *snapshot.Snapshot) error {
	sizes := map[string]int64{}
	for _, item := range s.Items() {
		sizes[item.Path] = item.Size
	}
	for _, c := range assessed(a) {
		for _, r := range c.After.Reasons {
			if (r.Result == evidence.Pass || r.Result == evidence.Fail) && len(r.Cites) == 0 {
				return fmt.Errorf("%s: %s without a citation: %s", c.ID, r.Result, r.Actual)
			}
			for _, cite := range r.Cites {
				size, ok := sizes[cite.Item]
				if !ok || cite.Offset < 0 || cite.Length < 0 || cite.Offset+cite.Length > size {
					return fmt.Errorf("%s: citation %v is not inside an item of %d bytes", c.ID, cite, size)
				}
			}
		}
	}
	return nil
}

func assessed(a audit.Audit) []audit.Assessed {
	var all []audit.Assessed
	for _, section := range a.Hosts[0].Sections {
		all = append(all, section.Controls...)
	}
	return all
}

// plantEvery keeps the suite short: one plant in six, one in twelve with -short, all where AUDITPACK_PLANT says so, as in
// .ci/run.
func plantEvery() int {
	switch {
	case os.Getenv("AUDITPACK_PLANT") == "all":
		return 1
	case testing.Short():
		return 12
	}
	return 6
}

func TestPlanted(t *testing.T) {
	about, err := loadSample()
	if err != nil {
		t.Fatal(err)
	}
	untouched, err := sampleServer(t, about).assess(about)
	if err != nil {
		t.Fatal(err)
	}
	before := map[string]evidence.Result{}
	for _, c := range assessed(untouched) {
		before[c.ID] = c.After.Result
	}
	names := map[string]bool{}
	for i, p := range planted() {
		if names[p.name] {
			t.Errorf("%s is planted twice", p.name)
		}
		names[p.name] = true
		t.Run(p.name, func(t *testing.T) {
			if every := plantEvery(); i%every != 0 {
				t.Skipf("one of %d is planted; AUDITPACK_PLANT=all plants all", every)
			}
			t.Parallel()
			s := sampleServer(t, about)
			p.edit(s)
			got, err := s.assess(about)
			if err != nil {
				t.Fatal(err)
			}
			want := wanted(t, p.want, before)
			for _, c := range assessed(got) {
				if !slices.Contains(want[c.ID], c.After.Result) {
					t.Errorf("%s is %s, want %v\n%s", c.ID, c.After.Result, want[c.ID], reasonsText(c.After.Reasons))
				}
			}
		})
	}
}

// wanted returns the Results that a plant allows each Control. "all=review" stands for every Control that
// is decided, "passes=review" for every one that passes; what stands further right wins.
func wanted(t *testing.T, text string, before map[string]evidence.Result) map[string][]evidence.Result {
	t.Helper()
	want := map[string][]evidence.Result{}
	for id, r := range before {
		want[id] = []evidence.Result{r}
	}
	for _, field := range strings.Fields(text) {
		id, words, _ := strings.Cut(field, "=")
		var allowed []evidence.Result
		for _, word := range strings.Split(words, "|") {
			r, ok := results[word]
			if !ok {
				t.Fatalf("%q is no result", word)
			}
			allowed = append(allowed, r)
		}
		if group := id; group == "all" || group == "passes" { // every Control that is decided, every one that passes
			for id, r := range before {
				if r == evidence.Pass || r == evidence.Fail && group == "all" {
					want[id] = allowed
				}
			}
			continue
		}
		if _, ok := before[id]; !ok {
			t.Fatalf("the guide has no Control %q", id)
		}
		want[id] = allowed
	}
	return want
}

func reasonsText(reasons []evidence.Reason) string {
	var b strings.Builder
	for _, r := range reasons {
		fmt.Fprintf(&b, "    %s: %s: %s (%s) %v\n", r.Result, r.Address, r.Actual, r.Note, r.Cites)
	}
	return b.String()
}

// planted lists all plants. What is wanted of each was decided from the documents before the program was asked.
func planted() []plant {
	return slices.Concat(plantedRegistry(), plantedPolicy(), plantedFirewall(), plantedListeners(), plantedFolder(), plantedShares(),
		plantedIIS(), plantedHTTP(), plantedSystem())
}
