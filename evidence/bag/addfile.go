package bag

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"runtime"

	"auditpack/evidence"
)

// Named is a file outside of a bag, and the path that it gets inside.
type Named struct{ Path, From string }

// AddFiles takes in files that nobody changes any more. Each is read and hashed. Where it can be, in a bag that is a folder, Path
// becomes another name of the same bytes, so that they are not written once more. After an error the bag cannot be committed.
func (w *Writer) AddFiles(ctx context.Context, files []Named) error {
	err := w.addFiles(ctx, files)
	if err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.fail(err)
	}
	return err
}

func (w *Writer) addFiles(ctx context.Context, files []Named) error {
	linked, rest, err := w.link(files)
	if err != nil {
		return err
	}
	// More than there are processors, so that one waits for the disk while another hashes.
	if err := each(ctx, 4*runtime.GOMAXPROCS(0), linked, (*linkedFile).settle); err != nil {
		return err
	}
	w.mu.Lock()
	for _, f := range linked {
		w.files[f.Path] = f.File
	}
	w.mu.Unlock()
	for _, f := range rest {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.addFile(f); err != nil {
			return err
		}
	}
	return nil
}

// linkedFile is a file whose path is another name of one outside.
type linkedFile struct {
	File
	from string
}

// link gives files their second name as far as that is possible, and returns those for which it is not.
func (w *Writer) link(files []Named) (linked []*linkedFile, rest []Named, err error) {
	folder, ok := w.target.(*folderTarget)
	if !ok {
		return nil, files, nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, f := range files {
		if err := w.ready(f.Path); err != nil {
			return nil, nil, err
		}
		if err := CheckPath(f.Path); err != nil {
			return nil, nil, err
		}
		if folder.link(f.Path, f.From) != nil { // a file system that cannot, for one cannot for all
			return linked, files[i:], nil
		}
		if err := w.claim(f.Path); err != nil {
			return nil, nil, err
		}
		linked = append(linked, &linkedFile{File{Path: f.Path}, f.From})
	}
	return linked, nil, nil
}

// settle hashes the file and makes it durable.
func (f *linkedFile) settle() error {
	r, err := openToSync(f.from)
	if err != nil {
		return err
	}
	hash := sha256.New()
	f.Size, err = io.Copy(hash, r)
	f.Digest = evidence.Digest(hash.Sum(nil))
	return errors.Join(err, flush(r), r.Close())
}

// addFile copies a file.
func (w *Writer) addFile(f Named) error {
	r, err := os.Open(f.From)
	if err != nil {
		return err
	}
	defer r.Close()
	to, err := w.create(f.Path)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, r)
	return errors.Join(err, to.Close())
}
