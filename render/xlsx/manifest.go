package xlsx

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
)

// signedPart is what a signature's manifest says of a part: for a .rels part the digest is of the relationships that the
// signature covers, in their canonical form, for any other it is of the bytes.
type signedPart struct {
	name, media   string
	digest        [sha256.Size]byte
	relationships []string // Ids in their order, of a .rels part
}

// isRelationships tells whether a part holds relationships.
func isRelationships(name string) bool {
	return strings.HasSuffix(name, ".rels") && (strings.HasPrefix(name, "_rels/") || strings.Contains(name, "/_rels/"))
}

// inManifest tells whether a manifest lists a part: every one but the content types, which no manifest can list (ECMA-376
// part 2, 10.4.2), and the parts of the signature itself.
func inManifest(name string) bool {
	return name != contentTypes && !strings.HasPrefix(name, signatureFolder)
}

// signPart reads a part as its manifest entry.
func signPart(name, media string, r io.Reader, purse *effort) (signedPart, error) {
	p := signedPart{name: name, media: media}
	if !isRelationships(name) {
		sum := sha256.New()
		_, err := io.Copy(sum, r)
		sum.Sum(p.digest[:0])
		return p, err
	}
	if media != relationshipsType {
		return p, fmt.Errorf("the type of relationships is not %s", media)
	}
	text, err := io.ReadAll(io.LimitReader(r, maxXML+1))
	if err != nil {
		return p, err
	}
	if len(text) > maxXML {
		return p, fmt.Errorf("more than %d bytes of relationships", maxXML)
	}
	list, err := parseRelationships(name, text, purse)
	if err != nil {
		return p, err
	}
	covered := slices.DeleteFunc(list, func(r relationship) bool { return r.kind == originRelationship })
	if err := checkTargets(name, covered); err != nil {
		return p, err
	}
	for _, r := range covered {
		p.relationships = append(p.relationships, r.id)
	}
	p.digest = sha256.Sum256(canonicalRelationships(covered))
	return p, nil
}

// manifest writes the references to parts.
func appendManifest(b []byte, parts []signedPart) []byte {
	b = append(b, "<Manifest>"...)
	for _, p := range parts {
		b = append(b, "<Reference"...)
		b = appendAttribute(b, "URI", "/"+p.name+"?ContentType="+p.media)
		b = append(b, '>')
		if isRelationships(p.name) {
			b = append(b, `<Transforms><Transform Algorithm="`+relationshipTransform+`">`...)
			for _, id := range p.relationships {
				b = append(b, `<mdssi:RelationshipReference xmlns:mdssi="`+nsSignature+`"`...)
				b = appendAttribute(b, "SourceId", id)
				b = append(b, `></mdssi:RelationshipReference>`...)
			}
			b = append(b, `</Transform><Transform Algorithm="`+c14n+`"></Transform></Transforms>`...)
		}
		b = appendDigest(b, p.digest)
		b = append(b, "</Reference>"...)
	}
	return append(b, "</Manifest>"...)
}

func appendDigest(b []byte, sum [sha256.Size]byte) []byte {
	b = append(b, `<DigestMethod Algorithm="`+sha256URI+`"></DigestMethod><DigestValue>`...)
	b = base64.StdEncoding.AppendEncode(b, sum[:])
	return append(b, `</DigestValue>`...)
}
