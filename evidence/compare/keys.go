package compare

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
)

// Open opens a text from its beginning. It is called once for every pass.
type Open func() (io.ReadCloser, error)

// Stretch is a run of whole keys in a registry export: from the bracket of a header to that of another, or to the end.
type Stretch struct {
	Offset, Length int64 // raw bytes
	Line, Lines    int   // the first line, from 1, and how many line ends the stretch holds
	header         int   // bytes of the first line
	name           sum   // of the header in upper case, where keys are looked for by name
}

// Stretches is what one of two exports holds that the other has not, byte for byte. Read whole it is an export itself.
type Stretches struct {
	open  Open
	whole bool // nothing was skipped
	head  []byte
	lines int // line ends in head
	list  []Stretch
	texts [][]byte // of list, where few enough to be kept
}

// Limits of what is held in memory for one export, whatever its size.
const (
	maxKey       = 8 << 20 // bytes of one key
	maxWaiting   = 16 << 10
	maxKept      = 4 << 20 // bytes of the keys that wait, and of those that differ
	maxStretches = 64 << 10
)

// errWhole ends the search for equal keys: the exports have to be decoded from end to end.
var errWhole = errors.New("the exports cannot be compared key by key")

// Keys finds what two registry exports do not have in common, without decoding either: in one pass where both have their
// keys in about the same order, in two where they have not. Keys with equal bytes are equal wherever they stand. What
// it returns for each side is never too little: at worst it is all of both.
//
// Where keys do not stand in rising order, as reg.exe and regedit write them, a key might stand in an export more than
// once: then all those of one name are taken, which costs a pass over the headers.
//
// Memory does not grow with the exports. Keys that differ from what stands opposite wait for their like; where too many
// wait, their digests go into a tally instead, and a second pass takes out the keys whose part of the tally is not
// even. The digests are keyed anew each time, so that nobody can write keys that even each other out.
func Keys(before, after Open) (from, to Stretches, err error) {
	m := matcher{waiting: [2]map[sum][]waiting{{}, {}}}
	from, to, err = m.match(before, after)
	if errors.Is(err, errWhole) {
		return Stretches{open: before, whole: true}, Stretches{open: after, whole: true}, nil
	}
	return from, to, err
}

// waiting is a key that has met no equal yet.
type waiting struct {
	at   Stretch
	text []byte
}

// matcher holds what the pass over both exports has found.
type matcher struct {
	seed    seed
	waiting [2]map[sum][]waiting // by side: before, after
	count   int
	kept    int   // bytes of texts
	forgot  bool  // too many bytes: texts are not kept
	tally   tally // set once too many keys wait
	folded  []byte
}

func (m *matcher) match(before, after Open) (from, to Stretches, err error) {
	m.seed = newSeed()
	a, err := newKeyScanner(before)
	if err != nil {
		return from, to, err
	}
	defer a.close()
	b, err := newKeyScanner(after)
	if err != nil {
		return from, to, err
	}
	defer b.close()
	if a.wide != b.wide || !bytes.Equal(a.head, b.head) { // in REGEDIT4 the same bytes of a key mean other texts
		return from, to, errWhole
	}
	from, to = Stretches{open: before, head: a.head, lines: a.line - 1}, Stretches{open: after, head: b.head, lines: b.line - 1}
	if err := m.pass(a, b); err != nil {
		return from, to, err
	}
	if m.tally == nil {
		from.take(m.waiting[0], m.forgot)
		to.take(m.waiting[1], m.forgot)
	} else if err := cmp.Or(m.second(&from), m.second(&to)); err != nil {
		return from, to, err
	}
	if a.rising && b.rising || len(from.list)+len(to.list) == 0 {
		return from, to, nil
	}
	return from, to, m.namesakes(&from, &to)
}

// namesakes takes the keys that have the name of one that differs on either side.
func (m *matcher) namesakes(from, to *Stretches) error {
	names := map[sum]bool{}
	for _, s := range []*Stretches{from, to} {
		for _, x := range s.list {
			names[x.name] = true
		}
	}
	return cmp.Or(
		m.choose(from, func(x Stretch, _ []byte) bool { return names[x.name] }),
		m.choose(to, func(x Stretch, _ []byte) bool { return names[x.name] }),
	)
}

// pass walks both exports. Where the same bytes stand opposite, both go on.
func (m *matcher) pass(a, b *keyScanner) error {
	for {
		x, err := a.next()
		if err != nil {
			return err
		}
		if x.Length == 0 {
			break
		}
		if same, err := b.begins(a.text(x)); err != nil {
			return err
		} else if same {
			b.skip(x)
			a.skip(x)
			continue
		}
		sumA := m.seed.of(a.text(x))
		if m.tally == nil && m.meets(1, sumA) {
			a.skip(x)
			continue
		}
		y, err := b.next()
		if err != nil {
			return err
		}
		if y.Length > 0 {
			sumB := m.seed.of(b.text(y))
			if m.tally == nil && m.meets(0, sumB) {
				b.skip(y)
				continue // and the key of the side before stays opposite the next
			}
			m.wait(1, sumB, y, b)
			b.skip(y)
		}
		m.wait(0, sumA, x, a)
		a.skip(x)
	}
	for {
		y, err := b.next()
		if err != nil || y.Length == 0 {
			return err
		}
		if s := m.seed.of(b.text(y)); m.tally != nil || !m.meets(0, s) {
			m.wait(1, s, y, b)
		}
		b.skip(y)
	}
}

// meets reports whether an equal key waits on a side, and lets it go.
func (m *matcher) meets(side int, s sum) bool {
	equal := m.waiting[side][s]
	if len(equal) == 0 {
		return false
	}
	m.count--
	m.kept -= len(equal[0].text)
	if len(equal) == 1 {
		delete(m.waiting[side], s)
	} else {
		m.waiting[side][s] = equal[1:]
	}
	return true
}

// wait notes a key that has not met its like.
func (m *matcher) wait(side int, s sum, x Stretch, from *keyScanner) {
	if m.tally != nil {
		m.tally.count(side, s, s)
		return
	}
	w := waiting{x, from.text(x)}
	w.at.name = m.name(x, w.text, from.wide)
	if m.kept += len(w.text); m.forgot || m.kept > maxKept {
		m.forget()
		w.text = nil
	} else {
		w.text = bytes.Clone(w.text)
	}
	m.waiting[side][s] = append(m.waiting[side][s], w)
	if m.count++; m.count > maxWaiting {
		m.tally = make(tally, manyCells)
		for side := range m.waiting {
			for s, all := range m.waiting[side] {
				for range all {
					m.tally.count(side, s, s)
				}
			}
			m.waiting[side] = nil
		}
	}
}

// forget gives up the bytes of all keys that wait.
func (m *matcher) forget() {
	if m.forgot {
		return
	}
	m.forgot = true
	for _, side := range m.waiting {
		for _, all := range side {
			for i := range all {
				all[i].text = nil
			}
		}
	}
}

// second goes over one side again for the keys whose part of the tally is not even.
func (m *matcher) second(s *Stretches) error {
	return m.choose(s, func(_ Stretch, text []byte) bool { return !m.tally.even(m.seed.of(text)) })
}

// choose goes over one side and takes the keys of which wanted holds.
func (m *matcher) choose(s *Stretches, wanted func(Stretch, []byte) bool) error {
	a, err := newKeyScanner(s.open)
	if err != nil {
		return err
	}
	defer a.close()
	s.list, s.texts = nil, nil
	for kept := 0; ; {
		x, err := a.next()
		if err != nil || x.Length == 0 {
			return err
		}
		text := a.text(x)
		x.name = m.name(x, text, a.wide)
		if wanted(x, text) {
			if s.list = append(s.list, x); len(s.list) > maxStretches {
				return errWhole
			}
			if kept += len(text); kept <= maxKept {
				s.texts = append(s.texts, bytes.Clone(text))
			} else {
				s.texts = nil
			}
		}
		a.skip(x)
	}
}

// name returns the sum of a key's header in upper case.
func (m *matcher) name(x Stretch, text []byte, wide bool) sum {
	m.folded = appendFolded(m.folded[:0], text[:x.header], wide)
	return m.seed.of(m.folded)
}

// take makes stretches of the keys that still wait, in the order of the export.
func (s *Stretches) take(left map[sum][]waiting, forgot bool) {
	var all []waiting
	for _, equal := range left {
		all = append(all, equal...)
	}
	slices.SortFunc(all, func(a, b waiting) int { return cmp.Compare(a.at.Offset, b.at.Offset) })
	for _, w := range all {
		s.list = append(s.list, w.at)
		if !forgot {
			s.texts = append(s.texts, w.text)
		}
	}
}
