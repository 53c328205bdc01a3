package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// Kinds of Change at the raw level, besides those at the setting level.
const (
	StatusChanged = "status changed" // collected before and not now, or the other way round
	Moved         = "moved"          // the same bytes at another path
)

// Items compares what two snapshots hold, by the paths inside them, sorted by path. An Item that is only on one side is
// moved if the other side alone has an Item with the same bytes, not empty, and each has one of them.
func Items(before, after []evidence.Item) []evidence.Change {
	var changes []evidence.Change
	var lost, gained []evidence.Item
	find := func(items []evidence.Item, path string) (evidence.Item, bool) {
		i := slices.IndexFunc(items, func(item evidence.Item) bool { return item.Path == path })
		if i < 0 {
			return evidence.Item{}, false
		}
		return items[i], true
	}
	for _, was := range before {
		is, ok := find(after, was.Path)
		switch {
		case !ok:
			lost = append(lost, was)
		case was.Status != is.Status:
			changes = append(changes, itemChange(StatusChanged, was, is))
		case was.Digest != is.Digest:
			changes = append(changes, itemChange(Changed, was, is))
		}
	}
	for _, is := range after {
		if _, ok := find(before, is.Path); !ok {
			gained = append(gained, is)
		}
	}
	same := func(items []evidence.Item, item evidence.Item) (found []evidence.Item) {
		for _, other := range items {
			if !item.Digest.IsZero() && item.Size > 0 && other.Digest == item.Digest {
				found = append(found, other)
			}
		}
		return found
	}
	for _, was := range lost {
		if to := same(gained, was); len(to) == 1 && len(same(lost, to[0])) == 1 {
			changes = append(changes, itemChange(Moved, was, to[0]))
			gained = slices.DeleteFunc(gained, func(item evidence.Item) bool { return item.Path == to[0].Path })
			continue
		}
		changes = append(changes, itemChange(Removed, was, evidence.Item{}))
	}
	for _, is := range gained {
		changes = append(changes, itemChange(Added, evidence.Item{}, is))
	}
	slices.SortFunc(changes, func(a, b evidence.Change) int {
		return cmp.Or(strings.Compare(a.Item, b.Item), strings.Compare(a.Kind, b.Kind))
	})
	return changes
}

func itemChange(kind string, was, is evidence.Item) evidence.Change {
	c := evidence.Change{Level: evidence.RawLevel, Kind: kind, Item: cmp.Or(is.Path, was.Path), Before: itemText(was), After: itemText(is)}
	if was.Path != "" {
		c.BeforeCites = []evidence.Citation{{Item: was.Path}}
	}
	if is.Path != "" {
		c.AfterCites = []evidence.Citation{{Item: is.Path}}
	}
	if kind == Moved {
		c.Meaning = []string{"the same bytes, before at " + was.Path}
	}
	return c
}

func itemText(item evidence.Item) string {
	switch {
	case item.Path == "":
		return ""
	case item.Digest.IsZero():
		return string(item.Status)
	}
	return fmt.Sprintf("%s, %d bytes, sha256 %s", item.Status, item.Size, item.Digest)
}
