package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"auditpack/evidence"
	"auditpack/evidence/collect"
)

// dryRun prints what a capture would ask for, and asks for nothing.
func dryRun(ctx context.Context, o captureOptions, s collect.Selection, stdout, stderr io.Writer) error {
	h, err := o.host(os.TempDir())
	if err != nil {
		return fmt.Errorf("%w: --explain prints what it would ask for", err)
	}
	about, err := h.About(ctx)
	if err != nil {
		return err
	}
	tasks, err := collect.Plan(ctx, h, collect.All(), collect.Options{Selection: s, MySQLLogin: o.plannedLogin()})
	if err != nil {
		return err
	}
	if o.format == "json" {
		targets, err := probeTargets(o.Probe)
		if err != nil {
			return err
		}
		probes, err := collect.ForeseeProbe(targets, o.probeOf(about, nil))
		if err != nil {
			return err
		}
		return dryRunJSON(about, tasks, probes, stdout)
	}
	showPlan(about, tasks, stdout)
	fmt.Fprintf(stdout, "{out} and {log} are files in the folder beside the snapshot; both are removed.\n")
	return o.foreseeProbes(about, stdout)
}

// plannedItem is one Item of dry-run's JSON.
type plannedItem struct {
	Path     string          `json:"path"`
	Command  []string        `json:"command,omitempty"`
	File     string          `json:"file,omitempty"`
	Probe    string          `json:"probe,omitempty"`
	Sends    []string        `json:"sends,omitempty"`
	Elevated string          `json:"elevated,omitempty"`
	Withheld []string        `json:"withheld_by,omitempty"`
	Status   evidence.Status `json:"status,omitempty"`
	Note     string          `json:"note,omitempty"`
}

func dryRunJSON(about collect.About, tasks []collect.Task, probes []collect.ProbeStep, stdout io.Writer) error {
	plan := capturePlan{Version: planVersion, Host: about, Items: []plannedItem{}}
	for _, t := range tasks {
		p := plannedItem{Path: t.Path, File: t.Source.File, Elevated: t.Source.Elevated, Status: t.Status, Note: t.Note}
		if t.Source.Program != "" {
			p.Command = append([]string{t.Source.Program}, t.Source.Args...)
		}
		for _, r := range t.Source.Hide {
			p.Withheld = append(p.Withheld, r.Name)
		}
		plan.Items = append(plan.Items, p)
	}
	for _, s := range probes {
		plan.Items = append(plan.Items, plannedProbe(s))
	}
	e := json.NewEncoder(stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(plan)
}
