package snapshot

import (
	"os"
	"path/filepath"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/bag"
)

// TestMissing holds what can be said to be missing: a key of the registry or a value of one, in the form that is written, and of an
// absent Item alone.
func TestMissing(t *testing.T) {
	for _, c := range []struct {
		missing evidence.Address
		status  evidence.Status
		sound   bool
	}{
		{evidence.RegistryKey(`HKLM\SOFTWARE\X`), evidence.Absent, true},
		{evidence.RegistryValue(`HKLM\SOFTWARE\X`, "Version"), evidence.Absent, true},
		{evidence.RegistryValue(`HKLM\SOFTWARE\X`, ""), evidence.Absent, true}, // the default value
		{"", evidence.Absent, true},
		{evidence.RegistryValue(`HKLM\SOFTWARE\X`, "Version"), evidence.Failed, false},
		{`registry:HKEY_LOCAL_MACHINE\SOFTWARE\X!Version`, evidence.Absent, false},
		{"registry:!Version", evidence.Absent, false},
		{"registry:", evidence.Absent, false},
		{`file:C:\x`, evidence.Absent, false},
	} {
		err := checkItem(evidence.Item{Name: "x", Status: c.status, Origin: evidence.OriginCaptured, Missing: c.missing})
		if (err == nil) != c.sound {
			t.Errorf("%q of an item that is %s: %v", c.missing, c.status, err)
		}
	}
}

// TestScriptMissing takes in what the script did not find.
func TestScriptMissing(t *testing.T) {
	for from, want := range map[string]evidence.Address{
		`HKLM\SOFTWARE\X`: "registry:HKLM\\SOFTWARE\\X", `HKLM\SOFTWARE\X!Version`: "registry:HKLM\\SOFTWARE\\X!Version", "": "",
	} {
		root, err := os.OpenRoot(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		w, err := Create(filepath.Join(t.TempDir(), "snapshot"), Header{Host: "A", Operator: "o", Tool: "t"}, bag.Options{})
		if err != nil {
			t.Fatal(err)
		}
		item, err := takeScriptItem(w, root, scriptRecord{}, scriptItem{Path: "registry/x.reg", Name: "x.reg", Collector: "registry", Status: evidence.Absent, Missing: from}, nil, ImportOptions{})
		if err != nil || item.Missing != want {
			t.Errorf("%s: %q, %v, want %q", from, item.Missing, err, want)
		}
		w.Abort()
	}
}
