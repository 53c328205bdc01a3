package form

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"auditpack/evidence"
	"auditpack/render/cos"
)

// fillPDF fills a form by writing one revision behind it, in which nothing but the fields of the map is changed.
func fillPDF(out *Filled, name string, data []byte, m Map, sets []evidence.AnsweredQuestionnaire) error {
	out.Form.Kind = evidence.PDFForm
	f, err := openPDF(name, data)
	if err != nil {
		return err
	}
	if len(m.Cells) > 0 {
		return fmt.Errorf("%s%s is a PDF, and the map names cells of a workbook", m.Cells[0].at, name)
	}
	p := &pdfFill{pdfForm: f, out: out, update: f.file.Update(), now: map[string]string{}}
	for _, e := range m.Fields {
		if err := p.field(e, m.Words, sets); err != nil {
			return fmt.Errorf("%s%s: %s: %w", e.at, name, strconv.Quote(e.Field), err)
		}
	}
	if len(p.now) > 0 {
		err = p.release()
	}
	if err == nil {
		out.Data, err = p.update.Bytes()
	}
	if err == nil {
		err = p.check(out.Data)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// pdfFill is a form that is being filled.
type pdfFill struct {
	*pdfForm
	out    *Filled
	update *cos.Update
	now    map[string]string // the values as they are written, by field
	font   map[string]string // of standard fonts that were added
	drawn  int               // bytes of drawn texts
}

// field gives one field what the map says.
func (p *pdfFill) field(e Field, words Words, sets []evidence.AnsweredQuestionnaire) error {
	f := p.byName[e.Field]
	switch {
	case f == nil:
		return fmt.Errorf("no field has this name: there are %s", p.names())
	case f.has(flagReadOnly):
		return errors.New("the form has it read-only")
	case f.kind == pushButton || f.kind == signField || f.kind == otherField:
		return fmt.Errorf("is a %s: nothing can be put there", f.kind)
	case f.has(flagPassword) && f.kind == textField, f.has(flagFile) && f.kind == textField:
		return errors.New("takes a password or a file: nothing can be put there")
	case e.When != "" && f.kind != boxField:
		return fmt.Errorf("is no check box but %s: leave out when", f.kind)
	}
	if f.kind == boxField {
		return p.box(f, e, sets)
	}
	text, why, err := value(sets, e.Entry, words)
	if err != nil {
		return err
	}
	if text == "" {
		p.out.leave(f.name, e.about(f), e.Entry, why)
		return nil
	}
	switch f.kind {
	case radioField:
		text, err = p.radio(f, text)
	case choiceField:
		text, err = p.choice(f, text)
	default:
		text, err = p.text(f, text)
	}
	if err != nil {
		return err
	}
	p.out.put(f.name, e.about(f), e.Entry, text, sets)
	p.remark(f)
	return nil
}

// about is what people call a field: by the map, else by the form.
func (e Field) about(f *pdfField) string {
	return cmp.Or(e.Label, strings.Join(strings.Fields(f.label), " "))
}

// remark notes what a person has to look at of a field that was filled.
func (p *pdfFill) remark(f *pdfField) {
	if len(f.scripts) > 0 {
		p.out.look(f.name, "the form has a script that %s, which is not run here: open the form and look", strings.Join(f.scripts, " and "))
	}
	if !slices.ContainsFunc(f.widgets, func(w widget) bool {
		flags, _ := w.dict["F"].(int64)
		return w.page > 0 && flags&flagHidden == 0
	}) {
		p.out.look(f.name, "the form does not show this field")
	}
}

// box ticks a check box or takes its tick away; an answer that does not decide leaves it as it was.
func (p *pdfFill) box(f *pdfField, e Field, sets []evidence.AnsweredQuestionnaire) error {
	if e.Put != PutAnswer {
		return fmt.Errorf("is a check box: put %q fits no box", e.Put)
	}
	_, q, err := answerTo(sets, e.Question)
	if err != nil {
		return err
	}
	when := map[string]evidence.AnswerStatus{"": evidence.Confirmed, "yes": evidence.Confirmed, "no": evidence.AnswerNo, "partial": evidence.Partial}[e.When]
	decided, why := decision(*q)
	if decided == "" {
		p.out.leave(f.name, e.about(f), e.Entry, why)
		return nil
	}
	state, says := cos.Name("Off"), "not ticked"
	if decided == when {
		state, says = "Yes", "ticked"
		if len(f.options) > 0 {
			state = cos.Name(f.options[0].value)
		}
	}
	for _, w := range f.widgets {
		if len(w.states) == 0 {
			if err := p.drawBox(f, w); err != nil {
				return err
			}
		}
	}
	if err := p.press(f, state); err != nil {
		return err
	}
	p.out.put(f.name, e.about(f), e.Entry, says, sets)
	p.remark(f)
	return nil
}

// radio marks one of several options and returns what is shown for it.
func (p *pdfFill) radio(f *pdfField, text string) (string, error) {
	o, err := choose(f.options, text, "the form has no option %q there: it has %s")
	if err != nil {
		return "", err
	}
	return o.text, p.press(f, cos.Name(o.value))
}

// choose finds an option by what is shown for it, or by its value.
func choose(options []option, text, fault string) (option, error) {
	same := func(a string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(text)) }
	i := slices.IndexFunc(options, func(o option) bool { return same(o.text) })
	if i < 0 {
		i = slices.IndexFunc(options, func(o option) bool { return same(o.value) })
	}
	if i < 0 {
		return option{}, fmt.Errorf(fault, short(text), offered(options))
	}
	return options[i], nil
}

// offered lists options: what is shown, and the value if it is another.
func offered(options []option) string {
	if len(options) == 0 {
		return "none"
	}
	var list []string
	for _, o := range options {
		list = append(list, o.text)
	}
	return quoted(list)
}

// press has a button's field hold a state, and each of its widgets show it.
func (p *pdfFill) press(f *pdfField, state cos.Name) error {
	written := cos.NameString(state)
	if err := p.hold(f, written, cos.Entry{Key: "V", With: written}); err != nil {
		return err
	}
	for _, w := range f.widgets {
		shown := cos.Name("Off")
		if slices.Contains(w.states, state) || len(w.states) == 0 {
			shown = state
		}
		if err := p.set(w.object, cos.Entry{Key: "AS", With: cos.NameString(shown)}); err != nil {
			return err
		}
	}
	return nil
}

// choice chooses of a list, or types into one that takes what it does not offer.
func (p *pdfFill) choice(f *pdfField, text string) (string, error) {
	o, err := choose(f.options, text, "the list does not offer %q: it has %s")
	if err != nil {
		if !f.has(flagCombo) || !f.has(flagEdit) {
			return "", err
		}
		o = option{oneLine(text), oneLine(text), ""}
	}
	entries := []cos.Entry{{Key: "V", With: cos.TextString(o.value)}, {Key: "I"}}
	if i := slices.Index(f.options, o); i >= 0 && !f.has(flagCombo) {
		entries[1].With = fmt.Sprintf("[%d]", i)
	}
	if err := p.hold(f, cos.TextString(o.value), entries...); err != nil {
		return "", err
	}
	return o.text, p.draw(f, o.text)
}

// text fills a text field and returns what it holds.
func (p *pdfFill) text(f *pdfField, text string) (string, error) {
	if !f.has(flagMultiline) {
		text = oneLine(text)
	}
	if n := len(utf16.Encode([]rune(text))); f.most > 0 && n > f.most {
		return "", fmt.Errorf("takes %d characters, the text has %d: give the question a limit", f.most, n)
	}
	if n := len(text); n > maxCellText {
		return "", fmt.Errorf("a text of %d bytes: more than %d are put into no field", n, maxCellText)
	}
	entries := []cos.Entry{{Key: "V", With: cos.TextString(text)}}
	if f.has(flagRich) {
		entries = append(entries, cos.Entry{Key: "RV"}) // a viewer would show the old one in place of the value
	}
	if err := p.hold(f, cos.TextString(text), entries...); err != nil {
		return "", err
	}
	return text, p.draw(f, text)
}

// oneLine is text without line breaks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// hold sets the value of a field, in each object that holds it.
func (p *pdfFill) hold(f *pdfField, written string, entries ...cos.Entry) error {
	p.now[f.name] = written
	for _, n := range f.objects {
		if err := p.set(n, entries...); err != nil {
			return err
		}
	}
	return nil
}

func (p *pdfFill) set(object int, entries ...cos.Entry) error {
	text, ref, err := p.update.Text(object)
	if err == nil {
		text, err = cos.Set(text, entries...)
	}
	if err != nil {
		return fmt.Errorf("object %d: %w", object, err)
	}
	p.update.Put(ref, text)
	return nil
}

// release takes out what would have a viewer show something else than the fields: the wish that viewers make up their
// looks, where all have one (not all viewers do, and none is bound to the same), the same form once more as XFA, and usage
// rights that one maker's viewer grants to the file as it was.
func (p *pdfFill) release() error {
	if p.file.Resolve(p.form["NeedAppearances"]) == true {
		if bare := p.bare(); bare != "" {
			p.out.look("", "the form leaves to each program how its fields look (%q has no looks at all): open it in the insurer's program and look", bare)
		} else if err := p.drop("AcroForm", "NeedAppearances"); err != nil {
			return err
		}
	}
	if p.file.Resolve(p.form["XFA"]) != nil {
		if err := p.drop("AcroForm", "XFA"); err != nil {
			return err
		}
		p.out.look("", "the form has its fields twice, also as XFA, which was taken out so that all programs show the same")
	}
	if perms, _ := p.file.Resolve(p.root["Perms"]).(cos.Dict); perms["UR3"] != nil || perms["UR"] != nil {
		if err := p.drop("Perms", "UR3", "UR"); err != nil {
			return err
		}
		p.out.look("", "the form had usage rights for Adobe Reader, which end with any change by another program and were taken out")
	}
	return nil
}

// bare names a field that is shown and has no looks, neither by the form nor by being filled.
func (p *pdfFill) bare() string {
	for _, f := range p.fields {
		if _, filled := p.now[f.name]; filled {
			continue
		}
		for _, w := range f.widgets {
			looks, _ := p.file.Resolve(w.dict["AP"]).(cos.Dict)
			if p.file.Resolve(looks["N"]) == nil {
				return f.name
			}
		}
	}
	return ""
}

// drop takes entries out of a dictionary of the catalog.
func (p *pdfFill) drop(of cos.Name, keys ...cos.Name) error {
	var entries []cos.Entry
	for _, k := range keys {
		entries = append(entries, cos.Entry{Key: k})
	}
	if ref, ok := p.root[of].(cos.Reference); ok {
		return p.set(ref.Number, entries...)
	}
	root, _ := p.file.Trailers[0]["Root"].(cos.Reference)
	text, _, err := p.update.Text(root.Number)
	if err != nil {
		return err
	}
	inner, err := cos.Get(text, of)
	if err == nil {
		inner, err = cos.Set(inner, entries...)
	}
	if err != nil {
		return err
	}
	return p.set(root.Number, cos.Entry{Key: of, With: string(inner)})
}

// check reads the form that was written: the fields of the map have their values, and no other has changed.
func (p *pdfFill) check(data []byte) error {
	again, err := readPDF(data)
	if err != nil {
		return err
	}
	if len(again.fields) != len(p.fields) {
		return fmt.Errorf("was not written as it should: %d fields, there were %d", len(again.fields), len(p.fields))
	}
	for _, was := range p.fields {
		is := again.byName[was.name]
		want := spell(p.file.Resolve(was.value))
		if written, filled := p.now[was.name]; filled {
			v, err := (&cos.Parser{File: []byte(written)}).Value()
			if err != nil {
				return err
			}
			want = spell(v)
		}
		if is == nil || spell(again.file.Resolve(is.value)) != want {
			return fmt.Errorf("the field %q was not written as it should", was.name)
		}
	}
	return nil
}

// spell writes a value so that two can be compared, whatever their writing.
func spell(v cos.Value) string {
	switch v := v.(type) {
	case cos.String:
		return "text " + strings.ToValidUTF8(v.Spoken(), "?")
	case cos.Name:
		return "name " + string(v)
	}
	return fmt.Sprintf("%T %v", v, v)
}
