package pack_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/render/pack"
)

// put writes files into a new folder.
func put(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// signed returns a .p7s over a text by the signer of the sample.
func signed(t *testing.T, text string) string {
	t.Helper()
	s := sealedSample(t)
	cms, err := seal.Sign(t.Context(), s.by.Identity, evidence.DigestOf([]byte(text)), seal.Options{Time: s.by.Time})
	if err != nil {
		t.Fatal(err)
	}
	return string(cms)
}

// TestSignatureStem finds the file that a .p7s signs: the one that has just its name, and only in a seal one without a number.
func TestSignatureStem(t *testing.T) {
	text, other := "2026-10-20 10:00 started", "2026-10-21 10:00 started"
	cms := signed(t, text)
	for _, c := range []struct {
		about string
		files map[string]string
		name  string
		want  seal.Standing // empty: an error
	}{
		{"a name that ends in a number", map[string]string{"log.1": text, "log.1.p7s": cms}, "log.1.p7s", seal.Trusted},
		{"beside one without the number", map[string]string{"log": other, "log.1": text, "log.1.p7s": cms}, "log.1.p7s", seal.Trusted},
		{"only one without the number", map[string]string{"log": text, "log.1.p7s": cms}, "log.1.p7s", ""},
		{"above", map[string]string{"log": text, "seal/log.p7s": cms}, "seal/log.p7s", seal.Trusted},
		{"the second signer of a bag", map[string]string{"tagmanifest-sha256.txt": text, "seal/tagmanifest-sha256.txt.2.p7s": cms},
			"seal/tagmanifest-sha256.txt.2.p7s", seal.Trusted},
		{"altered", map[string]string{"log.1": other, "log": text, "log.1.p7s": cms}, "log.1.p7s", seal.Broken},
		{"not DER", map[string]string{"log": text, "log.p7s": "-----BEGIN PKCS7-----\n"}, "log.p7s", ""},
		{"cut off", map[string]string{"log": text, "log.p7s": cms[:200]}, "log.p7s", ""},
		{"too large", map[string]string{"log": text, "log.p7s": cms + strings.Repeat("\x00", 1<<20)}, "log.p7s", ""},
		{"a folder", map[string]string{"log/x": text, "log.p7s": cms}, "log.p7s", ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			r, err := pack.Verify(t.Context(), filepath.Join(put(t, c.files), filepath.FromSlash(c.name)), pack.VerifyOptions{Trust: sealedSample(t).trust})
			switch {
			case c.want == "" && (err == nil || strings.Contains(err.Error(), "\n")):
				t.Errorf("%s, %v: want an error on one line", r.Standing, err)
			case c.want != "" && (err != nil || r.Standing != c.want):
				t.Errorf("%s, %v, %v: want %s", r.Standing, r.Err(), err, c.want)
			}
		})
	}
}

// TestSignatureGivenUp ends where nobody waits for it any more.
func TestSignatureGivenUp(t *testing.T) {
	dir := put(t, map[string]string{"log": "text", "log.p7s": signed(t, "text")})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{filepath.Join(dir, "log.p7s"), filepath.Join(sealedSample(t).folder, "data/report.pdf")} {
		if _, err := pack.Verify(ctx, name, pack.VerifyOptions{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTooLarge looks at the size of a document before it reads any of it.
func TestTooLarge(t *testing.T) {
	dir := put(t, map[string]string{"r.pdf": "%PDF-1.7\n"})
	name := filepath.Join(dir, "r.pdf")
	if err := os.Truncate(name, 512<<20+1); err != nil { // nothing but a hole
		t.Skip(err)
	}
	_, err := pack.Verify(t.Context(), name, pack.VerifyOptions{})
	if err == nil || !strings.HasSuffix(err.Error(), "r.pdf: 536870913 bytes, the limit is 536870912") {
		t.Error(err)
	}
}
