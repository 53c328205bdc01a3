package compare

import "hash/maphash"

// sum is a digest of 128 bits under a key that is made anew each time. It is never shown and never stored: which one it
// is makes no difference to what is found.
type sum [2]uint64

type seed [2]maphash.Seed

func newSeed() seed { return seed{maphash.MakeSeed(), maphash.MakeSeed()} }

func (s seed) of(b []byte) sum { return sum{maphash.Bytes(s[0], b), maphash.Bytes(s[1], b)} }

func (s seed) ofText(t string) sum { return sum{maphash.String(s[0], t), maphash.String(s[1], t)} }

// Cells of a tally: few where little is told to it, else as many as memory allows (4 MB), so that a thousand differences
// leave all but one in two hundred of the other things alone. Both are powers of two.
const (
	fewCells  = 1 << 12
	manyCells = 1 << 18
)

// tally finds what two sides do not have in common, in whatever order they are told and however much they hold: what
// one side has is added, what the other has is taken away, each in the cell of its own digest. A cell that is even holds
// nothing that differs; a cell that is not holds something that does, and may hold other things beside.
type tally []sum

func (t tally) cell(where sum) *sum { return &t[where[0]&uint64(len(t)-1)] }

// count notes a thing of one side: which cell it belongs to, and what it is.
func (t tally) count(side int, where, what sum) {
	c := t.cell(where)
	if side == 0 {
		c[0] += what[0]
		c[1] += what[1]
	} else {
		c[0] -= what[0]
		c[1] -= what[1]
	}
}

// even reports whether everything in a cell is on both sides.
func (t tally) even(where sum) bool { return *t.cell(where) == sum{} }
