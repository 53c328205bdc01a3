package xlsx

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// Media types of parts that a signature needs.
const (
	relationshipsType = "application/vnd.openxmlformats-package.relationships+xml"
	originType        = "application/vnd.openxmlformats-package.digital-signature-origin"
	signatureType     = "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"
	nsContentTypes    = "http://schemas.openxmlformats.org/package/2006/content-types"
)

// mediaTypes is what [Content_Types].xml says (ECMA-376 part 2, 6.2.3), with extensions and names in lower case.
type mediaTypes struct {
	defaults, overrides map[string]string
}

// parseMediaTypes refuses a second entry for an extension or a part, and elements that it does not know.
func parseMediaTypes(text []byte, purse *effort) (mediaTypes, error) {
	m := mediaTypes{map[string]string{}, map[string]string{}}
	err := flatXML(text, purse, xml.Name{Space: nsContentTypes, Local: "Types"}, func(e xml.StartElement) error {
		into, key := m.defaults, "Extension"
		switch e.Name.Local {
		case "Default":
		case "Override":
			into, key = m.overrides, "PartName"
		default:
			return fmt.Errorf("<%s> is not known", e.Name.Local)
		}
		name, media := "", ""
		for _, a := range e.Attr {
			switch a.Name {
			case xml.Name{Local: key}:
				name = strings.ToLower(a.Value)
			case xml.Name{Local: "ContentType"}:
				media = a.Value
			case xml.Name{Local: "xmlns"}:
			default:
				return fmt.Errorf("attribute %s is not known", a.Name.Local)
			}
		}
		if _, twice := into[name]; twice || name == "" || media == "" {
			return fmt.Errorf("%q is there twice or says nothing", name)
		}
		into[name] = media
		return nil
	})
	if err != nil {
		return mediaTypes{}, fmt.Errorf("%s: %w", contentTypes, err)
	}
	return m, nil
}

// of returns the media type of a part.
func (m mediaTypes) of(name string) (string, error) {
	folded := strings.ToLower(name)
	if t, ok := m.overrides["/"+folded]; ok {
		return t, nil
	}
	if t, ok := m.defaults[folded[strings.LastIndexByte(folded, '.')+1:]]; ok {
		return t, nil
	}
	return "", fmt.Errorf("%s: %s says nothing of it", name, contentTypes)
}

// The entries of a signature; [Sign] puts them before the end of [Content_Types].xml.
const (
	typesEnd         = "</Types>"
	signatureEntries = `<Default Extension="sigs" ContentType="` + originType + `"></Default>` +
		`<Override PartName="/` + signaturePart + `" ContentType="` + signatureType + `"></Override>`
)

// addSignatureTypes returns [Content_Types].xml with the entries of a signature.
func addSignatureTypes(text []byte) ([]byte, error) {
	m, err := parseMediaTypes(text, nil)
	if err != nil {
		return nil, err
	}
	if _, there := m.defaults["sigs"]; there {
		return nil, fmt.Errorf("the workbook is signed already")
	}
	return insertBefore(text, typesEnd, signatureEntries, contentTypes)
}

// insertBefore puts more before the end tag that text ends with.
func insertBefore(text []byte, end, more, name string) ([]byte, error) {
	head, ok := bytes.CutSuffix(text, []byte(end))
	if !ok {
		return nil, fmt.Errorf("%s: does not end in %s", name, end)
	}
	out := make([]byte, 0, len(text)+len(more))
	return append(append(append(out, head...), more...), end...), nil
}
