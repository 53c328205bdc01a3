package collect_test

import (
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/collect"
)

// TestPlanRedirection follows redirection.config to a folder on this host, and says what it does not follow.
func TestPlanRedirection(t *testing.T) {
	const at = `C:\Windows\System32\inetsrv\config\`
	said := func(element string) string {
		return "<configuration>\r\n<!-- <configurationRedirection enabled=\"true\" path=\"E:\\old\" /> -->\r\n" + element + "\r\n</configuration>"
	}
	for _, c := range []struct {
		name, redirection string
		denied            bool
		file              string // that is planned; empty: none
		status            evidence.Status
		note              string
	}{
		{"on a drive", said(`<configurationRedirection enabled="true" path="D:\shared\R&amp;D\" userName="u" password="p" />`), false, `D:\shared\R&D\applicationHost.config`, "", ""},
		{"a variable", said(`<configurationRedirection path="%SystemDrive%\shared" enabled="True" />`), false, `C:\shared\applicationHost.config`, "", ""},
		{"on another machine", said(`<configurationRedirection enabled="true" path="\\files\iis" />`), false, "", evidence.Failed, `not followed: redirection.config takes the configuration from "\\\\files\\iis"`},
		{"nowhere", said(`<configurationRedirection enabled="true" />`), false, "", evidence.Failed, "not followed"},
		{"a path that is none", said(`<configurationRedirection enabled="true" path="C:\a*b" />`), false, "", evidence.Failed, "not followed"},
		{"off", said(`<configurationRedirection enabled="false" path="D:\shared" />`), false, "", evidence.Absent, "does not take"},
		{"empty", said(`<configurationRedirection />`), false, "", evidence.Absent, "does not take"},
		{"no file", "", false, "", evidence.Absent, "there is no redirection.config"},
		{"may not be read", "", true, "", evidence.Denied, "is not known"},
	} {
		r := collect.Recording{About: about(true), Files: map[string]string{
			at + "applicationHost.config":          "local",
			`D:\shared\R&D\applicationHost.config`: "shared",
			`E:\own\web.config`:                    "shared", `E:\dead\web.config`: "shared",
		}}
		if c.redirection != "" {
			r.Files[at+"redirection.config"] = "redirection"
		}
		if c.denied {
			r.Denied = []string{at + "redirection.config"}
		}
		h := recorded(t, r, map[string]string{
			"redirection": c.redirection, "shared": `<virtualDirectory physicalPath="E:\own" />`, "local": `<virtualDirectory physicalPath="E:\dead" />`,
		})
		tasks, err := collect.Plan(t.Context(), h, []*collect.Collector{collect.IIS}, collect.Options{})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(tasks, func(t collect.Task) bool { return t.Path == "data/items/iis/shared.config" })
		got := tasks[i]
		if got.Status != c.status || !strings.Contains(got.Note, c.note) || c.file != "" && got.Source.File != c.file {
			t.Errorf("%s: %q %s %q, want %q %s %q", c.name, got.Source.File, got.Status, got.Note, c.file, c.status, c.note)
		}
		if c.name == "on a drive" { // the sites are those of the configuration in force
			serves := func(file string) bool {
				return slices.ContainsFunc(tasks, func(t collect.Task) bool { return t.Source.File == file })
			}
			if !serves(`E:\own\web.config`) || serves(`E:\dead\web.config`) {
				t.Errorf("%s: sites of the wrong configuration", c.name)
			}
		}
	}
}
