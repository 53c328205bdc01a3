package seal_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"auditpack/evidence/seal"
)

// noon is when these tests are.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newEC(curve elliptic.Curve) crypto.Signer {
	k, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
}

// Keys that several tests use.
var (
	ecKey   = sync.OnceValue(func() crypto.Signer { return newEC(elliptic.P256()) })
	weakRSA = sync.OnceValue(func() crypto.Signer {
		k, err := rsa.GenerateKey(rand.Reader, 1024)
		if err != nil {
			panic(err)
		}
		return k
	})
	goodRSA = sync.OnceValue(func() crypto.Signer {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		return k
	})
)

// issue makes a certificate that names a subject; issuer nil makes it self-signed with key.
func issue(t testing.TB, name string, public crypto.PublicKey, key crypto.Signer, issuer *x509.Certificate, change ...func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name},
		NotBefore: noon.AddDate(0, 0, -1), NotAfter: noon.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}
	for _, f := range change {
		f(c)
	}
	if issuer == nil {
		issuer = c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, issuer, public, key)
	if err != nil {
		t.Fatal(err)
	}
	read, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func isAuthority(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign }

func selfSigned(t testing.TB, key crypto.Signer, change ...func(*x509.Certificate)) *x509.Certificate {
	return issue(t, "Jane Doe", key.Public(), key, nil, change...)
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func pkcs8(t testing.TB, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return block("PRIVATE KEY", der)
}

func joined(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func notAsked() (string, error) { return "", errors.New("somebody was asked for a passphrase") }

func TestReadPEM(t *testing.T) {
	key := ecKey()
	cert := selfSigned(t, key)
	sec1, err := x509.MarshalECPrivateKey(key.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	certPEM := block("CERTIFICATE", cert.Raw)
	for name, data := range map[string][]byte{
		"PKCS #8, then certificate":       joined(pkcs8(t, key), certPEM),
		"certificate first":               joined(certPEM, pkcs8(t, key)),
		"SEC 1, with parameters and text": joined([]byte("Bag Attributes\r\n    localKeyID: 01\r\n"), block("EC PARAMETERS", []byte{5, 0}), block("EC PRIVATE KEY", sec1), certPEM),
		"another's certificate beside it": joined(block("CERTIFICATE", selfSigned(t, newEC(elliptic.P256())).Raw), certPEM, pkcs8(t, key)),
		"CRLF":                            bytes.ReplaceAll(joined(pkcs8(t, key), certPEM), []byte("\n"), []byte("\r\n")),
	} {
		t.Run(name, func(t *testing.T) {
			k, err := seal.ReadKeyFile(t.Context(), data, notAsked)
			if err != nil {
				t.Fatal(err)
			}
			if k.Form != seal.FormPEM || k.Encrypted || !k.Certificate.Equal(cert) || len(k.Chain) != 0 {
				t.Errorf("form %s, encrypted %t, certificate of %s, chain of %d", k.Form, k.Encrypted, k.Party().Name, len(k.Chain))
			}
			signs(t, &k.Identity)
		})
	}
}

// signs fails unless the identity's signature is one that its certificate's key verifies.
func signs(t *testing.T, id *seal.Identity) {
	t.Helper()
	digest := seal.Fingerprint(id.Certificate)
	signature, err := id.Signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	switch k := id.Certificate.PublicKey.(type) {
	case *ecdsa.PublicKey:
		if !ecdsa.VerifyASN1(k, digest[:], signature) {
			t.Error("the signature does not verify")
		}
	case *rsa.PublicKey:
		if err := rsa.VerifyPKCS1v15(k, crypto.SHA256, digest[:], signature); err != nil {
			t.Error(err)
		}
	}
}

// TestChain: issuers travel, nearest first, whatever the order in the file; strangers stay.
func TestChain(t *testing.T) {
	rootKey, upperKey, lowerKey, key := newEC(elliptic.P384()), newEC(elliptic.P256()), newEC(elliptic.P256()), ecKey()
	root := issue(t, "Root", rootKey.Public(), rootKey, nil, isAuthority)
	upper := issue(t, "Upper", upperKey.Public(), rootKey, root, isAuthority)
	lower := issue(t, "Lower", lowerKey.Public(), upperKey, upper, isAuthority)
	leaf := issue(t, "Jane Doe", key.Public(), lowerKey, lower)
	stranger := selfSigned(t, newEC(elliptic.P256()))
	k, err := seal.ReadKeyFile(t.Context(), joined(pkcs8(t, key), seal.MarshalPEM(root, upper, stranger, leaf, lower)), notAsked)
	if err != nil {
		t.Fatal(err)
	}
	if !k.Certificate.Equal(leaf) || !slices.EqualFunc(k.Chain, []*x509.Certificate{lower, upper, root}, (*x509.Certificate).Equal) {
		t.Errorf("certificate of %s, chain of %d: want Jane Doe, Lower, Upper, Root", k.Party().Name, len(k.Chain))
	}
}

func TestReadBad(t *testing.T) {
	key := ecKey()
	cert := block("CERTIFICATE", selfSigned(t, key).Raw)
	p224 := newEC(elliptic.P224())
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	certFor := func(key crypto.Signer, change ...func(*x509.Certificate)) []byte {
		return block("CERTIFICATE", selfSigned(t, key, change...).Raw)
	}
	many := bytes.Repeat(cert, 17)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":                {nil, "neither PEM nor PKCS #12 nor an external signer"},
		"text":                 {[]byte("hello"), "neither PEM nor PKCS #12 nor an external signer"},
		"too large":            {make([]byte, seal.MaxKeyFile+1), "not an identity"},
		"no key":               {cert, "holds a certificate, and no private key to sign with"},
		"cut short":            {pkcs8(t, key)[:100], "holds no private key"},
		"no certificate":       {pkcs8(t, key), "holds a private key, but no certificate"},
		"another's":            {joined(pkcs8(t, key), certFor(newEC(elliptic.P256()))), "private key and certificate do not match: the certificate of Jane Doe is for another key"},
		"several keys":         {joined(pkcs8(t, key), pkcs8(t, p224), cert), "holds several private keys"},
		"RSA of 1024 bits":     {joined(pkcs8(t, weakRSA()), certFor(weakRSA())), "an RSA-1024 key is weak: at least 2048 bits are needed"},
		"P-224":                {joined(pkcs8(t, p224), certFor(p224)), "an ECDSA P-224 key is not accepted: P-256, P-384 and P-521 are"},
		"Ed25519":              {joined(pkcs8(t, edKey), certFor(edKey)), "a key that is neither RSA nor ECDSA is not understood"},
		"DSA":                  {joined(block("DSA PRIVATE KEY", []byte{0x30, 0}), cert), `the private key is a "DSA PRIVATE KEY"`},
		"broken key":           {joined(block("PRIVATE KEY", []byte{0x30, 0}), cert), "the private key cannot be read"},
		"broken certificate":   {joined(pkcs8(t, key), block("CERTIFICATE", []byte{0x30, 0})), "a certificate cannot be read"},
		"encrypted PKCS #8":    {joined(block("ENCRYPTED PRIVATE KEY", []byte{0x30, 0}), cert), "openssl pkcs12 -export"},
		"encrypted, old":       {joined([]byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"), cert), "openssl pkcs12 -export"},
		"a request":            {joined(pkcs8(t, key), block("CERTIFICATE REQUEST", []byte{0x30, 0})), `holds a "CERTIFICATE REQUEST"`},
		"not for signing":      {joined(pkcs8(t, key), certFor(key, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })), "the certificate of Jane Doe is not for signatures (key usage)"},
		"for programs":         {joined(pkcs8(t, key), certFor(key, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning} })), "not for signing documents (extended key usage)"},
		"certificates galore":  {joined(pkcs8(t, key), many), "more than 16 certificates"},
		"a certificate in DER": {selfSigned(t, key).Raw, "not a PKCS #12 file that can be read"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := seal.ReadKeyFile(t.Context(), c.data, notAsked)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error is %v, want one line with %q", err, c.want)
			}
		})
	}
}

// TestPEMByOpenSSL: what is written is what OpenSSL reads.
func TestPEMByOpenSSL(t *testing.T) {
	id := &seal.Identity{Signer: ecKey(), Certificate: selfSigned(t, ecKey())}
	data, err := seal.EncodePEM(id)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "id.pem")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	key := opensslSays(t, "pkey", "-in", path, "-pubout")
	if certificate := opensslSays(t, "x509", "-in", path, "-noout", "-pubkey"); key != certificate {
		t.Errorf("OpenSSL reads the public key\n%sof the private key and\n%sof the certificate", key, certificate)
	}
	print := opensslSays(t, "x509", "-in", path, "-noout", "-fingerprint", "-sha256")
	if want := seal.FormatFingerprint(seal.Fingerprint(id.Certificate)); !strings.Contains(print, want) {
		t.Errorf("OpenSSL says %s, want %s", print, want)
	}
}

// opensslSays runs OpenSSL, an independent reader and writer of the same forms, and returns what it prints.
func opensslSays(t *testing.T, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not on PATH")
	}
	var stderr bytes.Buffer
	cmd := exec.Command("openssl", args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out) + stderr.String()
}

// FuzzReadKeyFile: no file of any form makes the reader panic or hang, and what it takes for an identity can sign.
func FuzzReadKeyFile(f *testing.F) {
	key := ecKey()
	cert := selfSigned(f, key)
	id := &seal.Identity{Signer: key, Certificate: cert}
	pemFile, err := seal.EncodePEM(id)
	if err != nil {
		f.Fatal(err)
	}
	signer, err := seal.EncodeExternal(id, seal.Command{Argv: []string{absolute("sign")}, Timeout: time.Second})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(pemFile)
	f.Add(signer)
	f.Add(legacyP12(f, id, "x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := seal.ReadKeyFile(t.Context(), data, func() (string, error) { return "x", nil })
		if err != nil {
			return
		}
		public, ok := k.Signer.Public().(interface{ Equal(crypto.PublicKey) bool })
		if !ok || !public.Equal(k.Certificate.PublicKey) {
			t.Fatal("private key and certificate do not match")
		}
		if k.Form == seal.FormExternal {
			return // it would run what the fuzzer names
		}
		again, err := seal.EncodePEM(&k.Identity)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := seal.ReadKeyFile(t.Context(), again, notAsked); err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
	})
}
