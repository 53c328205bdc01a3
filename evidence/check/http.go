package check

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

func httpKinds() []*Kind {
	return []*Kind{
		{
			Name: "http-no-address",
			Doc: "http:*/PATH (or http:HOST/PATH): requests in HTTP/1.0 without a Host header were answered there by IIS with 301 and no address. " +
				"Any address or internal name in an answer fails; another status, or another way of asking, did not exercise it. Want: nothing",
			Prepare: prepareNoAddress,
		},
		{
			Name:    "http-header-absent",
			Doc:     "http:* (or http:*/PATH, http:HOST/PATH): no captured response has these headers. Want: header names",
			Prepare: prepareHeaderAbsent,
		},
	}
}

// httpPattern says which responses a Check is about.
type httpPattern struct {
	host string // empty: any
	path string // empty: any
}

func parseHTTPPattern(a evidence.Address) (httpPattern, error) {
	var p httpPattern
	rest := a.Rest()
	if a.Kind() != "http" || rest == "" {
		return p, fmt.Errorf("address %q is not of the form http:*/PATH", a)
	}
	_, after, found := strings.Cut(rest, "://")
	if found {
		rest = after
	}
	host, path, found := strings.Cut(rest, "/")
	if host != "*" {
		p.host = host
	}
	if found {
		p.path = "/" + path
	}
	return p, nil
}

// matches reports whether a response is one that p means; maybe, if it is not known what was asked.
func (p httpPattern) matches(r evidence.HTTPRequest) (yes, maybe bool) {
	if p.host != "" && r.Host != "" && !strings.EqualFold(p.host, r.Host) {
		return false, false
	}
	if p.path != "" && r.Path != "" {
		path, _, _ := strings.Cut(r.Path, "?")
		if !strings.EqualFold(strings.TrimSuffix(path, "/"), strings.TrimSuffix(p.path, "/")) {
			return false, false
		}
	}
	unknown := p.path != "" && r.Path == "" || p.host != "" && r.Host == ""
	return !unknown, unknown
}

// answer is one captured response.
type answer struct {
	address  evidence.Address
	response evidence.HTTPResponse
	problems []evidence.Problem
}

// name says for people which answer it is.
func (a answer) name() string { return a.address.Rest() }

// known adds how it is known what was asked, where that is somebody's word.
func (a answer) known() string {
	if from := a.response.Request.From; from != "" {
		return "what was asked is known from " + from
	}
	return "what was asked is not known"
}

// answers returns the captured responses that p means and those that it may mean.
func answers(f *evidence.Facts, p httpPattern) (sure, maybe []answer) {
	for _, s := range f.Under("http:") {
		response, ok := s.Value.(evidence.HTTPResponse)
		if !ok {
			continue
		}
		a := answer{s.Address, response, nil}
		for _, problem := range f.ProblemsAt(s.Address) {
			if problem.Cite.Item == s.Cite.Item {
				a.problems = append(a.problems, problem)
			}
		}
		yes, perhaps := p.matches(response.Request)
		switch {
		case yes:
			sure = append(sure, a)
		case perhaps:
			maybe = append(maybe, a)
		}
	}
	return sure, maybe
}

func prepareHeaderAbsent(c evidence.Check) (Judge, error) {
	pattern, err := parseHTTPPattern(c.Address)
	if err != nil {
		return nil, err
	}
	if len(c.Want) == 0 {
		return nil, fmt.Errorf("no header is named")
	}
	return func(at Case) []evidence.Reason {
		var reasons []evidence.Reason
		for _, header := range c.Want {
			reasons = append(reasons, headerAbsent(at.Facts, c.Address, pattern, header)...)
		}
		return reasons
	}, nil
}

func headerAbsent(f *evidence.Facts, a evidence.Address, p httpPattern, header string) []evidence.Reason {
	expected := "no response has the header " + header
	sure, maybe := answers(f, p)
	if len(sure)+len(maybe) == 0 {
		r, _ := undecided(f.Lookup(a), expected)
		return []evidence.Reason{r}
	}
	var reasons []evidence.Reason
	clean := evidence.Reason{Result: evidence.Pass, Address: a, Expected: expected}
	for _, answer := range sure {
		found := answer.response.Header(header)
		for _, problem := range answer.problems {
			reasons = append(reasons, evidence.Reason{Result: evidence.NeedsReview, Address: answer.address, Expected: expected,
				Actual: problem.Message, Cites: []evidence.Citation{problem.Cite}})
		}
		if len(found) == 0 {
			head := answer.response.Head
			head.Absence = true
			clean.Cites = append(clean.Cites, head)
			continue
		}
		r := evidence.Reason{Result: evidence.Fail, Address: answer.address, Expected: expected, Note: sourceNote(found[0])}
		r.Actual = fmt.Sprintf("%d %s sends %s: %s", answer.response.Status, answer.name(), found[0].Name, found[0].Value)
		for _, h := range found {
			r.Cites = append(r.Cites, h.Cite)
		}
		reasons = append(reasons, r)
	}
	for _, answer := range maybe {
		if len(answer.response.Header(header)) > 0 {
			reasons = append(reasons, evidence.Reason{Result: evidence.NeedsReview, Address: answer.address, Expected: expected,
				Actual: "a response to an unknown request sends " + header, Cites: []evidence.Citation{answer.response.Header(header)[0].Cite}})
		}
	}
	if len(reasons) == 0 && len(clean.Cites) == 0 {
		return []evidence.Reason{{Result: evidence.NotCollected, Address: a, Expected: expected,
			Actual: "responses were collected, but of none is it known that it answers such a request"}}
	}
	if len(clean.Cites) > 0 {
		clean.Actual = fmt.Sprintf("none in %d captured responses", len(clean.Cites))
		reasons = append(reasons, clean)
	}
	return reasons
}

// sourceNote says which switch a Server header obeys, where that is not IIS's own.
func sourceNote(h evidence.HTTPHeader) string {
	if strings.EqualFold(h.Name, "Server") && strings.Contains(h.Value, "Microsoft-HTTPAPI") {
		return "this comes from http.sys and not from IIS: it obeys the registry value DisableServerHeader only"
	}
	return ""
}
