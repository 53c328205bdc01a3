package check_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
)

// answered is a response to the request that shows the address, unless another name says otherwise.
func answered(head string, body ...string) file {
	return file{"http/http-aspnet_client-http10-nohost.txt", strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + strings.Join(body, "\n")}
}

func renamed(name string, f file) file { return file{name, f.text} }

func TestNoAddress(t *testing.T) {
	const moved, iis = "HTTP/1.1 301 Moved Permanently\n", "Server: Microsoft-IIS/10.0"
	hidden := host(`<security><requestFiltering removeServerHeader="true"/></security>`, "")
	for _, c := range []struct {
		what  string
		files []file
		want  evidence.Result
		says  string
	}{
		{"301 without Location", []file{answered(moved + iis)}, evidence.Pass, "shows no address"},
		{"Location is empty", []file{answered(moved + "Location: \n" + iis)}, evidence.Pass, ""},
		{"Location is a path", []file{answered(moved + "Location: /aspnet_client/\n" + iis)}, evidence.Pass, ""},
		{"private address", []file{answered(moved + "Location: https://10.1.2.3/aspnet_client/\n" + iis)}, evidence.Fail, "10.1.2.3 in Location"},
		{"public address with a port", []file{answered(moved + "Location: http://203.0.113.5:8080/\n" + iis)}, evidence.Fail, "203.0.113.5 in Location"},
		{"IPv6", []file{answered(moved + "Location: https://[fe80::1]/aspnet_client/\n" + iis)}, evidence.Fail, "fe80::1 in Location"},
		{"a name without a dot", []file{answered(moved + "Location: https://AUTOMATE01/aspnet_client/\n" + iis)}, evidence.Fail, "the name AUTOMATE01"},
		{"a name of an internal domain", []file{answered(moved + "Content-Location: http://automate01.example.local/x\n" + iis)}, evidence.Fail, "automate01.example.local"},
		{"another name", []file{answered(moved + "Location: https://www.example.com/\n" + iis)}, evidence.NeedsReview, "www.example.com"},
		{"in the realm", []file{answered("HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"10.1.2.3\"\n" + iis)}, evidence.Fail, "WWW-Authenticate"},
		{"in a cookie's domain", []file{answered(moved + "Set-Cookie: a=b; domain=10.1.2.3\n" + iis)}, evidence.Fail, "Set-Cookie"},
		{"in the body", []file{answered(moved+iis, `<a HREF="https://10.1.2.3/">here</a>`)}, evidence.Fail, "10.1.2.3 in the body"},
		{"a version in the body", []file{answered(moved+iis, "Version 4.0.30319.42000; a::before { }; 12:30:45")}, evidence.Pass, ""},
		{"a leak with 302", []file{answered("HTTP/1.1 302 Found\nLocation: https://10.1.2.3/\n" + iis)}, evidence.Fail, "302"},
		{"404", []file{answered("HTTP/1.1 404 Not Found\n" + iis)}, evidence.NeedsReview, "not exercised"},
		{"500", []file{answered("HTTP/1.1 500 Internal Server Error\n" + iis)}, evidence.NeedsReview, "URL Rewrite"},
		{"302 without address", []file{answered("HTTP/1.1 302 Found\nLocation: /x\n" + iis)}, evidence.NeedsReview, "not exercised"},
		{"400 from http.sys", []file{answered("HTTP/1.1 400 Bad Request\nServer: Microsoft-HTTPAPI/2.0")}, evidence.NeedsReview, "not exercised"},
		{"another server", []file{answered(moved + "Server: nginx")}, evidence.NeedsReview, "the answer is from nginx"},
		{"a proxy", []file{answered(moved + "Via: 1.1 proxy\n" + iis)}, evidence.NeedsReview, "a proxy was in between"},
		{"no name, nothing says why", []file{answered(moved + "Connection: close")}, evidence.NeedsReview, "nothing shows that IIS"},
		{"no name, as configured", []file{answered(moved + "Connection: close"), hidden}, evidence.Pass, "configured not to name itself"},
		{"asked with a Host header", []file{renamed("http-aspnet_client-http11-head.txt", answered(moved+iis))}, evidence.NeedsReview, "HTTP/1.0 without a Host header"},
		{"asked both ways", []file{answered(moved + iis), renamed("http-aspnet_client-http11-head.txt", answered(moved+iis))}, evidence.Pass, ""},
		{"one of two leaks", []file{answered(moved + iis), renamed("http-aspnet_client-http11-head.txt", answered(moved+"Location: https://10.1.2.3/\n"+iis))}, evidence.Fail, ""},
		{"another folder", []file{renamed("http-labtech-http10-nohost.txt", answered(moved+"Location: https://10.1.2.3/\n"+iis))}, evidence.NotCollected, ""},
		{"path in another case", []file{renamed("http-ASPNET_Client-http10-nohost.txt", answered(moved+iis))}, evidence.Pass, ""},
		{"unknown request, clean", []file{renamed("headers.txt", answered(moved+iis))}, evidence.NotCollected, "of none is it known"},
		{"unknown request, leak", []file{renamed("headers.txt", answered(moved+"Location: https://10.1.2.3/\n"+iis))}, evidence.NeedsReview, "unknown request"},
		{"cut short", []file{{"http-aspnet_client-http10-nohost.txt", moved + iis}}, evidence.NeedsReview, "cut short"},
		{"nothing", nil, evidence.NotCollected, ""},
	} {
		v := judgeWeb(t, factsOf(t, c.files...), nil, "http-no-address", "http:*/aspnet_client")
		if v.Result != c.want || !says(v, c.says) {
			t.Errorf("%s: %s, want %s saying %q: %+v", c.what, v.Result, c.want, c.says, v.Reasons)
		}
	}
}

func TestHeaderAbsent(t *testing.T) {
	bare := file{"http-root-head.txt", "HTTP/1.1 200 OK\r\nDate: x\r\n\r\n"}
	server := file{"http-x-head.txt", "HTTP/1.1 404 Not Found\r\nSERVER: Microsoft-IIS/10.0\r\n\r\n"}
	sys := file{"http-bad-get.txt", "HTTP/1.1 400 Bad Request\r\nServer: Microsoft-HTTPAPI/2.0\r\n\r\n"}
	for _, c := range []struct {
		what  string
		files []file
		want  evidence.Result
		says  string
	}{
		{"absent", []file{bare}, evidence.Pass, "none in 1 captured"},
		{"in one of two", []file{bare, server}, evidence.Fail, "Microsoft-IIS/10.0"},
		{"from http.sys", []file{sys}, evidence.Fail, "DisableServerHeader"},
		{"a head that was cut", []file{bare, {"http-y-head.txt", "HTTP/1.1 200 OK\r\nDate: x\r\n"}}, evidence.NeedsReview, "cut short"},
		{"nothing", nil, evidence.NotCollected, ""},
	} {
		v := judgeWeb(t, factsOf(t, c.files...), nil, "http-header-absent", "http:*", "Server")
		if v.Result != c.want || !says(v, c.says) {
			t.Errorf("%s: %s, want %s saying %q: %+v", c.what, v.Result, c.want, c.says, v.Reasons)
		}
	}
}
