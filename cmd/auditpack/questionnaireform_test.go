package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestQuestionnaireForm goes the whole way of an insurer's form: map, fill by a package's answers, look at the copy.
func TestQuestionnaireForm(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	command := func(want int, args ...string) (stdout, stderr string) {
		t.Helper()
		var out, talk bytes.Buffer
		if code := run(t.Context(), args, &out, &talk); code != want {
			t.Fatalf("%v: exit code %d, want %d: %s", args, code, want, talk.String())
		}
		return out.String(), talk.String()
	}
	f := excelize.NewFile()
	for cell, text := range map[string]string{"A1": "Is RDP closed?", "A2": "Is there a plan?"} {
		if err := f.SetCellStr("Sheet1", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SaveAs(in("form.xlsx")); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(in(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("answers.json", `{"version": "auditpack.questionnaire/1", "id": "own", "title": "Own", "file": "own.yaml",
		"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "as_of": "2026-10-21T09:00:00Z",
		"counts": {"confirmed": 1, "partial": 0, "no": 0, "not_provable_here": 0, "not_answered": 1, "attested": 0, "contradicted": 0}, "answers": [
		{"id": "rdp", "topic": "T", "question": "Q?", "scope": "host", "status": "confirmed", "basis": "evidence", "comment": "Yes.", "hosts": []},
		{"id": "plan", "topic": "T", "question": "Q?", "scope": "company", "status": "not answered", "basis": "none", "comment": "Not answered.", "hosts": []}]}`)
	command(0, "questionnaire", "map", in("form.xlsx"), "-o", in("map.yaml"))
	draft, err := os.ReadFile(in("map.yaml"))
	if err != nil || !strings.Contains(string(draft), "#    cell: B1\n#    label: \"Is RDP closed?\"\n") {
		t.Fatalf("%v: %s", err, draft)
	}
	const head = "version: 1\ncells:\n"
	const rdp, plan = "  - {sheet: Sheet1, cell: B1, question: rdp, put: answer}\n", "  - {sheet: Sheet1, cell: B2, question: plan, put: answer}\n"
	write("good.yaml", head+rdp+plan)
	fill := func(m, copy string) []string {
		return []string{"questionnaire", "fill", in("form.xlsx"), "--map", in(m), "--answered", in("answers.json"), "-o", in(copy)}
	}
	out, talk := command(3, fill("good.yaml", "copy.xlsx")...)
	if !strings.Contains(out, "1 cell filled, 1 not") || !strings.Contains(out, "not filled  Sheet1!B2: plan: not answered") || !strings.Contains(talk, "1 of 2 cells not filled") {
		t.Errorf("%s%s", out, talk)
	}
	filled, err := excelize.OpenFile(in("copy.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer filled.Close()
	for cell, want := range map[string]string{"A1": "Is RDP closed?", "B1": "Yes", "B2": ""} {
		if got, _ := filled.GetCellValue("Sheet1", cell); got != want {
			t.Errorf("%s is %q, want %q", cell, got, want)
		}
	}
	command(1, fill("good.yaml", "copy.xlsx")...) // it exists
	write("sheet.yaml", strings.Replace(head+rdp, "Sheet1", "Sheet2", 1))
	if _, talk := command(1, fill("sheet.yaml", "other.xlsx")...); !strings.Contains(talk, `form.xlsx: no sheet is called "Sheet2": there are Sheet1`) {
		t.Error(talk)
	}
	write("answers.json", `{"version": "auditpack.questionnaire/2"}`)
	if _, talk := command(1, fill("good.yaml", "other.xlsx")...); !strings.Contains(talk, `version "auditpack.questionnaire/2", want auditpack.questionnaire/1`) {
		t.Error(talk)
	}
	if _, err := os.Lstat(in("other.xlsx")); err == nil {
		t.Error("something was written all the same")
	}
	command(2, "questionnaire", "fill", in("form.xlsx"))
	command(1, "questionnaire", "map", in("good.yaml"))
}
