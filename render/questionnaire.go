package render

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// AttestedMark is the sign of a yes that rests on a person's word: it never looks like what was seen.
const AttestedMark = "✎"

// AnswerMark is the sign of an answer, which tells it apart without colour.
func AnswerMark(s evidence.AnswerStatus) string {
	switch s {
	case evidence.Confirmed:
		return "✓"
	case evidence.Partial:
		return "◐"
	case evidence.AnswerNo:
		return "✗"
	case evidence.NotProvable:
		return "∅"
	}
	return "?"
}

// AnswerColour is the Result whose colour an answer has.
func AnswerColour(s evidence.AnswerStatus) evidence.Result {
	switch s {
	case evidence.Confirmed:
		return evidence.Pass
	case evidence.Partial:
		return evidence.NeedsReview
	case evidence.AnswerNo:
		return evidence.Fail
	case evidence.NotProvable:
		return evidence.NotCollected
	}
	return evidence.NotApplicable
}

// AnswerWord is an answer for people, mark and word: ✓ confirmed, ◐ partial, 3 of 4 servers. What only a person said has a
// word and a sign of its own.
func AnswerWord(q evidence.QuestionAnswer) string {
	mark, word := answerSign(q)
	if q.Status == evidence.Partial && q.Portion != nil {
		word += fmt.Sprintf(", %d of %d %s", q.Portion.N, q.Portion.M, q.Portion.Unit)
	}
	return mark + " " + word
}

func answerSign(q evidence.QuestionAnswer) (mark, word string) {
	if q.Attested() {
		return AttestedMark, "attested"
	}
	return AnswerMark(q.Status), string(q.Status)
}

// questionnaires is one Part for each set of questions: contradictions first, then the answers by topic.
func (b *builder) questionnaires() []Part {
	var parts []Part
	for i := range b.audit.Questionnaires {
		set := &b.audit.Questionnaires[i]
		p := Part{Anchor: "questionnaire/" + set.ID, Title: "Questionnaire: " + b.line(set.Title), Report: true}
		p.Blocks = append(p.Blocks, &Paragraph{Lead: true, Text: b.answerSentence(set)}, &Paragraph{Text: b.line(set.About)}, b.answerFields(set))
		for _, q := range set.Answers {
			p.Blocks = append(p.Blocks, b.discords(q)...)
		}
		var entries *Entries
		topic := ""
		for _, q := range set.Answers {
			if q.Topic != topic || entries == nil {
				topic, entries = q.Topic, &Entries{}
				p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: b.line(topic), Anchor: "questionnaire/" + set.ID + "/" + topic, Note: topicNote(set, topic)}, entries)
			}
			entries.List = append(entries.List, b.answerEntry(set, q))
		}
		parts = append(parts, p)
	}
	return parts
}

// answerSentence is a set in one sentence.
func (b *builder) answerSentence(set *evidence.AnsweredQuestionnaire) string {
	c := set.Counts
	text := fmt.Sprintf("Of %d questions, evidence confirms %d and a person attested %d; %d %s in part, %d %s answered no. ", c.Total(), c.Confirmed-c.Attested, c.Attested,
		c.Partial, plural(c.Partial, "holds", "hold"), c.No, plural(c.No, "is", "are"))
	text += fmt.Sprintf("%d cannot be proven here, and %d %s for a person.", c.NotProvable, c.NotAnswered, plural(c.NotAnswered, "waits", "wait"))
	switch c.Contradictions {
	case 0:
	case 1:
		text += " One answer is contradicted."
	default:
		text += fmt.Sprintf(" %d answers are contradicted.", c.Contradictions)
	}
	return text
}

// answerFields says what the answers are about and how to read them.
func (b *builder) answerFields(set *evidence.AnsweredQuestionnaire) *Fields {
	f := &Fields{}
	add := func(label, text string) {
		if text != "" {
			f.List = append(f.List, Field{label, []Cell{b.t(text)}})
		}
	}
	add("Applicant", set.Client)
	var servers []string
	for _, h := range b.audit.Hosts {
		servers = append(servers, fmt.Sprintf("%s, captured %s", h.Name, FormatPeriod(h.After.From, h.After.To)))
	}
	if b.fleet() {
		servers = []string{fmt.Sprintf("%d servers, each with the time of its capture on the page Hosts", len(b.audit.Hosts))}
	}
	add("Evidence of", strings.Join(servers, "\n"))
	add("As of", FormatTime(set.AsOf))
	add("Marked host", "A question about a server. The evidence of the named servers answers it, for these servers only.")
	add("Marked company", "A question about everything the applicant has. No server can say yes for it; one can say no. Yes is a person's word.")
	add("Not a promise", "An answer says what the evidence shows and who attested what. Whoever signs an insurer's form answers for it.")
	return f
}

func topicNote(set *evidence.AnsweredQuestionnaire, topic string) string {
	var parts []string
	for _, s := range evidence.AnswerStatuses {
		n, attested := 0, 0
		for _, q := range set.Answers {
			switch {
			case q.Topic != topic || q.Status != s:
			case q.Attested():
				attested++
			default:
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", AnswerMark(s), n))
		}
		if attested > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", AttestedMark, attested))
		}
	}
	return strings.Join(parts, "   ")
}

// discords is one box for an answer that is contradicted: what was said, each word of it once, and all that shows otherwise.
func (b *builder) discords(q evidence.QuestionAnswer) []Block {
	var text []string
	said := ""
	for _, d := range q.Discords {
		line := b.line(d.Seen) + "."
		if d.Said != said {
			line = b.line(d.Said) + "; " + line
			said = d.Said
		} else {
			line = "Besides, " + line
		}
		var places []string
		for _, c := range b.cites(d.Host, after, d.Cites) {
			places = append(places, c.Text)
		}
		if len(places) > 0 {
			line += " Shown by " + strings.Join(places[:min(len(places), maxPlaces)], ", and ") + "."
		}
		text = append(text, line)
	}
	if len(text) == 0 {
		return nil
	}
	return []Block{&Callout{Title: "Contradiction: " + b.line(q.ID), Text: strings.Join(text, " "), Warn: true}}
}

func answerAnchor(set, question string) string { return "answer/" + set + "/" + question }

func (b *builder) answerEntry(set *evidence.AnsweredQuestionnaire, q evidence.QuestionAnswer) Entry {
	mark, word := answerSign(q)
	e := Entry{Anchor: answerAnchor(set.ID, q.ID), Result: AnswerColour(q.Status), Mark: mark, Word: word, ID: b.line(q.ID), Text: b.text(q.Text),
		Tags: b.line(answerTags(q))}
	e.Fields = append(e.Fields, Field{"Answer", []Cell{b.t(q.Comment)}})
	hosts, more := tellingHosts(q.Hosts)
	if more != "" {
		e.Fields = append(e.Fields, Field{"Servers", []Cell{{Kind: TextKind, Text: more}}})
	}
	for _, h := range hosts {
		label := "Evidence"
		if len(q.Hosts) > 1 {
			label = b.line(h.Host)
		}
		if cells := b.bearings(h); len(cells) > 0 {
			e.Fields = append(e.Fields, Field{label, cells})
		}
	}
	if said := b.attestedOf(q.Hosts); len(said) > 0 {
		e.Fields = append(e.Fields, Field{"Attested", said})
	}
	if q.Attestation != nil {
		e.Fields = append(e.Fields, Field{"Attested", b.cites("", after, []evidence.Citation{q.Attestation.Cite})})
	}
	if q.Attach != "" && q.Status != evidence.AnswerNo && (q.Attestation == nil || q.Attestation.Attachment.Name == "") {
		e.Fields = append(e.Fields, Field{"Attach", []Cell{b.t(q.Attach)}})
	}
	return e
}

func answerTags(q evidence.QuestionAnswer) string {
	tags := []string{string(q.Reach)}
	if q.Portion != nil {
		tags = append(tags, fmt.Sprintf("%d of %d %s", q.Portion.N, q.Portion.M, q.Portion.Unit))
	}
	if q.Basis != evidence.ByNothing {
		tags = append(tags, "by "+string(q.Basis))
	}
	return strings.Join(tags, " · ")
}

// maxBearings is how many verdicts, and maxPlaces how many places of each, an answer lists for one host; the Controls
// hold the rest.
const (
	maxBearings = 12
	maxPlaces   = 2
)

// bearings lists what bears on an answer on one host, each with its verdict and the places that show it.
func (b *builder) bearings(h evidence.HostBearings) []Cell {
	var cells []Cell
	for i, x := range h.Bearings {
		if i == maxBearings {
			cells = append(cells, b.t(fmt.Sprintf("… and %d more", len(h.Bearings)-i)))
			break
		}
		id := Cell{Kind: MonoKind, Text: b.line(x.ID)}
		if x.Kind == evidence.ControlBearing {
			for j := range b.audit.Hosts {
				if b.audit.Hosts[j].Name == h.Host && controlOf(&b.audit.Hosts[j], x.ID) != nil {
					id = b.id(h.Host, x.ID)
				}
			}
		}
		id.Text = Mark(x.Verdict.Result) + " " + id.Text + " · " + Word(x.Verdict.Result)
		switch x.Verdict.Basis {
		case evidence.BasisAttestation:
			id.Text += " by attestation"
		case evidence.BasisCarried:
			id.Text += " by an earlier checklist"
		}
		cells = append(cells, id)
		for _, r := range x.Verdict.Reasons {
			places := b.cites(h.Host, after, r.Cites)
			cells = append(cells, places[:min(len(places), maxPlaces)]...)
			break
		}
	}
	for i, x := range h.Shown {
		if i == maxPlaces {
			cells = append(cells, b.t(fmt.Sprintf("and %d more settings of the kind, in audit.json", len(h.Shown)-i+h.More)))
			break
		}
		cells = append(cells, b.cites(h.Host, after, []evidence.Citation{x.Cite})...)
	}
	return cells
}

// questionnaireSheets is the sheet of all answers, if there are any.
func (b *builder) questionnaireSheets() []Part {
	if len(b.audit.Questionnaires) == 0 {
		return nil
	}
	t := &Table{Anchor: "sheet-questionnaire-table", Empty: "No questions.", Columns: []Column{
		{"Question", IDKind, 2}, {"Set", TextKind, 1}, {"Topic", TextKind, 1.5}, {"Text", TextKind, 4}, {"About", TextKind, 1}, {"Answer", TextKind, 1.5},
		{"n", NumberKind, 0.5}, {"of m", NumberKind, 0.5}, {"Basis", TextKind, 1.5}, {"Contradiction", TextKind, 3}, {"Comment", TextKind, 6},
		{"Attested by", TextKind, 1.5}, {"Attested until", TimeKind, 1}, {"For a person to say", TextKind, 3}, {"Attach", TextKind, 2}, {"Evidence", TextKind, 4}}}
	for i := range b.audit.Questionnaires {
		set := &b.audit.Questionnaires[i]
		for _, q := range set.Answers {
			t.Rows = append(t.Rows, Row{Anchor: answerAnchor(set.ID, q.ID), Cells: b.answerCells(set, q)})
		}
	}
	parts := []Part{{Anchor: "sheet-questionnaire", Title: "Questionnaire", Sheet: SheetQuestionnaire, Blocks: []Block{t}}}
	if b.manyHosts() {
		parts = append(parts, b.answersByHostSheet())
	}
	return parts
}

func (b *builder) answerCells(set *evidence.AnsweredQuestionnaire, q evidence.QuestionAnswer) []Cell {
	var said []Cell
	for _, d := range q.Discords {
		said = append(said, b.t(d.Said+"; "+d.Seen))
	}
	mark, word := answerSign(q)
	n, m := Cell{Kind: NumberKind}, Cell{Kind: NumberKind}
	if q.Portion != nil {
		n, m = number(q.Portion.N), number(q.Portion.M)
	}
	by, until := Cell{Kind: TextKind}, Cell{Kind: TimeKind}
	if t := q.Attestation; t != nil {
		by = b.t(t.By)
		if q.Standing != evidence.Valid {
			by = b.t(t.By + " (" + string(q.Standing) + ")")
		}
		until = Cell{Kind: TimeKind, Text: day(t.ValidUntil), Time: t.ValidUntil.UTC()}
	}
	var proof []Cell
	hosts, more := tellingHosts(q.Hosts)
	if more != "" {
		proof = append(proof, Cell{Kind: CiteKind, Text: more})
	}
	for _, h := range hosts {
		proof = append(proof, b.bearings(h)...)
	}
	for i := range proof {
		if proof[i].Kind == IDKind {
			proof[i].Kind = CiteKind // the first of several lines gives a cell of the workbook its style
		}
	}
	return []Cell{{Kind: IDKind, Text: b.line(q.ID)}, b.t(set.ID), b.t(q.Topic), b.t(q.Text), {Kind: TextKind, Text: string(q.Reach)},
		{Kind: TextKind, Text: mark + " " + word, Strong: true}, n, m, {Kind: TextKind, Text: string(q.Basis)}, stack(TextKind, said...), b.t(q.Comment),
		by, until, b.t(q.Person), b.t(q.Attach), stack(TextKind, proof...)}
}
