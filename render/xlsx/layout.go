package xlsx

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// checkLayout looks for bytes of another program's zip that belong to no entry, and for local headers that say something
// else than the directory: programs differ in which of the two they believe.
func checkLayout(file io.ReaderAt, size int64, in *zip.Reader) error {
	type placed struct {
		*zip.File
		data int64
	}
	var list []placed
	for _, f := range in.File {
		at, err := f.DataOffset()
		if err != nil {
			return fmt.Errorf("%.200q: %w", f.Name, err)
		}
		list = append(list, placed{f, at})
	}
	slices.SortStableFunc(list, func(a, b placed) int { return int(min(max(a.data-b.data, -1), 1)) })
	at := int64(0)
	for _, f := range list {
		if err := checkLocal(file, at, f.File, f.data); err != nil {
			return fmt.Errorf("byte %d: %w", at, err)
		}
		at = f.data + int64(f.CompressedSize64)
		if f.Flags&hasDescriptor != 0 {
			at += descriptorSize(file, at)
		}
	}
	for range list {
		fixed := make([]byte, centralSize)
		if err := readFull(file, fixed, at); err != nil {
			return err
		}
		if binary.LittleEndian.Uint32(fixed) != centralMark {
			return fmt.Errorf("byte %d: bytes that belong to no entry of the zip", at)
		}
		at += centralSize
		for _, field := range []int{28, 30, 32} { // name, extra fields, comment
			at += int64(binary.LittleEndian.Uint16(fixed[field:]))
		}
	}
	if size-at != endSize {
		return fmt.Errorf("byte %d: bytes that belong to no entry of the zip", at)
	}
	return nil
}

const hasDescriptor = 0x8 // flag: sizes follow the data

// checkLocal compares a local header with what the directory says.
func checkLocal(file io.ReaderAt, at int64, f *zip.File, data int64) error {
	fixed := make([]byte, localSize)
	if err := readFull(file, fixed, at); err != nil {
		return err
	}
	name := make([]byte, binary.LittleEndian.Uint16(fixed[26:]))
	if err := readFull(file, name, at+localSize); err != nil {
		return err
	}
	after := at + localSize + int64(len(name)) + int64(binary.LittleEndian.Uint16(fixed[28:]))
	if binary.LittleEndian.Uint32(fixed) != localMark || after != data {
		return errors.New("bytes that belong to no entry of the zip")
	}
	same := string(name) == f.Name && binary.LittleEndian.Uint16(fixed[6:]) == f.Flags && binary.LittleEndian.Uint16(fixed[8:]) == f.Method
	if f.Flags&hasDescriptor == 0 {
		same = same && binary.LittleEndian.Uint32(fixed[14:]) == f.CRC32 &&
			uint64(binary.LittleEndian.Uint32(fixed[18:])) == f.CompressedSize64 && uint64(binary.LittleEndian.Uint32(fixed[22:])) == f.UncompressedSize64
	}
	if !same {
		return fmt.Errorf("%.200q: the zip says two things of it", f.Name)
	}
	return nil
}

// descriptorSize returns how long the data descriptor at a place is: with or without a mark, with sizes of 4 or 8 bytes.
func descriptorSize(file io.ReaderAt, at int64) int64 {
	for _, size := range []int64{16, 24, 12, 20} {
		var mark [4]byte
		if readFull(file, mark[:], at+size) == nil {
			if m := binary.LittleEndian.Uint32(mark[:]); m == localMark || m == centralMark {
				return size
			}
		}
	}
	return 0
}
