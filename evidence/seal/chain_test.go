package seal_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"

	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

// maker issues certificates for tests.
type maker struct {
	t      testing.TB
	serial int64
}

// certificate issues a certificate for a new P-256 key; parent nil: it issues itself. change alters the usual one.
func (m *maker) certificate(name string, parent *seal.Identity, change func(*x509.Certificate)) *seal.Identity {
	m.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		m.t.Fatal(err)
	}
	return m.withKey(name, key, parent, change)
}

func (m *maker) withKey(name string, key crypto.Signer, parent *seal.Identity, change func(*x509.Certificate)) *seal.Identity {
	m.t.Helper()
	m.serial++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(m.serial), Subject: pkix.Name{CommonName: name},
		NotBefore: sealtest.Time.AddDate(0, -1, 0), NotAfter: sealtest.Time.AddDate(0, 1, 0),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if change != nil {
		change(template)
	}
	issuer, signer := template, key
	if parent != nil {
		issuer, signer = parent.Certificate, parent.Signer
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), signer)
	if err != nil {
		m.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		m.t.Fatal(err)
	}
	return &seal.Identity{Signer: key, Certificate: c}
}

// authority makes a certificate one that may issue others.
func authority(c *x509.Certificate) {
	c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign
}

// issuedIdentity makes an identity under an intermediate authority, which travels along, and the root.
func issuedIdentity(t testing.TB) (*seal.Identity, []*x509.Certificate) {
	t.Helper()
	m := &maker{t: t}
	root := m.certificate("Test Root", nil, authority)
	middle := m.certificate("Test Intermediate", root, authority)
	id := m.certificate("Test Employee", middle, nil)
	id.Chain = []*x509.Certificate{middle.Certificate}
	return id, []*x509.Certificate{root.Certificate}
}
