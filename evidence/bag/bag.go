package bag

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"auditpack/evidence"
)

// Limits bound what a bag may make its reader do. A zero field has its default.
type Limits struct {
	Files    int   // in the whole bag; default 100,000
	FileSize int64 // of one file; default 2 GiB
	Total    int64 // of all files together; default 64 GiB
	TagSize  int64 // of a manifest or bag-info.txt; default 32 MiB
}

func (l Limits) orDefault() Limits {
	if l.Files == 0 {
		l.Files = 100_000
	}
	if l.FileSize == 0 {
		l.FileSize = 2 << 30
	}
	if l.Total == 0 {
		l.Total = 64 << 30
	}
	if l.TagSize == 0 {
		l.TagSize = 32 << 20
	}
	return l
}

// Bag is a bag that was verified as a whole. What it hands out later is checked again while it is read.
type Bag struct {
	path   string
	limits Limits
	source source
	files  []File // sorted by path
	info   []InfoLine
	// withheld is the payload of a bag that has none any more: see SubWithheld.
	withheld []File
}

// Open verifies the bag at name, a folder or a zip, and returns it. It hands out nothing of a bag with a fault: the error
// is then an [*InvalidError] with all of them.
func Open(ctx context.Context, name string, l Limits) (*Bag, error) {
	at, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	var s source
	switch {
	case at.IsDir():
		s, err = openFolder(name)
	case at.Mode().IsRegular():
		s, err = openZip(name)
	default:
		err = errors.New("neither a folder nor a zip")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	b, err := verify(ctx, name, s, l.orDefault())
	if err != nil {
		s.Close()
		return nil, err
	}
	return b, nil
}

// Sub returns the bag in folder dir of b, a path below data/. It is verified like any other; since b has verified every
// byte of it, that costs next to nothing. It can be used until b is closed.
func (b *Bag) Sub(ctx context.Context, dir string) (*Bag, error) {
	return b.sub(ctx, dir, false)
}

// SubWithheld returns what is left of the bag in folder dir of b after its payload was withheld: its tag files and its seal.
// They are verified like those of any other bag; that something of the payload is there, and be it all of it, is a fault.
func (b *Bag) SubWithheld(ctx context.Context, dir string) (*Bag, error) {
	return b.sub(ctx, dir, true)
}

func (b *Bag) sub(ctx context.Context, dir string, hollow bool) (*Bag, error) {
	dir = path.Clean(dir)
	if !strings.HasPrefix(dir, payloadPrefix) {
		return nil, fmt.Errorf("%s: not below data/", dir)
	}
	return verifyAs(ctx, b.path+"/"+dir, &partSource{b, dir + "/"}, b.limits, hollow)
}

// Close gives up the folder or zip.
func (b *Bag) Close() error { return b.source.Close() }

// Path returns the path that the bag was opened by.
func (b *Bag) Path() string { return b.path }

// Files returns every file of the bag, sorted by path. A seal belongs to no manifest; its digest is the one that was found.
func (b *Bag) Files() []File { return slices.Clone(b.files) }

// Withheld returns what the manifest lists of a payload that was withheld, without sizes, sorted by path; of any other bag
// nothing.
func (b *Bag) Withheld() []File { return slices.Clone(b.withheld) }

// Info returns the lines of bag-info.txt.
func (b *Bag) Info() []InfoLine { return slices.Clone(b.info) }

// Digest returns the digest of tagmanifest-sha256.txt, which stands for the whole bag but its seal.
func (b *Bag) Digest() evidence.Digest {
	f, _ := b.File(TagManifestName)
	return f.Digest
}

// File returns the file at path, and whether there is one.
func (b *Bag) File(path string) (File, bool) {
	i, ok := slices.BinarySearchFunc(b.files, path, func(f File, p string) int { return strings.Compare(f.Path, p) })
	if !ok {
		return File{}, false
	}
	return b.files[i], true
}

// Open returns the bytes of a file. Reading ends with a [*ChangedError] instead of io.EOF if they are no longer the
// ones that were verified.
func (b *Bag) Open(path string) (io.ReadCloser, error) {
	f, ok := b.File(path)
	if !ok {
		return nil, fmt.Errorf("%s: %s: %w", b.path, path, fs.ErrNotExist)
	}
	r, err := b.source.open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", b.path, path, cause(err))
	}
	return &checkedReader{r: r, want: f, hash: sha256.New()}, nil
}

// ReadFile returns the bytes of a file of at most max bytes.
func (b *Bag) ReadFile(path string, max int64) ([]byte, error) {
	f, ok := b.File(path)
	if ok && f.Size > max {
		return nil, fmt.Errorf("%s: %s: %d bytes, the limit is %d", b.path, path, f.Size, max)
	}
	r, err := b.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data := make([]byte, f.Size)
	if _, err := io.ReadFull(r, data); err != nil {
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			err = &ChangedError{path}
		}
		return nil, fmt.Errorf("%s: %w", b.path, err)
	}
	var more [1]byte
	if _, err := io.ReadFull(r, more[:]); err != io.EOF {
		if err == nil {
			err = &ChangedError{path}
		}
		return nil, fmt.Errorf("%s: %w", b.path, err)
	}
	return data, nil
}

// checkedReader hashes what it hands out and compares at the end.
type checkedReader struct {
	r    io.ReadCloser
	want File
	hash hash.Hash
	size int64
}

func (c *checkedReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.hash.Write(b[:n])
	c.size += int64(n)
	switch {
	case err == errChecksum, c.size > c.want.Size,
		err == io.EOF && evidence.Digest(c.hash.Sum(nil)) != c.want.Digest:
		err = &ChangedError{c.want.Path}
	case err != nil && err != io.EOF:
		err = fmt.Errorf("%s: %w", c.want.Path, cause(err))
	}
	return n, err
}

func (c *checkedReader) Close() error { return c.r.Close() }
