package snapshot

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// hold takes the lock of a capture, a file that nobody else can open, and which ends with the process that holds it however
// that ends.
func (g *Gathering) hold() error {
	path := filepath.Join(g.dir, lockName)
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return g.explain(err)
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return fmt.Errorf("%s: another process captures there: %w", g.dir, err)
	}
	g.lock = os.NewFile(uintptr(h), path)
	return nil
}
