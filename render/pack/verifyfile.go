package pack

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/render/pdf"
)

// KindOf tells by its content what lies at path: a PDF, a workbook, a signature, or else a bag, if anything.
func KindOf(path string) (string, error) {
	at, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, cause(err))
	}
	if !at.Mode().IsRegular() {
		return KindBag, nil
	}
	kind, err := recognise(path, at)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, cause(err))
	}
	return kind, nil
}

func recognise(path string, at fs.FileInfo) (string, error) {
	f, err := openRegular(path, at)
	if err != nil {
		return "", err
	}
	defer f.Close()
	size := at.Size()
	head := make([]byte, min(size, 1024))
	if _, err := io.ReadFull(f, head); err != nil {
		return "", err
	}
	switch {
	case bytes.Contains(head, []byte("%PDF-")): // ISO 32000-1 readers look for it in the first 1,024 bytes
		return KindPDF, nil
	case bytes.HasPrefix(head, []byte("PK")) && isWorkbook(f, size):
		return KindWorkbook, nil
	case len(head) > 2 && head[0] == 0x30 && head[1] >= 0x80: // DER: a SEQUENCE of more than 127 bytes
		return KindSignature, nil
	case strings.HasSuffix(path, ".p7s"):
		return KindSignature, nil
	}
	return KindBag, nil // a zip, or what package bag will say it is not
}

// isWorkbook reports whether a zip is an Office package (ECMA-376 part 2), and no bag. Of a package that was cut short the last
// directory left is that of the workbook in it, which does not list what the file begins with.
func isWorkbook(r io.ReaderAt, size int64) bool {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return false
	}
	first := make([]byte, 1024)
	n, _ := r.ReadAt(first, 0) // a shorter file is no error
	found, begins := false, false
	for _, f := range z.File {
		begins = begins || n > localHeader && bytes.HasPrefix(first[localHeader:n], []byte(f.Name))
		switch path.Base(f.Name) {
		case "bagit.txt":
			return false
		case "[Content_Types].xml":
			found = true
		}
	}
	return found && begins
}

// localHeader is how many bytes a zip begins with before the name of its first entry.
const localHeader = 30

// file verifies a PDF or a workbook by itself.
func (v *verifier) file(ctx context.Context, name string) error {
	verify, most := verifyPDF, int64(pdf.MaxSize)
	if v.report.Kind == KindWorkbook {
		verify, most = verifyWorkbook, maxDocument
	}
	data, err := readUpTo(ctx, name, most)
	if err != nil {
		return err
	}
	v.report.Digest, v.report.Bytes = evidence.DigestOf(data), int64(len(data))
	found, err := verify(bytes.NewReader(data), v.Trust)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s := Signed{Name: filepath.Base(name), File: found}
	v.add(s, BadSignature)
	if len(s.Signatures) == 0 && len(s.Faults) == 0 {
		v.fault("", NoSignature, "it carries no signature: there is nothing by which its bytes could be verified")
	}
	return nil
}

// maxContent is the largest file beside its .p7s that is hashed, in bytes: as large as a whole bag may be.
const maxContent = 64 << 30

// signature verifies a .p7s by itself, over the file that it signs: the one with its name without the ending, in the same
// folder or the one above, where a bag has the tag manifest that its seal/ signs.
func (v *verifier) signature(ctx context.Context, name string) error {
	cms, err := readUpTo(ctx, name, maxSeal)
	if err != nil {
		return err
	}
	stems := stemsOf(filepath.Base(name))
	if len(stems) == 0 {
		return fmt.Errorf("%s: a signature by itself: want a name that ends in .p7s, beside the file that it signs", name)
	}
	var der asn1.RawValue
	if _, err := asn1.Unmarshal(cms, &der); err != nil || der.Class != asn1.ClassUniversal || der.Tag != asn1.TagSequence {
		return fmt.Errorf("%s: not DER, so no signature", name)
	}
	folder := filepath.Dir(name)
	for _, stem := range stems {
		for _, content := range []string{filepath.Join(folder, stem), filepath.Join(folder, "..", stem)} {
			digest, _, size, err := digestOf(ctx, content, crypto.SHA256)
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err != nil {
				return fmt.Errorf("%s: %w", content, cause(err))
			}
			v.report.Digest, v.report.Bytes = digest, size
			one := seal.VerifyOver(cms, func(h crypto.Hash) []byte {
				if h == crypto.SHA256 {
					return digest[:]
				}
				again, sum, _, err := digestOf(ctx, content, h) // once more, for a signer with another digest
				if err != nil || again != digest {
					return nil
				}
				return sum
			}, v.Trust)
			one.Place = filepath.Base(name)
			coverage := fmt.Sprintf("the %d bytes of %s", size, content)
			if stem == bag.TagManifestName {
				coverage += ", and nothing that it lists: verify the bag for that"
			}
			v.add(Signed{Name: filepath.Base(name), File: seal.File{Signatures: []seal.Signature{one}, Coverage: coverage}}, BadSignature)
			return nil
		}
	}
	return fmt.Errorf("%s: a signature by itself: the file that it signs, %s, is neither beside it nor in the folder above", name, stems[len(stems)-1])
}

// stemsOf returns the names that the file can have that a .p7s signs, the likelier first. Only in the seal of a bag a number
// stands between, that of the signer.
func stemsOf(base string) []string {
	stem, ok := strings.CutSuffix(base, ".p7s")
	if !ok || stem == "" {
		return nil
	}
	for n := 2; n <= bag.MaxSeals; n++ {
		if base == bag.SealName(n, "p7s") {
			return []string{stem, bag.TagManifestName}
		}
	}
	return []string{stem}
}

// openRegular opens a file that was looked at, if it is one: nothing else is opened, as a pipe waits for its writer.
func openRegular(name string, at fs.FileInfo) (*os.File, error) {
	if !at.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	if err == nil && !os.SameFile(at, opened) {
		err = errors.New("another file was put in its place while it was read")
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// readUpTo reads a file that is named by a path, which may be a link to it, of at most most bytes.
func readUpTo(ctx context.Context, name string, most int64) ([]byte, error) {
	at, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	f, err := openRegular(name, at)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	defer f.Close()
	if at.Size() > most {
		return nil, fmt.Errorf("%s: %d bytes, the limit is %d", name, at.Size(), most)
	}
	data := make([]byte, at.Size())
	if _, err := io.ReadFull(patient{ctx, f}, data); err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	if n, _ := f.Read(make([]byte, 1)); n > 0 {
		return nil, fmt.Errorf("%s: grew while it was read", name)
	}
	return data, nil
}

// digestOf hashes a file that nobody has named, by SHA-256 and by h: a link is not followed.
func digestOf(ctx context.Context, name string, h crypto.Hash) (digest evidence.Digest, sum []byte, size int64, err error) {
	at, err := os.Lstat(name)
	if err != nil {
		return digest, nil, 0, err
	}
	if at.Size() > maxContent {
		return digest, nil, 0, fmt.Errorf("%d bytes, the limit is %d", at.Size(), int64(maxContent))
	}
	f, err := openRegular(name, at)
	if err != nil {
		return digest, nil, 0, err
	}
	defer f.Close()
	first, other := sha256.New(), h.New()
	both := io.Writer(first)
	if h != crypto.SHA256 {
		both = io.MultiWriter(first, other)
	}
	size, err = io.Copy(both, io.LimitReader(patient{ctx, f}, at.Size()+1))
	if err == nil && size != at.Size() {
		err = errors.New("its size changed while it was read")
	}
	return evidence.Digest(first.Sum(nil)), other.Sum(nil), size, err
}

// patient is a reader that ends when nobody waits for it any more.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
