package collect

import (
	"bytes"
	"io"
	"os"
	"testing"
)

// TestSpool: what is printed comes back byte for byte whatever the pieces, and is on the disk only if it is much.
func TestSpool(t *testing.T) {
	for _, c := range []struct{ pieces, size, files int }{{0, 0, 0}, {1, 10, 0}, {2048, 1024, 0}, {2049, 1024, 1}, {1, maxHeld, 0}, {1, maxHeld + 1, 1}, {3, maxHeld, 1}} {
		dir := t.TempDir()
		s := newSpool(dir, 1<<30)
		var want []byte
		for i := range c.pieces {
			piece := bytes.Repeat([]byte{byte(i)}, c.size)
			if n, err := s.Write(piece); n != len(piece) || err != nil {
				t.Fatalf("%+v: %d, %v", c, n, err)
			}
			clear(piece)
			want = append(want, bytes.Repeat([]byte{byte(i)}, c.size)...)
		}
		for range 2 { // it may be read more than once
			r, err := s.rewind()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%+v: %d bytes came back, %v", c, len(got), err)
			}
		}
		if n, err := s.Write([]byte("late")); n != 0 || err == nil {
			t.Errorf("%+v: %d bytes were taken after the end", c, n)
		}
		files, _ := os.ReadDir(dir)
		if len(files) != c.files || s.size() != int64(len(want)) {
			t.Errorf("%+v: %d files, %d bytes", c, len(files), s.size())
		}
		s.remove()
		if files, _ := os.ReadDir(dir); len(files) != 0 {
			t.Errorf("%+v: something is left", c)
		}
	}
	s := newSpool(t.TempDir(), 5)
	full := 0
	s.full = func() { full++ }
	for range 2 {
		if _, err := s.Write([]byte("1234567")); err != errTooMuch {
			t.Error(err)
		}
	}
	if s.size() != 5 || full != 1 || !s.over {
		t.Errorf("%d bytes, said %d times", s.size(), full)
	}
	// A folder that is not there: the program is told, and nothing is taken for whole.
	if n, err := newSpool(t.TempDir()+"/none", 1<<30).Write(make([]byte, maxHeld+1)); n != 0 || err == nil {
		t.Errorf("%d bytes, %v", n, err)
	}
}
