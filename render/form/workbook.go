package form

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Limits of a form.
const (
	MaxForm  = 64 << 20 // the file, in bytes
	maxPart  = 64 << 20 // one part, unpacked
	maxParts = 5000
	maxDepth = 64 // of XML
)

// workbook is a form that was opened.
type workbook struct {
	name   string
	zip    *zip.Reader
	parts  map[string]*zip.File
	sheets []sheetRef
	names  map[string]string // defined names, lower case, of the whole workbook
	shared []string
	read   map[string]*sheet
}

// sheetRef is a sheet with the part that holds it.
type sheetRef struct{ name, part string }

// open reads a form. name stands in errors.
func open(name string, data []byte) (*workbook, error) {
	w, err := openParts(name, data)
	if err == nil {
		err = w.readWorkbook()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return w, nil
}

func openParts(name string, data []byte) (*workbook, error) {
	if bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return nil, errors.New("encrypted, or in the form before 2007: save it as .xlsx without a password to open it")
	}
	if len(data) > MaxForm {
		return nil, fmt.Errorf("larger than %d MiB", MaxForm>>20)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, errors.New("neither a workbook (.xlsx) nor a PDF")
	}
	if len(z.File) > maxParts {
		return nil, fmt.Errorf("%d parts, at most %d are read", len(z.File), maxParts)
	}
	w := &workbook{name: name, zip: z, parts: map[string]*zip.File{}, names: map[string]string{}, read: map[string]*sheet{}}
	for _, f := range z.File {
		key := strings.ToLower(f.Name)
		if w.parts[key] != nil {
			return nil, fmt.Errorf("two parts are called %q", f.Name)
		}
		if strings.HasPrefix(key, "_xmlsignatures/") {
			return nil, errors.New("signed: filling it in would break the signature")
		}
		w.parts[key] = f
	}
	return w, nil
}

// part returns the bytes of a part.
func (w *workbook) part(name string) ([]byte, error) {
	f := w.parts[strings.ToLower(name)]
	if f == nil {
		return nil, fmt.Errorf("the part %s is missing", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxPart+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxPart {
		return nil, fmt.Errorf("%s: larger than %d MiB", name, maxPart>>20)
	}
	return data, nil
}

// element is an XML element as it stands in the bytes.
type element struct {
	prefix, local      string
	attrs              []xml.Attr
	start, tagEnd, end int // of the element, of its start tag; end is set when it closes
	text               string
}

func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// walk calls enter and leave for each element of a part. Only UTF-8 without a document type is read.
func walk(data []byte, enter, leave func(stack []*element) error) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(charset string, r io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("encoding %s", charset)
	}
	var stack []*element
	for {
		at := int(d.InputOffset())
		token, err := d.RawToken()
		if err == io.EOF {
			if len(stack) > 0 {
				return errors.New("ends inside an element")
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("no well-formed XML: %w", err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return errors.New("a document type is not read")
		case xml.StartElement:
			if len(stack) == maxDepth {
				return errors.New("nested too deep")
			}
			stack = append(stack, &element{prefix: t.Name.Space, local: t.Name.Local, attrs: t.Copy().Attr, start: at, tagEnd: int(d.InputOffset())})
			if err := enter(stack); err != nil {
				return err
			}
		case xml.EndElement:
			if len(stack) == 0 || stack[len(stack)-1].local != t.Name.Local {
				return errors.New("no well-formed XML")
			}
			stack[len(stack)-1].end = int(d.InputOffset())
			if err := leave(stack); err != nil {
				return err
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].text += string(t)
			}
		}
	}
}

func nothing([]*element) error { return nil }

// readWorkbook finds the sheets, the defined names and the shared strings.
func (w *workbook) readWorkbook() error {
	const main = "xl/workbook.xml"
	data, err := w.part(main)
	if err != nil {
		return err
	}
	targets, err := w.relations(main)
	if err != nil {
		return err
	}
	err = walk(data, nothing, func(stack []*element) error {
		e := stack[len(stack)-1]
		switch {
		case e.local == "sheet" && len(stack) > 1 && stack[len(stack)-2].local == "sheets":
			for _, a := range e.attrs {
				if a.Name.Local == "id" && targets[a.Value] != "" {
					w.sheets = append(w.sheets, sheetRef{e.attr("name"), targets[a.Value]})
				}
			}
		case e.local == "definedName" && e.attr("localSheetId") == "":
			w.names[strings.ToLower(e.attr("name"))] = e.text
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", main, err)
	}
	if len(w.sheets) == 0 {
		return errors.New("no sheets")
	}
	return w.readShared()
}

// relations returns the targets of a part's relationships by id.
func (w *workbook) relations(of string) (map[string]string, error) {
	name := path.Dir(of) + "/_rels/" + path.Base(of) + ".rels"
	data, err := w.part(name)
	if err != nil {
		return nil, err
	}
	targets := map[string]string{}
	err = walk(data, nothing, func(stack []*element) error {
		e := stack[len(stack)-1]
		if e.local == "Relationship" && e.attr("TargetMode") != "External" {
			target := e.attr("Target")
			if !strings.HasPrefix(target, "/") {
				target = path.Join(path.Dir(of), target)
			}
			targets[e.attr("Id")] = strings.TrimPrefix(target, "/")
		}
		return nil
	})
	return targets, err
}

// readShared reads the texts that cells share. A form may have none.
func (w *workbook) readShared() error {
	const name = "xl/sharedStrings.xml"
	if w.parts[strings.ToLower(name)] == nil {
		return nil
	}
	data, err := w.part(name)
	if err != nil {
		return err
	}
	var text strings.Builder
	phonetic := 0
	err = walk(data, func(stack []*element) error {
		if stack[len(stack)-1].local == "rPh" {
			phonetic++
		}
		return nil
	}, func(stack []*element) error {
		switch e := stack[len(stack)-1]; e.local {
		case "rPh":
			phonetic--
		case "t":
			if phonetic == 0 {
				text.WriteString(e.text)
			}
		case "si":
			w.shared = append(w.shared, text.String())
			text.Reset()
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// sheet returns a sheet by its name, as Excel compares names.
func (w *workbook) sheet(name string) (*sheet, error) {
	for _, ref := range w.sheets {
		if !strings.EqualFold(ref.name, name) {
			continue
		}
		if s := w.read[ref.part]; s != nil {
			return s, nil
		}
		data, err := w.part(ref.part)
		if err != nil {
			return nil, err
		}
		s, err := readSheet(ref, data, w.shared)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", ref.name, err)
		}
		w.read[ref.part] = s
		return s, nil
	}
	var names []string
	for _, ref := range w.sheets {
		names = append(names, ref.name)
	}
	return nil, fmt.Errorf("no sheet is called %q: there are %s", name, strings.Join(names, ", "))
}
