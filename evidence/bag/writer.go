package bag

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"auditpack/evidence"
)

// Options says how a bag is written.
type Options struct {
	Top      string    // the one top folder inside a zip; empty: none
	Modified time.Time // the time of every zip entry, to two seconds; zero: the start of 1980
	Replace  bool      // an existing bag at the destination is replaced, after the new one is complete
	// Temp is where the bag is until it is complete: a free path in the same file system, in a folder that nobody else
	// writes to. Empty: a hidden one beside the destination.
	Temp string
	// Seal, if not nil, is called by Commit when the manifests are final, with the bytes of tagmanifest-sha256.txt. What it
	// returns becomes seal/; if it fails, nothing is written.
	Seal func(ctx context.Context, tagManifest []byte) ([]SealFile, error)
}

// Writer writes a bag beside its destination and puts it there as a whole. Nothing is at the destination until Commit
// has succeeded; Abort leaves nothing. Files are written one after the other, their digests taken on the way.
type Writer struct {
	place  *place
	target target
	seal   func(ctx context.Context, tagManifest []byte) ([]SealFile, error)

	mu    sync.Mutex
	taken map[string]bool // paths of files; with a slash at the end: folders
	files map[string]File // by path: written and closed
	info  []InfoLine
	busy  string // the file that is open
	err   error  // the first error; the bag can no longer be committed
	done  bool
}

// target is a folder or a zip that is being filled.
type target interface {
	// create begins a file; the one before it is closed by now.
	create(path string) (io.WriteCloser, error)
	// finish makes everything durable.
	finish(ctx context.Context) error
	// discard gives up the handles; what was written is removed by the caller.
	discard() error
}

// Create begins a bag at dest: a zip if dest ends in .zip, else a folder. The error is an [*ExistsError] if something
// is there already that may not be replaced.
func Create(dest string, o Options) (*Writer, error) {
	if o.Top != "" {
		if err := checkTop(o.Top); err != nil {
			return nil, err
		}
	}
	zip := strings.EqualFold(filepath.Ext(dest), ".zip")
	p, err := newPlace(dest, zip, o)
	if err != nil {
		return nil, err
	}
	w := &Writer{place: p, seal: o.Seal, taken: map[string]bool{}, files: map[string]File{}}
	if zip {
		w.target, err = createZip(p.temp, o)
	} else {
		w.target = &folderTarget{root: p.temp}
	}
	if err != nil {
		return nil, errors.Join(err, p.clear())
	}
	return w, nil
}

// Create begins the file path, which lies below data/ or is a further tag file. It ends with Close.
func (w *Writer) Create(path string) (io.WriteCloser, error) {
	if path == declarationName || path == infoName || path == manifestName || path == TagManifestName {
		return nil, fmt.Errorf("%s: written by Commit", path)
	}
	if strings.HasPrefix(path, sealPrefix) {
		return nil, fmt.Errorf("%s: a seal is made by Options.Seal or AddSeal, when the manifests are final", path)
	}
	return w.create(path)
}

// Add writes data as the file path.
func (w *Writer) Add(path string, data []byte) error {
	f, err := w.Create(path)
	if err != nil {
		return err
	}
	return writeAll(f, data)
}

// Info adds a line to bag-info.txt. The value ends up on one line; an impossible label or value is reported by Commit.
func (w *Writer) Info(key, value string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := InfoLine{key, value}
	err := l.check()
	if key == oxumKey {
		err = fmt.Errorf("%s: written by Commit", key)
	}
	if err != nil {
		w.fail(fmt.Errorf("%s: %w", infoName, err))
		return
	}
	w.info = append(w.info, l)
}

// Commit writes the tag files, makes everything durable and moves the bag to its destination. It returns the digest of
// tagmanifest-sha256.txt, which stands for the whole bag.
func (w *Writer) Commit(ctx context.Context) (evidence.Digest, error) {
	tagManifest, err := w.writeTags()
	if err != nil {
		return evidence.Digest{}, err
	}
	if err := w.addSeal(ctx, tagManifest); err != nil {
		return evidence.Digest{}, err
	}
	if err := ctx.Err(); err != nil {
		return evidence.Digest{}, err
	}
	if err := w.target.finish(ctx); err != nil {
		return evidence.Digest{}, w.place.explain(err)
	}
	if err := ctx.Err(); err != nil {
		return evidence.Digest{}, err
	}
	if err := w.place.put(); err != nil {
		return evidence.Digest{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = true
	return evidence.DigestOf(tagManifest), nil
}

// addSeal asks for the seal and writes it, if there is to be one.
func (w *Writer) addSeal(ctx context.Context, tagManifest []byte) error {
	if w.seal == nil {
		return nil
	}
	evidence.Tell(ctx, evidence.Step{})
	files, err := w.seal(ctx, tagManifest)
	if err != nil {
		return err
	}
	if err := checkSeal(files, func(string) bool { return false }); err != nil {
		return err
	}
	for _, f := range files {
		if err := w.add(sealPrefix+f.Name, f.Data); err != nil {
			return err
		}
	}
	return nil
}

// writeTags writes what every bag has beside its payload and returns the tag manifest.
func (w *Writer) writeTags() ([]byte, error) {
	w.mu.Lock()
	err, busy, done := w.err, w.busy, w.done
	var payload []File
	for _, f := range w.sorted() {
		if strings.HasPrefix(f.Path, payloadPrefix) {
			payload = append(payload, f)
		}
	}
	info := append(slices.Clone(w.info), InfoLine{oxumKey, oxum(payload)})
	w.mu.Unlock()
	switch {
	case err != nil:
		return nil, err
	case done:
		return nil, fmt.Errorf("%s: already committed or aborted", w.place.dest)
	case busy != "":
		return nil, fmt.Errorf("%s: not closed", busy)
	case len(payload) == 0:
		return nil, fmt.Errorf("%s: a bag without payload", w.place.dest)
	}
	for _, t := range []struct {
		path string
		text []byte
	}{
		{declarationName, []byte(declaration)},
		{infoName, formatInfo(info)},
		{manifestName, formatManifest(payload)},
	} {
		if err := w.add(t.path, t.text); err != nil {
			return nil, err
		}
	}
	var tags []File
	w.mu.Lock()
	for _, f := range w.sorted() {
		if tagFile(f.Path) {
			tags = append(tags, f)
		}
	}
	w.mu.Unlock()
	text := formatManifest(tags)
	return text, w.add(TagManifestName, text)
}

// File returns what is known of a file that was written and closed.
func (w *Writer) File(path string) (File, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f, ok := w.files[path]
	return f, ok
}

// Copy writes every file of b below dir, which lies below data/: a bag inside the bag, as it is.
func (w *Writer) Copy(ctx context.Context, dir string, b *Bag) error {
	for _, f := range b.files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.copyFile(dir+"/"+f.Path, b, f.Path); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) copyFile(to string, b *Bag, from string) error {
	r, err := b.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	f, err := w.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// Abort removes everything that was written. After Commit, or after Abort, it does nothing.
func (w *Writer) Abort() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.done {
		return nil
	}
	w.done = true
	return errors.Join(w.target.discard(), w.place.clear())
}

func (w *Writer) add(path string, data []byte) error {
	f, err := w.create(path)
	if err != nil {
		return err
	}
	return writeAll(f, data)
}

func writeAll(f io.WriteCloser, data []byte) error {
	_, err := f.Write(data)
	return errors.Join(err, f.Close())
}

func (w *Writer) create(path string) (io.WriteCloser, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.ready(path); err != nil {
		return nil, err
	}
	if err := w.claim(path); err != nil {
		return nil, err
	}
	f, err := w.target.create(path)
	if err != nil {
		return nil, w.fail(w.place.explain(err))
	}
	w.busy = path
	return &fileWriter{w: w, path: path, to: f, hash: sha256.New()}, nil
}

// ready tells why no file can be begun.
func (w *Writer) ready(path string) error {
	switch {
	case w.err != nil:
		return w.err
	case w.done:
		return fmt.Errorf("%s: already committed or aborted", w.place.dest)
	case w.busy != "":
		return fmt.Errorf("%s: %s is still being written", path, w.busy)
	}
	return nil
}

// claim takes path, so that no later file has the same name or uses it as a folder.
func (w *Writer) claim(path string) error {
	if err := CheckPath(path); err != nil {
		return err
	}
	if w.taken[path] {
		return fmt.Errorf("%s: written twice", path)
	}
	if w.taken[path+"/"] {
		return fmt.Errorf("%s: is a folder already", path)
	}
	for i, c := range path {
		if c == '/' && w.taken[path[:i]] {
			return fmt.Errorf("%s: %s is a file already", path, path[:i])
		}
	}
	w.taken[path] = true
	for i, c := range path {
		if c == '/' {
			w.taken[path[:i+1]] = true
		}
	}
	return nil
}

// fail keeps the first error and returns err.
func (w *Writer) fail(err error) error {
	if w.err == nil {
		w.err = err
	}
	return err
}

func (w *Writer) sorted() []File {
	return slices.SortedFunc(maps.Values(w.files), func(a, b File) int { return strings.Compare(a.Path, b.Path) })
}

// fileWriter is one file of a bag while it is written.
type fileWriter struct {
	w      *Writer
	path   string
	to     io.WriteCloser
	hash   hash.Hash
	size   int64
	closed bool
}

// Write passes b on and hashes what was taken.
func (f *fileWriter) Write(b []byte) (int, error) {
	n, err := f.to.Write(b)
	f.hash.Write(b[:n])
	f.size += int64(n)
	if err != nil {
		f.w.mu.Lock()
		defer f.w.mu.Unlock()
		err = f.w.fail(f.w.place.explain(err))
	}
	return n, err
}

// Close ends the file and enters it in the manifest.
func (f *fileWriter) Close() error {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	if f.closed {
		return nil
	}
	f.closed = true
	f.w.busy = ""
	if err := f.to.Close(); err != nil {
		return f.w.fail(f.w.place.explain(err))
	}
	f.w.files[f.path] = File{Path: f.path, Size: f.size, Digest: evidence.Digest(f.hash.Sum(nil))}
	return nil
}
