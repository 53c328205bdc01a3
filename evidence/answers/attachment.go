package answers

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"auditpack/evidence"
)

// Limits of attachments.
const (
	MaxAttachment  = 16 << 20 // one file, in bytes
	MaxAttachments = 64 << 20 // all of them together
)

// File is an attachment as it was read.
type File struct {
	Name string // as the answers file names it
	Data []byte
}

// ReadAttachments reads the files that attestations name, each once. folder is the one in which the answers file lies; it
// must be closed to links that lead out of it (os.Root). name stands in errors.
func ReadAttachments(name string, folder fs.FS, a evidence.Answers) ([]File, error) {
	var files []File
	total := 0
	for _, t := range a.Attestations {
		if t.Attachment.Name == "" || find(files, t.Attachment.Name) != nil {
			continue
		}
		data, err := readFile(folder, t.Attachment.Name)
		if total += len(data); err == nil && total > MaxAttachments {
			err = fmt.Errorf("all attachments together are larger than %d bytes", MaxAttachments)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: attestation of %s: attachment %s: %w", name, t.Cite.Line, t.Control, t.Attachment.Name, err)
		}
		files = append(files, File{t.Attachment.Name, data})
	}
	return files, nil
}

func readFile(folder fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(folder, name)
	if err != nil {
		return nil, cause(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a file")
	}
	f, err := folder.Open(name)
	if err != nil {
		return nil, cause(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxAttachment+1))
	if err == nil && len(data) > MaxAttachment {
		err = fmt.Errorf("larger than %d bytes", MaxAttachment)
	}
	return data, cause(err)
}

// cause returns err without the name of the file, which the caller says.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// Attach fills in path, size and digest of the attachments. Each must be among files.
func Attach(a *evidence.Answers, files []File) error {
	for i := range a.Attestations {
		at := &a.Attestations[i].Attachment
		if at.Name == "" {
			continue
		}
		f := find(files, at.Name)
		if f == nil {
			return fmt.Errorf("attestation of %s: the attachment %s was not read", a.Attestations[i].Control, at.Name)
		}
		at.Path, at.Size, at.Digest = f.Path(), int64(len(f.Data)), evidence.DigestOf(f.Data)
	}
	return nil
}

// Path is where the file lies in a package: its name there is its content's, so that any name will do on any system.
func (f File) Path() string {
	extension := strings.ToLower(path.Ext(f.Name))
	plain := func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' }
	if len(extension) < 2 || len(extension) > 6 || strings.ContainsFunc(extension, plain) {
		extension = ""
	}
	return path.Dir(evidence.AnswersPath) + "/attachments/" + evidence.DigestOf(f.Data).Short() + extension
}

func find(files []File, name string) *File {
	for i := range files {
		if files[i].Name == name {
			return &files[i]
		}
	}
	return nil
}
