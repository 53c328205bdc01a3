package bag

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"time"
)

// A zip is written in one form only: see "Zip" in the package comment. The two functions local and central give the
// only bytes that a reader accepts for an entry, so nothing in a header is left that could differ.

const (
	localSize   = 30
	centralSize = 46
	endSize     = 22
	zipVersion  = 10 // PKWARE APPNOTE 4.4.3: stored files, no folders, no encryption
	maxZip      = math.MaxUint32 - 1
	maxEntries  = math.MaxUint16 - 1
)

// zipEntry is one file of a zip.
type zipEntry struct {
	name   string // with the top folder
	crc    uint32
	size   uint32
	offset uint32 // of the local header
	when   uint32 // MS-DOS date << 16 | time
}

// local returns the header before the bytes of e.
func (e zipEntry) local() []byte {
	b := make([]byte, 0, localSize+len(e.name))
	b = append(b, 'P', 'K', 3, 4)
	b = e.common(b)
	return append(b, e.name...)
}

// central returns the record of e in the directory at the end.
func (e zipEntry) central() []byte {
	le := binary.LittleEndian
	b := make([]byte, 0, centralSize+len(e.name))
	b = append(b, 'P', 'K', 1, 2)
	b = le.AppendUint16(b, zipVersion) // made by: the FAT form of attributes, all of them zero
	b = e.common(b)
	b = append(b, make([]byte, 2+2+2+4)...) // comment length, disk, internal and external attributes
	b = le.AppendUint32(b, e.offset)
	return append(b, e.name...)
}

// common appends the fields that both headers share.
func (e zipEntry) common(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint16(b, zipVersion)
	b = le.AppendUint16(b, 0) // flags
	b = le.AppendUint16(b, 0) // method: stored
	b = le.AppendUint32(b, e.when)
	b = le.AppendUint32(b, e.crc)
	b = le.AppendUint32(b, e.size)
	b = le.AppendUint32(b, e.size)
	b = le.AppendUint16(b, uint16(len(e.name)))
	return le.AppendUint16(b, 0) // extra fields
}

// end returns the record that closes a zip of n entries whose directory has size bytes and begins at offset.
func end(n int, size, offset uint32) []byte {
	le := binary.LittleEndian
	b := make([]byte, 0, endSize)
	b = append(b, 'P', 'K', 5, 6, 0, 0, 0, 0)
	b = le.AppendUint16(b, uint16(n))
	b = le.AppendUint16(b, uint16(n))
	b = le.AppendUint32(b, size)
	b = le.AppendUint32(b, offset)
	return le.AppendUint16(b, 0) // comment
}

// dosTime returns t as MS-DOS date and time; what does not fit is moved to the nearest that does.
func dosTime(t time.Time) uint32 {
	t = t.UTC()
	switch {
	case t.Year() < 1980:
		t = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	case t.Year() > 2107:
		t = time.Date(2107, 12, 31, 23, 59, 58, 0, time.UTC)
	}
	date := uint32(t.Year()-1980)<<9 | uint32(t.Month())<<5 | uint32(t.Day())
	return date<<16 | uint32(t.Hour())<<11 | uint32(t.Minute())<<5 | uint32(t.Second()/2)
}

// zipTarget writes a bag as a zip of stored files.
type zipTarget struct {
	file    *os.File
	top     string
	when    uint32
	at      int64 // end of what is written
	entries []zipEntry
}

func createZip(path string, o Options) (*zipTarget, error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	t := &zipTarget{file: f, when: dosTime(o.Modified)}
	if o.Top != "" {
		t.top = o.Top + "/"
	}
	return t, nil
}

func (t *zipTarget) create(path string) (io.WriteCloser, error) {
	e := zipEntry{name: t.top + path, offset: uint32(t.at), when: t.when}
	if len(t.entries) == maxEntries {
		return nil, fmt.Errorf("more than %d files do not fit into a zip: write a folder", maxEntries)
	}
	f := &zipFile{t: t, entry: e}
	_, err := f.raw(e.local())
	return f, err
}

func (t *zipTarget) finish(context.Context) error {
	start := t.at
	f := &zipFile{t: t}
	for _, e := range t.entries {
		if _, err := f.raw(e.central()); err != nil {
			return err
		}
	}
	if _, err := f.raw(end(len(t.entries), uint32(t.at-start), uint32(start))); err != nil {
		return err
	}
	if err := t.file.Sync(); err != nil {
		return err
	}
	return t.file.Close()
}

func (t *zipTarget) discard() error {
	if err := t.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// zipFile is one entry while it is written. Its header is written again by Close, when size and checksum are known.
type zipFile struct {
	t     *zipTarget
	entry zipEntry
}

func (f *zipFile) Write(b []byte) (int, error) {
	n, err := f.raw(b)
	f.entry.crc = crc32.Update(f.entry.crc, crc32.IEEETable, b[:n])
	f.entry.size += uint32(n)
	return n, err
}

// raw appends b to the zip.
func (f *zipFile) raw(b []byte) (int, error) {
	if f.t.at+int64(len(b)) > maxZip {
		return 0, fmt.Errorf("4 GiB do not fit into a zip: write a folder")
	}
	n, err := f.t.file.WriteAt(b, f.t.at)
	f.t.at += int64(n)
	return n, err
}

func (f *zipFile) Close() error {
	if _, err := f.t.file.WriteAt(f.entry.local(), int64(f.entry.offset)); err != nil {
		return err
	}
	f.t.entries = append(f.t.entries, f.entry)
	return nil
}
