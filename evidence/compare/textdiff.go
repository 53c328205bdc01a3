package compare

import (
	"fmt"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Limits of a text that is shown as a difference.
const (
	// MaxText is the longest text that is compared line by line, in bytes once decoded.
	MaxText = 1 << 20
	// MaxShown is the most lines of a difference that are shown.
	MaxShown = 400
)

// Text returns the difference of two decoded texts in the unified form of diff -u (POSIX diff, 3 lines of context), with
// plain statements in place of what is left out: texts over MaxText, more than MaxShown lines, texts that differ in
// nothing but encoding or line ends.
func Text(before, after, textBefore, textAfter string) string {
	if len(textBefore) > MaxText || len(textAfter) > MaxText {
		return fmt.Sprintf("not shown: a text is longer than %d bytes\n", MaxText)
	}
	lines := func(s string) string {
		s = strings.ReplaceAll(strings.TrimPrefix(s, "\ufeff"), "\r\n", "\n")
		if s != "" && !strings.HasSuffix(s, "\n") {
			s += "\n"
		}
		return s
	}
	was, is := lines(textBefore), lines(textAfter)
	if was == is {
		return "the texts differ in encoding or line ends only\n"
	}
	diff := udiff.Unified(before, after, was, is)
	shown := strings.SplitAfter(diff, "\n")
	if shown[len(shown)-1] == "" {
		shown = shown[:len(shown)-1]
	}
	if left := len(shown) - MaxShown; left > 0 {
		return strings.Join(shown[:MaxShown], "") + fmt.Sprintf("not shown: %d more lines of difference\n", left)
	}
	return diff
}
