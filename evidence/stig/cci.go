package stig

import (
	"archive/zip"
	_ "embed"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// maxCCIs bounds the list; DISA's has some 5,000.
const maxCCIs = 100_000

var cciForm = regexp.MustCompile(`^CCI-[0-9]{6}$`)

// OpenCCIs reads DISA's list as it is published: U_CCI_List.xml, or the zip with it. The name is for errors.
func OpenCCIs(name string, r io.ReaderAt, size int64) ([]evidence.CCI, error) {
	magic := make([]byte, 4)
	n, err := r.ReadAt(magic, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	text := io.Reader(io.NewSectionReader(r, 0, size))
	if isZip(magic[:n]) {
		inside, err := listInZip(r, size)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		defer inside.Close()
		text = inside
	}
	list, err := ReadCCIs(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

// listInZip opens the one file of a zip whose name is that of the list.
func listInZip(r io.ReaderAt, size int64) (io.ReadCloser, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("not a whole zip: %w", err)
	}
	for _, f := range archive.File[:min(len(archive.File), maxEntries)] {
		if strings.HasSuffix(strings.ToLower(f.Name), "cci_list.xml") {
			return f.Open()
		}
	}
	return nil, errors.New("the zip holds no U_CCI_List.xml")
}

// ReadCCIs reads DISA's list (U_CCI_List.xml), in its order.
func ReadCCIs(r io.Reader) ([]evidence.CCI, error) {
	limited := &io.LimitedReader{R: r, N: maxFile + 1}
	l := &cciList{d: xml.NewDecoder(&noMark{r: limited}), seen: map[string]bool{}}
	l.d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("the character set is %q, not UTF-8", charset)
	}
	err := l.read()
	var syntax *xml.SyntaxError
	switch {
	case limited.N <= 0:
		return nil, fmt.Errorf("larger than %d MB", maxFile>>20)
	case errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		return nil, fmt.Errorf("line %d: the file is cut off", syntax.Line)
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("line %d: not well-formed XML: %s", syntax.Line, syntax.Msg)
	case err != nil:
		return nil, err
	case len(l.found) == 0:
		return nil, fmt.Errorf("the list has no entries")
	}
	for i := range l.found {
		l.found[i].Since = l.version
	}
	return l.found, nil
}

type cciList struct {
	d       *xml.Decoder
	depth   int
	version string
	text    strings.Builder
	found   []evidence.CCI
	seen    map[string]bool
}

func (l *cciList) read() error {
	for {
		token, err := l.d.Token()
		if errors.Is(err, io.EOF) && l.depth == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := l.d.InputPos()
		switch t := token.(type) {
		case xml.Directive:
			return fmt.Errorf("line %d: a document type declaration is not accepted", line)
		case xml.StartElement:
			l.depth++
			l.text.Reset()
			if err := l.start(t); err != nil {
				return fmt.Errorf("line %d: %w", line, err)
			}
		case xml.EndElement:
			l.depth--
			if t.Name.Local == "version" && l.version == "" {
				l.version = strings.TrimSpace(l.text.String())
			}
		case xml.CharData:
			if l.text.Len()+len(t) > maxText {
				return fmt.Errorf("line %d: a text longer than %d bytes", line, maxText)
			}
			l.text.Write(t)
		}
	}
}

func (l *cciList) start(e xml.StartElement) error {
	switch {
	case l.depth == 1 && e.Name.Local != "cci_list":
		return fmt.Errorf("not a list of CCIs: the first element is %s", e.Name.Local)
	case l.depth > maxDepth:
		return fmt.Errorf("more than %d elements inside each other", maxDepth)
	case e.Name.Local == "cci_item":
		id := attribute(e, "id")
		if !cciForm.MatchString(id) || l.seen[id] || len(l.found) == maxCCIs {
			return fmt.Errorf("%q is no CCI, is there twice, or is one of too many", id)
		}
		l.seen[id] = true
		l.found = append(l.found, evidence.CCI{ID: id})
	case e.Name.Local == "reference" && len(l.found) > 0:
		last := &l.found[len(l.found)-1]
		control := attribute(e, "index")
		switch attribute(e, "title") {
		case "NIST SP 800-53 Revision 4":
			last.Rev4 = addOnce(last.Rev4, control)
		case "NIST SP 800-53 Revision 5":
			last.Rev5 = addOnce(last.Rev5, control)
		}
	}
	return nil
}

func addOnce(list []string, text string) []string {
	if text == "" || slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

//go:embed cci.csv
var cciTable string

// CCIFacts returns what is known without DISA's list: the CCIs that the rules cite which the guide refers to, and those
// of the benchmarks of Windows Server, IIS and the firewall.
func CCIFacts() []evidence.CCI {
	var facts []evidence.CCI
	since := ""
	for line := range strings.Lines(cciTable) {
		line = strings.TrimSpace(line)
		if comment, ok := strings.CutPrefix(line, "# "); ok {
			_, since, _ = strings.Cut(comment, "list of ")
			since, _, _ = strings.Cut(since, ";")
			continue
		}
		fields := strings.Split(line, ",")
		if len(fields) == 3 {
			facts = append(facts, evidence.CCI{ID: fields[0], Rev4: controls(fields[1]), Rev5: controls(fields[2]), Since: since})
		}
	}
	return facts
}

// controls splits the controls of one column, which are joined by semicolons.
func controls(column string) []string {
	if column == "" {
		return nil
	}
	return strings.Split(column, ";")
}
