package pdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"auditpack/render/cos"
)

// properties are what the file says of itself, in Info and, in the same words, in XMP.
type properties struct {
	title, subject, creator, producer string
	at                                time.Time // UTC
}

// info is the information dictionary.
func (p properties) info() string {
	at := pdfDate(p.at)
	return "<</Title " + cos.TextString(p.title) + "/Subject " + cos.TextString(p.subject) + "/Creator " + cos.TextString(p.creator) +
		"/Producer " + cos.TextString(p.producer) + "/CreationDate " + at + "/ModDate " + at + ">>"
}

// xmp is the metadata stream (ISO 16684-1) that says which part of PDF/A the file is built to, level B.
func (p properties) xmp(part int) []byte {
	at := p.at.Format("2006-01-02T15:04:05Z")
	return fmt.Appendf(nil, `<?xpacket begin="%s" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>%d</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:description>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreatorTool>%s</xmp:CreatorTool>
<xmp:CreateDate>%s</xmp:CreateDate>
<xmp:ModifyDate>%s</xmp:ModifyDate>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>%s</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
`, "\uFEFF", part, inXML(p.title), inXML(p.subject), inXML(p.creator), at, at, inXML(p.producer))
}

func inXML(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) // a Buffer takes everything
	return b.String()
}

// plain is s on one line, without what XML cannot hold, at most 200 characters long: for the file's properties, which
// a reader shows in its window's title. The pages have texts in full.
func plain(s string) string {
	const most = 200
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))), " ")
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
