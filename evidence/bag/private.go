package bag

import "path/filepath"

// Mkdir makes a folder for what helps an attacker too: on Windows its owner, Administrators and SYSTEM alone may use it and
// everything in it, elsewhere its owner. The error is fs.ErrExist if there is something already.
func Mkdir(path string) error { return mkdir(path) }

// CheckFree tells whether a bag may be written to dest, before the work for it is done. The error is an [*ExistsError]
// if something is there.
func CheckFree(dest string) error {
	p := &place{dest: filepath.Clean(dest)}
	if err := p.checkFree(false); err != nil {
		return err
	}
	return p.checkOutside()
}

// KeepsAccessLists reports whether the volume of a folder keeps what [Mkdir] and a bag say about who may read them. On Windows one
// with FAT or exFAT drops it without an error; everybody who has the volume can read it.
func KeepsAccessLists(folder string) (bool, error) { return keepsAccessLists(folder) }
