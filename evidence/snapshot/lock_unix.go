//go:build unix

package snapshot

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// hold takes the lock of a capture, which ends with the process that holds it however that ends.
func (g *Gathering) hold() error {
	f, err := os.OpenFile(filepath.Join(g.dir, lockName), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return g.explain(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return fmt.Errorf("%s: another process captures there", g.dir)
	}
	held, err := f.Stat()
	if now, e := os.Stat(filepath.Join(g.dir, lockName)); err != nil || e != nil || !os.SameFile(held, now) {
		f.Close() // the one who held it was just removing it
		return fmt.Errorf("%s: another process captures there", g.dir)
	}
	g.lock = f
	return nil
}
