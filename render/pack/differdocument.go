package pack

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"auditpack/render/pdf"
)

// differReport compares the first revision of a report with the one that was made again, and names the first page that
// differs. What follows the first revision are signatures, which package pdf judges; without a signer nothing may follow.
func differReport(sealed, again []byte, signed bool) *Difference {
	n, err := pdf.FirstRevision(sealed)
	if err != nil {
		return &Difference{Sealed: shown(err.Error()), Again: "a report"}
	}
	if first := sealed[:n]; !bytes.Equal(first, again) {
		d := differPages(first, again)
		return &d
	}
	if !signed && int64(len(sealed)) != n {
		return &Difference{Place: fmt.Sprintf("byte %d", n), Sealed: "more, although pack.json says that nobody signs", Again: "the end of the file"}
	}
	return nil
}

// The objects of a PDF as the pen writes them. A stream that happens to hold such a line only makes the place less exact.
var (
	objectHead   = regexp.MustCompile(`(?m)^([0-9]{1,7}) 0 obj\b`)
	pageObject   = regexp.MustCompile(`/Type ?/Page\b`)
	pageContents = regexp.MustCompile(`/Contents ([0-9]{1,7}) 0 R`)
)

// object is one of a PDF with its bytes up to the next one.
type object struct {
	number int
	body   []byte
}

func objects(file []byte) []object {
	var list []object
	heads := objectHead.FindAllSubmatchIndex(file, -1)
	for i, h := range heads {
		end := len(file)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		number, _ := strconv.Atoi(string(file[h[2]:h[3]]))
		list = append(list, object{number, file[h[1]:end]})
	}
	return list
}

// pageContent returns for each page, in order, its own dictionary and the stream that draws it.
func pageContent(list []object) []string {
	streams := map[int]string{}
	for _, o := range list {
		streams[o.number] = string(o.body)
	}
	var pages []string
	for _, o := range list {
		dictionary, _, _ := bytes.Cut(o.body, []byte("stream"))
		if !pageObject.Match(dictionary) {
			continue
		}
		page := ""
		if m := pageContents.FindSubmatch(dictionary); m != nil {
			number, _ := strconv.Atoi(string(m[1]))
			page = streams[number]
		}
		pages = append(pages, page)
	}
	return pages
}

func differPages(sealed, again []byte) Difference {
	objectsSealed, objectsAgain := objects(sealed), objects(again)
	s, a := pageContent(objectsSealed), pageContent(objectsAgain)
	d := Difference{}
	for i := range min(len(s), len(a)) {
		if s[i] == a[i] {
			continue
		}
		if d.Place == "" {
			d = Difference{Place: fmt.Sprintf("page %d", i+1), Sealed: "another page", Again: "this one"}
		} else {
			d.More++
		}
	}
	switch {
	case d.Place != "":
		return d
	case len(s) != len(a):
		return Difference{Sealed: fmt.Sprintf("%d pages", len(s)), Again: fmt.Sprintf("%d", len(a))}
	}
	for i := range min(len(objectsSealed), len(objectsAgain)) {
		if o := objectsSealed[i]; !bytes.Equal(o.body, objectsAgain[i].body) {
			return Difference{Place: fmt.Sprintf("object %d", o.number), Sealed: "other bytes", Again: "these"}
		}
	}
	return differBytes(sealed, again)
}

// differBytes names the first byte that differs.
func differBytes(sealed, again []byte) Difference {
	n := 0
	for n < len(sealed) && n < len(again) && sealed[n] == again[n] {
		n++
	}
	return Difference{Place: fmt.Sprintf("byte %d", n), Sealed: fmt.Sprintf("%d bytes in all", len(sealed)), Again: fmt.Sprintf("%d", len(again))}
}

// maxPart is how large a part of a workbook may be when it is unpacked, and maxParts how many there may be.
const (
	maxPart  = 1 << 30
	maxParts = 10_000
)

// differWorkbook compares a workbook part by part with the one that was made again, without the signature and what names
// it. Whether the parts are whole and the signature covers them, package xlsx judges.
func differWorkbook(sealed, again []byte) *Difference {
	s, signed, err := parts(sealed)
	if err != nil {
		return &Difference{Sealed: shown(err.Error()), Again: "a workbook"}
	}
	a, _, err := parts(again)
	if err != nil {
		return &Difference{Sealed: "a workbook", Again: shown(err.Error())}
	}
	var all []string
	for name := range s {
		all = append(all, name)
	}
	for name := range a {
		if _, both := s[name]; !both {
			all = append(all, name)
		}
	}
	slices.SortFunc(all, func(x, y string) int { // sheets first, and those in their order: they say most
		return cmp.Or(sheetNumber(x)-sheetNumber(y), strings.Compare(x, y))
	})
	var first *Difference
	for _, name := range all {
		inSealed, isSealed := s[name]
		inAgain, isAgain := a[name]
		switch {
		case isSealed && isAgain && bytes.Equal(inSealed, inAgain):
			continue
		case first != nil:
			first.More++
		case !isSealed:
			first = &Difference{Place: "part " + shown(name), Again: "a part"}
		case !isAgain:
			first = &Difference{Place: "part " + shown(name), Sealed: "a part"}
		default:
			d := differPart(name, sheetNames(a), inSealed, inAgain)
			first = &d
		}
	}
	if first == nil && !signed && !bytes.Equal(sealed, again) {
		d := differBytes(sealed, again)
		first = &d
	}
	return first
}

// signatureEntry is what a signature adds to [Content_Types].xml and _rels/.rels.
var signatureEntry = regexp.MustCompile(`<(Default|Override|Relationship) [^<>]*package[./][^<>]*digital-signature[^<>]*></(Default|Override|Relationship)>`)

// parts unpacks a workbook without its signature.
func parts(file []byte) (map[string][]byte, bool, error) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, false, fmt.Errorf("not a workbook: %s", strings.TrimPrefix(err.Error(), "zip: "))
	}
	if len(z.File) > maxParts {
		return nil, false, fmt.Errorf("%d parts, the limit is %d", len(z.File), maxParts)
	}
	all, signed, left := map[string][]byte{}, false, int64(maxPart)
	for _, f := range z.File {
		if strings.HasPrefix(f.Name, "_xmlsignatures/") {
			signed = true
			continue
		}
		if _, twice := all[f.Name]; twice {
			return nil, false, fmt.Errorf("the part %s is there twice", f.Name)
		}
		r, err := f.Open()
		if err != nil {
			return nil, false, fmt.Errorf("%s: %w", f.Name, err)
		}
		data, err := io.ReadAll(io.LimitReader(r, left+1))
		r.Close()
		if left -= int64(len(data)); err == nil && left < 0 {
			err = fmt.Errorf("more than %d bytes", maxPart)
		}
		if err != nil {
			return nil, false, fmt.Errorf("%s: %w", f.Name, err)
		}
		if f.Name == "[Content_Types].xml" || f.Name == "_rels/.rels" {
			data = signatureEntry.ReplaceAll(data, nil)
		}
		all[f.Name] = data
	}
	return all, signed, nil
}

var (
	sheetEntry = regexp.MustCompile(`<sheet [^<>]*name="([^"]*)"[^<>]*>`)
	cellStart  = regexp.MustCompile(`<c r="([A-Z]{1,3}[0-9]{1,7})"`)
)

// sheetNames returns the names of the sheets in their order; sheet1.xml is the first, as the pen writes them.
func sheetNames(all map[string][]byte) []string {
	var names []string
	for _, m := range sheetEntry.FindAllSubmatch(all["xl/workbook.xml"], -1) {
		names = append(names, strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'").Replace(string(m[1])))
	}
	return names
}

// noSheet is the number of a part that is no sheet.
const noSheet = 1 << 20

// sheetNumber returns n of the part xl/worksheets/sheetN.xml.
func sheetNumber(part string) int {
	number, ok := strings.CutPrefix(strings.TrimSuffix(part, ".xml"), "xl/worksheets/sheet")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 1 || n > noSheet {
		return noSheet
	}
	return n
}

// differPart names the sheet and the cell, if the part is a sheet.
func differPart(name string, sheets []string, sealed, again []byte) Difference {
	n := 0
	for n < len(sealed) && n < len(again) && sealed[n] == again[n] {
		n++
	}
	i := sheetNumber(name)
	if i > len(sheets) {
		return Difference{Place: fmt.Sprintf("part %s, byte %d", shown(name), n), Sealed: around(sealed, n), Again: around(again, n)}
	}
	d := Difference{Place: "sheet " + sheets[i-1], Sealed: around(sealed, n), Again: around(again, n)}
	if cells := cellStart.FindAllSubmatch(again[:n], -1); len(cells) > 0 {
		d.Place += ", cell " + string(cells[len(cells)-1][1])
	}
	return d
}

// around returns the text at byte n with a little before it.
func around(text []byte, n int) string {
	from := max(0, n-20)
	return shown(strings.ToValidUTF8(string(text[from:min(len(text), n+40)]), "?"))
}
