package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"auditpack/render/cos"
)

// relationships are the values of AFRelationship that ISO 19005-3 knows.
var relationships = []string{"Source", "Data", "Alternative", "Supplement", "Unspecified"}

// attach embeds files: streams, file specifications, and the tree of their names, sorted.
func (f *finisher) attach(c *catalog, files []Attachment, at time.Time) error {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b Attachment) int { return strings.Compare(textKey(a.Name), textKey(b.Name)) })
	var names []string
	for i, a := range files {
		if err := a.check(); err != nil {
			return err
		}
		if i > 0 && files[i-1].Name == a.Name {
			return fmt.Errorf("two attachments are named %s", a.Name)
		}
		if a.Modified.IsZero() {
			a.Modified = at
		}
		data, specification := f.number(), f.number()
		if a.Packed == nil {
			a.Packed = &Packed{}
			a.Packed.Write(a.Data)
		}
		z, size, err := a.Packed.done()
		if err != nil {
			return err
		}
		f.plainStream(data, fmt.Sprintf("/Type/EmbeddedFile/Subtype/%s/Params<</Size %d/ModDate%s>>/Filter/FlateDecode",
			nameOf(a.MediaType), size, pdfDate(a.Modified)), z)
		description := ""
		if a.Description != "" {
			description = "/Desc" + cos.TextString(a.Description)
		}
		f.object(specification, fmt.Sprintf("<</Type/Filespec/F%s/UF%s%s/AFRelationship/%s/EF<</F %d 0 R/UF %d 0 R>>>>",
			cos.TextString(a.Name), cos.TextString(a.Name), description, a.relationship(), data, data))
		names = append(names, fmt.Sprintf("%s %d 0 R", cos.TextString(a.Name), specification))
		c.files = append(c.files, specification)
	}
	c.names = strings.Join(names, " ")
	return nil
}

// Packed is a file that is deflated while it is written, for one that is too large to be held as a whole. It is written
// before it is attached.
type Packed struct {
	Fast bool // larger, and made in less time
	z    bytes.Buffer
	w    *zlib.Writer
	size int64
	err  error
}

// Write adds to the file.
func (p *Packed) Write(b []byte) (int, error) {
	p.begin()
	n, err := p.w.Write(b)
	p.size += int64(n)
	if p.err == nil {
		p.err = err
	}
	return n, err
}

func (p *Packed) begin() {
	switch {
	case p.w != nil:
	case p.Fast:
		p.w, p.err = zlib.NewWriterLevel(&p.z, zlib.BestSpeed)
	default:
		p.w = zlib.NewWriter(&p.z)
	}
}

// done ends the file and returns it deflated, with the size that it had.
func (p *Packed) done() ([]byte, int64, error) {
	p.begin()
	if err := p.w.Close(); p.err == nil {
		p.err = err
	}
	return p.z.Bytes(), p.size, p.err
}

func (a Attachment) relationship() string {
	if a.Relationship == "" {
		return "Unspecified"
	}
	return a.Relationship
}

func (a Attachment) check() error {
	bad := func(r rune) bool {
		return unicode.IsControl(r) || strings.ContainsRune(`/\:`, r) || r == unicode.ReplacementChar
	}
	switch {
	case a.Name == "" || len(a.Name) > 200 || strings.ContainsFunc(a.Name, bad):
		return fmt.Errorf("attachment %q: not the name of a file", a.Name)
	case a.MediaType == "":
		return fmt.Errorf("attachment %s: its media type is not given", a.Name)
	case !slices.Contains(relationships, a.relationship()):
		return fmt.Errorf("attachment %s: relationship %q is not one of %s", a.Name, a.Relationship, strings.Join(relationships, ", "))
	}
	return nil
}

// pdfDate is a date with its zone (ISO 32000-1, 7.9.4), in UTC.
func pdfDate(t time.Time) string { return t.UTC().Format("(D:20060102150405+00'00')") }

// textKey orders names as the bytes of their text strings are ordered, which is what a name tree asks for.
func textKey(s string) string {
	if t := cos.TextString(s); t[0] == '(' {
		return s
	}
	var b strings.Builder
	b.WriteString("\xfe\xff")
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u >> 8))
		b.WriteByte(byte(u))
	}
	return b.String()
}

// nameOf writes s as a name, with all but letters, digits and a few signs as #xx.
func nameOf(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("+-._", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "#%02x", c)
		}
	}
	return b.String()
}
