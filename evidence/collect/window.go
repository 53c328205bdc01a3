package collect

import (
	"bytes"
	"slices"
)

// window is a part of a text in which a pattern may match.
type window struct{ from, to int }

// How far around a word a window reaches: signs of markup and quotes, so that a window holds the whole of an attribute, of
// a pair of them, and of an element's text, however long their values are.
const (
	signsBefore = 4
	signsAfter  = 4
)

// partsAround returns the parts of text around the words, in any case of letters, in order and apart. A part begins and ends
// with a line.
func partsAround(text []byte, words []string) []window {
	lower := asciiLower(text)
	var places []int
	for _, word := range words {
		for from := 0; ; {
			i := bytes.Index(lower[from:], []byte(word))
			if i < 0 {
				break
			}
			places = append(places, from+i)
			from += i + len(word)
		}
	}
	slices.Sort(places)
	var all []window
	for _, at := range places {
		if n := len(all); n > 0 && at < all[n-1].to {
			// Known to lie inside; it may still reach further.
			all[n-1].to = max(all[n-1].to, reachAfter(text, at))
			continue
		}
		w := window{reachBefore(text, at), reachAfter(text, at)}
		if n := len(all); n > 0 && w.from < all[n-1].to {
			all[n-1].to = max(all[n-1].to, w.to)
			continue
		}
		all = append(all, w)
	}
	return all
}

// reachBefore returns where a window around the place at begins: at the earliest of the last signs before it.
func reachBefore(text []byte, at int) int {
	from := at
	for _, sign := range []byte{'<', '"', '\''} {
		i := at
		for range signsBefore {
			j := bytes.LastIndexByte(text[:i], sign)
			if j < 0 || sign == '\'' && at-j > maxApostrophe {
				break
			}
			i = j
		}
		from = min(from, i)
	}
	return bytes.LastIndexByte(text[:from], '\n') + 1
}

// reachAfter returns where it ends: at the latest of the next signs.
func reachAfter(text []byte, at int) int {
	to := at
	for _, sign := range []byte{'<', '"', '\''} {
		i := at
		for range signsAfter {
			j := bytes.IndexByte(text[i:], sign)
			if j < 0 || sign == '\'' && i+j-at > maxApostrophe {
				break
			}
			i += j + 1
		}
		to = max(to, i)
	}
	if end := bytes.IndexByte(text[to:], '\n'); end >= 0 {
		return to + end + 1
	}
	return len(text)
}

// maxApostrophe is how far off an apostrophe still counts as a quote: text for people has some too.
const maxApostrophe = 64 << 10

// asciiLower returns a copy in which A–Z are a–z, every place the same.
func asciiLower(text []byte) []byte {
	lower := bytes.Clone(text)
	for i, c := range lower {
		if c >= 'A' && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return lower
}
