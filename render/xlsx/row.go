package xlsx

import (
	"io"
	"math"
	"strconv"
	"time"

	"auditpack/render"
)

// value is what a cell holds.
type value struct {
	style  int
	text   string
	number string // instead of text
	face   face   // for measuring
}

// value returns what a cell of a Document becomes. Numbers and times are stored as such where the workbook can hold them
// exactly; everything else is text, whatever it begins with.
func (p *pen) value(c render.Cell, linked bool) value {
	if len(c.Also) == 0 {
		switch c.Kind {
		case render.NumberKind, render.SizeKind:
			if c.Text == "" {
				return value{style: p.styles.number, face: body}
			}
			if c.Number <= maxExact && c.Number >= -maxExact {
				return value{style: p.styles.number, number: strconv.FormatInt(c.Number, 10), face: body}
			}
		case render.TimeKind:
			if serial, ok := serialTime(c.Time); ok {
				style := p.styles.time
				if len(c.Text) == len("2006-01-02") {
					style = p.styles.day
				}
				return value{style: style, number: serial, face: body}
			}
		case render.MarkKind:
			return value{style: p.styles.mark, text: fit(c.Text), face: bold}
		case render.VerdictKind:
			return value{style: p.styles.verdict, text: fit(c.Text), face: bold}
		}
	}
	v := value{text: fit(c.Plain())}
	v.style, v.face = p.textStyle(c, linked)
	return v
}

func (p *pen) textStyle(c render.Cell, linked bool) (int, face) {
	mono := c.Kind == render.MonoKind
	switch {
	case c.Kind == render.CiteKind && linked:
		return p.styles.linkCite, cite
	case c.Kind == render.CiteKind:
		return p.styles.cite, cite
	case mono && c.File != "" && linked:
		return p.styles.file, small
	case mono && linked:
		return p.styles.linkMono, small
	case mono:
		return p.styles.mono, small
	case linked:
		return p.styles.link, body
	case c.Strong || c.Kind == render.IDKind && c.Link != "":
		return p.styles.strong, bold
	}
	return p.styles.text, body
}

// maxExact is the largest number whose digits all survive: readers keep fifteen.
const maxExact = 999_999_999_999_999

// serialTime returns t as days since 1899-12-30, in whole seconds. Days before March 1900 and after 9999 have no number
// that all readers agree on.
func serialTime(t time.Time) (string, bool) {
	t = t.UTC()
	if t.Year() > 9999 || t.Before(time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)) {
		return "", false
	}
	seconds := t.Unix() - time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()
	return strconv.FormatFloat(float64(seconds)/86400, 'f', -1, 64), true
}

// rowWriter writes the rows of a sheet. The first error stays.
type rowWriter struct {
	to  io.Writer
	b   []byte
	err error
	row int
}

const flushAt = 1 << 16

func (w *rowWriter) begin(row int, height float64) {
	w.row = row
	w.b = append(w.b, `<row r="`...)
	w.b = strconv.AppendInt(w.b, int64(row), 10)
	w.b = append(w.b, `" ht="`...)
	w.b = strconv.AppendFloat(w.b, math.Ceil(height*4)/4, 'f', -1, 64)
	w.b = append(w.b, `" customHeight="1">`...)
}

func (w *rowWriter) end() {
	w.b = append(w.b, "</row>"...)
	if len(w.b) > flushAt {
		w.flush()
	}
}

func (w *rowWriter) flush() {
	if w.err == nil {
		_, w.err = w.to.Write(w.b)
	}
	w.b = w.b[:0]
}

func (w *rowWriter) cell(column int, v value) {
	w.b = append(w.b, `<c r="`...)
	w.b = appendName(w.b, column, w.row)
	w.b = append(w.b, `" s="`...)
	w.b = strconv.AppendInt(w.b, int64(v.style), 10)
	switch {
	case v.number != "":
		w.b = append(w.b, `"><v>`...)
		w.b = append(w.b, v.number...)
		w.b = append(w.b, "</v></c>"...)
	case v.text != "":
		w.b = append(w.b, `" t="inlineStr"><is><t xml:space="preserve">`...)
		w.b = escape(w.b, v.text)
		w.b = append(w.b, "</t></is></c>"...)
	default:
		w.b = append(w.b, `"/>`...)
	}
}

// appendName appends a cell's name, such as AB12.
func appendName(b []byte, column, row int) []byte {
	return strconv.AppendInt(append(b, columnName(column)...), int64(row), 10)
}

// columnName returns A for 1, AA for 27.
func columnName(n int) string {
	name := ""
	for ; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

func cellName(column, row int) string { return string(appendName(nil, column, row)) }
