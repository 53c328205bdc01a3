package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
)

// scriptFolder writes what the PowerShell form of the capture would write on the host of a snapshot.
func scriptFolder(t *testing.T, captured string) string {
	t.Helper()
	s, err := snapshot.Open(t.Context(), captured, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	dir := t.TempDir()
	var items []map[string]any
	manifest := ""
	write := func(path string, text []byte) {
		full := filepath.Join(dir, filepath.FromSlash(path))
		os.MkdirAll(filepath.Dir(full), 0o700)
		if err := os.WriteFile(full, text, 0o600); err != nil {
			t.Fatal(err)
		}
		manifest += fmt.Sprintf("%s  %s\n", evidence.DigestOf(text), path)
	}
	for _, item := range s.Items() {
		path := strings.TrimPrefix(item.Path, "data/items/")
		items = append(items, map[string]any{
			"path": path, "name": item.Name, "collector": item.Collector, "format": item.Format, "status": item.Status, "note": item.Note,
			"command": append([]string{}, item.Command...), "exit_code": item.ExitCode, "taken": item.Taken, "duration_ms": 12, "stderr": "",
			"console": item.CodePage != 0, "ansi": strings.HasPrefix(item.Name, "appcmd-"), "withheld": []evidence.Withheld{}, "missing": strings.TrimPrefix(string(item.Missing), "registry:"),
		})
		if item.Digest.IsZero() {
			continue
		}
		r, err := s.Open(item)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		write(path, text)
	}
	record, err := json.Marshal(map[string]any{
		"version": "auditpack.script/1", "tool": "auditpack test", "host": "AUTOMATE01", "operator": `AUTOMATE01\adm-tech1`, "elevated": true,
		"code_page": 437, "ansi_code_page": 1252, "ui_language": "en-US", "started": "2026-10-20T06:30:00Z", "items": items,
	})
	if err != nil {
		t.Fatal(err)
	}
	write("auditpack-script.json", append([]byte("\xef\xbb\xbf"), record...)) // as Set-Content -Encoding UTF8 does
	if err := os.WriteFile(filepath.Join(dir, "manifest-sha256.txt"), []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// runImportAny imports a folder, of which not everything need be evidence.
func runImportAny(t *testing.T, dir, dest string) {
	t.Helper()
	err := runImport(t.Context(), importOptions{dest: dest}, []string{dir}, io.Discard, io.Discard)
	if _, look := err.(*lookError); err != nil && !look {
		t.Fatal(err)
	}
}

// settingsOf returns every Setting that is read from a snapshot, with the place that shows it, and what is known to be absent.
func settingsOf(t *testing.T, path string) []string {
	t.Helper()
	s, err := snapshot.Open(t.Context(), path, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	contents, err := audit.Read(t.Context(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, c := range contents {
		for _, s := range c.Settings {
			all = append(all, fmt.Sprintf("%s = %s: %s", s.Address, s.Value, s.Cite))
		}
		for _, v := range c.Covers {
			all = append(all, fmt.Sprintf("all of %s: %s", v.Scope, v.Cite))
		}
	}
	if len(all) < 500 {
		t.Errorf("%s: %d settings", path, len(all))
	}
	return all
}

// TestScriptImport judges what the script captured as what auditpack captured, and refuses a folder that was touched.
func TestScriptImport(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1792477800")
	captured := capture(t, writeHost(t, "after", sampleHost(t, "after"), nil), captureOptions{})
	dir := scriptFolder(t, captured)
	dest := filepath.Join(t.TempDir(), "snapshot")
	err := runImport(t.Context(), importOptions{dest: dest}, []string{dir}, io.Discard, io.Discard)
	if _, look := err.(*lookError); !look { // an empty output of the sample
		t.Fatal(err)
	}
	results := func(path string) map[string]evidence.Result {
		all := map[string]evidence.Result{}
		for id, c := range judged(t, path, assessOptions{inputFlags: inputFlags{asOf: "2026-10-21T09:00:00Z"}}) {
			all[id] = c.After.Result
		}
		return all
	}
	if diff := cmp.Diff(results(captured), results(dest)); diff != "" {
		t.Errorf("captured and by script (-captured +script):\n%s", diff)
	}
	if diff := cmp.Diff(settingsOf(t, captured), settingsOf(t, dest)); diff != "" {
		t.Errorf("captured and by script (-captured +script):\n%s", diff)
	}
	s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, item := range s.Items() {
		if item.Origin != evidence.OriginScript || item.Host != "AUTOMATE01" {
			t.Errorf("%s: origin %s, host %s", item.Path, item.Origin, item.Host)
		}
		if want := 1252; strings.HasPrefix(item.Name, "appcmd-") && item.CodePage != want {
			t.Errorf("%s: code page %d, want %d", item.Path, item.CodePage, want)
		}
	}
	for _, c := range []struct {
		name   string
		change func(dir string) error
		want   string
	}{
		{"changed", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "registry", "lsa.reg"), []byte("forged"), 0o600)
		}, "registry/lsa.reg was changed"},
		{"missing", func(dir string) error { return os.Remove(filepath.Join(dir, "registry", "lsa.reg")) }, "registry/lsa.reg is missing"},
		{"added", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "registry", "more.reg"), []byte("x"), 0o600)
		}, "registry/more.reg was added"},
		{"without a manifest", func(dir string) error { return os.Remove(filepath.Join(dir, "manifest-sha256.txt")) }, "manifest-sha256.txt: no such file"},
		{"record changed", func(dir string) error {
			path := filepath.Join(dir, "auditpack-script.json")
			text, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(path, []byte(strings.Replace(string(text), "AUTOMATE01", "AUTOMATE02", 1)), 0o600)
			}
			return err
		}, "auditpack-script.json was changed"},
		{"a link", func(dir string) error {
			path := filepath.Join(dir, "registry", "lsa.reg")
			os.Remove(path)
			return os.Symlink("/etc/passwd", path)
		}, "is no file"},
	} {
		touched := scriptFolder(t, captured)
		if err := c.change(touched); err != nil {
			t.Fatal(err)
		}
		dest := filepath.Join(t.TempDir(), "snapshot")
		err := runImport(t.Context(), importOptions{dest: dest}, []string{touched}, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", c.name, err, c.want)
		}
		if _, err := os.Stat(dest); err == nil {
			t.Errorf("%s: there is a snapshot", c.name)
		}
	}
}
