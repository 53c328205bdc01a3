package collect

import (
	"bytes"
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
	} {
		if !strings.Contains(b.String(), "'"+pattern+"'") {
			t.Errorf("%s is not in the script", pattern)
		}
	}
}
