package answers

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"auditpack/evidence"
)

// Draft is what an answers file to be filled in is made from: the open questions of one snapshot.
type Draft struct {
	Host     string
	Guide    evidence.Guide
	Captured string                       // when, in words
	Found    map[string][]evidence.Reason // by the id of a Control: what its Checks found
	Open     map[string]bool              // the ids of the Controls that only a person can decide
	Sets     []evidence.AnsweredQuestionnaire
}

// Questions returns the questions of the sets that the evidence does not decide, each once: one entry answers it in every set.
func (d Draft) Questions() []evidence.QuestionAnswer {
	var open []evidence.QuestionAnswer
	for _, set := range d.Sets {
		for _, q := range set.Answers {
			undecided := q.Status == evidence.NotAnswered || q.Status == evidence.NotProvable
			if undecided && !slices.ContainsFunc(open, func(o evidence.QuestionAnswer) bool { return o.ID == q.ID }) {
				open = append(open, q)
			}
		}
	}
	return open
}

// fact is a key at the top of the file, with the question that it answers.
type fact struct {
	key, example, ask string
	decides           func(evidence.Check) bool // the Checks that need it; nil: none
}

func facts() []fact {
	return []fact{
		{key: "client", example: "Example Company", ask: "Whom is the report for?"},
		{key: "prepared_by", example: "head of operations", ask: "Who prepares it: a role or a name?"},
		{key: "technicians", example: "25", ask: "How many technicians use the Web Control Center? TCP 40000 to 40000 + 4 × technicians is theirs.",
			decides: func(c evidence.Check) bool { return c.Kind == "technician-range" }},
		{key: "domain_member", example: "false", ask: "Is the server meant to be a member of an Active Directory domain, true or false? What was found may be a mistake.",
			decides: func(c evidence.Check) bool { return slices.Contains(c.Want, "unless domain-member") }},
		{key: "database_host", example: "same", ask: "Is the database meant to run on the Automate server (same) or on a host of its own (separate)?",
			decides: func(c evidence.Check) bool { return c.Address == "inbound:tcp/3306" }},
		{key: "allowed_networks", example: "[192.0.2.0/24]", ask: "From which networks do technicians and integrations come?",
			decides: func(c evidence.Check) bool { return c.Kind == "iis-allow-entries" }},
	}
}

const head = `#
# Nothing here is answered yet: as it stands, this file changes nothing. To give an answer, delete the # at the beginning
# of the lines of an entry and fill them in. Dates are written 2026-10-01 and mean midnight UTC, with which that day begins.
# What you do not know, leave alone: it stays "needs review". Then: auditpack answers check FILE

`

// YAML returns the file. Everything that could have an effect is commented out.
func (d Draft) YAML() []byte {
	var b strings.Builder
	comment(&b, "# ", fmt.Sprintf("Answers about %s, for the evidence captured %s.", plain(d.Host), plain(d.Captured)))
	b.WriteString(head)
	for _, f := range facts() {
		d.fact(&b, f)
	}
	b.WriteString("# What only people know. An attestation decides a statement that no evidence can; it never overrides what was seen.\n# " +
		"Each entry may have a comment: and an attachment: (a file beside this one, kept in the package) as well.\nattestations:\n\n")
	for _, s := range d.Guide.Sections {
		for _, c := range s.Controls {
			if d.Open[c.ID] {
				d.statement(&b, s, c)
			}
		}
	}
	d.questions(&b)
	b.WriteString("# Findings that somebody accepts for a time. The verdict stays fail; the report says who accepted it and until when.\nexceptions:\n\n" +
		"#- control:           # the id of the statement that fails\n#  reason:            # why it is accepted\n#  approver:          # who accepts it: a role or a name\n" +
		"#  on:                # since when\n#  expires:           # from when it is not accepted any more\n\n" +
		"# Who mends what fails, until when: for the plan of action. The verdict stays fail until the evidence shows otherwise.\nremediation:\n\n" +
		"#- control:           # the id of the statement, or of the STIG rule, that fails\n#  owner:             # who mends it: a role, a team or a name\n" +
		"#  due:               # the day by which it is mended\n#  milestones:        # the steps on the way, each with its day\n#  - {text: , date: }\n")
	return []byte(b.String())
}

func (d Draft) fact(b *strings.Builder, f fact) {
	comment(b, "# ", f.ask)
	for _, s := range d.Guide.Sections {
		for _, c := range s.Controls {
			if f.decides != nil && slices.ContainsFunc(c.Checks, f.decides) {
				d.found(b, c.ID+": ", d.Found[c.ID])
			}
		}
	}
	fmt.Fprintf(b, "#%s: %s\n\n", f.key, f.example)
}

func (d Draft) statement(b *strings.Builder, s evidence.Section, c evidence.Control) {
	comment(b, "# ", fmt.Sprintf("%s (%s), %s: %s", c.ID, c.Severity, s.Part, s.Title))
	comment(b, "#     ", c.Statement)
	if c.Manual != "" {
		comment(b, "#     ", "look at: "+c.Manual)
	}
	d.found(b, "found: ", d.Found[c.ID])
	attestation(b, c.ID)
}

// attestation is an entry to be filled in.
func attestation(b *strings.Builder, id string) {
	fmt.Fprintf(b, "#- control: %s\n#  holds:             # true or false\n#  by:                # who says so: a role or a name\n"+
		"#  on:                # when\n#  valid_until:       # from when it has to be asked again\n\n", id)
}

// questions writes what the sets of questions leave to a person.
func (d Draft) questions(b *strings.Builder) {
	open := d.Questions()
	if len(open) == 0 {
		return
	}
	var titles []string
	for _, set := range d.Sets {
		titles = append(titles, set.Title)
	}
	comment(b, "# ", fmt.Sprintf("Questions that the evidence does not decide, of: %s. Holds means yes.", strings.Join(titles, "; ")))
	b.WriteString("\n")
	for _, q := range open {
		comment(b, "# ", fmt.Sprintf("%s (%s), %s", q.ID, q.Reach, q.Topic))
		comment(b, "#     ", q.Text)
		switch linked := slices.ContainsFunc(q.Hosts, func(h evidence.HostBearings) bool { return len(h.Bearings)+len(h.Shown) > 0 }); {
		case linked:
			comment(b, "#     ", "found: "+q.Comment)
		case q.Person != "":
			comment(b, "#     ", "to say: "+q.Person)
		}
		if q.Attach != "" {
			comment(b, "#     ", "attachment: "+q.Attach)
		}
		if !aYesCounts(q) {
			comment(b, "#     ", "Only a no counts here: a yes is for the evidence to show.")
		}
		attestation(b, evidence.QuestionPrefix+q.ID)
	}
}

// aYesCounts reports whether a person's yes would answer the question. About a server it stands in for no evidence that
// could show it.
func aYesCounts(q evidence.QuestionAnswer) bool {
	return q.Reach == evidence.OfCompany || slices.ContainsFunc(q.Hosts, func(h evidence.HostBearings) bool {
		return h.Outcome == evidence.NoEvidence || h.Outcome == evidence.Supports || h.Outcome == evidence.PartlyHolds
	})
}

// found lists what Checks saw, the first of it.
func (d Draft) found(b *strings.Builder, label string, reasons []evidence.Reason) {
	const most = 3
	for i, r := range reasons {
		if i == most {
			comment(b, "#     ", fmt.Sprintf("and %d more", len(reasons)-most))
			break
		}
		text := r.Actual
		if r.Note != "" {
			text += " (" + r.Note + ")"
		}
		if len(r.Cites) > 0 {
			text += ", in " + r.Cites[0].Item
		}
		comment(b, "#     ", label+text)
	}
}

// comment writes text in lines that all begin with prefix. Whatever is in the text, it cannot leave the comment.
func comment(b *strings.Builder, prefix, text string) {
	const width = 110
	line := prefix
	for _, word := range strings.Fields(plain(text)) {
		if line != prefix && utf8.RuneCountInString(line)+utf8.RuneCountInString(word) >= width {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = prefix
		}
		line += word + " "
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

// plain returns text on one line in which every character is seen: others are written as their number.
func plain(text string) string {
	const most = 1000
	var b strings.Builder
	for i, word := range strings.Fields(text) {
		if i > 0 {
			b.WriteByte(' ')
		}
		for _, c := range word {
			if b.Len() > most {
				return b.String() + " …"
			}
			if unicode.IsPrint(c) {
				b.WriteRune(c)
			} else {
				fmt.Fprintf(&b, `\u{%X}`, c)
			}
		}
	}
	return b.String()
}
