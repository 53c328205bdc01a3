package collect

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// TestScriptFinds holds that the script looks for what depends on the host by the very patterns of the planner.
func TestScriptFinds(t *testing.T) {
	var b bytes.Buffer
	if err := Script(&b, All(), "test"); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{
		physicalPath.String(), xmlComment.String(), redirection.String(), strings.TrimPrefix(redirectionOn.String(), "(?i)"), redirectedTo.String(), userHive.String(),
		localPath.String(), networkPath.String(), variablePath.String(), drivePath.String(), onNetwork, withVariable, notOnDrive,
	} {
		if !strings.Contains(b.String(), "'"+pattern+"'") {
			t.Errorf("%s is not in the script", pattern)
		}
	}
}

// TestScriptPassesOver holds that the script says of which folders of IIS it reads nothing, and why, as the planner does: it asks
// by the same patterns, in the same order, with the same answers.
func TestScriptPassesOver(t *testing.T) {
	var b bytes.Buffer
	if err := Script(&b, All(), "test"); err != nil {
		t.Fatal(err)
	}
	_, function, _ := strings.Cut(b.String(), "function Get-Unread([string]$Folder) {\r\n")
	function, _, _ = strings.Cut(function, "    return ''\r\n}")
	var asked []func(folder string) string
	for line := range strings.Lines(function) {
		m := regexp.MustCompile(`^    if \((\$Folder|\(\$Folder \+ '\\'\)) -(cmatch|cnotmatch) '([^']*)'\) \{ return '([^']*)' \}\r\n$`).FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("not understood: %s", line)
		}
		pattern := regexp.MustCompile(m[3])
		asked = append(asked, func(folder string) string {
			if m[1] != "$Folder" {
				folder += `\`
			}
			if pattern.MatchString(folder) == (m[2] == "cmatch") {
				return m[4]
			}
			return ""
		})
	}
	for _, folder := range []string{`C:\inetpub\wwwroot`, `D:`, `d:\x`, `\\files01\web`, `\\files01`, `\\?\C:\web`, `\\.\pipe`, `%DATA%\x`, `D:\%A%`, `D:\100%`, `D:\a%b\c%d`, ``, `x`, `C:x`, `D:\a*b`, "D:\\a\nb"} {
		got := ""
		for _, ask := range asked {
			if got == "" {
				got = ask(folder)
			}
		}
		if want := whyUnread(folder); got != want {
			t.Errorf("%q: the script says %q, the planner %q", folder, got, want)
		}
	}
	for _, v := range variables {
		if !strings.Contains(b.String(), "    '"+v.name+"' = '"+v.folder+"'\r\n") {
			t.Errorf("the script does not know %s", v.name)
		}
	}
}
