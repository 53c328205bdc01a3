package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/snapshot"
	"auditpack/render/pack"
)

// diffSides are the snapshots of both sides of a comparison, and which belong together.
type diffSides struct {
	befores, afters       []opened
	pairs                 []diffPair // in the order of afters
	onlyBefore, onlyAfter []string   // hosts that only one side has
}

// diffPair is two snapshots of one host.
type diffPair struct{ before, after opened }

// comparedHost is a host whose snapshots were compared.
type comparedHost struct {
	host   audit.Host
	result diffResult
}

// diffHostsVersion is the format of what `diff --format json` prints of several hosts.
const diffHostsVersion = "auditpack.diff-hosts/1"

// diffHosts is what `diff --format json` prints of several hosts.
type diffHosts struct {
	Version    string       `json:"version"`
	Hosts      []diffResult `json:"hosts"`
	OnlyBefore []string     `json:"only_before"`
	OnlyAfter  []string     `json:"only_after"`
}

func openBoth(ctx context.Context, befores, afters []string, stderr io.Writer) (*diffSides, error) {
	d := &diffSides{}
	for _, side := range []struct {
		paths []string
		to    *[]opened
	}{{afters, &d.afters}, {befores, &d.befores}} {
		for _, path := range side.paths {
			more, err := openSides(ctx, path, stderr)
			if err != nil {
				d.close()
				return nil, err
			}
			*side.to = append(*side.to, more...)
		}
	}
	return d, nil
}

func (d *diffSides) close() {
	closeSides(d.befores)
	closeSides(d.afters)
}

// match pairs the snapshots by host. One on each side belong together whatever they are called.
func (d *diffSides) match(stderr io.Writer) error {
	if len(d.befores) == 1 && len(d.afters) == 1 {
		d.pairs = []diffPair{{d.befores[0], d.afters[0]}}
		return nil
	}
	var before []*snapshot.Snapshot
	for _, side := range d.befores {
		name := side.snapshot.Host()
		switch known := d.named(d.afters, name) >= 0; {
		case strings.TrimSpace(name) == "":
			return fmt.Errorf("%s: does not say of which host it is: of several hosts each needs a name", side.snapshot.Bag().Path())
		case known:
			before = append(before, side.snapshot)
		default:
			d.onlyBefore = append(d.onlyBefore, name)
		}
	}
	var after []*snapshot.Snapshot
	for _, side := range d.afters {
		after = append(after, side.snapshot)
	}
	hosts, err := pack.PairHosts(after, before)
	if err != nil {
		return err
	}
	for i, h := range hosts {
		if h.Before == nil {
			d.onlyAfter = append(d.onlyAfter, h.After.Host())
			continue
		}
		d.pairs = append(d.pairs, diffPair{d.befores[d.named(d.befores, h.Before.Host())], d.afters[i]})
	}
	if len(d.pairs) == 0 {
		return fmt.Errorf("no host has a snapshot on both sides: before %s; after %s", strings.Join(d.onlyBefore, ", "), strings.Join(d.onlyAfter, ", "))
	}
	d.unasked(stderr)
	return nil
}

// named returns the first of the sides that is of a host, or -1.
func (d *diffSides) named(sides []opened, host string) int {
	return slices.IndexFunc(sides, func(s opened) bool { return evidence.SameHost(s.snapshot.Host(), host) })
}

// unasked says which hosts are not compared because the other side was narrowed to one host: no difference is claimed then.
func (d *diffSides) unasked(stderr io.Writer) {
	tell := func(names []string, side string) {
		if len(names) > 0 {
			say(stderr, "not compared: only the %s side has %s", side, strings.Join(names, ", "))
		}
	}
	if len(d.afters) == 1 {
		tell(d.onlyBefore, "earlier")
		d.onlyBefore = nil
	}
	if len(d.befores) == 1 {
		tell(d.onlyAfter, "newer")
		d.onlyAfter = nil
	}
}

// compare judges and compares one pair after the other, each as of its own newest evidence and by the STIGs of its own package
// if no others are named. What was read of one is given up before the next.
func (d *diffSides) compare(ctx context.Context, o diffOptions, in pack.Inputs, stderr io.Writer) ([]comparedHost, error) {
	named := in.Benchmarks
	told := &onceWriter{Writer: stderr, told: map[string]bool{}}
	var all []comparedHost
	for _, p := range d.pairs {
		in.Hosts = []pack.Host{{Before: p.before.snapshot, After: p.after.snapshot}}
		if in.Benchmarks = named; len(named) == 0 {
			in.Benchmarks = p.after.benchmarks
		}
		var err error
		if in.Earlier, err = earlierReleases(o.earlierFlags, in.Benchmarks, []opened{p.before}, told); err != nil {
			return nil, err
		}
		if o.level == string(evidence.ReleaseLevel) && len(in.Earlier) == 0 {
			return nil, &usageError{fmt.Errorf("--level release: name both releases with --stig and --stig-before, or two packages that were made with STIGs")}
		}
		if o.asOf == "" {
			in.AsOf = newest(p.after.snapshot)
		}
		a, err := in.Audit(ctx)
		if err != nil {
			return nil, err
		}
		for i, other := range all {
			if evidence.SameHost(other.host.Name, a.Hosts[0].Name) {
				return nil, fmt.Errorf("%s and %s are both of the host %q, by what they hold: one snapshot a host is compared",
					d.pairs[i].after.snapshot.Bag().Path(), p.after.snapshot.Bag().Path(), a.Hosts[0].Name)
			}
		}
		all = append(all, comparedHost{a.Hosts[0], differences(o, a.Hosts[0])})
	}
	return all, nil
}

// onceWriter leaves out what was written before: what is said of a package is said once, and not for each of its hosts.
type onceWriter struct {
	io.Writer
	told map[string]bool
}

func (w *onceWriter) Write(b []byte) (int, error) {
	if w.told[string(b)] {
		return len(b), nil
	}
	w.told[string(b)] = true
	return w.Writer.Write(b)
}

// showCompared prints what was compared, of one host as it ever was; that hosts differ, or that one side alone has one, is a
// reason to look.
func showCompared(w io.Writer, o diffOptions, all []comparedHost, d *diffSides) error {
	several := len(d.befores)+len(d.afters) > 2
	lone := len(d.onlyBefore)+len(d.onlyAfter) > 0
	result := diffHosts{Version: diffHostsVersion, OnlyBefore: append([]string{}, d.onlyBefore...), OnlyAfter: append([]string{}, d.onlyAfter...)}
	for _, c := range all {
		result.Hosts = append(result.Hosts, c.result)
	}
	var err error
	switch several = several && (len(all) > 1 || lone); {
	case o.format == "json" && several:
		err = writeJSON(w, result)
	case o.format == "json":
		err = writeJSON(w, result.Hosts[0])
	case several:
		err = showHosts(w, o, all, result)
	default:
		err = showDifferences(w, o, all[0].host, all[0].result)
	}
	if err == nil && (lone || slices.ContainsFunc(result.Hosts, differs)) {
		err = &lookError{}
	}
	return err
}
