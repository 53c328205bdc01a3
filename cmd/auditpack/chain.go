package main

import (
	"fmt"
	"io"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/snapshot"
	"auditpack/render"
)

// chainsOf puts the snapshots of several results in order, a chain for each host; those that do not verify are no part.
// Each result is told where its own snapshots stand. A single path is shown without: there is nothing to compare with but
// what the package says itself, on its page of custody.
func chainsOf(results []verifyResult) []snapshot.Chain {
	if len(results) < 2 {
		return nil
	}
	var links []snapshot.Link
	for _, r := range results {
		if r.Report != nil {
			links = append(links, r.Report.Links()...)
		}
	}
	chains := snapshot.Chains(links)
	for i := range results {
		if results[i].Report == nil {
			continue
		}
		for _, own := range results[i].Report.Links() {
			results[i].Chain = append(results[i].Chain, place(chains, own.Digest))
		}
	}
	return chains
}

// place returns the snapshot with this digest as it stands in its chain.
func place(chains []snapshot.Chain, d evidence.Digest) snapshot.Joined {
	for _, c := range chains {
		for _, j := range c.Links {
			if j.Digest == d {
				return j
			}
		}
	}
	return snapshot.Joined{}
}

// lookAtChains is the error for chains of which one is broken.
func lookAtChains(chains []snapshot.Chain) error {
	for _, c := range chains {
		if c.Broken() {
			return &lookError{fmt.Sprintf("the snapshots of %s do not follow each other: the chain says where", c.Host)}
		}
	}
	return nil
}

// showChains prints the snapshots of each host in the order in which they name each other.
func showChains(w io.Writer, chains []snapshot.Chain) {
	st := newStyle(w)
	for _, c := range chains {
		host := clean(c.Host)
		if host == "" {
			host = "host not known"
		}
		fmt.Fprintf(w, "\n%s\n", st.bold("chain of "+host))
		for _, j := range c.Links {
			result := evidence.Pass
			switch {
			case j.Broken():
				result = evidence.Fail
			case j.Joint == snapshot.Loose:
				result = evidence.NeedsReview
			}
			fmt.Fprintf(w, "  %s %s  sha256 %s\n", st.result(result, mark(result)), render.FormatPeriod(j.From, j.To), j.Digest.Short())
			fmt.Fprintf(w, "      %s\n", st.result(result, wrap(clean(joint(j)), width(), "      ")))
			for _, at := range j.Found {
				fmt.Fprintf(w, "      %s\n", st.dim(wrap(clean(at), width(), "      ")))
			}
		}
	}
}

// joint says in words how a snapshot hangs on the one before it.
func joint(j snapshot.Joined) string {
	var says []string
	switch j.Joint {
	case snapshot.Linked:
		says = append(says, "linked: names the one before, "+j.Previous.Short())
	case snapshot.Earlier:
		says = append(says, "the oldest here; names one before it that was not given, "+j.Previous.Short())
	case snapshot.Start:
		says = append(says, "the oldest here; names none before it")
	case snapshot.Loose:
		says = append(says, "not linked: names none before it, so nothing shows that none is missing")
	case snapshot.Gap:
		says = append(says, "gap: names one before it that was not given, "+j.Previous.Short())
	case snapshot.Fork:
		says = append(says, "fork: another snapshot names the same one before it, "+j.Previous.Short())
	}
	if j.Backwards {
		says = append(says, "its evidence is older than that of the one it names")
	}
	if j.OtherHost != "" {
		says = append(says, "the one it names is of another host: "+j.OtherHost)
	}
	return strings.Join(says, "; ")
}
