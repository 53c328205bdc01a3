package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The head of a report: what kind of file it is, a comment of bytes above 127 as PDF/A wants it, and the length of the first
// revision, so that nobody has to search for where it ends.
const (
	head17  = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
	head14  = "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
	ours    = "%auditpack report 1, first revision "
	oursEnd = " bytes\n"
	// digits of the length
	lengthDigits = 12
)

// finisher writes the objects of a file anew and knows where each of them begins.
type finisher struct {
	out     bytes.Buffer
	offsets []int // by number
	part    int
}

// finish turns what the library drew into the first revision of a report.
func finish(raw []byte, p properties, o Options, pages []page) ([]byte, error) {
	d, err := readDrawn(raw)
	if err != nil {
		return nil, err
	}
	f := &finisher{offsets: make([]int, d.size()), part: 3}
	head := head17
	if o.part == 1 {
		f.part, head = 1, head14
	}
	f.out.Grow(len(raw) + len(raw)/8 + 1<<14)
	f.out.WriteString(head + ours + strings.Repeat("0", lengthDigits) + oursEnd)
	c := catalog{pages: 1, properties: p}
	if err := f.panels(&c, pages, o.paper); err != nil {
		return nil, err
	}
	tag := subsetTag(d, 3+2*len(pages))
	info, root := d.objects[len(d.objects)-2].number, d.objects[len(d.objects)-1].number
	b := bookmarksOf(pages)
	if len(b) > 0 {
		c.outlines = info - 1
	}
	for _, drawn := range d.objects {
		n, body := drawn.number, d.body(drawn)
		switch {
		case n >= 3 && n < 3+2*len(pages) && n%2 == 1:
			if body, err = c.page(n, body); err != nil {
				return nil, err
			}
		case c.outlines > 0 && n <= c.outlines && n >= c.outlines-len(b):
			if body, err = countOutline(body, b, n-(c.outlines-len(b))); err != nil {
				return nil, err
			}
		case n == info || n == root:
			continue
		case f.part != 1 && bytes.HasPrefix(body, []byte("<</Type /Font")):
			body = nameSubset(body, tag)
		}
		f.begin(n)
		f.out.Write(body)
		f.end()
	}
	f.object(info, p.info())
	if o.part != 1 {
		if err := f.attach(&c, o.Attachments, p.at); err != nil {
			return nil, err
		}
	}
	f.catalog(root, &c)
	return f.close(root, info), nil
}

// subsetTag makes the six letters that tell one subset of a font from another (ISO 32000-1, 9.6.4), from all the subsets in
// a file. first is the number of the first object behind the pages.
func subsetTag(d *drawn, first int) string {
	for _, o := range d.objects {
		if o.number == first {
			sum := sha256.Sum256(d.file[o.from:d.xref])
			tag := sum[:6]
			for i := range tag {
				tag[i] = 'A' + tag[i]%26
			}
			return string(tag)
		}
	}
	return "AAAAAA"
}

// nameSubset gives a font's objects its own name, with the tag of a subset, for the one under which the library knows it.
func nameSubset(body []byte, tag string) []byte {
	for id, known := range fontNames {
		body = bytes.ReplaceAll(body, []byte("/utf8"+known+"\n"), []byte("/"+tag+"+"+postScriptNames[id]+"\n"))
	}
	return body
}

// begin opens an object. A number that is not taken yet is one that number gave.
func (f *finisher) begin(n int) {
	f.offsets[n] = f.out.Len()
	fmt.Fprintf(&f.out, "%d 0 obj\n", n)
}

func (f *finisher) end() { f.out.WriteString("endobj\n") }

// number takes the next free number.
func (f *finisher) number() int {
	f.offsets = append(f.offsets, 0)
	return len(f.offsets) - 1
}

func (f *finisher) object(n int, body string) {
	f.begin(n)
	f.out.WriteString(body + "\n")
	f.end()
}

// stream writes data deflated; dictionary is what stands in it besides filter and length.
func (f *finisher) stream(n int, dictionary string, data []byte) error {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	f.plainStream(n, dictionary+"/Filter/FlateDecode", z.Bytes())
	return nil
}

func (f *finisher) plainStream(n int, dictionary string, data []byte) {
	f.begin(n)
	fmt.Fprintf(&f.out, "<<%s/Length %d>>\nstream\n", dictionary, len(data))
	f.out.Write(data)
	f.out.WriteString("\nendstream\n")
	f.end()
}

// close writes the cross-reference table and the trailer, whose ID is the digest of all before the table, and puts the
// length into the head.
func (f *finisher) close(root, info int) []byte {
	xref := f.out.Len()
	fmt.Fprintf(&f.out, "xref\n0 %d\n0000000000 65535 f \n", len(f.offsets))
	for _, at := range f.offsets[1:] {
		fmt.Fprintf(&f.out, "%010d 00000 n \n", at)
	}
	end := func(id string) string { return trailer(len(f.offsets), root, info, id, id, xref, 0) }
	id := strings.Repeat("0", 2*sha256.Size)
	file := f.out.Bytes()
	at := bytes.Index(file, []byte(ours)) + len(ours)
	copy(file[at:], fmt.Sprintf("%0*d", lengthDigits, len(file)+len(end(id))))
	return append(file, end(fmt.Sprintf("%x", sha256.Sum256(file[:xref])))...)
}

// catalog is what the catalog names.
type catalog struct {
	properties properties
	pages      int
	outlines   int // 0: none
	names      string
	files      []int
	fields     []int
	widgets    map[int][]int // by the number of the page
}

// page gives a page its widgets, and its links the flag that PDF/A wants: to be printed.
func (c *catalog) page(n int, body []byte) ([]byte, error) {
	if !bytes.HasPrefix(body, []byte("<</Type /Page\n")) {
		return nil, fmt.Errorf("the drawn file's object %d is no page", n)
	}
	body = bytes.ReplaceAll(body, []byte("/Subtype /Link /Rect"), []byte("/Subtype /Link /F 4 /Rect"))
	widgets := references(c.widgets[n])
	if widgets == "" {
		return body, nil
	}
	if bytes.Contains(body, []byte("/Annots [")) {
		return bytes.Replace(body, []byte("/Annots ["), []byte("/Annots ["+widgets+" "), 1), nil
	}
	return bytes.Replace(body, []byte("/Contents "), []byte("/Annots ["+widgets+"]\n/Contents "), 1), nil
}

func (f *finisher) catalog(root int, c *catalog) {
	metadata, profile, intent := f.number(), f.number(), f.number()
	xmp := c.properties.xmp(f.part)
	f.plainStream(metadata, "/Type/Metadata/Subtype/XML", xmp) // never compressed, so that a search finds it
	_ = f.stream(profile, "/N 3", srgbProfile())               // a Buffer takes everything
	f.object(intent, fmt.Sprintf("<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC 61966-2-1)/DestOutputProfile %d 0 R>>", profile))
	var b strings.Builder
	fmt.Fprintf(&b, "<</Type/Catalog/Pages %d 0 R/Lang(en)/ViewerPreferences<</DisplayDocTitle true>>/PageLayout/OneColumn/OpenAction[3 0 R/FitH null]", c.pages)
	if c.outlines > 0 {
		fmt.Fprintf(&b, "/Outlines %d 0 R/PageMode/UseOutlines", c.outlines)
	}
	fmt.Fprintf(&b, "/Metadata %d 0 R/OutputIntents[%d 0 R]", metadata, intent)
	if c.names != "" {
		fmt.Fprintf(&b, "/Names<</EmbeddedFiles<</Names[%s]>>>>/AF[%s]", c.names, references(c.files))
	}
	if len(c.fields) > 0 {
		fmt.Fprintf(&b, "/AcroForm<</Fields[%s]/SigFlags 3>>", references(c.fields))
	}
	if f.part != 1 {
		b.WriteString("/Extensions<</ADBE<</BaseVersion/1.7/ExtensionLevel 8>>/ESIC<</BaseVersion/1.7/ExtensionLevel 5>>>>")
	}
	b.WriteString(">>")
	f.object(root, b.String())
}

// panels makes the empty signature fields that lie over the panels.
func (f *finisher) panels(c *catalog, pages []page, paper Paper) error {
	c.widgets = map[int][]int{}
	for i := range pages {
		for _, s := range pages[i].fields {
			if s.name != fieldName(s.name) {
				return errors.New("a signature field needs a plain name: " + s.name)
			}
			look, n := f.number(), f.number()
			w, h := s.w/mm, s.h/mm
			f.plainStream(look, fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 %.2f %.2f]/Resources<<>>", w, h), nil)
			x, y := s.x/mm, (paper.Height-s.y-s.h)/mm
			f.object(n, widget(s.name, 3+2*i, look, [4]string{point(x), point(y), point(x + w), point(y + h)}, 0))
			c.fields = append(c.fields, n)
			c.widgets[3+2*i] = append(c.widgets[3+2*i], n)
		}
	}
	return nil
}

func point(v float64) string { return fmt.Sprintf("%.2f", v) }

// fieldName is s as far as it may be the name of a field.
func fieldName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, s)
}

// widget is a signature field and its place on a page in one; value is the signature's object, 0 for none.
func widget(name string, page, look int, rect [4]string, value int) string {
	v := ""
	if value > 0 {
		v = fmt.Sprintf("/V %d 0 R", value)
	}
	return fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Sig/T(%s)/F 132/P %d 0 R/Rect[%s]/AP<</N %d 0 R>>%s>>", name, page, strings.Join(rect[:], " "), look, v)
}

func references(numbers []int) string {
	var list []string
	for _, n := range numbers {
		list = append(list, fmt.Sprintf("%d 0 R", n))
	}
	return strings.Join(list, " ")
}

// bookmarksOf lists the bookmarks in the order in which the library numbers their objects.
func bookmarksOf(pages []page) []bookmark {
	var list []bookmark
	for i := range pages {
		list = append(list, pages[i].bookmarks...)
	}
	return list
}

// countOutline says at bookmark i how many lie below it, closed at first; number len(b) is the root, all of whose own are
// seen. The library writes 0, or nothing.
func countOutline(body []byte, b []bookmark, i int) ([]byte, error) {
	if i == len(b) {
		top := 0
		for _, m := range b {
			if m.level == 0 {
				top++
			}
		}
		return bytes.Replace(body, []byte("/Last "), fmt.Appendf(nil, "/Count %d /Last ", top), 1), nil
	}
	below := slices.IndexFunc(b[i+1:], func(m bookmark) bool { return m.level <= b[i].level })
	if below < 0 {
		below = len(b) - i - 1
	}
	body, ok := bytes.CutSuffix(body, []byte("\n/Count 0>>\n"))
	if !ok {
		return nil, errors.New("the drawn file's bookmarks are not where they are expected")
	}
	if below == 0 {
		return append(slices.Clip(body), ">>\n"...), nil
	}
	return fmt.Appendf(slices.Clip(body), "\n/Count -%d>>\n", below), nil
}
