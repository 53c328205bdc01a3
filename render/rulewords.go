package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// maxWord is how many characters of a carried comment the report shows; the workbook and the checklists have it whole.
const maxWord = 400

// ruleWords are what people said of a rule, a line each: who accepted it, who attested it, what earlier checklists say.
func (b *builder) ruleWords(h *audit.Host, r *audit.AssessedRule) []Cell {
	var cells []Cell
	if t := r.Attestation; t != nil {
		c := b.attestation(t)
		c.Text = "attested: " + c.Text
		cells = append(cells, c)
		cells = append(cells, b.cites(h.Name, after, []evidence.Citation{t.Cite})...)
	}
	if r.Exception != nil {
		cells = append(cells, b.accepted(r.Exception, r.Expired))
	}
	for _, w := range r.Carried {
		c := b.t("earlier checklist: " + wordLine(w))
		for _, text := range []string{w.Comment, w.Details} {
			if text != "" {
				c.Text += ": " + abridged(b.line(text))
			}
		}
		cells = append(cells, c)
		cells = append(cells, b.cites(h.Name, after, []evidence.Citation{w.Cite})...)
	}
	return cells
}

// accepted says who accepted what fails, and until when; or that this is over.
func (b *builder) accepted(x *evidence.Exception, expired bool) Cell {
	f := b.acceptance(x, expired)
	f.Value[0].Text = strings.ToLower(f.Label) + ": " + f.Value[0].Text
	return f.Value[0]
}

// wordLine is what a checklist says of a rule, but for the comment: old.ckl (V3R7) says NotAFinding, which decides.
func wordLine(w evidence.Carried) string {
	text := w.File + " (" + w.Release() + ")"
	switch status := cmp.Or(string(w.Status), w.Unknown); w.Use {
	case evidence.CarriedDecides:
		text += " says " + status + ", a person's status, which decides"
	case evidence.CarriedAgrees:
		text += " says " + status + ", as the verdict does"
	case evidence.CarriedContradict, evidence.CarriedAside:
		text += fmt.Sprintf(" says %s; %s: %s", status, w.Use, w.Why)
	}
	if w.Severity != "" {
		text += fmt.Sprintf("; severity %s (%s)", w.Severity, w.Reason)
	}
	return text
}

// abridged shortens a text, and says so.
func abridged(s string) string {
	if r := []rune(s); len(r) > maxWord {
		return string(r[:maxWord]) + "… (whole in the workbook)"
	}
	return s
}

// told reports whether a rule that holds or does not apply does so by a person's word, or against one: it is then shown, not
// only counted.
func told(r *audit.AssessedRule) bool {
	return r.After.Basis.ByPerson() || r.Attestation != nil || slices.ContainsFunc(r.Carried, func(w evidence.Carried) bool {
		return w.Use == evidence.CarriedContradict || w.Use == evidence.CarriedAside
	})
}

// carriedWords is the cell of a sheet with what earlier checklists say of a rule, whole.
func (b *builder) carriedWords(r *audit.AssessedRule) Cell {
	var cells []Cell
	for _, w := range r.Carried {
		cells = append(cells, b.t(wordLine(w)))
		if w.Comment != "" {
			cells = append(cells, b.t("comment: "+w.Comment))
		}
		if w.Details != "" {
			cells = append(cells, b.t("finding details: "+w.Details))
		}
	}
	return stack(TextKind, cells...)
}
