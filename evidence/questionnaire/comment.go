package questionnaire

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"auditpack/evidence"
)

// shortened is the mark of a comment that was cut.
const shortened = "[shortened; the package holds the rest]"

// comment says an answer in sentences, the most important first, in at most limit characters.
func comment(q evidence.Question, a evidence.QuestionAnswer, limit int) (text string, cut bool) {
	var s sentences
	for _, d := range a.Discords {
		s.add("Contradiction: %s; %s", d.Said, d.Seen)
	}
	s.headline(a)
	s.basis(a)
	if len(a.Hosts) > maxNames { // what the answer is about may not be what is cut
		s.scope(a)
	}
	s.word(a)
	s.findings(a, evidence.Contradicts, "Does not hold%s: %s (found: %s)")
	s.exceptions(a)
	s.findings(a, evidence.CannotTell, "Not known%s: %s (%s)")
	s.leftOpen(a)
	s.support(a)
	s.shown(q, a)
	if len(a.Hosts) <= maxNames {
		s.scope(a)
	}
	return fit(s, limit)
}

// sentences are the sentences of a comment, each with its full stop.
type sentences []string

func (s *sentences) add(format string, args ...any) {
	text := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	if text = strings.TrimRight(text, " ."); text != "" {
		*s = append(*s, text+".")
	}
}

// addFor adds a sentence about hosts, if there are any.
func (s *sentences) addFor(what, hosts string) {
	if hosts != "" {
		s.add("%s %s", what, hosts)
	}
}

func (s *sentences) headline(a evidence.QuestionAnswer) {
	attested := a.Basis == evidence.ByAttestation
	switch {
	case a.Status == evidence.Confirmed && a.Reach == evidence.OfCompany:
		s.add("Yes, by the word of a person")
	case a.Status == evidence.Confirmed && attested:
		s.add("Yes for %s, by the word of a person", names(a, evidence.Supports, evidence.NoEvidence))
	case a.Status == evidence.Confirmed && byAnswer(a):
		s.add("Yes for %s", answeredBy(a, evidence.Confirmed))
	case a.Status == evidence.Confirmed:
		s.add("Yes for %s", names(a, evidence.Supports))
	case a.Status == evidence.Partial && a.Portion.Unit == "points":
		s.add("In part: %d of %d points hold for %s", a.Portion.N, a.Portion.M, hostNames(a.Hosts))
	case a.Status == evidence.Partial && byAnswer(a):
		s.add("In part: yes for %d of %d servers (%s)", a.Portion.N, a.Portion.M, answeredBy(a, evidence.Confirmed))
		s.addFor("No for", answeredBy(a, evidence.AnswerNo))
		s.addFor("Not known for", answeredBy(a, evidence.NotProvable, evidence.NotAnswered, evidence.Partial))
	case a.Status == evidence.Partial:
		s.add("In part: yes for %d of %d servers (%s)", a.Portion.N, a.Portion.M, names(a, evidence.Supports))
		s.addFor("No for", names(a, evidence.Contradicts))
		s.addFor("Not known for", names(a, evidence.CannotTell))
	case a.Status == evidence.AnswerNo && byAnswer(a):
		s.add("No for %s", answeredBy(a, evidence.AnswerNo))
		s.addFor("Not known for", answeredBy(a, evidence.NotProvable, evidence.NotAnswered))
	case a.Status == evidence.AnswerNo && attested:
		s.add("No, by the word of a person")
	case a.Status == evidence.AnswerNo:
		s.add("No: the evidence of %s shows otherwise", names(a, evidence.Contradicts, evidence.PartlyHolds))
	case a.Status == evidence.NotProvable && len(a.Discords) > 0:
		s.add("No answer until the evidence and the person agree")
	case a.Status == evidence.NotProvable && a.Reach == evidence.OfCompany:
		s.add("Not provable from %s: no server can say yes for the company", hostNames(a.Hosts))
	case a.Status == evidence.NotProvable && anyOutcome(a, evidence.Supports):
		s.add("The evidence of %s supports it, and a person has not confirmed the part that no evidence shows", names(a, evidence.Supports))
	case a.Status == evidence.NotProvable:
		s.add("Not provable from the evidence of %s", hostNames(a.Hosts))
	case slices.ContainsFunc(a.Hosts, func(h evidence.HostBearings) bool { return len(h.Bearings) > 0 }):
		s.add("Not answered: the evidence does not decide it, and no person has said it")
	default:
		s.add("Not answered: no evidence of a server can show it, and no person has said it")
	}
}

// basis names what an answer rests on: a form shows no more of it than this comment.
func (s *sentences) basis(a evidence.QuestionAnswer) {
	if a.Basis != evidence.ByNothing {
		s.add("Basis: %s", a.Basis)
	}
}

// word says what people said, and whether it counts.
func (s *sentences) word(a evidence.QuestionAnswer) {
	t := a.Attestation
	switch {
	case byAnswer(a):
		s.wordsByHost(a)
	case t == nil && a.Person != "" && a.Status != evidence.AnswerNo:
		s.add("For a person to say: %s", a.Person)
	case t != nil:
		s.attested("", t, a.Standing)
	}
	for _, t := range a.Unheard {
		s.add("An attestation by %s is about %s only, and does not answer for the company", t.By, listed(t.Hosts))
	}
}

// wordsByHost says each attestation once, with the hosts at hand that it is about.
func (s *sentences) wordsByHost(a evidence.QuestionAnswer) {
	var told []*evidence.Attestation
	for _, h := range a.Hosts {
		t := h.Attestation
		if t == nil || slices.Contains(told, t) {
			continue
		}
		told = append(told, t)
		var of []string
		for _, other := range a.Hosts {
			if other.Attestation == t {
				of = append(of, other.Host)
			}
		}
		s.attested(" for "+listed(of), t, h.Standing)
	}
	if slices.ContainsFunc(a.Hosts, func(h evidence.HostBearings) bool { return h.Attestation == nil }) && a.Person != "" {
		s.add("For a person to say of the others: %s", a.Person)
	}
}

// attested says one attestation; whom it is for, if it is limited.
func (s *sentences) attested(whom string, t *evidence.Attestation, standing evidence.Standing) {
	switch standing {
	case evidence.Expired:
		s.add("An attestation%s by %s of %s ended on %s and counts as nothing", whom, t.By, day(t.On), day(t.ValidUntil))
	case evidence.NotYetValid:
		s.add("An attestation%s by %s begins on %s and counts as nothing before", whom, t.By, day(t.On))
	default:
		said := "no"
		if t.Holds {
			said = "yes"
		}
		s.add("Attested%s by %s on %s, until %s: %s", whom, t.By, day(t.On), day(t.ValidUntil), said)
		if t.Comment != "" {
			s.add("In the person's words: %s", t.Comment)
		}
		if t.Attachment.Name != "" {
			s.add("Attached: %s", t.Attachment.Name)
		}
	}
}

// findings says each Bearing of a kind with what was found.
func (s *sentences) findings(a evidence.QuestionAnswer, o evidence.Outcome, format string) {
	for _, h := range a.Hosts {
		for _, b := range h.Bearings {
			if bears(b) == o && !told(a, h, b) {
				s.add(format, onHost(a, h), plain(b.Statement), plain(actual(b.Verdict)))
			}
		}
	}
}

// leftOpen says what evidence shows of optional Bearings that it does not decide.
func (s *sentences) leftOpen(a evidence.QuestionAnswer) {
	for _, h := range a.Hosts {
		for _, b := range h.Bearings {
			if b.Optional && weighs(b) == evidence.CannotTell && b.Verdict.Result != evidence.NotCollected {
				s.add("To be judged by a person%s: %s (found: %s)", onHost(a, h), plain(b.Statement), plain(actual(b.Verdict)))
			}
		}
	}
}

// told reports whether a contradiction says already what a Bearing shows.
func told(a evidence.QuestionAnswer, h evidence.HostBearings, b evidence.Bearing) bool {
	return slices.ContainsFunc(a.Discords, func(d evidence.Discord) bool { return d.Host == h.Host && d.Seen == seenText(h, b) })
}

func (s *sentences) exceptions(a evidence.QuestionAnswer) {
	for _, h := range a.Hosts {
		for _, b := range h.Bearings {
			if e := b.Exception; e != nil && bears(b) == evidence.Contradicts {
				s.add("Accepted%s by %s until %s: %s", onHost(a, h), e.Approver, day(e.Expires), e.Reason)
			}
		}
	}
}

// support says what holds, a sentence a host, and apart what of it is a person's word.
func (s *sentences) support(a evidence.QuestionAnswer) {
	for _, h := range a.Hosts {
		var seen, attested, carried []string
		for _, b := range h.Bearings {
			switch {
			case bears(b) != evidence.Supports:
			case b.Verdict.Basis == evidence.BasisAttestation:
				attested = append(attested, plain(b.Statement))
			case b.Verdict.Basis == evidence.BasisCarried:
				carried = append(carried, plain(b.Statement))
			case b.Optional: // which of several things it was says most
				seen = append(seen, plain(b.Statement)+" ("+plain(actual(b.Verdict))+")")
			default:
				seen = append(seen, plain(b.Statement))
			}
		}
		if len(seen) > 0 {
			s.add("Seen on %s: %s", h.Host, strings.Join(seen, "; "))
		}
		if len(attested) > 0 {
			s.add("Attested, not seen, on %s: %s", h.Host, strings.Join(attested, "; "))
		}
		if len(carried) > 0 {
			s.add("In an earlier checklist, not seen, on %s: %s", h.Host, strings.Join(carried, "; "))
		}
	}
}

// maxShown is how many shown Settings of a host the comment names.
const maxShown = 8

func (s *sentences) shown(q evidence.Question, a evidence.QuestionAnswer) {
	for _, h := range a.Hosts {
		var list []string
		for _, x := range h.Shown {
			text := evidence.Address(x.Address.Label()).Rest() + " " + x.Value
			switch log, facet, ok := strings.Cut(x.Address.Rest(), "@"); {
			case ok && x.Address.Kind() == "event-log":
				text = log + " " + facet + " " + x.Value
			case ok:
				text = x.Value
			}
			if !slices.Contains(list, plain(text)) {
				list = append(list, plain(text))
			}
		}
		more := h.More
		if len(list) > maxShown {
			more += len(list) - maxShown
			list = list[:maxShown]
		}
		switch {
		case len(list) == 0 && len(q.Settings) > 0:
			s.add("The evidence of %s lists nothing of the kind asked for", h.Host)
		case len(list) == 0:
		case more > 0:
			s.add("Listed on %s: %s, and %d more", h.Host, strings.Join(list, ", "), more)
		default:
			s.add("Listed on %s: %s", h.Host, strings.Join(list, ", "))
		}
	}
}

// scope says of when the evidence is, and of what it says nothing.
func (s *sentences) scope(a evidence.QuestionAnswer) {
	var of []string
	var from, to time.Time
	for _, h := range a.Hosts {
		if len(h.Bearings) == 0 && len(h.Shown) == 0 {
			continue
		}
		of = append(of, fmt.Sprintf("%s, captured %s", plain(h.Host), period(h.From, h.To)))
		if from.IsZero() || !h.From.IsZero() && h.From.Before(from) {
			from = h.From
		}
		if h.To.After(to) {
			to = h.To
		}
	}
	switch {
	case len(of) > maxNames:
		s.add("The evidence is of %d servers, captured %s, and says nothing about other systems", len(of), period(from, to))
	case len(of) > 0:
		s.add("The evidence is of %s, and says nothing about other systems", strings.Join(of, "; "))
	}
}

// fit joins sentences as long as they fit. A comment that has to be cut ends with a mark; the first sentence is cut
// itself, at a word, where it alone is too long.
func fit(s sentences, limit int) (text string, cut bool) {
	full := strings.Join(s, " ")
	if utf8.RuneCountInString(full) <= limit {
		return full, false
	}
	room := limit - utf8.RuneCountInString(shortened) - 1
	for _, sentence := range s {
		next := strings.TrimPrefix(text+" "+sentence, " ")
		if utf8.RuneCountInString(next) > room {
			break
		}
		text = next
	}
	if text == "" {
		runes := []rune(s[0])[:room-1]
		for i := len(runes) - 1; i > room/2; i-- {
			if unicode.IsSpace(runes[i]) {
				runes = runes[:i]
				break
			}
		}
		text = string(runes) + "…"
	}
	return text + " " + shortened, true
}

// actual is what made a Verdict what it is, in words.
func actual(v evidence.Verdict) string {
	for _, r := range v.Reasons {
		switch {
		case r.Result == v.Result && r.ByPerson && len(r.Cites) == 0:
			return "no evidence shows it, a person has to look"
		case r.Result == v.Result && r.Actual != "":
			return r.Actual
		}
	}
	return string(v.Result)
}

func anyOutcome(a evidence.QuestionAnswer, o evidence.Outcome) bool {
	return slices.ContainsFunc(a.Hosts, func(h evidence.HostBearings) bool { return h.Outcome == o })
}

// names lists the hosts with one of the outcomes; empty leaves the sentence out.
func names(a evidence.QuestionAnswer, of ...evidence.Outcome) string {
	return hostNames(slices.DeleteFunc(slices.Clone(a.Hosts), func(h evidence.HostBearings) bool { return !slices.Contains(of, h.Outcome) }))
}

// maxNames is how many hosts a sentence names.
const maxNames = 8

func hostNames(hosts []evidence.HostBearings) string {
	var list []string
	for _, h := range hosts {
		list = append(list, h.Host)
	}
	return listed(list)
}

// listed joins names, as many as a sentence holds.
func listed(hosts []string) string {
	var list []string
	for _, h := range hosts[:min(maxNames, len(hosts))] {
		list = append(list, plain(h))
	}
	if n := len(hosts) - maxNames; n > 0 {
		list = append(list, fmt.Sprintf("%d more", n))
	}
	return strings.Join(list, ", ")
}

// byAnswer reports whether each host has an answer of its own, since people spoke of some of them only.
func byAnswer(a evidence.QuestionAnswer) bool {
	return slices.ContainsFunc(a.Hosts, func(h evidence.HostBearings) bool { return h.Answer != "" })
}

// answeredBy lists the hosts with one of the answers; empty leaves the sentence out.
func answeredBy(a evidence.QuestionAnswer, of ...evidence.AnswerStatus) string {
	return hostNames(slices.DeleteFunc(slices.Clone(a.Hosts), func(h evidence.HostBearings) bool {
		return h.Outcome == evidence.OutOfScope || !slices.Contains(of, h.Answer)
	}))
}

func onHost(a evidence.QuestionAnswer, h evidence.HostBearings) string {
	if len(a.Hosts) < 2 {
		return ""
	}
	return " on " + plain(h.Host)
}

// plain makes text a part of a sentence.
func plain(s string) string { return strings.TrimRight(strings.Join(strings.Fields(s), " "), ".") }

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }

func period(from, to time.Time) string {
	const form = "2006-01-02 15:04"
	if from.IsZero() || from.Equal(to) {
		return to.UTC().Format(form) + " UTC"
	}
	return from.UTC().Format(form) + " to " + to.UTC().Format(form) + " UTC"
}
