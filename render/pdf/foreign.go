package pdf

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
	maxFields    = 4096
	maxInflated  = 128 << 20 // bytes of all the streams that are looked into
	maxEffort    = 128 << 20 // of parsing, in bytes; a value counts as sixteen
)

// foreign reads a PDF by its cross-reference tables and streams, the newest first.
type foreign struct {
	file     []byte
	places   map[int]place // of objects, by number
	trailers []dict        // newest first
	xrefs    []int
	packed   map[int]*packed // object streams that were read
	depth    int
	effort   *effort
}

// effort is what was done so far for all revisions of a file.
type effort struct{ inflated, parsed int }

// spend counts what p read from the offset from on.
func (e *effort) spend(p *parser, from int) { e.parsed += p.at - from + 16*p.n }

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

// openForeign reads the tables from the one at xref on, back to the oldest.
func openForeign(file []byte, xref int, e *effort) (*foreign, error) {
	f := &foreign{file: file, places: map[int]place{}, packed: map[int]*packed{}, effort: e}
	queue := []int{xref}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if slices.Contains(f.xrefs, at) {
			return nil, errors.New("its cross-reference tables lead in a circle")
		}
		if f.xrefs = append(f.xrefs, at); len(f.xrefs) > 2*maxRevisions {
			return nil, fmt.Errorf("it has more than %d revisions", maxRevisions)
		}
		if at < 0 || at >= len(file) {
			return nil, fmt.Errorf("a cross-reference table is said to lie at byte %d, outside of the file", at)
		}
		t, err := f.table(at)
		if e.parsed > maxEffort {
			return nil, errors.New("it takes too much effort to read")
		}
		if err != nil {
			return nil, err
		}
		f.trailers = append(f.trailers, dict{"Root": t["Root"], "Encrypt": t["Encrypt"], "ID": t["ID"], "Info": t["Info"]})
		for _, key := range []name{"XRefStm", "Prev"} {
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

// table reads one table, or one cross-reference stream, and returns its trailer.
func (f *foreign) table(at int) (dict, error) {
	p := &parser{file: f.file, at: at}
	if !p.keyword("xref") {
		return f.xrefStream(at)
	}
	defer func() { f.effort.spend(p, at) }()
	for !p.keyword("trailer") {
		first, err := p.integer()
		if err != nil {
			return nil, err
		}
		n, err := p.integer()
		if err != nil {
			return nil, err
		}
		if first+n > maxObjects || n > len(f.file)/10 {
			return nil, fmt.Errorf("the cross-reference table at byte %d is longer than the file can hold", at)
		}
		for i := range n {
			offset, err := p.integer()
			if err != nil {
				return nil, err
			}
			if _, err := p.integer(); err != nil {
				return nil, err
			}
			used := p.keyword("n")
			if !used && !p.keyword("f") {
				return nil, fmt.Errorf("an entry of the cross-reference table at byte %d is neither used nor free", at)
			}
			f.put(first+i, place{at: offset, free: !used})
		}
	}
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	t, ok := v.(dict)
	if !ok {
		return nil, fmt.Errorf("the cross-reference table at byte %d has no trailer", at)
	}
	return t, nil
}

// put keeps the newest place of an object.
func (f *foreign) put(n int, p place) {
	if _, newer := f.places[n]; !newer {
		f.places[n] = p
	}
}

func (f *foreign) xrefStream(at int) (dict, error) {
	p := &parser{file: f.file, at: at}
	_, v, err := p.indirect()
	f.effort.spend(p, at)
	if err != nil {
		return nil, fmt.Errorf("there is no cross-reference table at byte %d", at)
	}
	s, ok := v.(stream)
	if !ok || s.dict["Type"] != name("XRef") {
		return nil, fmt.Errorf("there is no cross-reference table at byte %d", at)
	}
	data, err := f.inflate(s)
	if err != nil {
		return nil, err
	}
	var widths [3]int
	w, _ := s.dict["W"].(array)
	if len(w) != 3 {
		return nil, fmt.Errorf("the cross-reference stream at byte %d has no widths", at)
	}
	for i := range w {
		n, _ := w[i].(int64)
		if n < 0 || n > 8 {
			return nil, fmt.Errorf("the cross-reference stream at byte %d has a width of %d", at, n)
		}
		widths[i] = int(n)
	}
	size, _ := s.dict["Size"].(int64)
	index, _ := s.dict["Index"].(array)
	if index == nil {
		index = array{int64(0), size}
	}
	row := widths[0] + widths[1] + widths[2]
	for ; len(index) >= 2; index = index[2:] {
		first, _ := index[0].(int64)
		n, _ := index[1].(int64)
		if first < 0 || n < 0 || first > maxObjects || n > maxObjects || row == 0 || int(n) > len(data)/row {
			return nil, fmt.Errorf("the cross-reference stream at byte %d is longer than its data", at)
		}
		for i := range int(n) {
			f.xrefEntry(int(first)+i, data[i*row:(i+1)*row], widths)
		}
		data = data[int(n)*row:]
	}
	return s.dict, nil
}

func (f *foreign) xrefEntry(n int, row []byte, widths [3]int) {
	var v [3]int
	for i, w := range widths {
		for _, c := range row[:w] {
			v[i] = v[i]<<8 | int(c)
		}
		row = row[w:]
	}
	if widths[0] == 0 {
		v[0] = 1
	}
	switch v[0] {
	case 0:
		f.put(n, place{free: true})
	case 1:
		f.put(n, place{at: v[1]})
	case 2:
		f.put(n, place{in: v[1], index: v[2]})
	}
}

// inflate returns a stream's data: deflated, with PNG predictors, or as it is.
func (f *foreign) inflate(s stream) ([]byte, error) {
	length, ok := f.resolve(s.dict["Length"]).(int64)
	if !ok || length < 0 || int(length) > len(f.file)-s.at {
		return nil, fmt.Errorf("the stream at byte %d has no length", s.at)
	}
	raw := f.file[s.at : s.at+int(length)]
	filter, parameters := s.dict["Filter"], s.dict["DecodeParms"]
	if a, ok := filter.(array); ok && len(a) == 1 {
		filter = a[0]
		if p, ok := parameters.(array); ok && len(p) == 1 {
			parameters = p[0]
		}
	}
	if filter == nil {
		return raw, nil
	}
	if filter != name("FlateDecode") {
		return nil, fmt.Errorf("the stream at byte %d is packed in a way that is not understood", s.at)
	}
	z, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("the stream at byte %d: %w", s.at, err)
	}
	data, err := io.ReadAll(io.LimitReader(z, int64(maxInflated-f.effort.inflated)+1))
	if f.effort.inflated += len(data); f.effort.inflated > maxInflated {
		return nil, fmt.Errorf("its streams hold more than %d bytes", maxInflated)
	}
	if err != nil {
		return nil, fmt.Errorf("the stream at byte %d: %w", s.at, err)
	}
	d, _ := f.resolve(parameters).(dict)
	predictor, _ := d["Predictor"].(int64)
	columns, _ := d["Columns"].(int64)
	if predictor < 2 {
		return data, nil
	}
	if predictor < 10 || columns < 1 || columns > 1<<16 {
		return nil, fmt.Errorf("the stream at byte %d has a predictor that is not understood", s.at)
	}
	return unpredict(data, int(columns))
}

// unpredict undoes the PNG filters none, sub and up of rows of single bytes.
func unpredict(data []byte, columns int) ([]byte, error) {
	var out []byte
	above := make([]byte, columns)
	for len(data) > columns {
		kind, row := data[0], slices.Clone(data[1:columns+1])
		for i := range row {
			switch {
			case kind == 1 && i > 0:
				row[i] += row[i-1]
			case kind == 2:
				row[i] += above[i]
			case kind > 2:
				return nil, errors.New("a stream has a predictor that is not understood")
			}
		}
		out, above, data = append(out, row...), row, data[columns+1:]
	}
	return out, nil
}

// resolve follows references; what cannot be read is null, as the format has it.
func (f *foreign) resolve(v value) value {
	for range 16 {
		r, ok := v.(reference)
		if !ok {
			return v
		}
		v = f.object(r.number)
	}
	return nil
}

func (f *foreign) object(n int) value {
	p, ok := f.places[n]
	if !ok || p.free || f.depth > 8 || f.effort.parsed > maxEffort {
		return nil
	}
	f.depth++
	defer func() { f.depth-- }()
	if p.in > 0 {
		return f.packedObject(p, n)
	}
	if p.at <= 0 || p.at >= len(f.file) {
		return nil
	}
	parser := &parser{file: f.file, at: p.at}
	ref, v, err := parser.indirect()
	f.effort.spend(parser, p.at)
	if err != nil || ref.number != n {
		return nil
	}
	return v
}

// packedObject reads an object out of an object stream. Strings in it have no place in the file.
func (f *foreign) packedObject(p place, n int) value {
	s := f.objectStream(p.in)
	if s == nil || p.index < 0 || p.index >= len(s.numbers) || s.numbers[p.index] != n {
		return nil
	}
	parser := &parser{file: s.data, at: s.offsets[p.index]}
	v, err := parser.value()
	f.effort.spend(parser, s.offsets[p.index])
	d, ok := v.(dict)
	if err != nil || !ok {
		return v
	}
	for key, item := range d {
		if s, ok := item.(pdfString); ok {
			s.from, s.to = 0, 0
			d[key] = s
		}
	}
	return d
}

// objectStream reads where the objects of an object stream are, nil if that cannot be read.
func (f *foreign) objectStream(n int) *packed {
	if s, read := f.packed[n]; read {
		return s
	}
	f.packed[n] = nil
	s, ok := f.object(n).(stream)
	if !ok {
		return nil
	}
	data, err := f.inflate(s)
	count, _ := s.dict["N"].(int64)
	first, _ := s.dict["First"].(int64)
	if err != nil || count < 0 || count > int64(len(data)) || first < 0 || first > int64(len(data)) {
		return nil
	}
	p := &parser{file: data}
	list := &packed{data: data}
	for range count {
		number, err := p.integer()
		if err != nil {
			return nil
		}
		at, err := p.integer()
		if err != nil || int(first)+at > len(data) {
			return nil
		}
		list.numbers, list.offsets = append(list.numbers, number), append(list.offsets, int(first)+at)
	}
	f.packed[n] = list
	return list
}
