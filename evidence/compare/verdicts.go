package compare

import (
	"cmp"
	"slices"

	"auditpack/evidence"
)

// Move tells the direction from one Result to another; "" means that nothing changed that anybody has to look at.
func Move(before, after evidence.Result) evidence.Movement {
	decided := func(r evidence.Result) bool { return r == evidence.Pass || r == evidence.Fail }
	switch {
	case before == evidence.Fail && after == evidence.Fail:
		return evidence.StillFailing
	case before == after:
		return ""
	case after == evidence.Fail:
		return evidence.Regressed
	case before == evidence.Fail && after == evidence.Pass:
		return evidence.Fixed
	case decided(before) && after == evidence.NotCollected:
		return evidence.NewlyNotCollected
	}
	return evidence.OtherMovement
}

// movementOrder is the order in which Movements are shown: what got worse first.
var movementOrder = []evidence.Movement{
	evidence.Regressed, evidence.NewlyNotCollected, evidence.StillFailing, evidence.AskedAnew, evidence.Fixed,
	evidence.AskedNoMore, evidence.OtherMovement,
}

// SortMovements puts newly failing Controls first and keeps the guide's order within a Movement.
func SortMovements(changes []evidence.Change) {
	slices.SortStableFunc(changes, func(a, b evidence.Change) int {
		return cmp.Compare(slices.Index(movementOrder, a.Movement), slices.Index(movementOrder, b.Movement))
	})
}
