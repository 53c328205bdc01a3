//go:build !windows

package bag

import "os"

func mkdir(path string) error { return os.Mkdir(path, folderMode) }

func createFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode)
}

func keepsAccessLists(string) (bool, error) { return true, nil }
