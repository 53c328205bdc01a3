package main

import (
	"encoding/pem"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

// linuxCommands returns the commands of verify.txt that it says this project's tests run: what is indented by five below a
// line that begins with Linux.
func linuxCommands(text string) []string {
	var list []string
	linux := false
	for line := range strings.Lines(text) {
		command, indented := strings.CutPrefix(line, "     ")
		if !indented {
			linux = strings.HasPrefix(line, "   Linux (run by auditpack's own tests)")
		} else if linux {
			list = append(list, strings.TrimSuffix(command, "\n"))
		}
	}
	return list
}

// textCase is a package whose verify.txt is followed.
type textCase struct {
	dir      string // the package; what is made on the way lies beside it
	commands []string
}

// bash runs one of the commands as a stranger would.
func (c textCase) bash(t *testing.T, command string) (string, bool) {
	cmd := exec.CommandContext(t.Context(), "bash", "-c", command)
	cmd.Dir = c.dir
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// has returns the one command that holds a text.
func (c textCase) has(t *testing.T, text string) string {
	t.Helper()
	var found []string
	for _, command := range c.commands {
		if strings.Contains(command, text) {
			found = append(found, command)
		}
	}
	if len(found) != 1 {
		t.Fatalf("verify.txt has %d commands for Linux with %q, want 1: %q", len(found), text, c.commands)
	}
	return found[0]
}

// finds tests that a command, which was content before, now says that something is wrong.
func (c textCase) finds(t *testing.T, what, text string) {
	t.Helper()
	command := c.has(t, text)
	if out, ok := c.bash(t, command); ok && !strings.Contains(out, "FAILED") {
		t.Errorf("%s: not found by\n%s\n%s", what, command, out)
	}
}

func needTools(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
}

func readTextCase(t *testing.T, dir string) textCase {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "verify.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return textCase{dir, linuxCommands(string(text))}
}

// packSample imports one of the sample's folders and packs it with more arguments.
func packSample(t *testing.T, dir string, args ...string) ran {
	t.Helper()
	if err := os.CopyFS(filepath.Join(dir, "src"), os.DirFS("../../templates/sample/after/registry")); err != nil {
		t.Fatal(err)
	}
	if r := start(t, dir, 0, "import", "src", "-o", "s", "--host", "AUTOMATE01", "--captured", "2026-10-20"); r.code != exitDone {
		t.Fatalf("import: %+v", r)
	}
	return start(t, dir, 0, append([]string{"pack", "s", "-o", "d", "--as-of", "2026-10-21"}, args...)...)
}

// TestVerifyText does what verify.txt tells a stranger to do, on a sealed package with a timestamp and on what became of it.
func TestVerifyText(t *testing.T) {
	needTools(t, "bash", "sha256sum", "find", "diff", "grep", "sed", "openssl")
	dir := t.TempDir()
	authority := sealtest.NewAuthority(t)
	authority.Time = clock()
	server := httptest.NewServer(authority)
	defer server.Close()
	if made := packSample(t, dir, "--tsa", server.URL); made.code != exitDone {
		t.Fatal(made.stderr)
	}
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Root.Raw})
	if err := os.WriteFile(filepath.Join(dir, "TSA.pem"), root, 0o600); err != nil {
		t.Fatal(err)
	}
	c := readTextCase(t, filepath.Join(dir, "d"))
	if len(c.commands) != 9 {
		t.Fatalf("verify.txt has %d commands for Linux, want 9: %q", len(c.commands), c.commands)
	}
	wants := map[string]func(out string) bool{
		"-fingerprint":  func(out string) bool { return strings.Contains(out, "sha256 Fingerprint=") },
		"-out ../TRUST": func(out string) bool { return out == "" },
		"cms -verify":   func(out string) bool { return strings.Contains(out, "CMS Verification successful") },
		"ts -reply":     func(out string) bool { return strings.Contains(out, "Time stamp: ") },
		"ts -verify":    func(out string) bool { return strings.Contains(out, "Verification: OK") },
		"sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt": allOK,
		"find . ":         func(out string) bool { return out == "" },
		"data/snapshots/": allOK,
	}
	for _, command := range c.commands {
		out, ok := c.bash(t, command)
		checked := false
		for text, want := range wants {
			if checked = checked || strings.Contains(command, text) && ok && want(out); checked {
				break
			}
		}
		if !checked {
			t.Errorf("%s\nends well: %v, and prints %q", command, ok, out)
		}
	}
	print, _ := c.bash(t, c.has(t, "-fingerprint"))
	_, digits, _ := strings.Cut(strings.TrimSpace(print), "=")
	if shown := start(t, dir, 0, "key", "show"); len(digits) != 95 || !strings.Contains(shown.stdout, digits) {
		t.Errorf("step 1 prints %q, the sender would say:\n%s", print, shown.stdout)
	}

	forge(t, c)

	// What the text says is found, is found.
	report := filepath.Join(c.dir, "data", "report.pdf")
	list := filepath.Join(c.dir, "tagmanifest-sha256.txt")
	item := filepath.Join(c.dir, "data", "snapshots", "automate01", "after", "data", "items", "registry", "lsa.reg")
	const manifests, names = "sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt", "find . "
	for _, x := range []struct {
		name  string
		touch func() error
		by    []string
	}{
		{"one file more", func() error { return os.WriteFile(filepath.Join(c.dir, "data", ".new"), nil, 0o600) }, []string{names}},
		{"one file more in seal/", func() error { return os.WriteFile(filepath.Join(c.dir, "seal", "x.p7s"), nil, 0o600) }, []string{names}},
		{"a file changed", func() error { return appendTo(report, "x") }, []string{"sha256sum -c tagmanifest-sha256.txt manifest"}},
		{"evidence changed", func() error { return appendTo(item, "x") }, []string{"for d in"}},
		{"a file removed", func() error { return os.Remove(report) }, []string{names}},
		{"the list changed", func() error { return appendTo(list, "x") }, []string{"cms -verify", "ts -verify"}},
	} {
		if err := x.touch(); err != nil {
			t.Fatal(err)
		}
		for _, text := range x.by {
			if text == "sha256sum -c tagmanifest-sha256.txt manifest" { // the snapshots' command holds the same words
				i := slices.Index(c.commands, manifests)
				if out, ok := c.bash(t, c.commands[i]); ok && !strings.Contains(out, "FAILED") {
					t.Errorf("%s: not found by\n%s\n%s", x.name, c.commands[i], out)
				}
				continue
			}
			c.finds(t, x.name, text)
		}
	}
}

// TestVerifyTextReduced does what verify.txt tells a stranger to do with a package without evidence, the whole one at hand.
func TestVerifyTextReduced(t *testing.T) {
	needTools(t, "bash", "sha256sum", "find", "diff", "grep", "sed", "openssl", "cmp")
	dir := t.TempDir()
	if made := packSample(t, dir, "--without-evidence"); made.code != exitDone {
		t.Fatal(made.stderr)
	}
	if r := start(t, dir, 0, "pack", "s", "-o", "WHOLE", "--as-of", "2026-10-21"); r.code != exitDone {
		t.Fatal(r.stderr)
	}
	c := readTextCase(t, filepath.Join(dir, "d"))
	if len(c.commands) != 8 {
		t.Fatalf("verify.txt has %d commands for Linux, want 8: %q", len(c.commands), c.commands)
	}
	for _, command := range c.commands {
		out, ok := c.bash(t, command)
		quiet := strings.Contains(command, "find . ") || strings.Contains(command, "cmp ") || strings.Contains(command, "-out ../TRUST")
		if !ok || quiet && out != "" || strings.Contains(command, "sha256sum") && !allOK(out) {
			t.Errorf("%s\nends well: %v, and prints %q", command, ok, out)
		}
	}
	manifest := filepath.Join(c.dir, "data", "snapshots", "automate01", "after", "manifest-sha256.txt")
	if err := appendTo(manifest, "x"); err != nil {
		t.Fatal(err)
	}
	c.finds(t, "a manifest of a snapshot changed", "for d in data/snapshots/*/*; do (cd")
	if err := appendTo(filepath.Join(dir, "WHOLE", "data", "snapshots", "automate01", "after", "tagmanifest-sha256.txt"), "x"); err != nil {
		t.Fatal(err)
	}
	c.finds(t, "another snapshot in the whole package", "cmp ")
}

// forge seals the package with another key and holds that whoever follows the text does not take it for the sender's seal:
// neither if the forger's certificate stands behind the sender's in signer.pem, nor if the machine trusts the forger.
func forge(t *testing.T, c textCase) {
	t.Helper()
	in := func(name string) string { return filepath.Join(c.dir, filepath.FromSlash(name)) }
	const sealed, signer, list = "seal/tagmanifest-sha256.txt.p7s", "seal/signer.pem", "tagmanifest-sha256.txt"
	kept := map[string][]byte{}
	for _, name := range []string{sealed, signer, list} {
		data, err := os.ReadFile(in(name))
		if err != nil {
			t.Fatal(err)
		}
		kept[name] = data
	}
	write := func(name string, data []byte) {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	forger, err := seal.Generate(clock(), seal.P256, "forger", "")
	if err != nil {
		t.Fatal(err)
	}
	cms, err := seal.Sign(t.Context(), forger, evidence.DigestOf(kept[list]), seal.Options{Time: clock().Truncate(time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	theirs := seal.MarshalPEM(forger.Certificate)
	write(in(sealed), cms)
	write(in(signer), slices.Concat(kept[signer], theirs))
	c.bash(t, c.has(t, "-out ../TRUST"))
	c.finds(t, "the forger's certificate behind the sender's", "cms -verify")

	trusted := filepath.Join(t.TempDir(), "forger.pem")
	write(trusted, theirs)
	hash, _ := c.bash(t, "openssl x509 -noout -hash -in "+trusted)
	write(filepath.Join(filepath.Dir(trusted), strings.TrimSpace(hash)+".0"), theirs)
	command := "SSL_CERT_DIR=" + filepath.Dir(trusted) + " " + c.has(t, "cms -verify")
	if out, ok := c.bash(t, strings.Replace(command, " -no-CApath -no-CAstore", "", 1)); !ok {
		t.Errorf("the forgery is no good: %s", out)
	}
	if out, ok := c.bash(t, command); ok {
		t.Errorf("a forger whom the machine trusts: not found by\n%s\n%s", command, out)
	}
	write(in(sealed), kept[sealed])
	write(in(signer), kept[signer])
	c.bash(t, c.has(t, "-out ../TRUST"))
}

func allOK(out string) bool {
	for line := range strings.Lines(out) {
		if !strings.HasSuffix(line, ": OK\n") {
			return false
		}
	}
	return out != ""
}

// TestVerifyTextReport runs the commands for the report where the tools for them are.
func TestVerifyTextReport(t *testing.T) {
	needTools(t, "bash", "pdfsig")
	dir := t.TempDir()
	if made := packSample(t, dir); made.code != exitDone {
		t.Fatal(made.stderr)
	}
	text, err := os.ReadFile(filepath.Join(dir, "d", "verify.txt"))
	if err != nil {
		t.Fatal(err)
	}
	c := textCase{dir: filepath.Join(dir, "d")}
	for line := range strings.Lines(string(text)) {
		if command, indented := strings.CutPrefix(line, "     "); indented && strings.HasPrefix(command, "pdfsig ") {
			c.commands = append(c.commands, strings.TrimSpace(command))
		}
	}
	out, ok := c.bash(t, c.has(t, "pdfsig"))
	if !ok {
		t.Errorf("%s\nfails: %s", c.commands[0], out)
	}
	for _, want := range []string{"Signature is Valid", "Total document signed"} {
		if !strings.Contains(out, want) {
			t.Errorf("pdfsig does not say %q: %s", want, out)
		}
	}
}

// TestVerifyTextUnsealed follows the text of a package without a seal, whose first step is a digest.
func TestVerifyTextUnsealed(t *testing.T) {
	needTools(t, "bash", "sha256sum", "find", "diff", "grep", "sed")
	dir := t.TempDir()
	made := packSample(t, dir, "--unsigned")
	if made.code != exitDone {
		t.Fatal(made.stderr)
	}
	c := readTextCase(t, filepath.Join(dir, "d"))
	if len(c.commands) != 5 {
		t.Fatalf("verify.txt has %d commands for Linux, want 5: %q", len(c.commands), c.commands)
	}
	for i, command := range c.commands {
		out, ok := c.bash(t, command)
		switch {
		case !ok:
			t.Errorf("%s\nfails: %s", command, out)
		case i == 0:
			if digest, _, _ := strings.Cut(out, " "); len(digest) != 64 || !strings.Contains(made.stdout, digest) {
				t.Errorf("step 1 gives %q, pack told the sender another digest:\n%s", digest, made.stdout)
			}
		case i == 2 && out != "", i != 2 && !allOK(out):
			t.Errorf("%s\nprints %q", command, out)
		}
	}
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	return f.Close()
}
