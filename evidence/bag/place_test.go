package bag_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence/bag"
)

// TestLeftovers: what lies beside a destination under a name that a run writes under is found, and nothing else; a run that
// ends well or badly leaves none.
func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	dest := filepath.Join(dir, "q3.zip")
	write(t, dest, bag.Options{})
	if partial, old := bag.Leftovers(dest); partial != nil || old != nil {
		t.Errorf("a run that is done leaves %v and %v", partial, old)
	}
	for _, name := range []string{".q3.zip.partial-1", ".q3.zip.partial-12", ".q3.zip.old-2", ".q3.zip.partial-x", ".q3.partial-1", "q3.zip.partial-1", ".q3.zip.partial-1-2"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	partial, old := bag.Leftovers(dest + string(filepath.Separator))
	want := [][]string{{filepath.Join(dir, ".q3.zip.partial-1"), filepath.Join(dir, ".q3.zip.partial-12")}, {filepath.Join(dir, ".q3.zip.old-2")}}
	if diff := cmp.Diff(want, [][]string{partial, old}); diff != "" {
		t.Error(diff)
	}
}
