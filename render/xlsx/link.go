package xlsx

import (
	"fmt"
	"io"
	"strings"

	"auditpack/render"
)

// maxLinks is how many links readers accept on a sheet. Cells beyond it keep their text and look like text.
const maxLinks = 65530

// place is a row of a sheet: where an anchor is.
type place struct {
	sheet string
	row   int
}

func (p place) String() string { return fmt.Sprintf("%s!A%d", quoted(p.sheet), p.row) }

// link makes a cell point to a place of the workbook or to a file of the package.
type link struct {
	row, column int
	to          place
	file        string // an escaped relative URI; empty: to
}

// target returns where a cell points. A link to its own row is none, and only a text of one line can be one: LibreOffice
// would not wrap it, and no reader could follow more than the first of several.
func (p *pen) target(from place, column int, width float64, c render.Cell) (link, bool) {
	l := link{row: from.row, column: column, file: fileURI(c.File)}
	if l.file == "" {
		to, ok := p.places[c.Link]
		if c.Link == "" || !ok || to == from {
			return link{}, false
		}
		l.to = to
	}
	v := p.value(c, true)
	return l, v.face.lines(v.text, width) == 1
}

// maxURI is how long a link's target may be: readers refuse longer ones.
const maxURI = 2000

// fileURI returns a relative path as a URI of unreserved characters, slashes and %XX. An & in particular must not be in
// it: some verifiers of signatures write the targets of relationships unescaped.
func fileURI(path string) string {
	if strings.HasPrefix(path, "/") {
		return ""
	}
	var b strings.Builder
	for i := range len(path) {
		switch c := path[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~/", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	if b.Len() > maxURI {
		return ""
	}
	return b.String()
}

// writeLinks writes the hyperlinks element of a sheet.
func writeLinks(w io.Writer, links []link) error {
	if len(links) == 0 {
		return nil
	}
	b := []byte("<hyperlinks>")
	files := 0
	for _, l := range links {
		b = append(b, `<hyperlink ref="`...)
		b = appendName(b, l.column, l.row)
		if l.file != "" {
			files++
			b = fmt.Appendf(b, `" xmlns:r="%s" r:id="%s"/>`, nsRelationships, fileID(files))
		} else {
			b = escape(append(b, `" location="`...), l.to.String())
			b = append(b, `"/>`...)
		}
		if len(b) > 1<<15 {
			if _, err := w.Write(b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	_, err := w.Write(append(b, "</hyperlinks>"...))
	return err
}

const nsRelationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

func fileID(n int) string { return fmt.Sprintf("rId%d", n) }

// relationships is the part that names the files a sheet links to, or nil if there are none.
func relationships(links []link) []byte {
	var b []byte
	files := 0
	for _, l := range links {
		if l.file == "" {
			continue
		}
		files++
		b = fmt.Appendf(b, `<Relationship Id="%s" Type="%s/hyperlink" Target="%s" TargetMode="External"/>`, fileID(files), nsRelationships, l.file)
	}
	if files == 0 {
		return nil
	}
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	return append(append([]byte(head), b...), "</Relationships>"...)
}
