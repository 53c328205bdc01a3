package evidence

import (
	"fmt"
	"strings"
)

// HTTPRequest is what is known about the request that a response answers. Often nothing is: a saved response does not
// hold it.
type HTTPRequest struct {
	Method string // HEAD; empty: unknown
	Proto  string // HTTP/1.0; empty: unknown
	Host   string // name or address that was asked, with a port if it was given; empty: unknown
	Scheme string // https; empty: unknown
	Path   string // with a leading slash; empty: unknown
	NoHost bool   // sent without a Host header
	Cite   Citation
	From   string // for people: how it is known: the request line, the command line, the name of the file
}

// Address returns the Address of the answer to r: http:https://host/path#HEAD/HTTP/1.0,no-host. What is unknown is
// written so: http:unknown-host/unknown-path#unknown.
func (r HTTPRequest) Address() Address {
	var b strings.Builder
	b.WriteString("http:")
	if r.Scheme != "" && r.Host != "" {
		b.WriteString(r.Scheme + "://")
	}
	b.WriteString(or(strings.ToLower(r.Host), "unknown-host"))
	b.WriteString(or(r.Path, "/unknown-path"))
	b.WriteString("#" + or(r.Method, "unknown"))
	if r.Proto != "" {
		b.WriteString("/" + r.Proto)
	}
	if r.NoHost {
		b.WriteString(",no-host")
	}
	return Address(b.String())
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// HTTPHeader is one header field, as it was sent.
type HTTPHeader struct {
	Name  string
	Value string
	Cite  Citation
}

// HTTPResponse is one response as it was seen on the wire or as curl wrote it.
type HTTPResponse struct {
	Request HTTPRequest
	Proto   string // HTTP/1.1
	Status  int
	Reason  string
	Headers []HTTPHeader // in order, repeats kept
	Body    string       // its beginning
	Cut     bool         // the body is longer than what Body holds
	Head    Citation     // status line and headers
	Answer  Citation     // the body
}

// Header returns the fields of this name, compared without case.
func (r HTTPResponse) Header(name string) []HTTPHeader {
	var found []HTTPHeader
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, name) {
			found = append(found, h)
		}
	}
	return found
}

// String returns the status line and the headers on one line, then how the body begins. Date and Age are left out,
// because they differ each time the same thing is asked; of a cookie only the name and the attributes are shown.
func (r HTTPResponse) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d", r.Proto, r.Status)
	if r.Reason != "" {
		b.WriteString(" " + r.Reason)
	}
	for _, h := range r.Headers {
		switch strings.ToLower(h.Name) {
		case "date", "age":
			continue
		case "set-cookie":
			fmt.Fprintf(&b, "; %s: %s", h.Name, withoutCookieValue(h.Value))
		default:
			fmt.Fprintf(&b, "; %s: %s", h.Name, h.Value)
		}
	}
	if r.Body != "" {
		fmt.Fprintf(&b, "; body %s", DigestOf([]byte(r.Body)).Short())
	}
	return b.String()
}

// withoutCookieValue drops the value of a cookie: a session is a secret, and differs each time.
func withoutCookieValue(s string) string {
	pair, attributes, found := strings.Cut(s, ";")
	name, _, _ := strings.Cut(pair, "=")
	if !found {
		return name
	}
	return name + ";" + attributes
}
