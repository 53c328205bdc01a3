package seal

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"auditpack/evidence"
)

// Content tells what a signature or a timestamp is over: its digest by SHA-256, SHA-384 or SHA-512; nil if it cannot be told.
type Content func(crypto.Hash) []byte

// known is content of which nothing but the SHA-256 is at hand.
func known(digest evidence.Digest) Content {
	return func(h crypto.Hash) []byte {
		if h != crypto.SHA256 {
			return nil
		}
		return digest[:]
	}
}

// ContentOf is the Content of bytes that are at hand.
func ContentOf(parts ...[]byte) Content {
	return func(h crypto.Hash) []byte {
		sum := h.New()
		for _, b := range parts {
			sum.Write(b)
		}
		return sum.Sum(nil)
	}
}

// Verify reads a detached CMS signature over content whose SHA-256 is digest, as all that auditpack signs is.
func Verify(cms []byte, digest evidence.Digest, trust Trust) Signature {
	return VerifyOver(cms, known(digest), trust)
}

// VerifyOver reads a detached CMS signature over content. It always returns what could be read; what is wrong is in Faults.
//
// The signature must be DER and hold exactly one signer, whose signed attributes say which certificate signed; the only
// unsigned attribute is a timestamp; every certificate in it is the signer's, or leads upwards from the signer or from
// the timestamp's authority. So no byte is left that nothing covers, with one exception: an authority's certificate
// whose own issuer is neither in the signature nor in trust is vouched for by nobody, and nothing is trusted through it.
//
// The signer's certificate must not name other purposes than signing documents: extended key usages, if there are any,
// hold e-mail protection, document signing (RFC 9336) or any; so must those of the authorities below the anchor.
// Revocation is not looked at: nothing here asks the network.
func VerifyOver(cms []byte, content Content, trust Trust) Signature {
	s := Signature{Form: "CMS", Standing: Broken}
	tree, err := readDER(cms)
	if err != nil {
		s.Faults = []string{err.Error()}
		return s
	}
	sd, err := readSignedData(tree)
	if err != nil {
		s.Faults = []string{err.Error()}
		return s
	}
	fault := func(format string, args ...any) { s.Faults = append(s.Faults, fmt.Sprintf(format, args...)) }
	if sd.contentType != oidData {
		fault("the content is of type %s, not data", sd.contentType)
	}
	if sd.content != nil {
		fault("the signature carries content of its own: a detached one does not")
	}
	if sd.unordered {
		fault("not DER: the certificates are out of order")
	}
	signer := sd.signer.certificate(sd.certificates)
	if signer == nil {
		fault("the signer's certificate is not in the signature")
	} else {
		s.Signer = PartyOf(signer)
	}
	sum := content(sd.digest)
	if sum == nil {
		fault("the %s of the content is not known here", hashName(sd.digest))
	}
	s.Algorithm, s.Faults = sd.check(sum, signer, s.Faults)
	if s.Claimed, err = sd.signer.claimed(); err != nil {
		fault("%v", err)
	}
	var stampUses []*x509.Certificate
	for _, a := range sd.signer.unsigned {
		if a.oid != oidTimestamp {
			fault("unsigned attribute %s: nothing covers it", a.oid)
			continue
		}
		stamp, uses := verifyToken(a.values[0], ContentOf(sd.signer.signature), sd.certificates, trust)
		s.Stamp, stampUses = &stamp, uses
		for _, f := range stamp.Faults {
			fault("timestamp: %s", f)
		}
	}
	if signer != nil {
		s.judge(sd, signer, stampUses, trust)
	}
	return s
}

// SignedDigest returns the SHA-256 that a detached CMS signature says its content has: what to look for, or to tell, where
// the signature lies there alone. Only Verify says whether the signature holds.
func SignedDigest(cms []byte) (evidence.Digest, error) {
	var d evidence.Digest
	tree, err := readDER(cms)
	if err != nil {
		return d, err
	}
	sd, err := readSignedData(tree)
	if err != nil {
		return d, err
	}
	v, ok := sd.signer.attributeValue(oidMessageDigest)
	if !ok || v.tag != tagOctets || sd.digest != crypto.SHA256 || len(v.body) != len(d) {
		return d, errors.New("no SHA-256 of its content in it")
	}
	copy(d[:], v.body)
	return d, nil
}

// standing tells the Standing from what was found.
func standing(faults []string, leads bool) Standing {
	switch {
	case len(faults) > 0:
		return Broken
	case leads:
		return Trusted
	}
	return Unknown
}

// judge looks at who signed, and at the certificates that travel along.
func (s *Signature) judge(sd *signedData, signer *x509.Certificate, stampUses []*x509.Certificate, trust Trust) {
	chain := links(signer, sd.certificates, trust.Signers)
	chain = slices.DeleteFunc(chain, func(c *x509.Certificate) bool { return !sd.signer.mayUse(c) })
	for _, c := range sd.certificates {
		if !c.Equal(signer) && !slices.ContainsFunc(chain, c.Equal) && !slices.ContainsFunc(stampUses, c.Equal) {
			s.Faults = append(s.Faults, fmt.Sprintf("an unneeded certificate, of %s: neither the signer's nor a link of a chain", named(c)))
		}
	}
	leads, how, faults := trust.judge(signer, chain, s.Stamp, s.Claimed)
	s.Chain, s.Faults = how, append(s.Faults, faults...)
	s.Standing = standing(s.Faults, leads)
}

// check looks at what the signer signed, with the certificate if it is known, over content of the digest given, nil if
// that cannot be known. It returns the algorithm's name and the faults, with those there were.
func (sd *signedData) check(digest []byte, signer *x509.Certificate, faults []string) (string, []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	si := &sd.signer
	wantSigner, wantData := 1, 1 // RFC 5652, 5.1 and 5.3
	if si.issuer == nil {
		wantSigner = 3
	}
	if wantSigner == 3 || sd.contentType != oidData {
		wantData = 3
	}
	if si.version != wantSigner || sd.version != wantData {
		fault("versions %d and %d, where %d and %d must stand", sd.version, si.version, wantData, wantSigner)
	}
	if si.digest != sd.digest {
		fault("the signer's digest %s is not the listed one, %s", hashName(si.digest), hashName(sd.digest))
	}
	if digest != nil {
		faults = append(faults, si.attributeFaults(sd.contentType, digest, signer)...)
	}
	if signer == nil {
		return "", faults
	}
	h := si.scheme.hash.New()
	h.Write(si.signed)
	if err := si.scheme.verifies(signer.PublicKey, h.Sum(nil), si.signature); err != nil {
		fault("%v", err)
	}
	return si.scheme.name(signer.PublicKey), faults
}
