package form

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"auditpack/render/cos"
)

// Limits of a form that is a PDF; those of reading its objects are in package cos.
const (
	maxPDFFields = 20_000 // fields and widgets together
	maxPages     = 5000
	maxNesting   = 32 // of fields, and of pages
	maxOptions   = 2000
)

// isPDF reports whether data is meant to be a PDF: viewers look for its beginning in the first bytes.
func isPDF(data []byte) bool {
	return !bytes.HasPrefix(data, []byte("PK")) && bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-"))
}

// fieldKind is what a field of a PDF takes.
type fieldKind string

const (
	textField   fieldKind = "text"
	boxField    fieldKind = "check box"
	radioField  fieldKind = "options" // of which one is marked: radio buttons, or boxes of one name
	choiceField fieldKind = "list"
	pushButton  fieldKind = "push button"
	signField   fieldKind = "signature"
	otherField  fieldKind = "field of an unknown kind"
)

// The flags of fields (ISO 32000-1, tables 221, 226, 228 and 230) and of annotations (table 165).
const (
	flagReadOnly  = 1 << 0
	flagRequired  = 1 << 1
	flagMultiline = 1 << 12
	flagPassword  = 1 << 13
	flagRadio     = 1 << 15
	flagPush      = 1 << 16
	flagCombo     = 1 << 17
	flagEdit      = 1 << 18
	flagFile      = 1 << 20
	flagComb      = 1 << 24
	flagRich      = 1 << 25

	flagHidden = 1<<1 | 1<<5 // of a widget: hidden, or not shown on the screen
)

// pdfForm is a PDF with fields that was opened.
type pdfForm struct {
	file   *cos.File
	root   cos.Dict
	form   cos.Dict
	fields []*pdfField // in the order of the form
	byName map[string]*pdfField
	pages  map[int]int // the page of an annotation, by its object's number
	sheets []cos.Dict  // the pages, each with the resources that it inherits
	n      int         // fields and widgets that were met
}

// pdfField is a field, by its full name.
type pdfField struct {
	name    string
	label   string // the tooltip
	kind    fieldKind
	flags   int64
	most    int // characters; 0: any number
	look    string
	align   int64
	value   cos.Value
	objects []int // those that hold its value: more than one if several fields have one name
	widgets []widget
	options []option
	scripts []string // what the form would have a viewer run
}

// option is one that can be chosen: the value that is kept, what is shown for it, and what is printed beside it.
type option struct{ value, text, beside string }

// widget is a place where a field is shown.
type widget struct {
	object int
	dict   cos.Dict
	states []cos.Name // but for Off
	page   int        // counted from 1; 0: on none
}

func (f *pdfField) has(flag int64) bool { return f.flags&flag != 0 }

// openPDF reads a form. name stands in errors.
func openPDF(name string, data []byte) (*pdfForm, error) {
	f, err := readPDF(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

func readPDF(data []byte) (*pdfForm, error) {
	if len(data) > MaxForm {
		return nil, fmt.Errorf("larger than %d MiB", MaxForm>>20)
	}
	if !bytes.HasPrefix(data, []byte("%PDF-")) {
		return nil, errors.New("damaged: it begins with bytes that are no part of a PDF: open it and save it anew")
	}
	xref, err := cos.LastTable(data)
	if err != nil {
		return nil, fmt.Errorf("%w: it was cut short, or is no PDF", err)
	}
	file, err := cos.Open(data, xref, &cos.Effort{})
	if err != nil {
		return nil, fmt.Errorf("damaged: %w", err)
	}
	if file.Trailers[0]["Encrypt"] != nil {
		return nil, errors.New("encrypted: save it without a password and without restrictions")
	}
	f := &pdfForm{file: file, byName: map[string]*pdfField{}, pages: map[int]int{}}
	var ok bool
	if f.root, ok = file.Resolve(file.Trailers[0]["Root"]).(cos.Dict); !ok {
		return nil, errors.New("damaged: its catalog cannot be read")
	}
	f.form, _ = file.Resolve(f.root["AcroForm"]).(cos.Dict)
	list, _ := file.Resolve(f.form["Fields"]).(cos.Array)
	if err := f.refuse(list); err != nil {
		return nil, err
	}
	if err := f.findPages(f.root["Pages"], nil, 0, map[int]bool{}); err != nil {
		return nil, err
	}
	inherited := cos.Dict{"DA": f.form["DA"], "Q": f.form["Q"]}
	if err := f.walk(list, "", inherited, 0, map[int]bool{}); err != nil {
		return nil, err
	}
	if err := file.Broken(); err != nil {
		return nil, fmt.Errorf("damaged: %w", err)
	}
	for _, field := range f.fields {
		f.finish(field)
	}
	return f, f.signed()
}

// refuse names the forms that nobody but the programs of one maker can fill, and what is no form.
func (f *pdfForm) refuse(fields cos.Array) error {
	xfa := f.file.Resolve(f.form["XFA"]) != nil
	switch broken := f.file.Broken(); {
	case broken != nil:
		return fmt.Errorf("damaged: %w", broken)
	case xfa && (f.file.Resolve(f.root["NeedsRendering"]) == true || len(fields) == 0):
		return errors.New("an XFA form, which is no PDF but for its wrapping: ask for one with fields of PDF (AcroForm), or fill it in Adobe's programs")
	case f.form == nil || len(fields) == 0:
		return errors.New("has no form fields: it is to be filled by hand")
	}
	return nil
}

var errTooMany = errors.New("its form has too many fields, or they lie too deep")

// inheritable are the entries that a field takes from those above it.
var inheritable = []cos.Name{"FT", "Ff", "V", "MaxLen", "DA", "Q", "Opt"}

// walk reads fields and those below them. A field is told from a widget by its name.
func (f *pdfForm) walk(list cos.Array, parent string, inherited cos.Dict, depth int, seen map[int]bool) error {
	for _, item := range list {
		ref, ok := item.(cos.Reference)
		if f.n++; f.n > maxPDFFields || depth > maxNesting {
			return errTooMany
		}
		d, isDict := f.file.Resolve(item).(cos.Dict)
		switch broken := f.file.Broken(); {
		case broken != nil:
			return fmt.Errorf("damaged: %w", broken)
		case !isDict && ok:
			continue // a field that was deleted
		case !isDict || !ok:
			return fmt.Errorf("damaged: a field below %q is no object of its own", parent)
		}
		if seen[ref.Number] {
			return fmt.Errorf("damaged: the field in object %d is in the form twice", ref.Number)
		}
		seen[ref.Number] = true
		name := parent
		if t, ok := f.file.Resolve(d["T"]).(cos.String); ok {
			if name = t.Spoken(); parent != "" {
				name = parent + "." + name
			}
		}
		own := cos.Dict{}
		for _, key := range inheritable {
			if own[key] = f.file.Resolve(d[key]); own[key] == nil {
				own[key] = inherited[key]
			}
		}
		kids, _ := f.file.Resolve(d["Kids"]).(cos.Array)
		if f.n += len(kids); f.n > maxPDFFields {
			return errTooMany
		}
		below, widgets := f.divide(kids)
		if len(below) > 0 {
			if err := f.walk(below, name, own, depth+1, seen); err != nil {
				return err
			}
		}
		if len(below) == 0 || len(widgets) > 0 {
			f.add(name, ref.Number, d, own, widgets)
		}
	}
	return nil
}

// divide tells the fields among a field's kids from its widgets.
func (f *pdfForm) divide(kids cos.Array) (fields, widgets cos.Array) {
	for _, kid := range kids {
		if d, ok := f.file.Resolve(kid).(cos.Dict); ok && d["T"] == nil {
			widgets = append(widgets, kid)
			continue
		}
		fields = append(fields, kid)
	}
	return fields, widgets
}

// add adds a field, or one more object of a field that is there already.
func (f *pdfForm) add(name string, object int, d, own cos.Dict, widgets cos.Array) {
	field := f.byName[name]
	if field == nil {
		field = &pdfField{name: name}
		f.fields = append(f.fields, field)
		f.byName[name] = field
		field.kind, field.value = kindOf(own), own["V"]
		field.flags, _ = own["Ff"].(int64)
		field.align, _ = own["Q"].(int64)
		if s, ok := own["DA"].(cos.String); ok {
			field.look = string(s.Data)
		}
		if n, ok := own["MaxLen"].(int64); ok && n > 0 && n < 1<<31 {
			field.most = int(n)
		}
		if s, ok := f.file.Resolve(d["TU"]).(cos.String); ok {
			field.label = s.Spoken()
		}
		field.options = f.options(own["Opt"])
	}
	field.objects = append(field.objects, object)
	field.scripts = append(field.scripts, f.scripts(d)...)
	if len(widgets) == 0 && d["Rect"] != nil {
		widgets = cos.Array{cos.Reference{Number: object}}
	}
	for _, item := range widgets {
		ref, ok := item.(cos.Reference)
		d, _ := f.file.Resolve(item).(cos.Dict)
		if ok && d != nil {
			field.widgets = append(field.widgets, widget{ref.Number, d, f.states(d), f.pages[ref.Number]})
		}
	}
}

func kindOf(own cos.Dict) fieldKind {
	flags, _ := own["Ff"].(int64)
	switch own["FT"] {
	case cos.Name("Tx"):
		return textField
	case cos.Name("Ch"):
		return choiceField
	case cos.Name("Sig"):
		return signField
	case cos.Name("Btn"):
		switch {
		case flags&flagPush != 0:
			return pushButton
		case flags&flagRadio != 0:
			return radioField
		}
		return boxField
	}
	return otherField
}

// scripts names what a viewer would run for a field: nothing here runs them.
func (f *pdfForm) scripts(d cos.Dict) []string {
	var list []string
	actions, _ := f.file.Resolve(d["AA"]).(cos.Dict)
	for _, a := range []struct {
		key  cos.Name
		does string
	}{{"K", "changes or refuses what is typed"}, {"F", "changes how it is shown"}, {"V", "checks it"}, {"C", "calculates it"}} {
		if actions[a.key] != nil {
			list = append(list, a.does)
		}
	}
	return list
}

// options reads what a list offers: texts, or pairs of a value and what is shown for it.
func (f *pdfForm) options(v cos.Value) []option {
	list, _ := v.(cos.Array)
	var all []option
	for _, item := range list[:min(len(list), maxOptions)] {
		switch o := f.file.Resolve(item).(type) {
		case cos.String:
			all = append(all, option{o.Spoken(), o.Spoken(), ""})
		case cos.Array:
			if len(o) == 2 {
				value, _ := f.file.Resolve(o[0]).(cos.String)
				text, _ := f.file.Resolve(o[1]).(cos.String)
				all = append(all, option{value.Spoken(), text.Spoken(), ""})
			}
		}
	}
	return all
}

// states are the appearances that a button has, but for Off.
func (f *pdfForm) states(d cos.Dict) []cos.Name {
	looks, _ := f.file.Resolve(d["AP"]).(cos.Dict)
	known := map[cos.Name]bool{}
	for _, key := range []cos.Name{"N", "D"} {
		states, _ := f.file.Resolve(looks[key]).(cos.Dict)
		for s := range states {
			known[s] = true
		}
	}
	delete(known, "Off")
	list := slices.Sorted(maps.Keys(known))
	return list[:min(len(list), maxOptions)]
}

// finish finds the options of buttons: the names of their appearances, which may be numbers of texts.
func (f *pdfForm) finish(field *pdfField) {
	if field.kind != boxField && field.kind != radioField {
		return
	}
	texts := field.options
	field.options = nil
	known := map[option]bool{}
	for _, w := range field.widgets {
		for _, s := range w.states {
			o := option{string(s), string(s), ""}
			if i, err := strconv.Atoi(string(s)); err == nil && i >= 0 && i < len(texts) {
				o.text = texts[i].text
			}
			if !known[o] && len(known) < maxOptions {
				known[o] = true
				field.options = append(field.options, o)
			}
		}
	}
	if field.kind == boxField && len(field.options) > 1 {
		field.kind = radioField
	}
}

// names lists the first fields, for an error.
func (f *pdfForm) names() string {
	var list []string
	for _, field := range f.fields {
		list = append(list, field.name)
	}
	return strings.TrimSpace(quoted(list))
}
