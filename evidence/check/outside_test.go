package check_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/check"
)

// TestOutsideKinds judges what probes saw, each in its own Item, in the order given.
func TestOutsideKinds(t *testing.T) {
	set := func(a evidence.Address, v evidence.Value) evidence.Content {
		return evidence.Content{Item: evidence.Item{Status: evidence.Captured}, Kinds: []string{a.Kind()},
			Settings: []evidence.Setting{{Address: a, Value: v}}}
	}
	unknown := func(a evidence.Address) evidence.Content {
		return evidence.Content{Item: evidence.Item{Status: evidence.Captured}, Kinds: []string{a.Kind()},
			Problems: []evidence.Problem{{Scope: a, Message: "not known"}}}
	}
	timedOut := func(kind, name string) evidence.Content {
		return evidence.Content{Item: evidence.Item{Status: evidence.TimedOut, Name: name}, Kinds: []string{kind}}
	}
	reach := func(s evidence.PortState) evidence.Reach { return evidence.Reach{State: s, From: "here"} }
	http := func(method string, status int) evidence.Content {
		r := evidence.HTTPResponse{Status: status, Request: evidence.HTTPRequest{Method: method, Scheme: "https", Host: "a", Path: "/"}}
		return set(r.Request.Address(), r)
	}
	tls10 := evidence.Check{Kind: "tls-refused", Address: "tls:*/TLS 1.0"}
	rdp := evidence.Check{Kind: "port-unreachable", Address: "port:*/tcp/3389"}
	options := evidence.Check{Kind: "http-verb-refused", Address: "http:*", Want: []string{"OPTIONS"}}
	modern := set("tls:a:443/TLS 1.2", evidence.TLSOffered)
	for _, c := range []struct {
		what  string
		check evidence.Check
		seen  []evidence.Content
		want  evidence.Result
	}{
		{"refused everywhere", tls10, []evidence.Content{modern, set("tls:a:443/TLS 1.0", evidence.TLSRefused), set("tls:a:8484/TLS 1.0", evidence.TLSRefused), set("tls:a:8484/TLS 1.3", evidence.TLSOffered)}, evidence.Pass},
		{"offered at one port", tls10, []evidence.Content{modern, set("tls:a:443/TLS 1.0", evidence.TLSRefused), set("tls:a:8484/TLS 1.0", evidence.TLSOffered)}, evidence.Fail},
		{"another version", tls10, []evidence.Content{set("tls:a:443/TLS 1.2", evidence.TLSOffered)}, evidence.NotCollected},
		{"the facet is no version", tls10, []evidence.Content{set("tls:a:443/TLS 1.0@answer", evidence.Text("x"))}, evidence.NotCollected},
		{"refused at one address, silent at the other", tls10, []evidence.Content{modern, set("tls:a:443/TLS 1.0", evidence.TLSRefused), timedOut("tls", "TLS 1.0 offered to a:443 at 2001:db8::5")}, evidence.NotCollected},
		{"another version timed out", tls10, []evidence.Content{modern, set("tls:a:443/TLS 1.0", evidence.TLSRefused), timedOut("tls", "TLS 1.1 offered to a:443")}, evidence.Pass},
		{"refused at one, not known at the other", tls10, []evidence.Content{modern, set("tls:a:443/TLS 1.0", evidence.TLSRefused), unknown("tls:a:443/TLS 1.0")}, evidence.NeedsReview},
		{"one host of two", evidence.Check{Kind: "tls-refused", Address: "tls:a:443/TLS 1.0"},
			[]evidence.Content{modern, set("tls:a:443/TLS 1.0", evidence.TLSRefused), set("tls:b:443/TLS 1.0", evidence.TLSOffered)}, evidence.Pass},
		{"refused, like every other", tls10, []evidence.Content{set("tls:a:443/TLS 1.0", evidence.TLSRefused), set("tls:a:443/TLS 1.2", evidence.TLSRefused)}, evidence.NeedsReview},
		{"refused, and no other was tried", tls10, []evidence.Content{set("tls:a:443/TLS 1.0", evidence.TLSRefused)}, evidence.NeedsReview},
		{"nothing", tls10, nil, evidence.NotCollected},
		{"filtered", rdp, []evidence.Content{set("port:a/tcp/3389", reach(evidence.PortFiltered))}, evidence.Pass},
		{"open from somewhere", rdp, []evidence.Content{set("port:a/tcp/3389", reach(evidence.PortClosed)), set("port:a/tcp/3389", reach(evidence.PortOpen))}, evidence.Fail},
		{"not known", rdp, []evidence.Content{unknown("port:a/tcp/3389")}, evidence.NeedsReview},
		{"other ports alone", rdp, []evidence.Content{set("port:a/tcp/33890", reach(evidence.PortClosed))}, evidence.NotCollected},
		{"answered", options, []evidence.Content{http("OPTIONS", 200)}, evidence.Fail},
		{"not allowed", options, []evidence.Content{http("OPTIONS", 405)}, evidence.Pass},
		{"not found where GET finds", options, []evidence.Content{http("OPTIONS", 404), http("GET", 200)}, evidence.Pass},
		{"not found where GET finds nothing", options, []evidence.Content{http("OPTIONS", 404), http("GET", 404)}, evidence.NeedsReview},
		{"not found, never asked by GET", options, []evidence.Content{http("OPTIONS", 404)}, evidence.NeedsReview},
		{"no rights", options, []evidence.Content{http("OPTIONS", 401)}, evidence.NeedsReview},
		{"never asked", options, []evidence.Content{http("GET", 200)}, evidence.NotCollected},
		{"no web server", options, nil, evidence.NotCollected},
	} {
		t.Run(c.what, func(t *testing.T) {
			for i := range c.seen {
				item := string(rune('a' + i))
				c.seen[i].Item.Path = item
				for j := range c.seen[i].Settings {
					s := &c.seen[i].Settings[j]
					s.Cite = evidence.Citation{Item: item, Line: 1, Length: 1}
					if r, ok := s.Value.(evidence.HTTPResponse); ok {
						r.Head = s.Cite
						s.Value = r
					}
				}
				for j := range c.seen[i].Problems {
					c.seen[i].Problems[j].Cite = evidence.Citation{Item: item, Line: 1, Length: 1}
				}
			}
			judge, err := check.Prepare(c.check)
			if err != nil {
				t.Fatal(err)
			}
			reasons := judge(check.Case{Facts: evidence.NewFacts(c.seen), Answers: &evidence.Answers{}})
			if v := evidence.Combine(evidence.BasisProbe, reasons...); v.Result != c.want {
				t.Errorf("%s, want %s: %+v", v.Result, c.want, reasons)
			}
		})
	}
}

func TestOutsideGrammar(t *testing.T) {
	for want, c := range map[string]evidence.Check{
		"is not of the form tls:*/WHAT":  {Kind: "tls-refused", Address: "tls:*"},
		"is not of the form port:*/WHAT": {Kind: "port-unreachable", Address: "tls:*/tcp/1"},
		"has no meaning here":            {Kind: "port-unreachable", Address: "port:*/tcp/1", Want: []string{"open"}},
		"no verb is named":               {Kind: "http-verb-refused", Address: "http:*"},
	} {
		if _, err := check.Prepare(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", c, err, want)
		}
	}
}
