package collect_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/collect"
)

// put is an Item with its bytes, as it was put.
type put struct {
	evidence.Item
	text string
}

// recorded makes a host of a Recording and files.
func recorded(t testing.TB, r collect.Recording, files map[string]string) *collect.Replay {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	dir := fstest.MapFS{collect.ReplayFile: {Data: text}}
	for name, text := range files {
		dir[name] = &fstest.MapFile{Data: []byte(text)}
	}
	h, err := collect.OpenReplay(dir)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// clock ticks by a second each time it is asked.
func clock() func() time.Time {
	var n atomic.Int64
	return func() time.Time { return time.Date(2026, 10, 20, 6, 30, int(n.Add(1)), 0, time.UTC) }
}

// run captures and returns what was put, by the part of the path behind data/items/.
func run(t testing.TB, ctx context.Context, h collect.Host, list []*collect.Collector, o collect.Options) (map[string]put, error) {
	t.Helper()
	o.Now, o.Scratch = clock(), t.TempDir()
	all := map[string]put{}
	var putting sync.Mutex
	err := collect.Run(ctx, h, list, o, func(item evidence.Item, r io.Reader) error {
		p := put{Item: item}
		if r != nil {
			b, err := io.ReadAll(r)
			if err != nil {
				p.Status = evidence.CutShort // as a snapshot's writer does
			}
			p.text = string(b)
		}
		putting.Lock()
		defer putting.Unlock()
		if _, twice := all[item.Path]; twice {
			t.Errorf("%s: put twice", item.Path)
		}
		all[strings.TrimPrefix(item.Path, "data/items/")] = p
		return nil
	})
	return all, err
}

// two is a list of two commands and two files.
func two() []*collect.Collector {
	tool := collect.System32 + `\tool.exe`
	return []*collect.Collector{{
		Name: "first", Shows: "commands", Timeout: 200 * time.Millisecond,
		Sources: []collect.Source{
			{Item: "print.txt", Program: tool, Args: []string{"print"}, Console: true},
			{Item: "write.txt", Program: tool, Args: []string{"write", collect.OutFile}, Elevated: "only administrators may write"},
		},
	}, {
		Name: "second", Shows: "files", Timeout: time.Second,
		Sources: []collect.Source{
			{Item: "hosts.txt", File: collect.System32 + `\drivers\etc\hosts`},
			{Item: "more.txt", File: collect.ProgramData + `\Some *\more.txt`},
		},
	}}
}

func about(elevated bool) collect.About {
	return collect.About{Name: "AUTOMATE01", Operator: `AUTOMATE01\adm`, Elevated: elevated, CodePage: 850, Language: "de-DE"}
}

// TestRun captures from a host where everything is as it should be.
func TestRun(t *testing.T) {
	h := recorded(t, collect.Recording{
		About: about(true),
		Commands: []collect.RecordedCommand{
			{Run: "tool.exe print", Stdout: "printed", Stderr: "warning"},
			{Run: "tool.exe write {out}", File: "written", Stdout: "talk"},
		},
		Files: map[string]string{`C:\Windows\System32\drivers\etc\hosts`: "hosts", `C:\ProgramData\Some 1\more.txt`: "more", `C:\ProgramData\Some 2\more.txt`: "more", `C:\ProgramData\Some 3\other.txt`: "more"},
	}, map[string]string{"printed": "ABH\x99REN\r\n", "warning": "Achtung\r\n\r\nL\x81cke", "written": "\xff\xfeW\x00", "talk": "done", "hosts": "127.0.0.1", "more": "x"})
	got, err := run(t, t.Context(), h, two(), collect.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	zero := 0
	base := evidence.Item{Status: evidence.Captured, Origin: evidence.OriginCaptured, Host: "AUTOMATE01", By: `AUTOMATE01\adm`, Language: "de-DE", Duration: 1000}
	item := func(path, name, collector string, second int, change func(*evidence.Item)) evidence.Item {
		i := base
		i.Path, i.Name, i.Collector, i.Taken = "data/items/"+path, name, collector, time.Date(2026, 10, 20, 6, 30, second, 0, time.UTC)
		change(&i)
		return i
	}
	want := map[string]put{
		"first/print.txt": {item("first/print.txt", "print.txt", "first", 1, func(i *evidence.Item) {
			i.Command, i.ExitCode, i.Stderr, i.CodePage = []string{`C:\Windows\System32\tool.exe`, "print"}, &zero, `Achtung L\x81cke`, 850
		}), "ABH\x99REN\r\n"},
		"first/write.txt": {item("first/write.txt", "write.txt", "first", 3, func(i *evidence.Item) {
			i.Command, i.ExitCode = []string{`C:\Windows\System32\tool.exe`, "write", "{out}"}, &zero
		}), "\xff\xfeW\x00"},
		"second/hosts.txt": {item("second/hosts.txt", `C:\Windows\System32\drivers\etc\hosts`, "second", 5, func(*evidence.Item) {}), "127.0.0.1"},
		"second/more-c-programdata-some-1-more-txt-*.txt": {item("", `C:\ProgramData\Some 1\more.txt`, "second", 7, func(*evidence.Item) {}), "x"},
		"second/more-c-programdata-some-2-more-txt-*.txt": {item("", `C:\ProgramData\Some 2\more.txt`, "second", 9, func(*evidence.Item) {}), "x"},
	}
	for path, w := range want {
		g, ok := got[path]
		if strings.Contains(path, "*") { // eight digits of a digest
			for p := range got {
				if strings.HasPrefix(p, "second/more-") && got[p].Name == w.Name {
					g, ok = got[p], true
				}
			}
			w.Path = g.Path
		}
		if diff := cmp.Diff(w, g, cmp.AllowUnexported(put{})); !ok || diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d items, want %d", len(got), len(want))
	}
	for path := range got {
		if len("data/items/"+path) > 60 {
			t.Errorf("%s: too long for a snapshot", path)
		}
	}
}

// TestRunStatuses has one line for each way in which a command can end.
func TestRunStatuses(t *testing.T) {
	for _, c := range []struct {
		name     string
		elevated bool
		command  collect.RecordedCommand
		status   evidence.Status
		note     string
		text     string
	}{
		{"says nothing", true, collect.RecordedCommand{}, evidence.Failed, "exit code 0 and showed nothing", ""},
		{"fails", true, collect.RecordedCommand{Exit: 5, Stdout: "denied"}, evidence.Failed, "exit code 5", "Zugriff verweigert"},
		{"hangs", true, collect.RecordedCommand{Stdout: "half", Behaviour: "hangs"}, evidence.TimedOut, "ended after 200ms", "half of it"},
		{"may not be run", true, collect.RecordedCommand{Behaviour: "denied"}, evidence.Denied, "may not be run", ""},
		{"floods", true, collect.RecordedCommand{Behaviour: "floods", Flood: 1 << 30}, evidence.CutShort, "after it had printed 1000 bytes", "*1000"},
	} {
		c.command.Run = "tool.exe print"
		h := recorded(t, collect.Recording{About: about(c.elevated), Commands: []collect.RecordedCommand{c.command}}, map[string]string{"denied": "Zugriff verweigert", "half": "half of it"})
		got, err := run(t, t.Context(), h, two(), collect.Options{MaxOutput: 1000})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		p := got["first/print.txt"]
		if c.text == "*1000" && len(p.text) == 1000 {
			c.text = p.text
		}
		if p.Status != c.status || !strings.Contains(p.Note, c.note) || p.text != c.text {
			t.Errorf("%s: %s, %q, %q; want %s, %q, %q", c.name, p.Status, p.Note, p.text, c.status, c.note, c.text)
		}
		for path, want := range map[string]evidence.Status{"first/write.txt": evidence.Absent, "second/hosts.txt": evidence.Absent, "second/more.txt": evidence.Absent} {
			if got[path].Status != want || got[path].Note == "" {
				t.Errorf("%s: %s: %s, %q; want %s and why", c.name, path, got[path].Status, got[path].Note, want)
			}
		}
	}
}

// TestRunNotElevated tells what is missing for want of rights from what is broken.
func TestRunNotElevated(t *testing.T) {
	for _, elevated := range []bool{false, true} {
		h := recorded(t, collect.Recording{
			About: about(elevated), Commands: []collect.RecordedCommand{{Run: "tool.exe write {out}", Exit: 1, Stdout: "talk"}},
		}, map[string]string{"talk": "Sie haben keine Rechte"})
		got, err := run(t, t.Context(), h, two(), collect.Options{})
		want := evidence.Denied
		if elevated {
			want = evidence.Failed
		}
		p := got["first/write.txt"]
		if err != nil || p.Status != want || strings.Contains(p.Note, "administrator") == elevated || p.Stderr != "Sie haben keine Rechte" || p.text != "" {
			t.Errorf("elevated %v: %+v, %v", elevated, p, err)
		}
	}
}

// TestRunEverythingDenied captures all that there is from a host that shows nothing: no Item is captured, none is missing.
func TestRunEverythingDenied(t *testing.T) {
	h := recorded(t, collect.Recording{
		About: about(false), Denied: []string{`C:\`, "HK"}, Commands: []collect.RecordedCommand{{Run: "*", Exit: 5, Stderr: "denied"}},
	}, map[string]string{"denied": "Accès refusé."})
	o := collect.Options{MySQLLogin: `C:\login.cnf`}
	got, err := run(t, t.Context(), h, collect.All(), o)
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := collect.Plan(t.Context(), h, collect.All(), o)
	if err != nil || len(tasks) != len(got) {
		t.Errorf("%d planned, %d put, %v", len(tasks), len(got), err)
	}
	for path, p := range got {
		if p.Status == evidence.Captured || p.Note == "" || p.text != "" {
			t.Errorf("%s: %s, %q, %d bytes", path, p.Status, p.Note, len(p.text))
		}
		if p.Collector == "registry" && p.Status != evidence.Denied {
			t.Errorf("%s: %s, want denied", path, p.Status)
		}
	}
}

// TestRunFlood takes 500 MB of a command that does not stop, in flat memory.
func TestRunFlood(t *testing.T) {
	h := recorded(t, collect.Recording{About: about(true), Commands: []collect.RecordedCommand{{Run: "tool.exe print", Behaviour: "floods", Flood: 500 << 20}}}, nil)
	list := two()
	list[0].Timeout = time.Minute
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var size atomic.Int64
	err := collect.Run(t.Context(), h, list, collect.Options{Now: clock(), Scratch: t.TempDir(), MaxOutput: 64 << 20}, func(item evidence.Item, r io.Reader) error {
		if r != nil {
			n, _ := io.Copy(io.Discard, r)
			size.Add(n)
			if item.Status != evidence.CutShort {
				t.Errorf("%s: %s", item.Path, item.Status)
			}
		}
		return nil
	})
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; err != nil || size.Load() != 64<<20 || grown > 16<<20 {
		t.Errorf("%v: %d bytes kept, %d bytes of memory were asked for", err, size.Load(), grown)
	}
}

// stubborn is a host whose commands end only when the test does.
type stubborn struct {
	collect.Host
	until chan struct{}
}

func (h stubborn) Run(_ context.Context, c collect.Command, stdout, _ io.Writer) (collect.Ran, error) {
	io.WriteString(stdout, "begun")
	<-h.until
	io.WriteString(stdout, "too late")
	return collect.Ran{Argv: []string{c.Program}}, nil
}

// TestRunLeavesBehind goes on without a program that cannot be ended.
func TestRunLeavesBehind(t *testing.T) {
	h := stubborn{recorded(t, collect.Recording{About: about(true)}, nil), make(chan struct{})}
	defer close(h.until)
	got, err := run(t, t.Context(), h, two(), collect.Options{Grace: 10 * time.Millisecond})
	if p := got["first/print.txt"]; err != nil || p.Status != evidence.TimedOut || p.text != "begun" {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestRunInterrupted puts no half Item and says that it is not done.
func TestRunInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	h := recorded(t, collect.Recording{About: about(true), Commands: []collect.RecordedCommand{{Run: "tool.exe print", Stdout: "half", Behaviour: "hangs"}}}, map[string]string{"half": "half"})
	list := two()
	list[0].Timeout = time.Minute
	o := collect.Options{Workers: 1, Progress: func(e collect.Event) {
		if e.Item == nil {
			time.AfterFunc(20*time.Millisecond, cancel)
		}
	}}
	got, err := run(t, ctx, h, list, o)
	if !errors.Is(err, context.Canceled) || len(got) != 0 {
		t.Errorf("%v, %d items", err, len(got))
	}
}

// TestRunPutFails ends with the error of the one who takes the Items.
func TestRunPutFails(t *testing.T) {
	full := errors.New("no space left on device")
	h := recorded(t, collect.Recording{About: about(true)}, nil)
	n := 0
	err := collect.Run(t.Context(), h, two(), collect.Options{Now: clock(), Scratch: t.TempDir(), Workers: 1}, func(evidence.Item, io.Reader) error {
		n++
		return full
	})
	if !errors.Is(err, full) || n != 1 {
		t.Errorf("%v after %d items", err, n)
	}
}

// TestRunAgain asks only for what an earlier run did not put.
func TestRunAgain(t *testing.T) {
	h := recorded(t, collect.Recording{About: about(true)}, nil)
	got, err := run(t, t.Context(), h, two(), collect.Options{Done: func(path string) bool { return path != "data/items/second/hosts.txt" }})
	if err != nil || len(got) != 1 {
		t.Errorf("%v, %d items", err, len(got))
	}
}

// TestRunAsksFirst asks what was put by an earlier run before it puts anything: the answer is the affair of the one who takes the
// Items, and not made for two at a time.
func TestRunAsksFirst(t *testing.T) {
	h := recorded(t, collect.Recording{About: about(true)}, nil)
	var put atomic.Bool
	o := collect.Options{Now: clock(), Scratch: t.TempDir(), Workers: 1, Done: func(path string) bool {
		if put.Load() {
			t.Errorf("%s: asked for after something was put", path)
		}
		return false
	}}
	err := collect.Run(t.Context(), h, two(), o, func(evidence.Item, io.Reader) error {
		put.Store(true)
		return nil
	})
	if err != nil || !put.Load() {
		t.Errorf("%v, put: %v", err, put.Load())
	}
}

// TestSelection keeps an Item for what was left out.
func TestSelection(t *testing.T) {
	h := recorded(t, collect.Recording{About: about(true)}, nil)
	for _, s := range []collect.Selection{{Only: []string{"second"}}, {Skip: []string{"first"}}} {
		got, err := run(t, t.Context(), h, two(), collect.Options{Selection: s})
		if err != nil || got["first/print.txt"].Status != evidence.Skipped || got["second/hosts.txt"].Status != evidence.Absent {
			t.Errorf("%+v: %v, %+v", s, err, got)
		}
	}
	if _, err := run(t, t.Context(), h, two(), collect.Options{Selection: collect.Selection{Only: []string{"third"}}}); err == nil {
		t.Error("a collector that does not exist is taken")
	}
}
