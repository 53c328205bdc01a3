package snapshot

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"auditpack/evidence"
)

// maxInnerZip bounds a zip that lies in a folder; a larger one has to be named to be unpacked.
const maxInnerZip = 2 << 30

// isZipName reports whether a file is to be unpacked if it can be.
func isZipName(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".zip") }

// findZip finds the files of a zip that was named by the operator. One that cannot be read is an error.
func (im *importer) findZip(path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	im.closer = append(im.closer, f)
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	before := len(im.found)
	if err := im.findEntries(f, info.Size(), name, ""); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(im.found) == before {
		return fmt.Errorf("%s: no files in it", path)
	}
	for _, f := range im.found[before:] {
		inside := f.name
		if _, below, ok := strings.Cut(f.name, "/"); ok && !strings.HasPrefix(f.name, "data/") {
			inside = below // all of a package lies in one top folder
		}
		if err := notLoose(path, inside); err != nil {
			return err
		}
	}
	return nil
}

// findInnerZip finds the files of a zip that lies in a folder. One that cannot be read is kept as it is.
func (im *importer) findInnerZip(f found) error {
	r, err := f.open()
	if err != nil {
		return im.add(unread(f, err))
	}
	at, ok := r.(io.ReaderAt)
	if !ok || f.size > maxInnerZip {
		r.Close()
		f.note = "is a zip, kept as it is"
		return im.add(f)
	}
	before := len(im.found)
	if err := im.findEntries(at, f.size, f.source, f.name+"/"); err != nil {
		r.Close()
		if tooMany := tooManyError(0); im.ctx.Err() != nil || errors.As(err, &tooMany) {
			return err
		}
		im.found = im.found[:before]
		f.note = "ends in .zip but cannot be unpacked (" + err.Error() + "): kept as it is"
		return im.add(f)
	}
	im.closer = append(im.closer, r)
	return nil
}

// findEntries finds the files of a zip. Zips in it are kept as they are.
func (im *importer) findEntries(r io.ReaderAt, size int64, source, prefix string) error {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are only ever text here
		return fmt.Errorf("not a zip, or cut short: %w", errors.New(strings.TrimPrefix(err.Error(), "zip: ")))
	}
	for _, e := range z.File {
		name := strings.ReplaceAll(e.Name, `\`, "/")
		if strings.HasSuffix(name, "/") {
			continue
		}
		f := found{
			name: prefix + name, source: source, size: int64(min(e.UncompressedSize64, 1<<62)), modified: e.Modified,
			packed: int64(min(max(e.CompressedSize64, 1), 1<<40)), open: func() (io.ReadCloser, error) { return openEntry(e) },
		}
		switch mode := e.Mode(); {
		case mode&fs.ModeSymlink != 0:
			f.open, f.status, f.note = nil, evidence.Skipped, "is a link, and links are not followed"
		case !mode.IsRegular():
			f.open, f.status, f.note = nil, evidence.Skipped, "is neither a file nor a folder"
		case e.Flags&1 != 0:
			f.open, f.status, f.note = nil, evidence.Denied, "is encrypted in the zip"
		case isZipName(name):
			f.note = "is a zip inside a zip, kept as it is"
		}
		if err := im.add(f); err != nil {
			return err
		}
	}
	return nil
}

// openEntry opens a file of a zip, which may not have more bytes than it says.
func openEntry(e *zip.File) (io.ReadCloser, error) {
	r, err := e.Open()
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "zip: "))
	}
	return &entryReader{r, int64(min(e.UncompressedSize64, 1<<62))}, nil
}

type entryReader struct {
	io.ReadCloser
	left int64
}

func (r *entryReader) Read(b []byte) (int, error) {
	n, err := r.ReadCloser.Read(b)
	if r.left -= int64(n); r.left < 0 {
		return 0, errors.New("has more bytes than the zip says")
	}
	if err != nil && err != io.EOF {
		err = errors.New(strings.TrimPrefix(err.Error(), "zip: "))
	}
	return n, err
}
