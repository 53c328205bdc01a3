package xlsx

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"auditpack/evidence/seal"
)

// maxCertificates is how many certificates a signature may bring.
const maxCertificates = 8

// verifyOwn verifies a workbook that has the form of those that Sign made. What the signature part must say is composed
// anew from the other parts and compared byte for byte.
func verifyOwn(c *container, trust seal.Trust) (seal.File, error) {
	last := c.entries[len(c.entries)-1]
	text, err := c.text(last)
	if err != nil {
		return seal.File{}, err
	}
	sig := seal.Signature{Place: signaturePart, Form: "OPC, XAdES-BES"}
	stated, value, err := readStatement(text, c.purse)
	if err != nil {
		sig.Standing, sig.Faults = seal.Broken, []string{err.Error()}
		return seal.File{Signatures: []seal.Signature{sig}, Coverage: "nothing"}, nil
	}
	sig.Signer, sig.Claimed, sig.Algorithm = seal.PartyOf(stated.certificates[0]), stated.at, stated.scheme.name
	composed := stated
	faults := composed.recall(c)
	sig.Faults = append(faults, compare(composed, value, text)...)
	conclude(&sig, trust, stated.certificates)
	f := seal.File{Signatures: []seal.Signature{sig}, Coverage: fmt.Sprintf("all %s, every relationship, the content types and every byte of the container", plural(len(composed.parts), "part"))}
	if sig.Standing == seal.Broken {
		f.Coverage = "nothing: the signature does not hold"
	}
	return f, nil
}

// readStatement takes from a signature part what cannot be had from the rest of the workbook.
func readStatement(text []byte, purse *effort) (s statement, value []byte, err error) {
	encoded, ok := between(text, "<SignatureValue>", "</SignatureValue>")
	if value, err = base64.StdEncoding.AppendDecode(nil, encoded); !ok || err != nil {
		return s, nil, errors.New("the signature has no value")
	}
	data, _ := between(text, "<X509Data>", "</X509Data>")
	for len(data) > 0 && len(s.certificates) < maxCertificates {
		encoded, _ := between(data, "<X509Certificate>", "</X509Certificate>")
		certificate, err := purse.readCertificate(string(encoded))
		if err != nil {
			return s, nil, err
		}
		s.certificates = append(s.certificates, certificate)
		_, data, _ = bytes.Cut(data, []byte("</X509Certificate>"))
	}
	if len(s.certificates) == 0 {
		return s, nil, errors.New("the signature has no certificate")
	}
	if s.scheme, err = schemeOf(s.certificates[0].PublicKey); err != nil {
		return s, nil, err
	}
	at, _ := between(text, "<xd:SigningTime>", "</xd:SigningTime>")
	if s.at, err = time.Parse(xmlTime, string(at)); err != nil {
		return s, nil, errors.New("the signature has no time that can be read")
	}
	comment, _ := between(text, "<SignatureComments>", "</SignatureComments>")
	s.comment = textUnescapes.Replace(string(comment))
	return s, value, nil
}

// recall fills in what a statement says of the parts and the container, as they are found.
func (s *statement) recall(c *container) (faults []string) {
	fault := func(err error) { faults = append(faults, err.Error()) }
	names := make([]string, 0, len(c.entries))
	var media mediaTypes
	for i, e := range c.entries {
		names = append(names, e.name)
		switch {
		case i == 0:
			text, err := c.text(e)
			if err == nil {
				media, err = parseMediaTypes(text, c.purse)
			}
			if err != nil {
				fault(err)
			}
		case inManifest(e.name):
			if err := s.recallPart(c, e, media); err != nil {
				fault(err)
			}
		case e.name == originPart || e.name == originRels:
			want := ""
			if e.name == originRels {
				want = originRelationships
			}
			if text, err := c.text(e); err != nil || string(text) != want {
				fault(fmt.Errorf("%s: not what a signed workbook has there", e.name))
			}
		case e.name != signaturePart:
			fault(fmt.Errorf("%s: no such part belongs to a signature", e.name))
		}
	}
	if !slices.Equal(names, wantedOrder(names)) {
		fault(errors.New("the parts are not those of a signed workbook in their order"))
	}
	last := c.entries[len(c.entries)-1]
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(c.file, 0, last.header)); err != nil {
		fault(err)
	}
	s.length = last.header
	sum.Sum(s.container[:0])
	return faults
}

func (s *statement) recallPart(c *container, e entry, media mediaTypes) error {
	kind, err := media.of(e.name)
	if err != nil {
		return err
	}
	return c.read(e, func(r io.Reader) error {
		p, err := signPart(e.name, kind, r, c.purse)
		s.parts = append(s.parts, p)
		return err
	})
}

// wantedOrder is the order in which Sign writes parts of these names.
func wantedOrder(names []string) []string {
	wanted := []string{contentTypes}
	for _, name := range names {
		if inManifest(name) {
			wanted = append(wanted, name)
		}
	}
	slices.Sort(wanted[1:])
	return append(wanted, originRels, originPart, signaturePart)
}

// compare tells how a signature part differs from what a statement says, and whether its value is the signer's.
func compare(s statement, value, text []byte) (faults []string) {
	w, err := s.write()
	if err != nil {
		return []string{err.Error()}
	}
	if !bytes.Equal(text, w.part(value)) {
		faults = append(faults, s.differences(text)...)
	}
	info, _ := between(text, "<SignedInfo>", "</SignedInfo>")
	signed := slices.Concat([]byte("<SignedInfo>"), info, []byte("</SignedInfo>"))
	digest := sha256.Sum256(canonical(signed, "<SignedInfo", ""))
	if !verifyValue(s.certificates[0].PublicKey, s.scheme.hash, digest[:], value) {
		faults = append(faults, "the signature value is not the signer's")
	}
	return faults
}

// differences says for people where a signature part is not what the workbook would have it be.
func (s statement) differences(text []byte) (faults []string) {
	rest, ok := between(text, "<Manifest>", "</Manifest>")
	stated := map[string]bool{}
	for ok {
		var reference []byte
		reference, ok = between(rest, "<Reference", "</Reference>")
		if ok {
			stated[string(reference)] = true
			_, rest, _ = bytes.Cut(rest, []byte("</Reference>"))
		}
	}
	for _, p := range s.parts {
		found := appendManifest(nil, []signedPart{p})
		reference, _ := between(found, "<Reference", "</Reference>")
		if !stated[string(reference)] {
			faults = append(faults, p.name+": the part is not as it was signed")
		}
		delete(stated, string(reference))
	}
	if more := len(stated) - len(faults); more > 0 {
		faults = append(faults, plural(more, "part")+" that the signature names cannot be found as it was signed")
	}
	if !bytes.Contains(text, s.containerObject()) {
		faults = append(faults, "the bytes of the container are not those that were signed")
	}
	if len(faults) == 0 {
		faults = append(faults, signaturePart+": not the XML that this signature must have")
	}
	return faults
}
