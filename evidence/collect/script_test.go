package collect_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence/collect"
)

func script(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := collect.Script(&b, collect.All(), "auditpack test"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// row is one entry of the script's table.
type row struct {
	Collector, Item, Format, Program, File, Subject, Each, Needs, Elevated, Role string
	Arguments, Hide                                                              []string
	Instead, Console, ANSI                                                       bool
	Timeout                                                                      time.Duration
}

// scanner reads the literals of PowerShell that the table is made of.
type scanner struct {
	t    *testing.T
	text string
}

func (s *scanner) expect(literal string) {
	s.t.Helper()
	rest, ok := strings.CutPrefix(s.text, literal)
	if !ok {
		s.t.Fatalf("want %q at %.60q", literal, s.text)
	}
	s.text = rest
}

// single reads a text in single quotes, in which two stand for one.
func (s *scanner) single() string {
	s.t.Helper()
	s.expect("'")
	var b strings.Builder
	for i := 0; i < len(s.text); i++ {
		if s.text[i] != '\'' {
			b.WriteByte(s.text[i])
			continue
		}
		if i+1 < len(s.text) && s.text[i+1] == '\'' {
			b.WriteByte('\'')
			i++
			continue
		}
		s.text = s.text[i+1:]
		return b.String()
	}
	s.t.Fatalf("a text does not end: %.60q", s.text)
	return ""
}

func (s *scanner) list() []string {
	s.t.Helper()
	s.expect("@(")
	var all []string
	for !strings.HasPrefix(s.text, ")") {
		if len(all) > 0 {
			s.expect(", ")
		}
		all = append(all, s.single())
	}
	s.expect(")")
	return all
}

func (s *scanner) boolean() bool {
	is := strings.HasPrefix(s.text, "$true")
	if is {
		s.expect("$true")
	} else {
		s.expect("$false")
	}
	return is
}

func (s *scanner) row() row {
	s.t.Helper()
	var r row
	for i, f := range []struct {
		name string
		read func()
	}{
		{"Collector", func() { r.Collector = s.single() }}, {"Item", func() { r.Item = s.single() }}, {"Format", func() { r.Format = s.single() }},
		{"Program", func() { r.Program = s.single() }}, {"Arguments", func() { r.Arguments = s.list() }}, {"File", func() { r.File = s.single() }},
		{"Subject", func() { r.Subject = s.single() }}, {"Each", func() { r.Each = s.single() }}, {"Needs", func() { r.Needs = s.single() }}, {"Elevated", func() { r.Elevated = s.single() }}, {"Role", func() { r.Role = s.single() }},
		{"Instead", func() { r.Instead = s.boolean() }}, {"Console", func() { r.Console = s.boolean() }}, {"Ansi", func() { r.ANSI = s.boolean() }},
		{"Timeout", func() {
			n := 0
			fmt.Sscanf(s.text, "%d", &n)
			s.expect(fmt.Sprint(n))
			r.Timeout = time.Duration(n) * time.Second
		}},
		{"Hide", func() { r.Hide = s.list() }},
	} {
		if i > 0 {
			s.expect("; ")
		}
		s.expect(f.name + " = ")
		f.read()
	}
	s.expect(" }")
	return r
}

// TestScriptAgrees reads the script's table back: it is the list, source by source, in its order.
func TestScriptAgrees(t *testing.T) {
	var got, want []row
	for line := range strings.Lines(script(t)) {
		if rest, ok := strings.CutPrefix(line, "    @{ Collector"); ok {
			s := &scanner{t, "Collector" + rest}
			got = append(got, s.row())
			s.expect("\r\n")
		}
	}
	for _, c := range collect.All() {
		for _, s := range c.Sources {
			var hide []string
			for _, r := range s.Hide {
				hide = append(hide, r.Name)
			}
			want = append(want, row{Collector: c.Name, Item: s.Item, Format: s.Format, Program: s.Program, Arguments: s.Args, File: s.File, Subject: s.Subject,
				Each: string(s.Each), Needs: string(s.Needs), Elevated: s.Elevated, Role: string(s.Role), Instead: s.Instead, Console: s.Console, ANSI: s.ANSI, Timeout: c.Timeout, Hide: hide})
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("list and script (-list +script):\n%s", diff)
	}
}

// TestScriptRules holds that the script cuts by the very same patterns, save for an i, which TestBothI is about.
func TestScriptRules(t *testing.T) {
	plain := strings.NewReplacer("[iI]", "i", "iI", "i", "I", "i").Replace(script(t))
	for _, r := range collect.Rules() {
		patterns := slices.Clone(r.Text)
		if r.Values != nil {
			patterns = append(patterns, r.Values.Key, r.Values.Name)
		}
		for _, p := range patterns {
			if !strings.Contains(plain, strings.ReplaceAll("'"+strings.ReplaceAll(p, "'", "''")+"'", "I", "i")) {
				t.Errorf("rule %s: %s is not in the script", r.Name, p)
			}
		}
	}
}

// TestScriptForm holds what Windows PowerShell 5.1 asks of a script, and what a reviewer does.
func TestScriptForm(t *testing.T) {
	text := script(t)
	if i := strings.IndexFunc(text, func(r rune) bool { return r > 126 || r < 32 && r != '\r' && r != '\n' }); i >= 0 {
		t.Errorf("not ASCII, which 5.1 would read in the code page of the host: %.40q", text[i:])
	}
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Error("a line does not end as on Windows")
	}
	if i := strings.Index(text, "@TOOL@"); i >= 0 || regexp.MustCompile(`@[A-Z]+@`).MatchString(text) {
		t.Error("a place was not filled in")
	}
	if !strings.HasPrefix(text, "#Requires -Version 5.1 -PSEdition Desktop\r\n") {
		t.Error("PowerShell 7 may run it, which has no -Encoding Byte")
	}
	if strings.Contains(text, "NoNewWindow") {
		t.Error("programs run in the operator's console, whose code page those of PowerShell change for good")
	}
	for _, word := range []string{"&&", "??", "Invoke-Expression", "iex ", "DownloadString", "Invoke-WebRequest", "Start-BitsTransfer", "Add-Type", "[Reflection", "-EncodedCommand", "Set-ExecutionPolicy", "Set-ItemProperty", "New-ItemProperty", "reg add", "New-Object Net."} {
		if strings.Contains(text, word) {
			t.Errorf("%s stands in the script", word)
		}
	}
	// Constrained Language Mode allows methods of simple types only, and no static ones of .NET outside a few.
	outside := text[strings.Index(text, "# ---- The host"):]
	for _, m := range regexp.MustCompile(`\[[A-Za-z.]+\]::\w+`).FindAllString(outside, -1) {
		t.Errorf("%s: a static method, which Constrained Language Mode refuses", m)
	}
}

// TestScriptDenied holds that nothing that may not be looked at ends the script: where access to a folder is denied, Test-Path
// of Windows PowerShell writes an error, which $ErrorActionPreference makes the last one.
func TestScriptDenied(t *testing.T) {
	lines := 0
	for line := range strings.Lines(script(t)) {
		code, _, _ := strings.Cut(line, "#")
		if !strings.Contains(code, "Test-Path") || strings.Contains(code, "@{ Collector") {
			continue
		}
		lines++
		if !strings.Contains(code, "try { return (Test-Path") && !strings.Contains(code, "-ErrorAction SilentlyContinue") && !strings.Contains(code, "Test-Path -LiteralPath $Output)") {
			t.Errorf("not in Test-There: %s", strings.TrimSpace(line))
		}
	}
	if lines == 0 {
		t.Error("no Test-Path: this test looks for nothing")
	}
}

// TestScriptLeavesNoScratch holds that the folder with what is not cut yet is removed whatever ends the script: a finally of
// PowerShell runs after a throw and after Ctrl-C.
func TestScriptLeavesNoScratch(t *testing.T) {
	text := strings.ReplaceAll(script(t), "\r\n", "\n")
	after := 0
	for _, part := range []string{
		"$null = New-Item -ItemType Directory -Path $Scratch\n", "\ntry {", "\nforeach ($source in $Sources) {\n", "Invoke-Program $source", "Copy-HostFile $source",
		"\n} finally {\n", "    if (-not $DryRun) { Clear-Scratch }\n}\n", "if (Test-There $Scratch) { throw", "auditpack-script.json",
	} {
		i := strings.Index(text[after:], part)
		if i < 0 {
			t.Fatalf("%q does not follow at %.80q", part, text[after:])
		}
		after += i + len(part)
	}
	removed := text[strings.Index(text, "function Clear-Scratch"):]
	removed = removed[:strings.Index(removed, "\n}\n")]
	for _, part := range []string{"Stop-Tree $Running", "Remove-Item -LiteralPath $Scratch -Recurse"} {
		if !strings.Contains(removed, part) {
			t.Errorf("Clear-Scratch has no %q", part)
		}
	}
}

// TestScriptEndsTree holds that nothing but Stop-Tree ends a program, that this asks for the whole tree by taskkill.exe of the system,
// and that no program's files are those of the one before, which may still hold them.
func TestScriptEndsTree(t *testing.T) {
	text := strings.ReplaceAll(script(t), "\r\n", "\n")
	before, function, _ := strings.Cut(text, "function Stop-Tree($Process) {\n")
	function, behind, _ := strings.Cut(function, "\n}\n")
	for _, want := range []string{`FilePath = "$System32\taskkill.exe"`, `ArgumentList = '/PID ' + $Process.Id + ' /T /F'`, "Stop-Process -Id $Process.Id -Force -ErrorAction SilentlyContinue"} {
		if !strings.Contains(function, want) {
			t.Errorf("Stop-Tree has no %s", want)
		}
	}
	for line := range strings.Lines(before + behind) {
		code, _, _ := strings.Cut(line, "#")
		if strings.Contains(code, "Stop-Process") {
			t.Errorf("ends one process alone: %s", strings.TrimSpace(line))
		}
	}
	if header, _, _ := strings.Cut(text, "#>"); !strings.Contains(header, "taskkill.exe") {
		t.Error("the header does not say that taskkill.exe is run")
	}
	if n := strings.Count(behind, "Stop-Tree $"); n != 2 {
		t.Errorf("a tree is ended in %d places, want after a time-out and when the script ends", n)
	}
	for _, name := range []string{"file", "log", "out", "err"} {
		if !strings.Contains(text, "    $"+name+" = \"$Scratch\\$number-") {
			t.Errorf("$%s is the same file for each program", name)
		}
	}
}

// TestScriptParses asks the grammar of PowerShell that tree-sitter has. The folder with the two packages is named by
// AUDITPACK_NODE_MODULES: npm install tree-sitter-powershell@0.26.4 web-tree-sitter. Without --liftoff-only node takes minutes to
// optimise the grammar for a parse of a tenth of a second.
func TestScriptParses(t *testing.T) {
	modules := os.Getenv("AUDITPACK_NODE_MODULES")
	if modules == "" {
		t.Skip("AUDITPACK_NODE_MODULES is not set: no grammar of PowerShell")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not on PATH")
	}
	dir := t.TempDir()
	check := filepath.Join(dir, "check.cjs")
	program := `const { Parser, Language } = require(process.argv[2] + '/web-tree-sitter/web-tree-sitter.cjs');
const fs = require('fs');
(async () => {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(process.argv[2] + '/tree-sitter-powershell/tree-sitter-powershell.wasm'));
  for (const file of process.argv.slice(3)) {
    const walk = (n) => {
      if (n.isError || n.isMissing) console.log(file + ':' + (n.startPosition.row + 1) + ': ' + n.type + ' ' + JSON.stringify(n.text.slice(0, 60)));
      else if (n.hasError) n.children.forEach(walk);
    };
    walk(parser.parse(fs.readFileSync(file, 'utf8')).rootNode);
  }
})();`
	if err := os.WriteFile(check, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	files := []string{filepath.Join(dir, "script.ps1"), filepath.Join(dir, "broken.ps1")}
	os.WriteFile(files[0], []byte(script(t)), 0o600)
	os.WriteFile(files[1], []byte(strings.Replace(script(t), "foreach ($source in $Sources) {", "foreach ($source in $Sources) {{", 1)), 0o600)
	for _, c := range collect.All() { // each line of PowerShell inside the table is a script of its own
		for _, s := range c.Sources {
			if strings.HasSuffix(s.Program, `\powershell.exe`) {
				file := filepath.Join(dir, c.Name+"-"+s.Item+".ps1")
				os.WriteFile(file, []byte(s.Args[len(s.Args)-1]), 0o600)
				files = append(files, file)
			}
		}
	}
	out, err := exec.CommandContext(t.Context(), node, append([]string{"--liftoff-only", check, modules}, files...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	broken := false
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "broken.ps1") {
			broken = true
			continue
		}
		t.Error(line)
	}
	if !broken {
		t.Error("the grammar finds nothing wrong with a script that is")
	}
}
