package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/pack"
)

// maxChecklist is the largest checklist that is read, in bytes.
const maxChecklist = 128 << 20

func readCarried(paths []string) ([]pack.File, error) {
	var files []pack.File
	for _, path := range paths {
		data, err := readSmall(path, maxChecklist)
		if err != nil {
			return nil, err
		}
		files = append(files, pack.File{Name: filepath.Base(path), Data: data})
	}
	return files, nil
}

// mostUncarried is how many things that found no place are said of one checklist; the package lists all.
const mostUncarried = 20

// sayCarried says in a line of each checklist what was carried, first of all if it is of another release, then what was not.
func sayCarried(stderr io.Writer, a audit.Audit) {
	for _, c := range a.Carried {
		say(stderr, "%s: %s", c.File, carriedLine(c))
		for i, left := range c.Left {
			if i == mostUncarried {
				say(stderr, "not carried: %d more, in the report's part \"Carried checklists\"", len(c.Left)-i)
				break
			}
			say(stderr, "not carried: %s", left)
		}
	}
}

// carriedLine is the releases of a checklist, and how much of it was carried.
func carriedLine(c evidence.CarriedChecklist) string {
	var parts []string
	differs := ""
	for _, s := range c.STIGs {
		switch {
		case s.Differs():
			differs = "ANOTHER RELEASE: "
			parts = append(parts, fmt.Sprintf("%s is %s there and %s here", s.ID, s.Release, s.Now))
		case s.Now != "":
			parts = append(parts, s.ID+" "+s.Release)
		}
	}
	parts = append(parts, fmt.Sprintf("%s and %s carried", count(c.Comments, "comment", "comments"), count(c.Statuses, "status", "statuses")))
	if c.Agrees > 0 {
		parts = append(parts, fmt.Sprintf("%s like the verdicts", count(c.Agrees, "status", "statuses")))
	}
	if c.Against > 0 {
		parts = append(parts, fmt.Sprintf("%s AGAINST the verdicts, which stand", count(c.Against, "status", "statuses")))
	}
	return differs + strings.Join(parts, "; ")
}

// sayUnruled names the rules that the answers speak of and that no STIG at hand has: most likely a slip of the pen. Without any
// STIG, nothing is said: one answers file serves with and without them.
func sayUnruled(stderr io.Writer, a audit.Audit) {
	ids, known := ruleNames(a)
	if len(known) == 0 {
		return
	}
	for _, id := range ids {
		if !known[id] {
			say(stderr, "the answers speak of %s, which is no rule of the STIGs that were judged: that counts for nothing", id)
		}
	}
}

// ruleNames returns the ids of rules that the answers name, each once, and the ids of all rules that were judged.
func ruleNames(a audit.Audit) (named []string, known map[string]bool) {
	known = map[string]bool{}
	statements := map[string]bool{}
	for _, h := range a.Hosts {
		for _, s := range h.Sections {
			for _, c := range s.Controls {
				statements[c.ID] = true
			}
		}
		for _, b := range h.Benchmarks {
			for _, r := range b.Rules {
				known[string(r.STIGID)], known[string(r.GroupID)], known[string(r.RuleID)] = true, true, true
			}
		}
	}
	name := func(id string) {
		if !statements[id] && !strings.HasPrefix(id, evidence.QuestionPrefix) && !slices.Contains(named, id) {
			named = append(named, id)
		}
	}
	for _, t := range a.Attested {
		name(t.Control)
	}
	for _, x := range a.Exceptions {
		name(x.Control)
	}
	return named, known
}
