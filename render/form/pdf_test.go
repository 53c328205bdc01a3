package form_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/render/form"
)

func fields(list ...form.Field) form.Map { return form.Map{Version: 1, Fields: list} }

func to(field, question, put string) form.Field {
	return form.Field{Field: field, Entry: form.Entry{Question: question, Put: put}}
}

func when(answer string, f form.Field) form.Field { f.When = answer; return f }

func words(yes, no, partial string, f form.Field) form.Field {
	f.Words = form.Words{Yes: yes, No: no, Partial: partial}
	return f
}

// bigMap fills a field of every kind and leaves one.
var bigMap = fields(
	to("applicant.name", "unicode", "by"), to("applicant.note", "logs", "comment"),
	when("yes", to("rdp yes", "rdp", "answer")), when("no", to("rdp no", "rdp", "answer")),
	words("ja, immer", "Nein", "", to("mfa", "mfa", "answer")),
	words("", "", "sometimes", to("logs", "logs", "answer")), to("plan", "off", "answer"), words("By hand", "", "", to("other", "rdp", "answer")),
	to("date", "", "as of"), to("hidden", "plan", "answer"),
)

var bigAnswers = func() []evidence.AnsweredQuestionnaire {
	set := answered[0]
	set.Client = "Contoso (Łódź)"
	set.Answers = append(slices.Clone(set.Answers), evidence.QuestionAnswer{ID: "unicode", Status: evidence.Confirmed, Standing: evidence.Valid,
		Attestation: &evidence.Attestation{By: "Zoë (\\Łódź) €"}})
	return []evidence.AnsweredQuestionnaire{set}
}()

// TestFillPDF holds what the one revision behind the form's own bytes says, field by field, and that it says nothing else.
func TestFillPDF(t *testing.T) {
	for _, c := range []struct {
		name   string
		before []byte
	}{{"table", bigForm().classic()}, {"streams", bigForm().packed()}} {
		t.Run(c.name, func(t *testing.T) {
			kept := bytes.Clone(c.before)
			filled, err := form.Fill("f.pdf", c.before, bigMap, bigAnswers)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(kept, c.before) || !bytes.HasPrefix(filled.Data, c.before) {
				t.Fatal("the form's own bytes changed")
			}
			revision := string(filled.Data[len(c.before):])
			got := map[string]string{}
			for _, m := range regexp.MustCompile(`(?s)\n(\d+) 0 obj\n(<<.*?)\nendobj`).FindAllStringSubmatch("\n"+revision, -1) {
				text := regexp.MustCompile(`/AP <</N \d+ 0 R>>`).ReplaceAllString(m[2], "/AP")
				switch {
				case strings.Contains(text, "\nstream\n"), strings.HasPrefix(text, "<</Type/Font"), strings.HasPrefix(text, "<</Type/XRef"):
				default:
					got[m[1]] = text
				}
			}
			form := bigForm().objects
			insert := func(n int, more string) string { return strings.TrimSuffix(form[n], ">>") + more + ">>" }
			want := map[string]string{
				"7":  insert(7, "/V <feff005a006f00eb00200028005c014100f30064017a0029002020ac>/AP"),
				"8":  insert(8, "/AP"),
				"9":  insert(9, "/AP"),
				"25": insert(25, "/V (long long long long long long long long long long long long long long long long long long long long )"),
				"10": strings.Replace(insert(10, "/V /On#20it"), "/AS/Off", "/AS /On#20it", 1),
				"11": strings.NewReplacer("/V/1", "/V /Off", "/AS/1", "/AS /Off").Replace(form[11]),
				"12": strings.Replace(form[12], "/V/Off", "/V /0", 1),
				"13": strings.Replace(form[13], "/AS/Off", "/AS /0", 1),
				"14": strings.Replace(form[14], "/AS/Off", "/AS /Off", 1),
				"15": insert(15, "/V (03)/AP"),
				"16": insert(16, "/V (No)/I [1]/AP"),
				"17": insert(17, "/V (By hand)/AP"),
				"18": insert(18, "/V (2026-10-21)/AP"),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if again, err := form2(c.before); err != nil || !bytes.Equal(again, filled.Data) {
				t.Errorf("filled again: %v, other bytes", err)
			}
			if diff := cmp.Diff([]evidence.FormNote{{Where: "hidden", Question: "plan", Why: "not answered"}}, filled.Form.Open); diff != "" {
				t.Error(diff)
			}
			var look []string
			for _, n := range filled.Form.Look {
				look = append(look, n.String())
			}
			if diff := cmp.Diff([]string{"applicant.name: its font cannot show Ł ź: the field holds them, the page shows ? in their place",
				"date: the form has a script that changes how it is shown, which is not run here: open the form and look"}, look); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func form2(data []byte) ([]byte, error) {
	filled, err := form.Fill("f.pdf", data, bigMap, bigAnswers)
	return filled.Data, err
}

// TestFillPDFRefuses holds that what does not fit the form is an error before anything is made.
func TestFillPDFRefuses(t *testing.T) {
	good := bigForm()
	one := fields(to("applicant.name", "rdp", "answer"))
	signed := map[int]string{24: "<</Type/Annot/Subtype/Widget/FT/Sig/T(signature)/V 27 0 R>>", 27: "<</Type/Sig/Contents<01>/ByteRange[0 1 2 3]>>"}
	certified := func(p int) map[int]string {
		return map[int]string{1: "<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R/Perms<</DocMDP 27 0 R>>>>", 24: signed[24],
			27: fmt.Sprintf("<</Type/Sig/Contents<01>/Reference[<</TransformMethod/DocMDP/TransformParams<</P %d>>>>]>>", p)}
	}
	for _, c := range []struct {
		name string
		data []byte
		m    form.Map
		want string
	}{
		{"no such field", good.classic(), fields(to("name", "rdp", "answer")), `"name": no field has this name: there are "applicant.name", "applicant.note", "rdp yes"`},
		{"no such question", good.classic(), fields(to("applicant.name", "rpd", "answer")), `"applicant.name": no answer to a question "rpd" is at hand`},
		{"no such option", good.classic(), fields(to("mfa", "mfa", "answer")), `"mfa": the form has no option "Yes" there: it has "Ja, immer", "Nein"`},
		{"not in the list", good.packed(), fields(words("Ja", "", "", to("logs", "rdp", "answer"))), `"logs": the list does not offer "Ja": it has "Yes", "No", "Sometimes"`},
		{"read-only", good.classic(), fields(to("number", "rdp", "answer")), `"number": the form has it read-only`},
		{"a button", good.classic(), fields(to("send", "rdp", "answer")), `"send": is a push button: nothing can be put there`},
		{"a signature", good.classic(), fields(to("signature", "rdp", "by")), `"signature": is a signature: nothing can be put there`},
		{"too long", good.classic(), fields(to("applicant.name", "logs", "comment")), `"applicant.name": takes 40 characters, the text has 99: give the question a limit`},
		{"a comment in a box", good.classic(), fields(to("rdp yes", "rdp", "comment")), `"rdp yes": is a check box: put "comment" fits no box`},
		{"when of no box", good.classic(), fields(when("no", to("mfa", "mfa", "answer"))), `"mfa": is no check box but options: leave out when`},
		{"cells of a workbook", good.classic(), cells(at("B3", "rdp", "answer")), "f.pdf is a PDF, and the map names cells of a workbook"},
		{"encrypted", good.with(nil, "/Encrypt 27 0 R").classic(), one, "encrypted: save it without a password and without restrictions"},
		{"XFA alone", good.with(map[int]string{3: "<</Fields[]/XFA(x)>>"}, "").classic(), one, "an XFA form, which is no PDF but for its wrapping"},
		{"XFA that makes its pages", good.with(map[int]string{1: "<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA(x)/Fields[7 0 R]>>/NeedsRendering true>>"}, "").packed(), one, "an XFA form"},
		{"no form", good.with(map[int]string{1: "<</Type/Catalog/Pages 2 0 R>>"}, "").classic(), one, "has no form fields: it is to be filled by hand"},
		{"signed", good.with(signed, "").classic(), one, `signed in the field "signature": filling it in would break or question the signature`},
		{"certified", good.with(certified(1), "").packed(), one, "certified against every change"},
		{"a page of itself", good.with(map[int]string{2: "<</Kids[2 0 R]>>"}, "").classic(), one, "damaged: its pages cannot be read"},
		{"a field of itself", good.with(map[int]string{6: "<</T(applicant)/Kids[6 0 R]>>"}, "").classic(), one, "damaged: the field in object 6 is in the form twice"},
		{"a damaged field", good.with(map[int]string{7: "<</T(name)/FT>>"}, "").classic(), one, "damaged: object 7: "},
		{"cut", good.classic()[:3000], one, "it has no end that leads to a cross-reference table: it was cut short, or is no PDF"},
		{"a head only", []byte("%PDF-1.7\n"), one, "cut short"},
		{"a mail before it", append([]byte("From: x\r\n\r\n"), good.classic()...), one, "damaged: it begins with bytes that are no part of a PDF"},
		{"text", []byte("Dear underwriter"), one, "neither a workbook (.xlsx) nor a PDF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := form.Fill("f.pdf", c.data, c.m, answered)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "f.pdf") || strings.Contains(err.Error(), "\n") || got.Data != nil {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	if _, err := form.Fill("f.pdf", good.with(certified(2), "").classic(), one, answered); err != nil {
		t.Errorf("certified, and open to being filled in: %v", err)
	}
}

// TestReleasePDF holds what is taken out of a form besides its fields, because a viewer would show something else.
func TestReleasePDF(t *testing.T) {
	one := fields(to("applicant.name", "rdp", "answer"))
	for _, c := range []struct {
		name, catalog, form string
		want, look          string
	}{
		{"XFA beside fields", "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[7 0 R]/XFA[(a) 31 0 R]/SigFlags 0>>>>", "null",
			"1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm <</Fields[7 0 R]/SigFlags 0>>>>", "the form has its fields twice, also as XFA"},
		{"usage rights", "<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R/Perms<</UR3 27 0 R>>>>", bigForm().objects[3],
			"1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R/Perms <<>>>>", "usage rights for Adobe Reader"},
		{"looks of all", "<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R>>", "<</Fields[7 0 R]/NeedAppearances true>>", "3 0 obj\n<</Fields[7 0 R]>>", ""},
		{"looks of some", "<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R>>", "<</Fields[7 0 R 15 0 R]/NeedAppearances true>>", "", `how its fields look ("logs" has no looks at all)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := one
			data := bigForm().with(map[int]string{1: c.catalog, 3: c.form, 7: strings.Replace(bigForm().objects[7], "/T(name)", "/T(applicant.name)", 1), 27: "<<>>"}, "").classic()
			if strings.Contains(c.form, "6 0 R 10 0 R") {
				data = bigForm().with(map[int]string{1: c.catalog, 27: "<<>>"}, "").classic()
			}
			filled, err := form.Fill("f.pdf", data, m, answered)
			if err != nil {
				t.Fatal(err)
			}
			if revision := string(filled.Data[len(data):]); !strings.Contains(revision, c.want) {
				t.Errorf("%s is not in %s", c.want, revision)
			}
			if got := fmt.Sprint(filled.Form.Look); !strings.Contains(got, c.look) || c.look == "" && len(filled.Form.Look) > 0 {
				t.Errorf("%s, want %s", got, c.look)
			}
		})
	}
}

func TestDraftPDF(t *testing.T) {
	text, n, err := form.Draft("f.pdf", bigForm().packed())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"#  - field: \"applicant.name\"\n#    label: \"Name of the Applicant\"\n#    # text, at most 40 characters, page 1, required\n#    put: client\n",
		"#  - field: \"applicant.note\"\n#    # text of several lines, page 1, page 2\n#    question:\n#    put: comment\n",
		"#    # text of several lines, page 1, page 2\n", "#  - field: \"rdp yes\"\n#    # check box, page 1\n#    when: \"yes\"\n",
		"#    # options: \"Ja, immer\", \"Nein\", page 1\n", "#    # list: \"Yes\", or another text, page 1\n", "#    # list: \"Yes\", \"No\", \"Sometimes\", page 1\n",
		"#  not to be filled: \"number\", text, page 1, read-only\n", "#  not to be filled: \"send\", push button, page 1\n", "#  not to be filled: \"signature\", signature, page 2\n",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if n != 10 {
		t.Errorf("%d fields", n)
	}
	uncommented := strings.NewReplacer("#  -", "  -", "#    label", "    label", "#    when", "    when", "#    question:", "    question: rdp", "#    put", "    put").Replace(string(text))
	if m, err := form.ReadMap("map.yaml", []byte(uncommented)); err != nil || len(m.Fields) != n {
		t.Errorf("the draft, filled in: %v\n%s", err, uncommented)
	}
}

func judge(t *testing.T, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(args[0])
	if err != nil {
		t.Skip(args[0] + " is not on the PATH")
	}
	out, err := exec.CommandContext(t.Context(), path, args[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v: %s", args, err, out)
	}
	return string(out)
}

// readByOthers returns the fields of a form as qpdf reads them, by name: all that it says but where a look lies.
func readByOthers(t *testing.T, file string) map[string]map[string]any {
	t.Helper()
	var all struct {
		Form struct {
			Fields []map[string]any `json:"fields"`
		} `json:"acroform"`
	}
	if err := json.Unmarshal([]byte(judge(t, "qpdf", "--json", "--json-key=acroform", file)), &all); err != nil {
		t.Fatal(err)
	}
	fields := map[string]map[string]any{}
	for i, f := range all.Form.Fields {
		fields[fmt.Sprint(f["fullname"], " ", i)] = f
	}
	return fields
}

// TestJudgesOfPDF has others read filled forms of our own, of LibreOffice and of pdfcpu: qpdf finds no fault, the fields of
// the map have their values, everything it says of every other field is what it said before, and poppler shows the texts.
func TestJudgesOfPDF(t *testing.T) {
	file := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, c := range []struct {
		name   string
		data   []byte
		m      form.Map
		values map[string]string // of fields that changed, by what qpdf calls them
		shows  []string
	}{
		{"table", bigForm().classic(), bigMap, bigValues, []string{"Zoë (\\?ód?) €", "long long long", "Sometimes", "By hand"}},
		{"streams", bigForm().packed(), bigMap, bigValues, []string{"Zoë (\\?ód?) €"}},
		{"LibreOffice", file("libreoffice.pdf"), fields(to("Applicant", "", "client"), to("Remarks", "mfa", "comment"), to("RdpOff", "rdp", "answer"),
			to("MFA", "off", "answer"), words("", "", "Sometimes", to("Logs", "logs", "answer"))), map[string]string{
			"Applicant": "u:Contoso (Łódź)", "Remarks": "u:Yes, by the word of a person.", "RdpOff": "/Yes", "MFA": "/No", "Logs": "u:Sometimes"},
			[]string{"Contoso (?ód?)", "Yes, by the word of a person.", "Sometimes"}},
		{"pdfcpu", file("pdfcpu.pdf"), fields(to("remarks", "logs", "comment"), to("rdpoff", "rdp", "answer"), to("mfa", "mfa", "answer"), to("backups", "off", "answer")),
			map[string]string{"remarks": "u:" + strings.Repeat("long ", 20), "rdpoff": "/Yes", "mfa": "/Yes", "backups": "u:No"}, []string{"long long long"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			before, after := filepath.Join(dir, "before.pdf"), filepath.Join(dir, "after.pdf")
			filled, err := form.Fill("f.pdf", c.data, c.m, bigAnswers)
			if err != nil {
				t.Fatal(err)
			}
			for name, data := range map[string][]byte{before: c.data, after: filled.Data} {
				if err := os.WriteFile(name, data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			judge(t, "qpdf", "--check", after)
			was, is := readByOthers(t, before), readByOthers(t, after)
			for key, old := range was {
				name := fmt.Sprint(old["fullname"])
				want, changed := c.values[name]
				if !changed {
					if diff := cmp.Diff(old, is[key]); diff != "" {
						t.Errorf("%s was not in the map:\n%s", name, diff)
					}
					continue
				}
				if got := is[key]["value"]; got != want {
					t.Errorf("%s is %v, want %s", name, got, want)
				}
				delete(is[key], "value")
				delete(old, "value")
				for _, f := range []map[string]any{is[key], old} {
					delete(f["annotation"].(map[string]any), "appearancestate")
				}
				if diff := cmp.Diff(old, is[key]); diff != "" {
					t.Errorf("%s changed in more than its value:\n%s", name, diff)
				}
			}
			if len(is) != len(was) {
				t.Errorf("%d fields, there were %d", len(is), len(was))
			}
			text := judge(t, "pdftotext", "-layout", after, "-")
			for _, want := range c.shows {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in what poppler shows:\n%s", want, text)
				}
			}
		})
	}
}

var bigValues = map[string]string{"applicant.name": "u:Zoë (\\Łódź) €", "applicant.note": "u:" + strings.Repeat("long ", 20), "rdp yes": "/On it", "rdp no": "/Off",
	"mfa": "/0", "logs": "u:03", "plan": "u:No", "other": "u:By hand", "date": "u:2026-10-21"}

// FuzzPDF holds that no file makes the reader panic, that what was there stays, and that what is filled can be filled again.
func FuzzPDF(f *testing.F) {
	f.Add(bigForm().classic())
	f.Add(bigForm().packed())
	f.Add(printedForm().classic())
	f.Add([]byte("%PDF-1.4\nxref\n0 0\ntrailer<</Root<</AcroForm<</Fields[]>>>>>>\nstartxref\n9\n%%EOF"))
	m := fields(to("applicant.name", "rdp", "answer"), to("applicant.note", "logs", "comment"), to("rdp yes", "rdp", "answer"), to("plan", "off", "answer"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, _, err := form.Draft("f.pdf", data); err != nil && strings.ContainsAny(err.Error(), "\r\n") {
			t.Errorf("%q", err)
		}
		filled, err := form.Fill("f.pdf", data, m, answered)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("%q", err)
			}
			return
		}
		if filled.Form.Kind != evidence.PDFForm {
			return
		}
		if !bytes.HasPrefix(filled.Data, data) {
			t.Error("bytes of the form changed")
		}
		if _, err := form.Fill("f.pdf", filled.Data, m, answered); err != nil {
			t.Errorf("filled again: %v", err)
		}
	})
}

// FuzzReadMap holds that no map makes the reader panic, and that every error names a place.
func FuzzReadMap(f *testing.F) {
	f.Add("version: 1\nfields:\n  - {field: a, question: q, put: answer, when: no}\n")
	f.Add("version: 1\ncells:\n  - {sheet: S, cell: D5, question: q, put: answer}\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := form.ReadMap("m.yaml", []byte(text))
		if err != nil && (strings.ContainsAny(err.Error(), "\r\n") || !strings.HasPrefix(err.Error(), "m.yaml:")) {
			t.Errorf("%q", err)
		}
	})
}
