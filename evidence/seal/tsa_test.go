package seal_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

func TestAuthorityOverHTTP(t *testing.T) {
	imprint := evidence.DigestOf(content)
	for _, test := range []struct {
		name string
		set  func(*sealtest.Authority)
		want string // in the error; empty: a timestamp
	}{
		{"good", func(*sealtest.Authority) {}, ""},
		{"text beside granted", func(a *sealtest.Authority) { a.Say = "have a nice day" }, ""},
		{"wrong nonce", func(a *sealtest.Authority) { a.WrongNonce = true }, "another nonce"},
		{"no nonce", func(a *sealtest.Authority) { a.NoNonce = true }, "another nonce"},
		{"wrong digest", func(a *sealtest.Authority) { a.WrongDigest = true }, "over other bytes"},
		{"SHA-1", func(a *sealtest.Authority) { a.SHA1 = true }, "SHA-1 (weak)"},
		{"page", func(a *sealtest.Authority) { a.HTML = true }, `answered "text/html; charset=utf-8"`},
		{"endless", func(a *sealtest.Authority) { a.Endless = true }, "answered more than 65536 bytes"},
		{"hangs", func(a *sealtest.Authority) { a.Hang = true }, "no answer within 300ms"},
		{"HTTP status", func(a *sealtest.Authority) { a.Status = 503 }, "HTTP 503"},
		{"refused", func(a *sealtest.Authority) { a.Refuse = "no\x1b[2J credit" }, `rejected: no\u001B[2J credit`},
		{"forged", func(a *sealtest.Authority) { a.Forge = true }, "does not verify"},
		{"time outside its certificate", func(a *sealtest.Authority) { a.Time = a.Time.AddDate(2, 0, 0) }, "not valid at the time it states"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tsa := sealtest.NewAuthority(t)
			test.set(tsa)
			timeout := 20 * time.Second // for a busy machine
			if tsa.Hang {
				timeout = 300 * time.Millisecond
			}
			server := httptest.NewServer(tsa)
			defer server.Close()
			a, err := seal.NewAuthority([]string{server.URL}, seal.AuthorityOptions{Timeout: timeout})
			if err != nil {
				t.Fatal(err)
			}
			response, err := a.Stamp(context.Background(), imprint)
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) || strings.ContainsAny(err.Error(), "\n\x1b") {
					t.Fatalf("%q, want %q in one line", err, test.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if s := seal.VerifyStamp(response, imprint, nil, sealtest.Trust(nil, tsa)); s.Standing != seal.Trusted {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestAuthorityTriesTheNext(t *testing.T) {
	bad, good := sealtest.NewAuthority(t), sealtest.NewAuthority(t)
	bad.HTML = true
	first, second := httptest.NewServer(bad), httptest.NewServer(good)
	defer first.Close()
	defer second.Close()
	moved := httptest.NewServer(http.RedirectHandler("ftp://192.0.2.1/", http.StatusTemporaryRedirect))
	defer moved.Close()
	a, err := seal.NewAuthority([]string{moved.URL, first.URL, second.URL}, seal.AuthorityOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Stamp(context.Background(), evidence.DigestOf(nil)); err != nil {
		t.Error(err)
	}
	a, err = seal.NewAuthority([]string{moved.URL, first.URL}, seal.AuthorityOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Stamp(context.Background(), evidence.DigestOf(nil))
	if err == nil || !strings.Contains(err.Error(), "HTTP 307: it moved to ftp://192.0.2.1/") || !strings.Contains(err.Error(), "text/html") {
		t.Error(err)
	}
}

func TestAuthorityURLs(t *testing.T) {
	for _, u := range []string{"", "ftp://example.com/", "file:///etc/passwd", "example.com", "http://", "http://user:pass@example.com/"} {
		if _, err := seal.NewAuthority([]string{u}, seal.AuthorityOptions{}); err == nil || strings.Contains(err.Error(), "pass@") {
			t.Errorf("%q: %v", u, err)
		}
	}
	if _, err := seal.NewAuthority(nil, seal.AuthorityOptions{}); err == nil {
		t.Error("no URL at all was taken")
	}
}
