//go:build unix

package pack_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"auditpack/render/pack"
)

// TestSpecialFiles refuses what is no file, as what it is given and as what a signature is said to be about, and waits for
// no pipe.
func TestSpecialFiles(t *testing.T) {
	dir := put(t, map[string]string{"text": "text", "pipe.p7s": signed(t, "text"), "zero.p7s": signed(t, "text"), "link.p7s": signed(t, "text")})
	for _, name := range []string{"pipe", "p.p7s", "p.pdf", "p.xlsx"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
			t.Skip(err)
		}
	}
	for name, to := range map[string]string{"zero": "/dev/zero", "link": "text", "to-pipe.p7s": "p.p7s"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, says := range map[string]string{
		"pipe.p7s": "pipe: not a regular file", "zero.p7s": "zero: not a regular file", "link.p7s": "link: not a regular file",
		"p.p7s": "neither a folder nor a zip", "p.pdf": "neither a folder nor a zip", "p.xlsx": "neither a folder nor a zip",
		"to-pipe.p7s": "neither a folder nor a zip",
	} {
		done := make(chan error, 1)
		go func() {
			_, err := pack.Verify(t.Context(), filepath.Join(dir, name), pack.VerifyOptions{})
			done <- err
		}()
		select {
		case err := <-done:
			if err == nil || !strings.HasSuffix(err.Error(), says) {
				t.Errorf("%s: %v: want %q", name, err, says)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("%s: waits for ever", name)
		}
	}
}
