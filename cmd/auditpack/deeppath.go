package main

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// maxUsualPath is the longest path, in UTF-16 code units, that a program of Windows can open unless it was made for longer ones:
// MAX_PATH is 260 with the NUL at its end. This program is; Explorer, most zip and checksum programs, and reg.exe are not.
const maxUsualPath = 259

// longestScratch is the longest name of a file that a program is told to write into the folder of a capture.
const longestScratch = "export-9999.tmp"

// deepPath warns of a snapshot that lies so deep that other programs cannot open all of it; empty: they can. dest and scratch are
// full paths on Windows, planned the paths inside of the snapshot. What is in a .zip lies nowhere yet.
func deepPath(dest, scratch string, planned []string) string {
	units := func(path ...string) int { return len(utf16.Encode([]rune(strings.Join(path, `\`)))) }
	if n := units(scratch, longestScratch); n > maxUsualPath {
		return fmt.Sprintf("%s lies so deep that programs such as reg.exe may fail to write their results beside it: a path there has %d characters, they take %d; name a shorter one with -o", dest, n, maxUsualPath)
	}
	longest := units(dest)
	if !strings.HasSuffix(strings.ToLower(dest), ".zip") {
		for _, path := range planned {
			longest = max(longest, units(dest, path))
		}
	}
	if longest > maxUsualPath {
		return fmt.Sprintf("%s lies so deep that Explorer, zip and checksum programs may not open all of it: its longest path has %d characters, they take %d; name a shorter one with -o", dest, longest, maxUsualPath)
	}
	return ""
}
