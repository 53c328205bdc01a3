package pdf

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"

	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
	"auditpack/render"
)

// flips is how many bits are flipped by default in the three files together; AUDITPACK_TAMPER=all flips each of them.
const flips = 2000

// undetectable lists by offset the bits of a file that carry no meaning and that nothing covers. There is none: whatever a
// flipped bit lies in is covered by a signature, or has one form only.
var undetectable = map[int]string{}

// tampered calls f with data, one bit of it flipped, from byte from on.
func tampered(data []byte, from int, f func(at int, data []byte)) {
	data = bytes.Clone(data)
	flip := func(bit int) {
		data[bit/8] ^= 1 << (bit % 8)
		f(bit/8, data)
		data[bit/8] ^= 1 << (bit % 8)
	}
	if os.Getenv("AUDITPACK_TAMPER") == "all" {
		for bit := 8 * from; bit < 8*len(data); bit++ {
			flip(bit)
		}
		return
	}
	random := rand.New(rand.NewPCG(4, 2026))
	for range flips / 3 {
		flip(8*from + random.IntN(8*(len(data)-from)))
	}
}

// smallReport is a report as small as they come, of one font: so that every bit of it can be flipped in turn.
func smallReport(t testing.TB) []byte {
	t.Helper()
	pages := []page{{texts: []text{{style: style{mono, 8, black}, x: 20, y: 20, text: "abc"}}}}
	for i, role := range roles {
		pages[0].fields = append(pages[0].fields, field{role, 20, 30 + 20*float64(i), 50, 15})
	}
	p := properties{title: "t", creator: "c", producer: "p", at: sealtest.Time}
	var drawn bytes.Buffer
	if err := draw(&drawn, p, A4, pages, nil); err != nil {
		t.Fatal(err)
	}
	file, err := finish(drawn.Bytes(), p, Options{paper: A4}, pages)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// signTightly signs as Sign does, with less padding behind the signature's value, which is all of one kind.
func signTightly(t testing.TB, file []byte, role string, id *seal.Identity, stamper seal.Stamper) []byte {
	t.Helper()
	r, signed, err := readSigned(file)
	if err != nil {
		t.Fatal(err)
	}
	v := revision{field: role, reason: plain("Made by me"), date: pdfDate(sealtest.Time), room: 1 << 10}
	if stamper != nil {
		v.room = 5 << 9
	}
	var last *update
	if len(signed) > 0 {
		last = signed[len(signed)-1].update
	}
	out, err := r.fill(t.Context(), file, id, v, last, stamper)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(out[len(file):], []byte("00000000>")) != 1 {
		t.Fatal("no padding is left, which must not be changed either")
	}
	return out
}

func TestEveryFlippedBitIsDetected(t *testing.T) {
	operator, reviewer, tsa := sealtest.Identity(t), sealtest.Identity(t), sealtest.NewPlainAuthority(t)
	trust := sealtest.Trust(operator, tsa)
	trust.Signers = append(trust.Signers, reviewer.Certificate)
	first := smallReport(t)
	bb := signTightly(t, first, render.Operator, operator, nil)
	bt := signTightly(t, first, render.Operator, operator, tsa)
	for _, test := range []struct {
		name string
		file []byte
		from int // what lies before it is flipped in the file above
	}{{"B-B", bb, 0}, {"B-T", bt, len(first)}, {"two", signTightly(t, bt, render.Reviewer, reviewer, tsa), len(bt)}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := test.file
			if f := verifyFile(t, file, trust); len(faults(f)) > 0 || f.Signatures[0].Standing != seal.Trusted {
				t.Fatalf("untouched: %s, %q", standings(f), faults(f))
			}
			missed := 0
			tampered(file, test.from, func(at int, data []byte) {
				f, err := Verify(bytes.NewReader(data), int64(len(data)), trust)
				if err == nil && len(faults(f)) == 0 && undetectable[at] == "" {
					if missed++; missed < 20 {
						t.Errorf("a flipped bit of byte %d of %d is not detected: %q", at, len(file), data[max(0, at-20):min(len(data), at+20)])
					}
				}
			})
			t.Logf("%d bytes, flipped from byte %d on, %d bits missed", len(file), test.from, missed)
		})
	}
}
