package seal

import (
	"bytes"
	"crypto"
	_ "crypto/sha1" // old names of certificates
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"slices"
	"time"
)

// harmless are signed attributes that a reader may pass over: the signature covers them, and they change nothing that is
// checked here. What is in none of the lists is a Fault, since nobody knows what it says.
var harmless = []string{
	"1.2.840.113549.1.9.15",      // S/MIME capabilities
	"1.2.840.113549.1.9.52",      // CMS algorithm protection (RFC 6211): says again what is checked here
	"1.2.840.113583.1.1.8",       // revocation data as Acrobat puts it in
	"1.2.840.113549.1.9.16.2.16", // commitment type
	"1.2.840.113549.1.9.16.2.17", // signer's location
	"1.2.840.113549.1.9.16.2.18", // signer's attributes
	"0.4.0.19122.1.1",            // signer's attributes, version 2 (ETSI EN 319 122-1)
	"1.2.840.113549.1.9.16.2.4",  // content hints
}

// attributeFaults checks the signed attributes of si, over content of the type and digest given, made by the owner of c
// (nil: not known).
func (si *signerInfo) attributeFaults(contentType string, digest []byte, c *x509.Certificate) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if v, ok := si.attributeValue(oidContentType); !ok {
		fault("no content-type attribute")
	} else if v.oid() != contentType {
		fault("the content-type attribute is %s, the content is %s", v.oid(), contentType)
	}
	if v, ok := si.attributeValue(oidMessageDigest); !ok {
		fault("no message-digest attribute: nothing says what was signed")
	} else if v.tag != tagOctets || !bytes.Equal(v.body, digest) {
		fault("digest mismatch: the signature was made over other content")
	}
	if c != nil {
		faults = append(faults, si.certificateFaults(contentType, c)...)
	}
	for _, a := range si.attributes {
		known := []string{oidContentType, oidMessageDigest, oidSigningTime, oidSigningCertificate, oidSigningCertV2}
		if !slices.Contains(known, a.oid) && !slices.Contains(harmless, a.oid) {
			fault("signed attribute %s is not understood", a.oid)
		}
	}
	return faults
}

// claimed returns the time of signing that the signer states, if there is one.
func (si *signerInfo) claimed() (time.Time, error) {
	v, ok := si.attributeValue(oidSigningTime)
	if !ok {
		return time.Time{}, nil
	}
	t, err := v.time()
	if err != nil {
		return time.Time{}, fmt.Errorf("signing-time attribute: not a time")
	}
	return t.UTC(), nil
}

// certificateFaults checks the attribute that says which certificate signed (RFC 5035). The old form, by SHA-1, is accepted
// of timestamp authorities, many of which write no other: to exchange a certificate that exists takes a second preimage.
func (si *signerInfo) certificateFaults(contentType string, c *x509.Certificate) []string {
	v, ok := si.attributeValue(oidSigningCertV2)
	v2 := ok
	if !ok {
		if v, ok = si.attributeValue(oidSigningCertificate); ok && contentType != oidTSTInfo {
			return []string{"no signing-certificate-v2 attribute, only the old one with SHA-1: the certificate could be exchanged"}
		}
	}
	if !ok {
		return []string{"no signing-certificate-v2 attribute: the certificate could be exchanged"}
	}
	ids, err := readCertIDs(v, v2)
	switch {
	case err != nil:
		return []string{err.Error()}
	case len(ids) == 0 || !ids[0].is(c):
		return []string{"the signing-certificate attribute names another certificate than the signer's: it was exchanged"}
	}
	si.named = ids[1:]
	return nil
}

// certID names a certificate by its digest.
type certID struct {
	hash           crypto.Hash
	digest         []byte
	issuer, serial []byte // DER; nil: not stated
}

// is says whether id names c.
func (id certID) is(c *x509.Certificate) bool {
	if !bytes.Equal(id.digest, ContentOf(c.Raw)(id.hash)) {
		return false
	}
	return id.issuer == nil || bytes.Equal(id.issuer, c.RawIssuer) && bytes.Equal(id.serial, derInt(c.SerialNumber))
}

// mayUse says whether the signer, where issuers are named at all, names this one: others are not to be used (RFC 5035, 3).
func (si *signerInfo) mayUse(c *x509.Certificate) bool {
	return len(si.named) == 0 || slices.ContainsFunc(si.named, func(id certID) bool { return id.is(c) })
}

// readCertIDs reads a SigningCertificateV2 or, if not v2, a SigningCertificate (RFC 5035, 3 and 4).
func readCertIDs(v value, v2 bool) ([]certID, error) {
	const what = "signing-certificate attribute"
	p := v.within(what, tagSequence)
	list := p.take("certificates", tagSequence)
	p.maybe(tagSequence) // policies, which say nothing about the bytes
	if err := p.end(); err != nil {
		return nil, err
	}
	var ids []certID
	for _, kid := range list.kids {
		in := kid.within(what, tagSequence)
		id := certID{hash: crypto.SHA1}
		if v2 {
			id.hash = crypto.SHA256 // the default; DER leaves it out, but many write it
			if algorithm, ok := in.maybe(tagSequence); ok {
				var err error
				if id.hash, err = readHash(algorithm); err != nil {
					return nil, fmt.Errorf("%s: %w", what, err)
				}
			}
		}
		id.digest = in.take("digest", tagOctets).body
		if where, ok := in.maybe(tagSequence); ok {
			// IssuerSerial: GeneralNames with one directoryName [4], and the serial number.
			is := where.within(what, tagSequence)
			names := is.take("issuer", tagSequence).within(what, tagSequence)
			name := names.take("issuer", 0xa4).within(what, 0xa4)
			id.issuer, id.serial = name.take("issuer", tagSequence).raw, is.take("serial number", tagInteger).raw
			for _, q := range []*parts{is, names, name} {
				if err := q.end(); err != nil {
					return nil, err
				}
			}
		}
		if err := in.end(); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// writeCertIDs writes a SigningCertificateV2 that names certificates by SHA-256, the default, which DER leaves out.
func writeCertIDs(certificates []*x509.Certificate) []byte {
	var ids [][]byte
	for _, c := range certificates {
		sum := sha256.Sum256(c.Raw)
		ids = append(ids, derOf(tagSequence, derOf(tagOctets, sum[:])))
	}
	return derOf(tagSequence, derOf(tagSequence, ids...))
}
