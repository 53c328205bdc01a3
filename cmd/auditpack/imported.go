package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/snapshot"
	"auditpack/render"
)

// showImport lists each file and what it was taken for, and says what to do next.
func showImport(report snapshot.ImportReport, dest string, stdout, stderr io.Writer) error {
	st := newStyle(stdout)
	items := slices.Clone(report.Items)
	slices.SortStableFunc(items, func(a, b evidence.Item) int { return cmp.Compare(unused(a), unused(b)) })
	used, open, names := 0, 0, 0
	for _, item := range items {
		if n := runes(clean(item.Name)); n <= width()/2 { // longer ones have a line of their own
			names = max(names, n)
		}
	}
	beside := strings.Repeat(" ", 12+names+2)
	for _, item := range items {
		what, result := describe(item)
		if result == evidence.Pass {
			used++
		} else {
			open++
		}
		name := clean(item.Name)
		fmt.Fprintf(stdout, "%s %-9s %-*s", st.result(result, mark(result)), render.FormatSize(item.Size), names, name)
		if runes(name) > names {
			fmt.Fprintf(stdout, "\n%s", beside[2:])
		}
		fmt.Fprintf(stdout, "  %s\n", wrap(clean(what), width(), beside))
	}
	fmt.Fprintf(stdout, "%s: %d files, %d recognised as evidence, %d not\n", dest, len(report.Items), used, open)
	fmt.Fprintf(stdout, "sha256 of tagmanifest-sha256.txt: %s\n", report.Digest)
	next(stdout, "auditpack assess %s", dest)
	switch {
	case open == 1 && len(report.Items) > 1:
		return &lookError{fmt.Sprintf("1 of %d files is not used as evidence: the list says why", len(report.Items))}
	case open > 0:
		return &lookError{fmt.Sprintf("%d of %d files are not used as evidence: the list says why", open, len(report.Items))}
	}
	return nil
}

// unused is 1 for a file that is no evidence: what has to be looked at comes last, where it is seen.
func unused(item evidence.Item) int {
	if _, result := describe(item); result != evidence.Pass {
		return 1
	}
	return 0
}

// describe says in words what became of an imported file. Pass stands for evidence that was recognised.
func describe(item evidence.Item) (string, evidence.Result) {
	switch {
	case item.Status != evidence.Captured:
		return string(item.Status) + ": " + item.Note, evidence.NotCollected
	case item.Refused != "":
		return "refused as evidence: " + item.Refused, evidence.NeedsReview
	case item.Size == 0:
		return "empty: it shows nothing; kept", evidence.NeedsReview
	case item.Format == "":
		return "not recognised; kept", evidence.NeedsReview
	}
	return item.Format, evidence.Pass
}
