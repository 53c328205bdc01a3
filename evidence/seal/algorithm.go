package seal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
)

// Object identifiers of digests and signature schemes (RFC 5754, RFC 3370).
const (
	oidSHA256      = "2.16.840.1.101.3.4.2.1"
	oidRSA         = "1.2.840.113549.1.1.1"
	oidECDSASHA256 = "1.2.840.10045.4.3.2"
)

// The sizes of RSA keys that are accepted, and that are worked with at all.
const (
	minimalRSABits = 2048
	maximalRSABits = 8192
)

// hashes are the digests that are accepted, by object identifier.
var hashes = map[string]crypto.Hash{
	oidSHA256:                crypto.SHA256,
	"2.16.840.1.101.3.4.2.2": crypto.SHA384,
	"2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

// scheme is how a signature value is made.
type scheme struct {
	family string      // RSA or ECDSA
	hash   crypto.Hash // 0: that of the signer's digest algorithm
}

// schemes are the signature algorithms that are accepted, by object identifier.
var schemes = map[string]scheme{
	oidRSA:                  {"RSA", 0},
	"1.2.840.113549.1.1.11": {"RSA", crypto.SHA256},
	"1.2.840.113549.1.1.12": {"RSA", crypto.SHA384},
	"1.2.840.113549.1.1.13": {"RSA", crypto.SHA512},
	oidECDSASHA256:          {"ECDSA", crypto.SHA256},
	"1.2.840.10045.4.3.3":   {"ECDSA", crypto.SHA384},
	"1.2.840.10045.4.3.4":   {"ECDSA", crypto.SHA512},
}

// refused names algorithms that are known and not accepted.
var refused = map[string]string{
	"1.3.14.3.2.26":         "SHA-1 (weak)",
	"1.2.840.113549.2.5":    "MD5 (weak)",
	"1.2.840.113549.1.1.4":  "RSA with MD5 (weak)",
	"1.2.840.113549.1.1.5":  "RSA with SHA-1 (weak)",
	"1.2.840.10045.4.1":     "ECDSA with SHA-1 (weak)",
	"1.2.840.113549.1.1.10": "RSASSA-PSS (not understood)",
	"1.3.101.112":           "Ed25519 (not understood)",
	"1.2.840.10040.4.3":     "DSA with SHA-1 (weak)",
}

// hashName is how people write a digest.
func hashName(h crypto.Hash) string { return h.String() }

// algorithmName says what an algorithm that is not accepted is.
func algorithmName(oid string) string {
	if name, ok := refused[oid]; ok {
		return name
	}
	return oid + " (not understood)"
}

// readAlgorithm reads an AlgorithmIdentifier. Parameters are a NULL, absent, or not accepted.
func readAlgorithm(v value) (oid string, null bool, err error) {
	p := v.within("algorithm", tagSequence)
	oid = p.take("object identifier", tagOID).oid()
	if len(p.rest) == 1 && p.rest[0].tag != tagNull {
		return oid, false, fmt.Errorf("algorithm %s has parameters that are not understood", algorithmName(oid))
	}
	_, null = p.maybe(tagNull)
	return oid, null, p.end()
}

// readHash reads the AlgorithmIdentifier of a digest: parameters are absent or NULL (RFC 5754, 2).
func readHash(v value) (crypto.Hash, error) {
	oid, _, err := readAlgorithm(v)
	if err != nil {
		return 0, err
	}
	h, ok := hashes[oid]
	if !ok {
		return 0, fmt.Errorf("digest algorithm %s", algorithmName(oid))
	}
	return h, nil
}

// readScheme reads the AlgorithmIdentifier of a signature whose signer digests with h.
func readScheme(v value, h crypto.Hash) (scheme, error) {
	oid, null, err := readAlgorithm(v)
	s, ok := schemes[oid]
	switch {
	case err != nil:
		return s, err
	case !ok:
		return s, fmt.Errorf("signature algorithm %s", algorithmName(oid))
	case null != (s.family == "RSA"): // RFC 3370, 3.2; RFC 5754, 3.3
		return s, fmt.Errorf("signature algorithm %s: its parameters must be NULL for RSA, absent for ECDSA", oid)
	case s.hash != 0 && s.hash != h:
		return s, fmt.Errorf("the signature is made with %s, its digest with %s", hashName(s.hash), hashName(h))
	}
	s.hash = h
	return s, nil
}

// strength says what a public key is, and what is wrong with it.
func strength(key crypto.PublicKey) (name string, err error) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		name = fmt.Sprintf("RSA-%d", k.N.BitLen())
		if k.N.BitLen() < minimalRSABits {
			return name, fmt.Errorf("an %s key is weak: at least %d bits are needed", name, minimalRSABits)
		}
		return name, nil
	case *ecdsa.PublicKey:
		name = "ECDSA " + k.Curve.Params().Name
		if !slices.Contains([]elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()}, k.Curve) {
			return name, fmt.Errorf("an %s key is not accepted: P-256, P-384 and P-521 are", name)
		}
		return name, nil
	}
	return "unknown", errors.New("a key that is neither RSA nor ECDSA is not understood")
}

// verifies checks a signature value over a digest.
func (s scheme) verifies(key crypto.PublicKey, digest, signature []byte) error {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if s.family == "RSA" && rsa.VerifyPKCS1v15(k, s.hash, digest, signature) == nil {
			return nil
		}
	case *ecdsa.PublicKey:
		if s.family == "ECDSA" && ecdsa.VerifyASN1(k, digest, signature) {
			return nil
		}
	}
	return errors.New("the signature does not verify with the signer's certificate")
}

// weaklySigned names a certificate's own signature algorithm if it is one that can be forged.
func weaklySigned(c *x509.Certificate) string {
	switch c.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		return c.SignatureAlgorithm.String()
	}
	return ""
}
