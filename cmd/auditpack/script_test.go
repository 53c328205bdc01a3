package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"auditpack/evidence/seal"
	"auditpack/templates"
)

// TestMain lets the scripts, and the tests that send signals, run this very program as a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(withIdentity{m}, map[string]func(){"auditpack": main})
}

// withIdentity runs tests with a default identity of their own, so that none touches, or makes, that of whoever runs them.
type withIdentity struct{ m *testing.M }

func (w withIdentity) Run() int {
	dir, err := os.MkdirTemp("", "auditpack-test-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	os.Setenv("AUDITPACK_CONFIG", dir)
	folder, err := keyFolder()
	if err != nil {
		panic(err)
	}
	for _, name := range []string{seal.DefaultName, "reviewer"} {
		id, err := seal.Generate(clock(), seal.P256, "Test "+name, "")
		if err != nil {
			panic(err)
		}
		if _, err := saveIdentity(folder, name, id, "", false); err != nil {
			panic(err)
		}
	}
	return w.m.Run()
}

// TestScripts runs testdata/script: what a user types, what is printed, how it ends, which files are there afterwards.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("AUDITPACK_CONFIG", os.Getenv("AUDITPACK_CONFIG"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ends": ends, "says": says, "sample": writeSample, "flip": flip, "holds": holds, "sparse": sparse, "cut": cut, "zip": writeZip,
		},
	})
}

// ends CODE ARGS… runs auditpack, which must end with this exit code.
func ends(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: ends CODE ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec("auditpack", args[1:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// says PATTERN: stderr is one line of talk, and it matches.
func says(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: says PATTERN")
	}
	text := ts.ReadFile("stderr")
	line, rest, ok := strings.Cut(text, "\n")
	if !ok || rest != "" || !strings.HasPrefix(line, "auditpack: ") {
		ts.Fatalf("stderr is not one line of talk: %q", text)
	}
	if !regexp.MustCompile(args[0]).MatchString(line) {
		ts.Fatalf("stderr is %q, want a match of %q", line, args[0])
	}
}

// writeSample SIDE DIR [HOST] writes the evidence files of the demo, before or after, to a folder, as those of another host.
func writeSample(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 && len(args) != 3 {
		ts.Fatalf("usage: sample before|after DIR [HOST]")
	}
	files, err := fs.Sub(templates.FS, "sample/"+args[0])
	ts.Check(err)
	dir := ts.MkAbs(args[1])
	ts.Check(os.CopyFS(dir, files))
	if len(args) < 3 {
		return
	}
	ts.Check(filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(name, renamed(data, "AUTOMATE01", args[2]), 0o600)
	}))
}

// flip FILE OFFSET changes one bit of the byte there; a negative offset counts from the end.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip FILE OFFSET")
	}
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	if at < 0 {
		at += len(data)
	}
	data[at] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
}

// cut FILE SIZE shortens a file, by SIZE if that is negative.
func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cut FILE SIZE")
	}
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	if size < 0 {
		at, err := os.Stat(ts.MkAbs(args[0]))
		ts.Check(err)
		size += at.Size()
	}
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

// sparse FILE SIZE makes a file of zeros that takes no room on the disk.
func sparse(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sparse FILE SIZE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), nil, 0o600))
	cut(ts, false, args)
}

// holds DIR NAME… : these names are in the folder, hidden ones included, and no others.
func holds(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: holds DIR NAME…")
	}
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	want := slices.Sorted(slices.Values(args[1:]))
	if !slices.Equal(names, want) {
		ts.Fatalf("%s holds %q, want %q", args[0], names, want)
	}
}

// writeZip FILE DIR packs a folder as other programs do: compressed, which is not the form of a bag.
func writeZip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: zip FILE DIR")
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	ts.Check(z.AddFS(os.DirFS(ts.MkAbs(args[1]))))
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}
