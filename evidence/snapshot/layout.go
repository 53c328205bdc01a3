package snapshot

import (
	"fmt"
	"path"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/bag"
)

// The paths inside a snapshot.
const (
	recordPath  = "data/snapshot.json"
	itemsPrefix = "data/items/"
)

// MaxPath is the longest path inside a snapshot, so that a package can hold it below its own folders.
const MaxPath = 60

// maxCollector is the longest name of a collector's folder.
const maxCollector = 16

// layout gives every Item its path: data/items/<collector>/<file>.
type layout struct{ taken map[string]bool }

// path returns a free path for the Item. It is made of the last part of the Item's name as far as the alphabet of bags
// allows; where that is taken, a part of the digest of its whole name is added. The same Items in the same order
// get the same paths.
func (l *layout) path(item evidence.Item) string {
	folder := itemsPrefix + mangle(item.Collector, maxCollector) + "/"
	room := MaxPath - len(folder)
	base := path.Base(strings.TrimRight(item.Name, "/"))
	p := folder + mangle(base, room)
	if !l.taken[p] {
		return p
	}
	mark := "-" + evidence.DigestOf([]byte(item.Source + "/" + item.Name)).String()[:8]
	for n := 1; ; n++ {
		p := folder + suffixed(mangle(base, room-len(mark)), mark)
		if !l.taken[p] {
			return p
		}
		mark = fmt.Sprintf("-%s-%d", strings.SplitN(mark, "-", 3)[1], n+1)
	}
}

// claim takes a path, which is a new one, or one that was chosen by a collector.
func (l *layout) claim(p string) error {
	if err := checkItemPath(p); err != nil {
		return err
	}
	if l.taken[p] {
		return fmt.Errorf("%s: two items have this path", p)
	}
	l.taken[p] = true
	return nil
}

// checkItemPath tells why p cannot be the path of an Item.
func checkItemPath(p string) error {
	if err := bag.CheckPath(p); err != nil {
		return err
	}
	if len(p) > MaxPath {
		return fmt.Errorf("%s: %d characters, the limit inside a snapshot is %d", p, len(p), MaxPath)
	}
	rest, ok := strings.CutPrefix(p, itemsPrefix)
	if !ok || strings.Count(rest, "/") != 1 {
		return fmt.Errorf("%s: want data/items/<collector>/<file>", p)
	}
	return nil
}

// mangle makes a name of a bag out of any text: lower case, one hyphen for all that the alphabet has not, at most max
// bytes with the ending kept.
func mangle(name string, max int) string {
	var b strings.Builder
	last := byte(0)
	for _, r := range name {
		c := byte('-')
		switch {
		case r >= 'A' && r <= 'Z':
			c = byte(r) + 'a' - 'A'
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '_':
			c = byte(r)
		}
		if c != '-' || last != '-' {
			b.WriteByte(c)
		}
		last = c
	}
	s := strings.Trim(b.String(), ".-")
	if len(s) > max {
		stem, ending := split(s)
		s = strings.Trim(stem[:max-len(ending)], ".-") + ending
	}
	if s == "" {
		s = "file"
	}
	if bag.CheckPath(s) != nil { // a device of Windows
		stem, ending, _ := strings.Cut(s, ".")
		s = stem + "-" + strings.TrimSuffix("."+ending, ".")
	}
	return s
}

// suffixed puts mark between a name and its ending.
func suffixed(name, mark string) string {
	stem, ending := split(name)
	return stem + mark + ending
}

// split parts a name from an ending of at most eight characters.
func split(name string) (stem, ending string) {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 || len(name)-i > 8 {
		return name, ""
	}
	return name[:i], name[i:]
}
