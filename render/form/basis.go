package form

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// scope is what an answer is about: the company, or servers by name. A no that a server showed is about that server.
func scope(q evidence.QuestionAnswer) string {
	if q.Reach == evidence.OfCompany && (q.Status != evidence.AnswerNo || q.Basis == evidence.ByAttestation) {
		return "company"
	}
	return strings.Join(servers(q), ", ")
}

func servers(q evidence.QuestionAnswer) []string {
	var names []string
	for _, h := range q.Hosts {
		names = append(names, h.Host)
	}
	return names
}

// maxServers is how many servers a list of filled fields names of each; more are counted.
const maxServers = 10

// about is the scope for a list in which every field has one.
func about(q evidence.QuestionAnswer) string {
	text := scope(q)
	if text == "company" || len(q.Hosts) <= maxServers {
		return text
	}
	return fmt.Sprintf("%s and %d more servers", strings.Join(servers(q)[:maxServers], ", "), len(q.Hosts)-maxServers)
}

// words returns what people said to a question that counts: to the question as a whole, or for some servers.
func words(q evidence.QuestionAnswer) []evidence.Attestation {
	var list []evidence.Attestation
	add := func(t *evidence.Attestation, standing evidence.Standing) {
		if t != nil && standing == evidence.Valid && !slices.ContainsFunc(list, func(o evidence.Attestation) bool { return o.Cite == t.Cite && o.By == t.By }) {
			list = append(list, *t)
		}
	}
	add(q.Attestation, q.Standing)
	for _, h := range q.Hosts {
		add(h.Attestation, h.Standing)
	}
	return list
}

// people are those who attested a question, each once.
func people(q evidence.QuestionAnswer) []string {
	var names []string
	for _, t := range words(q) {
		if !slices.Contains(names, t.By) {
			names = append(names, t.By)
		}
	}
	return names
}

// attested says whose word an answer rests on, of when and until when; empty where it rests on what was seen alone. Where
// nobody answered the question itself, it rests on words about statements that are linked to it.
func attested(q evidence.QuestionAnswer) string {
	if q.Basis != evidence.ByAttestation && q.Basis != evidence.ByBoth {
		return ""
	}
	list := words(q)
	if len(list) == 0 {
		list = linkedWords(q)
	}
	if len(list) == 0 {
		return "facts in the answers file"
	}
	var said []string
	for _, t := range list {
		text := fmt.Sprintf("%s on %s, until %s", t.By, t.On.UTC().Format("2006-01-02"), t.ValidUntil.UTC().Format("2006-01-02"))
		if !slices.Contains(said, text) {
			said = append(said, text)
		}
	}
	return strings.Join(said, "; ")
}

// linkedWords are the attestations of the Controls by which a question was answered.
func linkedWords(q evidence.QuestionAnswer) []evidence.Attestation {
	var list []evidence.Attestation
	for _, h := range q.Hosts {
		for _, b := range h.Bearings {
			if b.Verdict.Basis == evidence.BasisAttestation && b.Attestation != nil {
				list = append(list, *b.Attestation)
			}
		}
	}
	return list
}
