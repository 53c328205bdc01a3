package bag

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

	"auditpack/evidence"
)

// The files of a seal that belong to no number: they are those of the first signer.
const (
	SignerName   = "signer.pem"
	TSAChainName = "tsa-chain.pem"
)

// MaxSeals is how many signers a bag may have.
const MaxSeals = 99

// SealFile is one file of seal/.
type SealFile struct {
	Name string // without seal/: tagmanifest-sha256.txt.p7s
	Data []byte
}

// SealName returns the name, below seal/, of what the signer with this number adds: ending is p7s or tsr. The first signer
// has the number 1, which does not stand in the name.
func SealName(number int, ending string) string {
	if number == 1 {
		return TagManifestName + "." + ending
	}
	return fmt.Sprintf("%s.%d.%s", TagManifestName, number, ending)
}

// TagManifest returns the bytes of tagmanifest-sha256.txt, which a seal signs.
func (b *Bag) TagManifest() ([]byte, error) { return b.ReadFile(TagManifestName, b.limits.TagSize) }

// Seals returns the numbers of the signers whose .p7s lies in seal/, in rising order.
func (b *Bag) Seals() []int {
	var list []int
	for n := 1; n <= MaxSeals; n++ {
		if _, ok := b.File(sealPrefix + SealName(n, "p7s")); ok {
			list = append(list, n)
		}
	}
	return list
}

// checkSeal tells why files cannot be added to seal/: names that it may not hold, or that are taken.
func checkSeal(files []SealFile, taken func(path string) bool) error {
	seen := map[string]bool{}
	for _, f := range files {
		path := sealPrefix + f.Name
		switch {
		case !sealed(path):
			return fmt.Errorf("%q: is not one of the names that seal/ may hold", shorten(path))
		case seen[f.Name]:
			return fmt.Errorf("%s: written twice", path)
		case taken(path):
			return fmt.Errorf("%s: is there already, and nothing in a sealed bag is ever changed", path)
		}
		seen[f.Name] = true
	}
	if len(files) == 0 {
		return errors.New("a seal without files")
	}
	return nil
}

// AddSeal verifies the bag at path, a folder or a zip, hands it to sign and adds the files that sign returns to its seal/.
// Nothing else in the bag changes, and no file of a seal is replaced. On an error the bag is as it was.
//
// Into a folder the files are moved one after the other, or, where there was no seal, all in one step. A zip is written
// again beside: the bytes of all entries that it had stay where they are, the new ones follow, and the directory is its old
// one with their records at the end.
func AddSeal(ctx context.Context, path string, l Limits, sign func(ctx context.Context, b *Bag) ([]SealFile, error)) error {
	real, err := filepath.EvalSymlinks(path) // so that a rename replaces the bag and not a link to it
	if err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	b, err := Open(ctx, real, l)
	if err != nil {
		return err
	}
	defer b.Close()
	evidence.Tell(ctx, evidence.Step{})
	files, err := sign(ctx, b)
	if err != nil {
		return err
	}
	err = checkSeal(files, func(path string) bool { _, ok := b.File(path); return ok })
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	p := &place{dest: filepath.Clean(real), replace: true}
	if err := p.checkOutside(); err != nil {
		return err
	}
	switch s := b.source.(type) {
	case *folderSource:
		return p.sealFolder(files)
	case *zipSource:
		return p.sealZip(ctx, b, s, files)
	}
	return fmt.Errorf("%s: a bag within a bag is not sealed by itself", path)
}

// sealFolder writes the files beside the bag, where a run that is killed does no harm, and moves them into its seal/.
func (p *place) sealFolder(files []SealFile) (err error) {
	temp, err := p.beside("partial", func(path string) error { return os.Mkdir(path, folderMode) })
	if err != nil {
		return err
	}
	p.temp = temp
	defer func() { err = errors.Join(err, p.clear()) }()
	for _, f := range files {
		if err := writeFile(filepath.Join(temp, f.Name), f.Data); err != nil {
			return p.explain(err)
		}
	}
	if err := syncFolder(temp); err != nil {
		return p.explain(err)
	}
	folder := filepath.Join(p.dest, strings.TrimSuffix(sealPrefix, "/"))
	if _, err := os.Lstat(folder); errors.Is(err, fs.ErrNotExist) {
		if err := os.Rename(temp, folder); err != nil {
			return p.explain(err)
		}
		return p.synced(p.dest)
	}
	var moved []string
	for _, f := range files {
		to := filepath.Join(folder, f.Name)
		if err := moveNew(filepath.Join(temp, f.Name), to); err != nil {
			for _, m := range moved {
				err = errors.Join(err, os.Remove(m))
			}
			return p.explain(err)
		}
		moved = append(moved, to)
	}
	return p.synced(folder)
}

// synced makes the names in folder durable.
func (p *place) synced(folder string) error {
	if err := syncFolder(folder); err != nil {
		return p.explain(err)
	}
	return nil
}

// moveNew gives a file another name that nothing has. A plain rename would replace what another signer put there since.
func moveNew(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		return os.Remove(from)
	}
	if _, there := os.Lstat(to); there == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to) // a file system without links
}

func writeFile(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// sealZip writes the zip again with more entries.
func (p *place) sealZip(ctx context.Context, b *Bag, from *zipSource, files []SealFile) (err error) {
	opened, ok := from.file.(*os.File)
	if !ok {
		return fmt.Errorf("%s: not a file", p.dest)
	}
	at, err := opened.Stat()
	if err != nil {
		return p.explain(err)
	}
	p.temp, err = p.beside("partial", func(path string) error { return writeFile(path, nil) })
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.clear())
		}
	}()
	t, err := createZip(p.temp, Options{})
	if err != nil {
		return p.explain(err)
	}
	defer t.discard()
	if err := t.resume(ctx, from); err != nil {
		return p.explain(err)
	}
	for _, f := range files {
		out, err := t.create(sealPrefix + f.Name)
		if err == nil {
			err = writeAll(out, f.Data)
		}
		if err != nil {
			return p.explain(err)
		}
	}
	if err := t.finish(ctx); err != nil {
		return p.explain(err)
	}
	if err := os.Chmod(p.temp, at.Mode().Perm()); err != nil {
		return p.explain(err)
	}
	b.Close() // Windows does not replace a file that is open
	if now, err := os.Stat(p.dest); err != nil || !os.SameFile(at, now) || now.Size() != at.Size() || !now.ModTime().Equal(at.ModTime()) {
		return fmt.Errorf("%s: changed while it was being signed, perhaps by another signer; nothing was written: sign again", p.dest)
	}
	return p.put()
}

// resume fills t with every byte of a finished zip before its directory.
func (t *zipTarget) resume(ctx context.Context, from *zipSource) error {
	for _, e := range from.entries {
		t.entries = append(t.entries, e)
		t.at = max(t.at, int64(e.offset)+localSize+int64(len(e.name))+int64(e.size))
	}
	slices.SortFunc(t.entries, func(a, b zipEntry) int { return int(int64(a.offset) - int64(b.offset)) })
	t.when, t.top = t.entries[0].when, commonTop(t.entries)
	buffer := make([]byte, 512<<10)
	for at := int64(0); at < t.at; {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := buffer[:min(int64(len(buffer)), t.at-at)]
		if n, err := from.file.ReadAt(part, at); n < len(part) {
			if err == io.EOF {
				err = errors.New("cut short since it was verified")
			}
			return err
		}
		if _, err := t.file.WriteAt(part, at); err != nil {
			return err
		}
		at += int64(len(part))
		evidence.Tell(ctx, evidence.Step{Doing: "copying", Name: filepath.Base(t.file.Name()), Done: at, Of: t.at, Bytes: true})
	}
	return nil
}
