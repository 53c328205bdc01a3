package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOptionFile holds what MySQL's documents say of option files ("Using Option Files"): a value in double quotes, in which a
// backslash begins an escape and no sign a comment. Where MySQL's or MariaDB's own reader is installed, that reads it too.
func TestOptionFile(t *testing.T) {
	reader, _ := exec.LookPath("my_print_defaults")
	for password, want := range map[string]string{
		"plain":            `"plain"`,
		"":                 `""`,
		` a b `:            `" a b "`,
		`x#y;z`:            `"x#y;z"`,
		`quo"te' #1`:       `"quo\"te' #1"`,
		`C:\new\table\`:    `"C:\\new\\table\\"`,
		"Grüße 漢字":         `"Grüße 漢字"`,
		`"quoted already"`: `"\"quoted already\""`,
	} {
		text, err := (&mysqlUser{"reader", password}).optionFile()
		if diff := cmp.Diff("[client]\nuser=\"reader\"\npassword="+want+"\n", text); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", password, err, diff)
		}
		if reader == "" {
			continue
		}
		file := filepath.Join(t.TempDir(), "login.cnf")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := exec.CommandContext(t.Context(), reader, "--defaults-file="+file, "--show", "client").CombinedOutput() // MySQL's
		if err != nil {
			got, err = exec.CommandContext(t.Context(), reader, "--defaults-file="+file, "client").CombinedOutput() // MariaDB's
		}
		if diff := cmp.Diff("--user=reader\n--password="+password+"\n", string(got)); err != nil || diff != "" {
			t.Errorf("%q, as the database's own programs read it: %v\n%s", password, err, diff)
		}
	}
	for _, bad := range []string{"two\nlines", "nul\x00", "\x1b"} {
		if _, err := (&mysqlUser{"reader", bad}).optionFile(); err == nil {
			t.Errorf("%q is taken", bad)
		}
		if _, err := (&mysqlUser{bad, "x"}).optionFile(); err == nil {
			t.Errorf("the user %q is taken", bad)
		}
	}
}
