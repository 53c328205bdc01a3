package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ran is a process of the program that has ended.
type ran struct {
	code           int
	stdout, stderr string
	took           time.Duration
	memory         int64 // the most it had, in bytes
}

// start runs the program in dir as a process of its own; interrupt, if positive, is when it gets SIGINT.
func start(t *testing.T, dir string, interrupt time.Duration, args ...string) ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "auditpack", args...)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if interrupt > 0 {
		time.Sleep(interrupt)
		cmd.Process.Signal(os.Interrupt) // an error means that it has ended already
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	r := ran{code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String(), took: time.Since(began)}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.memory = usage.Maxrss << 10
	}
	return r
}

// oneLineOfTalk fails the test unless stderr is one line that holds want.
func (r ran) oneLineOfTalk(t *testing.T, want string) {
	t.Helper()
	if !strings.HasPrefix(r.stderr, "auditpack: ") || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, want) {
		t.Errorf("stderr is %q, want one line with %q", r.stderr, want)
	}
}

// names returns what is in a folder, hidden names included.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

// manyFiles writes a folder of evidence that takes a while to import.
func manyFiles(t *testing.T, dir string, files, size int) {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	random := rand.NewChaCha8([32]byte{7})
	data := make([]byte, size)
	for i := range files {
		random.Read(data)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.bin", i)), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestInterrupted sends the real process SIGINT at many moments: what is there afterwards is whole, or is not there.
func TestInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	dir := t.TempDir()
	manyFiles(t, filepath.Join(dir, "in"), 100, 50<<10)
	if r := start(t, dir, 0, "import", "in", "-o", "s", "--captured", "2026-10-20"); r.code != exitLook {
		t.Fatalf("import: %+v", r)
	}
	for _, c := range []struct {
		verb, dest string
		args       []string
		done       int
	}{
		{"import", "out", []string{"import", "in", "-o", "out"}, exitLook},
		{"import", "out.zip", []string{"import", "in", "-o", "out.zip"}, exitLook},
		{"pack", "out", []string{"pack", "s", "-o", "out", "--as-of", "2026-10-21"}, exitDone},
		{"pack", "out.zip", []string{"pack", "s", "-o", "out.zip", "--as-of", "2026-10-21"}, exitDone},
		{"demo", "out", []string{"demo", "-o", "out"}, exitDone},
	} {
		t.Run(c.verb+" "+c.dest, func(t *testing.T) {
			whole := start(t, dir, 0, c.args...)
			if whole.code != c.done {
				t.Fatalf("without an interrupt: %+v", whole)
			}
			os.RemoveAll(filepath.Join(dir, c.dest))
			random := rand.New(rand.NewPCG(1, 2))
			interrupted := 0
			for range 3 {
				at := 10*time.Millisecond + time.Duration(random.Int64N(int64(whole.took)))
				r := start(t, dir, at, c.args...)
				switch _, err := os.Lstat(filepath.Join(dir, c.dest)); {
				case r.code == c.done && err == nil:
					want := exitDone
					if c.verb != "import" { // sealed, by a signer whom verify was not told to trust
						want = exitLook
					}
					if v := start(t, dir, 0, "verify", c.dest); v.code != want {
						t.Errorf("interrupted after %v: it does not verify: %s", at, v.stderr)
					}
					os.RemoveAll(filepath.Join(dir, c.dest))
				case r.code == exitFailed && err != nil:
					interrupted++
					r.oneLineOfTalk(t, "interrupted: nothing was written")
				case r.code == -1 && err != nil: // before the program could ask for the signal
				default:
					t.Errorf("interrupted after %v: exit code %d, destination: %v, stderr: %s", at, r.code, err, r.stderr)
				}
				if got := names(t, dir); got != "in s" {
					t.Fatalf("interrupted after %v: %q is left, want \"in s\"", at, got)
				}
			}
			t.Logf("%d of 3 were interrupted", interrupted)
		})
	}
}

// smallDisk mounts a file system of a few bytes and returns where.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("auditpack-test", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("mounting a tmpfs is not allowed here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

func TestFullDisk(t *testing.T) {
	disk := smallDisk(t, "1m")
	dir := t.TempDir()
	manyFiles(t, filepath.Join(dir, "in"), 30, 100<<10)
	if r := start(t, dir, 0, "import", "in", "-o", "s", "--captured", "2026-10-20"); r.code != exitLook {
		t.Fatalf("import: %+v", r)
	}
	for _, args := range [][]string{
		{"import", "in", "-o", disk + "/out"},
		{"import", "in", "-o", disk + "/out.zip"},
		{"pack", "s", "-o", disk + "/out"},
		{"pack", "s", "-o", disk + "/out.zip"},
		{"demo", "-o", disk + "/out"},
	} {
		r := start(t, dir, 0, args...)
		if r.code != exitFailed || r.stdout != "" {
			t.Errorf("%q: exit code %d, stdout %q", args, r.code, r.stdout)
		}
		r.oneLineOfTalk(t, args[len(args)-1]+": no space left on device\n")
		if got := names(t, disk); got != "" {
			t.Errorf("%q: %q is left on the disk", args, got)
		}
	}
	t.Run("temporary folder", func(t *testing.T) {
		full := smallDisk(t, "16k")
		t.Setenv("TMPDIR", full)
		r := start(t, dir, 0, "demo", "-o", "out")
		if r.code != exitFailed || r.stdout != "" {
			t.Errorf("exit code %d, stdout %q", r.code, r.stdout)
		}
		r.oneLineOfTalk(t, "no space left on device")
		if got := names(t, dir) + names(t, full); got != "in s" {
			t.Errorf("%q is there, want \"in s\"", got)
		}
	})
}

// TestFullStdout holds that a result which could not be printed is no success.
func TestFullStdout(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	for _, args := range [][]string{{"guide", "list"}, {"--help"}, {"--version"}} {
		cmd := exec.CommandContext(t.Context(), "auditpack", args...)
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = full, &stderr
		cmd.Run()
		ran{stderr: stderr.String()}.oneLineOfTalk(t, "no space left on device")
		if code := cmd.ProcessState.ExitCode(); code != exitFailed {
			t.Errorf("%q: exit code %d, want %d", args, code, exitFailed)
		}
	}
}

// TestNotReadable imports a folder of things that have no bytes to give: they are listed, each with its reason.
func TestNotReadable(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in")
	manyFiles(t, in, 1, 10)
	if err := syscall.Mkfifo(filepath.Join(in, "pipe.txt"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(in, "link.txt")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(in, "dangling.txt")); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`(?m)  link\.txt +skipped: is a link, and links are not followed$`,
		`(?m)  dangling\.txt +skipped: is a link, and links are not followed$`,
		`(?m)  pipe\.txt +skipped: is neither a file nor a folder$`,
	}
	if os.Getuid() != 0 { // root reads everything
		if err := os.WriteFile(filepath.Join(in, "locked.txt"), []byte("x"), 0); err != nil {
			t.Fatal(err)
		}
		want = append(want, `(?m)  locked\.txt +denied: permission denied$`)
	}
	r := start(t, dir, 0, "import", "in", "-o", "s")
	if r.code != exitLook {
		t.Errorf("exit code %d", r.code)
	}
	r.oneLineOfTalk(t, "are not used as evidence")
	for _, w := range want {
		if !regexp.MustCompile(w).MatchString(r.stdout) {
			t.Errorf("stdout lacks %q:\n%s", w, r.stdout)
		}
	}
	for path, why := range map[string]string{
		"in/pipe.txt":     "in/pipe.txt: neither a file nor a folder",
		"in/dangling.txt": "in/dangling.txt: no such file or directory",
	} {
		for _, verb := range [][]string{{"import", path, "-o", "t"}, {"verify", path}, {"assess", path}} {
			r := start(t, dir, 0, verb...)
			if r.code != exitFailed {
				t.Errorf("%q: exit code %d", verb, r.code)
			}
			if verb[0] == "import" {
				r.oneLineOfTalk(t, why)
			} else {
				r.oneLineOfTalk(t, path)
			}
		}
	}
	if got := names(t, dir); got != "in s" {
		t.Errorf("%q is there, want \"in s\"", got)
	}
}
