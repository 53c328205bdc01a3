package main

import (
	"fmt"
	"io"
	"slices"

	"auditpack/evidence"
	"auditpack/render/pack"
)

// withheldFrom returns how much was withheld from a package; nil: nothing, or it is none.
func withheldFrom(r *pack.Report) *pack.Withheld {
	if r == nil {
		return nil
	}
	return r.Withheld
}

// withheldText is withheld: 101 items of evidence and 31 other inputs.
func withheldText(w pack.Withheld) string {
	return fmt.Sprintf("withheld: %s of evidence, and %s", count(w.Items, "item", "items"), count(w.Inputs, "other input", "other inputs"))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// lookAtWithheld is the error for packages without evidence: they hold, and cannot show what their verdicts rest on.
func lookAtWithheld(results []verifyResult) error {
	for _, r := range results {
		if w := withheldFrom(r.Report); w != nil {
			text := r.Path + ": " + withheldText(*w)
			if r.Report.Replay != nil {
				text += "; not replayed: " + r.Report.Replay.NotDone
			}
			return &lookError{text}
		}
	}
	return nil
}

// tie is what a package without evidence has in common with a whole one.
type tie struct {
	Path string `json:"path"` // of the whole package
	// Snapshots are the digests that both have.
	Snapshots []evidence.Digest `json:"snapshots_sha256"`
	// All reports whether both have the same snapshots and no other.
	All bool `json:"all_snapshots"`
	// AsOf and Counts report whether both judge by the same time and count the same verdicts.
	AsOf   bool `json:"same_as_of"`
	Counts bool `json:"same_verdict_counts"`
}

// tieAll finds for each package without evidence the whole packages of the same snapshots.
func tieAll(results []verifyResult) {
	for i := range results {
		reduced := results[i].Report
		if withheldFrom(reduced) == nil || !results[i].Intact {
			continue
		}
		for _, r := range results {
			if r.Intact && r.Report != nil && r.Report.Kind == pack.KindPackage && r.Report.Withheld == nil {
				if t, ok := tieOf(*reduced, *r.Report); ok {
					t.Path = r.Path
					results[i].Tied = append(results[i].Tied, t)
				}
			}
		}
	}
}

func tieOf(reduced, whole pack.Report) (tie, bool) {
	t := tie{AsOf: reduced.AsOf == whole.AsOf, Counts: reduced.Counts == whole.Counts}
	for _, n := range reduced.Snapshots {
		if slices.ContainsFunc(whole.Snapshots, func(o pack.Nested) bool { return o.Digest == n.Digest }) {
			t.Snapshots = append(t.Snapshots, n.Digest)
		}
	}
	t.All = len(t.Snapshots) == len(reduced.Snapshots) && len(t.Snapshots) == len(whole.Snapshots)
	return t, len(t.Snapshots) > 0
}

// showTies says of each package without evidence what it has in common with the whole ones, or that nothing has.
func showTies(w io.Writer, results []verifyResult) {
	if len(results) < 2 {
		return
	}
	st := newStyle(w)
	for _, r := range results {
		if withheldFrom(r.Report) == nil || !r.Intact {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", st.bold("whole package of "+clean(r.Path)))
		if len(r.Tied) == 0 {
			fmt.Fprintf(w, "  %s %s\n", st.result(evidence.NeedsReview, mark(evidence.NeedsReview)), "none of those named here holds one of its snapshots")
		}
		for _, t := range r.Tied {
			result := evidence.Pass
			if !t.All || !t.AsOf || !t.Counts {
				result = evidence.NeedsReview
			}
			fmt.Fprintf(w, "  %s %s\n", st.result(result, mark(result)), wrap(clean(t.Path)+": "+tieText(t, len(r.Report.Snapshots)), width(), "    "))
			for _, d := range t.Snapshots {
				fmt.Fprintf(w, "    %s\n", st.dim("snapshot sha256 "+d.String()))
			}
		}
	}
}

// tieText says in words what both have in common.
func tieText(t tie, all int) string {
	text := fmt.Sprintf("holds %d of its %s", len(t.Snapshots), count(all, "snapshot", "snapshots"))
	if t.All {
		text = "the same " + count(all, "snapshot", "snapshots")
	}
	if t.AsOf {
		text += ", judged by the same time"
	} else {
		text += ", judged by another time"
	}
	if t.Counts {
		return text + ", with the same verdict counts"
	}
	return text + "; the verdict counts differ"
}

// sayTelling says which paths of items tell what is masked elsewhere in a package without evidence.
func sayTelling(stderr io.Writer, w pack.Written) {
	r := w.Audit.Reduced
	if r == nil {
		return
	}
	for i, p := range r.Paths {
		if i == maxFaults {
			say(stderr, "and %d more such paths", len(r.Paths)-i)
			break
		}
		say(stderr, "the path of the item %s tells what is masked as %s: the manifest lists it. Import the file under another name, or let it be", p.Path, p.Mask)
	}
}

// showWithheld says on stdout what a package was made without.
func showWithheld(w pack.Written, stdout io.Writer) {
	r := w.Audit.Reduced
	if r == nil {
		return
	}
	fmt.Fprintf(stdout, "  withheld: %s of evidence; %s left out\n", count(r.Items, "item", "items"), count(r.Changes, "difference of settings", "differences of settings"))
	for _, m := range r.Masks {
		if m.Texts > 0 {
			fmt.Fprintf(stdout, "  masked:   %s as %s-n, in %s\n", count(m.Texts, "text", "texts"), m.Rule, count(m.Places, "place", "places"))
		}
	}
}
