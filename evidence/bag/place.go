package bag

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A bag holds what can be used against the server it shows: only its owner reads it.
const (
	folderMode = 0o700
	fileMode   = 0o600
)

// place is where a bag will be and where it is while it is written, side by side in one folder.
type place struct {
	dest, temp string
	replace    bool
}

// newPlace checks that dest may be written and makes the temporary folder or file.
func newPlace(dest string, zip bool, o Options) (*place, error) {
	if dest == "" {
		return nil, fmt.Errorf("no destination")
	}
	p := &place{dest: filepath.Clean(dest), replace: o.Replace}
	name := filepath.Base(p.dest)
	if name == "." || name == ".." || name == string(filepath.Separator) {
		return nil, fmt.Errorf("%s: name a new folder or .zip", dest)
	}
	if err := p.checkFree(zip); err != nil {
		return nil, err
	}
	if err := p.checkOutside(); err != nil {
		return nil, err
	}
	begin := func(path string) error {
		if !zip {
			return mkdir(path)
		}
		f, err := createFile(path)
		if err != nil {
			return err
		}
		return f.Close()
	}
	var err error
	if p.temp = o.Temp; p.temp == "" {
		p.temp, err = p.beside("partial", begin)
	} else if err = begin(p.temp); err != nil {
		err = fmt.Errorf("%s: %w", p.temp, cause(err))
	}
	return p, err
}

// beside makes a hidden name in the parent folder of the destination that nothing has yet. A name left over by a
// run that was killed is passed by, since that run may still be at work.
func (p *place) beside(what string, make func(path string) error) (string, error) {
	parent, name := filepath.Split(p.dest)
	for n := 1; n <= maxBeside; n++ {
		path := hidden(p.dest, what, n)
		err := make(path)
		switch {
		case err == nil:
			return path, nil
		case errors.Is(err, fs.ErrExist):
			continue
		case errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("%s: no such folder", filepath.Clean(filepath.Join(parent, ".")))
		default:
			return "", fmt.Errorf("%s: %w", p.dest, cause(err))
		}
	}
	return "", fmt.Errorf("%s: too many left-over folders .%s.%s-… beside it: remove them", p.dest, name, what)
}

// maxBeside is how many hidden names are tried beside one destination.
const maxBeside = 100

// hidden is the n-th name beside a destination.
func hidden(dest, what string, n int) string {
	parent, name := filepath.Split(dest)
	return filepath.Join(parent, fmt.Sprintf(".%s.%s-%d", name, what, n))
}

// Leftovers returns what lies beside a destination under the hidden names that a run uses while it writes: partial, what was
// written so far, and old, the bag that was at the destination before it was replaced. A run that was killed leaves them for
// good. One that is at work has them too, and nothing tells the two apart: nothing is removed here.
func Leftovers(dest string) (partial, old []string) {
	there := func(what string) (list []string) {
		for n := 1; n <= maxBeside; n++ {
			path := hidden(filepath.Clean(dest), what, n)
			if _, err := os.Lstat(path); err == nil {
				list = append(list, path)
			}
		}
		return list
	}
	return there("partial"), there("old")
}

// checkFree tells whether dest may be written. Only what is a bag already is ever replaced, so that --force with a
// wrong -o does not cost anybody a folder of other work.
func (p *place) checkFree(zip bool) error {
	at, err := os.Lstat(p.dest)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", p.dest, cause(err))
	case !p.replace:
		return &ExistsError{Path: p.dest}
	case zip && !looksLikeZip(p.dest, at):
		return &ExistsError{Path: p.dest, Why: "it is not a zip"}
	case !zip && !looksLikeBag(p.dest, at):
		return &ExistsError{Path: p.dest, Why: "it is not a bag (no bagit.txt in it)"}
	}
	return nil
}

// checkOutside refuses a destination inside of another bag.
func (p *place) checkOutside() error { return CheckOutside(p.dest) }

// CheckOutside tells why nothing may be written at dest: it lies inside a bag, which would no longer verify.
func CheckOutside(dest string) error {
	dir, err := filepath.Abs(dest)
	if err != nil {
		return fmt.Errorf("%s: %w", dest, cause(err))
	}
	for parent := filepath.Dir(dir); parent != dir; dir, parent = parent, filepath.Dir(parent) {
		if d, err := os.Lstat(filepath.Join(parent, declarationName)); err == nil && d.Mode().IsRegular() {
			return fmt.Errorf("%s: lies inside the bag %s, to which nothing can be added", dest, parent)
		}
	}
	return nil
}

func looksLikeZip(path string, at fs.FileInfo) bool {
	if !at.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 4)
	n, _ := f.ReadAt(head, 0)
	return n == 0 || strings.HasPrefix(string(head), "PK")
}

func looksLikeBag(path string, at fs.FileInfo) bool {
	if !at.IsDir() {
		return false
	}
	if inside, err := os.ReadDir(path); err == nil && len(inside) == 0 {
		return true
	}
	d, err := os.Lstat(filepath.Join(path, declarationName))
	return err == nil && d.Mode().IsRegular()
}

// put moves the finished bag to its destination. A zip takes the place of an old one in one step. A folder cannot: the
// old one is set aside first and removed last, so that at every moment one of the two is whole.
func (p *place) put() error {
	at, err := os.Lstat(p.dest)
	there := err == nil
	if there && !p.replace {
		return &ExistsError{Path: p.dest}
	}
	old := ""
	if there && at.IsDir() {
		if old, err = p.setAside(); err != nil {
			return err
		}
	}
	if err := patiently(func() error { return os.Rename(p.temp, p.dest) }); err != nil {
		if old != "" {
			err = errors.Join(err, patiently(func() error { return os.Rename(old, p.dest) }))
		}
		return p.explain(err)
	}
	if err := syncFolder(filepath.Dir(p.dest)); err != nil {
		return p.explain(err)
	}
	if old == "" {
		return nil
	}
	if err := patiently(func() error { return os.RemoveAll(old) }); err != nil {
		return fmt.Errorf("%s: written, but the one before it is left at %s: %w", p.dest, old, cause(err))
	}
	return nil
}

// setAside gives the old folder another name.
func (p *place) setAside() (string, error) {
	return p.beside("old", func(path string) error {
		if _, err := os.Lstat(path); err == nil {
			return fs.ErrExist
		}
		return patiently(func() error { return os.Rename(p.dest, path) })
	})
}

// clear removes what was written so far.
func (p *place) clear() error {
	return patiently(func() error { return os.RemoveAll(p.temp) })
}

// explain puts the destination before an error about the temporary name, which means nothing to the reader.
func (p *place) explain(err error) error { return fmt.Errorf("%s: %w", p.dest, cause(err)) }

// cause drops the operation and the path that package os puts before an error.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	var le *os.LinkError
	if errors.As(err, &le) {
		return le.Err
	}
	return err
}
