package guide

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/manuscript"
)

// The limits of what Load reads: a guide is written by people, so whatever is larger is not one.
const (
	maxFileSize = 256 << 10
	maxSections = 100
)

// limits are also those of a file's text.
var limits = manuscript.Limits{Size: maxFileSize, Line: 1000, Brackets: 20}

const indexName = "guide.yaml"

var fileName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}\.yaml$`)

// index is guide.yaml.
type index struct {
	evidence.Guide `yaml:",inline"`
	Files          []string `yaml:"sections"`
}

// Load reads the guide in the root of fsys. The Digest is over its files, as the package comment says.
func Load(fsys fs.FS) (evidence.Guide, evidence.Digest, error) {
	g, d, err := load(fsys)
	if err != nil {
		return evidence.Guide{}, evidence.Digest{}, fmt.Errorf("guide: %w", err)
	}
	return g, d, nil
}

func load(fsys fs.FS) (evidence.Guide, evidence.Digest, error) {
	var none evidence.Digest
	raw, err := readFile(fsys, indexName)
	if err != nil {
		return evidence.Guide{}, none, err
	}
	var x index
	if err := decode(indexName, raw, &x); err != nil {
		return evidence.Guide{}, none, err
	}
	if err := checkFiles(fsys, x.Files); err != nil {
		return evidence.Guide{}, none, err
	}
	digests := map[string]evidence.Digest{indexName: evidence.DigestOf(raw)}
	g := x.Guide
	for _, name := range x.Files {
		raw, err := readFile(fsys, name)
		if err != nil {
			return evidence.Guide{}, none, err
		}
		var s evidence.Section
		if err := decode(name, raw, &s); err != nil {
			return evidence.Guide{}, none, err
		}
		digests[name] = evidence.DigestOf(raw)
		g.Sections = append(g.Sections, s)
	}
	return g, digestOf(digests), nil
}

func decode(name string, raw []byte, v any) error {
	f, err := manuscript.Parse(name, raw, limits)
	if err != nil {
		return err
	}
	return f.Decode(v)
}

// checkFiles demands that names are well-formed, differ, and are all the YAML files there are.
func checkFiles(fsys fs.FS, names []string) error {
	if len(names) == 0 {
		return fmt.Errorf("%s: lists no sections", indexName)
	}
	if len(names) > maxSections {
		return fmt.Errorf("%s: lists %d sections, at most %d are read", indexName, len(names), maxSections)
	}
	seen := map[string]bool{indexName: true}
	for _, name := range names {
		if !fileName.MatchString(name) {
			return fmt.Errorf("%s: section file %q: want lower case letters, digits and \"-\", ending in .yaml", indexName, name)
		}
		if seen[name] {
			return fmt.Errorf("%s: section file %s is listed twice or is %[1]s itself", indexName, name)
		}
		seen[name] = true
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if path.Ext(e.Name()) == ".yaml" && !seen[e.Name()] {
			return fmt.Errorf("%s: not listed in %s", e.Name(), indexName)
		}
	}
	return nil
}

func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(raw) > maxFileSize {
		return nil, fmt.Errorf("%s: larger than %d KiB", name, maxFileSize>>10)
	}
	return raw, nil
}

// digestOf hashes the list of files as sha256sum prints it, sorted by name.
func digestOf(files map[string]evidence.Digest) evidence.Digest {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	var list strings.Builder
	for _, name := range names {
		fmt.Fprintf(&list, "%s  %s\n", files[name], name)
	}
	return evidence.DigestOf([]byte(list.String()))
}
