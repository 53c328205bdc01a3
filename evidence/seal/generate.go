package seal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// KeyKind is a kind of key that Generate makes.
type KeyKind string

// The kinds of keys: RSA, which every verifier knows, and the smaller, quicker P-256.
const (
	RSA3072 KeyKind = "rsa-3072"
	P256    KeyKind = "p-256"
)

// The validity of a generated certificate. It begins a little early, for the clocks of those who verify.
const (
	validBefore = 5 * time.Minute
	validYears  = 3
)

// oidDocumentSigning is the purpose of signing documents (RFC 9336).
var oidDocumentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}

// Generate makes a new identity: a key, and a certificate signed with it. The certificate is for signing only (no
// authority; digital signature and content commitment; e-mail and documents), has a random serial of 127 bits, and is
// valid for three years from five minutes before now. name is at most 64 characters (X.520); email may be empty.
func Generate(now time.Time, kind KeyKind, name, email string) (*Identity, error) {
	if err := checkName(name, email); err != nil {
		return nil, err
	}
	var key crypto.Signer
	var err error
	switch kind {
	case RSA3072:
		key, err = rsa.GenerateKey(rand.Reader, 3072)
	case P256:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	default:
		err = fmt.Errorf("key kind %q: %s and %s are known", kind, RSA3072, P256)
	}
	if err != nil {
		return nil, err
	}
	template, err := profile(now, key.Public(), name, email)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &Identity{Signer: key, Certificate: certificate}, nil
}

// profile returns what a generated certificate says.
func profile(now time.Time, key crypto.PublicKey, name, email string) (*x509.Certificate, error) {
	serial, err := randomSerial()
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(spki)
	now = now.UTC().Truncate(time.Second)
	c := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.Add(-validBefore),
		NotAfter:              now.AddDate(validYears, 0, 0),
		BasicConstraintsValid: true, // with IsCA false: critical, CA:FALSE
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
		UnknownExtKeyUsage:    []asn1.ObjectIdentifier{oidDocumentSigning},
		SubjectKeyId:          id[:20], // RFC 7093, method 4, cut to the usual length
	}
	if email != "" {
		c.EmailAddresses = []string{email}
	}
	return c, nil
}

// randomSerial returns a positive number of 127 random bits.
func randomSerial() (*big.Int, error) {
	for {
		n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
		if err != nil || n.Sign() > 0 {
			return n, err
		}
	}
}

// checkName refuses what a certificate cannot say, or what a reader could be misled by.
func checkName(name, email string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return errors.New("name of the signer: empty")
	case name != strings.TrimSpace(name):
		return errors.New("name of the signer: blanks around it")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) }):
		return errors.New("name of the signer: characters that cannot be shown")
	case utf8.RuneCountInString(name) > 64:
		return errors.New("name of the signer: longer than 64 characters")
	case email == "":
		return nil
	}
	for _, r := range email {
		if r <= ' ' || r > '~' {
			return errors.New("e-mail address of the signer: only ASCII without blanks can stand in a certificate")
		}
	}
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email || len(email) > 254 {
		return fmt.Errorf("e-mail address of the signer: %q is none", email)
	}
	return nil
}
