package parse

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
)

func TestHTTPResponses(t *testing.T) {
	for _, c := range []struct {
		what, name, text string
		want             []string // address = value | line+offset+length of the head
		problems         []string
	}{
		{
			what: "curl -sI, named as asked", name: "http/http-aspnet_client-http10-nohost.txt",
			text: "HTTP/1.1 301 Moved Permanently\r\nLocation: https://10.1.2.3/aspnet_client/\r\nDate: Tue, 20 Oct 2026 06:32:11 GMT\r\n\r\n",
			want: []string{"http:unknown-host/aspnet_client#HEAD/HTTP/1.0,no-host = HTTP/1.1 301 Moved Permanently; Location: https://10.1.2.3/aspnet_client/ | 1 \"Date: Tue, 20 Oct 2026 06:32:11 GMT\" \"\""},
		},
		{
			what: "HTTP/2 and no reason, LF only, repeated and folded headers", name: "x.txt",
			text: "HTTP/2 200 \nset-cookie: sid=secret; path=/\nset-cookie: b=c\nx-long: one\n two\n\n",
			want: []string{"http:unknown-host/unknown-path#unknown,in x.txt = HTTP/2 200; set-cookie: sid; path=/; set-cookie: b; x-long: one two | 1 \" two\" \"\""},
		},
		{
			what: "100 Continue and a redirect chain", name: "https-a.example.com-labtech+agent-get.txt",
			text: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /x\r\n\r\nHTTP/1.1 200 OK\r\nServer: Microsoft-IIS/10.0\r\n\r\n<html>\r\n",
			want: []string{
				"http:https://a.example.com/labtech/agent#GET = HTTP/1.1 302 Found; Location: /x | 3 \"Location: /x\" \"\"",
				"http:unknown-host/unknown-path#unknown,in https-a.example.com-labtech+agent-get.txt = HTTP/1.1 200 OK; Server: Microsoft-IIS/10.0 | 6 \"Server: Microsoft-IIS/10.0\" \"<html>\\n\"",
			},
		},
		{
			what: "curl -v", name: "v.txt",
			text: "*   Trying 203.0.113.5:443...\n* Connected to a.example.com (203.0.113.5) port 443\n{ [5 bytes data]\n> HEAD /aspnet_client HTTP/1.0\n> User-Agent: curl/8.9\n>\n< HTTP/1.1 301 Moved Permanently\n< Content-Length: 0\n< \n* Closing connection\n",
			want: []string{"http:a.example.com/aspnet_client#HEAD/HTTP/1.0,no-host = HTTP/1.1 301 Moved Permanently; Content-Length: 0 | 7 \"< \" \"\""},
		},
		{
			what: "curl -v together with -i: each head twice", name: "vi.txt",
			text: "> GET / HTTP/1.1\n> Host: a.example.com\n>\n< HTTP/1.1 200 OK\n< Server: x\n< \nHTTP/1.1 200 OK\nServer: x\n\nbody\n",
			want: []string{"http:a.example.com/#GET/HTTP/1.1 = HTTP/1.1 200 OK; Server: x | 4 \"< \" \"body\\n\""},
		},
		{
			what: "the command copied along with its prompt, twice", name: "paste.txt",
			text: "C:\\>curl.exe -H \"Host:\" https://a.example.com/aspnet_client --http1.0 -I\r\nHTTP/1.1 301 Moved Permanently\r\n\r\n\r\nC:\\>curl -sI -H \"Host: b.example.com\" https://a.example.com/\r\nHTTP/1.1 404 Not Found\r\n\r\n",
			want: []string{
				"http:https://a.example.com/#HEAD = HTTP/1.1 404 Not Found | 6 \"HTTP/1.1 404 Not Found\" \"\"",
				"http:https://a.example.com/aspnet_client#HEAD/HTTP/1.0,no-host = HTTP/1.1 301 Moved Permanently | 2 \"HTTP/1.1 301 Moved Permanently\" \"\"",
			},
		},
		{
			what: "a raw exchange with its request", name: "probe.txt",
			text: "HEAD /labtech HTTP/1.0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
			want: []string{"http:unknown-host/labtech#HEAD/HTTP/1.0,no-host = HTTP/1.1 200 OK | 3 \"HTTP/1.1 200 OK\" \"\""},
		},
		{
			what: "the same asked twice", name: "http-root-head.txt",
			text: "# curl -I http://a.example.com\nHTTP/1.0 200 OK\nA: 1\n\n# curl -I http://a.example.com\nHTTP/1.0 200 OK\nA: 2\n\n",
			want: []string{
				"http:http://a.example.com/#HEAD = HTTP/1.0 200 OK; A: 1 | 2 \"A: 1\" \"\"",
				"http:http://a.example.com/#HEAD~2 = HTTP/1.0 200 OK; A: 2 | 6 \"A: 2\" \"\"",
			},
		},
		{
			what: "a page that quotes a command", name: "http-root-get.txt",
			text: "HTTP/1.1 200 OK\n\n<p>try curl https://a.example.com/\n10.1.2.3</p>\n",
			want: []string{"http:unknown-host/#GET = HTTP/1.1 200 OK | 1 \"HTTP/1.1 200 OK\" \"<p>try curl https://a.example.com/\\n10.1.2.3</p>\\n\""},
		},
		{
			what: "a head that is cut", name: "http-root-get.txt",
			text:     "HTTP/1.1 200 OK\r\nServer: Micro",
			want:     []string{"http:unknown-host/#GET = HTTP/1.1 200 OK; Server: Micro | 1 \"Server: Micro\" \"\""},
			problems: []string{"http:unknown-host/#GET: the file ends inside the headers of a response: it was cut short"},
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			content := readText(t, c.name, c.text)
			if content.Format != "HTTP responses" || content.Refused != "" {
				t.Fatalf("format %q refused %q", content.Format, content.Refused)
			}
			var got, problems []string
			for _, s := range evidence.NewFacts([]evidence.Content{content}).Settings() {
				got = append(got, shownResponse(c.text, s))
			}
			for _, p := range content.Problems {
				problems = append(problems, fmt.Sprintf("%s: %s", p.Scope, p.Message))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.problems, problems); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// shownResponse writes a Setting as the table does: address = value | line of the head, its last line, the body.
func shownResponse(raw string, s evidence.Setting) string {
	value, _, _ := strings.Cut(s.Value.String(), "; body ")
	lines := strings.Split(strings.TrimSuffix(raw[s.Cite.Offset:s.Cite.Offset+s.Cite.Length], "\r\n"), "\n")
	last := strings.TrimSuffix(lines[len(lines)-1], "\r")
	if last == "" && len(lines) > 1 { // the empty line that ends the head
		last = strings.TrimSuffix(lines[len(lines)-2], "\r")
	}
	return fmt.Sprintf("%s = %s | %d %q %q", s.Address, value, s.Cite.Line, last, s.Value.(evidence.HTTPResponse).Body)
}

func TestHTTPRefused(t *testing.T) {
	for what, c := range map[string]struct{ text, want string }{
		"headers only":  {"Server: Microsoft-IIS/10.0\r\nContent-Type: text/html\r\n\r\n", "HTTP headers without a status line: what kind of answer they belong to is not known"},
		"interim only":  {"HTTP/1.1 100 Continue\r\n\r\n", "no response with a status line"},
		"long line":     {"HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", MaxLine) + "\r\n\r\n", "line 2 is longer than 4194304 bytes"},
		"not HTTP":      {"HTTP is a protocol\nHTTP/1.1 was its version\n", "not recognised as any kind of evidence"},
		"a status of 9": {"HTTP/1.1 9 Odd\n", "not recognised as any kind of evidence"},
	} {
		if got := readText(t, "x.txt", c.text); got.Refused != c.want {
			t.Errorf("%s: refused %q, want %q", what, got.Refused, c.want)
		}
	}
}

func TestHTTPBodyLimit(t *testing.T) {
	content := readText(t, "x.txt", "HTTP/1.1 200 OK\n\n"+strings.Repeat("0123456789\n", 10_000))
	response := content.Settings[0].Value.(evidence.HTTPResponse)
	if !response.Cut || len(response.Body) > maxHTTPBody {
		t.Errorf("body of %d bytes, cut %v", len(response.Body), response.Cut)
	}
}

func TestRequestFromCommand(t *testing.T) {
	for _, c := range []struct {
		command []string
		want    evidence.Address
	}{
		{[]string{`C:\Windows\System32\curl.exe`, "-sI0", "-H", "Host:", "https://a.example.com/aspnet_client"}, "http:https://a.example.com/aspnet_client#HEAD/HTTP/1.0,no-host"},
		{[]string{"curl", "-sIo", "out.txt", "-X", "OPTIONS", "https://a.example.com:8443"}, "http:https://a.example.com:8443/#OPTIONS"},
		{[]string{"curl", "-H", "Host: b", "http://a.example.com/x?q=1"}, "http:http://a.example.com/x?q=1#GET"},
	} {
		if got := requestFromItem(evidence.Item{Command: c.command}).Address(); got != c.want {
			t.Errorf("%q: %s, want %s", c.command, got, c.want)
		}
	}
}

func FuzzHTTP(f *testing.F) {
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\nbody\r\n"))
	f.Add([]byte("> GET / HTTP/1.1\n> Host: a\n>\n< HTTP/1.1 200 OK\n< Server: x\n< \nHTTP/1.1 200 OK\nServer: x\n\nbody\n"))
	f.Add([]byte("# curl -I \"http://a\nHTTP/2 301\nlocation: [::1]\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		content := evidence.Content{}
		source := Source{Item: evidence.Item{Path: "item", Name: "http-x-head.txt"}, Reader: strings.NewReader(string(raw)), Want: func(evidence.Address) bool { return true }}
		_ = readHTTP(source, &content)
		checkCites(t, content, len(raw))
	})
}
