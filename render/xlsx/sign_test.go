package xlsx_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"testing"
	"time"

	"auditpack/evidence/seal"
	"auditpack/render/xlsx"
)

var signedAt = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// issue makes a certificate for a key, by itself where there is no issuer.
func issue(t testing.TB, name string, key crypto.Signer, issuer *seal.Identity) *seal.Identity {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(1000 + len(name))), Subject: pkix.Name{CommonName: name, Organization: []string{"Example & Sons"}},
		NotBefore: signedAt.Add(-24 * time.Hour), NotAfter: signedAt.AddDate(3, 0, 0), BasicConstraintsValid: true,
		IsCA: issuer == nil && name == "Authority", KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}, EmailAddresses: []string{"signer@example.com"},
	}
	if template.IsCA {
		template.KeyUsage, template.ExtKeyUsage = x509.KeyUsageCertSign, nil
	}
	by, signer := template, key
	if issuer != nil {
		by, signer = issuer.Certificate, issuer.Signer
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	id := &seal.Identity{Signer: key, Certificate: certificate}
	if issuer != nil {
		id.Chain = []*x509.Certificate{issuer.Certificate}
	}
	return id
}

func ecKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// identities are made once for all tests of the package.
var identities = sync.OnceValue(func() map[string]*seal.Identity {
	t := &testing.B{}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return map[string]*seal.Identity{
		"RSA":    issue(t, "RSA signer", key, nil),
		"EC":     issue(t, "EC signer", ecKey(t), nil),
		"issued": issue(t, "Issued signer", ecKey(t), issue(t, "Authority", ecKey(t), nil)),
	}
})

func sign(t testing.TB, file []byte, id *seal.Identity) []byte {
	t.Helper()
	signed, err := xlsx.Sign(t.Context(), file, id, xlsx.SignOptions{Time: signedAt, Comment: "Quarterly <audit> & handoff"})
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func verify(t testing.TB, file []byte, trust seal.Trust) seal.File {
	t.Helper()
	f, err := xlsx.Verify(bytes.NewReader(file), int64(len(file)), trust)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSignVerify(t *testing.T) {
	for name, id := range identities() {
		t.Run(name, func(t *testing.T) {
			signed := sign(t, write(t, document()), id)
			t.Logf("%d bytes", len(signed))
			f := verify(t, signed, seal.Trust{At: signedAt})
			t.Logf("%+v", f)
		})
	}
}
