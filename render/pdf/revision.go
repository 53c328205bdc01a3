package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"auditpack/render"
	"auditpack/render/cos"
)

// revision is a signature as one incremental update writes it. Nothing in it is free but its texts and the signature's
// value: the same revision of the same file is the same bytes, which is how Verify finds whatever does not belong there.
type revision struct {
	field    string
	date     string // as pdfDate writes it; empty: none
	reason   string
	location string
	room     int // bytes kept for the signature's value
}

// update is a revision as bytes, its value zero. value and behind are the offsets in the whole file of the two
// brackets around the value: [0, value) and [behind, end) are what is signed.
type update struct {
	data                   []byte
	base, value, behind    int
	end, size, xref, added int
	id                     string
}

// rangeDigits is the width of a number in ByteRange.
const rangeDigits = 10

// revise writes v behind what ends at base: behind the first revision, or behind another's update.
func (r *report) revise(v revision, last *update) *update {
	u := &update{base: len(r.first), size: len(r.objects) + 1, added: len(r.objects)}
	previous, id := r.xref, r.id
	if last != nil {
		u.base, u.size, u.added, previous, id = last.end, last.size+1, last.size, last.xref, last.id
	}
	var b bytes.Buffer
	b.WriteString(v.dictionary(u.added))
	byteRange := b.Len() + len("/ByteRange[0 ")
	b.WriteString("/ByteRange[0" + strings.Repeat(" ", 3*(rangeDigits+1)) + "]/Contents")
	u.value = u.base + b.Len()
	b.WriteString("<" + strings.Repeat("00", v.room) + ">")
	u.behind = u.base + b.Len()
	b.WriteString(">>\nendobj\n")
	u.id = fmt.Sprintf("%x", sha256.Sum256([]byte(id+v.dictionary(u.added))))
	type entry struct{ number, at int }
	entries := []entry{{u.added, u.base}}
	again := func(n int, more string) {
		entries = append(entries, entry{n, u.base + b.Len()})
		fmt.Fprintf(&b, "%d 0 obj\n%sendobj\n", n, withMore(r.body(n), more))
	}
	again(r.fields[v.field], fmt.Sprintf("/V %d 0 R", u.added))
	if v.field == render.Operator {
		again(r.root, fmt.Sprintf("/Perms<</DocMDP %d 0 R>>", u.added))
	}
	slices.SortFunc(entries, func(a, b entry) int { return a.number - b.number })
	u.xref = u.base + b.Len()
	b.WriteString("xref\n")
	for _, e := range entries {
		fmt.Fprintf(&b, "%d 1\n%010d 00000 n \n", e.number, e.at)
	}
	b.WriteString(trailer(u.size, r.root, r.info, r.id, u.id, u.xref, previous))
	u.data = b.Bytes()
	u.end = u.base + len(u.data)
	copy(u.data[byteRange:], fmt.Sprintf("%-*d %-*d %-*d", rangeDigits, u.value, rangeDigits, u.behind, rangeDigits, u.end-u.behind))
	return u
}

// dictionary is the beginning of the signature's object, number n, up to ByteRange.
func (v revision) dictionary(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached", n)
	if v.date != "" {
		b.WriteString("/M" + v.date)
	}
	if v.reason != "" {
		b.WriteString("/Reason" + cos.TextString(v.reason))
	}
	if v.location != "" {
		b.WriteString("/Location" + cos.TextString(v.location))
	}
	if v.field == render.Operator {
		// Certified: later changes may fill in forms and sign, nothing else (ISO 32000-1, 12.8.2.2).
		b.WriteString("/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 2/V/1.2>>>>]")
	}
	return b.String()
}

// withMore returns an object's text with more put before the end of its dictionary.
func withMore(body []byte, more string) string {
	return strings.TrimSuffix(string(body), ">>\n") + more + ">>\n"
}

// readRevision reads the update behind last, or behind the first revision, if what is there is exactly what revise writes.
func (r *report) readRevision(file []byte, field string, last *update) (revision, *update, error) {
	base, number := len(r.first), len(r.objects)
	if last != nil {
		base, number = last.end, last.size
	}
	fail := func(format string, a ...any) (revision, *update, error) {
		return revision{}, nil, fmt.Errorf("the bytes from %d on are not the %s's signature as auditpack writes it: %s",
			base, strings.ToLower(field), fmt.Sprintf(format, a...))
	}
	if r.fields[field] == 0 {
		return fail("the report has no field %s", field)
	}
	_, v, err := (&cos.Parser{File: file, At: base}).Indirect()
	if err != nil {
		return fail("%v", err)
	}
	d, _ := v.(cos.Dict)
	contents, _ := d["Contents"].(cos.String)
	texts := map[cos.Name]string{}
	for _, key := range []cos.Name{"M", "Reason", "Location"} {
		s, _ := d[key].(cos.String)
		texts[key] = s.Spoken()
	}
	w := revision{field: field, reason: texts["Reason"], location: texts["Location"], room: (contents.To - contents.From - 2) / 2}
	if texts["M"] != "" {
		w.date = cos.TextString(texts["M"])
	}
	if w.room <= 0 || w.room > maxValue {
		return fail("no value of a signature")
	}
	if want := []byte(w.dictionary(number)); !bytes.HasPrefix(file[base:], want) {
		return fail("it differs at byte %d", base+differs(file[base:], want))
	}
	u := r.revise(w, last)
	if u.value != contents.From || u.behind != contents.To {
		return fail("its value at byte %d is not where it belongs", contents.From)
	}
	for _, part := range [][2]int{{base, u.value + 1}, {u.behind - 1, u.end}} {
		if at := differs(file[part[0]:], u.data[part[0]-base:part[1]-base]); at >= 0 {
			return fail("it differs at byte %d", part[0]+at)
		}
	}
	return w, u, nil
}

// differs returns where file first differs from want, -1 if it begins with it.
func differs(file, want []byte) int {
	for i := range want {
		if i >= len(file) || file[i] != want[i] {
			return i
		}
	}
	return -1
}
