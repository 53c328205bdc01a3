package bag

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// source is what a bag is read from: a folder, a zip, or a part of another bag.
type source interface {
	// list returns every file with its size, in any order, and reports what is no file. The digest is set
	// where it has been verified already.
	list(l Limits, f *faults) []File
	// open returns the bytes of a file that list returned.
	open(path string) (io.ReadCloser, error)
	io.Closer
}

// folderSource reads a bag from a folder. Everything is opened below root, so that no link leads out of it.
type folderSource struct{ root *os.Root }

func openFolder(path string) (*folderSource, error) {
	r, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &folderSource{r}, nil
}

func (s *folderSource) Close() error { return s.root.Close() }

func (s *folderSource) list(l Limits, f *faults) []File {
	if _, err := s.root.Lstat(declarationName); errors.Is(err, fs.ErrNotExist) {
		return nil // whatever else is there, it is no bag: who names a large folder by mistake does not wait
	}
	var files []File
	empty := map[string]bool{} // the folders in which nothing was found so far: no manifest could list one
	err := fs.WalkDir(s.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		delete(empty, path.Dir(name))
		switch {
		case err != nil:
			delete(empty, name)
			f.add(name, Unreadable, "cannot be read: %v", cause(err))
			return nil
		case name == ".":
			return nil
		case d.IsDir() && strings.Count(name, "/") >= MaxPath/2:
			f.add(name, BadName, "folders lie too deep")
			return fs.SkipDir
		case d.IsDir():
			empty[name] = true
			return nil
		case d.Type()&fs.ModeSymlink != 0:
			f.add(name, NotAFile, "is a link")
			return nil
		case !d.Type().IsRegular():
			f.add(name, NotAFile, "is neither a file nor a folder")
			return nil
		}
		info, err := d.Info()
		if err != nil {
			f.add(name, Unreadable, "cannot be read: %v", cause(err))
			return nil
		}
		files = append(files, File{Path: name, Size: info.Size()})
		if len(files) > l.Files {
			return fs.SkipAll // one too many, which is enough to know
		}
		return nil
	})
	if err != nil {
		f.add("", Unreadable, "cannot be read: %v", cause(err))
	}
	for name := range empty {
		f.add(name, NotAFile, "is an empty folder")
	}
	return files
}

func (s *folderSource) open(path string) (io.ReadCloser, error) {
	before, err := s.root.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, errors.New("no longer a file")
	}
	file, err := s.root.Open(path)
	if err != nil {
		return nil, err
	}
	after, err := file.Stat()
	if err == nil && !os.SameFile(before, after) {
		err = errors.New("replaced while it was opened")
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// partSource reads a bag that lies below a folder of another one. The outer bag has verified every byte of it, and
// its digests are the ones that are compared with.
type partSource struct {
	outer  *Bag
	prefix string // data/snapshots/automate01/after/
}

func (s *partSource) Close() error { return nil }

func (s *partSource) list(_ Limits, _ *faults) []File {
	var files []File
	for _, f := range s.outer.files {
		if path, ok := strings.CutPrefix(f.Path, s.prefix); ok {
			f.Path = path
			files = append(files, f)
		}
	}
	return files
}

func (s *partSource) open(path string) (io.ReadCloser, error) {
	return s.outer.source.open(s.prefix + path)
}
