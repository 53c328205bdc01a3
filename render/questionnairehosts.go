package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// outcomes are what a host says to a question, the telling ones first, each with its sign and the Result whose colour it has.
var outcomes = []struct {
	outcome evidence.Outcome
	mark    string
	result  evidence.Result
}{
	{evidence.Contradicts, Mark(evidence.Fail), evidence.Fail},
	{evidence.PartlyHolds, "◐", evidence.NeedsReview},
	{evidence.CannotTell, Mark(evidence.NotCollected), evidence.NotCollected},
	{evidence.Supports, Mark(evidence.Pass), evidence.Pass},
	{evidence.OutOfScope, Mark(evidence.NotApplicable), evidence.NotApplicable},
	{evidence.NoEvidence, "", ""},
}

func outcomeAt(o evidence.Outcome) int {
	for i := range outcomes {
		if outcomes[i].outcome == o {
			return i
		}
	}
	return len(outcomes) - 1
}

// tellingHosts returns the hosts whose evidence an answer shows: all of a few; of many the first that contradict it, hold in
// part or cannot tell, or of which a person spoke, and how many say what.
func tellingHosts(hosts []evidence.HostBearings) (some []evidence.HostBearings, counts string) {
	if len(hosts) <= maxDetailed {
		return hosts, ""
	}
	var parts []string
	for i, o := range outcomes {
		n := 0
		for _, h := range hosts {
			if outcomeAt(h.Outcome) == i {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %d %s", o.mark, n, o.outcome)))
		}
	}
	some = slices.DeleteFunc(slices.Clone(hosts), func(h evidence.HostBearings) bool { return outcomeAt(h.Outcome) > outcomeAt(evidence.CannotTell) })
	slices.SortStableFunc(some, func(a, b evidence.HostBearings) int { return cmp.Compare(outcomeAt(a.Outcome), outcomeAt(b.Outcome)) })
	if len(some) == 0 { // what supports it is shown of one
		some = slices.DeleteFunc(slices.Clone(hosts), func(h evidence.HostBearings) bool { return h.Outcome != evidence.Supports })[:]
		some = some[:min(1, len(some))]
	}
	some = some[:min(maxDetailed, len(some))]
	return some, fmt.Sprintf("%s; shown of %d of them, of all in the sheet %s and in data/questionnaire", strings.Join(parts, ", "), len(some), SheetAnswers)
}

// attestedOf cites what people said of some hosts, each entry once.
func (b *builder) attestedOf(hosts []evidence.HostBearings) []Cell {
	var cells []Cell
	var told []evidence.Citation
	for _, h := range hosts {
		if h.Attestation == nil || slices.Contains(told, h.Attestation.Cite) {
			continue
		}
		told = append(told, h.Attestation.Cite)
		cells = append(cells, b.cites("", after, []evidence.Citation{h.Attestation.Cite})...)
	}
	return cells
}

// answersByHostSheet has a line a question and a narrow column a host: what the evidence of that host says to it, and where
// people spoke of some hosts only, what the answer is for it.
func (b *builder) answersByHostSheet() Part {
	t := &Table{Anchor: "sheet-answers-table", Empty: "No questions.", Columns: []Column{{"Question", IDKind, 2}, {"Set", TextKind, 1}, {"Text", TextKind, 4},
		{"Answer", TextKind, 2}}}
	for _, h := range b.audit.Hosts {
		t.Columns = append(t.Columns, Column{b.line(h.Name), MarkKind, 0.5})
	}
	for i := range b.audit.Questionnaires {
		set := &b.audit.Questionnaires[i]
		for _, q := range set.Answers {
			row := Row{Cells: []Cell{{Kind: IDKind, Text: b.line(q.ID), Link: answerAnchor(set.ID, q.ID)}, b.t(set.ID), b.t(q.Text), {Kind: TextKind, Text: AnswerWord(q)}}}
			for _, h := range q.Hosts {
				row.Cells = append(row.Cells, answerMark(h))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return Part{Anchor: "sheet-answers", Title: "Answers by host", Sheet: SheetAnswers, Blocks: []Block{t}}
}

func answerMark(h evidence.HostBearings) Cell {
	if h.Answer != "" && h.Outcome == evidence.NoEvidence {
		c := Cell{Kind: MarkKind, Text: AnswerMark(h.Answer), Result: AnswerColour(h.Answer)}
		if h.Answer == evidence.Confirmed {
			c.Text = AttestedMark
		}
		return c
	}
	o := outcomes[outcomeAt(h.Outcome)]
	return Cell{Kind: MarkKind, Text: o.mark, Result: o.result}
}
