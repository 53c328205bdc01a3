package xlsx_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAnotherReader asks Gnumeric, which shares no code with the library, what is in the cells. (Gnumeric shows _x005F_ as it
// stands, so texts like that are left to TestHostileText.)
func TestAnotherReader(t *testing.T) {
	program, err := exec.LookPath("ssconvert")
	if err != nil {
		t.Skip("ssconvert is not installed")
	}
	list := []string{"=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://example.com\")", "<a & \"b\">", "two\nlines", "日本 😀", "007", "1E5"}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.xlsx"), filepath.Join(dir, "out.csv")
	if err := os.WriteFile(in, write(t, oneTable(texts(list...))), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--export-type=Gnumeric_stf:stf_csv", in, out)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "HOME="+dir)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("ssconvert: %v: %s", err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range records {
		got = append(got, r[0])
	}
	if diff := cmp.Diff(append([]string{"Text"}, list...), got); diff != "" {
		t.Error(diff)
	}
}
