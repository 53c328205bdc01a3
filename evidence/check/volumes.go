package check

import (
	"fmt"

	"auditpack/evidence"
)

// volumesEncryptedKind judges BitLocker on the volumes of the host.
var volumesEncryptedKind = &Kind{
	Name: "volumes-encrypted",
	Doc:  "Address bitlocker: without Want: BitLocker has encrypted every volume that is not removable as a whole, and its protection is on.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address != evidence.Volumes || len(c.Want) > 0 {
			return nil, fmt.Errorf("wants the address %s and nothing else", evidence.Volumes)
		}
		return judgeVolumes, nil
	},
}

func judgeVolumes(k Case) []evidence.Reason {
	const expected = "BitLocker has encrypted each fixed volume, and its protection is on"
	whole := k.Facts.Lookup(evidence.Volumes + "?")
	var reasons []evidence.Reason
	var last evidence.Address
	for _, s := range k.Facts.Under(evidence.Volumes) {
		if s.Address.Fold() == last {
			continue
		}
		last = s.Address.Fold()
		o := k.Facts.Lookup(s.Address)
		r := evidence.Reason{Result: evidence.NeedsReview, Address: s.Address, Expected: expected, Actual: o.Why, Cites: o.Cites}
		if v, ok := o.Value().(evidence.Volume); ok {
			r.Actual = s.Address.Rest() + " " + v.String()
			switch {
			case v.Removable():
				r.Result = evidence.NotApplicable
			case v.Encrypted():
				r.Result = evidence.Pass
			case v.Protection == 0 || v.Conversion != 1:
				r.Result = evidence.Fail
			}
		}
		reasons = append(reasons, r)
	}
	switch {
	case whole.State == evidence.Missing:
	case len(reasons) == 0 || whole.State == evidence.Unclear:
		r, _ := undecided(whole, expected)
		reasons = append(reasons, r)
	default:
		reasons = append(reasons, evidence.Reason{Result: evidence.NeedsReview, Address: evidence.Volumes, Expected: expected,
			Actual: "the volume that Windows starts from is not on the list", Cites: reasons[0].Cites})
	}
	return reasons
}
