package xlsx

import (
	"fmt"
	"slices"
	"strings"
)

const thumbnailRelationship = nsPackageRelationships + "/metadata/thumbnail"

// leftOut are the relationships of the package that Office never signs, and the parts that they may lead to: the
// properties, in lower case. The thumbnail has no name of its own, nor has the origin of the signatures.
var leftOut = map[string]string{
	nsPackageRelationships + "/metadata/core-properties":                                      "docprops/core.xml",
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties": "docprops/app.xml",
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties":   "docprops/custom.xml",
}

// usual tells whether Office leaves out a relationship of the package as a rule.
func (p *opc) usual(r relationship) bool {
	target := strings.ToLower(resolve("", r.target))
	switch {
	case r.mode != "Internal":
		return false
	case r.kind == originRelationship:
		return len(p.signing) > 0 && strings.EqualFold(p.signing[0], target)
	case r.kind == thumbnailRelationship:
		return target == p.thumbnail()
	}
	want, ok := leftOut[r.kind]
	return ok && target == want
}

// thumbnail returns the name of the picture of the package in lower case, nothing unless there is exactly one.
func (p *opc) thumbnail() (name string) {
	list, err := p.relationships(rootRelationships)
	if err != nil {
		return ""
	}
	for _, r := range list {
		if r.kind != thumbnailRelationship {
			continue
		}
		target := strings.ToLower(resolve("", r.target))
		kind, err := p.media.of(target)
		if name != "" || err != nil || !strings.HasPrefix(kind, "image/") || !strings.HasPrefix(target, "docprops/thumbnail.") {
			return ""
		}
		name = target
	}
	return name
}

// coverage tells which parts and relationships the signature covers. What Office leaves out as a rule is named; all else
// that is left out is a fault.
func (s *foreignSignature) coverage() (line string, faults []string) {
	var usual, parts, relations []string
	total, thumbnail := 0, s.thumbnail()
	for _, name := range s.names {
		folded := strings.ToLower(name)
		if folded == strings.ToLower(contentTypes) || slices.ContainsFunc(s.signing, func(n string) bool { return strings.EqualFold(n, name) }) {
			continue
		}
		total++
		switch {
		case s.covered[folded]:
		case folded == "docprops/core.xml", folded == "docprops/app.xml", folded == "docprops/custom.xml", folded == thumbnail:
			usual = append(usual, name) // four at most
		default:
			parts = append(parts, fmt.Sprintf("%.200q", name))
		}
		if !isRelationships(folded) {
			continue
		}
		list, err := s.relationships(name)
		if err != nil {
			faults = append(faults, err.Error())
		}
		for _, r := range list {
			if !s.ids[folded+" "+r.id] && !(folded == rootRelationships && s.usual(r)) {
				relations = append(relations, fmt.Sprintf("%.40q of %.200q", r.id, name))
			}
		}
	}
	line = fmt.Sprintf("%d of %s; not the content types, the signatures' own parts nor the zip", len(s.covered), plural(total, "part"))
	if len(usual) > 0 {
		line += "; not " + strings.Join(usual, ", ")
	}
	if len(parts) > 0 {
		faults = append(faults, s.Place+" does not cover "+plural(len(parts), "part")+": "+joinSome(parts))
	}
	if len(relations) > 0 {
		faults = append(faults, s.Place+" does not cover "+plural(len(relations), "relationship")+": "+joinSome(relations))
	}
	return line, faults
}
