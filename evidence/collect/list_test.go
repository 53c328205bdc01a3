package collect_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/collect"
	"auditpack/evidence/guide"
)

func loadGuide(t *testing.T) evidence.Guide {
	t.Helper()
	g, _, err := guide.Load(os.DirFS("../../templates/guide"))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestValidate(t *testing.T) {
	if err := collect.Validate(collect.All()); err != nil {
		t.Fatal(err)
	}
	sound := func() *collect.Collector {
		return &collect.Collector{Name: "sound", Shows: "nothing", Timeout: 1, Sources: []collect.Source{{Item: "a.txt", File: collect.System32 + `\a.txt`}}}
	}
	for _, c := range []struct {
		change func(*collect.Collector)
		want   string
	}{
		{func(c *collect.Collector) { c.Name = "No/Name" }, "lower-case"},
		{func(c *collect.Collector) { c.Shows = "" }, "does not say what it shows"},
		{func(c *collect.Collector) { c.Timeout = 0 }, "no time limit"},
		{func(c *collect.Collector) { c.Sources = nil }, "no sources"},
		{func(c *collect.Collector) { c.Sources = append(c.Sources, c.Sources[0]) }, "two sources"},
		{func(c *collect.Collector) { c.Sources[0].Item = "../a" }, "cannot be the name"},
		{func(c *collect.Collector) { c.Sources[0].Program = collect.System32 + `\a.exe` }, "either a program or a file"},
		{func(c *collect.Collector) { c.Sources[0].File = "a.txt" }, "not below a folder of the system"},
		{func(c *collect.Collector) { c.Sources[0].Each = collect.PerUser }, "stands nowhere"},
		{func(c *collect.Collector) {
			c.Sources[0] = collect.Source{Item: "a.txt", Program: collect.System32 + `\reg.exe`, Args: []string{"query", `HKLM\SOFTWARE\X`, "/v", "Y"}}
		}, `asks for HKLM\SOFTWARE\X!Y of the registry`},
	} {
		broken := sound()
		c.change(broken)
		if err := collect.Validate([]*collect.Collector{broken}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	if err := collect.Validate([]*collect.Collector{sound(), sound()}); err == nil {
		t.Error("a list with one twice is taken")
	}
}

// exported reports whether a key lies in one that is exported.
func exported(key string) bool {
	key = strings.ToUpper(key)
	for long, short := range map[string]string{"HKEY_LOCAL_MACHINE": "HKLM", "HKEY_CURRENT_USER": "HKCU"} {
		key = strings.Replace(key, long, short, 1)
	}
	return slices.ContainsFunc(collect.RegistryKeys(), func(k string) bool {
		k = strings.ToUpper(k)
		return key == k || strings.HasPrefix(key, k+`\`)
	})
}

// TestRegistryKeysForGuide holds that every key which the guide's Checks read is exported.
func TestRegistryKeysForGuide(t *testing.T) {
	seen := 0
	for _, s := range loadGuide(t).Sections {
		for _, c := range s.Controls {
			checks := slices.Clone(c.Checks)
			for _, r := range c.Readings {
				checks = append(checks, r.Checks...)
			}
			for _, check := range checks {
				for _, a := range check.Addresses() {
					if a.Kind() != "registry" {
						continue
					}
					seen++
					if key, _, _ := strings.Cut(a.Rest(), "!"); !exported(key) {
						t.Errorf("%s reads %s, which no collector exports", c.ID, key)
					}
				}
			}
		}
	}
	if seen < 30 {
		t.Errorf("%d addresses of the registry in the guide: the test looks in the wrong place", seen)
	}
}

// TestRegistryKeysForSTIG holds the same for the registry blocks of the six benchmarks.
func TestRegistryKeysForSTIG(t *testing.T) {
	shared := os.Getenv("AUDITPACK_SHARED")
	if shared == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	f, err := os.Open(filepath.Join(shared, "stig", "registry-checks.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	key, id := slices.Index(rows[0], "key"), slices.Index(rows[0], "stig_id")
	for _, row := range rows[1:] {
		if !exported(row[key]) {
			t.Errorf("%s reads %s, which no collector exports", row[id], row[key])
		}
	}
	if len(rows) < 300 {
		t.Errorf("%d rows", len(rows))
	}
}

// TestServesGuide holds that every Control that evidence decides has a collector, save those that ask the web server itself.
func TestServesGuide(t *testing.T) {
	g := loadGuide(t)
	served := map[string]bool{}
	for _, c := range collect.All() {
		for _, id := range c.Controls(g) {
			served[id] = true
		}
	}
	for _, s := range g.Sections {
		for _, c := range s.Controls {
			outside := slices.ContainsFunc(c.Checks, func(k evidence.Check) bool { return k.Address.Kind() == "http" })
			if len(c.Checks) > 0 && !outside && !served[c.ID] {
				t.Errorf("%s is decided by evidence that nothing collects: %v", c.ID, c.Checks)
			}
		}
	}
}

// TestQuoting holds the lines as Windows programs read them.
func TestQuoting(t *testing.T) {
	for _, c := range []struct{ arg, want string }{
		{`/y`, `/y`}, {``, `""`}, {`a b`, `"a b"`}, {`say "x"`, `"say \"x\""`}, {`C:\a b\`, `"C:\a b\\"`}, {`a\\"b`, `"a\\\\\"b"`}, {`C:\LTShare`, `C:\LTShare`},
	} {
		s := collect.Source{Program: "p.exe", Args: []string{c.arg}}
		if got := s.Line(); got != "p.exe "+c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// TestSourcesAreSober holds what a reviewer would ask of every line first.
func TestSourcesAreSober(t *testing.T) {
	for _, c := range collect.All() {
		for _, s := range c.Sources {
			for _, word := range []string{"-EncodedCommand", "-enc ", "Invoke-Expression", "iex ", "Invoke-WebRequest", "DownloadString", "Bypass", `\cmd.exe`, "Set-", "New-Item", "Remove-", "Stop-", "Restart-"} {
				if strings.Contains(s.Line(), word) {
					t.Errorf("%s/%s: %s", c.Name, s.Item, word)
				}
			}
			if strings.Contains(s.Line(), "powershell.exe") && strings.Contains(s.Args[len(s.Args)-1], `"`) {
				t.Errorf("%s/%s: a double quote in a line of PowerShell", c.Name, s.Item)
			}
		}
	}
}

// TestLogsAreOurs holds that what would write a log of its own elsewhere is told to write it where it is removed.
func TestLogsAreOurs(t *testing.T) {
	for _, c := range collect.All() {
		for _, s := range c.Sources {
			if strings.HasSuffix(s.Program, `\SecEdit.exe`) && !strings.Contains(s.Line(), "/log "+collect.LogFile) {
				t.Errorf("%s/%s: secedit writes %%windir%%\\security\\logs\\scesrv.log: %s", c.Name, s.Item, s.Line())
			}
		}
	}
	for _, want := range []string{`.Replace('{log}', $log)`, `$log = "$Scratch\$number-log.tmp"`} {
		if !strings.Contains(script(t), want) {
			t.Errorf("the script has no %s", want)
		}
	}
	if strings.Count(script(t), "Remove-Item -LiteralPath $file, $log, $out") != 1 {
		t.Error("the script keeps the log")
	}
}
