package collect_test

import (
	"strings"
	"testing"

	"auditpack/evidence/collect"
)

// TestMembersSurvive holds that a member whose account was deleted does not hide the group (PowerShell issue 2996), that no name
// of a group stands in a line, as names are translated, and that an empty group is told from one of which nothing is known.
func TestMembersSurvive(t *testing.T) {
	for item, group := range map[string]string{"administrators.json": "S-1-5-32-544", "remote-desktop-users.json": "S-1-5-32-555"} {
		line := ""
		for _, s := range collect.Accounts.Sources {
			if s.Item == item {
				line = s.Line()
			}
		}
		after := 0
		for _, part := range []string{"try { $all = @(Get-LocalGroupMember -SID " + group, "} catch {", "'WinNT://'", "'" + group + "').Translate(", ".Invoke('Members')", "Nobody = $true", "ConvertTo-Json -InputObject $all"} {
			i := strings.Index(line[after:], part)
			if i < 0 {
				t.Fatalf("%s: %q does not follow at %.60q", item, part, line[after:])
			}
			after += i
		}
		if strings.Contains(line, "Administrators") || strings.Contains(line, "{group}") {
			t.Errorf("%s: %s", item, line)
		}
	}
}
