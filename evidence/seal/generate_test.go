package seal_test

import (
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

func TestGenerate(t *testing.T) {
	now := time.Date(2026, 11, 22, 13, 14, 15, 999, time.FixedZone("", 3600))
	id, err := seal.Generate(now, seal.P256, "Test Signer", "signer@example.com")
	if err != nil {
		t.Fatal(err)
	}
	c := id.Certificate
	if want := time.Date(2026, 11, 22, 12, 9, 15, 0, time.UTC); !c.NotBefore.Equal(want) {
		t.Errorf("valid from %s, want %s", c.NotBefore, want)
	}
	if want := time.Date(2029, 11, 22, 12, 14, 15, 0, time.UTC); !c.NotAfter.Equal(want) {
		t.Errorf("valid until %s, want %s", c.NotAfter, want)
	}
	if n := c.SerialNumber.BitLen(); n > 127 || n < 64 { // fewer than 64 bits: once in 2^63 runs
		t.Errorf("serial of %d bits", n)
	}
	p := id.Party()
	if p.Name != "Test Signer" || p.Email != "signer@example.com" || p.Issuer != "itself" {
		t.Errorf("%+v", p)
	}
	if err := id.Check(now); err != nil {
		t.Error(err)
	}
	o := newOpenSSL(t)
	o.write("c.pem", seal.MarshalPEM(c))
	text := o.must("x509 -in c.pem -noout -text")
	for _, want := range []string{
		"X509v3 Basic Constraints: critical\n                CA:FALSE",
		"X509v3 Key Usage: critical\n                Digital Signature, Non Repudiation",
		"X509v3 Extended Key Usage: \n                E-mail Protection, 1.3.6.1.5.5.7.3.36",
		"X509v3 Subject Key Identifier",
		"email:signer@example.com",
		"Signature Algorithm: ecdsa-with-SHA256",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if want := strings.TrimSpace(o.must("x509 -in c.pem -noout -fingerprint -sha256")); !strings.HasSuffix(want, "="+seal.FormatFingerprint(p.Fingerprint)) {
		t.Errorf("fingerprint %s, openssl: %s", seal.FormatFingerprint(p.Fingerprint), want)
	}
	if text = x509Text(t, rsaIdentity(t).Certificate); !strings.Contains(text, "Public-Key: (3072 bit)") || !strings.Contains(text, "sha256WithRSAEncryption") {
		t.Error(text)
	}
}

func x509Text(t *testing.T, c *x509.Certificate) string {
	o := newOpenSSL(t)
	o.write("c.pem", seal.MarshalPEM(c))
	return o.must("x509 -in c.pem -noout -text")
}

func TestGenerateRefuses(t *testing.T) {
	for _, test := range []struct{ kind, name, email, want string }{
		{"p-256", "", "", "empty"},
		{"p-256", " x", "", "blanks"},
		{"p-256", "x\u202ey", "", "cannot be shown"},
		{"p-256", "x\xff", "", "cannot be shown"},
		{"p-256", strings.Repeat("x", 65), "", "64"},
		{"p-256", "x", "nobody", "is none"},
		{"p-256", "x", "A <a@example.com>", "blanks"},
		{"p-256", "x", "ä@example.com", "ASCII"},
		{"rsa-1024", "x", "", "rsa-3072 and p-256 are known"},
	} {
		_, err := seal.Generate(sealtest.Time, seal.KeyKind(test.kind), test.name, test.email)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v", test, err)
		}
	}
}

func TestReadCertificates(t *testing.T) {
	id, other := sealtest.Identity(t), rsaIdentity(t)
	one, both := seal.MarshalPEM(id.Certificate), seal.MarshalPEM(id.Certificate, other.Certificate)
	change := func(old, new string) []byte { return []byte(strings.ReplaceAll(string(one), old, new)) }
	for _, test := range []struct {
		name string
		text []byte
		n    int
		want string // in the error
	}{
		{"one", one, 1, ""},
		{"two", both, 2, ""},
		{"CRLF", change("\n", "\r\n"), 1, ""},
		{"text around", append([]byte("subject=CN = Test\n"), append(both, "that was all\n"...)...), 2, ""},
		{"empty", nil, 0, "trust.pem: no certificate in it"},
		{"text", []byte("hello"), 0, "trust.pem: no certificate in it"},
		{"DER", id.Certificate.Raw, 0, "no certificate in it"},
		{"private key", append(one, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"...), 0, "a private key is in it"},
		{"other kind", change("CERTIFICATE", "X509 CRL"), 0, "block 1 is a X509 CRL, not a certificate"},
		{"broken block", append(one, "-----BEGIN CERTIFICATE-----\nAA"...), 0, "1 of its 2 blocks are not PEM"},
		{"broken certificate", []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), 0, "certificate 1: "},
		{"too large", make([]byte, 1<<20+1), 0, "at most 1048576"},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, err := seal.ReadCertificates("trust.pem", test.text)
			if len(all) != test.n || (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("%d certificates, %v; want %d, %q", len(all), err, test.n, test.want)
			}
		})
	}
}
