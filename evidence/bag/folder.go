package bag

import (
	"context"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"auditpack/evidence"
)

// folderTarget writes a bag as a folder.
type folderTarget struct {
	root  string
	files []string
	made  map[string]bool
	open  *os.File
}

func (t *folderTarget) create(name string) (io.WriteCloser, error) {
	if err := t.mkdir(path.Dir(name)); err != nil {
		return nil, err
	}
	full := filepath.Join(t.root, filepath.FromSlash(name))
	f, err := os.OpenFile(full, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode)
	if err != nil {
		return nil, err
	}
	t.files = append(t.files, full)
	t.open = f
	return f, nil
}

// mkdir makes a folder of the bag, once.
func (t *folderTarget) mkdir(dir string) error {
	if t.made[dir] {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(t.root, filepath.FromSlash(dir)), folderMode); err != nil {
		return err
	}
	if t.made == nil {
		t.made = map[string]bool{}
	}
	for ; !t.made[dir]; dir = path.Dir(dir) {
		t.made[dir] = true
	}
	return nil
}

// link makes name another name of a file, which the caller makes durable. Not every file system can.
func (t *folderTarget) link(name, from string) error {
	if err := t.mkdir(path.Dir(name)); err != nil {
		return err
	}
	return os.Link(from, filepath.Join(t.root, filepath.FromSlash(name)))
}

// finish syncs every file and then every folder. Many at once cost little more than one, as the file system gathers them.
func (t *folderTarget) finish(ctx context.Context) error {
	var done atomic.Int64
	err := each(ctx, 4*runtime.GOMAXPROCS(0), t.files, func(path string) error {
		evidence.Tell(ctx, evidence.Step{Doing: "making durable", Name: filepath.Base(path), Done: done.Add(1), Of: int64(len(t.files))})
		return syncFile(path)
	})
	if err != nil {
		return err
	}
	for dir := range t.made {
		if err := syncFolder(filepath.Join(t.root, filepath.FromSlash(dir))); err != nil {
			return err
		}
	}
	return nil
}

func (t *folderTarget) discard() error {
	if t.open != nil {
		t.open.Close() // mostly closed already; on Windows an open file cannot be removed
	}
	return nil
}

func syncFile(path string) error {
	f, err := openToSync(path)
	if err != nil {
		return err
	}
	return errors.Join(flush(f), f.Close())
}

// flush is a variable for a test that looks at what is made durable.
var flush = (*os.File).Sync

// openToSync opens a file as Windows wants it to be opened to make it durable.
func openToSync(path string) (f *os.File, err error) {
	err = patiently(func() error {
		f, err = os.OpenFile(path, os.O_RDWR, 0)
		return err
	})
	return f, err
}

// syncFolder makes the names in a folder durable. Windows has no such call and needs none.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	err = f.Sync()
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// each calls do for every element of list from n goroutines and returns the first error by order of the list.
func each[E any](ctx context.Context, n int, list []E, do func(E) error) error {
	errs := make([]error, len(list))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, len(list)) {
		wg.Go(func() {
			for i := range next {
				errs[i] = do(list[i])
			}
		})
	}
	for i := range list {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
