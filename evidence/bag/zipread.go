package bag

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strings"
)

// zipSource reads a bag from a zip of the one form that zipTarget writes.
type zipSource struct {
	file    io.ReaderAt
	close   func() error
	size    int64
	entries map[string]zipEntry // by path without the top folder
}

func openZip(path string) (*zipSource, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &zipSource{file: f, close: f.Close, size: info.Size()}, nil
}

func (s *zipSource) Close() error { return s.close() }

func (s *zipSource) list(l Limits, f *faults) []File {
	entries, err := readDirectory(s.file, s.size, l)
	if err != nil {
		f.add("", BadZip, "%v", err)
		return nil
	}
	top := commonTop(entries)
	s.entries = make(map[string]zipEntry, len(entries))
	var files []File
	for _, e := range entries {
		path := strings.TrimPrefix(e.name, top)
		if _, twice := s.entries[path]; twice {
			f.add(path, BadZip, "two entries have this name")
			continue
		}
		if e.when != entries[0].when {
			f.add(path, BadZip, "its time differs from that of the first entry")
		}
		s.checkLocal(path, e, f)
		s.entries[path] = e
		files = append(files, File{Path: path, Size: int64(e.size)})
	}
	if top != "" {
		if err := checkTop(strings.TrimSuffix(top, "/")); err != nil {
			f.add("", BadName, "%v", err)
		}
	}
	return files
}

// checkLocal compares the header before the bytes with the one that the directory calls for.
func (s *zipSource) checkLocal(path string, e zipEntry, f *faults) {
	want := e.local()
	got := make([]byte, len(want))
	if _, err := s.file.ReadAt(got, int64(e.offset)); err != nil {
		f.add(path, Unreadable, "cannot be read: %v", cause(err))
	} else if !bytes.Equal(got, want) {
		f.add(path, BadZip, "its header differs from the directory at the end of the zip")
	}
}

// commonTop returns the folder that every entry lies in, with a slash, unless the bag begins at the top.
func commonTop(entries []zipEntry) string {
	if len(entries) == 0 {
		return ""
	}
	top, _, ok := strings.Cut(entries[0].name, "/")
	if !ok {
		return ""
	}
	top += "/"
	for _, e := range entries {
		if !strings.HasPrefix(e.name, top) || len(e.name) == len(top) {
			return ""
		}
	}
	return top
}

func (s *zipSource) open(path string) (io.ReadCloser, error) {
	e, ok := s.entries[path]
	if !ok {
		return nil, fmt.Errorf("not in the zip")
	}
	start := int64(e.offset) + localSize + int64(len(e.name))
	return &zipReader{r: io.NewSectionReader(s.file, start, int64(e.size)), entry: e}, nil
}

// zipReader hands out the bytes of an entry and fails at their end if their checksum is not the entry's.
type zipReader struct {
	r     io.Reader
	entry zipEntry
	crc   uint32
}

func (z *zipReader) Read(b []byte) (int, error) {
	n, err := z.r.Read(b)
	z.crc = crc32.Update(z.crc, crc32.IEEETable, b[:n])
	if err == io.EOF && z.crc != z.entry.crc {
		err = errChecksum
	}
	return n, err
}

func (z *zipReader) Close() error { return nil }

var errChecksum = fmt.Errorf("its bytes do not have the checksum (CRC-32) that the zip states")

// readDirectory reads the records at the end of a zip and checks that they, with the entries they name, fill it from the
// first byte to the last.
func readDirectory(r io.ReaderAt, size int64, l Limits) ([]zipEntry, error) {
	le := binary.LittleEndian
	if size < endSize {
		return nil, fmt.Errorf("not a zip, or cut short: %d bytes", size)
	}
	if size > maxZip {
		return nil, fmt.Errorf("a zip of 4 GiB or more")
	}
	last := make([]byte, endSize)
	if _, err := r.ReadAt(last, size-endSize); err != nil {
		return nil, err
	}
	n, length, start := int(le.Uint16(last[10:])), le.Uint32(last[12:]), le.Uint32(last[16:])
	if !bytes.HasPrefix(last, []byte("PK\x05\x06")) {
		return nil, fmt.Errorf("not a zip, or cut short, or something follows its end")
	}
	if !bytes.Equal(last, end(n, length, start)) || int64(start)+int64(length)+endSize != size {
		return nil, fmt.Errorf("the record at the end is not in the form that is written (comment, gap, several disks)")
	}
	if n > l.Files {
		return nil, fmt.Errorf("%d entries, the limit is %d", n, l.Files)
	}
	if int64(length) > int64(n)*(centralSize+maxName) {
		return nil, fmt.Errorf("a directory of %d bytes for %d entries", length, n)
	}
	directory := make([]byte, length)
	if _, err := r.ReadAt(directory, int64(start)); err != nil {
		return nil, err
	}
	return parseDirectory(directory, n, start)
}

// maxName is the longest name that is read at all, so that it can be reported.
const maxName = 1024

// parseDirectory reads n records whose entries must fill the zip up to start.
func parseDirectory(b []byte, n int, start uint32) ([]zipEntry, error) {
	le := binary.LittleEndian
	entries := make([]zipEntry, 0, n)
	at := int64(0)
	for i := range n {
		if len(b) < centralSize {
			return nil, fmt.Errorf("the directory ends within entry %d", i+1)
		}
		name := int(le.Uint16(b[28:]))
		if name == 0 || name > maxName || len(b) < centralSize+name {
			return nil, fmt.Errorf("entry %d: a name of %d bytes", i+1, name)
		}
		e := zipEntry{when: le.Uint32(b[12:]), crc: le.Uint32(b[16:]), size: le.Uint32(b[24:]), offset: le.Uint32(b[42:])}
		e.name = string(b[centralSize : centralSize+name])
		if !bytes.Equal(b[:centralSize+name], e.central()) {
			return nil, fmt.Errorf("%q: %s", shorten(e.name), whyNotCentral(b))
		}
		if int64(e.offset) != at {
			return nil, fmt.Errorf("%q: begins at byte %d, want %d: a gap, a prefix or an overlap", shorten(e.name), e.offset, at)
		}
		at += localSize + int64(name) + int64(e.size)
		if at > int64(start) {
			return nil, fmt.Errorf("%q: its %d bytes do not fit before the directory", shorten(e.name), e.size)
		}
		entries = append(entries, e)
		b = b[centralSize+name:]
	}
	if len(b) > 0 {
		return nil, fmt.Errorf("%d bytes after the last record of the directory", len(b))
	}
	if at != int64(start) {
		return nil, fmt.Errorf("%d bytes between the last entry and the directory", int64(start)-at)
	}
	return entries, nil
}

// whyNotCentral says which field of a record is not as it is written, and what to do with a zip of another program.
func whyNotCentral(b []byte) string {
	const hint = ": if another program made this zip, unpack it and open the folder"
	le := binary.LittleEndian
	switch {
	case le.Uint16(b[10:]) != 0:
		return fmt.Sprintf("compressed (method %d)%s", le.Uint16(b[10:]), hint)
	case le.Uint16(b[8:]) != 0:
		return fmt.Sprintf("has flags %#04x%s", le.Uint16(b[8:]), hint)
	case le.Uint32(b[20:]) != le.Uint32(b[24:]):
		return fmt.Sprintf("stored, but %d bytes packed and %d unpacked", le.Uint32(b[20:]), le.Uint32(b[24:]))
	case le.Uint16(b[30:]) != 0:
		return "has extra fields" + hint
	case le.Uint16(b[32:]) != 0:
		return "has a comment"
	default:
		return "its record is not in the form that is written" + hint
	}
}
