package collect_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/collect"
	"auditpack/evidence/parse"
)

// world is a network of listeners on loopback: what a name stands for, and where an address leads.
type world struct {
	names map[string][]string
	at    map[string]func(ctx context.Context) (net.Conn, error)
}

func (w world) options() collect.ProbeOptions {
	return collect.ProbeOptions{
		Vantage: "DESK7 (test)", Now: time.Now, Wait: 2 * time.Second, Rate: 1000, Parallel: 8,
		Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
			var all []netip.Addr
			for _, a := range w.names[host] {
				all = append(all, netip.MustParseAddr(a))
			}
			if all == nil {
				return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
			}
			return all, nil
		},
		Dial: func(ctx context.Context, _, address string) (net.Conn, error) {
			if to, ok := w.at[address]; ok {
				return to(ctx)
			}
			return nil, fmt.Errorf("%s is not in this test", address)
		},
	}
}

// leads returns the way to a listener.
func leads(l net.Listener) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", l.Addr().String())
	}
}

// silent is a dialer that never comes back, not even when it is told to.
func silent(context.Context) (net.Conn, error) { select {} }

// listen serves each connection by f.
func listen(t testing.TB, f func(net.Conn)) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				f(c)
			}()
		}
	}()
	return l
}

// certificateFor makes a certificate of P-256, or of RSA for the old ways to exchange keys.
func certificateFor(t testing.TB, name string, old bool) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0xabc), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), NotAfter: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	var der []byte
	if old {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		if der, err = x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key); err != nil {
			t.Fatal(err)
		}
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if der, err = x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// server answers HTTP over TLS with the versions of c.
func server(t testing.TB, c *tls.Config, answer string) net.Listener {
	return listen(t, func(conn net.Conn) {
		over := tls.Server(conn, c)
		if _, err := readRequest(over); err == nil {
			io.WriteString(over, answer)
		}
		over.Close()
	})
}

// readRequest reads up to the empty line.
func readRequest(r io.Reader) (string, error) {
	var b strings.Builder
	for lines := bufio.NewReader(r); ; {
		line, err := lines.ReadString('\n')
		b.WriteString(line)
		if err != nil || line == "\r\n" {
			return b.String(), err
		}
	}
}

// seen is an Item with its bytes and what they say.
type seen struct {
	evidence.Item
	raw     []byte
	content evidence.Content
}

// probe probes and returns the Items by the last part of their paths.
func probe(t testing.TB, o collect.ProbeOptions, targets ...string) map[string]seen {
	t.Helper()
	var list []collect.ProbeTarget
	for _, text := range targets {
		target, err := collect.ParseProbeTarget(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, target)
	}
	steps, err := collect.PlanProbe(t.Context(), list, o)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]seen{}
	err = collect.RunProbe(t.Context(), steps, o, func(item evidence.Item, r io.Reader) error {
		s := seen{Item: item}
		if r != nil {
			if s.raw, err = io.ReadAll(r); err != nil {
				return err
			}
			if s.content, err = parse.Read(item, bytes.NewReader(s.raw), nil); err != nil {
				return err
			}
			if s.content.Refused != "" && item.Status == evidence.Captured {
				t.Errorf("%s is refused: %s\n%s", item.Path, s.content.Refused, s.raw)
			}
			if judged := item.Status == evidence.Captured || item.Status == evidence.CutShort; judged && s.content.Format != item.Format {
				t.Errorf("%s is read as %q, and was kept as %q", item.Path, s.content.Format, item.Format)
			}
		}
		if item.Origin != evidence.OriginProbe || item.By != o.Vantage || item.Taken.IsZero() || len(item.Path) > 60 {
			t.Errorf("%+v", item)
		}
		all[strings.TrimPrefix(item.Path, "data/items/probe/")] = s
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(steps) && o.Done == nil {
		t.Errorf("%d items of %d steps", len(all), len(steps))
	}
	return all
}

// values returns what the captured Items say at addresses of a kind, without the facets.
func values(all map[string]seen, kind string) map[string]string {
	got := map[string]string{}
	for _, s := range all {
		for _, setting := range s.content.Settings {
			if setting.Address.Kind() == kind && s.Status == evidence.Captured && !strings.Contains(string(setting.Address), "@") {
				got[setting.Address.Rest()] = setting.Value.String()
			}
		}
	}
	return got
}

const answerOK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// TestProbeTLSVersions asks servers that accept one version each, and one that only takes the oldest cipher suites.
func TestProbeTLSVersions(t *testing.T) {
	modern, old := certificateFor(t, "automate.example.com", false), certificateFor(t, "automate.example.com", true)
	for _, c := range []struct {
		what   string
		config *tls.Config
		want   []string // the versions that are offered
	}{
		{"TLS 1.0", &tls.Config{Certificates: []tls.Certificate{old}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, []string{"TLS 1.0"}},
		{"TLS 1.1", &tls.Config{Certificates: []tls.Certificate{modern}, MinVersion: tls.VersionTLS11, MaxVersion: tls.VersionTLS11}, []string{"TLS 1.1"}},
		{"TLS 1.2", &tls.Config{Certificates: []tls.Certificate{modern}, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12}, []string{"TLS 1.2"}},
		{"TLS 1.3", &tls.Config{Certificates: []tls.Certificate{modern}, MinVersion: tls.VersionTLS13}, []string{"TLS 1.3"}},
		{"all", &tls.Config{Certificates: []tls.Certificate{old}, MinVersion: tls.VersionTLS10}, []string{"TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"}},
		{"RC4 with RSA alone", &tls.Config{Certificates: []tls.Certificate{old}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS12,
			CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}, []string{"TLS 1.0", "TLS 1.1", "TLS 1.2"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			w := world{map[string][]string{"automate.example.com": {"203.0.113.5"}}, map[string]func(context.Context) (net.Conn, error){
				"203.0.113.5:443": leads(server(t, c.config, answerOK)),
			}}
			all := probe(t, w.options(), "automate.example.com")
			want := map[string]string{}
			for _, p := range evidence.TLSProtocols {
				want["automate.example.com:443/"+p.String()] = "refused"
			}
			for _, p := range c.want {
				want["automate.example.com:443/"+p] = "offered"
			}
			if diff := cmp.Diff(want, values(all, "tls")); diff != "" {
				t.Error(diff)
			}
			if got := all["automate.examp-443-get.txt"]; got.Status != evidence.Captured || !bytes.HasSuffix(got.raw, []byte(answerOK)) {
				t.Errorf("GET: %s %s %q", got.Status, got.Note, got.raw)
			}
			certificate := map[string]string{}
			for _, s := range all["automate.examp-443-certificates.txt"].content.Settings {
				certificate[strings.TrimPrefix(s.Address.Rest(), "automate.example.com:443")] = s.Value.String()
			}
			for facet, want := range map[string]string{
				"@subject": "CN=automate.example.com", "@issuer": "CN=automate.example.com", "@serial": "abc", "@names": "automate.example.com",
				"@not-before": "2026-01-02T03:04:05Z", "@not-after": "2027-01-02T03:04:05Z", "@names-host": "yes", "@chain": "none",
				"": "sha256 " + evidence.DigestOf(c.config.Certificates[0].Certificate[0]).String(),
			} {
				if certificate[facet] != want {
					t.Errorf("certificate%s is %q, want %q", facet, certificate[facet], want)
				}
			}
		})
	}
}

// TestProbeOpenSSL asks openssl's own server, where there is one.
func TestProbeOpenSSL(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a server")
	}
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not on PATH")
	}
	dir := t.TempDir()
	if out, err := exec.Command(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", dir+"/key.pem", "-out", dir+"/cert.pem",
		"-days", "2", "-subj", "/CN=automate.example.com").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct {
		flags []string
		want  []string
	}{
		{[]string{"-tls1_2"}, []string{"TLS 1.2"}},
		{[]string{"-tls1_3"}, []string{"TLS 1.3"}},
		{[]string{"-cipher", "ALL:@SECLEVEL=0", "-min_protocol", "TLSv1", "-max_protocol", "TLSv1.1"}, []string{"TLS 1.0", "TLS 1.1"}},
	} {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := free.Addr().(*net.TCPAddr).Port
		free.Close()
		args := append([]string{"s_server", "-accept", fmt.Sprintf("127.0.0.1:%d", port), "-key", dir + "/key.pem", "-cert", dir + "/cert.pem", "-www", "-quiet"}, c.flags...)
		ctx, stop := context.WithCancel(t.Context())
		cmd := exec.CommandContext(ctx, openssl, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for range 100 {
			if conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
				conn.Close()
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		o := world{}.options()
		o.Dial, o.Parallel = nil, 1
		o.Done = func(path string) bool { return !strings.Contains(path, "-tls") && !strings.Contains(path, "-ssl") }
		got := values(probe(t, o, fmt.Sprintf("127.0.0.1:%d", port)), "tls")
		stop()
		cmd.Wait()
		for _, p := range evidence.TLSProtocols {
			want := "refused"
			for _, offered := range c.want {
				if p.String() == offered {
					want = "offered"
				}
			}
			if at := fmt.Sprintf("127.0.0.1:%d/%s", port, p); got[at] != want {
				t.Errorf("%v: %s is %q, want %s", c.flags, p, got[at], want)
			}
		}
	}
}

// TestProbePorts tells open, closed and filtered apart; a port that never answers keeps nobody waiting.
func TestProbePorts(t *testing.T) {
	mute := listen(t, func(c net.Conn) { io.Copy(io.Discard, c) }) // takes what comes and says nothing
	closed := listen(t, func(net.Conn) {})
	closed.Close()
	w := world{map[string][]string{"automate.example.com": {"203.0.113.5"}}, map[string]func(context.Context) (net.Conn, error){
		"203.0.113.5:443": leads(mute), "203.0.113.5:3306": leads(closed), "203.0.113.5:3389": silent, "203.0.113.5:8040": silent,
	}}
	o := w.options()
	o.Wait = 300 * time.Millisecond
	o.Ports = evidence.NewPorts(evidence.PortRange{From: 3306, To: 3306}, evidence.PortRange{From: 3389, To: 3389}, evidence.PortRange{From: 8040, To: 8041})
	began := time.Now()
	all := probe(t, o, "automate.example.com")
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("took %s", took)
	}
	want := map[string]string{
		"automate.example.com/tcp/443":  "open, seen from DESK7 (test)",
		"automate.example.com/tcp/3306": "closed, seen from DESK7 (test)",
		"automate.example.com/tcp/3389": "filtered, seen from DESK7 (test)",
		"automate.example.com/tcp/8040": "filtered, seen from DESK7 (test)",
	}
	if diff := cmp.Diff(want, values(all, "port")); diff != "" {
		t.Error(diff)
	}
	if p := all["automate.examp-ports.txt"].content.Problems; len(p) != 1 || p[0].Scope != "port:automate.example.com/tcp/8041" {
		t.Errorf("8041 is not known, got %v", p)
	}
	for name, s := range all { // a mute server shows nothing by its silence
		if s.Format != "TCP ports" && (s.Status != evidence.TimedOut || s.Note == "") {
			t.Errorf("%s: %s %s", name, s.Status, s.Note)
		}
	}
	if len(values(all, "tls")) > 0 {
		t.Error("a server that says nothing shows no version of TLS")
	}
}

// TestProbeTimeOver: what there was no time for is said to be so, and no port is called filtered for it.
func TestProbeTimeOver(t *testing.T) {
	w := world{map[string][]string{"automate.example.com": {"203.0.113.5"}}, map[string]func(context.Context) (net.Conn, error){}}
	for _, port := range []string{"443", "1", "2", "3"} {
		w.at["203.0.113.5:"+port] = silent
	}
	o := w.options()
	o.Wait, o.All, o.Parallel = time.Minute, 200*time.Millisecond, 2
	o.Ports = evidence.NewPorts(evidence.PortRange{From: 1, To: 3})
	all := probe(t, o, "automate.example.com")
	for name, s := range all {
		want := evidence.TimedOut
		if s.Format == "TCP ports" {
			want = evidence.CutShort
		}
		if s.Status != want {
			t.Errorf("%s: %s, want %s", name, s.Status, want)
		}
	}
	if got := values(all, "port"); len(got) > 0 {
		t.Errorf("%v", got)
	}
}

// TestProbeRequests holds every byte of what is sent for HTTP.
func TestProbeRequests(t *testing.T) {
	var mu sync.Mutex
	got := map[string]bool{}
	l := listen(t, func(c net.Conn) {
		request, _ := readRequest(c)
		mu.Lock()
		got[request] = true
		mu.Unlock()
		io.WriteString(c, "HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example.com/\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
	})
	w := world{nil, map[string]func(context.Context) (net.Conn, error){"[2001:db8::5]:8080": leads(l)}}
	probe(t, w.options(), "http://[2001:db8::5]:8080/automate")
	const rest = " HTTP/1.1\r\nHost: [2001:db8::5]:8080\r\nUser-Agent: auditpack-probe\r\nAccept: */*\r\nConnection: close\r\n\r\n"
	want := map[string]bool{
		"":                     true, // the connection that shows that the port is open
		"GET /automate" + rest: true, "OPTIONS /automate" + rest: true,
		"HEAD /aspnet_client HTTP/1.0\r\nUser-Agent: auditpack-probe\r\n\r\n": true, "GET /aspnet_client HTTP/1.0\r\nUser-Agent: auditpack-probe\r\n\r\n": true,
	}
	var diff string
	for range 200 { // the connection that is closed at once may be seen after the probe is done
		mu.Lock()
		diff = cmp.Diff(want, got)
		mu.Unlock()
		if diff == "" {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Error(diff)
}

// TestProbeResponses: how a response ends, and what its Item is then.
func TestProbeResponses(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 8<<10) // 128 KiB
	for _, c := range []struct {
		what, answer string
		open         bool // the server keeps the connection
		status       evidence.Status
		kept         int // bytes of the response
	}{
		{"with its length, kept open", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true, evidence.Captured, 40},
		{"in chunks, kept open", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", true, evidence.Captured, 59},
		{"up to the end", "HTTP/1.0 200 OK\r\n\r\nok", false, evidence.Captured, 21},
		{"up to an end that does not come", "HTTP/1.0 200 OK\r\n\r\nok", true, evidence.CutShort, 21},
		{"an interim one first", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", true, evidence.Captured, 64},
		{"shorter than its length", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok", false, evidence.CutShort, 41},
		{"a long body", "HTTP/1.1 200 OK\r\nContent-Length: 131072\r\n\r\n" + long, false, evidence.CutShort, 43 + 64<<10},
		{"long headers", "HTTP/1.1 200 OK\r\nA: " + long, false, evidence.CutShort, 64 << 10},
		{"nothing", "", false, evidence.Failed, 0},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			l := listen(t, func(conn net.Conn) {
				if _, err := readRequest(conn); err == nil {
					io.WriteString(conn, c.answer)
					if c.open {
						io.Copy(io.Discard, conn)
					}
				}
			})
			w := world{nil, map[string]func(context.Context) (net.Conn, error){"192.0.2.10:80": leads(l)}}
			o := w.options()
			o.Wait = 500 * time.Millisecond
			got := probe(t, o, "http://192.0.2.10")["192.0.2.10-80-get.txt"]
			_, response, found := strings.Cut(string(got.raw), "Connection: close\r\n\r\n")
			if got.Status != c.status || !found || len(response) != c.kept || !strings.HasPrefix(c.answer, response) {
				t.Errorf("%s (%s), %d bytes, want %s and %d", got.Status, got.Note, len(response), c.status, c.kept)
			}
			if (got.Status == evidence.Captured) != (got.Note == "") {
				t.Errorf("%s with the note %q", got.Status, got.Note)
			}
		})
	}
}

// TestProbeAddresses: a name is probed at each address that it stands for, and one that stands for none is said to.
func TestProbeAddresses(t *testing.T) {
	certificate := certificateFor(t, "automate.example.com", false)
	first := server(t, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS10}, answerOK)
	second := server(t, &tls.Config{Certificates: []tls.Certificate{certificate}}, answerOK)
	w := world{
		map[string][]string{"automate.example.com": {"2001:db8::5", "203.0.113.5", "203.0.113.5"}},
		map[string]func(context.Context) (net.Conn, error){"203.0.113.5:443": leads(first), "[2001:db8::5]:443": leads(second)},
	}
	all := probe(t, w.options(), "automate.example.com", "https://gone.example.com")
	var contents []evidence.Content
	for _, s := range all {
		contents = append(contents, s.content)
	}
	o := evidence.NewFacts(contents).Lookup("tls:automate.example.com:443/TLS 1.0")
	if o.State != evidence.Conflicting {
		t.Errorf("TLS 1.0 is offered at one address and refused at the other, got %v %s", o.State, o.Why)
	}
	for name, want := range map[string]string{
		"automate.examp-a-443-get.txt": "GET https://automate.example.com/ at 203.0.113.5",
		"automate.examp-b-443-get.txt": "GET https://automate.example.com/ at 2001:db8::5",
	} {
		if got := all[name]; got.Name != want || got.Status != evidence.Captured {
			t.Errorf("%s: %q %s %s", name, got.Name, got.Status, got.Note)
		}
	}
	gone := all["gone.example.c-443-get.txt"]
	if gone.Status != evidence.Failed || !strings.Contains(gone.Note, "cannot be resolved") || gone.raw != nil {
		t.Errorf("%s %q", gone.Status, gone.Note)
	}
}

func TestProbeTargets(t *testing.T) {
	for text, want := range map[string]collect.ProbeTarget{
		"automate.example.com":            {Scheme: "https", Host: "automate.example.com", Port: 443, Path: "/"},
		"HTTP://Automate.example.com":     {Scheme: "http", Host: "automate.example.com", Port: 80, Path: "/"},
		"automate.example.com:8484/a%20b": {Scheme: "https", Host: "automate.example.com", Port: 8484, Path: "/a%20b"},
		"2001:db8::5":                     {Scheme: "https", Host: "2001:db8::5", Port: 443, Path: "/"},
		"http://[2001:db8::5]:81":         {Scheme: "http", Host: "2001:db8::5", Port: 81, Path: "/"},
	} {
		got, err := collect.ParseProbeTarget(text)
		if err != nil || got != want {
			t.Errorf("%s: %+v %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"ftp://a":               "only http and https are probed",
		"https://u:p@a":         "no user name and no password belong in a URL",
		"https://a/?q":          "only a path can be asked, without a query",
		"https://[fe80::1%251]": "an address with a zone means something on this machine alone",
		"https://münchen.de":    "not a host name or an IP address; international names are written in their xn-- form",
		"https://a:0":           "not a port: 0",
		"https://a:70000":       "not a port: 70000",
		"a b":                   "not a URL and not a host name",
		"":                      "not a host name or an IP address; international names are written in their xn-- form",
		"https://a\r\nX: y":     "not a URL and not a host name",
	} {
		if _, err := collect.ParseProbeTarget(text); err == nil || !strings.HasSuffix(err.Error(), ": "+want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestProbeRate: connections begin no faster and are no more at a time than was said.
func TestProbeRate(t *testing.T) {
	var mu sync.Mutex
	open, most, count := 0, 0, 0
	w := world{nil, nil}
	o := w.options()
	o.Rate, o.Parallel = 50, 3
	o.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		mu.Lock()
		open++
		count++
		most = max(most, open)
		mu.Unlock()
		time.Sleep(100 * time.Millisecond)
		mu.Lock()
		open--
		mu.Unlock()
		return nil, errors.New("no")
	}
	began := time.Now()
	probe(t, o, "http://192.0.2.10", "http://192.0.2.11", "http://192.0.2.12")
	if most > 3 || count != 15 {
		t.Errorf("%d at a time of %d", most, count)
	}
	if took := time.Since(began); took < 14*20*time.Millisecond {
		t.Errorf("15 connections in %s", took)
	}
}

// TestProbeInterrupted: the error says so, so that nobody takes what there is for a whole.
func TestProbeInterrupted(t *testing.T) {
	w := world{nil, map[string]func(context.Context) (net.Conn, error){"192.0.2.10:80": silent}}
	ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	o := w.options()
	target, _ := collect.ParseProbeTarget("http://192.0.2.10")
	steps, err := collect.PlanProbe(ctx, []collect.ProbeTarget{target}, o)
	if err != nil {
		t.Fatal(err)
	}
	err = collect.RunProbe(ctx, steps, o, func(item evidence.Item, _ io.Reader) error {
		t.Errorf("%s was put", item.Path)
		return nil
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func FuzzProbeTarget(f *testing.F) {
	f.Add("https://automate.example.com:8484/x")
	f.Add("[2001:db8::5]:443")
	f.Fuzz(func(t *testing.T, text string) {
		target, err := collect.ParseProbeTarget(text)
		if err != nil {
			return
		}
		o := collect.ProbeOptions{Vantage: "x", Now: time.Now}
		steps, err := collect.ForeseeProbe([]collect.ProbeTarget{target}, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range steps {
			if len(s.Path) > 60 || strings.ContainsAny(s.Name, "\r\n") || strings.Count(string(s.Request), "\r\n\r\n") > 1 ||
				s.Request != nil && strings.Count(string(s.Request), "\r\n") != strings.Count(string(s.Request), "\n") {
				t.Fatalf("%q: %+v", text, s)
			}
		}
	})
}
