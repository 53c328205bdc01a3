package cos

import (
	"bytes"
	"errors"
	"fmt"
)

// LastTable is where the newest cross-reference table begins.
func LastTable(data []byte) (int, error) {
	from := max(0, len(data)-2048)
	at := bytes.LastIndex(data[from:], []byte("startxref"))
	if at < 0 {
		return 0, errors.New("it has no end that leads to a cross-reference table")
	}
	p := &Parser{File: data, At: from + at + len("startxref")}
	n, err := p.Integer()
	if err != nil {
		return 0, errors.New("its end leads to no cross-reference table")
	}
	return n, nil
}

// table reads one table, or one cross-reference stream, and returns its trailer.
func (f *File) table(at int) (Dict, error) {
	p := &Parser{File: f.Data, At: at}
	if !p.Keyword("xref") {
		return f.xrefStream(at)
	}
	defer func() { f.effort.spend(p, at) }()
	for !p.Keyword("trailer") {
		first, err := p.Integer()
		if err != nil {
			return nil, err
		}
		n, err := p.Integer()
		if err != nil {
			return nil, err
		}
		if first+n > MaxObjects || n > len(f.Data)/10 {
			return nil, fmt.Errorf("the cross-reference table at byte %d is longer than the file can hold", at)
		}
		for i := range n {
			offset, err := p.Integer()
			if err != nil {
				return nil, err
			}
			if _, err := p.Integer(); err != nil {
				return nil, err
			}
			used := p.Keyword("n")
			if !used && !p.Keyword("f") {
				return nil, fmt.Errorf("an entry of the cross-reference table at byte %d is neither used nor free", at)
			}
			f.put(first+i, place{at: offset, free: !used})
		}
	}
	v, err := p.Value()
	if err != nil {
		return nil, err
	}
	t, ok := v.(Dict)
	if !ok {
		return nil, fmt.Errorf("the cross-reference table at byte %d has no trailer", at)
	}
	return t, nil
}

// put keeps the newest place of an object.
func (f *File) put(n int, p place) {
	if _, newer := f.places[n]; !newer {
		f.places[n] = p
	}
}

func (f *File) xrefStream(at int) (Dict, error) {
	p := &Parser{File: f.Data, At: at}
	_, v, err := p.Indirect()
	f.effort.spend(p, at)
	if err != nil {
		return nil, fmt.Errorf("there is no cross-reference table at byte %d", at)
	}
	s, ok := v.(Stream)
	if !ok || s.Dict["Type"] != Name("XRef") {
		return nil, fmt.Errorf("there is no cross-reference table at byte %d", at)
	}
	data, err := f.Inflate(s)
	if err != nil {
		return nil, err
	}
	var widths [3]int
	w, _ := s.Dict["W"].(Array)
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
	size, _ := s.Dict["Size"].(int64)
	index, _ := s.Dict["Index"].(Array)
	if index == nil {
		index = Array{int64(0), size}
	}
	row := widths[0] + widths[1] + widths[2]
	for ; len(index) >= 2; index = index[2:] {
		first, _ := index[0].(int64)
		n, _ := index[1].(int64)
		if first < 0 || n < 0 || first > MaxObjects || n > MaxObjects || row == 0 || int(n) > len(data)/row {
			return nil, fmt.Errorf("the cross-reference stream at byte %d is longer than its data", at)
		}
		for i := range int(n) {
			f.xrefEntry(int(first)+i, data[i*row:(i+1)*row], widths)
		}
		data = data[int(n)*row:]
	}
	return s.Dict, nil
}

func (f *File) xrefEntry(n int, row []byte, widths [3]int) {
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
