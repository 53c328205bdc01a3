package main

import (
	"context"
	"fmt"
	"io"

	"auditpack/evidence"
	"auditpack/evidence/collect"
)

// A capture can probe targets too. What it sees is seen from the server itself, and says so: a firewall in front is not in
// the way there.

// probeOf returns how a capture of this host probes.
func (o captureOptions) probeOf(about collect.About, done func(path string) bool) collect.ProbeOptions {
	return collect.ProbeOptions{Vantage: about.Name + " (the server itself)", Host: about.Name, Now: o.clock(), Done: done}
}

// planProbes tells what a capture sends to the targets that were named for it.
func (o captureOptions) planProbes(ctx context.Context, p collect.ProbeOptions) ([]collect.ProbeStep, error) {
	targets, err := probeTargets(o.Probe)
	if err != nil || len(targets) == 0 {
		return nil, err
	}
	return collect.PlanProbe(ctx, targets, p)
}

// runProbes takes the steps and puts their Items as a capture does.
func runProbes(ctx context.Context, steps []collect.ProbeStep, p collect.ProbeOptions, shown *captureProgress, put collect.Put) error {
	if shown.terminal {
		p.Progress = func(e collect.ProbeEvent) { showProbeProgress(shown.to, e) }
	}
	return collect.RunProbe(ctx, steps, p, put)
}

// foreseeProbes prints what the probes of a capture would send.
func (o captureOptions) foreseeProbes(about collect.About, stdout io.Writer) error {
	targets, err := probeTargets(o.Probe)
	if err != nil || len(targets) == 0 {
		return err
	}
	fmt.Fprintln(stdout)
	return foreseeProbe(targets, o.probeOf(about, nil), stdout)
}

// showProbeProgress writes over the line that says how far a probe is.
func showProbeProgress(to io.Writer, e collect.ProbeEvent) {
	line := []rune(fmt.Sprintf("%d of %d  %s", e.Ended, e.Total, clean(e.Step.Name)))
	fmt.Fprintf(to, "\r\x1b[K%s", string(line[:min(len(line), width()-1)]))
}

// plannedProbe is a step in the JSON of dry-run.
func plannedProbe(s collect.ProbeStep) plannedItem {
	return plannedItem{Path: s.Path, Probe: s.String(), Sends: s.Bytes(), Status: s.Status, Note: s.Note}
}

// recogniseThen hands Items on with what their bytes are.
func recogniseThen(put func(evidence.Item, io.Reader) (evidence.Item, error)) collect.Put {
	return func(item evidence.Item, r io.Reader) error {
		item, r, err := recogniseItem(item, r)
		if err != nil {
			return err
		}
		_, err = put(item, r)
		return err
	}
}
