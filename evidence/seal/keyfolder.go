package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// Folder is where identities live: a file each, NAME.pem, NAME.p12 or NAME.signer, for their owner alone (folder 0700,
// files 0600; on Windows what the user's profile grants).
type Folder string

// Place is where one identity of a Folder lies.
type Place struct {
	Name string
	Path string
	Form Form
}

// extension names the files of a Form.
func (f Form) extension() string {
	switch f {
	case FormPKCS12:
		return ".p12"
	case FormExternal:
		return ".signer"
	}
	return ".pem"
}

// forms are all Forms.
var forms = []Form{FormPEM, FormPKCS12, FormExternal}

// DefaultName is the identity that signs when none is named.
const DefaultName = "default"

var nameForm = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// IsName says if text can be the name of an identity: 1 to 40 of a–z, 0–9 and the hyphen.
func IsName(text string) bool { return nameForm.MatchString(text) }

func checkIdentityName(name string) error {
	if !IsName(name) {
		return fmt.Errorf("identity %q: a name has 1 to 40 of a-z, 0-9 and -", name)
	}
	return nil
}

// Find returns where an identity lies. The error is an fs.ErrNotExist if there is none of this name.
func (f Folder) Find(name string) (Place, error) {
	if err := checkIdentityName(name); err != nil {
		return Place{}, err
	}
	var found []Place
	for _, form := range forms {
		p := Place{name, filepath.Join(string(f), name+form.extension()), form}
		switch _, err := os.Lstat(p.Path); {
		case err == nil:
			found = append(found, p)
		case !errors.Is(err, fs.ErrNotExist):
			return Place{}, err
		}
	}
	switch len(found) {
	case 0:
		return Place{}, &noIdentityError{name, f}
	case 1:
		return found[0], nil
	}
	return Place{}, fmt.Errorf("identity %s is there twice: %s and %s: remove one", name, found[0].Path, found[1].Path)
}

// noIdentityError says that a Folder has no identity of a name.
type noIdentityError struct {
	name   string
	folder Folder
}

func (e *noIdentityError) Error() string {
	return fmt.Sprintf("no identity is called %s in %s", e.name, e.folder)
}

func (e *noIdentityError) Is(target error) bool { return target == fs.ErrNotExist }

// List returns all identities by name, none if there is no Folder.
func (f Folder) List() ([]Place, error) {
	entries, err := os.ReadDir(string(f)) // sorted
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var places []Place
	for _, e := range entries {
		for _, form := range forms {
			if name, ok := strings.CutSuffix(e.Name(), form.extension()); ok && IsName(name) {
				places = append(places, Place{name, filepath.Join(string(f), e.Name()), form})
			}
		}
	}
	return places, err
}

// Save writes an identity file whole or not at all, readable by its owner alone, and returns where it lies. The error is
// an fs.ErrExist if there is an identity of this name, whatever its Form, and replace is false.
func (f Folder) Save(name string, form Form, data []byte, replace bool) (Place, error) {
	old, err := f.Find(name)
	switch {
	case err == nil && !replace:
		return old, &existsError{old}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return Place{}, err
	}
	place := Place{name, filepath.Join(string(f), name+form.extension()), form}
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return place, err
	}
	if err := place.write(data, replace); err != nil {
		return place, err
	}
	if old.Path != "" && old.Path != place.Path {
		return place, os.Remove(old.Path)
	}
	return place, nil
}

// existsError says that there is an identity already.
type existsError struct{ place Place }

func (e *existsError) Error() string {
	return fmt.Sprintf("identity %s exists: %s", e.place.Name, e.place.Path)
}

func (e *existsError) Is(target error) bool { return target == fs.ErrExist }

// write puts the file in its place in one step.
func (p Place) write(data []byte, replace bool) error {
	beside, err := os.CreateTemp(filepath.Dir(p.Path), ".new-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(beside.Name()) // once it is renamed there is nothing to remove
	_, err = beside.Write(data)
	if err = errors.Join(err, beside.Sync(), beside.Close()); err != nil {
		return err
	}
	if replace {
		return os.Rename(beside.Name(), p.Path)
	}
	err = os.Link(beside.Name(), p.Path) // unlike a rename it never replaces: of two at once, one key wins and none is lost
	if errors.Is(err, fs.ErrExist) {
		return &existsError{p}
	}
	if err != nil { // a file system without links
		if _, there := os.Lstat(p.Path); there == nil {
			return &existsError{p}
		}
		err = os.Rename(beside.Name(), p.Path)
	}
	return err
}

// OpenToOthers says if others than its owner may read a file, as far as permission bits tell: not on Windows.
func OpenToOthers(info fs.FileInfo) bool {
	return runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
}
