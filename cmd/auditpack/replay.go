package main

import (
	"fmt"

	"auditpack/render/pack"
)

// tool is the program as packages name it; empty unless a replay was asked for.
func (o verifyOptions) tool() string {
	if !o.replay {
		return ""
	}
	return "auditpack " + version
}

// replayed prints what came of making a package once more.
func (s *shown) replayed(r *pack.Replayed) {
	switch {
	case r == nil:
	case r.Withheld:
		s.row("replay", "not replayed: "+r.NotDone)
	case r.NotDone != "":
		s.row("replay", "not replayed: "+r.NotDone+"; another version may draw other bytes")
	case len(r.Differences) > 0:
		s.row("replay", fmt.Sprintf("%d files were made once more from the inputs in the package; what differs is listed above", r.Files))
	default:
		s.row("replay", fmt.Sprintf("%d files were made once more from the inputs in the package: every byte is the same", r.Files))
	}
}

// lookAtReplays is the error for packages that were to be replayed and were not.
func lookAtReplays(o verifyOptions, results []verifyResult) error {
	for _, r := range results {
		switch {
		case !o.replay || r.Report == nil:
		case r.Report.Replay == nil:
			return &lookError{fmt.Sprintf("%s: not replayed: a %s holds no inputs to make it from", r.Path, r.Report.Kind)}
		case r.Report.Replay.NotDone != "":
			return &lookError{fmt.Sprintf("%s: not replayed: %s", r.Path, r.Report.Replay.NotDone)}
		}
	}
	return nil
}
