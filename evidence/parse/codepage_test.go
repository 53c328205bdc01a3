package parse

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"auditpack/evidence"
)

// written are words as the tables of the code pages write them (unicode.org, Public/MAPPINGS/VENDORS/MICSFT).
var written = []struct {
	page  int
	bytes string
	text  string
}{
	{437, "caf\x82", "café"}, {850, "Gr\x94\xe1e", "Größe"}, {852, "\x88\xa2d\xab", "łódź"}, {866, "\x8c\xae\xe1\xaa\xa2\xa0", "Москва"},
	{1250, "\xb3\xf3d\x9f", "łódź"}, {1251, "\xcc\xee\xf1\xea\xe2\xe0", "Москва"}, {1252, "Gr\xf6\xdfe \x80", "Größe €"}, {1253, "\xd9", "Ω"},
	{1254, "\xfei\xfe", "şiş"}, {1255, "\xf9", "ש"}, {1256, "\xda", "ع"}, {1257, "\xfe", "ž"}, {1258, "\xf0", "đ"}, {874, "\xa1", "ก"},
	{932, "\x95\x5c\x8e\xa6\xb6", "表示ｶ"}, {936, "\xd6\xd0\xce\xc4", "中文"}, {949, "\xc7\xd1\xb1\xb9", "한국"}, {950, "\xb3\x5c\xa5\x5c\xbb\x5c", "許功蓋"},
}

// TestDecodePage reads each code page, and leaves Unicode what it is whatever was recorded.
func TestDecodePage(t *testing.T) {
	for _, w := range written {
		if got := DecodePage([]byte("x="+w.bytes+"\n"), w.page); got != "x="+w.text+"\n" {
			t.Errorf("%d: %q, want %q", w.page, got, w.text)
		}
		for name, b := range map[string][]byte{"UTF-8": []byte(w.text), "UTF-16": utf16le(w.text, true)} {
			if got := DecodePage(b, w.page); got != w.text {
				t.Errorf("%d, in %s: %q, want %q", w.page, name, got, w.text)
			}
		}
	}
	for _, page := range []int{0, 1, 2, 3, -1, 720, 65001} { // not known: as without
		if got := DecodePage([]byte("Gr\x94\xe1e"), page); got != "Größe" {
			t.Errorf("%d: %q", page, got)
		}
	}
}

// TestAppcmdPage reads a site and its pool by the names that applicationHost.config has for them, and cites the bytes.
func TestAppcmdPage(t *testing.T) {
	for _, w := range written {
		text := "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<appcmd>\r\n    <SITE SITE.NAME=\"A " + w.bytes + "\" SITE.ID=\"1\" bindings=\"http/*:80:\" state=\"Started\" />\r\n" +
			"    <APP path=\"/\" APP.NAME=\"A " + w.bytes + "/\" APPPOOL.NAME=\"" + w.bytes + "\" SITE.NAME=\"A " + w.bytes + "\" />\r\n</appcmd>\r\n"
		c, err := Read(evidence.Item{Path: "data/items/iis/appcmd-sites.xml", CodePage: w.page}, strings.NewReader(text), nil)
		if err != nil || c.Refused != "" || len(c.Settings) != 2 {
			t.Errorf("%d: %v, %+v", w.page, err, c)
			continue
		}
		for i, want := range []string{"<SITE ", "<APP "} {
			s := c.Settings[i]
			cited := text[s.Cite.Offset : s.Cite.Offset+s.Cite.Length]
			if !strings.Contains(string(s.Address), w.text) || !strings.HasPrefix(cited, want) || !strings.HasSuffix(cited, "/>") || s.Cite.Line != 3+i {
				t.Errorf("%d: %s at line %d: %q", w.page, s.Address, s.Cite.Line, cited)
			}
		}
	}
}

// TestRowsPage cites the objects of a list in every code page.
func TestRowsPage(t *testing.T) {
	for _, w := range written {
		if strings.Contains(w.bytes, `\`) {
			continue // inside of JSON it would be written \\, which a program that writes bytes of a code page does not know either
		}
		row := func(n int) string {
			return fmt.Sprintf("{\"Name\":\"%s\",\"SID\":\"S-1-5-21-1-2-3-%d\",\"Enabled\":true}", w.bytes, n)
		}
		text := "[" + row(1001) + ",\r\n" + row(1002) + "]"
		c, err := Read(evidence.Item{Path: "data/items/accounts/get-localuser.json", CodePage: w.page}, strings.NewReader(text), nil)
		if err != nil || len(c.Settings) != 2 {
			t.Errorf("%d: %v, %+v", w.page, err, c)
			continue
		}
		for i, s := range c.Settings {
			if got := text[s.Cite.Offset : s.Cite.Offset+s.Cite.Length]; got != row(1001+i) || s.Cite.Line != 1+i || s.Value.(evidence.Account).Name != w.text {
				t.Errorf("%d: line %d %q, %s", w.page, s.Cite.Line, got, s.Value)
			}
		}
	}
}

// FuzzPage holds that every beginning of what bytes decode to has its place in them: widths rise and end where the bytes do; that a
// line end is one in every code page; and that what the library's own encoder writes is read back.
func FuzzPage(f *testing.F) {
	for _, w := range written {
		f.Add(w.page, []byte(w.bytes))
		f.Add(w.page, []byte(w.bytes[:len(w.bytes)-1]+"\n"+w.bytes))
	}
	f.Fuzz(func(t *testing.T, page int, raw []byte) {
		e := Encoding(page)
		known := pages[e]
		if known == nil || len(raw) > 1<<12 {
			return
		}
		text := e.decode(raw)
		last := 0
		for at := range text {
			n := e.width(text[:at], raw)
			if n < last || n > len(raw) {
				t.Fatalf("%d: %q: %d bytes at %d, after %d", page, raw, n, at, last)
			}
			last = n
		}
		if n := e.width(text, raw); n != len(raw) {
			t.Fatalf("%d: %q: %d of %d bytes", page, raw, n, len(raw))
		}
		if strings.Count(text, "\n") != bytes.Count(raw, []byte("\n")) {
			t.Fatalf("%d: %q has other lines: %q", page, raw, text)
		}
		lines := NewLineReader(Source{Item: evidence.Item{CodePage: page}, Reader: bytes.NewReader(raw)})
		for {
			line, err := lines.Next()
			if err == io.EOF {
				break
			}
			if err != nil || line.Offset+line.Length > int64(len(raw)) {
				t.Fatalf("%d: %q: %+v, %v", page, raw, line, err)
			}
		}
		if again, err := known.NewEncoder().String(text); err == nil {
			if back := e.decode([]byte(again)); back != text {
				t.Fatalf("%d: %q, written as %q, is %q", page, text, again, back)
			}
		}
	})
}
