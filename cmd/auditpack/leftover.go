package main

import (
	"io"
	"strings"

	"auditpack/evidence/bag"
)

// sayLeftovers tells of hidden files beside what was written that runs have left there which were killed. Whether one is at
// work now, only the reader can know: so it is the reader who removes them.
func sayLeftovers(stderr io.Writer, dest string) {
	partial, old := bag.Leftovers(dest)
	if len(partial) > 0 {
		say(stderr, "beside it is what a run has left that was killed: remove %s, unless one is at work now", strings.Join(partial, " and "))
	}
	if len(old) > 0 {
		say(stderr, "beside it is what was there before a run that was killed replaced it: look at %s, and remove or rename it", strings.Join(old, " and "))
	}
}
