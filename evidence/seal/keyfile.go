package seal

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Form is how an identity lies in its file.
type Form string

// The Forms, with the names of their files.
const (
	FormPEM      Form = "PEM"             // NAME.pem: private key (PKCS #8, RFC 5208), certificate, those of its issuers; not encrypted
	FormPKCS12   Form = "PKCS #12"        // NAME.p12: the same, encrypted with a passphrase (RFC 7292)
	FormExternal Form = "external signer" // NAME.signer: a command that signs, and the certificate; no private key
)

// MaxKeyFile is the largest identity file that is read, in bytes.
const MaxKeyFile = 256 << 10

const (
	maxKey   = 16 << 10 // bytes of DER: an RSA key of 16384 bits needs 9.3 KB
	maxChain = 16       // certificates of one identity
)

// ErrWrongPassphrase is returned by [ReadKeyFile] for a passphrase that does not open the file.
var ErrWrongPassphrase = errors.New("wrong passphrase")

// ErrNoKey is returned by [ReadKeyFile] for a file of certificates alone: see [ReadCertificates].
var ErrNoKey = errors.New("holds a certificate, and no private key to sign with")

// KeyFile is what an identity file holds.
type KeyFile struct {
	Identity
	Form      Form
	Encrypted bool     // a passphrase was needed
	Command   *Command // of an external signer, else nil
}

// ReadKeyFile reads an identity file of any Form, told by its content. passphrase is asked once, and only if the file
// needs one. ctx bounds the life of an external signer. Whether the certificate is valid is not judged: see [Identity.Check].
func ReadKeyFile(ctx context.Context, data []byte, passphrase func() (string, error)) (KeyFile, error) {
	switch {
	case len(data) > MaxKeyFile:
		return KeyFile{}, fmt.Errorf("larger than %d bytes: not an identity", MaxKeyFile)
	case signerFile.Match(data):
		return readExternal(ctx, data)
	case bytes.Contains(data, []byte("-----BEGIN ")):
		id, err := readPEM(data)
		return KeyFile{Identity: id, Form: FormPEM}, err
	case len(data) > 0 && data[0] == 0x30: // a SEQUENCE
		return readPKCS12(data, passphrase)
	}
	return KeyFile{}, errors.New("neither PEM nor PKCS #12 nor an external signer")
}

// signerFile tells the file of an external signer, which also holds PEM.
var signerFile = regexp.MustCompile(`(?m)^version:[ \t]*["']?auditpack\.signer/`)

// encrypted is the way out of the encrypted private keys that PEM may hold: no program agrees on them, all do on PKCS #12.
const encrypted = "the private key is encrypted, which is read from PKCS #12 only: " +
	"openssl pkcs12 -export -inkey KEY.pem -in CERTIFICATE.pem -out IDENTITY.p12"

// readPEM reads one private key and the certificates beside it, in any order.
func readPEM(data []byte) (Identity, error) {
	var key crypto.Signer
	var certificates []*x509.Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "CERTIFICATE":
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return Identity{}, fmt.Errorf("a certificate cannot be read: %w", err)
			}
			certificates = append(certificates, c)
		case block.Type == "ENCRYPTED PRIVATE KEY", strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
			return Identity{}, errors.New(encrypted)
		case block.Type == "EC PARAMETERS": // openssl ecparam -genkey writes them before the key, which names its curve too
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			if key != nil {
				return Identity{}, errors.New("holds several private keys: an identity has one")
			}
			var err error
			if key, err = parseKey(block); err != nil {
				return Identity{}, err
			}
		default:
			return Identity{}, fmt.Errorf("holds a %q, which is no part of an identity", block.Type)
		}
	}
	switch {
	case key == nil && len(certificates) > 0:
		return Identity{}, ErrNoKey
	case key == nil:
		return Identity{}, errors.New("holds no private key")
	}
	return join(key, certificates)
}

// parseKey reads PKCS #8, and what older programs wrote: PKCS #1 (RSA) and SEC 1 (EC).
func parseKey(block *pem.Block) (crypto.Signer, error) {
	if len(block.Bytes) > maxKey {
		return nil, errors.New("the private key is too large")
	}
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		return nil, fmt.Errorf("the private key is a %q: %s", block.Type, goodKeys)
	}
	if err != nil {
		return nil, fmt.Errorf("the private key cannot be read (%w): %s", err, goodKeys)
	}
	return signerOf(key)
}

// goodKeys is what every reader of CMS, PDF and signed workbooks understands.
const goodKeys = "RSA of at least 2048 bits and ECDSA on P-256, P-384 or P-521 are used"

func signerOf(key any) (crypto.Signer, error) {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("the private key cannot sign: %s", goodKeys)
	}
	return signer, nil
}

// KeyName says what kind of key a certificate is for: RSA-3072, ECDSA P-256.
func KeyName(c *x509.Certificate) string {
	name, _ := strength(c.PublicKey)
	return name
}

// join makes an Identity of a key and, in any order, its certificate and others. Kept of the others are those that lead
// upwards from it. The result passes [Identity.Check] but for the time.
func join(key crypto.Signer, certificates []*x509.Certificate) (Identity, error) {
	if _, err := strength(key.Public()); err != nil {
		return Identity{}, err
	}
	if len(certificates) == 0 {
		return Identity{}, errors.New("holds a private key, but no certificate")
	}
	if len(certificates) > maxChain {
		return Identity{}, fmt.Errorf("holds more than %d certificates", maxChain)
	}
	for _, c := range certificates {
		if samePublic(c.PublicKey, key.Public()) {
			id := Identity{Signer: key, Certificate: c, Chain: links(c, certificates, nil)}
			return id, id.Check(time.Time{})
		}
	}
	return Identity{}, fmt.Errorf("private key and certificate do not match: the certificate of %s is for another key", named(certificates[0]))
}

func samePublic(a, b crypto.PublicKey) bool {
	k, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && k.Equal(b)
}

// EncodePEM writes an identity as [FormPEM]. Its key must be one that can leave where it is.
func EncodePEM(id *Identity) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(id.Signer)
	if err != nil {
		return nil, errors.New("the private key cannot be taken from where it is")
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	return append(append(key, MarshalPEM(id.Certificate)...), MarshalPEM(id.Chain...)...), nil
}
