package checklist

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/carry"
)

// ended closes finding details with a line that tells whether the text above was changed since: a person's change must
// not be dropped with the text.
func ended(text string) string { return text + carry.EndLine + carry.Seal(text) + "." }

// How much of one text and of one list of Citations finding details show; audit.json holds all.
const (
	maxField = 2_000
	maxCites = 20
)

// details writes the verdict and what it rests on, the decisive reasons first.
func (n *notes) details(f Finding, judged *audit.AssessedRule) string {
	p := newPage(400)
	if judged == nil {
		p.add(carry.StatusLine + string(f.Status) + carriedMark(f) + ": " + short(n.notJudged, maxField) + ".\n")
		return ended(p.b.String())
	}
	v := judged.After
	p.add(fmt.Sprintf("%s%s%s: verdict %s, basis %s.\n", carry.StatusLine, f.Status, carriedMark(f), result(v.Result), basis(v.Basis)))
	switch {
	case f.CarriedFrom != "":
		p.add("The status was given by a person in " + short(f.CarriedFrom, 300) + "; the evidence does not decide it.\n")
	case v.Basis == evidence.BasisAttestation:
		p.add("The status rests on a person's word in the answers; the evidence does not decide it.\n")
	}
	if judged.Before != nil {
		p.add("Before: " + result(judged.Before.Result) + movement(judged.Movement) + ".\n")
	}
	reasons := slices.Clone(v.Reasons)
	slices.SortStableFunc(reasons, func(a, b evidence.Reason) int { return rank(a.Result) - rank(b.Result) })
	for i, r := range reasons {
		p.add(n.reason(i+1, len(reasons), r))
	}
	text := p.b.String()
	if p.full > 0 {
		text += fmt.Sprintf("Shortened: %d of %d reasons have no room here; audit.json holds all of them.\n", p.full, len(reasons))
	}
	if !n.o.Snapshot.Digest.IsZero() {
		text += "Snapshot: SHA-256 " + n.o.Snapshot.Digest.String() + " of its tagmanifest-sha256.txt\n"
	}
	return ended(text)
}

func carriedMark(f Finding) string {
	if f.CarriedFrom == "" {
		return ""
	}
	return ", carried"
}

func result(r evidence.Result) string {
	if r == "" {
		r = evidence.NotCollected
	}
	return line(string(r))
}

func basis(b evidence.Basis) string {
	if b == "" {
		b = evidence.BasisNone
	}
	return line(string(b))
}

func movement(m evidence.Movement) string {
	if m == "" || m == evidence.OtherMovement {
		return ""
	}
	return ", " + line(string(m))
}

func rank(r evidence.Result) int {
	if i := slices.Index(evidence.Results, r); i >= 0 {
		return i
	}
	return len(evidence.Results)
}

// reason writes one Reason with its Citations.
func (n *notes) reason(i, of int, r evidence.Reason) string {
	var b strings.Builder
	if of > 1 {
		fmt.Fprintf(&b, "\nReason %d of %d: %s\n", i, of, result(r.Result))
	}
	field := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, short(text, maxField))
		}
	}
	field("Expected", r.Expected)
	field("Actual", r.Actual)
	field("Address", r.Address.Label())
	field("Note", r.Note)
	for k, c := range r.Cites {
		if k == maxCites {
			fmt.Fprintf(&b, "Evidence: %d more places are in audit.json\n", len(r.Cites)-maxCites)
			break
		}
		if strings.HasPrefix(c.Item, inputs) {
			field("Said in", c.String())
			continue
		}
		field("Evidence", n.citation(c))
	}
	return b.String()
}

// inputs is where what people said lies in a package: answers and earlier checklists.
const inputs = "data/inputs/"

// citation is the place in the bytes with the digest of its Item, and how the Item came to be.
func (n *notes) citation(c evidence.Citation) string {
	text := c.String()
	if c.Absence {
		text += " (shows the absence)"
	}
	item := n.items[c.Item]
	if item == nil {
		return text + "; the snapshot lists no such item"
	}
	text += "; SHA-256 " + item.Digest.String() + "; " + string(item.Origin)
	if !item.Taken.IsZero() {
		text += " " + stamp(item.Taken)
	}
	if item.Stale {
		text += "; stale"
	}
	return text
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
