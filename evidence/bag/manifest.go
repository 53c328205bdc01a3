package bag

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

const declaration = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

// digestWidth is the length of a line of a manifest up to its path.
const digestWidth = 2*len(evidence.Digest{}) + 2

// File is one file of a bag.
type File struct {
	Path   string // forward slashes: data/report.pdf
	Size   int64
	Digest evidence.Digest
}

// formatManifest writes the lines that parseManifest reads. The files are sorted by path.
func formatManifest(files []File) []byte {
	var b bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", f.Digest, f.Path)
	}
	return b.Bytes()
}

// parseManifest reads lines of digest, two blanks, path, line feed, sorted by path without repetition: the one form
// that is written, so that equal lists have equal bytes. It reports every line that is not so.
func parseManifest(name string, text []byte, f *faults) []File {
	var files []File
	last := ""
	for n, line := range numbered(text) {
		file, err := parseManifestLine(line)
		if err != nil {
			f.add(name, BadForm, "line %d: %v", n, err)
			continue
		}
		switch c := strings.Compare(last, file.Path); {
		case c == 0:
			f.add(name, BadForm, "line %d: %q is listed twice", n, file.Path)
			continue
		case c > 0:
			f.add(name, BadForm, "line %d: %q is not in sorted order", n, file.Path)
		default:
			last = file.Path
		}
		files = append(files, file)
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

func parseManifestLine(line string) (File, error) {
	line, ok := strings.CutSuffix(line, "\n")
	if !ok {
		return File{}, fmt.Errorf("no line feed at the end")
	}
	if strings.HasSuffix(line, "\r") {
		return File{}, fmt.Errorf("ends with CR LF, want LF")
	}
	if len(line) <= digestWidth || line[digestWidth-2:digestWidth] != "  " {
		return File{}, fmt.Errorf("want a digest of 64 digits, two blanks and a path")
	}
	d, err := evidence.ParseDigest(line[:digestWidth-2])
	if err != nil {
		return File{}, err
	}
	path := line[digestWidth:]
	if err := CheckPath(path); err != nil {
		return File{}, err
	}
	return File{Path: path, Digest: d}, nil
}

// numbered yields the lines of text with their line feeds, counted from 1.
func numbered(text []byte) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range bytes.Lines(text) {
			n++
			if !yield(n, string(line)) {
				return
			}
		}
	}
}
