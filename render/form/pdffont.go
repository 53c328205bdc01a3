package form

import (
	"strings"

	"golang.org/x/text/encoding/charmap"

	"auditpack/render/cos"
)

// maxCodes is how many codes of fonts are read for one page.
const maxCodes = 200_000

// pageFont tells the characters of a font on a page, and how wide they are.
type pageFont struct {
	bytes   int            // of a code
	unicode map[int]string // by the form's own word (ToUnicode)
	widths  map[int]float64
	other   float64 // width of the others, in thousandths
	left    *int    // how many codes of all fonts of the page may yet be read
}

func (r *pageReader) fontOf(name cos.Name) *pageFont {
	if f, known := r.known[name]; known {
		return f
	}
	d, _ := r.file.Resolve(r.fonts[name]).(cos.Dict)
	f := &pageFont{bytes: 1, unicode: map[int]string{}, widths: map[int]float64{}, other: 500, left: &r.codes}
	r.known[name] = f
	if r.file.Resolve(d["Subtype"]) == cos.Name("Type0") {
		f.bytes, f.other = 2, 1000
		below, _ := r.file.Resolve(d["DescendantFonts"]).(cos.Array)
		if len(below) == 1 {
			cid, _ := r.file.Resolve(below[0]).(cos.Dict)
			r.cidWidths(f, cid["W"])
		}
	} else if list, ok := r.file.Resolve(d["Widths"]).(cos.Array); ok {
		first, _ := r.file.Resolve(d["FirstChar"]).(int64)
		for i, w := range list[:min(len(list), 256)] {
			f.width(int(first)+i, r.file.Resolve(w))
		}
	} else {
		base, _ := r.file.Resolve(d["BaseFont"]).(cos.Name)
		for i, w := range metrics[string(base)] {
			f.widths[i+' '] = float64(w)
		}
	}
	if s, ok := r.file.Resolve(d["ToUnicode"]).(cos.Stream); ok {
		if text, err := r.file.Inflate(s); err == nil {
			f.readUnicode(text)
		}
	}
	return f
}

// take counts a code that is read.
func (f *pageFont) take() bool {
	*f.left--
	return *f.left >= 0
}

func (f *pageFont) width(code int, v cos.Value) {
	if !f.take() {
		return
	}
	switch w := v.(type) {
	case int64:
		f.widths[code] = float64(w)
	case float64:
		f.widths[code] = w
	}
}

// cidWidths reads runs of widths: c [w w …], or c1 c2 w.
func (r *pageReader) cidWidths(f *pageFont, v cos.Value) {
	list, _ := r.file.Resolve(v).(cos.Array)
	for len(list) >= 2 && *f.left > 0 {
		from, _ := r.file.Resolve(list[0]).(int64)
		if run, ok := r.file.Resolve(list[1]).(cos.Array); ok {
			for i, w := range run[:min(len(run), *f.left)] {
				f.width(int(from)+i, r.file.Resolve(w))
			}
			list = list[2:]
			continue
		}
		if len(list) < 3 {
			return
		}
		to, _ := r.file.Resolve(list[1]).(int64)
		for code := from; code <= to && *f.left > 0; code++ {
			f.width(int(code), r.file.Resolve(list[2]))
		}
		list = list[3:]
	}
}

// readUnicode reads a ToUnicode map (ISO 32000-1, 9.10.3): <from> <to> pairs, and ranges with a beginning or a list.
func (f *pageFont) readUnicode(text []byte) {
	p := &cos.Parser{File: text}
	var list []cos.Value
	for p.At < len(text) && *f.left > 0 {
		p.Space()
		at := p.At
		v, err := p.Value()
		if err == nil {
			list = append(list, v)
			continue
		}
		p.At = at
		switch p.Word() {
		case "":
			p.At++
		case "endbfchar":
			for ; len(list) >= 2 && f.take(); list = list[2:] {
				f.unicode[codeOf(list[0])] = wide(list[1], 0)
			}
		case "endbfrange":
			for ; len(list) >= 3 && f.take(); list = list[3:] {
				f.rangeOf(codeOf(list[0]), codeOf(list[1]), list[2])
			}
		}
		list = nil
	}
}

func (f *pageFont) rangeOf(from, to int, v cos.Value) {
	several, isList := v.(cos.Array)
	for i := 0; i <= to-from && i < 1<<16 && f.take(); i++ {
		switch {
		case isList && i < len(several):
			f.unicode[from+i] = wide(several[i], 0)
		case !isList:
			f.unicode[from+i] = wide(v, i)
		}
	}
}

// codeOf is the number that a string is.
func codeOf(v cos.Value) int {
	s, _ := v.(cos.String)
	n := 0
	for _, c := range s.Data[:min(len(s.Data), 3)] {
		n = n<<8 | int(c)
	}
	return n
}

// wide is a string of UTF-16, its last unit that much further on.
func wide(v cos.Value, further int) string {
	s, _ := v.(cos.String)
	if len(s.Data) < 2 || len(s.Data) > 32 {
		return ""
	}
	data := append([]byte("\xfe\xff"), s.Data...)
	last := int(data[len(data)-2])<<8 | int(data[len(data)-1]) + further
	data[len(data)-2], data[len(data)-1] = byte(last>>8), byte(last)
	return cos.String{Data: data}.Spoken()
}

// read returns what a string shows, and its width in sizes.
func (f *pageFont) read(data []byte) (string, float64) {
	var b strings.Builder
	width := 0.0
	for len(data) >= f.bytes {
		code := int(data[0])
		if f.bytes == 2 {
			code = code<<8 | int(data[1])
		}
		data = data[f.bytes:]
		if w, ok := f.widths[code]; ok {
			width += w
		} else {
			width += f.other
		}
		switch text, ok := f.unicode[code]; {
		case ok:
			b.WriteString(text)
		case f.bytes == 1:
			b.WriteRune(charmap.Windows1252.DecodeByte(byte(code)))
		}
	}
	return b.String(), width / 1000
}
