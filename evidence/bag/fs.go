package bag

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// FS returns the files below folder dir of b as a file system. What it hands out is checked while it is read, as by Open.
func (b *Bag) FS(dir string) fs.FS { return folderFS{b, path.Clean(dir) + "/"} }

type folderFS struct {
	bag    *Bag
	prefix string // with a slash at the end
}

// Open opens a file, or a folder to list it.
func (f folderFS) Open(name string) (fs.File, error) {
	fail := func(err error) (fs.File, error) { return nil, &fs.PathError{Op: "open", Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return fail(fs.ErrInvalid)
	}
	if file, ok := f.bag.File(f.prefix + name); ok {
		r, err := f.bag.Open(file.Path)
		if err != nil {
			return fail(err)
		}
		return &openedFile{r, entry{name: path.Base(name), size: file.Size}}, nil
	}
	entries := f.list(name)
	if len(entries) == 0 {
		return fail(fs.ErrNotExist)
	}
	return &listedFolder{entry: entry{name: path.Base(name), folder: true}, rest: entries}, nil
}

// list returns what lies in a folder, sorted by name; nothing if there is no such folder.
func (f folderFS) list(folder string) []fs.DirEntry {
	prefix := f.prefix
	if folder != "." {
		prefix += folder + "/"
	}
	var names []string
	found := map[string]entry{}
	for _, file := range f.bag.files {
		rest, ok := strings.CutPrefix(file.Path, prefix)
		if !ok {
			continue
		}
		name, _, deeper := strings.Cut(rest, "/")
		if _, seen := found[name]; !seen {
			names = append(names, name)
		}
		found[name] = entry{name: name, size: file.Size, folder: deeper}
	}
	slices.Sort(names)
	var entries []fs.DirEntry
	for _, name := range names {
		entries = append(entries, fs.FileInfoToDirEntry(found[name]))
	}
	return entries
}

// entry is a file or a folder, as fs asks for it.
type entry struct {
	name   string
	size   int64
	folder bool
}

func (e entry) Name() string       { return e.name }
func (e entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool        { return e.folder }
func (e entry) Sys() any           { return nil }

func (e entry) Size() int64 {
	if e.folder {
		return 0
	}
	return e.size
}

func (e entry) Mode() fs.FileMode {
	if e.folder {
		return fs.ModeDir | 0o500
	}
	return 0o400
}

type openedFile struct {
	io.ReadCloser
	entry
}

func (f *openedFile) Stat() (fs.FileInfo, error) { return f.entry, nil }

type listedFolder struct {
	entry
	rest []fs.DirEntry
}

func (f *listedFolder) Stat() (fs.FileInfo, error) { return f.entry, nil }
func (f *listedFolder) Close() error               { return nil }
func (f *listedFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.name, Err: fs.ErrInvalid}
}

// ReadDir returns the next n entries, or all for n ≤ 0.
func (f *listedFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(f.rest)
	} else if len(f.rest) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.rest))
	next := f.rest[:n]
	f.rest = f.rest[n:]
	return next, nil
}
