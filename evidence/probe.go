package evidence

import (
	"net/netip"
	"strconv"
	"strings"
)

// What an outside probe keeps besides HTTP exchanges is text whose first line is one of these headings. Package collect
// writes them, package parse says what follows and reads it.
const (
	HandshakeHeading   = "auditpack TLS handshake/1"
	CertificateHeading = "auditpack certificates/1"
	PortsHeading       = "auditpack TCP ports/1"
)

// PortState is what a TCP port showed to somebody who tried to connect.
type PortState string

// The PortStates.
const (
	PortOpen     PortState = "open"     // the connection was made
	PortClosed   PortState = "closed"   // the host refused it
	PortFiltered PortState = "filtered" // nothing answered in time
)

// PortStates lists them.
var PortStates = []PortState{PortOpen, PortClosed, PortFiltered}

// Reach is the Value of port:host/tcp/3389: a firewall may say something else to somebody else.
type Reach struct {
	State PortState
	From  string // the vantage, for people: DESK7 (office network)
}

// String returns filtered, seen from DESK7 (office network).
func (r Reach) String() string { return string(r.State) + ", seen from " + r.From }

// The Values of tls:host:443/TLS 1.0.
const (
	TLSOffered = Text("offered") // the server chose this version
	TLSRefused = Text("refused") // it answered by an alert, another version, or the end of the connection
)

// TLSProtocol is a version of SSL or TLS as it is written on the wire.
type TLSProtocol uint16

// The TLSProtocols that a probe asks for.
const (
	SSL30 TLSProtocol = 0x0300
	TLS10 TLSProtocol = 0x0301
	TLS11 TLSProtocol = 0x0302
	TLS12 TLSProtocol = 0x0303
	TLS13 TLSProtocol = 0x0304
)

// TLSProtocols lists them, oldest first.
var TLSProtocols = []TLSProtocol{SSL30, TLS10, TLS11, TLS12, TLS13}

// String returns TLS 1.0, SSL 3.0, or the number.
func (p TLSProtocol) String() string {
	switch p {
	case SSL30:
		return "SSL 3.0"
	case TLS10, TLS11, TLS12, TLS13:
		return "TLS 1." + strconv.Itoa(int(p-TLS10))
	}
	return "version 0x" + strconv.FormatUint(uint64(p), 16)
}

// ParseTLSProtocol reads what String returns of the TLSProtocols.
func ParseTLSProtocol(s string) (TLSProtocol, bool) {
	for _, p := range TLSProtocols {
		if p.String() == s {
			return p, true
		}
	}
	return 0, false
}

// TLSAddress returns tls:host:443/TLS 1.0; target is host:port as net.JoinHostPort writes it.
func TLSAddress(target string, p TLSProtocol) Address {
	return Address("tls:" + target + "/" + p.String())
}

// PortAddress returns port:host/tcp/3389. An IPv6 address stands in brackets.
func PortAddress(host string, port uint16) Address {
	return Address("port:" + bracketed(host) + "/tcp/" + strconv.Itoa(int(port)))
}

// HostPort returns host:port; an IPv6 address stands in brackets.
func HostPort(host string, port uint16) string {
	return bracketed(host) + ":" + strconv.Itoa(int(port))
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// CertificateAddress returns certificate:host:443, or with a facet certificate:host:443@not-after.
func CertificateAddress(target, facet string) Address {
	if facet != "" {
		target += "@" + facet
	}
	return Address("certificate:" + target)
}

// CheckTarget tells whether s is host:port in the form that HostPort writes, with a host that CheckHost takes.
func CheckTarget(s string) bool {
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 {
		return false
	}
	port, err := strconv.ParseUint(s[colon+1:], 10, 16)
	host := s[:colon]
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	return err == nil && port > 0 && CheckHost(host) && HostPort(host, uint16(port)) == s
}

// CheckHost tells whether s is a host name or an IP address as CheckTarget wants it.
func CheckHost(s string) bool {
	if addr, err := netip.ParseAddr(s); err == nil {
		return addr.Zone() == ""
	}
	if s == "" || len(s) > 253 || strings.Contains(s, "..") || s[0] == '.' || s[0] == '-' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == ""
}
