package seal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// Object identifiers of digests and signature schemes (RFC 5754, RFC 3370).
const (
	oidSHA256      = "2.16.840.1.101.3.4.2.1"
	oidRSA         = "1.2.840.113549.1.1.1"
	oidPSS         = "1.2.840.113549.1.1.10"
	oidMGF1        = "1.2.840.113549.1.1.8"
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
	family string      // RSA, RSASSA-PSS or ECDSA
	hash   crypto.Hash // 0: that of the signer's digest algorithm
	salt   int         // of RSASSA-PSS, in bytes
}

// schemes are the signature algorithms that are accepted, by object identifier.
var schemes = map[string]scheme{
	oidRSA:                  {family: "RSA"},
	"1.2.840.113549.1.1.11": {family: "RSA", hash: crypto.SHA256},
	"1.2.840.113549.1.1.12": {family: "RSA", hash: crypto.SHA384},
	"1.2.840.113549.1.1.13": {family: "RSA", hash: crypto.SHA512},
	oidECDSASHA256:          {family: "ECDSA", hash: crypto.SHA256},
	"1.2.840.10045.4.3.3":   {family: "ECDSA", hash: crypto.SHA384},
	"1.2.840.10045.4.3.4":   {family: "ECDSA", hash: crypto.SHA512},
}

// refused names algorithms that are known and not accepted.
var refused = map[string]string{
	"1.3.14.3.2.26":        "SHA-1 (weak)",
	"1.2.840.113549.2.5":   "MD5 (weak)",
	"1.2.840.113549.1.1.4": "RSA with MD5 (weak)",
	"1.2.840.113549.1.1.5": "RSA with SHA-1 (weak)",
	"1.2.840.10045.4.1":    "ECDSA with SHA-1 (weak)",
	"1.3.101.112":          "Ed25519 (not understood)",
	"1.2.840.10040.4.3":    "DSA with SHA-1 (weak)",
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
	if len(v.kids) > 0 && v.kids[0].tag == tagOID && v.kids[0].oid() == oidPSS {
		return readPSS(v, h)
	}
	oid, null, err := readAlgorithm(v)
	s, ok := schemes[oid]
	switch {
	case err != nil:
		return s, err
	case !ok:
		return s, fmt.Errorf("signature algorithm %s", algorithmName(oid))
	case null && s.family != "RSA": // RFC 5754, 3.3
		return s, fmt.Errorf("signature algorithm %s: its parameters must be absent", oid)
	case !null && oid == oidRSA: // RFC 3370, 3.2; the others with RSA are read either way (RFC 4055, 5; RFC 5754, 3.2)
		return s, fmt.Errorf("signature algorithm %s: its parameters must be NULL", oid)
	case s.hash != 0 && s.hash != h:
		return s, fmt.Errorf("the signature is made with %s, its digest with %s", hashName(s.hash), hashName(h))
	}
	s.hash = h
	return s, nil
}

// readPSS reads the AlgorithmIdentifier of a signature by RSASSA-PSS (RFC 4055, 3.1), in the form that is in use: one digest
// for content, padding and mask. That of the defaults, which DER leaves out, is SHA-1, which is not accepted; the salt has
// 20 bytes then.
func readPSS(v value, h crypto.Hash) (scheme, error) {
	s := scheme{family: "RSASSA-PSS", hash: h}
	p := v.within("algorithm", tagSequence)
	p.take("object identifier", tagOID)
	in := p.take("parameters", tagSequence).within("parameters of RSASSA-PSS", tagSequence)
	hash, mask := in.take("digest", tagExplicit0), in.take("mask", tagExplicit1)
	salt, salted := in.maybe(tagExplicit2)
	for _, q := range []*parts{p, in} {
		if err := q.end(); err != nil {
			return s, err
		}
	}
	byHash, byMask := hash.within("digest", tagExplicit0), mask.within("mask", tagExplicit1)
	generator := byMask.take("generator", tagSequence).within("mask", tagSequence)
	kind, digests := generator.take("object identifier", tagOID).oid(), []value{byHash.take("digest", tagSequence), generator.take("digest", tagSequence)}
	length := big.NewInt(20)
	readers := []*parts{byHash, byMask, generator}
	if salted {
		bySalt := salt.within("length of the salt", tagExplicit2)
		length = bySalt.take("length of the salt", tagInteger).integer()
		if readers = append(readers, bySalt); length.Cmp(big.NewInt(20)) == 0 {
			return s, errors.New("not DER: RSASSA-PSS with the salt of 20 bytes written out, which is the default")
		}
	}
	for _, q := range readers {
		if err := q.end(); err != nil {
			return s, err
		}
	}
	if kind != oidMGF1 || length.Sign() <= 0 || length.BitLen() > 16 { // in Go a length of 0 stands for any
		return s, fmt.Errorf("RSASSA-PSS with the mask %s and a salt of %d bytes is not understood", kind, length)
	}
	s.salt = int(length.Int64())
	for _, d := range digests {
		if found, err := readHash(d); err != nil {
			return s, fmt.Errorf("RSASSA-PSS: %w", err)
		} else if found != h {
			return s, fmt.Errorf("RSASSA-PSS with %s, where the signer's digest is %s", hashName(found), hashName(h))
		}
	}
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

// name is what signed, for people: RSA-2048 SHA-256.
func (s scheme) name(key crypto.PublicKey) string {
	name, _ := strength(key)
	if s.family == "RSASSA-PSS" {
		name += " PSS"
	}
	return name + " " + hashName(s.hash)
}

// verifies checks a signature value over a digest.
func (s scheme) verifies(key crypto.PublicKey, digest, signature []byte) error {
	switch k := key.(type) {
	case *rsa.PublicKey:
		switch s.family {
		case "RSA":
			if rsa.VerifyPKCS1v15(k, s.hash, digest, signature) == nil {
				return nil
			}
		case "RSASSA-PSS":
			if rsa.VerifyPSS(k, s.hash, digest, signature, &rsa.PSSOptions{SaltLength: s.salt}) == nil {
				return nil
			}
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
