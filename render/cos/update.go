package cos

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
)

// Entry is an entry of a dictionary to be set to what is written as With, or to be taken out where With is empty.
type Entry struct {
	Key  Name
	With string
}

// Set returns the text of a dictionary in which entries are set; every other byte of it stays.
func Set(text []byte, entries ...Entry) ([]byte, error) {
	at, end, err := entriesOf(text)
	if err != nil {
		return nil, err
	}
	type splice struct {
		span
		with string
	}
	var splices []splice
	for _, e := range entries {
		old, there := at[e.Key]
		switch {
		case there && e.With != "":
			splices = append(splices, splice{span{old.value, old.value, old.to}, " " + e.With})
		case there:
			splices = append(splices, splice{span{old.key, old.key, old.to}, ""})
		case e.With != "":
			splices = append(splices, splice{span{end, end, end}, NameString(e.Key) + " " + e.With})
		}
	}
	slices.SortStableFunc(splices, func(a, b splice) int { return a.key - b.key })
	var b bytes.Buffer
	from := 0
	for _, s := range splices {
		b.Write(text[from:s.key])
		b.WriteString(s.with)
		from = s.to
	}
	b.Write(text[from:])
	return b.Bytes(), nil
}

// Get returns the text of an entry of a dictionary, nil if there is none.
func Get(text []byte, key Name) ([]byte, error) {
	at, _, err := entriesOf(text)
	if err != nil {
		return nil, err
	}
	s, there := at[key]
	if !there {
		return nil, nil
	}
	return bytes.TrimSpace(text[s.value:s.to]), nil
}

// span is where an entry stands: from its key on, from behind its key on, up to behind its value.
type span struct{ key, value, to int }

// entriesOf finds the entries of a dictionary, and where it ends: before its brackets.
func entriesOf(text []byte) (map[Name]span, int, error) {
	p := &Parser{File: text, depth: 1}
	p.Space()
	if !bytes.HasPrefix(text[p.At:], []byte("<<")) {
		return nil, 0, errors.New("is no dictionary")
	}
	p.At += 2
	at := map[Name]span{}
	for {
		p.Space()
		if p.At+1 >= len(text) {
			return nil, 0, errEnd
		}
		if text[p.At] == '>' && text[p.At+1] == '>' {
			return at, p.At, nil
		}
		if text[p.At] != '/' {
			return nil, 0, fmt.Errorf("no key at byte %d", p.At)
		}
		s := span{key: p.At}
		key, err := p.name()
		if err != nil {
			return nil, 0, err
		}
		s.value = p.At
		if _, err := p.Value(); err != nil {
			return nil, 0, err
		}
		s.to = p.At
		at[key.(Name)] = s
	}
}

// Update is a revision that is to be written behind a file: objects in the place of others, and new ones.
type Update struct {
	file    *File
	next    int
	objects map[int]object
}

type object struct {
	generation int
	text       []byte
}

// Update begins a revision.
func (f *File) Update() *Update {
	return &Update{file: f, next: f.Size(), objects: map[int]object{}}
}

// Put has text stand in the place of an object.
func (u *Update) Put(ref Reference, text []byte) {
	u.objects[ref.Number] = object{ref.Generation, text}
}

// Text is an object as it is to be: changed already, or as it is in the file.
func (u *Update) Text(n int) ([]byte, Reference, error) {
	if o, changed := u.objects[n]; changed {
		return o.text, Reference{n, o.generation}, nil
	}
	return u.file.Text(n)
}

// Add adds an object and returns what refers to it.
func (u *Update) Add(text []byte) string {
	n := u.next
	u.next++
	u.objects[n] = object{0, text}
	return fmt.Sprintf("%d 0 R", n)
}

// AddStream adds a stream; dictionary is what stands in its dictionary besides the length.
func (u *Update) AddStream(dictionary string, data []byte) string {
	return u.Add(fmt.Appendf(nil, "<<%s/Length %d>>\nstream\n%s\nendstream", dictionary, len(data), data))
}

// Bytes is the file with the revision behind it. The file's own bytes stay as they are, and the same changes give the same
// bytes: the only thing that is new is the second part of the ID, which is a digest of both.
func (u *Update) Bytes() ([]byte, error) {
	if len(u.objects) == 0 {
		return u.file.Data, nil
	}
	root, ok := u.file.Trailers[0]["Root"].(Reference)
	if !ok {
		return nil, errors.New("its trailer names no catalog")
	}
	out := slices.Clip(u.file.Data)
	if len(out) > 0 && out[len(out)-1] != '\n' {
		out = append(out, '\n')
	}
	numbers := make([]int, 0, len(u.objects))
	for n := range u.objects {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	at := map[int]int{}
	for _, n := range numbers {
		at[n] = len(out)
		out = fmt.Appendf(out, "%d %d obj\n%s\nendobj\n", n, u.objects[n].generation, u.objects[n].text)
	}
	if len(out) > 1<<31-1 {
		return nil, errors.New("it would be too large")
	}
	xref := len(out)
	trailer := fmt.Sprintf("/Root %d %d R/Prev %d", root.Number, root.Generation, u.file.Tables[0])
	if info, ok := u.file.Trailers[0]["Info"].(Reference); ok {
		trailer += fmt.Sprintf("/Info %d %d R", info.Number, info.Generation)
	}
	if id, ok := u.file.Resolve(u.file.Trailers[0]["ID"]).(Array); ok && len(id) == 2 {
		if first, ok := u.file.Resolve(id[0]).(String); ok {
			sum := sha256.Sum256(out)
			trailer += fmt.Sprintf("/ID[<%x><%x>]", first.Data, sum[:16])
		}
	}
	if u.file.streamed() {
		out = u.tableStream(out, numbers, at, trailer)
	} else {
		out = u.table(out, numbers, at, trailer)
	}
	return fmt.Appendf(out, "startxref\n%d\n%%%%EOF\n", xref), nil
}

// streamed reports whether the newest cross-reference table is a stream: an update has to have one of the same kind.
func (f *File) streamed() bool {
	return !(&Parser{File: f.Data, At: f.Tables[0]}).Keyword("xref")
}

func (u *Update) table(out []byte, numbers []int, at map[int]int, trailer string) []byte {
	out = append(out, "xref\n"...)
	for run := range runs(numbers) {
		out = fmt.Appendf(out, "%d %d\n", run[0], len(run))
		for _, n := range run {
			out = fmt.Appendf(out, "%010d %05d n \n", at[n], u.objects[n].generation)
		}
	}
	return fmt.Appendf(out, "trailer\n<</Size %d%s>>\n", u.next, trailer)
}

func (u *Update) tableStream(out []byte, numbers []int, at map[int]int, trailer string) []byte {
	own := u.next // the stream is an object itself
	at[own] = len(out)
	var index, rows []byte
	for run := range runs(append(numbers, own)) {
		index = fmt.Appendf(index, " %d %d", run[0], len(run))
		for _, n := range run {
			a, g := at[n], u.objects[n].generation
			rows = append(rows, 1, byte(a>>24), byte(a>>16), byte(a>>8), byte(a), byte(g>>8), byte(g))
		}
	}
	return fmt.Appendf(out, "%d 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Index[%s]%s/Length %d>>\nstream\n%s\nendstream\nendobj\n",
		own, own+1, bytes.TrimSpace(index), trailer, len(rows), rows)
}

// runs yields the runs of numbers that follow each other.
func runs(numbers []int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		for len(numbers) > 0 {
			n := 1
			for n < len(numbers) && numbers[n] == numbers[n-1]+1 {
				n++
			}
			if !yield(numbers[:n]) {
				return
			}
			numbers = numbers[n:]
		}
	}
}
