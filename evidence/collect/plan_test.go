package collect_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/collect"
)

// unfilled finds what Plan has to fill in.
var unfilled = regexp.MustCompile(`\{(sid|site|ltshare|mysql|login)\}|%\w+%`)

// TestPlan expands what depends on the host.
func TestPlan(t *testing.T) {
	config := `<configuration><sites><site name="Default Web Site"><application path="/"><virtualDirectory path="/" physicalPath="%SystemDrive%\inetpub\wwwroot" /></application>
<application path="/x"><virtualDirectory path="/" physicalPath="D:\sites\R&amp;D" /></application></site></sites></configuration>`
	h := recorded(t, collect.Recording{
		About: about(true),
		Files: map[string]string{
			`C:\Windows\System32\inetsrv\config\applicationHost.config`: "config",
			`C:\inetpub\wwwroot\labtech\web.config`:                     "x", `C:\inetpub\wwwroot\empty\page.aspx`: "x", `C:\inetpub\wwwroot\aspnet_client\readme.txt`: "x",
			`C:\Program Files\MySQL\MySQL Server 8.0\bin\mysql.exe`: "x",
		},
		Values: map[string]string{`HKLM\SOFTWARE\WOW6432Node\LabTech\Setup!Local LTShare`: `D:\O'Brien Share\`},
		Keys:   []string{`HKU\S-1-5-18`, `HKU\S-1-5-21-1-2-3-1001`, `HKU\S-1-5-21-1-2-3-1001_Classes`},
	}, map[string]string{"config": config, "x": "x"})
	tasks, err := collect.Plan(t.Context(), h, collect.All(), collect.Options{MySQLLogin: `D:\login.cnf`})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, task := range tasks {
		lines = append(lines, task.Source.Line())
		if len(task.Path) > 60 {
			t.Errorf("%s: too long for a snapshot", task.Path)
		}
		if task.Status == "" && unfilled.MatchString(task.Source.Line()) {
			t.Errorf("%s: not filled in: %s", task.Path, task.Source.Line())
		}
	}
	for _, want := range []string{
		`C:\inetpub\wwwroot\web.config`, `C:\inetpub\wwwroot\labtech\web.config`, `C:\inetpub\wwwroot\aspnet_client\web.config`, `D:\sites\R&D\web.config`,
		`C:\Windows\System32\reg.exe export HKU\S-1-5-21-1-2-3-1001\SOFTWARE\Policies\Microsoft\Windows\Installer {out} /y /reg:64`,
		`C:\Windows\System32\icacls.exe "D:\O'Brien Share"`,
		`"C:\Program Files\MySQL\MySQL Server 8.0\bin\mysql.exe" --defaults-extra-file=D:\login.cnf --batch --connect-timeout=20 "--execute=SELECT CONCAT(majorversion,'.',minorversion) FROM labtech.config"`,
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("%s is not planned", want)
		}
	}
	all := strings.Join(lines, "\n")
	for _, not := range []string{`C:\inetpub\wwwroot\empty\web.config`, "_Classes", "S-1-5-18\\", "netstat -ano", "NETSTAT.EXE -ano"} {
		if strings.Contains(all, not) {
			t.Errorf("%s is planned", not)
		}
	}
	if !strings.Contains(all, `'D:\O''Brien Share'`) {
		t.Error("a quote in a path is not doubled inside of PowerShell")
	}
}

// TestReplayWithoutIIS plans no web.config where no site is.
func TestReplayWithoutIIS(t *testing.T) {
	h := recorded(t, collect.Recording{About: about(true)}, nil)
	got, err := run(t, t.Context(), h, []*collect.Collector{collect.IIS}, collect.Options{})
	if p := got["iis/web.config"]; err != nil || p.Status != evidence.Absent || !strings.Contains(p.Note, "IIS is not installed") {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestExplain holds that the page names every program, every item and every rule.
func TestExplain(t *testing.T) {
	var b bytes.Buffer
	if err := collect.Explain(&b, collect.All(), loadGuide(t)); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, c := range collect.All() {
		for _, s := range c.Sources {
			if !strings.Contains(page, "| "+s.Item+" |") {
				t.Errorf("%s/%s is not on the page", c.Name, s.Item)
			}
		}
	}
	for _, r := range collect.Rules() {
		if !strings.Contains(page, "| "+r.Name+" |") {
			t.Errorf("rule %s is not on the page", r.Name)
		}
	}
}
