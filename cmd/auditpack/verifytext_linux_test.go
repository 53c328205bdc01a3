package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
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

// TestVerifyText does what verify.txt tells a stranger to do, on a good package and on bad ones.
func TestVerifyText(t *testing.T) {
	for _, tool := range []string{"bash", "sha256sum", "find", "diff", "grep", "sed", "tail"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	dir := t.TempDir()
	made := start(t, dir, 0, "demo", "-o", "d")
	if made.code != exitDone {
		t.Fatal(made.stderr)
	}
	text, err := os.ReadFile(filepath.Join(dir, "d", "verify.txt"))
	if err != nil {
		t.Fatal(err)
	}
	commands := linuxCommands(string(text))
	if len(commands) != 5 {
		t.Fatalf("verify.txt has %d commands for Linux, want 5: %q", len(commands), commands)
	}
	bash := func(command string) (string, bool) {
		cmd := exec.CommandContext(t.Context(), "bash", "-c", command)
		cmd.Dir = filepath.Join(dir, "d")
		out, err := cmd.CombinedOutput()
		return string(out), err == nil
	}
	digest := ""
	for i, command := range commands {
		out, ok := bash(command)
		if !ok {
			t.Errorf("%s\nfails: %s", command, out)
		}
		switch i {
		case 0:
			digest, _, _ = strings.Cut(out, " ")
		case 2:
			if out != "" {
				t.Errorf("%s\nprints %q, want nothing", command, out)
			}
		default:
			for line := range strings.Lines(out) {
				if !strings.HasSuffix(line, ": OK\n") {
					t.Errorf("%s\nprints %q, want OK", command, line)
				}
			}
		}
	}
	if len(digest) != 64 || !strings.Contains(made.stdout, digest) {
		t.Errorf("step 1 gives %q, pack told the sender another digest:\n%s", digest, made.stdout)
	}

	// What the text says is found, is found.
	report := filepath.Join(dir, "d", "data", "report.pdf")
	item := filepath.Join(dir, "d", "data", "snapshots", "automate01", "before", "data", "items", "registry", "lsa.reg")
	for _, c := range []struct {
		name  string
		touch func() error
		step  []int // of these at least one must say so
	}{
		{"one file more", func() error { return os.WriteFile(filepath.Join(dir, "d", "data", ".new"), nil, 0o600) }, []int{2}},
		{"a file changed", func() error { return appendTo(report, "x") }, []int{1}},
		{"evidence changed", func() error { return appendTo(item, "x") }, []int{1, 4}},
		{"a file removed", func() error { return os.Remove(report) }, []int{1, 2}},
	} {
		if err := c.touch(); err != nil {
			t.Fatal(err)
		}
		for _, i := range c.step {
			out, ok := bash(commands[i])
			if ok && !strings.Contains(out, "FAILED") {
				t.Errorf("%s: not found by\n%s\n%s", c.name, commands[i], out)
			}
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
