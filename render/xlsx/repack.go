package xlsx

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// epoch is the time of every part: the earliest that a zip can hold.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

const contentTypes = "[Content_Types].xml"

// drawn is a sheet that is laid out.
type drawn interface {
	rows(w *rowWriter)
	hyperlinks() []link // other than those that the library knows
	area() string       // all cells, as A1:B2
}

// repack writes the library's workbook with our rows in its sheets, so that equal workbooks have equal bytes:
// [Content_Types].xml first and its defaults sorted, then the parts by name, all with one time.
func repack(w io.Writer, f *excelize.File, sheets []drawn) error {
	var buffer bytes.Buffer
	if _, err := f.WriteTo(&buffer); err != nil {
		return err
	}
	parts, err := unzip(buffer.Bytes())
	if err != nil {
		return err
	}
	ours := map[string]drawn{}
	for i, s := range sheets {
		name := fmt.Sprintf("sheet%d.xml", i+1)
		ours["xl/worksheets/"+name] = s
		rels := relationships(s.hyperlinks())
		if rels == nil {
			continue
		}
		at := "xl/worksheets/_rels/" + name + ".rels"
		if slices.ContainsFunc(parts, func(p part) bool { return p.name == at }) {
			return fmt.Errorf("%s: the sheet has relationships already", name)
		}
		parts = append(parts, part{at, rels})
	}
	slices.SortFunc(parts, func(a, b part) int {
		if (a.name == contentTypes) != (b.name == contentTypes) {
			if a.name == contentTypes {
				return -1
			}
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	out := zip.NewWriter(w)
	out.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, effortFor(sheets)) })
	for _, p := range parts {
		if err := writePart(out, p, ours[p.name]); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		delete(ours, p.name)
	}
	if len(ours) > 0 {
		return fmt.Errorf("%d sheets have no part in the workbook", len(ours))
	}
	return out.Close()
}

// largeList is from how many rows of a list on time counts more than size.
const largeList = 10_000

// effortFor is how hard the parts are packed.
func effortFor(sheets []drawn) int {
	for _, s := range sheets {
		if l, ok := s.(*list); ok && l.table.Len() > largeList {
			return flate.BestSpeed
		}
	}
	return flate.DefaultCompression
}

type part struct {
	name string
	data []byte
}

func unzip(data []byte) ([]part, error) {
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	var parts []part
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		parts = append(parts, part{f.Name, text})
	}
	return parts, nil
}

func writePart(out *zip.Writer, p part, sheet drawn) error {
	to, err := out.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: epoch})
	if err != nil {
		return err
	}
	if p.name == contentTypes {
		p.data = sortDefaults(p.data)
	}
	if sheet == nil {
		_, err := to.Write(p.data)
		return err
	}
	return writeSheet(to, p.data, sheet)
}

var (
	sheetData  = regexp.MustCompile(`(?s)<sheetData>.*</sheetData>|<sheetData/>`)
	dimension  = regexp.MustCompile(`<dimension [^>]*?(?:/>|></dimension>)`)
	hyperlinks = regexp.MustCompile(`(?s)<hyperlinks>.*</hyperlinks>`)
	afterCells = regexp.MustCompile(`<(?:drawing|legacyDrawing|tableParts|extLst)[ >]|</worksheet>`)
)

// writeSheet writes the library's sheet with our rows and links in it.
func writeSheet(to io.Writer, frame []byte, sheet drawn) error {
	at := sheetData.FindIndex(frame)
	if at == nil {
		return fmt.Errorf("the sheet has no place for rows")
	}
	head, tail := frame[:at[0]], frame[at[1]:]
	head = dimension.ReplaceAll(head, []byte(`<dimension ref="`+sheet.area()+`"/>`))
	head = bytes.Replace(head, []byte(` filterMode="true"`), nil, 1) // nothing is filtered yet
	w := bufio.NewWriterSize(to, flushAt)
	w.Write(head)
	w.WriteString("<sheetData>")
	rows := &rowWriter{to: w}
	sheet.rows(rows)
	rows.flush()
	if rows.err != nil {
		return rows.err
	}
	w.WriteString("</sheetData>")
	if links := sheet.hyperlinks(); len(links) > 0 {
		at := hyperlinks.FindIndex(tail)
		if at == nil {
			return fmt.Errorf("the sheet has no place for links")
		}
		w.Write(tail[:at[0]])
		if err := writeLinks(w, links); err != nil {
			return err
		}
		tail = tail[at[1]:]
	}
	// Texts that look like numbers are meant to be texts: no warning signs in their corners.
	end := afterCells.FindIndex(tail)
	if end == nil {
		return fmt.Errorf("the sheet has no end")
	}
	w.Write(tail[:end[0]])
	fmt.Fprintf(w, `<ignoredErrors><ignoredError sqref="%s" numberStoredAsText="1"/></ignoredErrors>`, sheet.area())
	w.Write(tail[end[0]:])
	return w.Flush()
}

var defaultEntry = regexp.MustCompile(`<Default [^>]*(?:/>|></Default>)`)

// sortDefaults sorts the Default entries, whose order has no meaning and is left to chance by the library.
func sortDefaults(text []byte) []byte {
	entries := defaultEntry.FindAll(text, -1)
	sorted := slices.Clone(entries)
	slices.SortFunc(sorted, bytes.Compare)
	i := 0
	return defaultEntry.ReplaceAllFunc(text, func([]byte) []byte {
		i++
		return sorted[i-1]
	})
}
