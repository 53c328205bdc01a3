package collect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// ProbeStep is one Item of a probe, and all that is sent for it.
type ProbeStep struct {
	Path   string // of the Item in the snapshot
	Name   string // of the Item: what was asked, of which address
	Format string // that package parse reads it as
	Target ProbeTarget
	// Address is what Target.Host stands for; the zero Addr where the name was not resolved.
	Address netip.Addr
	// Status is not empty where nothing can be asked, and Note says why.
	Status evidence.Status
	Note   string

	Ports   []uint16             // not empty: connections to these ports are tried, and nothing is sent
	Hello   evidence.TLSProtocol // not zero: a ClientHello that offers this version
	Certify bool                 // a TLS handshake of any version, for the certificates
	Request []byte               // an HTTP request
}

// Connections returns how many connections the step makes.
func (s ProbeStep) Connections() int { return max(1, len(s.Ports)) }

// String says in words what is sent to whom.
func (s ProbeStep) String() string {
	var where string
	switch {
	case s.Address.IsValid():
		where = evidence.HostPort(s.Address.String(), s.Target.Port)
	default:
		where = evidence.HostPort(s.Target.Host, s.Target.Port)
	}
	switch {
	case len(s.Ports) > 0:
		ranges := make([]evidence.PortRange, len(s.Ports))
		for i, p := range s.Ports {
			ranges[i] = evidence.PortRange{From: p, To: p}
		}
		host := s.Target.Host
		if s.Address.IsValid() {
			host = s.Address.String()
		}
		return fmt.Sprintf("%s: connect to TCP %s and close", host, evidence.NewPorts(ranges...))
	case s.Hello != 0:
		return fmt.Sprintf("%s: a ClientHello for %s of %d bytes%s, read the answer and close", where, s.Hello, len(s.hello()), s.named())
	case s.Certify:
		return fmt.Sprintf("%s: a TLS handshake%s, keep the certificates and close", where, s.named())
	}
	over := ""
	if s.Target.Scheme == "https" {
		over = " over TLS" + s.named()
	}
	return fmt.Sprintf("%s: an HTTP request%s of %d bytes, read the response and close", where, over, len(s.Request))
}

// Bytes returns what is sent, as lines for people: a request as its lines, a ClientHello as a dump. What is not fixed, such as
// the handshake below HTTP over TLS, is not in it.
func (s ProbeStep) Bytes() []string {
	switch {
	case s.Hello != 0:
		var b bytes.Buffer
		dump(&b, '>', s.hello())
		return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	case s.Request != nil:
		var lines []string
		for _, l := range strings.SplitAfter(string(s.Request), "\r\n") {
			if l != "" {
				lines = append(lines, strings.Trim(strconv.Quote(l), `"`))
			}
		}
		return lines
	}
	return nil
}

func (s ProbeStep) named() string {
	if name := s.Target.serverName(); name != "" && s.Hello != evidence.SSL30 {
		return " for " + name
	}
	return ""
}

// hello returns the ClientHello of the step.
func (s ProbeStep) hello() []byte { return ClientHello(s.Hello, s.Target.serverName()) }

// The formats of package parse that the Items of a probe have.
const (
	formatHTTP         = "HTTP responses"
	formatHandshake    = "TLS handshake"
	formatCertificates = "server certificates"
	formatPorts        = "TCP ports"
)

// Bytes that a probe sends for HTTP.
const (
	requestWithHost = "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: " + ProbeAgent + "\r\nAccept: */*\r\nConnection: close\r\n\r\n"
	requestNoHost   = "%s %s HTTP/1.0\r\nUser-Agent: " + ProbeAgent + "\r\n\r\n"
)

// leakPath is the folder that gives an internal address away to a request without a Host header.
const leakPath = "/aspnet_client"

// PlanProbe resolves the names of the targets and tells what is sent to whom, Item by Item. It sends nothing else. A name that
// stands for several addresses is probed at each, at most eight; one that cannot be resolved has steps that say so.
func PlanProbe(ctx context.Context, targets []ProbeTarget, o ProbeOptions) ([]ProbeStep, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	o = o.orDefault()
	p := &probePlanner{o: o, taken: map[string]bool{}, resolved: map[string]resolved{}}
	return p.plan(ctx, targets, func(host string) ([]netip.Addr, error) {
		ctx, stop := context.WithTimeout(ctx, o.Wait)
		defer stop()
		return o.Resolve(ctx, host)
	})
}

// ForeseeProbe is PlanProbe without resolving names: it sends nothing at all.
func ForeseeProbe(targets []ProbeTarget, o ProbeOptions) ([]ProbeStep, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	p := &probePlanner{o: o.orDefault(), taken: map[string]bool{}, resolved: map[string]resolved{}}
	return p.plan(context.Background(), targets, func(string) ([]netip.Addr, error) { return []netip.Addr{{}}, nil })
}

type probePlanner struct {
	o        ProbeOptions
	steps    []ProbeStep
	taken    map[string]bool // paths
	resolved map[string]resolved
}

// resolved is what a host name stands for, or why nothing.
type resolved struct {
	addrs  []netip.Addr // the zero Addr stands for what cannot be asked
	status evidence.Status
	note   string
}

func (p *probePlanner) plan(ctx context.Context, targets []ProbeTarget, resolve func(string) ([]netip.Addr, error)) ([]ProbeStep, error) {
	var seen []ProbeTarget
	var hosts []string
	for _, t := range targets {
		if slices.Contains(seen, t) {
			continue
		}
		seen = append(seen, t)
		if _, known := p.resolved[t.Host]; !known {
			addrs, err := resolve(t.Host)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			p.resolved[t.Host] = found(t.Host, addrs, err)
			hosts = append(hosts, t.Host)
		}
	}
	for _, host := range hosts {
		p.host(host, seen)
	}
	return p.steps, nil
}

// found sorts what a resolver gave.
func found(host string, addrs []netip.Addr, err error) resolved {
	var r resolved
	if addr, literal := netip.ParseAddr(host); literal == nil {
		addrs, err = []netip.Addr{addr}, nil
	}
	for _, a := range addrs {
		r.addrs = append(r.addrs, a.Unmap())
	}
	slices.SortFunc(r.addrs, netip.Addr.Compare)
	r.addrs = slices.Compact(r.addrs)
	switch n := len(r.addrs); {
	case err != nil:
		return resolved{[]netip.Addr{{}}, evidence.Failed, "the name cannot be resolved: " + oneLine(err)}
	case n == 0:
		return resolved{[]netip.Addr{{}}, evidence.Failed, "the name stands for no address"}
	case n > maxProbeAddresses:
		r.addrs = append(r.addrs[:maxProbeAddresses], netip.Addr{})
		r.status, r.note = evidence.Skipped, fmt.Sprintf("the name stands for %d addresses, and %d are probed at most", n, maxProbeAddresses)
	}
	return r
}

// oneLine returns the text of err on one line.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// host plans the steps of one host: its ports, then each target, all at each address.
func (p *probePlanner) host(host string, targets []ProbeTarget) {
	r := p.resolved[host]
	for i, addr := range r.addrs {
		base, mark := ProbeStep{Address: addr}, ""
		if len(r.addrs) > 1 {
			mark = "-" + string(rune('a'+i))
		}
		if !addr.IsValid() {
			base.Status, base.Note = r.status, r.note
		}
		p.ports(host, base, mark, targets)
		asked := map[uint16]bool{}
		for _, t := range targets {
			if t.Host != host {
				continue
			}
			base.Target = t
			where := fmt.Sprintf("%s%s-%d", shortHost(host), mark, t.Port)
			if t.Scheme == "https" && !asked[t.Port] {
				asked[t.Port] = true
				p.tls(base, where)
			}
			p.http(base, where)
		}
	}
}

func (p *probePlanner) ports(host string, s ProbeStep, mark string, targets []ProbeTarget) {
	ranges := slices.Clone([]evidence.PortRange(p.o.Ports))
	s.Format = formatPorts
	for _, t := range targets {
		if t.Host == host {
			ranges = append(ranges, evidence.PortRange{From: t.Port, To: t.Port})
			if s.Target.Host == "" {
				s.Target = t
			}
		}
	}
	for _, r := range evidence.NewPorts(ranges...) {
		for port := int(r.From); port <= int(r.To); port++ {
			s.Ports = append(s.Ports, uint16(port))
		}
	}
	s.Name = "TCP ports of " + host + at(s.Address)
	p.add(s, shortHost(host)+mark+"-ports")
}

func (p *probePlanner) tls(base ProbeStep, where string) {
	target := evidence.HostPort(base.Target.Host, base.Target.Port)
	for _, protocol := range evidence.TLSProtocols {
		s := base
		s.Hello, s.Format = protocol, formatHandshake
		s.Name = fmt.Sprintf("%s offered to %s%s", protocol, target, at(base.Address))
		p.add(s, where+"-"+strings.NewReplacer(" ", "", ".", "").Replace(strings.ToLower(protocol.String())))
	}
	s := base
	s.Certify, s.Format = true, formatCertificates
	s.Name = "certificates of " + target + at(base.Address)
	p.add(s, where+"-certificates")
}

func (p *probePlanner) http(base ProbeStep, where string) {
	t := base.Target
	for _, r := range []struct{ file, method, path, form string }{
		{"get", "GET", t.Path, requestWithHost},
		{"options", "OPTIONS", t.Path, requestWithHost},
		{"nohost-head", "HEAD", leakPath, requestNoHost},
		{"nohost-get", "GET", leakPath, requestNoHost},
	} {
		s := base
		s.Format = formatHTTP
		how := ""
		if r.form == requestNoHost {
			how = " without a Host header"
			s.Request = fmt.Appendf(nil, r.form, r.method, r.path)
			if p.asked(s) { // by another target of the same host and port
				continue
			}
		} else {
			s.Request = fmt.Appendf(nil, r.form, r.method, r.path, t.hostHeader())
		}
		s.Target.Path = r.path
		s.Name = fmt.Sprintf("%s %s%s%s", r.method, t.url(r.path), how, at(base.Address))
		p.add(s, where+"-"+r.file)
	}
}

// asked reports whether the same request goes to the same place already.
func (p *probePlanner) asked(s ProbeStep) bool {
	return slices.ContainsFunc(p.steps, func(o ProbeStep) bool {
		return o.Address == s.Address && o.Target.Host == s.Target.Host && o.Target.Port == s.Target.Port &&
			o.Target.Scheme == s.Target.Scheme && string(o.Request) == string(s.Request)
	})
}

// add plans a step under a path of its own.
func (p *probePlanner) add(s ProbeStep, file string) {
	s.Path = "data/items/" + probeFolder + "/" + file + ".txt"
	for n := 2; p.taken[s.Path]; n++ {
		s.Path = fmt.Sprintf("data/items/%s/%s-%d.txt", probeFolder, file, n)
	}
	p.taken[s.Path] = true
	p.steps = append(p.steps, s)
}

// probeFolder is where a snapshot keeps the Items of a probe.
const probeFolder = "probe"

// at names the address behind a name.
func at(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return " at " + a.String()
}

// shortHost makes a part of a path out of a host: at most 14 characters of the alphabet of bags.
func shortHost(host string) string {
	s := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' {
			return r
		}
		return '-'
	}, strings.ToLower(host)), ".-")
	if len(s) > 14 {
		s = strings.TrimRight(s[:14], ".-")
	}
	if s == "" {
		return "host"
	}
	return s
}

// errNoTime ends what is left when the time for a whole probe is over.
var errNoTime = errors.New("the time for the whole probe was over")
