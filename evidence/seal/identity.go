package seal

import (
	"crypto"
	"crypto/x509"
	"strings"

	"auditpack/evidence"
)

// Identity is who signs: a private key behind crypto.Signer, wherever it lives, and the certificate that names it.
type Identity struct {
	Signer      crypto.Signer
	Certificate *x509.Certificate
	Chain       []*x509.Certificate // intermediates that travel with signatures; empty for a self-signed certificate
}

// Party returns what a reader is told of the identity.
func (id *Identity) Party() Party { return PartyOf(id.Certificate) }

// Fingerprint returns the SHA-256 of a certificate's DER, by which people compare certificates.
func Fingerprint(c *x509.Certificate) evidence.Digest { return evidence.DigestOf(c.Raw) }

// FormatFingerprint writes a fingerprint as openssl x509 -fingerprint does: pairs of upper-case digits, with colons.
func FormatFingerprint(d evidence.Digest) string {
	digits := strings.ToUpper(d.String())
	pairs := make([]string, 0, len(d))
	for i := 0; i < len(digits); i += 2 {
		pairs = append(pairs, digits[i:i+2])
	}
	return strings.Join(pairs, ":")
}
