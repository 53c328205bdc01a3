package compare

import (
	"fmt"
	"slices"

	"auditpack/evidence"
)

var places = []struct {
	place evidence.Place
	name  string
}{{evidence.Folder, "this folder"}, {evidence.Subfolders, "subfolders"}, {evidence.Files, "files"}}

// principals returns whom a list speaks of, each once.
func principals(lists ...evidence.ACL) []string {
	var all []string
	for _, l := range lists {
		for _, e := range l.Entries {
			if name := e.Principal.String(); e.Other == "" && !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	slices.Sort(all)
	return all
}

// granted returns what the entries about one principal give it at a Place. Groups that it may be in are principals of
// their own.
func granted(l evidence.ACL, place evidence.Place, who string) evidence.Access {
	return l.Granted(place, func(e evidence.ACE) bool { return e.Principal.String() == who })
}

// rightsMoved lists for each principal the rights that it had and has; equal places stand together.
func rightsMoved(was, is evidence.ACL) []string {
	if was.Null || is.Null {
		return nil // the values say it
	}
	var lines []string
	for _, who := range principals(was, is) {
		var moves, at []string
		for _, p := range places {
			before, after := granted(was, p.place, who), granted(is, p.place, who)
			if before == after {
				continue
			}
			move := before.Label() + " → " + after.Label()
			if n := len(moves); n > 0 && moves[n-1] == move {
				at[n-1] += ", " + p.name
				continue
			}
			moves, at = append(moves, move), append(at, p.name)
		}
		for i, move := range moves {
			lines = append(lines, fmt.Sprintf("%s on %s: %s", who, at[i], move))
		}
	}
	if len(lines) == 0 {
		lines = []string{"every principal keeps its own rights; entries differ in order or form"}
	}
	return lines
}

// sameRights reports whether two lists certainly give everybody the same: without denials, without entries that are
// not understood, the order does not count, and each principal has its own rights wherever the list is handed on.
func sameRights(s *sides) bool {
	if len(s.shown[0]) != 1 || len(s.shown[1]) != 1 {
		return false
	}
	was, okWas := s.shown[0][0].value.(evidence.ACL)
	is, okIs := s.shown[1][0].value.(evidence.ACL)
	if !okWas || !okIs || was.Null || is.Null {
		return false
	}
	for _, e := range slices.Concat(was.Entries, is.Entries) {
		if e.Deny || e.Other != "" || e.Flags&evidence.NoPropagate != 0 {
			return false
		}
	}
	for _, who := range principals(was, is) {
		for _, p := range places {
			if granted(was, p.place, who) != granted(is, p.place, who) {
				return false
			}
		}
	}
	return true
}
