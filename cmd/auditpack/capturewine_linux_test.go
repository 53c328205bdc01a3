package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
)

// wine is a prefix of its own in which programs of Windows run.
type wine struct {
	t            *testing.T
	prefix, home string
	exe          string
}

// newWine makes a prefix and builds the program for Windows. The test is skipped without wine, and unless AUDITPACK_WINE is set,
// as it takes half a minute and more.
func newWine(t *testing.T) *wine {
	t.Helper()
	if _, err := exec.LookPath("wine"); err != nil {
		t.Skip("wine is not on PATH")
	}
	if os.Getenv("AUDITPACK_WINE") == "" {
		t.Skip("AUDITPACK_WINE is not set")
	}
	w := &wine{t: t, prefix: t.TempDir(), home: t.TempDir(), exe: filepath.Join(t.TempDir(), "auditpack.exe")}
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s", "-o", w.exe, ".")
	build.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	w.run(exitDone, "wineboot", "-i")
	t.Cleanup(func() { // the prefix's server holds its files
		stop := exec.Command("wineserver", "-k")
		stop.Env = w.env()
		stop.Run()
	})
	dll := filepath.Join(w.prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll")
	if _, err := os.Stat(dll); err != nil { // Wine 8 lacks it, and Go 1.22 and later ask for it
		if err := os.WriteFile(dll, forwarder(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// env has a home of its own, so that nothing of the user's is read or written, and leaves out what would ask to install more.
func (w *wine) env() []string {
	return append(os.Environ(), "HOME="+w.home, "XDG_CONFIG_HOME=", "XDG_DATA_HOME=", "XDG_CACHE_HOME=", "XDG_RUNTIME_DIR=",
		"WINEPREFIX="+w.prefix, "WINEARCH=win64", "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe=", "DISPLAY=")
}

// run runs a program of Windows, which must end with this code, and returns what it printed.
func (w *wine) run(want int, args ...string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "wine", args...)
	cmd.Env = w.env()
	out, err := cmd.CombinedOutput()
	if got := exitCode(err); got != want {
		w.t.Fatalf("%q: exit code %d, want %d: %s", args, got, want, out)
	}
	return string(out)
}

// path is what a file of this system is called under Wine.
func (w *wine) path(p string) string { return "Z:" + strings.ReplaceAll(p, "/", `\`) }

// forwarder is a program library with one function, ProcessPrng, that is another one of Windows: a PE32+ file of one
// section with an export that is a forward (Microsoft PE Format, "Export Address Table").
func forwarder() []byte {
	const base = 0x1000
	name, export, forward := "bcryptprimitives.dll\x00", "ProcessPrng\x00", "advapi32.SystemFunction036\x00"
	const functions, names, ordinals, text = 40, 44, 48, 50
	exportAt := text + len(name)
	forwardAt := exportAt + len(export)
	end := forwardAt + len(forward)
	section := make([]byte, 0x200)
	for _, field := range []struct{ at, value int }{
		{12, base + text}, {16, 1}, {20, 1}, {24, 1}, {28, base + functions}, {32, base + names}, {36, base + ordinals},
		{functions, base + forwardAt}, {names, base + exportAt},
	} {
		binary.LittleEndian.PutUint32(section[field.at:], uint32(field.value))
	}
	copy(section[text:], name+export+forward)
	var b bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			binary.Write(&b, binary.LittleEndian, v)
		}
	}
	dos := make([]byte, 0x80)
	copy(dos, "MZ")
	dos[0x3c] = 0x80
	b.Write(dos)
	b.WriteString("PE\x00\x00")
	put(uint16(0x8664), uint16(1), uint32(0), uint32(0), uint32(0), uint16(240), uint16(0x2022))
	put(uint16(0x20b), uint16(14), uint32(0), uint32(0), uint32(0), uint32(0), uint32(0), uint64(0x180000000), uint32(base), uint32(0x200))
	put(uint16(6), uint16(0), uint16(0), uint16(0), uint16(6), uint16(0), uint32(0), uint32(0x2000), uint32(0x200), uint32(0), uint16(3), uint16(0x160))
	put(uint64(0x100000), uint64(0x1000), uint64(0x100000), uint64(0x1000), uint32(0), uint32(16), uint32(base), uint32(end))
	b.Write(make([]byte, 15*8))
	b.WriteString(".rdata\x00\x00")
	put(uint32(end), uint32(base), uint32(0x200), uint32(0x200), uint32(0), uint32(0), uint32(0), uint32(0x40000040))
	b.Write(make([]byte, 0x200-b.Len()))
	b.Write(section)
	return b.Bytes()
}

// TestCaptureUnderWine captures twice with the program for Windows, from a prefix with the registry of the sample before
// and after hardening. What the registry alone shows is judged as expected; what Wine only pretends to do is no evidence.
func TestCaptureUnderWine(t *testing.T) {
	w := newWine(t)
	checkProgram(w)
	for _, side := range []string{"before", "after"} {
		for _, name := range []string{"lsa", "securityproviders", "policies-microsoft", "currentversion-policies", "terminal-server", "http-parameters", "inetstp"} {
			file, err := filepath.Abs(fmt.Sprintf("../../templates/sample/%s/registry/%s.reg", side, name))
			if err != nil {
				t.Fatal(err)
			}
			w.run(exitDone, "reg", "import", w.path(file))
		}
		dest := filepath.Join(t.TempDir(), "snapshot")
		out := w.run(exitLook, w.exe, "capture", "--only", "registry,secedit,auditpol,acl,netstat", "-o", w.path(dest))
		if left, _ := os.ReadDir(filepath.Dir(dest)); len(left) != 1 || !strings.Contains(out, "sha256 of tagmanifest-sha256.txt: ") {
			t.Errorf("%s: %v is there\n%s", side, left, out)
		}
		checkWineItems(t, dest)
		got := judged(t, dest, assessOptions{})
		for _, c := range expected(t).Controls {
			if !byRegistry[c.ID] {
				continue
			}
			want := c.Before
			if side == "after" {
				want = c.After
			}
			if !want.allows(got[c.ID].After.Result) {
				t.Errorf("%s %s: %s, want %s: %+v", side, c.ID, got[c.ID].After.Result, want.Result, got[c.ID].After.Reasons)
			}
		}
		for _, id := range []string{"fw-only-listed-ports-open", "ltshare-not-shared-everyone", "acct-least-privilege", "stig5-verify-effective-user-rights"} {
			if r := got[id].After.Result; r == evidence.Pass {
				t.Errorf("%s %s passes, and Wine cannot show it", side, id)
			}
		}
	}
	checkMissingKey(w)
}

// checkProgram holds the size of the program for Windows and how fast it is there.
func checkProgram(w *wine) {
	w.t.Helper()
	at, err := os.Stat(w.exe)
	if err != nil {
		w.t.Fatal(err)
	}
	fastest, least := time.Hour, time.Hour // by the clock, and of the processor, which other work beside it does not change
	for range 5 {
		began := time.Now()
		cmd := exec.CommandContext(w.t.Context(), "wine", w.exe, "capture", "--help")
		cmd.Env = w.env()
		if out, err := cmd.CombinedOutput(); err != nil {
			w.t.Fatalf("%v: %s", err, out)
		}
		fastest = min(fastest, time.Since(began))
		least = min(least, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	}
	w.t.Logf("the program for Windows has %.1f MB and starts under Wine in %s, of which the processor took %s",
		float64(at.Size())/1e6, fastest.Round(time.Millisecond), least.Round(time.Millisecond))
	if at.Size() > 30e6 || least > 500*time.Millisecond {
		w.t.Error("want at most 30 MB and half a second")
	}
}

// checkMissingKey takes the key away in which AutoRun is switched off: that it is not there is what the item shows, and the
// value that it would hold is judged as absent.
func checkMissingKey(w *wine) {
	w.t.Helper()
	const item, key = "data/items/registry/currentversion-policies.reg", `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies`
	w.run(exitDone, "reg", "delete", key, "/f")
	dest := filepath.Join(w.t.TempDir(), "snapshot")
	w.run(exitLook, w.exe, "capture", "--only", "registry,secedit", "-o", w.path(dest))
	s, err := snapshot.Open(w.t.Context(), dest, bag.Limits{})
	if err != nil {
		w.t.Fatal(err)
	}
	defer s.Close()
	for _, i := range s.Items() {
		if i.Path == item && (i.Status != evidence.Absent || i.Missing != evidence.RegistryKey(key)) {
			w.t.Errorf("%s: %s, missing %q: %s", item, i.Status, i.Missing, i.Note)
		}
	}
	got := judged(w.t, dest, assessOptions{})["stig3-autorun-default"].After
	if got.Result != evidence.Fail || len(got.Reasons) == 0 || !slices.Contains(got.Reasons[0].Cites, evidence.Citation{Item: item, Absence: true}) {
		w.t.Errorf("stig3-autorun-default: %s: %+v", got.Result, got.Reasons)
	}
}

// byRegistry are Controls that the imported keys alone decide.
var byRegistry = map[string]bool{
	"stig1-anon-enum-sam-shares": true, "stig2-autoplay-nonvolume": true, "stig3-autorun-default": true, "stig4-autoplay-all-drives": true,
	"tls10-server": true, "tls11-server": true, "tls12-server": true, "ssl30-server": true,
}

// checkWineItems holds that what exists in Wine without doing anything is a failure, and what does not exist is absent.
func checkWineItems(t *testing.T, dest string) {
	t.Helper()
	s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, item := range s.Items() {
		var want []evidence.Status
		switch item.Path {
		case "data/items/registry/lsa.reg", "data/items/registry/securityproviders.reg":
			want = []evidence.Status{evidence.Captured}
		case "data/items/secedit/secedit.cfg":
			want = []evidence.Status{evidence.Failed} // exit code 0 and no output
		case "data/items/auditpol/auditpol.csv", "data/items/registry/ntds.reg", "data/items/acl/ltshare-icacls.txt": // there is no LTShare
			want = []evidence.Status{evidence.Absent}
		case "data/items/iis/applicationhost.config":
			want = []evidence.Status{evidence.Skipped}
		default:
			continue
		}
		if !slices.Contains(want, item.Status) {
			t.Errorf("%s: %s (%s), want %s", item.Path, item.Status, item.Note, want)
		}
	}
}
