package check

import (
	"testing"

	"auditpack/evidence"
)

func TestVolumesEncrypted(t *testing.T) {
	on, off := evidence.Volume{Protection: 1, Conversion: 1, Method: 7}, evidence.Volume{}
	with := func(v evidence.Volume, change func(*evidence.Volume)) evidence.Volume { change(&v); return v }
	for _, test := range []struct {
		name    string
		volumes map[string]evidence.Volume
		whole   bool
		want    evidence.Result
	}{
		{"all", map[string]evidence.Volume{"C:": on, "D:": with(on, func(v *evidence.Volume) { v.Type = 1 })}, true, evidence.Pass},
		{"not one of them", map[string]evidence.Volume{"C:": on, "D:": off}, true, evidence.Fail},
		{"a removable one is not asked for", map[string]evidence.Volume{"C:": on, "E:": with(off, func(v *evidence.Volume) { v.Type = 2 })}, true, evidence.Pass},
		{"suspended: the key lies open", map[string]evidence.Volume{"C:": with(on, func(v *evidence.Volume) { v.Protection = 0 })}, true, evidence.Fail},
		{"under way", map[string]evidence.Volume{"C:": with(on, func(v *evidence.Volume) { v.Conversion = 2 })}, true, evidence.Fail},
		{"locked", map[string]evidence.Volume{"C:": on, "D:": with(on, func(v *evidence.Volume) { v.Protection = 2 })}, true, evidence.NeedsReview},
		{"the system's volume is not listed", map[string]evidence.Volume{"D:": on}, false, evidence.NeedsReview},
		{"nothing", nil, false, evidence.NotCollected},
	} {
		h := &host{}
		c := h.item("bitlocker.json")
		for name, v := range test.volumes {
			c.Setting(evidence.Setting{Address: evidence.Volumes + evidence.Address(name), Value: v, Cite: cite("bitlocker.json")})
		}
		if test.whole {
			c.Covered(evidence.Coverage{Scope: evidence.Volumes, Deep: true, Cite: cite("bitlocker.json")})
		}
		if v := h.judge(t, evidence.Check{Kind: "volumes-encrypted", Address: evidence.Volumes}); v.Result != test.want {
			t.Errorf("%s: %s, want %s: %s", test.name, v.Result, test.want, told(v))
		}
	}
	if _, err := Prepare(evidence.Check{Kind: "volumes-encrypted", Address: "bitlocker:C:"}); err == nil {
		t.Error("one volume is taken")
	}
}
