package main

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/collect"
	"auditpack/evidence/snapshot"
)

// withoutPolicies is the sample's server after hardening, save that reg.exe has nothing to show of the key in which AutoRun is
// switched off.
func withoutPolicies(t *testing.T) (h collect.Recording, key string) {
	const policies = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies`
	h = sampleHost(t, "after")
	i := slices.IndexFunc(h.Commands, func(c collect.RecordedCommand) bool { return strings.Contains(c.Run, policies+" ") })
	if i < 0 {
		t.Fatal("the sample's key is not exported")
	}
	h.Commands[i].File, h.Commands[i].Exit, h.Commands[i].Stderr = "", 1, "missing.txt"
	return h, policies
}

// TestCaptureMissingKey judges a value as absent, with a citation, where the key that would hold it was looked for and is not
// there; as not collected where it may not be read, or where it is there and reg.exe failed. The script's record says the same.
func TestCaptureMissingKey(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1792477800")
	const item = "data/items/registry/currentversion-policies.reg"
	o := assessOptions{inputFlags: inputFlags{asOf: "2026-10-21T09:00:00Z"}}
	said := map[string][]byte{"missing.txt": []byte("FEHLER: Der angegebene Registrierungsschl\x81ssel bzw. Wert wurde nicht gefunden.\r\n")}
	for _, c := range []struct {
		name   string
		change func(h *collect.Recording, key string)
		want   evidence.Result
	}{
		{"not there", func(*collect.Recording, string) {}, evidence.Fail},
		{"may not be read", func(h *collect.Recording, key string) { h.Denied = append(h.Denied, key) }, evidence.NotCollected},
		{"there, and reg.exe failed", func(h *collect.Recording, key string) { h.Keys = append(h.Keys, key) }, evidence.NotCollected},
	} {
		h, key := withoutPolicies(t)
		c.change(&h, key)
		captured := capture(t, writeHost(t, "after", h, said), captureOptions{})
		snapshots := []string{captured}
		if c.want == evidence.Fail {
			snapshots = append(snapshots, filepath.Join(t.TempDir(), "snapshot"))
			runImportAny(t, scriptFolder(t, captured), snapshots[1])
		}
		for _, snapshot := range snapshots {
			got := judged(t, snapshot, o)["stig3-autorun-default"].After
			if got.Result != c.want {
				t.Errorf("%s: %s, want %s: %+v", c.name, got.Result, c.want, got.Reasons)
			}
			if c.want != evidence.Fail {
				continue
			}
			if len(got.Reasons) != 1 || !slices.Equal(got.Reasons[0].Cites, []evidence.Citation{{Item: item, Absence: true}}) {
				t.Errorf("%s: %+v, want a citation of %s", c.name, got.Reasons, item)
			}
			if want := `NoAutorun is not set: ` + key + `\Explorer is not there, as ` + item + ` shows`; got.Reasons[0].Actual != want {
				t.Errorf("%s: %s, want %s", c.name, got.Reasons[0].Actual, want)
			}
		}
	}
}

// TestLookAtLeftOver holds that a folder which could not be removed is named, with exit code 3, beside whatever else there is to
// look at.
func TestLookAtLeftOver(t *testing.T) {
	left := &snapshot.LeftOverError{Dir: "x.capture", Err: errors.New("is held")}
	if err := lookAtLeftOver(nil, nil); err != nil {
		t.Error(err)
	}
	for _, before := range []error{nil, &lookError{"2 of 3 items"}} {
		err := lookAtLeftOver(left, before)
		look, ok := err.(*lookError)
		if !ok || !strings.Contains(look.reason, "x.capture could not be removed (is held)") || before != nil && !strings.Contains(look.reason, "2 of 3 items") {
			t.Errorf("%v: %v", before, err)
		}
	}
}
