package form_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/render/form"
)

// TestLibreOfficeReadsIt has LibreOffice open the filled form and say what its cells show.
func TestLibreOfficeReadsIt(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes its time")
	}
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("soffice is not on the PATH")
	}
	filled, err := form.Fill("form.xlsx", insurersForm(t), full, answered)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "form.xlsx"), filled.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "csv", "--outdir", dir, filepath.Join(dir, "form.xlsx")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "form.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Is RDP closed?,Yes,No,,2026-10-21,", "Is there MFA?,YES,,,,the owner", "Are logs kept?,SOMETIMES,", `Comment:,"Yes for A. <&> ""x"""`, "=1+1,\"A, B\""} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in what LibreOffice shows:\n%s", want, text)
		}
	}
}

// TestLibreOfficeWroteIt fills a form that LibreOffice wrote, and has LibreOffice read it.
func TestLibreOfficeWroteIt(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes its time")
	}
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("soffice is not on the PATH")
	}
	dir := t.TempDir()
	convert := func(to, name string, data []byte) []byte {
		t.Helper()
		in, dest := filepath.Join(dir, name+".xlsx"), filepath.Join(dir, "out")
		if err := os.WriteFile(in, data, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", to, "--outdir", dest, in).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		text, err := os.ReadFile(filepath.Join(dest, name+"."+to))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	before := convert("xlsx", "form", insurersForm(t))
	filled, err := form.Fill("form.xlsx", before, full, answered)
	if err != nil {
		t.Fatal(err)
	}
	was, is := parts(t, before), parts(t, filled.Data)
	for name, text := range was {
		if is[name] != text && name != "xl/worksheets/sheet1.xml" {
			t.Errorf("%s differs", name)
		}
	}
	text := string(convert("csv", "filled", filled.Data))
	for _, want := range []string{"Is RDP closed?,Yes,No,,2026-10-21,", "Is there MFA?,YES,,,,the owner", "Are logs kept?,SOMETIMES,", `Comment:,"Yes for A. <&> ""x"""`, "=1+1,\"A, B\""} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in what LibreOffice shows:\n%s", want, text)
		}
	}
	if _, err := form.Fill("form.xlsx", before, form.Map{Version: 1, Words: form.Words{Yes: "Ja"}, Cells: []form.Cell{at("B3", "rdp", "answer")}}, answered); err == nil ||
		!strings.Contains(err.Error(), `the drop-down has no "Ja"`) {
		t.Errorf("a drop-down as LibreOffice writes it: %v", err)
	}
}
