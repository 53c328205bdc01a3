package form

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"auditpack/render/cos"
)

// Limits of reading what is printed on the pages; beyond them a label is missing, no more.
const (
	maxPrinted = 20_000   // texts on a page
	maxLines   = 3000     // into which they are joined
	maxLine    = 500      // bytes of one
	maxContent = 16 << 20 // bytes of a page
	maxStates  = 64
)

// findPages numbers the pages and finds what is shown on each.
func (f *pdfForm) findPages(node, resources cos.Value, depth int, seen map[int]bool) error {
	ref, _ := node.(cos.Reference)
	d, _ := f.file.Resolve(node).(cos.Dict)
	if depth > maxNesting || d == nil || seen[ref.Number] && ref.Number > 0 {
		return errors.New("damaged: its pages cannot be read")
	}
	seen[ref.Number] = true
	if d["Resources"] != nil {
		resources = d["Resources"]
	}
	if kids, ok := f.file.Resolve(d["Kids"]).(cos.Array); ok {
		for _, kid := range kids {
			if err := f.findPages(kid, resources, depth+1, seen); err != nil {
				return err
			}
		}
		return nil
	}
	if d["Resources"] == nil {
		d["Resources"] = resources
	}
	if f.sheets = append(f.sheets, d); len(f.sheets) > maxPages {
		return fmt.Errorf("more than %d pages", maxPages)
	}
	list, _ := f.file.Resolve(d["Annots"]).(cos.Array)
	for _, a := range list {
		if ref, ok := a.(cos.Reference); ok {
			f.pages[ref.Number] = len(f.sheets)
		}
	}
	return nil
}

// printed is a text on a page: where its base line begins, and how wide and high it is.
type printed struct {
	x, y, width, size float64
	text              string
}

// matrix is a transformation: a b c d e f.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

// times is m applied before n.
func (m matrix) times(n matrix) matrix {
	return matrix{m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3], m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5]}
}

// pageReader reads the texts of one page (ISO 32000-1, 9.4), without those of forms that are drawn in it.
type pageReader struct {
	*pdfForm
	fonts   cos.Dict
	known   map[cos.Name]*pageFont
	page    matrix // from the page's units to its first ones
	saved   []matrix
	at, row matrix // of the text, and of its line
	font    *pageFont
	size    float64
	lead    float64
	texts   []printed
	codes   int // of fonts that may yet be read
}

// printed returns the texts of a page, as far as they can be read.
func (f *pdfForm) printed(number int) []printed {
	d := f.sheets[number-1]
	resources, _ := f.file.Resolve(d["Resources"]).(cos.Dict)
	fonts, _ := f.file.Resolve(resources["Font"]).(cos.Dict)
	r := &pageReader{pdfForm: f, fonts: fonts, known: map[cos.Name]*pageFont{}, page: identity, at: identity, row: identity, codes: maxCodes}
	var content []byte
	parts, ok := f.file.Resolve(d["Contents"]).(cos.Array)
	if !ok {
		parts = cos.Array{d["Contents"]}
	}
	for _, p := range parts {
		s, _ := f.file.Resolve(p).(cos.Stream)
		data, err := f.file.Inflate(s)
		if err != nil || len(content)+len(data) > maxContent {
			break
		}
		content = append(append(content, data...), '\n')
	}
	r.read(content)
	return r.texts
}

func (r *pageReader) read(content []byte) {
	p := &cos.Parser{File: content}
	var operands []cos.Value
	for p.At < len(content) && len(r.texts) < maxPrinted {
		p.Space()
		at := p.At
		v, err := p.Value()
		if err == nil {
			if operands = append(operands, v); len(operands) > 64 {
				operands = operands[1:]
			}
			continue
		}
		p.At = at
		operator := p.Word()
		switch {
		case operator == "":
			p.At++
		case operator == "ID": // the bytes of an image
			if n := bytes.Index(content[p.At:], []byte("EI")); n >= 0 {
				p.At += n + 2
			}
		default:
			r.operate(operator, operands)
		}
		operands = operands[:0]
	}
}

func (r *pageReader) operate(operator string, operands []cos.Value) {
	var n []float64
	for _, v := range operands {
		switch v := v.(type) {
		case int64:
			n = append(n, float64(v))
		case float64:
			n = append(n, v)
		}
	}
	switch operator {
	case "q":
		if len(r.saved) < maxStates {
			r.saved = append(r.saved, r.page)
		}
	case "Q":
		if k := len(r.saved); k > 0 {
			r.page, r.saved = r.saved[k-1], r.saved[:k-1]
		}
	case "cm":
		if len(n) == 6 {
			r.page = matrix(n).times(r.page)
		}
	case "BT":
		r.at, r.row = identity, identity
	case "Tf":
		if name, ok := firstOf[cos.Name](operands); ok && len(n) == 1 {
			r.font, r.size = r.fontOf(name), n[0]
		}
	case "Tm":
		if len(n) == 6 {
			r.row = matrix(n)
			r.at = r.row
		}
	case "TL":
		if len(n) == 1 {
			r.lead = n[0]
		}
	case "Td", "TD":
		if len(n) == 2 {
			r.move(n[0], n[1])
			if operator == "TD" {
				r.lead = -n[1]
			}
		}
	case "T*":
		r.move(0, -r.lead)
	case "'", `"`:
		r.move(0, -r.lead)
		r.show(operands)
	case "Tj", "TJ":
		r.show(operands)
	}
}

func firstOf[T any](list []cos.Value) (T, bool) {
	for _, v := range list {
		if t, ok := v.(T); ok {
			return t, true
		}
	}
	var none T
	return none, false
}

func (r *pageReader) move(x, y float64) {
	r.row = matrix{1, 0, 0, 1, x, y}.times(r.row)
	r.at = r.row
}

// show shows strings, and moves on by their width.
func (r *pageReader) show(operands []cos.Value) {
	if list, ok := firstOf[cos.Array](operands); ok {
		operands = list
	}
	for _, v := range operands {
		switch v := v.(type) {
		case cos.String:
			if r.font == nil {
				continue
			}
			text, width := r.font.read(v.Data)
			at := r.at.times(r.page)
			if strings.TrimSpace(text) != "" {
				r.texts = append(r.texts, printed{x: at[4], y: at[5], width: width * r.size * at[0], size: r.size * at[3], text: text})
			}
			r.at = matrix{1, 0, 0, 1, width * r.size, 0}.times(r.at)
		case int64:
			r.at = matrix{1, 0, 0, 1, -float64(v) / 1000 * r.size, 0}.times(r.at)
		case float64:
			r.at = matrix{1, 0, 0, 1, -v / 1000 * r.size, 0}.times(r.at)
		}
	}
}

// lines joins texts that follow each other on a line.
func lines(texts []printed) []printed {
	texts = slices.Clone(texts)
	slices.SortStableFunc(texts, func(a, b printed) int { return cmp.Or(cmp.Compare(b.y, a.y), cmp.Compare(a.x, b.x)) })
	var all []printed
	for _, t := range texts {
		if len(all) == maxLines {
			break
		}
		t.text = upTo(t.text, maxLine)
		if n := len(all); n > 0 {
			last := &all[n-1]
			gap := t.x - last.x - last.width
			if sameLine := last.y-t.y < 0.2*last.size; sameLine && gap < last.size && gap > -last.size {
				if gap > 0.15*last.size && !strings.HasSuffix(last.text, " ") {
					last.text += " "
				}
				last.text = upTo(last.text+t.text, maxLine)
				last.width = t.x + t.width - last.x
				continue
			}
		}
		all = append(all, t)
	}
	return all
}
