package xlsx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

const (
	nsPackageRelationships = "http://schemas.openxmlformats.org/package/2006/relationships"
	originRelationship     = nsPackageRelationships + "/digital-signature/origin"
	signatureRelationship  = nsPackageRelationships + "/digital-signature/signature"
	rootRelationships      = "_rels/.rels"
)

// relationship is one of a .rels part (ECMA-376 part 2, 6.5).
type relationship struct {
	id, kind, target, mode string
}

// parseRelationships refuses what does not follow the schema, and an Id that is there twice.
func parseRelationships(name string, text []byte, purse *effort) ([]relationship, error) {
	var list []relationship
	seen := map[string]bool{}
	err := flatXML(text, purse, xml.Name{Space: nsPackageRelationships, Local: "Relationships"}, func(e xml.StartElement) error {
		if e.Name.Local != "Relationship" {
			return fmt.Errorf("<%s> is not known", e.Name.Local)
		}
		r := relationship{mode: "Internal"}
		for _, a := range e.Attr {
			switch a.Name {
			case xml.Name{Local: "Id"}:
				r.id = a.Value
			case xml.Name{Local: "Type"}:
				r.kind = a.Value
			case xml.Name{Local: "Target"}:
				r.target = a.Value
			case xml.Name{Local: "TargetMode"}:
				r.mode = a.Value
			case xml.Name{Local: "xmlns"}:
			default:
				return fmt.Errorf("attribute %s is not known", a.Name.Local)
			}
		}
		if r.id == "" || seen[r.id] {
			return fmt.Errorf("relationship %q is there twice or has no Id", r.id)
		}
		seen[r.id] = true
		list = append(list, r)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

// flatXML reads a document whose root holds nothing but empty elements of the same namespace, and calls f for each.
func flatXML(text []byte, purse *effort, root xml.Name, f func(xml.StartElement) error) error {
	if err := purse.spendXML(text); err != nil {
		return err
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	depth, done := 0, false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && done {
			return nil
		}
		if err != nil {
			return err
		}
		cost := 1
		if t, ok := token.(xml.StartElement); ok {
			cost += len(t.Attr)
		}
		if err := purse.spend(0, cost, 0); err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			switch {
			case depth == 1 && (t.Name != root || done):
				return fmt.Errorf("<%s> is not <%s>", t.Name.Local, root.Local)
			case depth == 2 && t.Name.Space != root.Space, depth > 2:
				return fmt.Errorf("<%s> does not belong there", t.Name.Local)
			case depth == 2:
				if err := f(t); err != nil {
					return err
				}
			}
		case xml.EndElement:
			depth--
			done = done || depth == 0
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return errors.New("there is text between the elements")
			}
		case xml.Directive:
			return errors.New("a document type is not allowed")
		}
	}
}

// canonicalRelationships is what the relationships transform and canonical XML make of those that a signature covers
// (ECMA-376 part 2, 10.5.14): sorted by Id, the mode written out.
func canonicalRelationships(covered []relationship) []byte {
	sorted := slices.SortedFunc(slices.Values(covered), func(a, b relationship) int { return strings.Compare(a.id, b.id) })
	b := []byte(`<Relationships xmlns="` + nsPackageRelationships + `">`)
	for _, r := range sorted {
		b = append(b, `<Relationship`...)
		b = appendAttribute(b, "Id", r.id)
		b = appendAttribute(b, "Target", r.target)
		b = appendAttribute(b, "TargetMode", r.mode)
		b = appendAttribute(b, "Type", r.kind)
		b = append(b, `></Relationship>`...)
	}
	return append(b, `</Relationships>`...)
}

// checkTargets refuses relationships that some verifiers cannot digest: libxmlsec 1.2 writes a target as it stands, so
// that one & in it breaks the signature.
func checkTargets(name string, list []relationship) error {
	for _, r := range list {
		for _, s := range []string{r.id, r.kind, r.target, r.mode} {
			if strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune(`&<>"'`, c) }) {
				return fmt.Errorf("%s: relationship %.20q has characters that verifiers of signatures disagree about", name, r.id)
			}
		}
	}
	return nil
}

const relationshipsEnd = "</Relationships>"

// addOrigin returns _rels/.rels with the relationship that leads to the signature.
func addOrigin(text []byte) ([]byte, error) {
	list, err := parseRelationships(rootRelationships, text, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		if r.kind == originRelationship || r.id == originID {
			return nil, errors.New("the workbook is signed already")
		}
	}
	return insertBefore(text, relationshipsEnd, originEntry, rootRelationships)
}

const (
	originID    = "rIdSignatureOrigin"
	originEntry = `<Relationship Id="` + originID + `" Target="` + originPart + `" Type="` + originRelationship + `"></Relationship>`
	// originRelationships is the whole of the origin's .rels part.
	originRelationships = xmlHead + `<Relationships xmlns="` + nsPackageRelationships + `">` +
		`<Relationship Id="rId1" Target="sig1.xml" Type="` + signatureRelationship + `"></Relationship></Relationships>`
)
