package audit

import (
	"context"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/compare"
)

// compareSides fills the host's movements and changes.
func compareSides(ctx context.Context, guide evidence.Guide, host *Host, before, after *side) error {
	for _, s := range host.Sections {
		for _, c := range s.Controls {
			if c.Movement == "" {
				continue
			}
			host.Movements = append(host.Movements, evidence.Change{
				Level: evidence.VerdictLevel, Control: c.ID, Movement: c.Movement, Kind: compare.Changed,
				Before: string(c.Before.Result), After: string(c.After.Result),
				BeforeCites: cites(*c.Before), AfterCites: cites(c.After),
			})
		}
	}
	compare.SortMovements(host.Movements)
	var failed error
	difference := compare.Settings(
		compare.Side{Settings: before.stream(ctx, &failed), Covered: covered(before.facts)},
		compare.Side{Settings: after.stream(ctx, &failed), Covered: covered(after.facts)},
	)
	if failed != nil {
		return failed
	}
	touches := touching(guide)
	for i := range difference.Changes {
		difference.Changes[i].Controls = touches(difference.Changes[i].Address)
	}
	host.Changes, host.SetAside = difference.Changes, difference.SetAside
	return nil
}

func covered(f *evidence.Facts) func(evidence.Address) bool {
	return func(a evidence.Address) bool { return len(f.Covers(a)) > 0 }
}

func cites(v evidence.Verdict) []evidence.Citation {
	var all []evidence.Citation
	for _, r := range v.Reasons {
		if r.Result == v.Result {
			all = append(all, r.Cites...)
		}
	}
	return all
}

// touching returns which Controls look at an Address: those with a Check on that very Address, or on one that encloses it.
func touching(guide evidence.Guide) func(evidence.Address) []string {
	byAddress := map[evidence.Address][]string{}
	for _, s := range guide.Sections {
		for _, c := range s.Controls {
			for _, k := range c.Checks {
				fold := k.Address.Fold()
				if fold != "" && !slices.Contains(byAddress[fold], c.ID) {
					byAddress[fold] = append(byAddress[fold], c.ID)
				}
			}
		}
	}
	return func(a evidence.Address) []string {
		fold := a.Fold()
		found := slices.Clone(byAddress[fold])
		if i := strings.LastIndexAny(string(fold), "@#"); i > 0 {
			found = append(found, byAddress[fold[:i]]...)
		}
		return found
	}
}
