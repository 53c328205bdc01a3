package form

import (
	"fmt"
	"strconv"
	"strings"
)

// place is a cell: row and column, both counted from 1.
type place struct{ row, column int }

// The size of a sheet.
const (
	maxRow    = 1 << 20
	maxColumn = 1 << 14
	maxCells  = 500_000 // that are read
)

// parsePlace reads D5 and $D$5.
func parsePlace(s string) (place, bool) {
	s = strings.ReplaceAll(s, "$", "")
	i := 0
	column := 0
	for ; i < len(s) && i < 4; i++ {
		c := s[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	row, err := strconv.Atoi(s[i:])
	if i == 0 || err != nil || row < 1 || row > maxRow || column > maxColumn || s[i] == '+' {
		return place{}, false
	}
	return place{row, column}, true
}

// String returns D5.
func (p place) String() string {
	name := ""
	for c := p.column; c > 0; c = (c - 1) / 26 {
		name = string(rune('A'+(c-1)%26)) + name
	}
	return name + strconv.Itoa(p.row)
}

// area is a rectangle of cells, both corners included.
type area struct{ from, to place }

func parseArea(s string) (area, bool) {
	from, to, isArea := strings.Cut(s, ":")
	if !isArea {
		to = from
	}
	a, okA := parsePlace(from)
	b, okB := parsePlace(to)
	return area{a, b}, okA && okB && a.row <= b.row && a.column <= b.column
}

func (a area) holds(p place) bool {
	return a.from.row <= p.row && p.row <= a.to.row && a.from.column <= p.column && p.column <= a.to.column
}

// validation is a rule of the form for what may stand in cells.
type validation struct {
	areas    []area
	kind     string // list, textLength, whole …
	operator string
	formulas []string
}

// row and cell are where they stand in the bytes.
type row struct {
	element
	number int
	cells  []*cell
}

type cell struct {
	element
	place   place
	formula bool
	text    string
}

type columnStyle struct {
	from, to int
	style    string
}

// sheet is a sheet as it stands in its part.
type sheet struct {
	sheetRef
	data        []byte
	body        element // sheetData
	rows        []*row
	cells       map[place]*cell
	merged      []area
	columns     []columnStyle
	validations []validation
}

func readSheet(ref sheetRef, data []byte, shared []string) (*sheet, error) {
	s := &sheet{sheetRef: ref, data: data, cells: map[place]*cell{}}
	r := sheetReader{sheet: s, shared: shared}
	if err := walk(data, r.enter, r.leave); err != nil {
		return nil, err
	}
	if s.body.end == 0 {
		return nil, fmt.Errorf("%s holds no cells", ref.part)
	}
	return s, nil
}

// sheetReader is a sheet being read.
type sheetReader struct {
	*sheet
	shared []string
	row    *row
	cell   *cell
	value  string
	inline strings.Builder
	rule   *validation
}

func (r *sheetReader) enter(stack []*element) error {
	e := stack[len(stack)-1]
	switch e.local {
	case "row":
		number, ok := r.next(e.attr("r"))
		if !ok {
			return fmt.Errorf("the row %q is out of order", e.attr("r"))
		}
		r.row = &row{element: *e, number: number}
		r.rows = append(r.rows, r.row)
	case "c":
		if r.row == nil {
			return nil
		}
		p := place{r.row.number, 1}
		if n := len(r.row.cells); n > 0 {
			p.column = r.row.cells[n-1].place.column + 1
		}
		if ref := e.attr("r"); ref != "" {
			at, ok := parsePlace(ref)
			if !ok || at.row != p.row || at.column < p.column {
				return fmt.Errorf("the cell %q is out of order", ref)
			}
			p = at
		}
		if len(r.cells) == maxCells {
			return fmt.Errorf("more than %d cells", maxCells)
		}
		r.cell = &cell{element: *e, place: p}
		r.row.cells = append(r.row.cells, r.cell)
		r.value = ""
		r.inline.Reset()
	case "dataValidation":
		r.rule = &validation{kind: e.attr("type"), operator: e.attr("operator")}
		r.rule.cover(e.attr("sqref"))
	}
	return nil
}

// next returns the number of a row; rows without one count on.
func (r *sheetReader) next(ref string) (int, bool) {
	last := 0
	if n := len(r.rows); n > 0 {
		last = r.rows[n-1].number
	}
	if ref == "" {
		return last + 1, last < maxRow
	}
	n, err := strconv.Atoi(ref)
	return n, err == nil && n > last && n <= maxRow
}

func (v *validation) cover(sqref string) {
	for _, text := range strings.Fields(sqref) {
		if a, ok := parseArea(text); ok {
			v.areas = append(v.areas, a)
		}
	}
}

func (r *sheetReader) leave(stack []*element) error {
	e := stack[len(stack)-1]
	switch e.local {
	case "sheetData":
		r.body = *e
	case "row":
		if r.row != nil {
			r.row.end, r.row = e.end, nil
		}
	case "c":
		if r.cell != nil {
			r.finish(e)
		}
	case "f":
		if r.cell != nil {
			r.cell.formula = true
		} else if r.rule != nil { // of the newer form, x14
			r.rule.formulas = append(r.rule.formulas, e.text)
		}
	case "v":
		r.value = e.text
	case "t":
		r.inline.WriteString(e.text)
	case "mergeCell":
		if a, ok := parseArea(e.attr("ref")); ok {
			r.merged = append(r.merged, a)
		}
	case "col":
		from, errFrom := strconv.Atoi(e.attr("min"))
		to, errTo := strconv.Atoi(e.attr("max"))
		if errFrom == nil && errTo == nil && e.attr("style") != "" {
			r.columns = append(r.columns, columnStyle{from, to, e.attr("style")})
		}
	case "formula1", "formula2":
		if r.rule != nil && strings.TrimSpace(e.text) != "" {
			r.rule.formulas = append(r.rule.formulas, e.text)
		}
	case "sqref":
		if r.rule != nil {
			r.rule.cover(e.text)
		}
	case "dataValidation":
		if r.rule != nil {
			r.validations, r.rule = append(r.validations, *r.rule), nil
		}
	}
	return nil
}

func (r *sheetReader) finish(e *element) {
	c := r.cell
	c.end = e.end
	switch c.attr("t") {
	case "s":
		if i, err := strconv.Atoi(strings.TrimSpace(r.value)); err == nil && i >= 0 && i < len(r.shared) {
			c.text = r.shared[i]
		}
	case "inlineStr":
		c.text = r.inline.String()
	default:
		c.text = r.value
	}
	r.cells[c.place] = c
	r.cell = nil
}

// inOrder returns all cells, row by row.
func (s *sheet) inOrder() []*cell {
	var all []*cell
	for _, r := range s.rows {
		all = append(all, r.cells...)
	}
	return all
}

// textAt returns what a cell shows, as far as it is text or a number.
func (s *sheet) textAt(p place) string {
	if c := s.cells[p]; c != nil {
		return c.text
	}
	return ""
}

// styleAt is the format that a cell has which is not in the file: its row's, else its column's.
func (s *sheet) styleAt(p place) string {
	for _, r := range s.rows {
		if r.number == p.row && r.attr("customFormat") == "1" {
			return r.attr("s")
		}
	}
	for _, c := range s.columns {
		if c.from <= p.column && p.column <= c.to {
			return c.style
		}
	}
	return ""
}
