package seal

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// Object identifiers of CMS (RFC 5652), of its attributes (RFC 5035) and of timestamps (RFC 3161).
const (
	oidData               = "1.2.840.113549.1.7.1"
	oidSignedData         = "1.2.840.113549.1.7.2"
	oidTSTInfo            = "1.2.840.113549.1.9.16.1.4"
	oidContentType        = "1.2.840.113549.1.9.3"
	oidMessageDigest      = "1.2.840.113549.1.9.4"
	oidSigningTime        = "1.2.840.113549.1.9.5"
	oidTimestamp          = "1.2.840.113549.1.9.16.2.14"
	oidSigningCertificate = "1.2.840.113549.1.9.16.2.12"
	oidSigningCertV2      = "1.2.840.113549.1.9.16.2.47"
)

// signedData is a CMS SignedData with one signer, read but not checked.
type signedData struct {
	version      int
	digest       crypto.Hash // the one in the list of digest algorithms
	contentType  string
	content      []byte // nil: detached
	certificates []*x509.Certificate
	unordered    bool // the certificates are not in the order of DER
	signer       signerInfo
}

// signerInfo is what the one signer of a SignedData says.
type signerInfo struct {
	version        int
	issuer, serial []byte // DER; nil if the signer is named by key
	keyID          []byte
	digest         crypto.Hash
	scheme         scheme
	attributes     []attribute // signed
	signed         []byte      // the DER that the signature is over
	signature      []byte
	unsigned       []attribute
	named          []certID // the certificates that the signer names beside its own
}

// attribute is one attribute with its values.
type attribute struct {
	oid    string
	values []value
}

// readSignedData reads a ContentInfo that holds a SignedData. An error is about its form: nothing more can be said then.
func readSignedData(v value) (*signedData, error) {
	p := v.within("CMS", tagSequence)
	if kind := p.take("content type", tagOID).oid(); p.err == nil && kind != oidSignedData {
		return nil, fmt.Errorf("CMS: content type %s, not signed data", kind)
	}
	wrapped := p.take("content", tagExplicit0)
	if err := p.end(); err != nil {
		return nil, err
	}
	p = wrapped.within("CMS content", tagExplicit0)
	inner := p.take("signed data", tagSequence)
	if err := p.end(); err != nil {
		return nil, err
	}
	sd := &signedData{}
	p = inner.within("signed data", tagSequence)
	sd.version = p.take("version", tagInteger).small()
	digests := p.take("digest algorithms", tagSet)
	content := p.take("encapsulated content", tagSequence)
	certificates, hasCertificates := p.maybe(tagExplicit0)
	if _, ok := p.maybe(tagExplicit1); ok {
		return nil, errors.New("signed data: revocation lists inside it are not understood")
	}
	signers := p.take("signers", tagSet)
	if err := p.end(); err != nil {
		return nil, err
	}
	if n := len(signers.kids); n != 1 {
		return nil, fmt.Errorf("signed data: %d signers; exactly one is accepted", n)
	}
	if n := len(digests.kids); n != 1 {
		return nil, fmt.Errorf("signed data: %d digest algorithms; exactly one is accepted", n)
	}
	var err error
	if sd.digest, err = readHash(digests.kids[0]); err != nil {
		return nil, err
	}
	if err := sd.readContent(content); err != nil {
		return nil, err
	}
	if hasCertificates {
		if err := sd.readCertificates(certificates); err != nil {
			return nil, err
		}
	}
	return sd, sd.signer.read(signers.kids[0])
}

// readContent reads the EncapsulatedContentInfo.
func (sd *signedData) readContent(v value) error {
	p := v.within("encapsulated content", tagSequence)
	sd.contentType = p.take("content type", tagOID).oid()
	if wrapped, ok := p.maybe(tagExplicit0); ok {
		in := wrapped.within("encapsulated content", tagExplicit0)
		sd.content = in.take("octets", tagOctets).body
		if err := in.end(); err != nil {
			return err
		}
		if sd.content == nil {
			sd.content = []byte{}
		}
	}
	return p.end()
}

// readCertificates reads the certificates that travel along.
func (sd *signedData) readCertificates(v value) error {
	sd.unordered = !sorted(v.kids)
	if n := len(v.kids); n == 0 || n > maxLinks {
		return fmt.Errorf("signed data: a list of %d certificates, want 1 to %d", n, maxLinks)
	}
	for i, kid := range v.kids {
		c, err := readCertificate(kid.raw)
		if err != nil {
			return fmt.Errorf("signed data: certificate %d: %w", i+1, err)
		}
		if slices.ContainsFunc(sd.certificates, c.Equal) {
			return fmt.Errorf("signed data: certificate %d stands there twice", i+1)
		}
		sd.certificates = append(sd.certificates, c)
	}
	return nil
}

// read reads a SignerInfo.
func (si *signerInfo) read(v value) error {
	p := v.within("signer", tagSequence)
	si.version = p.take("version", tagInteger).small()
	if id, ok := p.maybe(tagImplicit0); ok {
		si.keyID = id.body
	} else {
		in := p.take("issuer and serial number", tagSequence).within("issuer and serial number", tagSequence)
		si.issuer = in.take("issuer", tagSequence).raw
		si.serial = in.take("serial number", tagInteger).raw
		if p.err == nil && in.end() != nil {
			return in.end()
		}
	}
	digest := p.take("digest algorithm", tagSequence)
	signed, hasSigned := p.maybe(tagExplicit0)
	scheme := p.take("signature algorithm", tagSequence)
	si.signature = p.take("signature", tagOctets).body
	unsigned, hasUnsigned := p.maybe(tagExplicit1)
	err := p.end()
	if err != nil {
		return err
	}
	if !hasSigned {
		return errors.New("signer: no signed attributes, so nothing says which certificate signed")
	}
	if si.digest, err = readHash(digest); err != nil {
		return err
	}
	if si.scheme, err = readScheme(scheme, si.digest); err != nil {
		return err
	}
	if si.attributes, err = readAttributes("signed attributes", signed); err != nil {
		return err
	}
	if hasUnsigned {
		if si.unsigned, err = readAttributes("unsigned attributes", unsigned); err != nil {
			return err
		}
	}
	// The signature is over the SET OF itself, not over its implicit tag (RFC 5652, 5.4).
	si.signed = slices.Concat([]byte{tagSet}, signed.raw[1:])
	return nil
}

// readAttributes reads a SET OF Attribute with an implicit tag.
func readAttributes(of string, v value) ([]attribute, error) {
	if len(v.kids) == 0 {
		return nil, fmt.Errorf("%s: there are none, but a place for them", of)
	}
	if !sorted(v.kids) {
		return nil, fmt.Errorf("%s: not DER: out of order", of)
	}
	var all []attribute
	for _, kid := range v.kids {
		p := kid.within(of, tagSequence)
		a := attribute{oid: p.take("type", tagOID).oid()}
		a.values = p.take("values", tagSet).kids
		if err := p.end(); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(all, func(b attribute) bool { return a.oid == b.oid }) {
			return nil, fmt.Errorf("%s: %s stands there twice", of, a.oid)
		}
		if len(a.values) != 1 {
			return nil, fmt.Errorf("%s: %s has %d values, not one", of, a.oid, len(a.values))
		}
		all = append(all, a)
	}
	return all, nil
}

// attributeValue returns the value of a signed attribute.
func (si *signerInfo) attributeValue(oid string) (value, bool) {
	for _, a := range si.attributes {
		if a.oid == oid {
			return a.values[0], true
		}
	}
	return value{}, false
}

// names says whether the signer is named to be the owner of c.
func (si *signerInfo) names(c *x509.Certificate) bool {
	if si.issuer == nil {
		return len(c.SubjectKeyId) > 0 && bytes.Equal(si.keyID, c.SubjectKeyId)
	}
	return bytes.Equal(si.issuer, c.RawIssuer) && bytes.Equal(si.serial, derInt(c.SerialNumber))
}

// certificate returns the signer's certificate among those at hand.
func (si *signerInfo) certificate(at []*x509.Certificate) *x509.Certificate {
	for _, c := range at {
		if si.names(c) {
			return c
		}
	}
	return nil
}

// writeSignedData writes a ContentInfo with a detached SignedData of version 1 (RFC 5652, 5.1).
func writeSignedData(certificates []*x509.Certificate, signer []byte) []byte {
	var bag [][]byte
	for _, c := range certificates {
		bag = append(bag, c.Raw)
	}
	data := derOf(tagSequence,
		derInt(big.NewInt(1)),
		derSet(tagSet, derOf(tagSequence, derOID(oidSHA256))),
		derOf(tagSequence, derOID(oidData)),
		derSet(tagExplicit0, bag...),
		derSet(tagSet, signer))
	return derOf(tagSequence, derOID(oidSignedData), derOf(tagExplicit0, data))
}

// writeAttribute writes an Attribute with one value.
func writeAttribute(oid string, v []byte) []byte {
	return derOf(tagSequence, derOID(oid), derOf(tagSet, v))
}
