package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"auditpack/evidence"
)

// mostHosts is how many hosts are named in a line; the rest is counted.
const mostHosts = 5

// showHosts lays the differences of several hosts out: a line for each, then what moved where; one level, or everything, is
// shown host after host.
func showHosts(w io.Writer, o diffOptions, all []comparedHost, result diffHosts) error {
	st := newStyle(w)
	moved := 0
	for _, d := range result.Hosts {
		if differs(d) {
			moved++
		}
	}
	fmt.Fprintf(w, "%s\n", st.bold(fmt.Sprintf("%d hosts compared, %d differ", len(all), moved)))
	hostLines(w, st, result.Hosts)
	for _, side := range []struct {
		names []string
		what  string
	}{{result.OnlyBefore, "only before"}, {result.OnlyAfter, "only after"}} {
		if len(side.names) > 0 {
			fmt.Fprintf(w, "%s  %s\n", st.result(evidence.NotCollected, side.what), wrap(clean(strings.Join(side.names, ", ")), width(), "    "))
		}
	}
	if o.level != "" || o.all {
		for _, c := range all {
			fmt.Fprintln(w)
			if err := showDifferences(w, o, c.host, c.result); err != nil {
				return err
			}
		}
		return nil
	}
	for _, movement := range []evidence.Movement{evidence.Regressed, evidence.NewlyNotCollected, evidence.Fixed, evidence.OtherMovement} {
		movedWhere(w, st, result.Hosts, movement)
	}
	fmt.Fprintf(w, "\n%s\n", wrap("next: --level verdict, --level setting or --level raw shows one host after the other; two snapshots of one host compare that one", width(), "      "))
	return nil
}

// hostLines is a line of counts for each host.
func hostLines(w io.Writer, st style, hosts []diffResult) {
	long := 0
	for _, d := range hosts {
		long = max(long, len([]rune(orUnknown(d.Host))))
	}
	count := func(r evidence.Result, n int, what string) string {
		text := fmt.Sprintf("%3d %s", n, what)
		if n == 0 {
			return text
		}
		return st.result(r, text)
	}
	for _, d := range hosts {
		n := map[evidence.Movement]int{}
		for _, m := range d.Movements {
			n[m.Movement]++
		}
		fmt.Fprintf(w, "  %-*s  %s  %s  %s  %3d settings  %3d items\n", min(long, 30), orUnknown(d.Host),
			count(evidence.Fail, n[evidence.Regressed], "regressed"), count(evidence.NotCollected, n[evidence.NewlyNotCollected], "newly not collected"),
			count(evidence.Pass, n[evidence.Fixed], "fixed"), len(d.Changes), len(d.Items))
	}
}

// movedWhere lists the verdicts that moved in one direction, each once with the hosts on which it did, most hosts first.
func movedWhere(w io.Writer, st style, hosts []diffResult, movement evidence.Movement) {
	where := map[string][]string{}
	var ids []string
	after := map[string]evidence.Result{}
	for _, d := range hosts {
		for _, m := range d.Movements {
			id := m.Control
			if id == "" && len(m.Rules) > 0 {
				id = string(m.Rules[0])
			}
			if m.Movement != movement || slices.Contains(where[id], d.Host) { // a rule may be judged for several sites
				continue
			}
			if len(where[id]) == 0 {
				ids = append(ids, id)
			}
			where[id], after[id] = append(where[id], d.Host), evidence.Result(m.After)
		}
	}
	if len(ids) == 0 {
		return
	}
	slices.SortStableFunc(ids, func(a, b string) int { return len(where[b]) - len(where[a]) })
	heading, most := string(movement), mostBetter
	if movement == evidence.Regressed || movement == evidence.NewlyNotCollected {
		most = mostWorse
	}
	if movement == evidence.OtherMovement {
		heading = "moved otherwise"
	}
	fmt.Fprintf(w, "\n%s\n", st.bold(heading))
	for i, id := range ids {
		if i == most {
			fmt.Fprintf(w, "  %s\n", st.dim(fmt.Sprintf("… and %d more: --level verdict lists all", len(ids)-i)))
			return
		}
		names, more := where[id], ""
		if len(names) > mostHosts {
			names, more = names[:mostHosts], fmt.Sprintf(" and %d more", len(names)-mostHosts)
		}
		fmt.Fprintf(w, "  %s %s  on %d: %s\n", st.result(after[id], mark(after[id])), clean(id), len(where[id]), wrap(clean(strings.Join(names, ", ")+more), width(), "      "))
	}
}
