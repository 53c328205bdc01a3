package questionnaire

import (
	"cmp"
	"slices"
	"time"

	"auditpack/evidence"
)

// Version is the format of an answered questionnaire.
const Version = "auditpack.questionnaire/1"

// Case is what a set is answered from.
type Case struct {
	AsOf         time.Time
	Client       string
	Attestations []evidence.Attestation
	// Bearings are what the hosts show, for each question of the set one entry for each host. Outcome is filled in here.
	Bearings [][]evidence.HostBearings
}

// Answer answers every question of a set by the rules in the package comment.
func Answer(set evidence.Questionnaire, c Case) evidence.AnsweredQuestionnaire {
	out := evidence.AnsweredQuestionnaire{
		Version: Version, ID: set.ID, Title: set.Title, About: set.About, File: set.File, Digest: set.Digest, AsOf: c.AsOf.UTC(), Client: c.Client,
	}
	for i, q := range set.Questions {
		a := answer(q, c, c.Bearings[i])
		count(&out.Counts, a)
		out.Answers = append(out.Answers, a)
	}
	return out
}

// answer answers one question and says so in words.
func answer(q evidence.Question, c Case, hosts []evidence.HostBearings) evidence.QuestionAnswer {
	said := limited(c, q.ID)
	var a evidence.QuestionAnswer
	if len(said) > 0 && q.Reach == evidence.OfHost {
		a = byHost(q, hosts, said, c.AsOf)
	} else {
		a = answerOne(q, hosts, attestationOf(c, q.ID), c.AsOf)
		a.Unheard = said // a word about some hosts does not answer for the company
	}
	a.Comment, a.Cut = comment(q, a, cmp.Or(q.Limit, DefaultLimit))
	return a
}

// attestationOf returns what a person says to a question as a whole.
func attestationOf(c Case, question string) *evidence.Attestation {
	for i := range c.Attestations {
		if c.Attestations[i].Control == evidence.QuestionPrefix+question && len(c.Attestations[i].Hosts) == 0 {
			return &c.Attestations[i]
		}
	}
	return nil
}

func count(c *evidence.AnswerCounts, a evidence.QuestionAnswer) {
	switch a.Status {
	case evidence.Confirmed:
		c.Confirmed++
	case evidence.Partial:
		c.Partial++
	case evidence.AnswerNo:
		c.No++
	case evidence.NotProvable:
		c.NotProvable++
	default:
		c.NotAnswered++
	}
	if a.Attested() {
		c.Attested++
	}
	if len(a.Discords) > 0 {
		c.Contradictions++
	}
}

// word is what a person says to a question, as far as it counts.
type word int

const (
	silent word = iota
	saysYes
	saysNo
)

// answerOne answers by all hosts and by one person's word about all of them.
func answerOne(q evidence.Question, hosts []evidence.HostBearings, t *evidence.Attestation, asOf time.Time) evidence.QuestionAnswer {
	a := evidence.QuestionAnswer{ID: q.ID, Topic: q.Topic, Text: q.Text, Reach: q.Reach, Person: q.Person, Attach: q.Attach, Hosts: hosts, Attestation: t}
	said := silent
	if t != nil {
		a.Standing = t.At(asOf)
		switch {
		case a.Standing == evidence.Valid && t.Holds:
			said = saysYes
		case a.Standing == evidence.Valid:
			said = saysNo
		}
	}
	for i := range a.Hosts {
		a.Hosts[i].Outcome = outcome(q, a.Hosts[i].Bearings)
	}
	seen := tallyOf(q, a.Hosts)
	if q.Reach == evidence.OfCompany {
		a.Status, a.Basis = ofCompany(q, seen, said)
	} else {
		a.Status, a.Basis = ofHosts(q, seen, said)
	}
	a.Discords = discords(q, a, seen, said)
	if a.Status == evidence.Confirmed && len(a.Discords) > 0 {
		a.Status, a.Basis = evidence.NotProvable, evidence.ByNothing
	}
	if a.Status == evidence.Partial {
		a.Portion = &evidence.Portion{N: seen.n, M: seen.m, Unit: seen.unit}
	}
	return a
}

// tally is what all hosts show together.
type tally struct {
	n, m, fails int    // of m that the question applies to n support it, fails contradict it
	unit        string // servers or points
	linked      bool   // something that decides is linked
	attested    bool   // some support is a person's word about a linked Control or rule
	observed    bool   // some support is evidence
	denied      bool   // some contradiction is evidence
}

func tallyOf(q evidence.Question, hosts []evidence.HostBearings) tally {
	t := tally{unit: "servers", linked: binding(q)}
	if q.Parts {
		t.unit = "points"
	}
	for _, h := range hosts {
		if !q.Parts {
			t.unitOf(h.Outcome)
		}
		for _, b := range h.Bearings {
			o := bears(b)
			if q.Parts {
				t.unitOf(o)
			}
			byPerson := b.Verdict.Basis.ByPerson()
			t.attested = t.attested || o == evidence.Supports && byPerson
			t.observed = t.observed || o == evidence.Supports && !byPerson
			t.denied = t.denied || o == evidence.Contradicts && !byPerson
		}
	}
	t.linked = t.linked || t.m > 0 // an optional link that evidence decides
	return t
}

// binding reports whether a question has a link that has to be decided.
func binding(q evidence.Question) bool {
	return len(q.Controls)+len(q.Rules) > 0 || slices.ContainsFunc(q.Checks, func(c evidence.QuestionCheck) bool { return !c.Optional })
}

func (t *tally) unitOf(o evidence.Outcome) {
	switch o {
	case evidence.OutOfScope, evidence.NoEvidence:
		return
	case evidence.Supports:
		t.n++
	case evidence.Contradicts:
		t.fails++
	}
	t.m++
}

// basis is what the support, or the contradiction, of the hosts rests on.
func (t tally) basis() evidence.AnswerBasis {
	switch {
	case t.attested && t.observed:
		return evidence.ByBoth
	case t.attested:
		return evidence.ByAttestation
	}
	return evidence.ByEvidence
}

// denial is what the contradiction of the hosts rests on.
func (t tally) denial() evidence.AnswerBasis {
	if t.denied {
		return evidence.ByEvidence
	}
	return evidence.ByAttestation
}

// ofHosts is the table of the package comment, for a question about hosts.
func ofHosts(q evidence.Question, seen tally, said word) (evidence.AnswerStatus, evidence.AnswerBasis) {
	byEvidence := evidence.NotProvable
	switch {
	case seen.m > 0 && seen.n == seen.m:
		byEvidence = evidence.Confirmed
	case seen.n > 0:
		byEvidence = evidence.Partial
	case seen.fails > 0:
		return evidence.AnswerNo, seen.denial()
	}
	switch {
	case !seen.linked:
		return byWord(said, evidence.NotAnswered)
	case byEvidence == evidence.NotProvable:
		if said == saysNo { // a no claims nothing
			return evidence.AnswerNo, evidence.ByAttestation
		}
		return evidence.NotProvable, evidence.ByNothing
	case said == saysYes:
		return byEvidence, evidence.ByBoth
	case q.Person == "":
		return byEvidence, seen.basis()
	case said == saysNo && byEvidence == evidence.Partial:
		return evidence.AnswerNo, evidence.ByAttestation
	case said == saysNo:
		return evidence.Confirmed, evidence.ByEvidence // a contradiction, which takes it back
	}
	return evidence.NotProvable, evidence.ByNothing
}

// ofCompany is the answer to a question about the company: hosts can deny it and never confirm it.
func ofCompany(q evidence.Question, seen tally, said word) (evidence.AnswerStatus, evidence.AnswerBasis) {
	if seen.fails > 0 {
		return evidence.AnswerNo, seen.denial()
	}
	if said == saysYes && seen.n > 0 {
		return evidence.Confirmed, evidence.ByBoth
	}
	if seen.linked {
		return byWord(said, evidence.NotProvable)
	}
	return byWord(said, evidence.NotAnswered)
}

// byWord is the answer where a person alone decides.
func byWord(said word, otherwise evidence.AnswerStatus) (evidence.AnswerStatus, evidence.AnswerBasis) {
	switch said {
	case saysYes:
		return evidence.Confirmed, evidence.ByAttestation
	case saysNo:
		return evidence.AnswerNo, evidence.ByAttestation
	}
	return otherwise, evidence.ByNothing
}

// outcome is what one host says to a question.
func outcome(q evidence.Question, bearings []evidence.Bearing) evidence.Outcome {
	supports, contradicts, unknown := 0, 0, 0
	for _, b := range bearings {
		switch bears(b) {
		case evidence.Supports:
			supports++
		case evidence.Contradicts:
			contradicts++
		case evidence.CannotTell:
			unknown++
		}
	}
	switch {
	case supports+contradicts+unknown == 0:
		if !binding(q) {
			return evidence.NoEvidence
		}
		if applies(bearings) {
			return evidence.CannotTell
		}
		return evidence.OutOfScope
	case q.Parts && contradicts > 0 && supports > 0, q.Parts && unknown > 0 && supports > 0:
		return evidence.PartlyHolds
	case contradicts > 0:
		return evidence.Contradicts
	case unknown > 0:
		return evidence.CannotTell
	}
	return evidence.Supports
}

// applies reports whether nothing shows that the question does not concern the host.
func applies(bearings []evidence.Bearing) bool {
	for _, b := range bearings {
		if b.Verdict.Result == evidence.NotApplicable {
			return false
		}
	}
	return true
}

// bears is what one Bearing says to its question. What is optional says nothing where evidence does not decide it.
func bears(b evidence.Bearing) evidence.Outcome {
	o := weighs(b)
	if b.Optional && o == evidence.CannotTell {
		return evidence.OutOfScope
	}
	return o
}

// weighs is what one Bearing says if its question rests on it. A rule of a STIG whose text this program cannot decide says nothing, like
// what is not applicable: the Controls and Checks beside it carry the question. One for which evidence is missing, or
// contradicts itself, is a hole like any other.
func weighs(b evidence.Bearing) evidence.Outcome {
	switch b.Verdict.Result {
	case evidence.Pass:
		return evidence.Supports
	case evidence.Fail:
		if b.SupportsOnly {
			return evidence.CannotTell
		}
		return evidence.Contradicts
	case evidence.NotApplicable:
		return evidence.OutOfScope
	}
	if b.Kind == evidence.RuleBearing && b.Verdict.Result == evidence.NeedsReview && b.Verdict.Basis == evidence.BasisNone {
		return evidence.OutOfScope
	}
	return evidence.CannotTell
}
