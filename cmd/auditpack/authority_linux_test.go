package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"auditpack/evidence/seal/sealtest"
)

// TestBadAuthority packs with timestamp authorities that hang, lie or are none: one line says so, and nothing is written.
func TestBadAuthority(t *testing.T) {
	dir := t.TempDir()
	good := sealtest.NewAuthority(t)
	good.Time = clock()
	server := httptest.NewServer(good)
	defer server.Close()
	if r := packSample(t, dir, "--tsa", server.URL); r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	if err := os.RemoveAll(filepath.Join(dir, "d")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		bad  func(a *sealtest.Authority)
		want string
	}{
		{"hangs", func(a *sealtest.Authority) { a.Hang = true }, "no answer"},
		{"answers a web page", func(a *sealtest.Authority) { a.HTML = true }, ""},
		{"answers 500", func(a *sealtest.Authority) { a.Status = 500 }, "500"},
		{"refuses", func(a *sealtest.Authority) { a.Refuse = "no more credit" }, "no more credit"},
		{"wrong nonce", func(a *sealtest.Authority) { a.WrongNonce = true }, "nonce"},
		{"wrong digest", func(a *sealtest.Authority) { a.WrongDigest = true }, "imprint"},
		{"forged", func(a *sealtest.Authority) { a.Forge = true }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := sealtest.NewAuthority(t)
			bad.Time = clock()
			c.bad(bad)
			server := httptest.NewServer(bad)
			defer server.Close()
			for _, args := range [][]string{
				{"pack", "s", "-o", "d", "--as-of", "2026-10-21", "--tsa", server.URL, "--tsa-timeout", "500ms"},
				{"seal", "s", "--tsa", server.URL, "--tsa-timeout", "500ms"},
			} {
				r := start(t, dir, 0, args...)
				if r.code != exitFailed || r.stdout != "" {
					t.Errorf("%q: exit code %d, stdout %q", args[0], r.code, r.stdout)
				}
				r.oneLineOfTalk(t, c.want)
				t.Log(r.stderr)
				if got := names(t, dir); got != "s src" {
					t.Errorf("%q: %q is there, want \"s src\"", args[0], got)
				}
				if _, err := os.Lstat(filepath.Join(dir, "s", "seal")); err == nil {
					t.Error("the snapshot has a seal")
				}
			}
		})
	}
	// The next authority is asked where the first fails.
	hang := sealtest.NewAuthority(t)
	hang.Hang = true
	first := httptest.NewServer(hang)
	defer first.Close()
	if r := start(t, dir, 0, "seal", "s", "--tsa", first.URL, "--tsa", server.URL, "--tsa-timeout", "500ms"); r.code != exitDone {
		t.Errorf("with a second authority: %+v", r)
	}
}
