package xlsx

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	_ "crypto/sha1" // to tell a weak signature that holds from one that does not
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"auditpack/evidence/seal"
)

// verifyForeign verifies the signatures of a package that another program wrote, or that is not any more what Sign wrote:
// then strictly says why.
func verifyForeign(p *opc, strictly error, trust seal.Trust) seal.File {
	f := seal.File{Coverage: "nothing: the workbook carries no signature", Faults: p.faults}
	for i, name := range p.signatures {
		s := &foreignSignature{opc: p, covered: map[string]bool{}, ids: map[string]bool{}}
		s.Place, s.Form = name, "OPC"
		if text, err := p.text(name); err != nil {
			s.fault("%v", err)
		} else {
			s.verify(text)
			if s.root != nil && s.root.isOurs() || bytes.Contains(text, []byte(nsContainer)) {
				s.fault("the container is not as it was signed: %v", strictly)
			}
		}
		conclude(&s.Signature, trust, s.certificates)
		f.Signatures = append(f.Signatures, s.Signature)
		coverage, faults := s.coverage()
		if i == 0 {
			f.Coverage = coverage
		} else if coverage != f.Coverage {
			f.Coverage += "; " + name + ": " + coverage
		}
		f.Faults = append(f.Faults, faults...)
		if p.purse.spent() { // the signatures after this one would all be told the same
			f.Faults = append(f.Faults, errEffort.Error())
			break
		}
	}
	return f
}

// foreignSignature is one that is being verified.
type foreignSignature struct {
	*opc
	seal.Signature
	root         *node
	byID         map[string]*node
	certificates []*x509.Certificate // the signer's first
	covered      map[string]bool     // parts by name in lower case
	ids          map[string]bool     // covered relationships: the part's name in lower case, a blank, the Id
}

func (s *foreignSignature) fault(format string, args ...any) {
	if line := fmt.Sprintf(format, args...); len(s.Faults) < maxFaults && (len(s.Faults) == 0 || s.Faults[len(s.Faults)-1] != line) {
		s.Faults = append(s.Faults, line)
	}
}

func (s *foreignSignature) verify(text []byte) {
	root, err := parseXML(text, s.purse)
	if err != nil {
		s.fault("%s: %v", s.Place, err)
		return
	}
	s.root, s.byID = root, map[string]*node{}
	root.each(func(n *node) {
		if id := n.attribute("Id"); id != "" {
			if s.byID[id] != nil {
				s.fault("the Id %.40q is there twice", id)
			}
			s.byID[id] = n
		}
	})
	info := root.one(nsDigitalSignature, "SignedInfo")
	if !root.is(nsDigitalSignature, "Signature") || info == nil {
		s.fault("the part is not an XML signature")
		return
	}
	s.checkValue(info)
	references := info.elements(nsDigitalSignature, "Reference")
	if len(references) == 0 {
		s.fault("the signature signs nothing")
	}
	if len(references) > maxReferences {
		s.fault("the signature has %d references; at most %d are understood", len(references), maxReferences)
		return
	}
	var signed []*node
	for _, r := range references {
		if n := s.checkReference(r); n != nil {
			signed = append(signed, n)
			s.Claimed = later(s.Claimed, s.statedTime(n))
		}
	}
	manifests := 0
	for _, n := range signed {
		list := n.elements(nsDigitalSignature, "Manifest")
		if n.is(nsDigitalSignature, "Manifest") {
			list = []*node{n}
		}
		for _, m := range list {
			manifests++
			for _, r := range m.elements(nsDigitalSignature, "Reference") {
				s.checkPart(r)
			}
		}
	}
	if manifests == 0 {
		s.fault("no manifest of parts is signed")
	}
	s.checkAdvanced(signed)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// foreignMethod is a signature method of RFC 9231.
type foreignMethod struct {
	hash  crypto.Hash
	curve bool
}

var foreignMethods = map[string]foreignMethod{
	"http://www.w3.org/2000/09/xmldsig#rsa-sha1": {crypto.SHA1, false},
	rsaSHA256: {crypto.SHA256, false},
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": {crypto.SHA384, false},
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": {crypto.SHA512, false},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1": {crypto.SHA1, true},
	ecdsaSHA256: {crypto.SHA256, true},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384": {crypto.SHA384, true},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512": {crypto.SHA512, true},
}

var foreignHashes = map[string]crypto.Hash{
	nsDigitalSignature + "sha1": crypto.SHA1,
	sha256URI:                   crypto.SHA256,
	"http://www.w3.org/2001/04/xmldsig-more#sha384": crypto.SHA384,
	"http://www.w3.org/2001/04/xmlenc#sha512":       crypto.SHA512,
}

// checkValue finds the certificate whose key made the signature value.
func (s *foreignSignature) checkValue(info *node) {
	for _, c := range s.root.elements(nsDigitalSignature, "KeyInfo") {
		c.each(func(n *node) {
			if !n.is(nsDigitalSignature, "X509Certificate") || len(s.certificates) >= maxCertificates {
				return
			}
			certificate, err := s.purse.readCertificate(strings.Join(strings.Fields(n.text()), ""))
			if err != nil {
				s.fault("%v", err)
				return
			}
			s.certificates = append(s.certificates, certificate)
		})
	}
	if len(s.certificates) == 0 {
		s.fault("the signature has no certificate")
		return
	}
	s.Signer = seal.PartyOf(s.certificates[0])
	form, known := canonicalizations[algorithm(info.one(nsDigitalSignature, "CanonicalizationMethod"))]
	method, understood := foreignMethods[algorithm(info.one(nsDigitalSignature, "SignatureMethod"))]
	value, err := decodeBase64(s.root.one(nsDigitalSignature, "SignatureValue").text())
	if !known || !understood || err != nil {
		s.fault("the signature's method is not understood")
		return
	}
	h := method.hash.New()
	h.Write(form.write(info))
	digest := h.Sum(nil)
	for i, c := range s.certificates {
		if _, curve := c.PublicKey.(*ecdsa.PublicKey); curve != method.curve || !verifyValue(c.PublicKey, method.hash, digest, value) {
			continue
		}
		s.certificates[0], s.certificates[i] = s.certificates[i], s.certificates[0]
		s.Signer = seal.PartyOf(c)
		name, err := keyName(c.PublicKey)
		if err != nil {
			s.fault("%v", err)
		}
		s.Algorithm = strings.TrimSpace(name + " " + method.hash.String())
		if method.hash == crypto.SHA1 {
			s.fault("the signature is made with SHA-1, which is too weak")
		}
		return
	}
	s.fault("the signature value is not the signer's")
}

func algorithm(n *node) string {
	if n == nil || len(n.elements(nsDigitalSignature, "HMACOutputLength")) > 0 {
		return ""
	}
	return n.attribute("Algorithm")
}

func decodeBase64(s string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
}

// checkReference compares the digest of an element of the signature, and returns the element if it holds.
func (s *foreignSignature) checkReference(r *node) *node {
	uri := r.attribute("URI")
	id, ok := strings.CutPrefix(uri, "#")
	n := s.byID[id]
	if !ok || n == nil {
		s.fault("a reference to %.60q is not understood", uri)
		return nil
	}
	form := canonicalization{}
	if t := r.one(nsDigitalSignature, "Transforms"); t != nil {
		for _, t := range t.elements(nsDigitalSignature, "Transform") {
			var known bool
			if form, known = canonicalizations[algorithm(t)]; !known || len(t.children) > 0 {
				s.fault("%.60q: its transform is not understood", uri)
				return nil
			}
		}
	}
	if s.purse.spent() {
		s.fault("%v", errEffort)
		return nil
	}
	if err := s.checkDigest(r, form.write(n)); err != nil { // which pays for the writing
		s.fault("%.60q: %v", uri, err)
		return nil
	}
	return n
}

var errDigest = errors.New("not as it was signed")

func (s *foreignSignature) hash(r *node) (crypto.Hash, error) {
	hash, ok := foreignHashes[algorithm(r.one(nsDigitalSignature, "DigestMethod"))]
	if !ok {
		return 0, errors.New("its digest method is not understood")
	}
	if hash == crypto.SHA1 {
		s.weak()
	}
	return hash, nil
}

// weak notes once that digests are weak.
func (s *foreignSignature) weak() {
	const line = "digests are made with SHA-1, which is too weak"
	for _, f := range s.Faults {
		if f == line {
			return
		}
	}
	s.fault(line)
}

func (s *foreignSignature) checkDigest(r *node, text []byte) error {
	hash, err := s.hash(r)
	if err != nil {
		return err
	}
	if err := s.purse.spendXML(text); err != nil {
		return err
	}
	h := hash.New()
	h.Write(text)
	return sameDigest(r, h.Sum(nil))
}

func sameDigest(r *node, sum []byte) error {
	want, err := decodeBase64(r.one(nsDigitalSignature, "DigestValue").text())
	if err != nil || string(want) != string(sum) {
		return errDigest
	}
	return nil
}
