package snapshot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/bag"
)

// Unrecognised is the collector of what was kept although nothing knows it.
const Unrecognised = "unrecognised"

// headSize is how much of a file the recogniser is shown.
const headSize = 64 << 10

// ImportOptions says what is imported and how. Host, By and the times are claims, and are kept as such.
type ImportOptions struct {
	Paths []string // folders, files and zips
	Dest  string   // a new folder, or a name that ends in .zip
	Host  string   // the host that the files come from
	By    string   // who imports
	Tool  string   // the program and its version
	// Taken is when the files were captured. Zero: each file's own time of modification.
	Taken time.Time
	// TakenOf, if set, gives the time of one file by its name; a zero time falls back to Taken.
	TakenOf func(name string) time.Time
	// At is when the import is done, by the clock of whoever does it. Zero: it is not recorded.
	At time.Time
	// Recognise tells by the beginning of a file which collector and format it belongs to, and why it is no evidence
	// if it is none. An empty collector: nothing knows it.
	Recognise func(name string, head []byte) (collector, format, refused string)
	Previous  evidence.Digest // of the snapshot of this host before this one; zero: not given
	Replace   bool            // an existing snapshot at Dest is replaced
	Limits    Limits
}

// Limits bound what an import may read. A zero field has its default.
type Limits struct {
	Files    int   // default 20,000
	FileSize int64 // of one file; larger ones are skipped; default 2 GiB
	Total    int64 // of all files; default 16 GiB
	Ratio    int64 // how many times larger a file in a zip may become; counted from 16 MiB on; default 250
}

func (l Limits) orDefault() Limits {
	if l.Files == 0 {
		l.Files = 20_000
	}
	if l.FileSize == 0 {
		l.FileSize = 2 << 30
	}
	if l.Total == 0 {
		l.Total = 16 << 30
	}
	if l.Ratio == 0 {
		l.Ratio = 250
	}
	return l
}

// ImportReport is what was imported: every file with what it was recognised as, or why not.
type ImportReport struct {
	Digest evidence.Digest // of the snapshot
	Items  []evidence.Item // in the order of their names
}

// Import writes a snapshot of files that others exported. Every file becomes an Item, byte for byte, recognised or not;
// what cannot be read, a link, or a file over the limit becomes one without bytes whose Note says why.
func Import(ctx context.Context, o ImportOptions) (ImportReport, error) {
	if len(o.Paths) == 0 {
		return ImportReport{}, errors.New("nothing to import")
	}
	im := &importer{ctx: ctx, o: o, limits: o.Limits.orDefault()}
	defer im.close()
	paths := slices.Clone(o.Paths)
	slices.Sort(paths)
	for _, p := range slices.Compact(paths) {
		if err := im.findPath(p); err != nil {
			return ImportReport{}, err
		}
	}
	return im.run()
}

// ImportFS is Import of a file system, such as one that is embedded in a program. name stands for it as the Source of
// every Item; o.Paths is not used.
func ImportFS(ctx context.Context, files fs.FS, name string, o ImportOptions) (ImportReport, error) {
	im := &importer{ctx: ctx, o: o, limits: o.Limits.orDefault()}
	defer im.close()
	if err := im.findFolder(files, name, nil); err != nil {
		return ImportReport{}, err
	}
	return im.run()
}

// importer is one import. First everything is found, then a snapshot is begun: so its own files are not among them.
type importer struct {
	ctx    context.Context
	o      ImportOptions
	limits Limits
	found  []found
	total  int64
	closer []io.Closer
}

// found is a file that is to be imported.
type found struct {
	name, source string
	size         int64
	modified     time.Time
	packed       int64                         // in a zip: its compressed size
	open         func() (io.ReadCloser, error) // nil: there are no bytes, status and note say why
	status       evidence.Status
	note         string
}

func (im *importer) close() {
	for _, c := range im.closer {
		c.Close()
	}
}

// add takes a file into the list.
func (im *importer) add(f found) error {
	if err := im.ctx.Err(); err != nil {
		return err
	}
	if len(im.found) == im.limits.Files {
		return fmt.Errorf("%s: %w", f.source, tooManyError(im.limits.Files))
	}
	im.found = append(im.found, f)
	return nil
}

// tooManyError is the number of files that may be imported at once.
type tooManyError int

func (e tooManyError) Error() string { return fmt.Sprintf("more than %d files", int(e)) }

// findPath finds what a path of the command line stands for.
func (im *importer) findPath(path string) error {
	at, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	name := filepath.Base(filepath.Clean(path))
	if abs, err := filepath.Abs(path); err == nil {
		name = filepath.Base(abs)
	}
	switch {
	case at.IsDir():
		return im.findRoot(path, name)
	case !at.Mode().IsRegular():
		return fmt.Errorf("%s: neither a file nor a folder", path)
	case isZipName(name):
		return im.findZip(path, name)
	}
	return im.add(found{name: name, size: at.Size(), modified: at.ModTime(),
		open: func() (io.ReadCloser, error) { return os.Open(path) }})
}

// findRoot finds the files of a folder. Nothing is opened outside of it; the destination, if it lies there, is left out.
func (im *importer) findRoot(path, name string) error {
	root, err := os.OpenRoot(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	im.closer = append(im.closer, root)
	for _, name := range []string{recordPath, auditPath} {
		if _, err := root.Stat(name); err == nil {
			return notLoose(path, name)
		}
	}
	dest, err := os.Stat(im.o.Dest)
	if err != nil {
		dest = nil
	}
	before := len(im.found)
	if err := im.findFolder(root.FS(), name, dest); err != nil {
		return err
	}
	if len(im.found) == before {
		return fmt.Errorf("%s: no files in it", path)
	}
	return nil
}

// auditPath is where the verdicts of a package lie.
const auditPath = "data/audit.json"

// notLoose is the error for a folder or zip that holds a file by which it is known as no loose evidence; nil: it is not.
func notLoose(path, file string) error {
	switch file {
	case recordPath:
		return fmt.Errorf("%s: is a snapshot already: assess or pack it as it is", path)
	case auditPath: // hosts and times of several snapshots would become one
		return fmt.Errorf("%s: is an audit package: its snapshots lie in its folder data/snapshots", path)
	}
	return nil
}

// findFolder finds the files of a file system, in sorted order.
func (im *importer) findFolder(files fs.FS, source string, except fs.FileInfo) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == "." {
				return fmt.Errorf("%s: %w", source, cause(err))
			}
			return im.add(unread(found{name: name + "/", source: source}, err))
		}
		info, err := d.Info()
		if err != nil {
			return im.add(unread(found{name: name, source: source}, err))
		}
		if except != nil && os.SameFile(info, except) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		f := found{name: name, source: source, size: info.Size(), modified: info.ModTime()}
		switch {
		case d.IsDir():
			return nil
		case d.Type()&fs.ModeSymlink != 0:
			f.status, f.note = evidence.Skipped, "is a link, and links are not followed"
			return im.add(f)
		case !d.Type().IsRegular():
			f.status, f.note = evidence.Skipped, "is neither a file nor a folder"
			return im.add(f)
		}
		f.open = func() (io.ReadCloser, error) { return files.Open(name) }
		if isZipName(name) {
			return im.findInnerZip(f)
		}
		return im.add(f)
	})
}

// unread marks a file whose bytes the system would not hand out.
func unread(f found, err error) found {
	f.open, f.status, f.note = nil, evidence.Failed, cause(err).Error()
	if errors.Is(err, fs.ErrPermission) {
		f.status = evidence.Denied
	}
	return f
}

// run writes the snapshot of what was found.
func (im *importer) run() (ImportReport, error) {
	if len(im.found) == 0 {
		return ImportReport{}, errors.New("nothing to import: no files")
	}
	slices.SortStableFunc(im.found, func(a, b found) int {
		if c := strings.Compare(a.source, b.source); c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	})
	w, err := Create(im.o.Dest, Header{Host: im.o.Host, Operator: im.o.By, Tool: im.o.Tool, Previous: im.o.Previous, Imported: im.o.At.UTC()}, bag.Options{Replace: im.o.Replace})
	if err != nil {
		return ImportReport{}, err
	}
	defer w.Abort()
	var report ImportReport
	for i, f := range im.found {
		if err := im.ctx.Err(); err != nil {
			return ImportReport{}, err
		}
		evidence.Tell(im.ctx, evidence.Step{Doing: "taking in", Name: f.name, Done: int64(i), Of: int64(len(im.found))})
		item, err := im.take(w, f)
		if err != nil {
			return ImportReport{}, err
		}
		report.Items = append(report.Items, item)
	}
	if report.Digest, err = w.Commit(im.ctx); err != nil {
		return ImportReport{}, err
	}
	return report, nil
}

// cause drops the operation and the path that package os puts before an error.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
