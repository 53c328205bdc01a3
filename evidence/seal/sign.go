package seal

import (
	"context"
	"errors"
	"time"

	"auditpack/evidence"
)

// Stamper gets timestamps: the client of an RFC 3161 authority. Stamp returns the TimeStampResp (DER) that the authority
// gave for a SHA-256 imprint, after imprint and nonce were checked.
type Stamper interface {
	Stamp(ctx context.Context, imprint evidence.Digest) (response []byte, err error)
}

// Options of Sign.
type Options struct {
	// Time becomes the signing-time attribute (CAdES asks for it); zero leaves it out (PAdES forbids it).
	Time time.Time
	// Stamper, if not nil, is asked for a timestamp over the signature value, kept as an unsigned attribute.
	Stamper Stamper
}

// Sign returns a detached CMS SignedData in DER over content whose SHA-256 is digest. The same Identity, digest and
// options without a Stamper give the same bytes: RSA is PKCS #1 v1.5, ECDSA is deterministic (RFC 6979) where the key
// allows it.
func Sign(ctx context.Context, id *Identity, digest evidence.Digest, o Options) ([]byte, error) {
	return nil, errors.New("seal: Sign is not written yet")
}

// Verify reads a detached CMS signature over content whose SHA-256 is digest. It always returns what could be read; what
// is wrong is in Faults.
func Verify(cms []byte, digest evidence.Digest, trust Trust) Signature {
	return Signature{Standing: Broken, Faults: []string{"seal: Verify is not written yet"}}
}

// VerifyStamp reads an RFC 3161 TimeStampResp or token (DER) over content whose SHA-256 is imprint. extra are certificates
// that may help to build the chain (tsa-chain.pem); they are no trust anchors.
func VerifyStamp(response []byte, imprint evidence.Digest, extra [][]byte, trust Trust) Stamp {
	return Stamp{Standing: Broken, Faults: []string{"seal: VerifyStamp is not written yet"}}
}
