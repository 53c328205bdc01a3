package pdf

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"auditpack/render/cos"
)

// drawn is a file as the drawing library made it: objects without gaps and a cross-reference table, each page an odd
// number from 3 on.
type drawn struct {
	file    []byte
	objects []drawnObject // in the order of the file; the last two are Info and the catalog
	xref    int
}

type drawnObject struct{ number, from, to int }

// readDrawn finds the objects. What it expects is how one release of one library writes, so it says what else it meets.
func readDrawn(file []byte) (*drawn, error) {
	tail := bytes.LastIndex(file, []byte("\nstartxref\n"))
	if tail < 0 {
		return nil, errors.New("the drawn file has no end")
	}
	number, _, _ := bytes.Cut(file[tail+len("\nstartxref\n"):], []byte("\n"))
	xref, err := strconv.Atoi(string(number))
	if err != nil || xref < 0 || xref > tail || !bytes.HasPrefix(file[xref:], []byte("xref\n0 ")) {
		return nil, errors.New("the drawn file has no cross-reference table")
	}
	d := &drawn{file: file, xref: xref}
	count, table, _ := bytes.Cut(file[xref+len("xref\n0 "):tail], []byte("\n"))
	n, err := strconv.Atoi(string(count))
	if err != nil || n < 6 || n > cos.MaxObjects || len(table) < 20*n {
		return nil, errors.New("the drawn file's cross-reference table is short")
	}
	for i := 1; i < n; i++ {
		at, err := strconv.Atoi(string(table[20*i : 20*i+10]))
		if err != nil || at < 0 || at >= xref || !bytes.HasPrefix(file[at:], fmt.Appendf(nil, "%d 0 obj\n", i)) {
			return nil, fmt.Errorf("the drawn file's object %d is not where it is said to be", i)
		}
		d.objects = append(d.objects, drawnObject{number: i, from: at})
	}
	slices.SortFunc(d.objects, func(a, b drawnObject) int { return cmp.Compare(a.from, b.from) })
	for i := range d.objects {
		if d.objects[i].to = xref; i+1 < len(d.objects) {
			d.objects[i].to = d.objects[i+1].from
		}
	}
	return d, nil
}

// body is an object without its first and last line.
func (d *drawn) body(o drawnObject) []byte {
	text := d.file[o.from:o.to]
	return text[bytes.IndexByte(text, '\n')+1 : len(text)-len("endobj\n")]
}

// size is one more than the highest object number.
func (d *drawn) size() int { return len(d.objects) + 1 }
