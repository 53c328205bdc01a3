package stig

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"auditpack/evidence"
)

// The limits of what is read; DISA's largest benchmarks are below 4 MB, its library of all of them holds some 500.
const (
	maxFile       = 64 << 20
	maxNestedZip  = 256 << 20
	maxEntries    = 20_000
	maxBenchmarks = 1_000
)

// Read reads the benchmarks in a file: one in a manual XCCDF file; one or more in a zip as DISA publishes it, in which
// further zips may lie. Each Rule has the Checks that its text gives. The name says where the bytes come from, for
// errors and for Benchmark.File.
func Read(name string, r io.ReaderAt, size int64) ([]evidence.Benchmark, error) {
	magic := make([]byte, 4)
	n, err := r.ReadAt(magic, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if !isZip(magic[:n]) {
		b, err := readFile(name, io.NewSectionReader(r, 0, size))
		if err != nil {
			return nil, err
		}
		return []evidence.Benchmark{b}, nil
	}
	z := zipReader{seen: map[string]string{}}
	if err := z.read(name, r, size, 0); err != nil {
		return nil, err
	}
	if len(z.found) == 0 {
		return nil, fmt.Errorf("%s: the zip holds no XCCDF file", name)
	}
	return z.found, nil
}

func isZip(magic []byte) bool { return bytes.HasPrefix(magic, []byte("PK\x03\x04")) }

// readFile reads one XCCDF file and makes the Checks of its Rules.
func readFile(name string, r io.Reader) (evidence.Benchmark, error) {
	h := sha256.New()
	limited := &io.LimitedReader{R: io.TeeReader(r, h), N: maxFile + 1}
	b, err := readXCCDF(limited)
	if limited.N <= 0 {
		err = fmt.Errorf("larger than %d MB", maxFile>>20)
	}
	if err != nil {
		return evidence.Benchmark{}, fmt.Errorf("%s: %w", name, err)
	}
	b.File = path.Base(strings.ReplaceAll(name, `\`, "/"))
	h.Sum(b.Digest[:0])
	deriveAll(b.Rules)
	return b, nil
}

// zipReader collects the benchmarks of a zip and of the zips inside.
type zipReader struct {
	found   []evidence.Benchmark
	seen    map[string]string // id and release → the entry that held it
	entries int
}

func (z *zipReader) read(name string, r io.ReaderAt, size int64, depth int) error {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return fmt.Errorf("%s: not a whole zip: %w", name, err)
	}
	if z.entries += len(archive.File); z.entries > maxEntries {
		return fmt.Errorf("%s: more than %d files", name, maxEntries)
	}
	for _, f := range archive.File {
		inner := name + ": " + f.Name
		switch strings.ToLower(path.Ext(f.Name)) {
		case ".xml":
			err = z.file(inner, f)
		case ".zip":
			if depth == 0 { // deeper ones are none of DISA's
				err = z.nested(inner, f)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// file reads an entry if its name says that it is a benchmark: DISA's end in -xccdf.xml.
func (z *zipReader) file(name string, f *zip.File) error {
	if !strings.HasSuffix(strings.ToLower(f.Name), "xccdf.xml") {
		return nil
	}
	if f.UncompressedSize64 > maxFile {
		return fmt.Errorf("%s: larger than %d MB", name, maxFile>>20)
	}
	body, err := f.Open()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer body.Close()
	b, err := readFile(name, body)
	if err != nil {
		return err
	}
	b.File = path.Base(strings.ReplaceAll(f.Name, `\`, "/"))
	id := b.ID + " " + b.ReleaseName()
	if other, twice := z.seen[id]; twice {
		return fmt.Errorf("%s: the benchmark %s is in %s too", name, id, other)
	}
	z.seen[id] = f.Name
	if z.found = append(z.found, b); len(z.found) > maxBenchmarks {
		return fmt.Errorf("%s: more than %d benchmarks", name, maxBenchmarks)
	}
	return nil
}

func (z *zipReader) nested(name string, f *zip.File) error {
	if f.UncompressedSize64 > maxNestedZip {
		return fmt.Errorf("%s: larger than %d MB", name, maxNestedZip>>20)
	}
	body, err := f.Open()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, maxNestedZip))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return z.read(name, bytes.NewReader(data), int64(len(data)), 1)
}
