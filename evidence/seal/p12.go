package seal

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"software.sslmate.com/src/go-pkcs12"
)

const (
	// iterations of the key derivation in files that are written: far more than OpenSSL's 2048, for a twentieth of a second.
	iterations = 100_000
	// maxIterations of files that are read: a larger number only keeps the reader busy.
	maxIterations = 5_000_000
)

// readPKCS12 reads PKCS #12 (RFC 7292) with PBES2 or the older RC2 and 3DES encryption, in DER. The empty passphrase is
// tried before anyone is asked.
func readPKCS12(data []byte, passphrase func() (string, error)) (KeyFile, error) {
	file := KeyFile{Form: FormPKCS12}
	if n := mostIterations(data, 0); n > maxIterations {
		return file, fmt.Errorf("PKCS #12 with %d iterations of key derivation: more than %d are not tried", n, maxIterations)
	}
	id, err := decodePKCS12(data, "")
	if errors.Is(err, ErrWrongPassphrase) {
		file.Encrypted = true
		given, askErr := passphrase()
		if askErr != nil {
			return file, askErr
		}
		id, err = decodePKCS12(data, given)
	}
	file.Identity = id
	return file, err
}

func decodePKCS12(data []byte, passphrase string) (Identity, error) {
	key, certificate, others, err := pkcs12.DecodeChain(data, passphrase)
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return Identity{}, ErrWrongPassphrase
	case err != nil:
		return Identity{}, p12Error(err)
	}
	signer, err := signerOf(key)
	if err != nil {
		return Identity{}, err
	}
	return join(signer, append(others, certificate))
}

// p12Error turns what the library says into a line for people.
func p12Error(err error) error {
	text := strings.TrimPrefix(err.Error(), "pkcs12: ")
	switch {
	case strings.Contains(text, "exactly one key bag"):
		return errors.New("holds several private keys: an identity has one")
	case strings.Contains(text, "certificate missing"):
		return errors.New("holds a private key, but no certificate")
	case strings.Contains(text, "private key missing"):
		return errors.New("holds no private key")
	case strings.Contains(text, "indefinite length"):
		return errors.New("PKCS #12 in BER: openssl pkcs12 -in FILE -out FILE.pem and -export write it in DER")
	}
	return fmt.Errorf("not a PKCS #12 file that can be read: %s", text)
}

// mostIterations returns the largest count of iterations in DER: an INTEGER right after an OCTET STRING, its salt, as in
// PBKDF2 (RFC 8018), the key derivation of PKCS #12 and its MAC. What is encrypted is not looked into: its author knows
// the passphrase.
func mostIterations(der []byte, depth int) int64 {
	var most int64
	salt := false
	for len(der) > 0 && depth < 24 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(der, &v)
		if err != nil {
			break
		}
		der = rest
		universal := v.Class == asn1.ClassUniversal
		if salt && universal && v.Tag == asn1.TagInteger {
			var n int64
			if _, err := asn1.Unmarshal(v.FullBytes, &n); err != nil {
				n = 1 << 62
			}
			most = max(most, n)
		}
		salt = universal && v.Tag == asn1.TagOctetString
		if v.IsCompound || salt {
			most = max(most, mostIterations(v.Bytes, depth+1))
		}
	}
	return most
}

// CheckPassphrase says why PKCS #12 cannot take a passphrase: it is empty, not text, or has characters beyond U+FFFF.
func CheckPassphrase(passphrase string) error {
	switch {
	case passphrase == "":
		return errors.New("the passphrase is empty")
	case !utf8.ValidString(passphrase):
		return errors.New("the passphrase is not UTF-8 text")
	}
	for _, r := range passphrase {
		if r > 0xFFFF || r == 0 {
			return errors.New("the passphrase has a character that PKCS #12 cannot hold")
		}
	}
	return nil
}

// EncodePKCS12 writes an identity as [FormPKCS12]: AES-256-CBC, PBKDF2 and a MAC with HMAC-SHA-256, which OpenSSL 1.1.1
// and Windows Server 2019 read. Its key must be one that can leave where it is.
func EncodePKCS12(id *Identity, passphrase string) ([]byte, error) {
	if err := CheckPassphrase(passphrase); err != nil {
		return nil, err
	}
	if _, err := EncodePEM(id); err != nil { // the same keys can be written
		return nil, err
	}
	return pkcs12.Modern2023.WithIterations(iterations).Encode(id.Signer, id.Certificate, id.Chain, passphrase)
}
