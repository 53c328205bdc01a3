package seal

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// dateForm is how the validity of a certificate is told.
const dateForm = "2006-01-02 15:04:05 MST"

// maxLinks is how many certificates may travel with a signature: more than any chain has.
const maxLinks = 20

// ParseCertificate reads a certificate in DER (RFC 5280) that somebody sent, for signatures of other forms than those of
// this package: its limits are the same, so an RSA key has at most 8192 bits. Errors are fit to be shown.
func ParseCertificate(der []byte) (*x509.Certificate, error) { return readCertificate(der) }

// readCertificate reads a certificate that somebody sent, whose key must not be so large that using it takes for ever.
func readCertificate(der []byte) (*x509.Certificate, error) {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, errors.New(clean(strings.TrimPrefix(err.Error(), "x509: ")))
	}
	if k, ok := c.PublicKey.(*rsa.PublicKey); ok && k.N.BitLen() > maximalRSABits {
		return nil, fmt.Errorf("an RSA key of %d bits; at most %d are understood", k.N.BitLen(), maximalRSABits)
	}
	return c, nil
}

// named returns a certificate's subject for people.
func named(c *x509.Certificate) string { return clean(PartyOf(c).Name) }

// selfIssued says whether a certificate names itself as its issuer.
func selfIssued(c *x509.Certificate) bool { return bytes.Equal(c.RawIssuer, c.RawSubject) }

// issued says whether parent signed c and may sign certificates. SHA-1 does not count, but for what signs itself.
func issued(c, parent *x509.Certificate) bool {
	return bytes.Equal(c.RawIssuer, parent.RawSubject) && c.CheckSignatureFrom(parent) == nil
}

// links returns those of the certificates at hand that lead upwards from c: each signed one before it, and is itself whole.
func links(c *x509.Certificate, at, anchors []*x509.Certificate) []*x509.Certificate {
	found, rest := []*x509.Certificate{c}, slices.DeleteFunc(slices.Clone(at), c.Equal)
	for i := 0; i < len(found); i++ {
		rest = slices.DeleteFunc(rest, func(candidate *x509.Certificate) bool { // each joins, or is dropped, once
			if slices.ContainsFunc(found, candidate.Equal) {
				return true
			}
			if !issued(found[i], candidate) {
				return false
			}
			if whole(candidate, at, anchors) {
				found = append(found, candidate)
			}
			return true
		})
	}
	return found[1:]
}

// whole says whether the bytes of an authority's certificate can be taken for what its issuer signed: a certificate at hand
// verifies it, possibly itself, or it is an anchor. Where its issuer is not at hand, nothing can vouch for it, and nothing
// is trusted through it. But then it must name another key as its issuer's, nothing at hand may bear the issuer's name or
// key, and it must not be a twin of one at hand, so that nobody turns a certificate that could be checked into one that
// cannot by a bit in the issuer's name.
func whole(c *x509.Certificate, at, anchors []*x509.Certificate) bool {
	if slices.ContainsFunc(anchors, c.Equal) {
		return true
	}
	suspect := selfIssued(c) || len(c.AuthorityKeyId) == 0 || bytes.Equal(c.AuthorityKeyId, c.SubjectKeyId)
	for _, x := range slices.Concat(at, anchors) {
		switch {
		case issued(c, x):
			return true
		case c.Equal(x):
			if selfIssued(c) && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil {
				return true
			}
		case bytes.Equal(c.RawIssuer, x.RawSubject), bytes.Equal(c.AuthorityKeyId, x.SubjectKeyId), twins(c, x):
			suspect = true
		}
	}
	return !suspect
}

// twins says whether two certificates are for one key of one subject and from one issuer, or with one serial number.
func twins(a, b *x509.Certificate) bool {
	return bytes.Equal(a.RawSubject, b.RawSubject) && bytes.Equal(a.RawSubjectPublicKeyInfo, b.RawSubjectPublicKeyInfo) &&
		(bytes.Equal(a.RawIssuer, b.RawIssuer) || a.SerialNumber.Cmp(b.SerialNumber) == 0)
}

// pool makes a CertPool, never the system's.
func pool(certificates []*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range certificates {
		p.AddCert(c)
	}
	return p
}

// lead says whether c leads to one of the anchors at a time, and how, or why not. It is for purposes if every certificate
// between c and the anchor, and c itself, passes may.
func lead(c *x509.Certificate, at time.Time, helpers, anchors []*x509.Certificate, may func(*x509.Certificate) error) (bool, string) {
	switch {
	case len(anchors) == 0:
		return false, "leads nowhere: no trusted certificates were handed in"
	case at.IsZero():
		return false, "leads nowhere: no time of verification was handed in"
	}
	chains, err := c.Verify(x509.VerifyOptions{
		Roots: pool(anchors), Intermediates: pool(helpers), CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return false, "leads to none of the trusted certificates: " + whyNot(err, at)
	}
	for _, chain := range chains {
		if err = checkChain(chain, may); err == nil {
			return true, describe(chain)
		}
	}
	return false, "leads to a trusted certificate, but not in a way that is accepted: " + clean(err.Error())
}

// whyNot tells an error of x509 in one line.
func whyNot(err error, at time.Time) string {
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil {
		return validity(invalid.Cert, "at "+at.UTC().Format(dateForm), at)
	}
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) && unknown.Cert != nil {
		return fmt.Sprintf("the issuer of %s is not among them", named(unknown.Cert))
	}
	return clean(strings.TrimPrefix(err.Error(), "x509: "))
}

// checkChain refuses what crypto/x509 lets pass: authorities that do not say that they are, weak keys, other purposes.
func checkChain(chain []*x509.Certificate, may func(*x509.Certificate) error) error {
	for i, c := range chain {
		if i > 0 && (!c.BasicConstraintsValid || !c.IsCA) {
			return fmt.Errorf("%s is no authority (no CA:TRUE)", named(c))
		}
		if _, err := strength(c.PublicKey); err != nil {
			return fmt.Errorf("%s: %w", named(c), err)
		}
		if i > 0 && i == len(chain)-1 {
			break // the anchor was handed in: what it is for is said by that
		}
		if err := may(c); err != nil {
			return err
		}
	}
	return nil
}

// describe tells a chain in one line, the anchor last.
func describe(chain []*x509.Certificate) string {
	if len(chain) == 1 {
		return "its own certificate is trusted"
	}
	var names []string
	for _, c := range chain[1:] {
		names = append(names, named(c))
	}
	return "issued by " + strings.Join(names, ", issued by ") + ", which is trusted"
}

// validity says that c is not valid at a time; "" if it is. when names the time.
func validity(c *x509.Certificate, when string, at time.Time) string {
	if !at.Before(c.NotBefore) && !at.After(c.NotAfter) {
		return ""
	}
	return fmt.Sprintf("the certificate of %s is not valid %s: it is from %s to %s", named(c), when,
		c.NotBefore.UTC().Format(dateForm), c.NotAfter.UTC().Format(dateForm))
}

// maySign says why a certificate, or one that issued it, is not for signing documents. It may be if it names no purposes;
// else one of them must be e-mail protection, document signing (RFC 9336) or any. One for code, servers or clients is not.
func maySign(c *x509.Certificate) error {
	if len(c.ExtKeyUsage) == 0 && len(c.UnknownExtKeyUsage) == 0 {
		return nil
	}
	for _, usage := range c.ExtKeyUsage {
		if usage == x509.ExtKeyUsageEmailProtection || usage == x509.ExtKeyUsageAny {
			return nil
		}
	}
	for _, usage := range c.UnknownExtKeyUsage {
		if usage.Equal(oidDocumentSigning) {
			return nil
		}
	}
	return fmt.Errorf("the certificate of %s is not for signing documents (extended key usage)", named(c))
}

// signerFaults checks a signer's certificate by itself.
func signerFaults(c *x509.Certificate) (faults []string) {
	if _, err := strength(c.PublicKey); err != nil {
		faults = append(faults, err.Error())
	}
	if weak := weaklySigned(c); weak != "" {
		faults = append(faults, fmt.Sprintf("the certificate of %s is signed with a weak algorithm, %s", named(c), weak))
	}
	if selfIssued(c) && (len(c.AuthorityKeyId) == 0 || bytes.Equal(c.AuthorityKeyId, c.SubjectKeyId)) &&
		c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) != nil {
		faults = append(faults, fmt.Sprintf("the certificate of %s says that it issued itself, but its own signature does not verify", named(c)))
	}
	if c.KeyUsage != 0 && c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		faults = append(faults, fmt.Sprintf("the certificate of %s is not for signatures (key usage)", named(c)))
	}
	return faults
}
