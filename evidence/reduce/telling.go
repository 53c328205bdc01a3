package reduce

import (
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence/audit"
)

const (
	// minTelling is how many bytes a text has at least, in the alphabet of paths, that is looked for in the paths of items.
	minTelling = 4
	// maxTelling is how many words of a path are looked at together.
	maxTelling = 6
)

// tellingPaths finds the paths of items in which something stands that is masked, or would be if anything spoke of it.
func (m *masker) tellingPaths(a audit.Audit, accounts []string) []audit.TellingPath {
	told := map[string]string{} // text in the alphabet of paths → its mask
	tell := func(s, mask string) {
		if flat := inPath(s); len(flat) >= minTelling {
			told[flat] = mask
		}
	}
	for _, name := range accounts {
		if !m.known.all(name) { // a word of the guide in a path is the guide's
			tell(name, string(account))
		}
	}
	for i := len(rules) - 1; i >= 0; i-- { // the first rule says it
		texts := make([]string, len(m.masks[rules[i].rule])) // by their numbers
		for s, n := range m.masks[rules[i].rule] {
			texts[n-1] = s
		}
		for n, s := range slices.Backward(texts) {
			if rules[i].rule == address || !m.known.all(s) { // a number is known, an address is none
				tell(s, string(rules[i].rule)+"-"+strconv.Itoa(n+1))
			}
		}
	}
	found := map[string]string{}
	for _, h := range a.Hosts {
		for _, s := range []*audit.Snapshot{&h.After, h.Before} {
			if s == nil {
				continue
			}
			for _, item := range s.Items {
				if mask, ok := tells(item.Path, told); ok {
					found[item.Path] = mask
				}
			}
		}
	}
	var list []audit.TellingPath
	for path, mask := range found {
		list = append(list, audit.TellingPath{Path: path, Mask: mask})
	}
	slices.SortFunc(list, func(a, b audit.TellingPath) int { return strings.Compare(a.Path, b.Path) })
	return list
}

// tells returns the mask of the longest text that stands in the name of an item's file, its first one of these.
func tells(path string, told map[string]string) (string, bool) {
	_, base, _ := strings.Cut(strings.TrimPrefix(path, "data/items/"), "/")
	list := strings.Split(inPath(base), "-")
	for n := min(len(list), maxTelling); n > 0; n-- {
		for i := 0; i+n <= len(list); i++ {
			if mask, ok := told[strings.Join(list[i:i+n], "-")]; ok {
				return mask, true
			}
		}
	}
	return "", false
}

// inPath writes a text as paths of items write it: words of letters and digits with a hyphen between.
func inPath(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}
