package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// outsideKinds judge what a probe saw. They say nothing about how a server is configured: what answers may be a device in
// front of it.
func outsideKinds() []*Kind {
	return []*Kind{
		{
			Name:    "tls-refused",
			Doc:     "tls:*/TLS 1.0 (or tls:HOST:PORT/TLS 1.0): each probed port refused a handshake of this version, and took another. Want: nothing",
			Prepare: prepareOutside("tls", func(v evidence.Value) bool { return v == evidence.TLSRefused }, "every handshake refused"),
		},
		{
			Name: "port-unreachable",
			Doc:  "port:*/tcp/3389 (or port:HOST/tcp/3389): from where it was probed the port is closed or filtered. Want: nothing",
			Prepare: prepareOutside("port", func(v evidence.Value) bool {
				reach, ok := v.(evidence.Reach)
				return ok && (reach.State == evidence.PortClosed || reach.State == evidence.PortFiltered)
			}, "closed or filtered"),
		},
		{
			Name: "http-verb-refused",
			Doc: "http:* (or http:*/PATH, http:HOST/PATH): requests with these verbs were refused: by 405 or 501, or by 404 where GET finds the same " +
				"path. Want: verbs",
			Prepare: prepareVerbRefused,
		},
	}
}

// prepareOutside is for Addresses with a host, which may be "*", and what was asked behind the first slash.
func prepareOutside(kind string, good func(evidence.Value) bool, wanted string) func(evidence.Check) (Judge, error) {
	return func(c evidence.Check) (Judge, error) {
		host, what, found := strings.Cut(c.Address.Rest(), "/")
		if c.Address.Kind() != kind || !found || host == "" || what == "" {
			return nil, fmt.Errorf("address %q is not of the form %s:*/WHAT", c.Address, kind)
		}
		if err := noWant(c); err != nil {
			return nil, err
		}
		matches := func(a evidence.Address) bool {
			h, w, _ := strings.Cut(a.Rest(), "/")
			return strings.EqualFold(w, what) && (host == "*" || strings.EqualFold(h, host))
		}
		return func(at Case) []evidence.Reason {
			return judgeOutside(at.Facts, c.Address, matches, good, what+": "+wanted)
		}, nil
	}
}

// judgeOutside judges each place that was probed. One of which nothing is known leaves a hole, beside the others.
func judgeOutside(f *evidence.Facts, a evidence.Address, matches func(evidence.Address) bool, good func(evidence.Value) bool, expected string) []evidence.Reason {
	var reasons []evidence.Reason
	for _, s := range f.Under(evidence.Address(a.Kind() + ":")) {
		if !matches(s.Address) {
			continue
		}
		r := evidence.Reason{Result: evidence.Fail, Address: s.Address, Expected: expected, Actual: s.Value.String(), Cites: []evidence.Citation{s.Cite}}
		switch {
		case good(s.Value) && s.Address.Kind() == "tls" && !speaksTLS(f, s.Address):
			r.Result = evidence.NeedsReview
			r.Note = "no version of TLS was taken there, so that something else than its version may be the cause"
		case good(s.Value):
			r.Result = evidence.Pass
		}
		reasons = append(reasons, r)
	}
	for _, c := range f.Contents() {
		for _, p := range c.Problems {
			if matches(p.Scope) {
				reasons = append(reasons, evidence.Reason{Result: evidence.NeedsReview, Address: p.Scope, Expected: expected, Actual: p.Message, Cites: []evidence.Citation{p.Cite}})
			}
		}
		if r, ok := unanswered(c, a, expected); ok {
			reasons = append(reasons, r)
		}
	}
	if len(reasons) == 0 {
		r, _ := undecided(f.Lookup(a), expected)
		return []evidence.Reason{r}
	}
	return reasons
}

// speaksTLS reports whether some version of TLS was taken where a handshake was tried.
func speaksTLS(f *evidence.Facts, a evidence.Address) bool {
	at, _, _ := strings.Cut(string(a), "/")
	return slices.ContainsFunc(f.Under(evidence.Address(at+"/")), func(s evidence.Setting) bool { return s.Value == evidence.TLSOffered })
}

// unanswered is the hole that an Item leaves which a probe could not make whole: of a handshake, where its name says that it
// was about the version; of ports, always.
func unanswered(c evidence.Content, a evidence.Address, expected string) (evidence.Reason, bool) {
	_, what, _ := strings.Cut(a.Rest(), "/")
	about := a.Kind() == "port" || strings.HasPrefix(c.Item.Name, what+" ")
	if c.Item.Status == evidence.Captured || !about || !slices.Contains(c.Kinds, a.Kind()) {
		return evidence.Reason{}, false
	}
	return evidence.Reason{Result: evidence.NotCollected, Address: a, Expected: expected,
		Actual: fmt.Sprintf("%s: %s: %s", c.Item.Name, c.Item.Status, c.Item.Note), Cites: []evidence.Citation{{Item: c.Item.Path}}}, true
}

func prepareVerbRefused(c evidence.Check) (Judge, error) {
	pattern, err := parseHTTPPattern(c.Address)
	if err != nil {
		return nil, err
	}
	if len(c.Want) == 0 {
		return nil, fmt.Errorf("no verb is named")
	}
	return func(at Case) []evidence.Reason {
		var reasons []evidence.Reason
		for _, verb := range c.Want {
			reasons = append(reasons, verbRefused(at.Facts, c.Address, pattern, verb)...)
		}
		return reasons
	}, nil
}

func verbRefused(f *evidence.Facts, a evidence.Address, p httpPattern, verb string) []evidence.Reason {
	expected := verb + " is refused"
	var reasons []evidence.Reason
	sure, _ := answers(f, p)
	for _, answer := range sure {
		response := answer.response
		if response.Request.Method != verb {
			continue
		}
		r := evidence.Reason{Result: evidence.NeedsReview, Address: answer.address, Expected: expected, Cites: []evidence.Citation{response.Head}, Note: answer.known()}
		r.Actual = fmt.Sprintf("%s answers %d", answer.name(), response.Status)
		switch {
		case len(answer.problems) > 0 && response.Status < 300: // what is missing cannot take the answer back
			r.Result = evidence.Fail
		case len(answer.problems) > 0:
			r.Actual, r.Cites = answer.problems[0].Message, []evidence.Citation{answer.problems[0].Cite}
		case response.Status == 405 || response.Status == 501:
			r.Result = evidence.Pass
		case response.Status == 404:
			if other, ok := getOf(sure, answer); ok && other.response.Status < 400 {
				r.Result, r.Cites = evidence.Pass, append(r.Cites, other.response.Head)
				r.Actual += fmt.Sprintf(", and GET finds the same path (%d)", other.response.Status)
			} else {
				r.Actual += ", and nothing shows that the path is there"
			}
		case response.Status < 300:
			r.Result = evidence.Fail
		default:
			r.Actual += ", which need not be for the verb"
		}
		reasons = append(reasons, r)
	}
	if len(reasons) == 0 {
		r, _ := undecided(f.Lookup(a), expected)
		if r.Result == "" || len(sure) > 0 {
			r = evidence.Reason{Result: evidence.NotCollected, Address: a, Expected: expected, Actual: "no response to such a request was collected"}
		}
		return []evidence.Reason{r}
	}
	return reasons
}

// getOf returns the answer to GET of the same path on the same host.
func getOf(all []answer, a answer) (answer, bool) {
	asked := a.response.Request
	i := slices.IndexFunc(all, func(o answer) bool {
		r := o.response.Request
		return r.Method == "GET" && r.Scheme == asked.Scheme && strings.EqualFold(r.Host, asked.Host) && r.Path == asked.Path && r.NoHost == asked.NoHost
	})
	if i < 0 {
		return answer{}, false
	}
	return all[i], true
}
