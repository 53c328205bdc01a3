package bag

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
)

// part is an entry of a zip that a test builds, honest until it is changed.
type part struct {
	name, text string
	when       uint32
}

// bagParts returns the files of a small sound bag below top.
func bagParts(top string) []part {
	payload := []part{{"data/a.txt", "first\n", 0}, {"data/b.txt", "second\n", 0}}
	manifest := ""
	for _, p := range payload {
		manifest += evidence.DigestOf([]byte(p.text)).String() + "  " + p.name + "\n"
	}
	tags := []part{{"bag-info.txt", "Payload-Oxum: 13.2\n", 0}, {"bagit.txt", declaration, 0}, {"manifest-sha256.txt", manifest, 0}}
	list := ""
	for _, p := range tags {
		list += evidence.DigestOf([]byte(p.text)).String() + "  " + p.name + "\n"
	}
	all := append(append(payload, tags...), part{"tagmanifest-sha256.txt", list, 0})
	for i := range all {
		all[i].name = top + all[i].name
		all[i].when = dosTime(time.Time{})
	}
	return all
}

// build writes the zip. edit may change what stands in the directory; nil: nothing.
func build(parts []part, edit func(i int, e *zipEntry)) []byte {
	var b, directory []byte
	for i, p := range parts {
		e := zipEntry{name: p.name, crc: crc32.ChecksumIEEE([]byte(p.text)), size: uint32(len(p.text)), offset: uint32(len(b)), when: p.when}
		b = append(append(b, e.local()...), p.text...)
		if edit != nil {
			edit(i, &e)
		}
		directory = append(directory, e.central()...)
	}
	start := len(b)
	b = append(b, directory...)
	return append(b, end(len(parts), uint32(len(directory)), uint32(start))...)
}

// openBytes opens a zip of these bytes.
func openBytes(t testing.TB, text []byte) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bag.zip")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := Open(context.Background(), path, Limits{})
	if err == nil {
		b.Close()
	}
	return err
}

func TestZipSound(t *testing.T) {
	for _, top := range []string{"", "auditpack-automate01-2026-10-20/", strings.Repeat("x", 40) + "/"} {
		if err := openBytes(t, build(bagParts(top), nil)); err != nil {
			t.Errorf("top %q: %v", top, err)
		}
	}
}

// TestZipCheats has one entry for each way to make a zip that says two things at once.
func TestZipCheats(t *testing.T) {
	good := build(bagParts(""), nil)
	directory := bytes.Index(good, []byte("PK\x01\x02"))
	for _, c := range []struct {
		name string
		zip  []byte
		want string // in the error
	}{
		{"nothing", nil, "cut short"},
		{"cut short", good[:len(good)-100], "cut short"},
		{"cut short inside the first file", good[:40], "cut short"},
		{"the end cut off by a byte", good[:len(good)-1], "cut short"},
		{"a prefix", append([]byte("#!/bin/sh\n"), good...), "the record at the end"},
		{"something after the end", append(bytes.Clone(good), 0), "something follows its end"},
		{"a comment", commented(good), "something follows its end"},
		{"a gap before the directory", gap(good, directory), "the record at the end"},
		{"a gap that the end record allows for", gapAllowed(good, directory), "bytes between the last entry and the directory"},
		{"two entries of one name", build(append(bagParts(""), bagParts("")[0]), nil), "two entries have this name"},
		{"a name in other letters", build(append(bagParts(""), part{"data/A.txt", "x", dosTime(time.Time{})}), nil), "only a-z"},
		{"a name that leaves the bag", build(append(bagParts(""), part{"../x", "x", dosTime(time.Time{})}), nil), "begins or ends with a dot"},
		{"an entry for a folder", build(append(bagParts(""), part{"data/", "", dosTime(time.Time{})}), nil), "an empty name"},
		{"a file that is a folder too", build(append(bagParts(""), part{"data/a.txt/x", "x", dosTime(time.Time{})}), nil), "is a file and a folder"},
		{"two top folders", build(append(bagParts("one/"), bagParts("two/")...), nil), "no bagit.txt"},
		{"one time differs", build(func() []part { p := bagParts(""); p[1].when++; return p }(), nil), "its time differs"},
		{"the directory has another name", build(bagParts(""), func(i int, e *zipEntry) {
			if i == 0 {
				e.name = "data/c.txt"
			}
		}), "its header differs"},
		{"the directory has another checksum", build(bagParts(""), func(i int, e *zipEntry) {
			if i == 0 {
				e.crc++
			}
		}), "its header differs"},
		{"the directory says it is larger", build(bagParts(""), func(i int, e *zipEntry) {
			if i == 0 {
				e.size++
			}
		}), "a gap, a prefix or an overlap"},
		{"two entries share their bytes", build(bagParts(""), func(i int, e *zipEntry) {
			if i == 1 {
				e.offset = 0
			}
		}), "a gap, a prefix or an overlap"},
		{"the last one is as large as anything", build(bagParts(""), func(i int, e *zipEntry) {
			if i == 5 {
				e.size = 1 << 31
			}
		}), "do not fit before the directory"},
		{"both headers have a wrong checksum", wrongChecksum(good), "checksum (CRC-32)"},
		{"a bomb", bomb(t), "compressed (method 8)"},
		{"a long name of the top folder", build(bagParts(strings.Repeat("x", 41)+"/"), nil), "41 characters, the limit is 40"},
		{"a top folder that leads out", build(bagParts("../"), nil), "begins or ends with a dot"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := openBytes(t, c.zip)
			var invalid *InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("%v: want an *InvalidError with %q", err, c.want)
			}
			named := slices.ContainsFunc(invalid.Faults, func(f Fault) bool { return strings.Contains(f.Message, c.want) })
			if !named || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v: want one line, and a fault with %q", err, c.want)
			}
		})
	}
}

// TestZipEveryBit flips each bit of a zip in turn.
func TestZipEveryBit(t *testing.T) {
	good := build(bagParts("top/"), nil)
	for i := range good {
		for bit := range 8 {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << bit
			s := &zipSource{file: bytes.NewReader(bad), close: func() error { return nil }, size: int64(len(bad))}
			if _, err := verify(context.Background(), "bag.zip", s, Limits{}.orDefault()); err == nil {
				t.Errorf("bit %d of byte %d was flipped and nobody saw it", bit, i)
			}
		}
	}
}

func commented(good []byte) []byte {
	b := append(bytes.Clone(good), "hello"...)
	b[len(good)-2] = 5
	return b
}

func gap(good []byte, at int) []byte {
	return append(append(bytes.Clone(good[:at]), "hidden"...), good[at:]...)
}

func gapAllowed(good []byte, at int) []byte {
	b := gap(good, at)
	b[len(b)-6] += 6
	return b
}

func wrongChecksum(good []byte) []byte {
	b := bytes.Clone(good)
	b[14]++
	at := bytes.Index(b, []byte("PK\x01\x02"))
	b[at+16]++
	return b
}

// bomb returns a compressed megabyte of zeros, as the usual tools write it.
func bomb(t *testing.T) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("data/zeros.bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// FuzzZip holds that a zip that is accepted is the only one with its content.
func FuzzZip(f *testing.F) {
	f.Add(build(bagParts(""), nil))
	f.Add(build(bagParts("top/"), nil))
	f.Add(build(append(bagParts(""), bagParts("")[0]), nil))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := &zipSource{file: bytes.NewReader(text), close: func() error { return nil }, size: int64(len(text))}
		b, err := verify(context.Background(), "bag.zip", s, Limits{}.orDefault())
		if err != nil {
			return
		}
		entries, err := readDirectory(bytes.NewReader(text), int64(len(text)), Limits{}.orDefault())
		if err != nil {
			t.Fatal(err)
		}
		var parts []part
		top := commonTop(entries)
		for _, e := range entries {
			data, err := b.ReadFile(strings.TrimPrefix(e.name, top), 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, part{e.name, string(data), e.when})
		}
		if again := build(parts, nil); !bytes.Equal(again, text) {
			t.Errorf("the same content has another form:\n%q\n%q", text, again)
		}
	})
}
