package seal

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
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

// Check says why nothing should be signed with an identity: key and certificate that do not match, a weak key, another
// purpose, and, unless at is zero, a certificate that is not valid at that time.
func (id *Identity) Check(at time.Time) error {
	c := id.Certificate
	if c == nil || id.Signer == nil {
		return errors.New("identity: key or certificate is missing")
	}
	key, ok := id.Signer.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !key.Equal(c.PublicKey) {
		return fmt.Errorf("key and certificate do not match: the certificate of %s is for another key", named(c))
	}
	if faults := signerFaults(c); len(faults) > 0 {
		return errors.New(faults[0])
	}
	if err := maySign(c); err != nil {
		return err
	}
	if at.IsZero() {
		return nil
	}
	return CheckValid(c, at)
}

// CheckValid says why a certificate is not valid at a time: it is too early or too late.
func CheckValid(c *x509.Certificate, at time.Time) error {
	if fault := validity(c, "at "+at.UTC().Format(dateForm), at); fault != "" {
		return errors.New(fault)
	}
	return nil
}

// Sign returns a detached CMS SignedData in DER over content whose SHA-256 is digest. The same Identity, digest and
// options without a Stamper give the same bytes: RSA is PKCS #1 v1.5, ECDSA is deterministic (RFC 6979) where the key
// allows it.
//
// The signed attributes are content type, message digest, signing-certificate-v2 (the signer's certificate and those of
// its chain that travel along) and, if asked for, the time of signing. What Sign returns has passed Verify.
func Sign(ctx context.Context, id *Identity, digest evidence.Digest, o Options) ([]byte, error) {
	if err := id.Check(o.Time); err != nil {
		return nil, err
	}
	certificates := append([]*x509.Certificate{id.Certificate}, links(id.Certificate, id.Chain, nil)...)
	attributes := [][]byte{
		writeAttribute(oidContentType, derOID(oidData)),
		writeAttribute(oidMessageDigest, derOf(tagOctets, digest[:])),
		writeAttribute(oidSigningCertV2, writeCertIDs(certificates)),
	}
	if !o.Time.IsZero() {
		attributes = append(attributes, writeAttribute(oidSigningTime, writeTime(o.Time)))
	}
	sum := sha256.Sum256(derSet(tagSet, attributes...))
	algorithm, signature, err := signDigest(id, sum[:])
	if err != nil {
		return nil, err
	}
	var unsigned []byte
	if o.Stamper != nil {
		token, err := stamped(ctx, o.Stamper, signature)
		if err != nil {
			return nil, err
		}
		unsigned = derSet(tagExplicit1, writeAttribute(oidTimestamp, token))
	}
	signer := derOf(tagSequence,
		derOf(tagInteger, []byte{1}),
		derOf(tagSequence, id.Certificate.RawIssuer, derInt(id.Certificate.SerialNumber)),
		derOf(tagSequence, derOID(oidSHA256)),
		derSet(tagExplicit0, attributes...),
		algorithm,
		derOf(tagOctets, signature),
		unsigned)
	cms := writeSignedData(certificates, signer)
	if s := Verify(cms, digest, Trust{}); len(s.Faults) > 0 {
		return nil, fmt.Errorf("the signature of %s would not be accepted: %s", named(id.Certificate), s.Faults[0])
	}
	return cms, nil
}

// signDigest signs a SHA-256 and returns the AlgorithmIdentifier and the signature, which holds with the certificate.
func signDigest(id *Identity, sum []byte) (algorithm, signature []byte, err error) {
	s := scheme{family: "ECDSA", hash: crypto.SHA256}
	algorithm = derOf(tagSequence, derOID(oidECDSASHA256))
	if _, ok := id.Certificate.PublicKey.(*rsa.PublicKey); ok {
		s.family = "RSA"
		algorithm = derOf(tagSequence, derOID(oidRSA), derOf(tagNull))
	}
	random := rand.Reader
	if _, ok := id.Signer.(*ecdsa.PrivateKey); ok {
		random = nil // RFC 6979
	}
	signature, err = id.Signer.Sign(random, sum, crypto.SHA256)
	if errors.Is(err, context.Canceled) {
		return nil, nil, err // an interrupt is no fault of the signer
	}
	if err != nil {
		return nil, nil, fmt.Errorf("signing as %s: %s", named(id.Certificate), clean(err.Error()))
	}
	if err := s.verifies(id.Certificate.PublicKey, sum, signature); err != nil {
		return nil, nil, fmt.Errorf("signing as %s: what the key signs does not verify with the certificate", named(id.Certificate))
	}
	return algorithm, signature, nil
}

// stamped gets a timestamp token over a signature value.
func stamped(ctx context.Context, s Stamper, signature []byte) ([]byte, error) {
	imprint := evidence.DigestOf(signature)
	response, err := s.Stamp(ctx, imprint)
	if err != nil {
		return nil, err
	}
	token, err := readResponse(response)
	if err != nil {
		return nil, fmt.Errorf("timestamp: %w", err)
	}
	if stamp, _ := verifyToken(token, known(imprint), nil, Trust{}); len(stamp.Faults) > 0 {
		return nil, fmt.Errorf("timestamp: %s", stamp.Faults[0])
	}
	return bytes.Clone(token.raw), nil
}

// writeTime writes a time: UTCTime until 2049, GeneralizedTime from 2050 (RFC 5652, 11.3).
func writeTime(t time.Time) []byte {
	t = t.UTC()
	if t.Year() >= 1950 && t.Year() < 2050 {
		return derOf(tagUTCTime, []byte(t.Format("060102150405Z")))
	}
	return derOf(tagTime, []byte(t.Format("20060102150405Z")))
}
