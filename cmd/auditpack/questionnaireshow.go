package main

import (
	"fmt"
	"io"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render"
)

// showAnswers prints the answers of all sets: contradictions first, then by topic.
func showAnswers(w io.Writer, a audit.Audit) {
	st := newStyle(w)
	for i, set := range a.Questionnaires {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s  %s  as of %s\n", st.bold(clean(set.Title)), clean(hostsLine(a)), a.AsOf.Format("2006-01-02 15:04 UTC"))
		showDiscords(w, st, set)
		topic := ""
		for _, q := range set.Answers {
			if q.Topic != topic {
				topic = q.Topic
				fmt.Fprintf(w, "\n%s\n", st.bold(clean(topic)))
			}
			showAnswer(w, st, q)
		}
		fmt.Fprintf(w, "\n%s\n", answerTotals(st, set.Counts))
	}
	fmt.Fprintln(w, wrap("next: a person answers a question with an attestation in the answers file (control: question:ID); "+
		"auditpack pack --questionnaire NAME puts the answers into the package", width(), ""))
}

func hostsLine(a audit.Audit) string {
	var names []string
	for _, h := range a.Hosts {
		if h.Name == "" {
			h.Name = "host not known"
		}
		names = append(names, h.Name)
	}
	return strings.Join(names, ", ")
}

// showDiscords lists what somebody attested and the evidence contradicts.
func showDiscords(w io.Writer, st style, set evidence.AnsweredQuestionnaire) {
	for _, q := range set.Answers {
		for _, d := range q.Discords {
			text := fmt.Sprintf("! contradiction on %s: %s; %s", q.ID, d.Said, d.Seen)
			fmt.Fprintf(w, "%s\n", st.result(evidence.Fail, wrap(clean(text), width(), "  ")))
			for i, c := range d.Cites {
				if i == 2 {
					fmt.Fprintf(w, "    … and %d more places\n", len(d.Cites)-i)
					break
				}
				fmt.Fprintf(w, "    at %s\n", wrap(clean(c.String()), width(), "       "))
			}
		}
	}
}

func showAnswer(w io.Writer, st style, q evidence.QuestionAnswer) {
	fmt.Fprintf(w, "  %s  %s  %s\n", st.result(render.AnswerColour(q.Status), render.AnswerWord(q)), st.bold(q.ID), st.dim(string(q.Reach)))
	fmt.Fprintf(w, "      %s\n", wrap(clean(q.Text), width(), "      "))
	fmt.Fprintf(w, "      %s\n", st.dim(wrap(clean(q.Comment), width(), "      ")))
}

func answerTotals(st style, c evidence.AnswerCounts) string {
	text := fmt.Sprintf("%d questions:", c.Total())
	for _, s := range evidence.AnswerStatuses {
		n := c.Of(s)
		if s == evidence.Confirmed {
			n -= c.Attested
		}
		text += "  " + st.result(render.AnswerColour(s), fmt.Sprintf("%s %d %s", render.AnswerMark(s), n, s))
		if s == evidence.Confirmed {
			text += "  " + st.result(render.AnswerColour(s), fmt.Sprintf("%s %d attested", render.AttestedMark, c.Attested))
		}
	}
	return text
}
