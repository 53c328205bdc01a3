package pack

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/seal"
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
	kind, err := recognise(path, at.Size())
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, cause(err))
	}
	return kind, nil
}

func recognise(path string, size int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
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

// isWorkbook reports whether a zip is an Office package (ECMA-376 part 2), and no bag.
func isWorkbook(r io.ReaderAt, size int64) bool {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return false
	}
	found := false
	for _, f := range z.File {
		switch path.Base(f.Name) {
		case "bagit.txt":
			return false
		case "[Content_Types].xml":
			found = true
		}
	}
	return found
}

// file verifies a PDF or a workbook by itself.
func (v *verifier) file(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, cause(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxDocument+1))
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", name, cause(err))
	case len(data) > maxDocument:
		return fmt.Errorf("%s: larger than %d bytes", name, maxDocument)
	}
	v.report.Digest, v.report.Bytes = evidence.DigestOf(data), int64(len(data))
	verify := verifyPDF
	if v.report.Kind == KindWorkbook {
		verify = verifyWorkbook
	}
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

// numbered is the ending of a signature of one signer out of several.
var numbered = regexp.MustCompile(`(\.[0-9]+)?\.p7s$`)

// signature verifies a .p7s by itself, over the file that it signs: the one with its name without the ending, in the same
// folder or the one above, where a bag has the tag manifest that its seal/ signs.
func (v *verifier) signature(name string) error {
	cms, err := readUpTo(name, maxSeal)
	if err != nil {
		return err
	}
	stem := numbered.ReplaceAllString(filepath.Base(name), "")
	if stem == filepath.Base(name) {
		return fmt.Errorf("%s: a signature by itself: want a name that ends in .p7s, beside the file that it signs", name)
	}
	folder := filepath.Dir(name)
	for _, content := range []string{filepath.Join(folder, stem), filepath.Join(folder, "..", stem)} {
		digest, size, err := digestOf(content)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", content, cause(err))
		}
		v.report.Digest, v.report.Bytes = digest, size
		one := seal.Verify(cms, digest, v.Trust)
		one.Place = filepath.Base(name)
		coverage := fmt.Sprintf("the %d bytes of %s", size, content)
		if stem == "tagmanifest-sha256.txt" {
			coverage += ", and nothing that it lists: verify the bag for that"
		}
		v.add(Signed{Name: filepath.Base(name), File: seal.File{Signatures: []seal.Signature{one}, Coverage: coverage}}, BadSignature)
		return nil
	}
	return fmt.Errorf("%s: a signature by itself: the file that it signs, %s, is neither beside it nor in the folder above", name, stem)
}

func readUpTo(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, most)
	}
	return data, nil
}

// digestOf hashes a file.
func digestOf(name string) (evidence.Digest, int64, error) {
	f, err := os.Open(name)
	if err != nil {
		return evidence.Digest{}, 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return evidence.Digest(h.Sum(nil)), n, err
}
