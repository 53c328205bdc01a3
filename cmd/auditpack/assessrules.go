package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// showBenchmark lists the rules of a benchmark that fail or were not collected, and those that a person's word decided or is about;
// it counts those that need review, and all.
func showBenchmark(w io.Writer, st style, b audit.Benchmark, asOf time.Time) {
	title := b.Title
	if b.Site != "" {
		title += ", " + b.Site
	}
	fmt.Fprintf(w, "\n%s  %s\n", st.bold(clean(title)), st.dim(clean("V"+b.Version+"R"+b.Release)))
	if b.NotJudged != "" {
		fmt.Fprintf(w, "  not judged: %s\n", clean(b.NotJudged))
		return
	}
	silent := 0 // rules that need review, of which nobody said anything
	for _, r := range b.Rules {
		told := r.Attestation != nil || r.Exception != nil
		switch {
		case told, r.After.Result == evidence.Fail, r.After.Result == evidence.NotCollected:
			showRuleVerdict(w, st, r, asOf)
		case r.After.Result == evidence.NeedsReview:
			silent++
		}
	}
	if silent > 0 {
		text := fmt.Sprintf("%s %s review, not listed here: --format json and the report of 'auditpack pack' say which and why",
			mark(evidence.NeedsReview), count(silent, "rule needs", "rules need"))
		fmt.Fprintf(w, "  %s\n", st.result(evidence.NeedsReview, wrap(text, width(), "    ")))
	}
	fmt.Fprintf(w, "  %s\n", strings.Replace(totals(st, b.Counts), "statements", "rules", 1))
}

// showRuleVerdict shows one rule with what was found, and what people say of it.
func showRuleVerdict(w io.Writer, st style, r audit.AssessedRule, asOf time.Time) {
	about := string(r.Severity)
	if r.After.Basis.ByPerson() {
		about += ", " + "by " + string(r.After.Basis)
	}
	fmt.Fprintf(w, "  %s %s  %s  %s\n", st.result(r.After.Result, mark(r.After.Result)+" "+string(r.After.Result)), st.bold(clean(string(r.STIGID))),
		clean(string(r.GroupID)), st.dim(about))
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(w, "      %-9s %s\n", label, wrap(clean(text), width(), "                "))
		}
	}
	fmt.Fprintf(w, "      %s\n", wrap(clean(r.Title), width(), "      "))
	for _, reason := range r.After.Reasons {
		if reason.Result == r.After.Result {
			if !r.After.Basis.ByPerson() { // else the word itself stands below
				line("found", reason.Actual)
			}
			line("note", reason.Note)
			break
		}
	}
	line("attested", attestedText(r.Attestation, asOf))
	line(acceptedText(r.Exception, r.Expired))
}

// attestedText says who attested what, and first of all if it does not count; "" without an attestation.
func attestedText(t *evidence.Attestation, asOf time.Time) string {
	if t == nil {
		return ""
	}
	if standing := t.At(asOf); standing != evidence.Valid {
		return string(standing) + ": " + attestationLine(t)
	}
	return attestationLine(t)
}

// acceptedText says who accepts what fails, and until when, below a label; both are "" without an exception.
func acceptedText(x *evidence.Exception, expired bool) (label, text string) {
	if x == nil {
		return "", ""
	}
	label = "accepted"
	if expired {
		label = "exception expired"
	}
	return label, fmt.Sprintf("by %s until %s: %s", x.Approver, x.Expires.Format("2006-01-02"), x.Reason)
}
