package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/collect"
	"auditpack/evidence/snapshot"
)

// slowHost is the sample's server with a command that takes its time, so that a capture can be met in its midst.
func slowHost(t *testing.T) string {
	h := sampleHost(t, "after")
	h.Commands = append(h.Commands, collect.RecordedCommand{Run: "whoami.exe*", Behaviour: "floods", Flood: 24 << 20})
	return writeHost(t, "after", h, nil)
}

// TestCaptureKilled kills a capture at random moments (AUDITPACK_KILLS of them; 6 by default): no snapshot is there that lacks
// anything, and --resume completes it.
func TestCaptureKilled(t *testing.T) {
	kills := 6
	if n, err := strconv.Atoi(os.Getenv("AUDITPACK_KILLS")); err == nil {
		kills = n
	}
	host := slowHost(t)
	whole := capture(t, host, captureOptions{})
	s, err := snapshot.Open(t.Context(), whole, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := s.Items()
	s.Close()
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	resumed, begun := 0, 0
	for i := range kills {
		dest := filepath.Join(t.TempDir(), "snapshot")
		wait := time.Duration(random.IntN(700)) * time.Millisecond
		if i%3 == 0 { // about when it begins
			wait = time.Duration(random.IntN(60_000)) * time.Microsecond
		}
		killed(t, wait, "capture", "--replay-host", host, "-o", dest)
		if _, err := os.Stat(dest); err != nil {
			// As somebody would who knows nothing of what happened: once more, and then as the program says.
			args := []string{"capture", "--replay-host", host, "-o", dest}
			out, err := exec.CommandContext(t.Context(), "auditpack", args...).CombinedOutput()
			if exitCode(err) == exitFailed && strings.Contains(string(out), "--resume goes on with it") {
				resumed++
				out, err = exec.CommandContext(t.Context(), "auditpack", append(args, "--resume")...).CombinedOutput()
			} else {
				begun++
			}
			if code := exitCode(err); code != exitDone && code != exitLook {
				t.Errorf("killed after %s: exit code %d: %s", wait, code, out)
				continue
			}
			if left, _ := os.ReadDir(filepath.Dir(dest)); len(left) != 1 {
				t.Errorf("killed after %s: %v is left", wait, left)
			}
		}
		sameItems(t, dest, want, wait)
	}
	t.Logf("%d of %d were gone on with, %d were begun anew", resumed, kills, begun)
}

// killed starts auditpack and kills it after wait, as nobody can defend against.
func killed(t *testing.T, wait time.Duration, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "auditpack", args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(wait)
	cmd.Process.Kill()
	cmd.Wait()
}

func exitCode(err error) int {
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

// sameItems compares a snapshot with what a whole capture puts, except for times.
func sameItems(t *testing.T, path string, want []evidence.Item, wait time.Duration) {
	t.Helper()
	s, err := snapshot.Open(t.Context(), path, bag.Limits{})
	if err != nil {
		t.Errorf("after %s: %v", wait, err)
		return
	}
	defer s.Close()
	got := s.Items()
	if len(got) != len(want) {
		t.Errorf("after %s: %d items, want %d", wait, len(got), len(want))
		return
	}
	for i := range want {
		if got[i].Path != want[i].Path || got[i].Digest != want[i].Digest || got[i].Status != want[i].Status {
			t.Errorf("after %s: %s: %s %s, want %s %s %s", wait, got[i].Path, got[i].Status, got[i].Digest, want[i].Path, want[i].Status, want[i].Digest)
		}
	}
}

// TestCaptureInterrupted presses Ctrl-C: one line says how to go on, and going on completes it.
func TestCaptureInterrupted(t *testing.T) {
	h := sampleHost(t, "after")
	h.Commands = append([]collect.RecordedCommand{{Run: "systeminfo.exe*", Behaviour: "hangs"}}, h.Commands...)
	host := writeHost(t, "after", h, nil)
	dest := filepath.Join(t.TempDir(), "snapshot")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "auditpack", "capture", "--replay-host", host, "-o", dest)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for begun := time.Now(); time.Since(begun) < 30*time.Second; time.Sleep(20 * time.Millisecond) {
		if journal, err := os.ReadFile(filepath.Join(dest+".capture", "journal")); err == nil && bytes.Count(journal, []byte("\n")) > 20 {
			break
		}
	}
	cmd.Process.Signal(os.Interrupt)
	if code := exitCode(cmd.Wait()); code != exitFailed || !strings.Contains(out.String(), "interrupted: no snapshot was written; ") || !strings.Contains(out.String(), "--resume -o "+dest) {
		t.Errorf("exit code %d: %s", code, out.String())
	}
	if _, err := os.Stat(dest); err == nil {
		t.Error("there is a snapshot")
	}
	whole := writeHost(t, "after", sampleHost(t, "after"), nil)
	if out, err := exec.CommandContext(ctx, "auditpack", "capture", "--replay-host", whole, "-o", dest, "--only", "iis", "--resume").CombinedOutput(); exitCode(err) != exitUsage {
		t.Errorf("other collectors than it was begun with: %s", out)
	}
	if out, err := exec.CommandContext(ctx, "auditpack", "capture", "--replay-host", whole, "-o", dest).CombinedOutput(); exitCode(err) != exitFailed || !strings.Contains(string(out), "--resume") {
		t.Errorf("begun anew: %s", out)
	}
	if out, err := exec.CommandContext(ctx, "auditpack", "capture", "--replay-host", whole, "-o", dest, "--resume").CombinedOutput(); exitCode(err) != exitLook || !strings.Contains(string(out), "going on with") {
		t.Errorf("resumed: %s", out)
	}
	s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}
