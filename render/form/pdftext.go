package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"auditpack/render/cos"
)

// style is how a field writes: a font, a size (0: as fits) and a colour.
type style struct {
	font   string // what refers to it
	widths []int16
	size   float64
	colour string
}

// standard are the fonts that every viewer has, by what the names of fonts begin with.
var standard = []struct{ begins, name string }{
	{"courier", "Courier"}, {"cour", "Courier"}, {"times", "Times-Roman"}, {"tiro", "Times-Roman"}, {"tibo", "Times-Bold"}, {"heb", "Helvetica-Bold"}, {"hebo", "Helvetica-Bold"},
}

// style reads how a field writes in one place (ISO 32000-1, 12.7.3.3), and how it aligns. A font of the form that is no standard one, or is embedded with
// the characters of the blank form only, cannot be relied on: Helvetica stands for it.
func (p *pdfFill) style(f *pdfField, w widget) (style, int64) {
	s, look, align := style{colour: "0 g"}, f.look, f.align
	if own, ok := p.file.Resolve(w.dict["DA"]).(cos.String); ok {
		look = string(own.Data)
	}
	if own, ok := p.file.Resolve(w.dict["Q"]).(int64); ok {
		align = own
	}
	parser := &cos.Parser{File: []byte(look)}
	var operands []float64
	var font cos.Name
	for parser.At < len(look) {
		at := parser.At
		if v, err := parser.Value(); err == nil {
			switch v := v.(type) {
			case cos.Name:
				font = v
			case int64:
				operands = append(operands, float64(v))
			case float64:
				operands = append(operands, v)
			}
			continue
		}
		parser.At = at
		switch {
		case parser.Keyword("Tf"):
			if n := len(operands); n > 0 && operands[n-1] >= 0 && operands[n-1] < 1000 {
				s.size = operands[n-1]
			}
		case parser.Keyword("g"), parser.Keyword("rg"), parser.Keyword("k"):
			if c := colour(operands, "g", "rg", "k"); c != "" {
				s.colour = c
			}
		default:
			parser.At++
		}
		operands = nil
	}
	name := p.standardFont(f, font)
	s.widths = metrics[name]
	if p.font == nil {
		p.font = map[string]string{}
	}
	if p.font[name] == "" {
		p.font[name] = p.update.Add([]byte("<</Type/Font/Subtype/Type1/BaseFont/" + name + "/Encoding/WinAnsiEncoding>>"))
	}
	s.font = p.font[name]
	return s, align
}

// standardFont is the standard font that is nearest to the one that a field names.
func (p *pdfForm) standardFont(f *pdfField, font cos.Name) string {
	base := string(font)
	for _, of := range []cos.Value{p.own(f)["DR"], p.form["DR"]} {
		resources, _ := p.file.Resolve(of).(cos.Dict)
		fonts, _ := p.file.Resolve(resources["Font"]).(cos.Dict)
		if d, ok := p.file.Resolve(fonts[font]).(cos.Dict); ok {
			if n, ok := p.file.Resolve(d["BaseFont"]).(cos.Name); ok {
				base = string(n)
			}
			break
		}
	}
	base = strings.ToLower(base)
	if _, rest, subset := strings.Cut(base, "+"); subset {
		base = rest
	}
	for _, s := range standard {
		if strings.HasPrefix(base, s.begins) {
			if s.name == "Times-Roman" && strings.Contains(base, "bold") {
				return "Times-Bold"
			}
			return s.name
		}
	}
	if strings.Contains(base, "bold") {
		return "Helvetica-Bold"
	}
	return "Helvetica"
}

// own is the dictionary of a field.
func (p *pdfForm) own(f *pdfField) cos.Dict {
	d, _ := p.file.Resolve(cos.Reference{Number: f.objects[0]}).(cos.Dict)
	return d
}

// winAnsi is text as the standard fonts have it, a character a byte, and the characters that they lack, each once.
func winAnsi(text string) (encoded, missing string) {
	var b strings.Builder
	var lacks []string
	for _, r := range text {
		c, ok := charmap.Windows1252.EncodeRune(r)
		if r != '\n' && (!ok || c < ' ' || c == 0x7f) {
			if c = '?'; !slices.Contains(lacks, string(r)) {
				lacks = append(lacks, string(r))
			}
		}
		b.WriteByte(c)
	}
	const most = 10
	if len(lacks) > most {
		lacks = append(lacks[:most], "…")
	}
	return b.String(), strings.Join(lacks, " ")
}

// width is how wide an encoded text is, in sizes.
func (s style) width(text string) float64 {
	n := 0
	for _, c := range []byte(text) {
		switch {
		case s.widths == nil:
			n += 600
		case c >= ' ':
			n += int(s.widths[c-' '])
		}
	}
	return float64(n) / 1000
}

// begin is the beginning of a text at a size.
func (s style) begin(size float64) string {
	return fmt.Sprintf("BT\n%s /F %s Tf\n", s.colour, num(size))
}

func (a panel) clip() string {
	edge := a.pad / 2
	return fmt.Sprintf("%s %s %s %s re W n\n", num(edge), num(edge), num(max(a.width-2*edge, 0)), num(max(a.height-2*edge, 0)))
}

// middle is the base of a line in the middle of a height.
func middle(height, size float64) float64 { return (height-size)/2 + (1-ascent)*size }

// from is where a line begins that is so wide: at the left, in the middle, at the right.
func (a panel) from(align int64, width float64) float64 {
	switch room := a.width - 2*a.pad - width; {
	case align == 1 && room > 0:
		return a.pad + room/2
	case align == 2 && room > 0:
		return a.pad + room
	}
	return a.pad
}

// line writes one line, smaller than the form has it where it would not fit. part is how much of it can be seen.
func (s style) line(a panel, text string, align int64) (content string, part float64) {
	size, room := s.size, a.width-2*a.pad
	wide := s.width(text)
	if size == 0 {
		size = min(openSize, max((a.height-a.pad)/leading, leastSize))
	}
	if wide*size > room && size > leastSize {
		size = max(room/wide, leastSize)
	}
	part = 1
	if wide*size > room+0.01 {
		part = max(room, 0) / (wide * size)
	}
	return a.clip() + s.begin(size) + fmt.Sprintf("%s %s Td\n%s Tj\nET\n", num(a.from(align, wide*size)), num(middle(a.height, size)), literal(text)), part
}

// lines writes a text of several lines, smaller than the form has it where it would not fit: a printed form has no bar to
// scroll by. It returns how many there are, and how many of them can be seen.
func (s style) lines(a panel, text string, align int64) (content string, all, seen int) {
	room := a.height - a.pad
	size := s.size
	if size == 0 {
		size = openSize
	}
	list := s.wrap(text, a.width-2*a.pad, size)
	for float64(len(list))*leading*size > room && size > leastSize {
		size = max(size-0.5, leastSize)
		list = s.wrap(text, a.width-2*a.pad, size)
	}
	var b strings.Builder
	b.WriteString(a.clip() + s.begin(size))
	x, y := 0.0, 0.0
	for i, line := range list {
		nextX, nextY := a.from(align, s.width(line)*size), a.height-a.pad-ascent*size-float64(i)*leading*size
		fmt.Fprintf(&b, "%s %s Td\n%s Tj\n", num(nextX-x), num(nextY-y), literal(line))
		x, y = nextX, nextY
	}
	b.WriteString("ET\n")
	seen = min(len(list), max(0, int(room/(leading*size)+0.2))) // what hangs below the last line may be cut
	return b.String(), len(list), seen
}

// wrap breaks a text into lines that are no wider than room.
func (s style) wrap(text string, room, size float64) []string {
	var list []string
	for _, paragraph := range strings.Split(text, "\n") {
		line := ""
		for i, word := range strings.Split(paragraph, " ") {
			longer := word
			if i > 0 {
				longer = line + " " + word
			}
			if i > 0 && s.width(longer)*size > room {
				list, longer = append(list, line), word
			}
			for n := s.fits(longer, room/size); n < len(longer); n = s.fits(longer, room/size) {
				list, longer = append(list, longer[:n]), longer[n:]
			}
			line = longer
		}
		list = append(list, line)
	}
	return list
}

// fits is how many characters of an encoded text are no wider than room, in sizes: at least one.
func (s style) fits(text string, room float64) int {
	wide := 0.0
	for i := range len(text) {
		if wide += s.width(text[i : i+1]); wide > room && i > 0 {
			return i
		}
	}
	return len(text)
}

// comb writes each character into a cell of its own.
func (s style) comb(a panel, text string, cells int) string {
	size, cell := s.size, a.width/float64(cells)
	if size == 0 {
		size = min(openSize, max((a.height-a.pad)/leading, leastSize))
	}
	var b strings.Builder
	b.WriteString(a.clip() + s.begin(size))
	x := 0.0
	for i := range len(text) {
		next := (float64(i)+0.5)*cell - s.width(text[i:i+1])*size/2
		y := 0.0
		if i == 0 {
			y = middle(a.height, size)
		}
		fmt.Fprintf(&b, "%s %s Td\n%s Tj\n", num(next-x), num(y), literal(text[i:i+1]))
		x = next
	}
	b.WriteString("ET\n")
	return b.String()
}

// list writes the options of a list with the chosen one marked, from one on from which it can be seen.
func (s style) list(a panel, options []option, chosen string) string {
	size := s.size
	if size == 0 {
		size = openSize
	}
	high := leading * size
	rows := max(1, int((a.height-a.pad)/high))
	at := slices.IndexFunc(options, func(o option) bool { return o.text == chosen })
	first := max(0, at-rows+1)
	var mark, texts strings.Builder
	for i := first; i < len(options) && i <= first+rows; i++ {
		top := a.height - a.pad/2 - float64(i-first)*high
		if i == at {
			fmt.Fprintf(&mark, "q 0.6 0.757 0.855 rg %s %s %s %s re f Q\n", num(a.pad/2), num(top-high), num(a.width-a.pad), num(high))
		}
		text, _ := winAnsi(oneLine(options[i].text))
		fmt.Fprintf(&texts, "1 0 0 1 %s %s Tm\n%s Tj\n", num(a.pad), num(top-high+middle(high, size)), literal(text))
	}
	return a.clip() + mark.String() + s.begin(size) + texts.String() + "ET\n"
}

// literal writes an encoded text as a string.
func literal(text string) string {
	var b strings.Builder
	b.WriteByte('(')
	for _, c := range []byte(text) {
		switch {
		case c == '(' || c == ')' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			b.WriteString(`\` + leftPad(strconv.FormatUint(uint64(c), 8)))
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + ")"
}

func leftPad(octal string) string { return strings.Repeat("0", 3-len(octal)) + octal }
