package xlsx

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"
)

// checkPart compares the digest of a part that a manifest lists.
func (s *foreignSignature) checkPart(r *node) {
	uri := r.attribute("URI")
	name, media, ok := strings.Cut(strings.TrimPrefix(uri, "/"), "?ContentType=")
	if !ok || !strings.HasPrefix(uri, "/") {
		s.fault("a reference to %.60q is not understood", uri)
		return
	}
	kind, err := s.media.of(name)
	if err == nil && kind != media {
		err = fmt.Errorf("its type is %.60q, not %.60q as signed", kind, media)
	}
	if err == nil {
		err = s.checkPartDigest(r, name)
	}
	if err != nil {
		s.fault("%.200q: %v", name, err)
		return
	}
	s.covered[strings.ToLower(name)] = true
}

func (s *foreignSignature) checkPartDigest(r *node, name string) error {
	hash, err := s.hash(r)
	if err != nil {
		return err
	}
	h := hash.New()
	transforms := r.elements(nsDigitalSignature, "Transforms")
	if len(transforms) == 0 {
		if err := s.copy(h, name); err != nil {
			return err
		}
		if isRelationships(name) {
			s.coverAll(name)
		}
		return sameDigest(r, h.Sum(nil))
	}
	list := transforms[0].elements(nsDigitalSignature, "Transform")
	if len(list) > 0 && algorithm(list[0]) == relationshipTransform {
		return s.checkRelationships(r, name, list)
	}
	text, err := s.text(name)
	if err != nil {
		return err
	}
	root, err := parseXML(text, s.purse)
	if err != nil {
		return err
	}
	form := canonicalization{}
	for _, t := range list {
		known := false
		if form, known = canonicalizations[algorithm(t)]; !known || len(t.children) > 0 {
			return fmt.Errorf("its transform is not understood")
		}
	}
	if isRelationships(name) {
		s.coverAll(name)
	}
	return s.checkDigest(r, form.write(root))
}

// checkRelationships compares the digest of some relationships of a part.
func (s *foreignSignature) checkRelationships(r *node, name string, transforms []*node) error {
	if len(transforms) > 2 || len(transforms) == 2 && canonicalizations[algorithm(transforms[1])].exclusive {
		return fmt.Errorf("its transform is not understood")
	}
	all, err := s.relationships(name)
	if err != nil {
		return err
	}
	ids, kinds := map[string]bool{}, map[string]bool{}
	for _, n := range transforms[0].elements(nsSignature, "RelationshipReference") {
		ids[n.attribute("SourceId")] = true
	}
	for _, n := range transforms[0].elements(nsSignature, "RelationshipsGroupReference") {
		kinds[n.attribute("SourceType")] = true
	}
	covered := slices.DeleteFunc(all, func(r relationship) bool { return !ids[r.id] && !kinds[r.kind] })
	text := canonicalRelationships(covered)
	if err := s.checkDigest(r, text); err != nil {
		if s.checkDigest(r, s.asLibxmlsec(name, text)) != nil {
			return err
		}
	}
	for _, r := range covered {
		s.ids[strings.ToLower(name)+" "+r.id] = true
	}
	return nil
}

// asLibxmlsec returns what libxmlsec 1.2, and so LibreOffice, makes of relationships with blanks between them, where the
// transform leaves out all text: an element for each. The relationships themselves are the same.
func (s *foreignSignature) asLibxmlsec(name string, canonical []byte) []byte {
	text, err := s.text(name)
	if err != nil {
		return nil
	}
	root, err := parseXML(text, s.purse)
	if err != nil {
		return nil
	}
	blanks := 0
	for _, c := range root.children {
		if _, ok := c.(xml.CharData); ok {
			blanks++
		}
	}
	end := bytes.IndexByte(canonical, '>') + 1
	return slices.Concat(canonical[:end], bytes.Repeat([]byte("<text></text>"), blanks), canonical[end:])
}

func (s *foreignSignature) coverAll(name string) {
	list, err := s.relationships(name)
	if err != nil {
		s.fault("%v", err)
	}
	for _, r := range list {
		s.ids[strings.ToLower(name)+" "+r.id] = true
	}
}

// statedTime returns the time that a signed element states.
func (s *foreignSignature) statedTime(n *node) (at time.Time) {
	n.each(func(n *node) {
		if n.is(nsSignature, "Value") || n.is(nsXAdES, "SigningTime") {
			if t, err := time.Parse(time.RFC3339, n.text()); err == nil {
				at = t.UTC()
			}
		}
	})
	return at
}

// checkAdvanced looks at the XAdES properties: they have to be signed, and to name the certificate.
func (s *foreignSignature) checkAdvanced(signed []*node) {
	s.root.each(func(n *node) {
		switch {
		case n.is(nsXAdES, "SignedProperties"):
			if s.Form = "OPC, XAdES"; !slices.Contains(signed, n) {
				s.fault("properties that look signed are not")
			}
		case n.is(nsXAdES, "UnsignedSignatureProperties") && len(n.children) > 0:
			s.Form = "OPC, XAdES with properties that nothing here looks at, such as timestamps"
		}
	})
	for _, n := range signed {
		if !n.is(nsXAdES, "SignedProperties") || len(s.certificates) == 0 {
			continue
		}
		cert := n.one(nsXAdES, "SignedSignatureProperties", "SigningCertificate")
		if cert == nil {
			continue
		}
		named := slices.ContainsFunc(cert.elements(nsXAdES, "Cert"), func(c *node) bool {
			d := c.one(nsXAdES, "CertDigest")
			return d != nil && s.checkDigest(d, s.certificates[0].Raw) == nil
		})
		if !named {
			s.fault("the signature names another certificate than the one that signed")
		}
	}
}
