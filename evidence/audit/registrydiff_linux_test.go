package audit

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"auditpack/evidence/parse"
)

// TestMain lets a test measure this very program as a process of its own: with AUDITPACK_DIFF it compares two exports
// and prints how many changes there are and the most memory it ever had.
func TestMain(m *testing.M) {
	measured = measuredByKernel
	before, after, ok := strings.Cut(os.Getenv("AUDITPACK_DIFF"), "|")
	if !ok {
		os.Exit(m.Run())
	}
	changes, err := diffFiles(before, after)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(len(changes), mostMemory())
}

// mostMemory returns VmHWM of this process in kB: the most it had in memory, its program included.
func mostMemory() int {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(fields[0])
	return n
}

func measuredByKernel(t testing.TB, before, after string, want int) float64 {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "AUDITPACK_DIFF="+before+"|"+after)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var changes, kB int
	if _, err := fmt.Sscan(string(out), &changes, &kB); err != nil || changes != want {
		t.Fatalf("another process says %q, want %d changes", out, want)
	}
	return float64(kB) / 1024
}

func TestRegistryDiffMemory(t *testing.T) {
	export := splitExport(corpusExport(t))
	changed, want := export.change(200)
	before := export.write(t, "before.reg", 1)
	for _, test := range []struct {
		name  string
		after exportText
	}{{"same order", changed}, {"shuffled", changed.shuffle()}} {
		after := test.after.write(t, "after.reg", 1)
		changes, err := diffFiles(before, after)
		if err != nil {
			t.Fatal(err)
		}
		found(t, changes, want, before, after)
		if most := measured(t, before, after, 200); most > maxMemory {
			t.Errorf("%s: %.0f MB, want at most %d", test.name, most, maxMemory)
		}
	}
}

// TestRegistryDiffEncodings compares the export with itself in UTF-8: no byte is the same, all of it has to be decoded.
func TestRegistryDiffEncodings(t *testing.T) {
	raw := corpusExport(t)
	export := splitExport(raw)
	changed, want := export.change(200)
	before, after := export.write(t, "before.reg", 1), filepath.Join(t.TempDir(), "after.reg")
	wide, err := os.ReadFile(changed.write(t, "wide.reg", 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(after, []byte(parse.Decode(wide)), 0o600); err != nil {
		t.Fatal(err)
	}
	changes, err := diffFiles(before, after)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		if c.Before+" → "+c.After != want[string(c.Address.Fold())] {
			t.Errorf("%s: %s → %s", c.Address, c.Before, c.After)
		}
	}
	if most := measured(t, before, after, 200); most > maxMemory {
		t.Errorf("%.0f MB, want at most %d", most, maxMemory)
	}
}
