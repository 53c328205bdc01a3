package main

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/render/pack"
)

// TestHostileSigner shows the names in a certificate escaped: they are whatever an attacker wrote there.
func TestHostileSigner(t *testing.T) {
	const name = "\x1b[2J\x1b[32m✓ verified\u202e\r\nsigner trusted"
	id, err := seal.Generate(clock(), seal.P256, "somebody", "")
	if err != nil {
		t.Fatal(err)
	}
	template := *id.Certificate
	template.SerialNumber, template.Subject = big.NewInt(7), pkix.Name{CommonName: name}
	template.RawSubject, template.EmailAddresses = nil, nil
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, id.Signer.Public(), id.Signer)
	if err != nil {
		t.Fatal(err)
	}
	if id.Certificate, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "bag")
	w, err := bag.Create(dir, bag.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add("data/a.txt", []byte("a")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := pack.Seal(t.Context(), dir, &pack.Sealer{Identity: id, Time: signingTime()}, bag.Limits{}); err != nil {
		t.Skipf("nobody can sign with such a certificate: %v", err)
	}
	for _, format := range []string{"text", "json"} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{"verify", dir, "--format", format}, &stdout, &stderr); code != exitLook {
			t.Errorf("exit code %d: %s", code, stderr.String())
		}
		all := stdout.String() + stderr.String()
		if format == "text" && strings.ContainsAny(all, "\x1b\u202e\r") || strings.Contains(all, "\nsigner trusted") {
			t.Errorf("%s: the name is shown as it is: %q", format, all)
		}
		if !strings.Contains(all, "signer trusted") {
			t.Errorf("%s: the name is not shown at all: %q", format, all)
		}
	}
}
