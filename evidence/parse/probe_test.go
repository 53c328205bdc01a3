package parse

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
)

// dumped writes bytes, given in hex, as a dump has them.
func dumped(direction, digits string) string {
	raw, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	if err != nil {
		panic(err)
	}
	var b strings.Builder
	for at := 0; at < len(raw); at += 16 {
		fmt.Fprintf(&b, "%s %08x: % x\n", direction, at, raw[at:min(at+16, len(raw))])
	}
	return b.String()
}

// helloOf is a ClientHello by the letter of RFC 5246, 7.4.1.2: version, 32 random bytes, no session, one suite, no compression.
func helloOf(version string) string {
	return "16 03 01 00 2d 01 00 00 29 " + version + strings.Repeat("aa", 32) + "00 0002 002f 01 00"
}

// serverHelloOf answers it with suite 002f and no extensions, in one record.
func serverHelloOf(version string) string {
	return "16" + version + "002a 02 000026 " + version + strings.Repeat("bb", 32) + "00 002f 00"
}

func handshakeFile(protocol, sent, received, ended string) string {
	return "auditpack TLS handshake/1\ntarget: a.example.com:443\naddress: 203.0.113.5:443\nvantage: DESK7\nprotocol: " + protocol + "\n" +
		dumped(">", sent) + dumped("<", received) + "ended: " + ended + "\n"
}

// hello13 offers TLS 1.3 by the extension supported_versions (RFC 8446, 4.2.1), and hello13Answer chooses it.
var (
	hello13       = "16 03 01 00 36 01 00 00 32 0303" + strings.Repeat("aa", 32) + "00 0002 1301 01 00 0007 002b 0003 02 0304"
	hello13Answer = "16 0303 0032 02 00002e 0303" + strings.Repeat("bb", 32) + "00 1301 00 0006 002b 0002 0304"
)

func TestHandshake(t *testing.T) {
	for _, c := range []struct {
		what, protocol, sent, received, ended string
		want, problem                         string
	}{
		{"chosen", "TLS 1.0", helloOf("0301"), serverHelloOf("0301"), "answered", "offered: ServerHello of TLS 1.0 with cipher suite 0x002f", ""},
		{"chosen, SSL 3.0", "SSL 3.0", helloOf("0300"), serverHelloOf("0300"), "answered", "offered: ServerHello of SSL 3.0 with cipher suite 0x002f", ""},
		{"chosen by extension", "TLS 1.3", hello13, hello13Answer, "answered", "offered: ServerHello of TLS 1.3 with cipher suite 0x1301", ""},
		{"1.2 in place of 1.3", "TLS 1.3", hello13, serverHelloOf("0303"), "answered", "refused: ServerHello of TLS 1.2 instead", ""},
		{"an older one", "TLS 1.1", helloOf("0302"), serverHelloOf("0301"), "answered", "refused: ServerHello of TLS 1.0 instead", ""},
		{"protocol_version", "TLS 1.1", helloOf("0302"), "15 0302 0002 0246", "closed", "refused: alert protocol_version (70)", ""},
		{"handshake_failure", "TLS 1.1", helloOf("0302"), "15 0302 0002 0228", "answered", "refused: alert handshake_failure (40)", ""},
		{"closed", "TLS 1.1", helloOf("0302"), "", "closed", "refused: the connection was closed without an answer", ""},
		{"reset", "TLS 1.1", helloOf("0302"), "", "reset", "refused: the connection was reset without an answer", ""},
		{"a warning before the answer", "TLS 1.2", helloOf("0303"), "15 0303 0002 0170" + serverHelloOf("0303"), "answered", "offered: ServerHello of TLS 1.2 with cipher suite 0x002f", ""},
		{"an unknown name", "TLS 1.2", helloOf("0303"), "15 0303 0002 0270", "closed", "", "alert unrecognized_name (112) may have another cause"},
		{"trouble inside", "TLS 1.2", helloOf("0303"), "15 0303 0002 0250", "closed", "", "alert internal_error (80) may have another cause"},
		{"a newer one than was offered", "TLS 1.1", helloOf("0302"), serverHelloOf("0303"), "answered", "", "the server chose TLS 1.2, which was not offered to it"},
		{"silence", "TLS 1.1", helloOf("0302"), "", "timed out", "", "no answer in time"},
		{"half a record", "TLS 1.1", helloOf("0302"), "16 0302 0030 02", "closed", "", "the answer breaks off"},
		{"no TLS at all", "TLS 1.1", helloOf("0302"), hex.EncodeToString([]byte("HTTP/1.1 400 Bad Request\r\n")), "closed", "", "what answers there does not speak TLS"},
	} {
		t.Run(c.what, func(t *testing.T) {
			content := readText(t, "x.txt", handshakeFile(c.protocol, c.sent, c.received, c.ended))
			if content.Format != "TLS handshake" || content.Refused != "" {
				t.Fatalf("format %q refused %q", content.Format, content.Refused)
			}
			got, at := "", evidence.Address("tls:a.example.com:443/"+c.protocol)
			if len(content.Settings) == 2 && content.Settings[0].Address == at && content.Settings[1].Address == at+"@answer" {
				got = content.Settings[0].Value.String() + ": " + content.Settings[1].Value.String()
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			problem := ""
			if len(content.Problems) == 1 && content.Problems[0].Scope == at {
				problem = content.Problems[0].Message
			}
			if c.problem != "" {
				c.problem = "a.example.com:443: whether " + c.protocol + " is offered is not known: " + c.problem
			}
			if problem != c.problem {
				t.Errorf("problem %q, want %q", problem, c.problem)
			}
		})
	}
}

func TestHandshakeCitesTheAnswer(t *testing.T) {
	text := handshakeFile("TLS 1.0", helloOf("0301"), serverHelloOf("0301"), "answered")
	cite := readText(t, "x.txt", text).Settings[0].Cite
	if got, want := text[cite.Offset:cite.Offset+cite.Length]+"\n", dumped("<", serverHelloOf("0301")); got != want || cite.Line != 10 {
		t.Errorf("line %d: %q, want %q", cite.Line, got, want)
	}
	text = handshakeFile("TLS 1.0", helloOf("0301"), "", "reset")
	cite = readText(t, "x.txt", text).Settings[0].Cite
	if got := text[cite.Offset : cite.Offset+cite.Length]; got != "ended: reset" {
		t.Errorf("%q", got)
	}
}

func TestHandshakeRefused(t *testing.T) {
	whole := handshakeFile("TLS 1.0", helloOf("0301"), serverHelloOf("0301"), "answered")
	for what, c := range map[string]struct{ text, want string }{
		"another version was offered": {handshakeFile("TLS 1.1", helloOf("0301"), "", "closed"), "the head says TLS 1.1, and the bytes that were sent offer TLS 1.0"},
		"cut":                         {strings.TrimSuffix(whole, "ended: answered\n"), "it does not say how the connection ended: the file was cut short"},
		"a line of the dump is gone":  {strings.Replace(whole, "< 00000010", "< 00000020", 1), "line 11: offset 20, want 10: bytes are missing"},
		"no target":                   {strings.Replace(whole, "target: a.example.com:443\n", "", 1), "the head names no target as host:port"},
		"a target that is none":       {strings.Replace(whole, "a.example.com:443", "a/TLS 1.2:443", 1), "the head names no target as host:port"},
		"a later form":                {strings.Replace(whole, "handshake/1", "handshake/2", 1), "a later version of this form, which this program does not know: auditpack TLS handshake/2"},
		"nothing was sent":            {handshakeFile("TLS 1.0", "", "", "closed"), "no bytes of a handshake"},
		"more after the end":          {whole + "> 00000000: aa\n", "line 14: after the end of the connection"},
	} {
		if got := readText(t, "x.txt", c.text).Refused; got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}

func TestPorts(t *testing.T) {
	const text = "auditpack TCP ports/1\ntarget: 2001:db8::5\naddress: 2001:db8::5\nvantage: DESK7 (office network)\n" +
		"tcp/443 open\ntcp/3306 closed: the connection was refused\ntcp/3389 filtered: no answer within 5s\ntcp/8040 unknown: no route to host\nports: 4\n"
	content := readText(t, "x.txt", text)
	want := map[string]string{
		"port:[2001:db8::5]/tcp/443":  "open, seen from DESK7 (office network) | line 5 tcp/443 open",
		"port:[2001:db8::5]/tcp/3306": "closed, seen from DESK7 (office network) | line 6 tcp/3306 closed: the connection was refused",
		"port:[2001:db8::5]/tcp/3389": "filtered, seen from DESK7 (office network) | line 7 tcp/3389 filtered: no answer within 5s",
	}
	if diff := cmp.Diff(want, shownAt(text, content)); diff != "" {
		t.Error(diff)
	}
	if len(content.Problems) != 1 || content.Problems[0].Scope != "port:[2001:db8::5]/tcp/8040" {
		t.Errorf("problems %v", content.Problems)
	}
	for what, c := range map[string]struct{ text, want string }{
		"cut":              {strings.TrimSuffix(text, "ports: 4\n"), "the list has no end: the file was cut short"},
		"a line is gone":   {strings.Replace(text, "tcp/3306 closed: the connection was refused\n", "", 1), "line 8: 3 ports are listed: a line is missing"},
		"an unknown word":  {strings.Replace(text, "443 open", "443 ajar", 1), `line 5: "ajar" is no state of a port`},
		"a port twice":     {strings.Replace(text, "tcp/3306", "tcp/443", 1), "line 6: the ports are not in rising order"},
		"seen from where?": {strings.Replace(text, "vantage: DESK7 (office network)\n", "", 1), "line 4: the head does not say whose port, seen from where"},
	} {
		if got := readText(t, "x.txt", c.text).Refused; got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}

// TestProbedExchange reads a request and its response as a probe keeps them.
func TestProbedExchange(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{
			"* Probed https://a.example.com/aspnet_client at 203.0.113.5:443 from DESK7\r\n* TLS 1.2, cipher suite X\r\nHEAD /aspnet_client HTTP/1.0\r\nUser-Agent: auditpack-probe\r\n\r\n" +
				"HTTP/1.1 301 Moved Permanently\r\nServer: Microsoft-IIS/10.0\r\n\r\n",
			"http:https://a.example.com/aspnet_client#HEAD/HTTP/1.0,no-host",
		},
		{
			"* Probed http://[2001:db8::5]:8080/ at [2001:db8::5]:8080 from DESK7\r\nOPTIONS / HTTP/1.1\r\nHost: [2001:db8::5]:8080\r\n\r\nHTTP/1.1 200 OK\r\nAllow: GET\r\n\r\n",
			"http:http://[2001:db8::5]:8080/#OPTIONS/HTTP/1.1",
		},
	} {
		content := readText(t, "OPTIONS https://b.example.com/x at 203.0.113.9", c.text)
		if len(content.Settings) != 1 || string(content.Settings[0].Address) != c.want {
			t.Errorf("%v %q, want %s", content.Settings, content.Refused, c.want)
		}
	}
}

func FuzzProbe(f *testing.F) {
	f.Add([]byte(handshakeFile("TLS 1.3", hello13, hello13Answer, "answered")))
	f.Add([]byte(handshakeFile("TLS 1.0", helloOf("0301"), "15 0301 0002 0170"+serverHelloOf("0301"), "closed")))
	f.Add([]byte("auditpack TCP ports/1\ntarget: a\nvantage: b\ntcp/1 open\ntcp/2 unknown: x\nports: 2\n"))
	f.Add([]byte("auditpack certificates/1\ntarget: a:1\n-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\ncertificates: 1\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, format := range probeFormats() {
			content := evidence.Content{}
			source := Source{Item: evidence.Item{Path: "item", Name: "x"}, Reader: strings.NewReader(string(raw)), Want: func(evidence.Address) bool { return true }}
			_ = format.Read(source, &content)
			checkCites(t, content, len(raw))
			for _, s := range content.Settings {
				if s.Address.Kind() != format.Kinds[0] || strings.ContainsAny(s.Value.String(), "\r\n") {
					t.Fatalf("%s = %q", s.Address, s.Value)
				}
			}
		}
	})
}

// FuzzTLSAnswer holds that what a server said does not change by what it sends after its answer was whole.
func FuzzTLSAnswer(f *testing.F) {
	for _, digits := range []string{serverHelloOf("0301"), hello13Answer, "15 0302 0002 0246", "15 0303 0002 0170 15 0303 0002 0100"} {
		raw, _ := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		f.Add(raw, []byte("more"))
	}
	f.Fuzz(func(t *testing.T, received, more []byte) {
		a := evidence.ReadTLSAnswer(received)
		if b := evidence.ReadTLSAnswer(append(received[:len(received):len(received)], more...)); a.Whole && !cmp.Equal(a, b) {
			t.Fatalf("%+v, then %+v", a, b)
		}
		offeredVersion(received)
	})
}
