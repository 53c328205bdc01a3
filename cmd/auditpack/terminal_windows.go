package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// drawsEscapes reports whether a terminal understands escape sequences. The console of Windows does once it is told to, for each
// program anew; one that refuses (before Windows 10, or set to the legacy console) would show them as signs.
func drawsEscapes(f *os.File) bool {
	var mode uint32
	if windows.GetConsoleMode(windows.Handle(f.Fd()), &mode) != nil {
		return false
	}
	return mode&windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING != 0 ||
		windows.SetConsoleMode(windows.Handle(f.Fd()), mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
