package pack_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"auditpack/evidence"
	"auditpack/render/pack"
)

const ownQuestions = "version: 1\nid: own\ntitle: Own\nquestions:\n  - {id: q, topic: T, text: Is it?, scope: company, person: P}\n  - {id: open, topic: T, text: Is it?, scope: company, person: P}\n"

const ownAnswers = "client: Example Dental Group\nattestations:\n  - {control: \"question:q\", holds: true, by: the owner, on: 2026-11-01, valid_until: 2027-01-15}\n"

// formInputs are inputs with two forms of insurers, a PDF and a workbook.
func formInputs(t *testing.T) pack.Inputs {
	t.Helper()
	in := replayInputs(t)
	in.Benchmarks, in.Hosts = nil, in.Hosts[1:]
	in.Answers = []byte(ownAnswers)
	in.Questionnaires = []pack.File{{Name: "own.yaml", Data: []byte(ownQuestions)}}
	form, err := os.ReadFile("../form/testdata/pdfcpu.pdf")
	if err != nil {
		t.Fatal(err)
	}
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetCellStr("Sheet1", "A1", "Is it?"); err != nil {
		t.Fatal(err)
	}
	var sheet bytes.Buffer
	if err := book.Write(&sheet); err != nil {
		t.Fatal(err)
	}
	in.Forms = []pack.FormToFill{
		{Form: pack.File{Name: "Antrag (2).PDF", Data: form}, Map: pack.File{Name: "m1.yaml",
			Data: []byte("version: 1\nfields:\n  - {field: applicant, put: client}\n  - {field: mfa, question: q, put: answer}\n  - {field: logs, question: open, put: answer, label: Logs}\n")}},
		{Form: pack.File{Name: "form.xlsx", Data: sheet.Bytes()}, Map: pack.File{Name: "m2.yaml",
			Data: []byte("version: 1\ncells:\n  - {sheet: Sheet1, cell: B1, question: q, put: by}\n")}},
	}
	return in
}

// TestForms holds what a package says of the forms that were filled, that they are made again out of it, and that a forged
// one is found.
func TestForms(t *testing.T) {
	in := formInputs(t)
	path := packed(t, in, nil)
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(path, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	filled := read("data/questionnaire/forms/1-antrag2.pdf")
	if !bytes.HasPrefix(filled, in.Forms[0].Form.Data) || len(filled) == len(in.Forms[0].Form.Data) {
		t.Error("the filled PDF is not the form with a revision behind it")
	}
	var about evidence.FilledForm
	if err := json.Unmarshal(read("data/questionnaire/forms/1-antrag2.json"), &about); err != nil {
		t.Fatal(err)
	}
	want := evidence.FilledForm{Version: evidence.FormVersion, Kind: evidence.PDFForm, Name: "Antrag (2).PDF", Digest: evidence.DigestOf(in.Forms[0].Form.Data),
		Map: "m1.yaml", MapDigest: evidence.DigestOf(in.Forms[0].Map.Data), Path: "data/questionnaire/forms/1-antrag2.pdf", Filled: evidence.DigestOf(filled),
		Fields: []evidence.FormField{{Where: "applicant", Put: "client", Text: "Example Dental Group"}, {Where: "mfa", Question: "q", Put: "answer", Text: "Yes", Basis: evidence.ByAttestation, Scope: "company", Attested: "the owner on 2026-11-01, until 2027-01-15"}},
		Open:   []evidence.FormNote{{Where: "logs", Label: "Logs", Question: "open", Why: "not answered"}}, Look: []evidence.FormNote{}}
	if diff := cmp.Diff(want, about); diff != "" {
		t.Error(diff)
	}
	var whole struct{ Forms []evidence.FilledForm }
	if err := json.Unmarshal(read("data/audit.json"), &whole); err != nil || len(whole.Forms) != 2 || !cmp.Equal(whole.Forms[0], want) || whole.Forms[1].Fields[0].Text != "the owner" {
		t.Errorf("audit.json: %v, %+v", err, whole.Forms)
	}
	// audit.json, report, workbook, verify.txt, pack.json, two OSCAL files, poam.csv, answers, two forms with their lists
	if r, err := replayed(t, path, "auditpack test"); err != nil || len(r.Differences) > 0 || r.Files != 13 {
		t.Errorf("%+v, %v", r, err)
	}
	r, err := replayed(t, forged(t, path, func(files map[string][]byte) {
		files["data/questionnaire/forms/1-antrag2.pdf"] = bytes.Replace(filled, []byte("/V /Yes"), []byte("/V /No "), 1)
		files["data/questionnaire/forms/3-more.pdf"] = filled
	}), "auditpack test")
	var got []string
	for _, d := range r.Differences {
		got = append(got, d.File+": "+d.Place)
	}
	if want := []string{"data/questionnaire/forms/1-antrag2.pdf: byte ", "data/questionnaire/forms/3-more.pdf: "}; err != nil || len(got) != 2 ||
		!strings.HasPrefix(got[0], want[0]) || got[1] != want[1] {
		t.Errorf("%v, %q", err, got)
	}
	_, err = replayed(t, forged(t, path, func(files map[string][]byte) {
		options := files["data/inputs/pack.json"]
		files["data/inputs/pack.json"] = bytes.Replace(options, []byte(`"path": "data/inputs/maps/2-m2.yaml"`), []byte(`"path": "data/inputs/questionnaires/2-m2.yaml"`), 1)
		files["data/inputs/questionnaires/2-m2.yaml"] = []byte(strings.Replace(ownQuestions, "id: own", "id: more", 1))
	}), "auditpack test")
	if err == nil || err.Error() != "1 maps for 2 forms" {
		t.Errorf("a form without a map: %v", err)
	}
}

// TestFormsReduced: a package without evidence names neither form nor map as the files were called, and says of each copy that it is
// not the one to hand in.
func TestFormsReduced(t *testing.T) {
	in := formInputs(t)
	in.WithoutEvidence = true
	in.Forms[0].Map.Name = "m1 of Jane Roe.yaml"
	all := contents(t, packed(t, in, nil))
	for path, text := range all {
		for _, name := range []string{"Antrag", "antrag", "Jane Roe"} {
			if strings.Contains(path, name) || strings.Contains(text, name) {
				t.Errorf("%s holds %q", path, name)
			}
		}
	}
	for _, path := range []string{"data/questionnaire/forms/1-form.json", "data/questionnaire/forms/2-form.json"} {
		var about evidence.FilledForm
		if err := json.Unmarshal([]byte(all[path]), &about); err != nil {
			t.Fatal(path, err)
		}
		filled, ok := all[about.Path]
		if !ok || about.Filled != evidence.DigestOf([]byte(filled)) || about.Map != "[withheld]" || about.Name != filepath.Base(about.Path) {
			t.Errorf("%+v", about)
		}
		if n := len(about.Look); n == 0 || !strings.Contains(about.Look[n-1].Why, "hand in the copy of the whole package") {
			t.Errorf("%s: %+v", path, about.Look)
		}
	}
}

// TestFormsRefused holds that a form which cannot be filled leaves no package.
func TestFormsRefused(t *testing.T) {
	for _, c := range []struct {
		change func(*pack.Inputs)
		want   string
	}{
		{func(in *pack.Inputs) { in.Questionnaires = nil }, "a form is filled from answers, and no set of questions is to be answered"},
		{func(in *pack.Inputs) {
			in.Forms[0].Map.Data = bytes.Replace(in.Forms[0].Map.Data, []byte("question: q"), []byte("words: {\"yes\": Ja}, question: q"), 1)
		}, `m1.yaml:4:5: Antrag (2).PDF: "mfa": the form has no option "Ja" there: it has "Yes", "No"`},
		{func(in *pack.Inputs) { in.Forms[1].Form = in.Forms[0].Form }, `m2.yaml:3:5: Antrag (2).PDF is a PDF, and the map names cells of a workbook`},
	} {
		in := formInputs(t)
		c.change(&in)
		dest := filepath.Join(t.TempDir(), "package")
		_, err := pack.Write(t.Context(), in, nil, pack.Destination{Path: dest})
		if err == nil || err.Error() != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
		if _, err := os.Lstat(dest); err == nil {
			t.Error("something was written")
		}
	}
}
