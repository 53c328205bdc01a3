package bag

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// private is the access list of folders and files: the user who runs the program, Administrators, SYSTEM, and nothing
// inherited from above. Modes like 0700 mean nothing to Windows.
func private() (*windows.SecurityAttributes, error) {
	who, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	d, err := windows.SecurityDescriptorFromString("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;" + who.User.Sid.String() + ")")
	if err != nil {
		return nil, err
	}
	a := &windows.SecurityAttributes{SecurityDescriptor: d}
	a.Length = uint32(unsafe.Sizeof(*a))
	return a, nil
}

func mkdir(path string) error {
	a, err := private()
	if err != nil {
		return &os.PathError{Op: "mkdir", Path: path, Err: err}
	}
	name, err := windows.UTF16PtrFromString(path)
	if err == nil {
		err = windows.CreateDirectory(name, a)
	}
	if err != nil {
		return &os.PathError{Op: "mkdir", Path: path, Err: err}
	}
	return nil
}

func createFile(path string) (*os.File, error) {
	a, err := private()
	if err != nil {
		return nil, &os.PathError{Op: "create", Path: path, Err: err}
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &os.PathError{Op: "create", Path: path, Err: err}
	}
	h, err := windows.CreateFile(name, windows.GENERIC_WRITE, windows.FILE_SHARE_READ, a, windows.CREATE_NEW, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, &os.PathError{Op: "create", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}

func keepsAccessLists(folder string) (bool, error) {
	explain := func(err error) error { return &os.PathError{Op: "volume", Path: folder, Err: err} }
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return false, explain(err)
	}
	root := make([]uint16, windows.MAX_LONG_PATH)
	if err := windows.GetVolumePathName(name, &root[0], uint32(len(root))); err != nil {
		return false, explain(err)
	}
	var flags uint32
	if err := windows.GetVolumeInformation(&root[0], nil, 0, nil, nil, &flags, nil, 0); err != nil {
		return false, explain(err)
	}
	return flags&windows.FILE_PERSISTENT_ACLS != 0, nil
}
