package pdf

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"auditpack/render"
)

const margin = 18.0

// text is a line of text at its place; y is its top.
type text struct {
	style
	x, y, w float64
	text    string
	link    string
	upright bool // runs upwards from y; x is its baseline
}

// rect is a filled area, or a line of thickness h.
type rect struct {
	x, y, w, h float64
	colour     colour
}

// box is something laid out at y = 0 that goes onto a page as a whole, or is split between lines if it is too tall.
type box struct {
	h      float64
	texts  []text
	fills  []rect
	rules  []rect
	fields []field
}

type bookmark struct {
	text  string
	level int
	y     float64
}

type page struct {
	texts     []text
	fills     []rect
	rules     []rect
	fields    []field
	bookmarks []bookmark
	part      string // title of the Part, for the running header
}

// target is where an anchor is.
type target struct {
	page int
	y    float64
}

// layout fills pages from top to bottom.
type layout struct {
	doc     render.Document
	paper   Paper
	fonts   *fontSet
	pages   []page
	targets map[string]target
	y       float64
	part    string
	repeat  *box // drawn again at the top of each new page: a table's header

	again    *box    // what is being placed, named again where it goes on to the next page
	coverEnd float64 // where the cover's last line ends
	// Where the list of parts begins, and how many lines of it a page has.
	contentsAt   target
	contentsRows int

	signer *Signer         // whose signature belongs into the operator's panel
	signed map[string]bool // the Roles that have their field

	missing     int // characters that the fonts lack, so far
	missingSaid int // and how many there are in all, as an earlier run found
}

func newLayout(d render.Document, o Options, fonts *fontSet) *layout {
	return &layout{doc: d, paper: o.on(d).paper, signer: o.Signer, fonts: fonts, targets: map[string]target{}, signed: map[string]bool{}}
}

func (l *layout) width() float64  { return l.paper.Width - 2*margin }
func (l *layout) bottom() float64 { return l.paper.Height - margin }
func (l *layout) room() float64   { return l.bottom() - l.y }

// half is the height up to which a box is never split.
func (l *layout) half() float64 { return (l.paper.Height - 2*margin) / 2 }

func (l *layout) page() *page { return &l.pages[len(l.pages)-1] }

func (l *layout) newPage() {
	l.pages = append(l.pages, page{part: l.part})
	l.y = margin
	if l.repeat != nil {
		l.put(*l.repeat)
	}
}

// atTop reports whether nothing but a repeated header is on the page yet.
func (l *layout) atTop() bool {
	top := margin
	if l.repeat != nil {
		top += l.repeat.h
	}
	return l.y <= top+0.01
}

// put places b at the current height, whether it fits or not.
func (l *layout) put(b box) {
	p := l.page()
	for _, t := range b.texts {
		t.y += l.y
		p.texts = append(p.texts, t)
	}
	for _, r := range b.fills {
		r.y += l.y
		p.fills = append(p.fills, r)
	}
	for _, r := range b.rules {
		r.y += l.y
		p.rules = append(p.rules, r)
	}
	for _, f := range b.fields {
		f.y += l.y
		p.fields = append(p.fields, f)
	}
	l.y += b.h
}

// anchor makes the current place the target of name.
func (l *layout) anchor(name string) {
	if name == "" {
		return
	}
	if _, taken := l.targets[name]; !taken {
		l.targets[name] = target{len(l.pages) - 1, l.y}
	}
}

// place puts b on this page if it fits, else on the next one; what is taller than half a page is split.
func (l *layout) place(b box, anchor string) {
	const worthwhile = 22.0 // do not begin to split in less room
	if b.h > l.room() && !l.atTop() && (b.h <= l.half() || l.room() < worthwhile) {
		l.newPage()
	}
	l.anchor(anchor)
	for b.h > l.room() {
		head, tail := b.split(l.room())
		if len(head.texts) == 0 {
			if l.atTop() {
				break // a line higher than a page: cannot be
			}
			l.newPage()
			continue
		}
		l.put(head)
		l.newPage()
		if l.again != nil {
			l.put(*l.again)
		}
		b = tail
	}
	l.put(b)
}

// split divides b between its lines of text so that head is at most h high. Fills are cut there, rules go with the tail:
// they are the lines that end a box.
func (b box) split(h float64) (head, tail box) {
	const foot = 1.5
	shift := b.h
	for _, t := range b.texts {
		if t.y+t.lead() <= h-foot {
			head.texts = append(head.texts, t)
			head.h = max(head.h, t.y+t.lead()+foot)
		} else {
			tail.texts = append(tail.texts, t)
			shift = min(shift, t.y-foot)
		}
	}
	for i := range tail.texts {
		tail.texts[i].y -= shift
	}
	for _, r := range b.rules {
		if r.y-shift > 0 {
			r.y -= shift
			tail.rules = append(tail.rules, r)
		}
	}
	for _, r := range b.fills {
		if r.y+r.h <= head.h {
			head.fills = append(head.fills, r)
			continue
		}
		above, below := r, r
		above.h = head.h - r.y
		below.y, below.h = max(0, r.y-shift), r.y+r.h-max(shift, r.y)
		if above.h > 0 {
			head.fills = append(head.fills, above)
		}
		tail.fills = append(tail.fills, below)
	}
	tail.h = b.h - shift
	return head, tail
}

// add wraps s into b at x, from y on, and returns the height that it takes.
func (l *layout) add(b *box, st style, x, y, width float64, s, link string) float64 {
	if s == "" {
		return 0
	}
	s, missing := l.fonts.drawable(st.font, dropBreaks(s))
	l.missing += missing
	top := y
	for _, line := range l.fonts.wrap(st, width, s) {
		t := text{style: st, x: x, y: y, text: line, link: link}
		if link != "" {
			t.w = min(width, l.fonts.measure(st, line))
		}
		b.texts = append(b.texts, t)
		y += st.lead()
	}
	return y - top
}

// addRight sets s on one line that ends at right.
func (l *layout) addRight(b *box, st style, right, y float64, s, link string) {
	s, missing := l.fonts.drawable(st.font, s)
	l.missing += missing
	w := l.fonts.measure(st, s)
	b.texts = append(b.texts, text{style: st, x: right - w, y: y, w: w, text: s, link: link})
}

// dropBreaks removes line breaks at the end, which would only be empty lines.
func dropBreaks(s string) string {
	for len(s) > 0 && s[len(s)-1] == '\n' {
		s = s[:len(s)-1]
	}
	return s
}

// document lays out everything, then the running header and footer, which need the number of pages.
func (l *layout) document() {
	l.newPage()
	l.cover()
	l.reserveContents()
	for _, p := range l.doc.Parts {
		if !p.Report {
			continue
		}
		l.begin(p)
		l.blocks(p.Blocks)
	}
	l.contents()
	for i := range l.pages {
		l.running(i)
	}
}

// begin sets the title of a part: on a new page, or below the part before it, if the part may stand there and has the room.
func (l *layout) begin(p render.Part) {
	const above = 7.0
	l.part = p.Title
	if p.Follows && l.room() >= above+l.wholeHeight(p) {
		l.y += above
		l.page().part += " · " + p.Title
	} else {
		l.newPage()
	}
	l.partTitle(p)
}

// wholeHeight is how high a part is without any break.
func (l *layout) wholeHeight(p render.Part) float64 {
	trial := *l // what is laid out here is not kept
	trial.signed, trial.targets = map[string]bool{}, map[string]target{}
	sum := trial.titleBox(p).h
	for _, c := range trial.chunks(p.Blocks) {
		sum += c.h
	}
	return sum
}

func (l *layout) running(i int) {
	p, b := &l.pages[i], &box{}
	right, foot := l.paper.Width-margin, l.paper.Height-12
	if i > 0 {
		part := l.elide(small, l.doc.Title+" · "+p.part, l.width()*0.5)
		left := l.elide(small, l.doc.Subject, l.width()-l.fonts.measure(small, part)-6)
		b.texts = append(b.texts, text{style: small, x: margin, y: 9.5, text: left})
		l.addRight(b, small, right, 9.5, part, "")
		b.rules = append(b.rules, rect{margin, 14, l.width(), 0.15, faint})
	}
	b.texts = append(b.texts, text{style: small, x: margin, y: foot, text: "as of " + render.FormatTime(l.doc.AsOf)})
	l.addRight(b, small, right, foot, fmt.Sprintf("page %d of %d", i+1, len(l.pages)), "")
	middle := l.doc.Digest
	if l.doc.Demo {
		middle = strings.TrimSuffix("DEMO, not a real server · "+middle, " · ")
	}
	l.addRight(b, small, (l.paper.Width+l.fonts.measure(small, middle))/2, foot, middle, "")
	l.y = 0
	p.texts = append(p.texts, b.texts...)
	p.rules = append(p.rules, b.rules...)
}

// elide shortens s for the running header; the cover has it in full.
func (l *layout) elide(st style, s string, width float64) string {
	s, _ = l.fonts.drawable(st.font, s)
	if l.fonts.measure(st, s) <= width {
		return s
	}
	room, end := width-l.fonts.measure(st, "…"), 0
	for i, r := range s {
		if room -= l.fonts.measure(st, string(r)); room < 0 {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	return s[:end] + "…"
}
