package form

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Draft writes a map of a form to be filled in, and says how many entries it has: every cell of a workbook that asks for
// something, with the label beside or above it and what its drop-down offers, or every field of a PDF. The entries are
// commented out.
func Draft(name string, data []byte) ([]byte, int, error) {
	var b strings.Builder
	b.WriteString("# Where the answers go in " + strconv.Quote(name) + ". Delete the # before an entry, and name the question that answers it\n" +
		"# (auditpack questionnaire show insurance) and what to put: answer, comment, by, as of, scope or client.\n" +
		"version: 1\nwords: {\"yes\": \"Yes\", \"no\": \"No\"}   # what the form calls the answers; add partial: where it has a word for it\n")
	draft := draftWorkbook
	if isPDF(data) {
		draft = draftPDF
	}
	n, err := draft(&b, name, data)
	if err != nil {
		return nil, 0, err
	}
	return []byte(b.String()), n, nil
}

func draftWorkbook(b *strings.Builder, name string, data []byte) (int, error) {
	w, err := open(name, data)
	if err != nil {
		return 0, err
	}
	b.WriteString("cells:\n")
	n := 0
	for _, ref := range w.sheets {
		s, err := w.sheet(ref.name)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		for _, f := range w.fields(s) {
			n++
			fmt.Fprintf(b, "#  - sheet: %s\n#    cell: %s\n#    label: %s\n", strconv.Quote(s.name), f.place, strconv.Quote(upTo(strings.Join(strings.Fields(f.label), " "), maxLabel)))
			if len(f.choices) > 0 {
				fmt.Fprintf(b, "#    # drop-down: %s\n", quoted(f.choices))
			}
			b.WriteString("#    question:\n#    put: answer\n")
		}
	}
	return n, nil
}

// draftPDF lists the fields of a PDF, page by page as the form has them, and names those that cannot be filled.
func draftPDF(b *strings.Builder, name string, data []byte) (int, error) {
	f, err := openPDF(name, data)
	if err != nil {
		return 0, err
	}
	f.labels()
	b.WriteString("# A check box is ticked when the answer is yes; when: \"no\" or when: partial ticks it at another one.\nfields:\n")
	n := 0
	for _, field := range f.fields {
		if field.closed() {
			fmt.Fprintf(b, "#  not to be filled: %s, %s\n", strconv.Quote(field.name), field.about())
			continue
		}
		n++
		fmt.Fprintf(b, "#  - field: %s\n", strconv.Quote(field.name))
		if label := strings.Join(strings.Fields(field.label), " "); label != "" && label != field.name {
			fmt.Fprintf(b, "#    label: %s\n", strconv.Quote(upTo(label, maxLabel)))
		}
		fmt.Fprintf(b, "#    # %s\n", field.about())
		if field.kind == boxField {
			b.WriteString("#    when: \"yes\"\n")
		}
		b.WriteString("#    question:\n#    put: answer\n")
	}
	return n, nil
}

// closed reports whether nothing can be put into a field.
func (f *pdfField) closed() bool {
	return f.has(flagReadOnly) || f.kind == pushButton || f.kind == signField || f.kind == otherField || f.kind == textField && (f.has(flagPassword) || f.has(flagFile))
}

// about is what a person has to know of a field to fill it.
func (f *pdfField) about() string {
	text := string(f.kind)
	if (f.kind == radioField || f.kind == choiceField) && len(f.options) > 0 {
		text += ": " + offered(f.options)
		for _, o := range f.options {
			if o.beside != "" && !strings.EqualFold(o.beside, o.text) {
				text += fmt.Sprintf(", %s stands beside %s", strconv.Quote(short(o.beside)), strconv.Quote(short(o.text)))
			}
		}
	}
	if f.kind == choiceField && f.has(flagCombo) && f.has(flagEdit) {
		text += ", or another text"
	}
	if f.kind == textField && f.has(flagMultiline) {
		text += " of several lines"
	}
	if f.kind == textField && f.most > 0 {
		text += fmt.Sprintf(", at most %d characters", f.most)
	}
	pages := map[int]bool{}
	for _, w := range f.widgets {
		if w.page > 0 && !pages[w.page] {
			pages[w.page] = true
			text += fmt.Sprintf(", page %d", w.page)
		}
	}
	if f.has(flagRequired) {
		text += ", required"
	}
	if f.has(flagReadOnly) {
		text += ", read-only"
	}
	return text
}

// maxLabel is how many characters of a label a draft shows.
const maxLabel = 200

// field is a cell that asks for something.
type field struct {
	place
	label   string
	choices []string
}

// maxFields is how many fields of a sheet a draft lists.
const maxFields = 1000

// fields finds the cells with a drop-down, and the empty cells to the right of a text that ends like a question.
func (w *workbook) fields(s *sheet) []field {
	found := map[place]field{}
	for _, v := range s.validations {
		choices, _ := w.choices(s, v)
		for _, a := range v.areas {
			for row := a.from.row; row <= min(a.to.row, a.from.row+maxFields); row++ {
				p := place{row, a.from.column}
				if label := s.label(p); label != "" && s.takes(p) == nil && len(found) < maxFields {
					found[p] = field{p, label, choices}
				}
			}
		}
	}
	for _, c := range s.inOrder() {
		p, text := c.place, strings.TrimSpace(c.text)
		if !strings.HasSuffix(text, "?") && !strings.HasSuffix(text, ":") || len(found) >= maxFields {
			continue
		}
		right := place{p.row, p.column + 1}
		for _, m := range s.merged {
			if m.holds(p) {
				right.column = m.to.column + 1
			}
		}
		if _, known := found[right]; !known && s.textAt(right) == "" && s.takes(right) == nil {
			found[right] = field{place: right, label: text}
		}
	}
	var list []field
	for _, f := range found {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b field) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column)) })
	return list
}

// label is the nearest text to the left of a cell in its row, else above it.
func (s *sheet) label(p place) string {
	for column := p.column - 1; column > 0; column-- {
		if text := strings.TrimSpace(s.textAt(place{p.row, column})); text != "" {
			return text
		}
	}
	for row := p.row - 1; row > 0 && row > p.row-50; row-- {
		if text := strings.TrimSpace(s.textAt(place{row, p.column})); text != "" {
			return text
		}
	}
	return ""
}
