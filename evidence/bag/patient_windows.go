package bag

import (
	"errors"

	"golang.org/x/sys/windows"
)

// held reports whether an error may come from another program that has a file open. A folder with such a file answers
// "access denied", as one does that may not be renamed at all; a file that was removed and is still open keeps its folder from
// being empty.
func held(err error) bool {
	return errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION) ||
		errors.Is(err, windows.ERROR_DIR_NOT_EMPTY)
}
