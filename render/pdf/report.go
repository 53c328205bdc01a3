package pdf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"

	"auditpack/render"
	"auditpack/render/cos"
)

// report is the first revision of a file that Write wrote.
type report struct {
	first   []byte
	objects []drawnObject // by number, from 1 on
	xref    int
	root    int
	info    int
	id      string         // hexadecimal
	fields  map[string]int // widgets by the name of their field
}

// errNotOurs is a file whose head is not that of a report.
var errNotOurs = errors.New("not a report that auditpack wrote")

// FirstRevision returns the length of a report's first revision: what Write wrote, before any signature.
func FirstRevision(file []byte) (int64, error) {
	rest, ok := bytes.CutPrefix(file, []byte(head17+ours))
	if !ok {
		if rest, ok = bytes.CutPrefix(file, []byte(head14+ours)); !ok {
			return 0, errNotOurs
		}
	}
	if len(rest) < lengthDigits || !bytes.HasPrefix(rest[lengthDigits:], []byte(oursEnd)) {
		return 0, errNotOurs
	}
	n, err := strconv.ParseUint(string(rest[:lengthDigits]), 10, 48)
	if err != nil {
		return 0, errors.New("report: the length in its head is no number")
	}
	if n > uint64(len(file)) {
		return 0, fmt.Errorf("report: cut short: %d bytes, and its first revision has %d", len(file), n)
	}
	return int64(n), nil
}

// readReport reads the first revision of file and checks that it is in the one form that Write writes: objects without
// gaps, a table that names each of them, and an ID that is the digest of all of them.
func readReport(file []byte) (*report, error) {
	n, err := FirstRevision(file)
	if err != nil {
		return nil, err
	}
	first := file[:n]
	d, err := readDrawn(first)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	r := &report{first: first, xref: d.xref, objects: make([]drawnObject, d.size()), fields: map[string]int{}}
	for i, o := range d.objects {
		r.objects[o.number] = o
		if i == 0 && o.from != bytes.IndexByte(first, '\n')+1+len("%....\n")+len(ours)+lengthDigits+len(oursEnd) {
			return nil, errors.New("report: something stands between its head and its first object")
		}
		if !bytes.HasSuffix(first[o.from:o.to], []byte("endobj\n")) {
			return nil, fmt.Errorf("report: object %d does not end where the next one begins", o.number)
		}
	}
	r.id = fmt.Sprintf("%x", sha256.Sum256(first[:d.xref]))
	at := bytes.LastIndex(first, []byte("trailer\n"))
	if _, err := fmt.Sscanf(string(first[max(at, 0):]), "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R", new(int), &r.root, &r.info); err != nil {
		return nil, errors.New("report: its trailer is not as auditpack writes it")
	}
	if !bytes.Equal(r.tail(), first[d.xref:]) {
		return nil, errors.New("report: damaged: the digest in its trailer is not that of its objects, or its table is not theirs")
	}
	return r, r.findFields()
}

// tail writes the table and trailer of the first revision anew.
func (r *report) tail() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(r.objects))
	for _, o := range r.objects[1:] {
		fmt.Fprintf(&b, "%010d 00000 n \n", o.from)
	}
	b.WriteString(trailer(len(r.objects), r.root, r.info, r.id, r.id, r.xref, 0))
	return b.Bytes()
}

// trailer ends a revision; previous is where the table of the one before begins, 0 for none.
func trailer(size, root, info int, id, changed string, xref, previous int) string {
	prev := ""
	if previous > 0 {
		prev = fmt.Sprintf("/Prev %d", previous)
	}
	return fmt.Sprintf("trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]%s>>\nstartxref\n%d\n%%%%EOF\n", size, root, info, id, changed, prev, xref)
}

// body is object n without its first and last line; nil if there is no such object.
func (r *report) body(n int) []byte {
	if n <= 0 || n >= len(r.objects) {
		return nil
	}
	text := r.first[r.objects[n].from:r.objects[n].to]
	return text[bytes.IndexByte(text, '\n')+1 : len(text)-len("endobj\n")]
}

// findFields looks the signature fields up in the catalog.
func (r *report) findFields() error {
	v, err := (&cos.Parser{File: r.body(r.root)}).Value()
	if err != nil {
		return fmt.Errorf("report: catalog: %w", err)
	}
	catalog, _ := v.(cos.Dict)
	form, _ := catalog["AcroForm"].(cos.Dict)
	fields, _ := form["Fields"].(cos.Array)
	for _, f := range fields {
		ref, _ := f.(cos.Reference)
		v, err := (&cos.Parser{File: r.body(ref.Number)}).Value()
		if err != nil {
			return fmt.Errorf("report: field: %w", err)
		}
		widget, _ := v.(cos.Dict)
		title, _ := widget["T"].(cos.String)
		r.fields[string(title.Data)] = ref.Number
	}
	return nil
}

// roles are the fields in the order in which they are signed.
var roles = []string{render.Operator, render.Reviewer}
