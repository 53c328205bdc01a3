package pack_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
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

// TestOtherDigests has openssl sign with SHA-512 what the sample's signer signed with SHA-256: a file, and a whole package
// as its second signer.
func TestOtherDigests(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		c := exec.CommandContext(t.Context(), openssl, args...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
	}
	run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "other.pem", "-subj", "/CN=other", "-config", os.DevNull)
	sign := func(content, to string) {
		t.Helper()
		run("cms", "-sign", "-binary", "-cades", "-md", "sha512", "-in", content, "-signer", "other.pem", "-inkey", "key.pem",
			"-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest", "-outform", "DER", "-out", to)
	}
	text, err := os.ReadFile(filepath.Join(dir, "other.pem"))
	if err != nil {
		t.Fatal(err)
	}
	trust := sealedSample(t).trust
	others, err := seal.ReadCertificates("other.pem", text)
	if err != nil {
		t.Fatal(err)
	}
	trust.Signers, trust.At = append(others, trust.Signers...), others[0].NotBefore

	log := filepath.Join(dir, "log")
	if err := os.WriteFile(log, []byte("started"), 0o600); err != nil {
		t.Fatal(err)
	}
	sign(log, "log.p7s")
	if r := verify(t, log+".p7s", trust); r.Standing != seal.Trusted || r.Signed[0].Signatures[0].Algorithm != "RSA-2048 PSS SHA-512" {
		t.Errorf("a file: %s, %v", r.Standing, r.Err())
	}
	if err := os.WriteFile(log, []byte("stopped"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, log+".p7s", trust); r.Standing != seal.Broken || !strings.Contains(r.Err().Error(), "digest mismatch") {
		t.Errorf("another file: %s, %v", r.Standing, r.Err())
	}

	root := copyOf(sealedSample(t).folder)(t)
	sign(filepath.Join(root, "tagmanifest-sha256.txt"), filepath.Join(root, "seal", "tagmanifest-sha256.txt.2.p7s"))
	if r := verify(t, root, trust); r.Err() != nil || len(r.Signed[0].Signatures) != 2 || r.Signed[0].Signatures[1].Standing != seal.Trusted {
		t.Errorf("a package: %s, %v", r.Standing, r.Err())
	}
	sign(log, filepath.Join(root, "seal", "tagmanifest-sha256.txt.2.p7s"))
	if r := verify(t, root, trust); r.Standing != seal.Broken {
		t.Errorf("a package with the seal of something else: %s", r.Standing)
	}
}
