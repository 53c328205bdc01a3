package xlsx

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
)

// scheme is a way to sign in XML: the key's kind with a digest.
type scheme struct {
	uri  string // of XML Signature (RFC 9231)
	name string // for people
	hash crypto.Hash
}

const (
	rsaSHA256   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	ecdsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
)

// keyName names a public key for people.
func keyName(key crypto.PublicKey) (string, error) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA-%d", k.N.BitLen()), nil
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256(), elliptic.P384(), elliptic.P521():
			return "ECDSA " + k.Params().Name, nil
		}
	}
	return "", fmt.Errorf("a key of type %T is not understood", key)
}

// schemeOf returns how workbooks are signed with a key.
func schemeOf(key crypto.PublicKey) (scheme, error) {
	name, err := keyName(key)
	if err != nil {
		return scheme{}, err
	}
	s := scheme{rsaSHA256, name + " SHA-256", crypto.SHA256}
	switch k := key.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() < 2048 {
			return scheme{}, fmt.Errorf("an RSA key of %d bits is too weak", k.N.BitLen())
		}
	case *ecdsa.PublicKey:
		s.uri = ecdsaSHA256
	}
	return s, nil
}

// signValue signs a digest and returns the value as XML Signature has it: PKCS #1 v1.5, or r and s side by side. ECDSA is
// deterministic (RFC 6979) where the key is at hand.
func signValue(signer crypto.Signer, digest []byte) ([]byte, error) {
	random := rand.Reader
	if _, ok := signer.(*ecdsa.PrivateKey); ok {
		random = nil
	}
	value, err := signer.Sign(random, digest, crypto.SHA256)
	if err != nil {
		return nil, err
	}
	key, ok := signer.Public().(*ecdsa.PublicKey)
	if !ok {
		return value, nil
	}
	var pair struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(value, &pair); err != nil || len(rest) > 0 {
		return nil, errors.New("the key returned something other than an ECDSA signature")
	}
	half := (key.Params().BitSize + 7) / 8
	if pair.R.Sign() <= 0 || pair.S.Sign() <= 0 || pair.R.BitLen() > half*8 || pair.S.BitLen() > half*8 {
		return nil, errors.New("the key returned an ECDSA signature that is out of range")
	}
	out := make([]byte, 2*half)
	pair.R.FillBytes(out[:half])
	pair.S.FillBytes(out[half:])
	return out, nil
}

// verifyValue tells whether a value of XML Signature is the key's over a digest.
func verifyValue(key crypto.PublicKey, hash crypto.Hash, digest, value []byte) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(k, hash, digest, value) == nil
	case *ecdsa.PublicKey:
		half := (k.Params().BitSize + 7) / 8
		if len(value) != 2*half {
			return false
		}
		return ecdsa.Verify(k, digest, new(big.Int).SetBytes(value[:half]), new(big.Int).SetBytes(value[half:]))
	}
	return false
}
