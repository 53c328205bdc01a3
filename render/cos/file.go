package cos

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Limits on files that others wrote.
const (
	maxRevisions = 64
	maxInflated  = 128 << 20 // bytes of all the streams that are looked into
	maxEffort    = 128 << 20 // of parsing, in bytes; a value counts as sixteen
)

// File reads a PDF by its cross-reference tables and streams, the newest first.
type File struct {
	Data     []byte
	places   map[int]place // of objects, by number
	Trailers []Dict        // newest first
	Tables   []int
	packed   map[int]*packed // object streams that were read
	broken   error           // the first object that could not be read
	depth    int
	effort   *Effort
}

// Effort is what was done so far for all revisions of a file.
type Effort struct{ inflated, parsed int }

// spend counts what p read from the offset from on.
func (e *Effort) spend(p *Parser, from int) { e.parsed += p.At - from + 16*p.n }

// packed is an object stream: its objects are parsed when they are asked for.
type packed struct {
	data    []byte
	numbers []int
	offsets []int
}

// place is where an object lies: at an offset, or in an object stream.
type place struct {
	at    int
	in    int // number of the object stream, 0: none
	index int
	free  bool
}

// Open reads the tables from the one at xref on, back to the oldest.
func Open(file []byte, xref int, e *Effort) (*File, error) {
	f := &File{Data: file, places: map[int]place{}, packed: map[int]*packed{}, effort: e}
	queue := []int{xref}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if slices.Contains(f.Tables, at) {
			return nil, errors.New("its cross-reference tables lead in a circle")
		}
		if f.Tables = append(f.Tables, at); len(f.Tables) > 2*maxRevisions {
			return nil, fmt.Errorf("it has more than %d revisions", maxRevisions)
		}
		if at < 0 || at >= len(file) {
			return nil, fmt.Errorf("a cross-reference table is said to lie at byte %d, outside of the file", at)
		}
		t, err := f.table(at)
		if e.parsed > maxEffort {
			return nil, errEffort
		}
		if err != nil {
			return nil, err
		}
		f.Trailers = append(f.Trailers, Dict{"Root": t["Root"], "Encrypt": t["Encrypt"], "ID": t["ID"], "Info": t["Info"]})
		for _, key := range []Name{"XRefStm", "Prev"} {
			switch n := t[key].(type) {
			case int64:
				queue = append(queue, int(n))
			case nil:
			default:
				return nil, fmt.Errorf("the trailer's %s is no number", key)
			}
		}
	}
	return f, nil
}

// Inflate returns a stream's data: deflated, with PNG predictors, or as it is.
func (f *File) Inflate(s Stream) ([]byte, error) {
	length, ok := f.Resolve(s.Dict["Length"]).(int64)
	if !ok || length < 0 || int(length) > len(f.Data)-s.At {
		return nil, fmt.Errorf("the stream at byte %d has no length", s.At)
	}
	raw := f.Data[s.At : s.At+int(length)]
	filter, parameters := s.Dict["Filter"], s.Dict["DecodeParms"]
	if a, ok := filter.(Array); ok && len(a) == 1 {
		filter = a[0]
		if p, ok := parameters.(Array); ok && len(p) == 1 {
			parameters = p[0]
		}
	}
	if filter == nil {
		return raw, nil
	}
	if filter != Name("FlateDecode") {
		return nil, fmt.Errorf("the stream at byte %d is packed in a way that is not understood", s.At)
	}
	z, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("the stream at byte %d: %w", s.At, err)
	}
	data, err := io.ReadAll(io.LimitReader(z, int64(maxInflated-f.effort.inflated)+1))
	if f.effort.inflated += len(data); f.effort.inflated > maxInflated {
		return nil, fmt.Errorf("its streams hold more than %d bytes", maxInflated)
	}
	if err != nil {
		return nil, fmt.Errorf("the stream at byte %d: %w", s.At, err)
	}
	d, _ := f.Resolve(parameters).(Dict)
	predictor, _ := d["Predictor"].(int64)
	columns, _ := d["Columns"].(int64)
	if predictor < 2 {
		return data, nil
	}
	if predictor < 10 || columns < 1 || columns > 1<<16 {
		return nil, fmt.Errorf("the stream at byte %d has a predictor that is not understood", s.At)
	}
	return unpredict(data, int(columns))
}

// unpredict undoes the PNG filters of rows of single bytes.
func unpredict(data []byte, columns int) ([]byte, error) {
	var out []byte
	above := make([]byte, columns)
	for len(data) > columns {
		kind, row := data[0], slices.Clone(data[1:columns+1])
		for i := range row {
			var left, corner byte
			if i > 0 {
				left, corner = row[i-1], above[i-1]
			}
			switch kind {
			case 0:
			case 1:
				row[i] += left
			case 2:
				row[i] += above[i]
			case 3:
				row[i] += byte((int(left) + int(above[i])) / 2)
			case 4:
				row[i] += paeth(int(left), int(above[i]), int(corner))
			default:
				return nil, errors.New("a stream has a predictor that is not understood")
			}
		}
		out, above, data = append(out, row...), row, data[columns+1:]
	}
	return out, nil
}

// paeth is whichever of its three neighbours a byte is nearest to, as PNG guesses it.
func paeth(left, above, corner int) byte {
	away := func(n int) int {
		n = left + above - corner - n
		return max(n, -n)
	}
	switch {
	case away(left) <= away(above) && away(left) <= away(corner):
		return byte(left)
	case away(above) <= away(corner):
		return byte(above)
	}
	return byte(corner)
}

// Resolve follows references; what cannot be read is null, as the format has it.
func (f *File) Resolve(v Value) Value {
	for range 16 {
		r, ok := v.(Reference)
		if !ok {
			return v
		}
		v = f.object(r.Number)
	}
	return nil
}

// object reads an indirect object. One that is not there is null; one that cannot be read is too, and Broken tells of it.
func (f *File) object(n int) Value {
	v, err := f.read(n)
	if err != nil && f.broken == nil {
		f.broken = fmt.Errorf("object %d: %w", n, err)
	}
	return v
}

// Broken says which object could not be read, as the first of those that were asked for.
func (f *File) Broken() error { return f.broken }

// Has reports whether there is an object of that number.
func (f *File) Has(n int) bool {
	p, ok := f.places[n]
	return ok && !p.free
}

// Size is one more than the highest number of an object.
func (f *File) Size() int {
	size := 1
	for n := range f.places {
		size = max(size, n+1)
	}
	return size
}

var errEffort = errors.New("it takes too much effort to read")

func (f *File) read(n int) (Value, error) {
	p, ok := f.places[n]
	switch {
	case !ok || p.free:
		return nil, nil
	case f.effort.parsed > maxEffort:
		return nil, errEffort
	case f.depth > 8:
		return nil, errors.New("objects need each other to be read")
	}
	f.depth++
	defer func() { f.depth-- }()
	if p.in > 0 {
		return f.packedObject(p, n)
	}
	if p.at <= 0 || p.at >= len(f.Data) {
		return nil, fmt.Errorf("is said to lie at byte %d, outside of the file", p.at)
	}
	parser := &Parser{File: f.Data, At: p.at}
	ref, v, err := parser.Indirect()
	f.effort.spend(parser, p.at)
	if err == nil && ref.Number != n {
		err = fmt.Errorf("at byte %d lies object %d in its place", p.at, ref.Number)
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// Text returns an object that is no stream as it is written, and its reference.
func (f *File) Text(n int) ([]byte, Reference, error) {
	p, ok := f.places[n]
	if !ok || p.free {
		return nil, Reference{}, fmt.Errorf("there is no object %d", n)
	}
	parser, ref := &Parser{File: f.Data, At: p.at}, Reference{Number: n}
	if p.in > 0 {
		s := f.objectStream(p.in)
		if s == nil || p.index < 0 || p.index >= len(s.numbers) || s.numbers[p.index] != n {
			return nil, ref, fmt.Errorf("object %d is not in its object stream", n)
		}
		parser = &Parser{File: s.data, At: s.offsets[p.index]}
	} else {
		if p.at <= 0 || p.at >= len(f.Data) {
			return nil, ref, fmt.Errorf("object %d lies outside of the file", n)
		}
		_, err := parser.Integer()
		if err == nil {
			ref.Generation, err = parser.Integer()
		}
		if err != nil || !parser.Keyword("obj") {
			return nil, ref, fmt.Errorf("object %d does not lie at byte %d", n, p.at)
		}
	}
	parser.Space()
	from := parser.At
	if _, err := parser.Value(); err != nil {
		return nil, ref, err
	}
	return parser.File[from:parser.At], ref, nil
}

// packedObject reads an object out of an object stream. Strings in it have no place in the file.
func (f *File) packedObject(p place, n int) (Value, error) {
	s := f.objectStream(p.in)
	if s == nil || p.index < 0 || p.index >= len(s.numbers) || s.numbers[p.index] != n {
		return nil, fmt.Errorf("is not in the object stream %d", p.in)
	}
	parser := &Parser{File: s.data, At: s.offsets[p.index]}
	v, err := parser.Value()
	f.effort.spend(parser, s.offsets[p.index])
	d, ok := v.(Dict)
	if err != nil || !ok {
		return v, err
	}
	for key, item := range d {
		if s, ok := item.(String); ok {
			s.From, s.To = 0, 0
			d[key] = s
		}
	}
	return d, nil
}

// objectStream reads where the objects of an object stream are, nil if that cannot be read.
func (f *File) objectStream(n int) *packed {
	if s, read := f.packed[n]; read {
		return s
	}
	f.packed[n] = nil
	s, ok := f.object(n).(Stream)
	if !ok {
		return nil
	}
	data, err := f.Inflate(s)
	count, _ := s.Dict["N"].(int64)
	first, _ := s.Dict["First"].(int64)
	if err != nil || count < 0 || count > int64(len(data)) || first < 0 || first > int64(len(data)) {
		return nil
	}
	p := &Parser{File: data}
	list := &packed{data: data}
	for range count {
		number, err := p.Integer()
		if err != nil {
			return nil
		}
		at, err := p.Integer()
		if err != nil || int(first)+at > len(data) {
			return nil
		}
		list.numbers, list.offsets = append(list.numbers, number), append(list.offsets, int(first)+at)
	}
	f.packed[n] = list
	return list
}
