package collect

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"auditpack/evidence"
)

// An outside probe shows what a server answers to somebody who is not on it: HTTP headers, versions of TLS, certificates, TCP
// ports. It asks the hosts that are named and no other: it follows no redirection, keeps no cookie, checks no revocation.
// Every byte that it sends is fixed by the plan; only the handshake that HTTP over TLS needs has random parts. It says who it
// is (ProbeAgent) and goes slowly.

// ProbeAgent is the User-Agent of a probe's requests, and the beginning of the random field of its ClientHellos.
const ProbeAgent = "auditpack-probe"

// ProbeTarget is a server that an operator named.
type ProbeTarget struct {
	Scheme string // https or http
	Host   string // a name or an IP address, without brackets
	Port   uint16
	Path   string // with a leading slash; as it is sent
}

// ParseProbeTarget reads https://automate.example.com/automate, http://192.0.2.10:8080, automate.example.com, or an IPv6 address
// with or without brackets. Without a scheme https is meant.
func ParseProbeTarget(text string) (ProbeTarget, error) {
	full, shown := text, text
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		shown = "…" + text[at:] // what stands before may be a password
	}
	bad := func(why string) (ProbeTarget, error) { return ProbeTarget{}, fmt.Errorf("%q: %s", shown, why) }
	if addr, err := netip.ParseAddr(text); err == nil && addr.Is6() {
		full = "[" + text + "]"
	}
	if !strings.Contains(full, "://") {
		full = "https://" + full
	}
	u, err := url.Parse(full)
	if err != nil {
		return bad("not a URL and not a host name")
	}
	t := ProbeTarget{Scheme: strings.ToLower(u.Scheme), Host: strings.ToLower(u.Hostname()), Path: u.EscapedPath()}
	if t.Path == "" {
		t.Path = "/"
	}
	switch {
	case t.Scheme != "http" && t.Scheme != "https":
		return bad("only http and https are probed")
	case u.User != nil:
		return bad("no user name and no password belong in a URL")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return bad("only a path can be asked, without a query")
	case strings.Contains(t.Host, "%"):
		return bad("an address with a zone means something on this machine alone")
	case !evidence.CheckHost(t.Host):
		return bad("not a host name or an IP address; international names are written in their xn-- form")
	case len(t.Path) > 200 || strings.ContainsAny(t.Path, " \r\n\t"):
		return bad("the path is too long, or has blanks")
	}
	t.Port = 443
	if t.Scheme == "http" {
		t.Port = 80
	}
	if p := u.Port(); p != "" {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil || n == 0 {
			return bad("not a port: " + p)
		}
		t.Port = uint16(n)
	}
	return t, nil
}

// hostHeader returns the host as a request names it: with the port where it is not the scheme's own.
func (t ProbeTarget) hostHeader() string {
	if t.Scheme == "https" && t.Port == 443 || t.Scheme == "http" && t.Port == 80 {
		return strings.TrimSuffix(evidence.HostPort(t.Host, t.Port), ":"+strconv.Itoa(int(t.Port)))
	}
	return evidence.HostPort(t.Host, t.Port)
}

// url returns the URL of a path on the target.
func (t ProbeTarget) url(path string) string { return t.Scheme + "://" + t.hostHeader() + path }

// serverName returns the name that a ClientHello carries: none where the host is an address (RFC 6066).
func (t ProbeTarget) serverName() string {
	if _, err := netip.ParseAddr(t.Host); err == nil {
		return ""
	}
	return strings.TrimSuffix(t.Host, ".")
}

// ProbeOptions say how a probe goes. A zero field has its default.
type ProbeOptions struct {
	Ports   evidence.Ports // besides those of the targets; at most MaxProbePorts
	Vantage string         // from where, for people; one line
	Host    string         // the machine that the targets are, as its own system names it; empty: each target's host

	Now  func() time.Time // the clock
	Wait time.Duration    // for one connection, from the first packet to its end; 5 s
	All  time.Duration    // for the whole run; 5 min. What is not asked by then is an Item with Status timed out
	// Rate is how many connections are begun in a second, 5, and Parallel how many are open at a time, 4.
	Rate, Parallel int

	// Dial and Resolve stand for the network; nil: the system's.
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)

	Done     func(path string) bool // reports whether an Item was put by an earlier run; may be nil
	Progress func(ProbeEvent)       // may be nil; one call at a time
}

// ProbeEvent is one connection that has ended.
type ProbeEvent struct {
	Step  ProbeStep
	Ended int // connections that have ended by now
	Total int
}

// MaxProbePorts bounds the ports of one host: a probe is no scan.
const MaxProbePorts = 256

// maxProbeAddresses bounds the addresses of one name that are probed.
const maxProbeAddresses = 8

func (o ProbeOptions) orDefault() ProbeOptions {
	if o.Wait == 0 {
		o.Wait = 5 * time.Second
	}
	if o.All == 0 {
		o.All = 5 * time.Minute
	}
	if o.Rate == 0 {
		o.Rate = 5
	}
	if o.Parallel == 0 {
		o.Parallel = 4
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	if o.Resolve == nil {
		o.Resolve = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	return o
}

// Check tells what is wrong with the options.
func (o ProbeOptions) Check() error {
	count := 0
	for _, r := range o.Ports {
		count += int(r.To) - int(r.From) + 1
	}
	switch {
	case count > MaxProbePorts:
		return fmt.Errorf("%d ports: at most %d are probed", count, MaxProbePorts)
	case o.Ports.Contains(0):
		return fmt.Errorf("0 is no port")
	case o.Vantage == "" || strings.ContainsFunc(o.Vantage, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("the vantage %q is not one line of text", o.Vantage)
	case o.Now == nil:
		return fmt.Errorf("no clock")
	case o.Wait < 0 || o.All < 0 || o.Rate < 0 || o.Parallel < 0:
		return fmt.Errorf("a bound below zero")
	}
	return nil
}
