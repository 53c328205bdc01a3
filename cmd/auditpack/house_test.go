package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed is the policy of imports between this project's packages: data only moves to the right. A package that is not
// here may not exist; an import that is not here may not be made.
var allowed = map[string][]string{
	"evidence":          {},
	"evidence/bag":      {"evidence"},
	"evidence/parse":    {"evidence"},
	"evidence/guide":    {"evidence", "evidence/manuscript"},
	"evidence/check":    {"evidence"},
	"evidence/compare":  {"evidence"},
	"evidence/carry":    {"evidence"},
	"evidence/answers":  {"evidence", "evidence/manuscript"},
	"evidence/stig":     {"evidence"},
	"evidence/snapshot": {"evidence", "evidence/bag"},
	"evidence/seal":     {"evidence"},
	"evidence/collect":  {"evidence"},
	"evidence/audit":    {"evidence", "evidence/snapshot", "evidence/parse", "evidence/guide", "evidence/carry", "evidence/check", "evidence/compare", "evidence/answers", "evidence/questionnaire", "evidence/seal"},
	"evidence/reduce":   {"evidence", "evidence/audit", "evidence/snapshot"},
	"evidence/trend":    {"evidence", "evidence/audit"},
	"render":            {"evidence", "evidence/audit", "evidence/compare", "evidence/trend"},
	"render/checklist":  {"evidence", "evidence/audit", "evidence/carry", "render"},
	"render/cos":        {}, // what PDFs are made of: below render/pdf and render/form
	"render/pdf":        {"evidence", "evidence/seal", "render", "render/cos"},
	"render/oscal":      {"evidence", "evidence/audit", "render"},
	"render/rendertest": {"evidence", "evidence/audit"},
	"render/xlsx":       {"evidence", "evidence/seal", "render"},
	"render/pack":       {"evidence", "evidence/answers", "evidence/audit", "evidence/bag", "evidence/carry", "evidence/guide", "evidence/questionnaire", "evidence/reduce", "evidence/seal", "evidence/snapshot", "evidence/stig", "render", "render/checklist", "render/form", "render/oscal", "render/pdf", "render/xlsx"},
	"render/schema":     {"evidence"},
	"templates":         {},
	"cmd/auditpack":     {"evidence", "evidence/answers", "evidence/audit", "evidence/bag", "evidence/check", "evidence/collect", "evidence/compare", "evidence/guide", "evidence/parse", "evidence/questionnaire", "evidence/seal", "evidence/snapshot", "evidence/stig", "evidence/trend", "render", "render/form", "render/pack", "render/pdf", "render/schema", "render/xlsx", "templates"},

	"evidence/manuscript":    {},
	"evidence/questionnaire": {"evidence", "evidence/manuscript"},
	"render/form":            {"evidence", "evidence/manuscript", "render", "render/cos"},

	// What tests of several packages use.
	"evidence/seal/sealtest": {"evidence", "evidence/seal"},
}

// onlyIn names foreign packages that only some of ours may import, with the reason.
var onlyIn = map[string]struct {
	packages []string
	why      string
}{
	"github.com/spf13/cobra":      {[]string{"cmd/auditpack"}, "only cmd knows the command line"},
	"github.com/mattn/go-isatty":  {[]string{"cmd/auditpack"}, "only cmd knows the terminal"},
	"github.com/jung-kurt/gofpdf": {[]string{"render/pdf"}, "one pen, one library"},
	"github.com/xuri/excelize/v2": {[]string{"render/xlsx"}, "one pen, one library"},
	"net":                         {[]string{"evidence/collect", "evidence/seal"}, "nothing but a named probe or timestamp authority is asked"},
	"net/http":                    {[]string{"evidence/seal", "evidence/seal/sealtest"}, "nothing but a named probe or timestamp authority is asked"},
	"crypto/tls":                  {[]string{"evidence/collect", "evidence/seal"}, "only an outside probe and a timestamp authority are spoken to"},
	"os/exec":                     {[]string{"evidence/collect", "evidence/seal"}, "only a capture or an external signer runs programs"},
	"math/rand":                   {nil, "the same inputs give the same bytes"},
	"math/rand/v2":                {nil, "the same inputs give the same bytes"},

	"golang.org/x/term":                  {[]string{"cmd/auditpack"}, "only cmd knows the terminal"},
	"github.com/tailscale/certstore":     {[]string{"evidence/seal"}, "only the seal knows where keys live"},
	"software.sslmate.com/src/go-pkcs12": {[]string{"evidence/seal"}, "only the seal knows where keys live"},

	"github.com/goccy/go-yaml/parser":      {[]string{"evidence/manuscript"}, "what people write is read by one set of rules"},
	"github.com/rogpeppe/go-internal/diff": {[]string{"evidence/compare"}, "what changed is found in one place"},
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// goFiles calls f for each Go file that is not a test.
func goFiles(t *testing.T, f func(pkg, file string)) {
	t.Helper()
	dir := root(t)
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != dir || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			rel, _ := filepath.Rel(dir, name)
			f(path.Dir(filepath.ToSlash(rel)), name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImports(t *testing.T) {
	seen := map[string]bool{}
	goFiles(t, func(pkg, file string) {
		seen[pkg] = true
		may, known := allowed[pkg]
		if !known {
			t.Errorf("%s: the package is not in the table", pkg)
			return
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if ours, ok := strings.CutPrefix(name, "auditpack/"); ok && !slices.Contains(may, ours) {
				t.Errorf("%s imports %s", filepath.Base(file), name)
			}
			if rule, ok := onlyIn[name]; ok && !slices.Contains(rule.packages, pkg) {
				t.Errorf("%s in %s imports %s: %s", filepath.Base(file), pkg, name, rule.why)
			}
		}
	})
	for pkg := range allowed {
		if !seen[pkg] {
			t.Errorf("%s is in the table but does not exist", pkg)
		}
	}
}

// TestClock holds that only cmd reads the clock and the environment.
func TestClock(t *testing.T) {
	goFiles(t, func(pkg, file string) {
		if strings.HasPrefix(pkg, "cmd/") {
			return
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range []string{"time.Now(", "time.Since(", "os.Getenv(", "os.LookupEnv(", "os.Hostname("} {
			if strings.Contains(string(text), call) {
				t.Errorf("%s/%s calls %s…): a clock or name is handed in", pkg, filepath.Base(file), call)
			}
		}
	})
}

// TestLayout holds the top level that the project's user fixed.
func TestLayout(t *testing.T) {
	entries, err := os.ReadDir(root(t))
	if err != nil {
		t.Fatal(err)
	}
	may := []string{"cmd", "evidence", "render", "templates", "testdata", "go.mod", "go.sum", "README.md", "LICENSE", "auditpack-demo"}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(may, e.Name()) {
			t.Errorf("%s does not belong at the top level", e.Name())
		}
	}
}
