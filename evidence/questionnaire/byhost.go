package questionnaire

import (
	"time"

	"auditpack/evidence"
)

// limited returns the attestations of a question that are about some hosts only.
func limited(c Case, question string) []evidence.Attestation {
	var list []evidence.Attestation
	for _, t := range c.Attestations {
		if t.Control == evidence.QuestionPrefix+question && len(t.Hosts) > 0 {
			list = append(list, t)
		}
	}
	return list
}

// byHost answers a question about hosts that people answered for some of them: each host by itself, with the word that is
// about it or with none, by the same rules; then all together. n are the hosts for which it is Confirmed, m those that it
// applies to.
func byHost(q evidence.Question, hosts []evidence.HostBearings, said []evidence.Attestation, asOf time.Time) evidence.QuestionAnswer {
	a := evidence.QuestionAnswer{ID: q.ID, Topic: q.Topic, Text: q.Text, Reach: q.Reach, Person: q.Person, Attach: q.Attach}
	n, m, points, of := 0, 0, 0, 0
	any := map[evidence.AnswerStatus]bool{}
	bases := map[evidence.AnswerBasis]bool{}
	for _, h := range hosts {
		var t *evidence.Attestation
		for i := range said {
			if evidence.Concerns(said[i].Hosts, h.Host) {
				t = &said[i]
			}
		}
		one := answerOne(q, []evidence.HostBearings{h}, t, asOf)
		h = one.Hosts[0]
		h.Answer, h.Attestation, h.Standing = one.Status, t, one.Standing
		a.Hosts = append(a.Hosts, h)
		for _, d := range one.Discords {
			d.Host = h.Host
			a.Discords = append(a.Discords, d)
		}
		if h.Outcome == evidence.OutOfScope {
			continue
		}
		m++
		any[one.Status] = true
		switch one.Status {
		case evidence.Confirmed:
			n++
		case evidence.Partial:
			points, of = points+one.Portion.N, of+one.Portion.M
		}
		if one.Basis != evidence.ByNothing && one.Status != evidence.NotProvable {
			bases[one.Basis] = true
		}
	}
	switch {
	case m > 0 && n == m:
		a.Status = evidence.Confirmed
	case n > 0:
		a.Status, a.Portion = evidence.Partial, &evidence.Portion{N: n, M: m, Unit: "servers"}
	case any[evidence.Partial]:
		a.Status, a.Portion = evidence.Partial, &evidence.Portion{N: points, M: of, Unit: "points"}
	case any[evidence.AnswerNo]:
		a.Status = evidence.AnswerNo
	case any[evidence.NotAnswered]:
		a.Status = evidence.NotAnswered
	default:
		a.Status = evidence.NotProvable
	}
	a.Basis = together(a.Status, bases)
	return a
}

// together is what an answer over several hosts rests on.
func together(s evidence.AnswerStatus, bases map[evidence.AnswerBasis]bool) evidence.AnswerBasis {
	if s == evidence.NotProvable || s == evidence.NotAnswered {
		return evidence.ByNothing
	}
	if len(bases) == 1 {
		for b := range bases {
			return b
		}
	}
	return evidence.ByBoth
}
