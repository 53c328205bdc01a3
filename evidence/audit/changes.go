package audit

import (
	"context"

	"auditpack/evidence"
	"auditpack/evidence/compare"
)

// compareSides fills the host's movements and changes.
func compareSides(ctx context.Context, in Input, host *Host, before, after *side) error {
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
	host.ItemChanges = compare.Items(before.snapshot.Items(), after.snapshot.Items())
	changes, err := compareSettings(ctx, before, after)
	if err != nil {
		return err
	}
	relate(in, host, changes)
	for _, c := range changes {
		if c.Volatile != "" {
			host.Volatile = append(host.Volatile, c)
		} else {
			host.Changes = append(host.Changes, c)
		}
	}
	host.SetAside = len(host.Volatile)
	return nil
}

func compareSettings(ctx context.Context, before, after *side) ([]evidence.Change, error) {
	from, to, err := exports(before, after)
	if err != nil {
		return nil, err
	}
	var failed error
	changes := compare.Settings(
		compare.Side{Settings: before.stream(ctx, from, &failed), Elsewhere: before.skipped(ctx, from, &failed), Covered: covered(before.facts)},
		compare.Side{Settings: after.stream(ctx, to, &failed), Elsewhere: after.skipped(ctx, to, &failed), Covered: covered(after.facts)},
	)
	return changes, failed
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
