package form

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
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
			entry(b, f.put)
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
		entry(b, field.wants())
	}
	return n, nil
}

// entry ends an entry: what goes there, and the question whose answer says it, where it takes one.
func entry(b *strings.Builder, put string) {
	if put != PutAsOf && put != PutClient {
		b.WriteString("#    question:\n")
	}
	fmt.Fprintf(b, "#    put: %s\n", put)
}

// wants guesses what a field of a PDF takes: only a text says anything but an answer.
func (f *pdfField) wants() string {
	if f.kind != textField {
		return PutAnswer
	}
	return putFor(cmp.Or(strings.TrimSpace(f.label), strings.NewReplacer("_", " ", ".", " ", "-", " ").Replace(f.name)))
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
	put     string
}

// maxFields is how many fields of a sheet a draft lists.
const maxFields = 1000

// fields finds the cells with a drop-down, the empty cells to the right of a text that ends like a question, and those
// further right under a heading for who says so, of when, about what, or for comments.
func (w *workbook) fields(s *sheet) []field {
	found := map[place]field{}
	for _, v := range s.validations {
		choices, _ := w.choices(s, v)
		for _, a := range v.areas {
			for row := a.from.row; row <= min(a.to.row, a.from.row+maxFields); row++ {
				p := place{row, a.from.column}
				if label := s.label(p); label != "" && s.takes(p) == nil && len(found) < maxFields {
					put := PutAnswer
					if len(choices) == 0 {
						put = putFor(label)
					}
					found[p] = field{p, label, choices, put}
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
			found[right] = field{place: right, label: text, put: putFor(text)}
		}
	}
	w.beside(s, found)
	var list []field
	for _, f := range found {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b field) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column)) })
	return list
}

// besideAnswer is how many columns to the right of an answer its comment, its person and its date are looked for.
const besideAnswer = 12

// beside adds the empty cells in the row of an answer whose heading asks for what stands beside it.
func (w *workbook) beside(s *sheet, found map[place]field) {
	for _, f := range slices.Collect(maps.Values(found)) {
		for column := f.column + 1; column <= f.column+besideAnswer && f.put == PutAnswer && len(found) < maxFields; column++ {
			p := place{f.row, column}
			heading := s.above(p)
			put := putFor(heading)
			if _, known := found[p]; known || put == PutAnswer || put == PutClient || s.textAt(p) != "" || s.takes(p) != nil {
				continue
			}
			found[p] = field{place: p, label: heading + ": " + f.label, put: put}
		}
	}
}

// label is the nearest text to the left of a cell in its row, else above it.
func (s *sheet) label(p place) string {
	for column := p.column - 1; column > 0; column-- {
		if text := strings.TrimSpace(s.textAt(place{p.row, column})); text != "" {
			return text
		}
	}
	return s.above(p)
}

// above is the nearest text above a cell.
func (s *sheet) above(p place) string {
	for row := p.row - 1; row > 0 && row > p.row-50; row-- {
		if text := strings.TrimSpace(s.textAt(place{row, p.column})); text != "" {
			return text
		}
	}
	return ""
}

// labels are the words by which forms ask for something else than an answer, the first that fits first. A date alone is
// not among them: it is mostly that of the signature.
var labels = []struct {
	put   string
	words *regexp.Regexp
}{
	{PutAsOf, regexp.MustCompile(`(?i)\b(as (of|at)|(date|time) of (the )?(answers?|evidence|information|review|assessment|confirmation))\b`)},
	{PutBy, regexp.MustCompile(`(?i)\b((confirmed|attested|answered|provided|verified|stated|completed) by|by whom|who (confirms|says|answers|attests)|person responsible|responsible person)\b`)},
	{PutScope, regexp.MustCompile(`(?i)\b(scope|applies to|covers? (which|what)|(which|what) (servers?|systems?|hosts?|machines?|locations?)|systems? covered|servers? covered)\b`)},
	{PutComment, regexp.MustCompile(`(?i)\b(comments?|remarks?|explain|explanation|details?|describe|description|notes?)\b`)},
	{PutClient, regexp.MustCompile(`(?i)\b(applicant|named insured|insured|policy ?holder|(company|organi[sz]ation|legal|entity)('s)? name|name of (the )?(applicant|company|organi[sz]ation|insured))\b`)},
}

// putFor guesses by a label what a cell or field takes: an answer, unless it asks for who says so, of when, about what …
// A question is one for an answer, whatever words are in it.
func putFor(label string) string {
	if label = strings.TrimSpace(label); strings.HasSuffix(label, "?") && len(strings.Fields(label)) > 4 {
		return PutAnswer
	}
	for _, l := range labels {
		if l.words.MatchString(label) {
			return l.put
		}
	}
	return PutAnswer
}
