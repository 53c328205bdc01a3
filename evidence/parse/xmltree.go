package parse

import (
	"encoding/xml"
	"errors"
	"io"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"auditpack/evidence"
)

// Limits of an XML file. Real configuration files stay far below all of them; beyond, a file is refused.
const (
	maxXMLSize       = 16 << 20
	maxXMLDepth      = 64
	maxXMLElements   = 200_000
	maxXMLAttributes = 256
	maxXMLText       = 64 << 10 // of one attribute
)

// xmlElement is one element of a file with the place of its start tag.
type xmlElement struct {
	name       string
	attributes []xmlAttribute
	children   []*xmlElement
	cite       evidence.Citation // the start tag
	whole      evidence.Citation // from the start tag to the end tag
	start      int               // of the start tag, in the decoded text
}

type xmlAttribute struct {
	name  string
	space string // prefix, if any
	text  string
	cite  evidence.Citation
}

// attribute returns the text of an attribute, or "".
func (e *xmlElement) attribute(name string) string {
	text, _ := e.lookup(name)
	return text
}

// attributeOr returns the text of an attribute, or otherwise if there is none.
func (e *xmlElement) attributeOr(name, otherwise string) string {
	if text, ok := e.lookup(name); ok {
		return text
	}
	return otherwise
}

// lookup returns the text of an attribute and whether it is there; it may be asked of a nil element.
func (e *xmlElement) lookup(name string) (string, bool) {
	if e == nil {
		return "", false
	}
	for _, a := range e.attributes {
		if a.name == name && a.space == "" {
			return a.text, true
		}
	}
	return "", false
}

// child returns the first child of this name, or nil; it may be asked of a nil element.
func (e *xmlElement) child(name string) *xmlElement {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// readXML reads a whole XML file into elements. Anything that is not well-formed to the last tag refuses the file: of a
// configuration that was cut short nobody knows what the rest would have overridden. A document type and entities of
// its own are refused unseen.
func readXML(item evidence.Item, r io.Reader) (*xmlElement, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxXMLSize+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxXMLSize {
		return nil, refuse("larger than %d MB, which no configuration file is", maxXMLSize>>20)
	}
	t := newXMLText(raw, item.CodePage)
	b := &xmlBuilder{item: item, text: t}
	decoder := xml.NewDecoder(strings.NewReader(t.text))
	decoder.CharsetReader = decodedAlready
	for {
		start := decoder.InputOffset()
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, refuseXML(err)
		}
		if err := b.add(token, int(start), int(decoder.InputOffset())); err != nil {
			return nil, err
		}
	}
	if b.root == nil {
		return nil, refuse("holds no XML element")
	}
	return b.root, nil
}

// decodedAlready takes whatever encoding a file declares: its bytes were decoded before.
func decodedAlready(_ string, in io.Reader) (io.Reader, error) { return in, nil }

// refuseXML turns an error of the XML decoder into a refusal that names the line.
func refuseXML(err error) error {
	var syntax *xml.SyntaxError
	if !errors.As(err, &syntax) {
		return refuse("not readable as XML: %v", err)
	}
	if strings.Contains(syntax.Msg, "unexpected EOF") {
		return refuse("cut short: the file ends at line %d before its last element does", syntax.Line)
	}
	return refuse("line %d: not well-formed XML: %s", syntax.Line, syntax.Msg)
}

// xmlBuilder stacks tokens up to elements.
type xmlBuilder struct {
	item  evidence.Item
	text  *xmlText
	root  *xmlElement
	stack []*xmlElement
	count int
}

// add takes the token that stands from start to end in the decoded text.
func (b *xmlBuilder) add(token xml.Token, start, end int) error {
	switch token := token.(type) {
	case xml.Directive:
		line, _ := b.text.place(start)
		return refuse("line %d: declares a document type, which no configuration file needs", line)
	case xml.StartElement:
		return b.open(token, start, end)
	case xml.EndElement:
		top := b.stack[len(b.stack)-1]
		top.whole = b.cite(top.start, end)
		b.stack = b.stack[:len(b.stack)-1]
	case xml.CharData:
		if len(b.stack) == 0 && strings.TrimSpace(string(token)) != "" {
			line, _ := b.text.place(start)
			return refuse("line %d: text outside of any element", line)
		}
	}
	return nil
}

func (b *xmlBuilder) open(token xml.StartElement, start, end int) error {
	line, _ := b.text.place(start)
	b.count++
	switch {
	case b.root != nil && len(b.stack) == 0:
		return refuse("line %d: a second outermost element <%s>", line, token.Name.Local)
	case len(b.stack) >= maxXMLDepth:
		return refuse("line %d: elements nested deeper than %d", line, maxXMLDepth)
	case b.count > maxXMLElements:
		return refuse("line %d: more than %d elements", line, maxXMLElements)
	case len(token.Attr) > maxXMLAttributes:
		return refuse("line %d: element <%s> has more than %d attributes", line, token.Name.Local, maxXMLAttributes)
	}
	e := &xmlElement{name: token.Name.Local, cite: b.cite(start, end), start: start}
	places := attributePlaces(b.text.text[start:end])
	for i, a := range token.Attr {
		if len(a.Value) > maxXMLText {
			return refuse("line %d: attribute %s is longer than %d bytes", line, a.Name.Local, maxXMLText)
		}
		cite := e.cite
		if i < len(places) {
			cite = b.cite(start+places[i][0], start+places[i][1])
		}
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
			continue
		}
		e.attributes = append(e.attributes, xmlAttribute{name: a.Name.Local, space: a.Name.Space, text: a.Value, cite: cite})
	}
	if len(b.stack) == 0 {
		b.root = e
	} else {
		parent := b.stack[len(b.stack)-1]
		parent.children = append(parent.children, e)
	}
	b.stack = append(b.stack, e)
	return nil
}

// attributePlaces returns where the attributes of a start tag stand in it, in order: name="text". The tag is known to
// be well-formed.
func attributePlaces(tag string) [][2]int {
	var places [][2]int
	i := strings.IndexAny(tag, " \t\r\n")
	for i >= 0 && i < len(tag) {
		for i < len(tag) && strings.IndexByte(" \t\r\n/>", tag[i]) >= 0 {
			i++
		}
		equals := strings.IndexByte(tag[min(i, len(tag)):], '=')
		if equals < 0 {
			break
		}
		quote := strings.IndexAny(tag[i+equals:], `"'`)
		if quote < 0 {
			break
		}
		open := i + equals + quote
		length := strings.IndexByte(tag[open+1:], tag[open])
		if length < 0 {
			break
		}
		end := open + 1 + length + 1
		places = append(places, [2]int{i, end})
		i = end
	}
	return places
}

// cite returns the Citation of the bytes from start to end of the decoded text.
func (b *xmlBuilder) cite(start, end int) evidence.Citation {
	line, from := b.text.place(start)
	_, to := b.text.place(end)
	return evidence.Citation{Item: b.item.Path, Line: line, Offset: from, Length: to - from}
}

// xmlText is a decoded file and the way back from its offsets to lines and raw bytes.
type xmlText struct {
	bytes    []byte // as they were read
	text     string
	encoding Encoding
	mark     int
	lines    []int   // decoded offset of the beginning of each line
	raws     []int64 // raw offset of the same
}

func newXMLText(raw []byte, page int) *xmlText {
	t := &xmlText{bytes: raw}
	t.encoding, t.mark = SniffPage(raw[:min(len(raw), HeadSize)], page)
	body := raw[t.mark:]
	if t.encoding == UTF8 && !utf8.Valid(body) {
		t.encoding = OEM850 // found further down than the first bytes
		if pages[Encoding(page)] != nil {
			t.encoding = Encoding(page)
		}
	}
	switch t.encoding {
	case UTF8:
		t.text = string(body)
	case OEM850: // an 8-bit XML file is written in the Windows code page, which is not known: one byte a character
		runes := make([]rune, len(body))
		for i, c := range body {
			runes[i] = charmap.Windows1252.DecodeByte(c)
		}
		t.text = string(runes)
	default:
		t.text = t.encoding.decode(body)
	}
	t.lines, t.raws = []int{0}, []int64{int64(t.mark)}
	for at := 0; ; {
		next := strings.IndexByte(t.text[at:], '\n')
		if next < 0 {
			break
		}
		line := t.text[at : at+next+1]
		at += next + 1
		t.lines = append(t.lines, at)
		t.raws = append(t.raws, t.raws[len(t.raws)-1]+t.width(line, t.raws[len(t.raws)-1]))
	}
	return t
}

// width returns how many raw bytes a piece of the decoded text takes that begins at a raw offset.
func (t *xmlText) width(s string, at int64) int64 {
	return int64(t.encoding.width(s, t.bytes[min(at, int64(len(t.bytes))):]))
}

// place returns the line of a decoded offset, counted from 1, and its raw offset.
func (t *xmlText) place(offset int) (line int, raw int64) {
	line = sort.SearchInts(t.lines, offset+1)
	begin := t.lines[line-1]
	return line, t.raws[line-1] + t.width(t.text[begin:offset], t.raws[line-1])
}
