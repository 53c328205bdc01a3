package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// serveOn answers each request on a listener of loopback as answer says, by its first line and whether it names a host.
func serveOn(t testing.TB, config *tls.Config, answer func(line string, host bool) string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if config != nil {
				conn = tls.Server(conn, config)
			}
			go func() {
				defer conn.Close()
				lines := bufio.NewReader(conn)
				first, err := lines.ReadString('\n')
				host := false
				for line := ""; err == nil && line != "\r\n"; {
					line, err = lines.ReadString('\n')
					host = host || strings.HasPrefix(line, "Host:")
				}
				if err == nil {
					io.WriteString(conn, answer(strings.TrimSpace(first), host))
				}
			}()
		}
	}()
	return l.Addr().String()
}

// probeTo probes targets and returns where the snapshot is, with what was printed.
func probeTo(t testing.TB, o probeOptions, targets ...string) (dest, printed string) {
	t.Helper()
	if o.dest == "" {
		o.dest = filepath.Join(t.TempDir(), "outside")
	}
	o.timeout, o.wait, o.rate = time.Minute, 5*time.Second, 1000
	var out, talk bytes.Buffer
	err := runProbe(t.Context(), o, targets, &out, &talk)
	if look := new(lookError); err != nil && !errors.As(err, &look) {
		t.Fatalf("%v\n%s", err, talk.String())
	}
	return o.dest, out.String()
}

// leaky is IIS as it comes: an answer without a Host header holds the server's own address.
func leaky(line string, host bool) string {
	if !host {
		return "HTTP/1.1 301 Moved Permanently\r\nContent-Length: 0\r\nLocation: http://10.20.30.40/aspnet_client/\r\nServer: Microsoft-IIS/10.0\r\nConnection: close\r\n\r\n"
	}
	return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: Microsoft-IIS/10.0\r\nX-Powered-By: ASP.NET\r\nAllow: OPTIONS, GET\r\n\r\nok"
}

// tight is IIS after the guide: no Server header, no Location, and OPTIONS denied, which it answers by 404.
func tight(line string, host bool) string {
	switch {
	case !host:
		return "HTTP/1.1 301 Moved Permanently\r\nContent-Length: 0\r\nX-Powered-By: ASP.NET\r\nConnection: close\r\n\r\n"
	case strings.HasPrefix(line, "OPTIONS "):
		return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nX-Powered-By: ASP.NET\r\n\r\n"
	}
	return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Powered-By: ASP.NET\r\n\r\nok"
}

// outside returns the result of a Reading.
func outside(t testing.TB, c audit.Assessed, id string) evidence.Verdict {
	t.Helper()
	for _, r := range c.Readings {
		if r.ID == id {
			return r.After
		}
	}
	t.Fatalf("%s has no reading %s", c.ID, id)
	return evidence.Verdict{}
}

// TestProbeDecides holds that a probe alone decides what can be seen from outside, in both directions, and says so.
func TestProbeDecides(t *testing.T) {
	for _, c := range []struct {
		what   string
		answer func(string, bool) string
		want   evidence.Result
	}{{"leaky", leaky, evidence.Fail}, {"tight", tight, evidence.Pass}} {
		t.Run(c.what, func(t *testing.T) {
			dest, _ := probeTo(t, probeOptions{host: "AUTOMATE01"}, "http://"+serveOn(t, nil, c.answer))
			got := judged(t, dest, assessOptions{})
			for what, v := range map[string]evidence.Verdict{
				"iis-deny-options-verb O01":    outside(t, got["iis-deny-options-verb"], "O01"),
				"iis-aspnet-client-no-ip":      got["iis-aspnet-client-no-ip"].After,
				"iis-remove-server-header C23": outside(t, got["iis-remove-server-header"], "C23"),
			} {
				if v.Result != c.want || v.Basis != evidence.BasisProbe {
					t.Errorf("%s: %s by %s, want %s by a probe: %+v", what, v.Result, v.Basis, c.want, v.Reasons)
				}
			}
		})
	}
}

// tlsFrom returns a server's configuration for TLS from a version on.
func tlsFrom(t testing.TB, version uint16) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: version}
}

// TestProbeTLSDecides: a handshake with an old version fails the reading from outside, and refusing both passes it.
func TestProbeTLSDecides(t *testing.T) {
	for version, want := range map[uint16]evidence.Result{
		tls.VersionTLS10: evidence.Fail, tls.VersionTLS11: evidence.Fail, tls.VersionTLS12: evidence.Pass, tls.VersionTLS13: evidence.Pass,
	} {
		dest, _ := probeTo(t, probeOptions{}, "https://"+serveOn(t, tlsFrom(t, version), tight))
		v := outside(t, judged(t, dest, assessOptions{})["tls-legacy-disabled-overall"], "O02")
		if v.Result != want || v.Basis != evidence.BasisProbe {
			t.Errorf("a server that takes %s and later: %s by %s, want %s: %+v", tls.VersionName(version), v.Result, v.Basis, want, v.Reasons)
		}
	}
}

// TestProbeImports holds that the Items of a probe are known for what they are without their names, beside other evidence.
func TestProbeImports(t *testing.T) {
	config := tlsFrom(t, tls.VersionTLS12)
	dest, printed := probeTo(t, probeOptions{note: "test"}, "https://"+serveOn(t, config, leaky))
	for _, want := range []string{"refused; alert protocol_version (70)", "offered; ServerHello of TLS 1.3", "names-host yes", " open"} {
		if !strings.Contains(printed, want) {
			t.Errorf("%q is not printed:\n%s", want, printed)
		}
	}
	items := filepath.Join(dest, "data", "items")
	entries, err := os.ReadDir(filepath.Join(items, "probe"))
	if err != nil || len(entries) != 11 {
		t.Fatalf("%d items, %v", len(entries), err)
	}
	for i, e := range entries { // by content alone
		if err := os.Rename(filepath.Join(items, "probe", e.Name()), filepath.Join(items, "probe", string(rune('a'+i)))); err != nil {
			t.Fatal(err)
		}
	}
	again := filepath.Join(t.TempDir(), "imported")
	var out bytes.Buffer
	if err := runImport(t.Context(), importOptions{dest: again, host: "AUTOMATE01"}, []string{items}, &out, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if v := judged(t, again, assessOptions{})["iis-aspnet-client-no-ip"].After; v.Result != evidence.Fail {
		t.Errorf("%s: %+v", v.Result, v.Reasons)
	}
}

// TestProbeNginx asks a server that somebody else wrote, where there is one.
func TestProbeNginx(t *testing.T) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("nginx is not on PATH")
	}
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	l.Close()
	config := "daemon off; pid " + dir + "/pid; error_log " + dir + "/error.log; events {} http { access_log off; " +
		"client_body_temp_path " + dir + "; proxy_temp_path " + dir + "; fastcgi_temp_path " + dir + "; uwsgi_temp_path " + dir + "; scgi_temp_path " + dir + "; " +
		"server { listen " + at + "; root " + dir + "; location /aspnet_client { return 301 http://10.20.30.40/; } } }"
	if err := os.WriteFile(dir+"/nginx.conf", []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	cmd := exec.CommandContext(ctx, nginx, "-c", dir+"/nginx.conf", "-p", dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer stop()
	for range 100 {
		if conn, err := net.Dial("tcp", at); err == nil {
			conn.Close()
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	dest, _ := probeTo(t, probeOptions{}, "http://"+at)
	got := judged(t, dest, assessOptions{})
	if v := got["iis-aspnet-client-no-ip"].After; v.Result != evidence.Fail || v.Basis != evidence.BasisProbe {
		t.Errorf("%s by %s: %+v", v.Result, v.Basis, v.Reasons)
	}
	if v := outside(t, got["iis-remove-server-header"], "C23"); v.Result != evidence.Fail {
		t.Errorf("nginx names itself, got %s", v.Result)
	}
}

// TestProbeSeveralHosts: a snapshot each, and nothing at all when it was interrupted.
func TestProbeSeveralHosts(t *testing.T) {
	first := serveOn(t, nil, tight)
	_, port, _ := net.SplitHostPort(first)
	l, err := net.Listen("tcp", "127.0.0.2:"+port)
	if err != nil {
		t.Skip("127.0.0.2 cannot be listened on: ", err)
	}
	l.Close()
	dest, _ := probeTo(t, probeOptions{}, "http://"+first, "http://127.0.0.2:"+port)
	for _, host := range []string{"127.0.0.1", "127.0.0.2"} {
		text, err := os.ReadFile(filepath.Join(dest, host, "data", "snapshot.json"))
		var record struct{ Host, Operator string }
		if err := errors.Join(err, json.Unmarshal(text, &record)); err != nil || record.Host != host {
			t.Errorf("%s: %+v %v", host, record, err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	dir := t.TempDir()
	o := probeOptions{dest: filepath.Join(dir, "outside"), timeout: time.Minute, wait: time.Minute, rate: 1000}
	mute := serveOn(t, nil, func(string, bool) string { stop(); select {} })
	var out bytes.Buffer
	if err := runProbe(ctx, o, []string{"http://" + mute, "http://127.0.0.2:" + port}, &out, &out); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if path != dir {
			t.Errorf("%s is left", path)
		}
		return err
	})
}

// TestCaptureProbes: a capture takes what its probe saw into the same snapshot, and the evidence of both decides.
func TestCaptureProbes(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1792477800")
	host := writeHost(t, "after", sampleHost(t, "after"), nil)
	for what, c := range map[string]struct {
		answer func(string, bool) string
		want   evidence.Result
	}{"leaky": {leaky, evidence.Fail}, "tight": {tight, evidence.Pass}} {
		target := "http://" + serveOn(t, nil, c.answer)
		dest := capture(t, host, captureOptions{Only: []string{"iis", "system"}, Probe: []string{target}})
		got := judged(t, dest, assessOptions{inputFlags: inputFlags{asOf: "2026-10-21T09:00:00Z"}})
		if v := got["iis-aspnet-client-no-ip"].After; v.Result != c.want {
			t.Errorf("%s: %s, want %s: %+v", what, v.Result, c.want, v.Reasons)
		}
	}
	var out bytes.Buffer
	o := captureOptions{Profile: "automate", Probe: []string{"https://automate.example.com"}, replay: host, dryRun: true, format: "json"}
	if err := runCapture(t.Context(), o, func(string) bool { return false }, &out, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"probe": "automate.example.com:443: a ClientHello for TLS 1.0`, `"HEAD /aspnet_client HTTP/1.0\\r\\n"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("dry-run does not print %s", want)
		}
	}
}
