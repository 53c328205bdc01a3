package pack_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
	"auditpack/render/pack"
)

// maxTampered is the largest file of which every bit is flipped with AUDITPACK_TAMPER=all.
const maxTampered = 30_000

// spot is one bit of one file.
type spot struct {
	path string
	at   int64
	bit  int
}

// TestTamper flips bits of a sealed package, a folder and a zip, and of a sealed snapshot, and verifies it with every one
// of them: 2,000 seeded ones, most of them in what a bag adds to the payload. With AUDITPACK_TAMPER=all it flips every bit of the zip's
// headers, of its directory and of every file in it under 30 kB; of the sealed snapshot, seal and all; and of the folder
// once more every bit of what is neither payload nor seal. A seal is read the same way wherever it lies, but with a
// package around it three signatures more are verified for each bit.
func TestTamper(t *testing.T) {
	s := sealedSample(t)
	all := os.Getenv("AUDITPACK_TAMPER") == "all"
	t.Run("folder", func(t *testing.T) {
		spots := someSpots(t, s.folder, 800)
		if all {
			spots = append(spots, everySpot(t, s.folder, func(path string) bool {
				return !strings.HasPrefix(path, "data/") && !strings.HasPrefix(path, "seal/")
			})...)
		}
		tamper(t, s, spots, copyOf(s.folder))
	})
	t.Run("snapshot", func(t *testing.T) {
		root := filepath.Join(t.TempDir(), "s")
		writeValues(t, root, 1, sealtest.Time)
		if _, err := pack.Seal(t.Context(), root, s.by, bag.Limits{}); err != nil {
			t.Fatal(err)
		}
		spots := someSpots(t, root, 200)
		if all {
			spots = everySpot(t, root, func(string) bool { return true })
		}
		tamper(t, s, spots, copyOf(root))
	})
	t.Run("zip", func(t *testing.T) {
		data, err := os.ReadFile(s.zip)
		if err != nil {
			t.Fatal(err)
		}
		tamper(t, s, zipSpots(data, all), func(t *testing.T) string {
			root := filepath.Join(t.TempDir(), "p.zip")
			if err := os.WriteFile(root, data, 0o600); err != nil {
				t.Fatal(err)
			}
			return root
		})
	})
}

// tamper flips each spot in turn, in as many copies as there are processors.
func tamper(t *testing.T, s *sample, spots []spot, copied func(t *testing.T) string) {
	workers := runtime.GOMAXPROCS(0)
	var missed atomic.Int64
	var wg sync.WaitGroup
	for n := range workers {
		root := copied(t)
		wg.Go(func() {
			for i := n; i < len(spots) && missed.Load() <= 20; i += workers {
				name := filepath.Join(root, filepath.FromSlash(spots[i].path))
				flip(t, name, spots[i])
				r, err := pack.Verify(t.Context(), root, pack.VerifyOptions{Trust: s.trust})
				if err == nil && r.Standing != seal.Broken {
					t.Errorf("%s: bit %d of byte %d was flipped: %s", spots[i].path, spots[i].bit, spots[i].at, r.Standing)
					missed.Add(1)
				}
				flip(t, name, spots[i])
			}
			if r, err := pack.Verify(t.Context(), root, pack.VerifyOptions{Trust: s.trust}); err != nil || r.Standing != seal.Trusted {
				t.Errorf("as it was before: %v, %v", err, r.Err())
			}
		})
	}
	wg.Wait()
	t.Logf("%d bits, %d not noticed", len(spots), missed.Load())
}

// copyOf returns a function that copies a folder to a new place.
func copyOf(folder string) func(t *testing.T) string {
	return func(t *testing.T) string {
		root := filepath.Join(t.TempDir(), "p")
		if err := os.CopyFS(root, os.DirFS(folder)); err != nil {
			t.Fatal(err)
		}
		return root
	}
}

// everySpot lists all bits of some files of a folder.
func everySpot(t *testing.T, root string, which func(path string) bool) []spot {
	var list []spot
	for path, text := range contents(t, root) {
		if !which(path) {
			continue
		}
		if len(text) > maxTampered {
			t.Fatalf("%s has %d bytes, too many to flip every bit", path, len(text))
		}
		for i := range 8 * len(text) {
			list = append(list, spot{path, int64(i / 8), i % 8})
		}
	}
	return list
}

// someSpots chooses n bits of a folder, every other one in the payload.
func someSpots(t *testing.T, root string, n int) []spot {
	files := contents(t, root)
	var tags, payload []string
	for path, text := range files {
		switch {
		case text == "":
		case strings.HasPrefix(path, "data/"):
			payload = append(payload, path)
		default:
			tags = append(tags, path)
		}
	}
	slices.Sort(tags)
	slices.Sort(payload)
	random := rand.New(rand.NewPCG(20261122, 1))
	var list []spot
	for i := range n {
		from := tags
		if i%2 == 1 {
			from = payload
		}
		path := from[random.IntN(len(from))]
		list = append(list, spot{path, random.Int64N(int64(len(files[path]))), random.IntN(8)})
	}
	return list
}

// zipSpots chooses bits of a zip: of its headers and its directory, and of the files in it.
func zipSpots(data []byte, all bool) []spot {
	var frame, small []int64 // bytes that are no file's, and those of files that are small
	at := 0
	for bytes.HasPrefix(data[at:], []byte("PK\x03\x04")) {
		size := int(binary.LittleEndian.Uint32(data[at+18:]))
		head := 30 + int(binary.LittleEndian.Uint16(data[at+26:]))
		frame = appendRange(frame, at, head)
		if size < maxTampered {
			small = appendRange(small, at+head, size)
		}
		at += head + size
	}
	frame = appendRange(frame, at, len(data)-at)
	var list []spot
	if all {
		for _, at := range slices.Concat(frame, small) {
			for bit := range 8 {
				list = append(list, spot{"", at, bit})
			}
		}
		return list
	}
	random := rand.New(rand.NewPCG(20261122, 2))
	for i := range 1000 {
		at := random.Int64N(int64(len(data)))
		if i%2 == 0 {
			at = frame[random.IntN(len(frame))]
		}
		list = append(list, spot{"", at, random.IntN(8)})
	}
	return list
}

// appendRange appends n numbers from at.
func appendRange(list []int64, at, n int) []int64 {
	for i := range n {
		list = append(list, int64(at+i))
	}
	return list
}

// flip changes one bit in place.
func flip(t *testing.T, name string, s spot) {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Error(err)
		return
	}
	defer f.Close()
	var b [1]byte
	_, err = f.ReadAt(b[:], s.at)
	b[0] ^= 1 << s.bit
	if err == nil {
		_, err = f.WriteAt(b[:], s.at)
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
}
