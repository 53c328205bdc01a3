package parse

import (
	"strings"

	"auditpack/evidence"
)

// What an outside probe keeps begins with a heading (see package evidence) and a few lines "name: value":
//
//	auditpack TLS handshake/1
//	target: automate.example.com:443     as the operator named it
//	address: 203.0.113.5:443             what it stood for
//	vantage: DESK7 (office network)      from where
//
// Lines end in LF. Further names belong to the format; one that is not known is passed over.
//
// HTTP is kept otherwise, so that it is read like what curl wrote: the request and the response as they went over the
// connection, byte for byte, behind lines that begin with "* ", of which the first says what was asked:
//
//	* Probed https://automate.example.com/aspnet_client at 203.0.113.5:443 from DESK7 (office network)
//	* TLS 1.2, cipher suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
//	HEAD /aspnet_client HTTP/1.0
//	User-Agent: auditpack-probe
//
//	HTTP/1.1 301 Moved Permanently

// probeFormats are the forms of what an outside probe keeps, but for HTTP exchanges.
func probeFormats() []*Format { return []*Format{handshakeFormat, certificateFormat, portsFormat} }

// headingIs recognises a file by its first line.
func headingIs(heading string) func(Head) Match {
	return func(h Head) Match {
		first, _, _ := strings.Cut(h.Text, "\n")
		first = strings.TrimSuffix(first, "\r")
		name, _, _ := strings.Cut(heading, "/")
		switch {
		case first == heading:
			return Match{Sure: 100}
		case strings.HasPrefix(first, name+"/"):
			return Match{Sure: 100, Refused: "a later version of this form, which this program does not know: " + first}
		}
		return Match{}
	}
}

// probeHead is the lines before what a probe saw.
type probeHead map[string]string

const maxProbeHead = 20

// take reads a line of the head; ok is false for one that is none.
func (h probeHead) take(line Line) (ok bool) {
	name, value, found := strings.Cut(line.Text, ": ")
	if !found || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") != "" || len(h) == maxProbeHead {
		return false
	}
	if _, twice := h[name]; twice {
		return false
	}
	h[name] = value
	return true
}

// target returns the host and port that were probed.
func (h probeHead) target() (string, error) {
	if !evidence.CheckTarget(h["target"]) {
		return "", refuse("the head names no target as host:port")
	}
	return h["target"], nil
}
