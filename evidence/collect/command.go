package collect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"auditpack/evidence"
)

var (
	errTooMuch = errors.New("printed more than the limit")
	errTooLong = errors.New("did not end within its time")
)

// command runs a program of the host and keeps what it shows.
func (r *runner) command(ctx context.Context, t Task, c *captured) {
	out := newSpool(r.o.Scratch, r.o.MaxOutput)
	c.after = append(c.after, out.remove)
	said := &said{max: 64 << 10}
	ran, err := r.run(ctx, t, out, said)
	c.item.Command = ran.Argv
	c.item.Stderr = r.shown(said.bytes(), maxStderr)
	if err == nil {
		c.item.ExitCode = &ran.ExitCode
	}
	if ran.File != nil {
		c.after = append(c.after, func() { ran.File.Close() })
	}
	wantsFile := slices.ContainsFunc(t.Source.Args, func(a string) bool { return strings.Contains(a, OutFile) })
	empty := out.size() == 0
	if wantsFile {
		empty = ran.File == nil
	}
	c.item.Status, c.item.Note = r.status(t, ran, err, empty)
	if key, ok := exportedKey(t.Source); ok && c.item.Status == evidence.Failed && err == nil {
		r.lookForKey(key, &c.item)
	}
	if t.Source.Subject != "" && c.item.Status == evidence.Failed && err == nil {
		r.lookForSubject(t.Source.Subject, &c.item)
	}
	switch {
	case wantsFile && ran.File != nil:
		if c.item.Status == evidence.Absent || c.item.Status == evidence.Denied {
			return
		}
		r.keep(t, c, &limitedReader{r: ran.File, left: r.o.MaxOutput})
	case wantsFile && c.item.Stderr == "": // secedit says on standard output why it failed
		if text, err := out.rewind(); err == nil && c.item.Status != evidence.Captured {
			head, _ := io.ReadAll(io.LimitReader(text, maxStderr))
			c.item.Stderr = r.shown(head, maxStderr)
		}
	case !wantsFile && !empty && c.item.Status != evidence.Absent:
		text, err := out.rewind()
		if err != nil {
			c.item.Status, c.item.Note = evidence.Failed, plainError(err)
			return
		}
		r.keep(t, c, text)
	}
}

// run runs the program within its time. One that does not end although it was told to is left behind.
func (r *runner) run(ctx context.Context, t Task, out *spool, said *said) (Ran, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ctx, cancel := context.WithTimeoutCause(ctx, t.Collector.Timeout, errTooLong)
	defer cancel()
	out.full = func() { stop(errTooMuch) }
	type end struct {
		ran Ran
		err error
	}
	ended := make(chan end, 1)
	go func() {
		ran, err := r.host.Run(ctx, Command{t.Source.Program, t.Source.Args}, out, said)
		ended <- end{ran, err}
	}()
	var e end
	select {
	case e = <-ended:
	case <-ctx.Done():
		select {
		case e = <-ended:
		case <-time.After(r.o.Grace):
			e = end{Ran{Argv: append([]string{t.Source.Program}, t.Source.Args...)}, ctx.Err()}
			go func() { // it may yet hand over a file
				if late := <-ended; late.ran.File != nil {
					late.ran.File.Close()
				}
			}()
		}
	}
	out.finish()
	said.finish()
	switch {
	case out.over:
		return e.ran, errTooMuch
	case e.err != nil && ctx.Err() != nil:
		return e.ran, context.Cause(ctx)
	}
	return e.ran, e.err
}

// status says what became of a command.
func (r *runner) status(t Task, ran Ran, err error, empty bool) (evidence.Status, string) {
	switch {
	case errors.Is(err, errTooMuch):
		return evidence.CutShort, fmt.Sprintf("the program was ended after it had printed %d bytes", r.o.MaxOutput)
	case errors.Is(err, errTooLong):
		return evidence.TimedOut, fmt.Sprintf("the program was ended after %s", t.Collector.Timeout)
	case errors.Is(err, fs.ErrNotExist):
		return evidence.Absent, "the program does not exist on this host"
	case errors.Is(err, fs.ErrPermission):
		return evidence.Denied, "the program may not be run"
	case err != nil:
		return evidence.Failed, plainError(err)
	case ran.ExitCode == 0 && !empty:
		return evidence.Captured, ""
	}
	note := fmt.Sprintf("the program ended with exit code %d", ran.ExitCode)
	if empty {
		note += " and showed nothing"
	}
	if t.Source.Elevated != "" && !r.about.Elevated {
		return evidence.Denied, "needs administrator's rights: " + t.Source.Elevated + "; " + note
	}
	return evidence.Failed, note
}

// lookForKey opens a key of which reg.exe showed nothing, since the words by which it says that there is none are translated.
// A key that is not there is what the Item shows; one that may not be opened is there.
func (r *runner) lookForKey(key string, item *evidence.Item) {
	switch _, err := r.host.Subkeys(key); {
	case errors.Is(err, fs.ErrNotExist):
		item.Status, item.Missing = evidence.Absent, evidence.RegistryKey(key)
		item.Note = "the key does not exist on this host: it was looked for by opening it, after " + item.Note
	case errors.Is(err, fs.ErrPermission):
		item.Status, item.Note = evidence.Denied, "the key may not be read; "+item.Note
	}
}

// lookForSubject looks for what a command is about that failed, since its words are translated. What may not be looked at is there.
func (r *runner) lookForSubject(subject string, item *evidence.Item) {
	var err error
	if strings.HasPrefix(subject, `HKLM\`) {
		key, name, _ := strings.Cut(subject, "!")
		_, err = r.host.Value(key, name)
	} else {
		var f io.ReadCloser
		if f, err = r.host.Open(subject); err == nil {
			f.Close()
		} else if errors.Is(err, fs.ErrNotExist) {
			_, err = r.host.Names(subject)
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		item.Status, item.Note = evidence.Absent, subject+" does not exist on this host: it was looked for after "+item.Note
		if key, name, _ := strings.Cut(subject, "!"); strings.HasPrefix(key, `HKLM\`) {
			item.Missing = evidence.RegistryValue(key, name)
		}
	case errors.Is(err, fs.ErrPermission):
		item.Status, item.Note = evidence.Denied, subject+" may not be read; "+item.Note
	}
}

// exportedKey returns the key that a Source exports or queries.
func exportedKey(s Source) (string, bool) {
	if !strings.HasSuffix(s.Program, `\reg.exe`) || len(s.Args) < 2 {
		return "", false
	}
	return s.Args[1], true
}

// shown makes text for people of what a program said: on one line, at most max characters.
func (r *runner) shown(b []byte, max int) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(r.host.Text(b), "\uFFFD")), " ")
	if runes := []rune(text); len(runes) > max {
		text = string(runes[:max-1]) + "…"
	}
	return text
}

// maxHeld is how much of what a program prints is held in memory; more lies in a file. Most programs print less, so that most
// secrets are cut before anything of them is on a disk.
const maxHeld = 2 << 20

// holders are buffers for that, made once for each worker rather than anew for each Item.
var holders = sync.Pool{New: func() any { return new([]byte) }}

// spool holds what a program prints, up to a limit, in memory or in a file of the scratch folder. A program that was left behind
// may go on writing to it after finish; nothing of that is kept.
type spool struct {
	mu     sync.Mutex
	dir    string
	held   *[]byte  // of holders
	file   *os.File // nil: all of it is held
	n, max int64
	over   bool // there was more than max
	ended  bool
	full   func() // called once when there is more than max
}

func newSpool(dir string, max int64) *spool {
	held := holders.Get().(*[]byte)
	*held = (*held)[:0]
	return &spool{dir: dir, max: max, held: held}
}

func (s *spool) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return 0, io.ErrClosedPipe
	}
	take := b[:min(int64(len(b)), s.max-s.n)]
	n, err := s.put(take)
	s.n += int64(n)
	if err == nil && n < len(b) {
		if !s.over && s.full != nil {
			s.full()
		}
		s.over = true
		err = errTooMuch
	}
	return n, err
}

func (s *spool) put(b []byte) (int, error) {
	if s.file == nil && len(*s.held)+len(b) <= maxHeld {
		*s.held = append(*s.held, b...)
		return len(b), nil
	}
	if s.file == nil {
		f, err := os.CreateTemp(s.dir, "out-")
		if err != nil {
			return 0, err
		}
		s.file = f
		if _, err := f.Write(*s.held); err != nil {
			return 0, err
		}
	}
	return s.file.Write(b)
}

func (s *spool) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

func (s *spool) size() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// rewind returns all of it from its beginning.
func (s *spool) rewind() (io.Reader, error) {
	s.finish()
	if s.file == nil {
		return bytes.NewReader(*s.held), nil
	}
	_, err := s.file.Seek(0, io.SeekStart)
	return s.file, err
}

// remove gives up what is held. What rewind returned must not be read any more.
func (s *spool) remove() {
	s.finish()
	if s.held != nil {
		holders.Put(s.held)
		s.held = nil
	}
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
	}
}

// said is the first part of what a program wrote to standard error. The rest is read and dropped.
type said struct {
	mu    sync.Mutex
	b     bytes.Buffer
	max   int
	ended bool
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.b.Write(b[:min(len(b), s.max-s.b.Len())])
	}
	return len(b), nil
}

func (s *said) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

func (s *said) bytes() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Bytes()
}

// limitedReader ends with an error behind the limit, so that the Item is kept as cut short.
type limitedReader struct {
	r    io.Reader
	left int64
}

func (l *limitedReader) Read(b []byte) (int, error) {
	if l.left <= 0 {
		var one [1]byte
		if n, err := l.r.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, errors.New("longer than the limit for one item")
	}
	n, err := l.r.Read(b[:min(int64(len(b)), l.left)])
	l.left -= int64(n)
	return n, err
}
