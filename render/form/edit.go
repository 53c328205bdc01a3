package form

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// splice is bytes that stand in the place of others.
type splice struct {
	from, to int
	with     string
}

// edited returns the part with cells changed or added at their places.
func (s *sheet) edited(edits []edit) []byte {
	slices.SortFunc(edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column))
	})
	var splices []splice
	var rows strings.Builder // of a sheet without any
	for len(edits) > 0 {
		n := 1
		for n < len(edits) && edits[n].row == edits[0].row {
			n++
		}
		if len(s.rows) == 0 {
			rows.WriteString(s.newRow(edits[:n]))
		} else {
			splices = append(splices, s.editRow(edits[:n])...)
		}
		edits = edits[n:]
	}
	if rows.Len() > 0 {
		splices = append(splices, s.body.fill(s.data, rows.String()))
	}
	var out bytes.Buffer
	at := 0
	for _, e := range splices {
		out.Write(s.data[at:e.from])
		out.WriteString(e.with)
		at = e.to
	}
	out.Write(s.data[at:])
	return out.Bytes()
}

// editRow returns the splices of the edits of one row, in the order of the bytes.
func (s *sheet) editRow(edits []edit) []splice {
	i, found := slices.BinarySearchFunc(s.rows, edits[0].row, func(r *row, number int) int { return cmp.Compare(r.number, number) })
	if !found {
		at := s.rows[len(s.rows)-1].end
		if i < len(s.rows) {
			at = s.rows[i].start
		}
		return []splice{{at, at, s.newRow(edits)}}
	}
	r := s.rows[i]
	if len(r.cells) == 0 {
		return []splice{r.element.fill(s.data, s.newCells(edits))}
	}
	prefix := s.body.colon()
	var splices []splice
	for _, e := range edits {
		if c := s.cells[e.place]; c != nil {
			splices = append(splices, splice{c.start, c.end, cellXML(prefix, c.place, c.attrs, e.text)})
			continue
		}
		at := r.cells[len(r.cells)-1].end
		for _, c := range r.cells {
			if c.place.column > e.column {
				at = c.start
				break
			}
		}
		splices = append(splices, splice{at, at, s.newCells([]edit{e})})
	}
	return splices
}

// fill puts content into an element that has none. It may be written as one tag.
func (e *element) fill(data []byte, content string) splice {
	if e.tagEnd == e.end {
		tag := strings.TrimRight(strings.TrimSuffix(string(data[e.start:e.tagEnd]), "/>"), " \t\r\n")
		return splice{e.start, e.end, tag + ">" + content + "</" + e.colon() + e.local + ">"}
	}
	return splice{e.tagEnd, e.tagEnd, content}
}

// colon is the element's prefix with its colon, or nothing.
func (e *element) colon() string {
	if e.prefix == "" {
		return ""
	}
	return e.prefix + ":"
}

func (s *sheet) newRow(edits []edit) string {
	return fmt.Sprintf(`<%srow r="%d">%s</%[1]srow>`, s.body.colon(), edits[0].row, s.newCells(edits))
}

func (s *sheet) newCells(edits []edit) string {
	var cells strings.Builder
	for _, e := range edits {
		var attrs []xml.Attr
		if style := s.styleAt(e.place); style != "" {
			attrs = append(attrs, xml.Attr{Name: xml.Name{Local: "s"}, Value: style})
		}
		cells.WriteString(cellXML(s.body.colon(), e.place, attrs, e.text))
	}
	return cells.String()
}

// cellXML is a cell with a text of its own; it keeps all attributes but the type.
func cellXML(prefix string, p place, attrs []xml.Attr, text string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<%sc r="%s"`, prefix, p)
	for _, a := range attrs {
		if a.Name.Space == "" && (a.Name.Local == "r" || a.Name.Local == "t" || a.Name.Local == "cm" || a.Name.Local == "vm") {
			continue
		}
		name := a.Name.Local
		if a.Name.Space != "" {
			name = a.Name.Space + ":" + name
		}
		fmt.Fprintf(&b, ` %s="%s"`, name, escape(a.Value))
	}
	fmt.Fprintf(&b, ` t="inlineStr"><%sis><%[1]st xml:space="preserve">%s</%[1]st></%[1]sis></%[1]sc>`, prefix, escape(text))
	return b.String()
}

func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil && !errors.Is(err, io.ErrShortWrite) {
		return ""
	}
	return b.String()
}
