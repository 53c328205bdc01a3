package check

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"auditpack/evidence"
)

func prepareNoAddress(c evidence.Check) (Judge, error) {
	pattern, err := parseHTTPPattern(c.Address)
	if err != nil {
		return nil, err
	}
	if err := noWant(c); err != nil {
		return nil, err
	}
	return func(at Case) []evidence.Reason { return noAddress(at.Facts, c.Address, pattern) }, nil
}

func noAddress(f *evidence.Facts, a evidence.Address, p httpPattern) []evidence.Reason {
	expected := "301 from IIS without any address of the server, for HTTP/1.0 without a Host header"
	sure, maybe := answers(f, p)
	var reasons []evidence.Reason
	exercised := false
	for _, answer := range sure {
		r := judgeAnswer(f, answer, expected)
		exercised = exercised || r.Result == evidence.Pass
		reasons = append(reasons, r)
	}
	if exercised {
		// Other ways of asking, beside the one that counts, say nothing against it as long as they show no address.
		reasons = slices.DeleteFunc(reasons, func(r evidence.Reason) bool {
			return r.Result == evidence.NeedsReview && r.Note == notTheRequest
		})
	}
	for _, answer := range maybe {
		if leaks := findLeaks(f, answer.response); len(leaks) > 0 {
			reasons = append(reasons, evidence.Reason{Result: evidence.NeedsReview, Address: answer.address, Expected: expected,
				Actual: "a response to an unknown request shows " + leaks[0].what, Cites: []evidence.Citation{leaks[0].cite}, Note: answer.known()})
		}
	}
	if len(reasons) == 0 {
		r, _ := undecided(f.Lookup(a), expected)
		if len(maybe) > 0 {
			r.Actual = "responses were collected, but of none is it known that it answers such a request"
		}
		reasons = append(reasons, r)
	}
	return reasons
}

const notTheRequest = "not the request that shows the address: it takes HTTP/1.0 without a Host header"

// judgeAnswer judges one response: a leak fails however it came about; a pass needs the right question, the right
// status and the right server.
func judgeAnswer(f *evidence.Facts, a answer, expected string) evidence.Reason {
	response := a.response
	r := evidence.Reason{Result: evidence.NeedsReview, Address: a.address, Expected: expected, Cites: []evidence.Citation{response.Head}, Note: a.known()}
	if leaks := findLeaks(f, response); len(leaks) > 0 {
		var shown []string
		r.Result, r.Cites = leaks[0].result, nil
		for _, leak := range leaks {
			shown = append(shown, leak.what)
			r.Cites = append(r.Cites, leak.cite)
			if leak.result == evidence.Fail {
				r.Result = evidence.Fail
			}
		}
		r.Actual = fmt.Sprintf("%s answers %d and shows %s", a.name(), response.Status, strings.Join(shown, "; "))
		return r
	}
	request := response.Request
	switch server, isIIS := servedBy(f, response); {
	case len(a.problems) > 0:
		r.Actual, r.Cites = a.problems[0].Message, []evidence.Citation{a.problems[0].Cite}
	case !request.NoHost || request.Proto != "HTTP/1.0":
		r.Actual, r.Note = a.name()+" shows no address", notTheRequest
	case response.Status != 301:
		r.Actual = fmt.Sprintf("not exercised: %s answers %d, %s", a.name(), response.Status, statusMeaning(response.Status))
	case !isIIS:
		r.Actual = fmt.Sprintf("not exercised: %s answers 301 without an address, but %s", a.name(), server)
	case response.Cut:
		r.Actual = fmt.Sprintf("%s answers 301, but its body is too long to have been searched as a whole", a.name())
	default:
		r.Result = evidence.Pass
		r.Actual = fmt.Sprintf("%s answers 301 and shows no address (%s)", a.name(), server)
		if response.Answer.Length > 0 {
			r.Cites = append(r.Cites, response.Answer)
		}
	}
	return r
}

// statusMeaning says why a status other than 301 proves nothing.
func statusMeaning(status int) string {
	switch {
	case status == 404:
		return "as if the folder were missing"
	case status == 500:
		return "as if URL Rewrite were missing or the web.config broken"
	case status == 400:
		return "as a binding with a host name or http.sys answers a request without a Host header"
	case status == 403:
		return "access was refused"
	case status > 301 && status < 400:
		return "a redirection that the rule, which looks for 301, does not touch"
	}
	return "which is not the redirection that shows the address"
}

// servedBy tells whether IIS gave the answer, and by what that is known. After hardening IIS no longer names itself:
// then its own redirection text, or the configuration that took the name away, has to stand in.
func servedBy(f *evidence.Facts, r evidence.HTTPResponse) (how string, isIIS bool) {
	for _, name := range []string{"Via", "X-Cache", "CF-RAY", "X-Varnish", "X-Forwarded-Server"} {
		if h := r.Header(name); len(h) > 0 {
			return "a proxy was in between: " + h[0].Name + ": " + h[0].Value, false
		}
	}
	if server := r.Header("Server"); len(server) > 0 {
		if strings.HasPrefix(server[0].Value, "Microsoft-IIS/") {
			return "Server: " + server[0].Value, true
		}
		return "the answer is from " + server[0].Value, false
	}
	if powered := r.Header("X-Powered-By"); len(powered) > 0 && strings.EqualFold(powered[0].Value, "ASP.NET") {
		return "X-Powered-By: ASP.NET", true
	}
	if strings.Contains(r.Body, "<h1>Object Moved</h1>This document may be found <a HREF=") {
		return "the redirection text of IIS", true
	}
	value := iisView{facts: f}.attribute("", "system.webServer/security/requestFiltering", "removeServerHeader")
	if len(value.doubts) == 0 && strings.EqualFold(value.text, "true") {
		return "IIS is configured not to name itself", true
	}
	return "nothing shows that IIS gave the answer: it has no Server header, and no configuration says why", false
}

// leak is an address or a name inside of an answer.
type leak struct {
	what   string
	cite   evidence.Citation
	result evidence.Result // fail; needs review where a name may be public
}

// findLeaks looks where a server gives itself away: redirections, authentication realms, cookie domains, the body.
func findLeaks(f *evidence.Facts, r evidence.HTTPResponse) []leak {
	var leaks []leak
	for _, h := range r.Headers {
		switch strings.ToLower(h.Name) {
		case "location", "content-location", "www-authenticate", "set-cookie", "refresh":
			for _, ip := range findAddresses(h.Value) {
				leaks = append(leaks, leak{ip + " in " + h.Name, h.Cite, evidence.Fail})
			}
			if name, result := foreignName(f, r.Request, h); name != "" {
				leaks = append(leaks, leak{"the name " + name + " in " + h.Name, h.Cite, result})
			}
		default: // here it may be a version, or the client's own
			for _, ip := range findAddresses(h.Value) {
				leaks = append(leaks, leak{ip + " in " + h.Name, h.Cite, evidence.NeedsReview})
			}
		}
	}
	for _, ip := range findAddresses(r.Body) {
		leaks = append(leaks, leak{ip + " in the body", r.Answer, evidence.Fail})
	}
	return leaks
}

// foreignName returns the host name in a header that gives one, if it is internal (fail) or other than the one that was
// asked (needs review).
func foreignName(f *evidence.Facts, asked evidence.HTTPRequest, h evidence.HTTPHeader) (string, evidence.Result) {
	name := ""
	switch strings.ToLower(h.Name) {
	case "location", "content-location":
		if u, err := url.Parse(h.Value); err == nil {
			name = u.Hostname()
		}
	case "set-cookie":
		for _, part := range strings.Split(h.Value, ";") {
			if key, text, _ := strings.Cut(strings.TrimSpace(part), "="); strings.EqualFold(key, "domain") {
				name = strings.TrimPrefix(text, ".")
			}
		}
	case "www-authenticate":
		if _, rest, found := strings.Cut(strings.ToLower(h.Value), `realm="`); found {
			name, _, _ = strings.Cut(rest, `"`)
			if strings.ContainsAny(name, " /") || !strings.Contains(name, ".") && !isHostName(f, name) {
				name = "" // words, not a name
			}
		}
	}
	if _, err := netip.ParseAddr(name); name == "" || err == nil {
		return "", ""
	}
	host, _, _ := strings.Cut(asked.Host, ":")
	switch {
	case isInternal(f, name):
		return name, evidence.Fail
	case strings.EqualFold(name, host):
		return "", ""
	}
	return name, evidence.NeedsReview
}

// isInternal reports whether a name is one that only means something inside: without a dot, of a domain that is not on
// the Internet, or the server's own.
func isInternal(f *evidence.Facts, name string) bool {
	lower := strings.ToLower(strings.TrimSuffix(name, "."))
	if !strings.Contains(lower, ".") || isHostName(f, lower) {
		return true
	}
	for _, end := range []string{".local", ".localdomain", ".internal", ".intranet", ".lan", ".corp", ".home", ".private", ".home.arpa"} {
		if strings.HasSuffix(lower, end) {
			return true
		}
	}
	return false
}

// isHostName reports whether name is the server's own, as far as that was collected.
func isHostName(f *evidence.Facts, name string) bool {
	for _, s := range f.Lookup("system:host-name").Settings {
		if strings.EqualFold(s.Value.String(), name) {
			return true
		}
	}
	return false
}

// findAddresses returns the IP addresses in a text, each once: 10.1.2.3, [fe80::1], 2001:db8::1.
func findAddresses(text string) []string {
	var found []string
	add := func(candidate string) {
		addr, err := netip.ParseAddr(candidate)
		if err == nil && !slices.Contains(found, addr.String()) {
			found = append(found, addr.String())
		}
	}
	separator := func(c rune) bool {
		return !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '.' || c == ':')
	}
	for _, word := range strings.FieldsFunc(text, separator) {
		word = strings.Trim(word, ".")
		switch dots, colons := strings.Count(word, "."), strings.Count(word, ":"); {
		case colons >= 2 && len(strings.Trim(word, ":.")) > 0:
			add(word)
			add(strings.TrimSuffix(word, ":"))
		case dots == 3:
			host, _, _ := strings.Cut(strings.TrimPrefix(word, ":"), ":") // a port may follow
			add(host)
		}
	}
	return found
}
