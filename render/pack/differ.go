package pack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxShown is how many characters are shown of what differs, maxCounted how many places are looked for.
const (
	maxShown   = 120
	maxCounted = 10_000
)

// shown shortens what stands at a place.
func shown(s string) string {
	if runes := []rune(s); len(runes) > maxShown {
		return string(runes[:maxShown]) + "…"
	}
	return s
}

// differLines compares text and names the first line that differs; nil: they are the same.
func differLines(sealed, again []byte) *Difference {
	if bytes.Equal(sealed, again) {
		return nil
	}
	for line := 1; ; line++ {
		s, restSealed, moreSealed := bytes.Cut(sealed, []byte("\n"))
		a, restAgain, moreAgain := bytes.Cut(again, []byte("\n"))
		switch {
		case !bytes.Equal(s, a):
			s, a = excerpt(s, a)
			return &Difference{Place: fmt.Sprintf("line %d", line), Sealed: shown(string(s)), Again: shown(string(a))}
		case moreSealed != moreAgain:
			return &Difference{Place: fmt.Sprintf("the end of line %d", line), Sealed: ending(moreSealed), Again: ending(moreAgain)}
		}
		sealed, again = restSealed, restAgain
	}
}

func ending(more bool) string {
	if more {
		return "a line feed"
	}
	return "the end of the file"
}

// excerpt drops what two long lines have in common before the first difference, but for a few bytes.
func excerpt(a, b []byte) ([]byte, []byte) {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n = n - 30; n > maxShown/2 {
		return a[n:], b[n:]
	}
	return bytes.TrimLeft(a, " "), bytes.TrimLeft(b, " ")
}

// differAudit compares two audit.json by what they say, and names a Control or a rule of a STIG before anything else: the
// counts differ too wherever a verdict does.
func differAudit(sealed, again []byte) *Difference {
	s, errSealed := tree(sealed)
	a, errAgain := tree(again)
	if errSealed != nil || errAgain != nil {
		return differLines(sealed, again)
	}
	w := &treeWalk{}
	w.walk("", "", s, a)
	if len(w.found) == 0 { // the same said in other bytes
		return differLines(sealed, again)
	}
	slices.SortStableFunc(w.found, func(x, y treeDifference) int { return x.rank() - y.rank() })
	first := w.found[0]
	d := &Difference{Place: first.path, Sealed: shown(first.sealed), Again: shown(first.again), More: len(w.found) - 1}
	if first.of != "" {
		d.Place = first.of + ", " + first.path
	}
	return d
}

// tree reads JSON of any form.
func tree(text []byte) (any, error) {
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value")
	}
	return v, nil
}

// treeDifference is a place in two JSON trees.
type treeDifference struct {
	path, of      string // hosts[0].sections[2].controls[0].after.result, control rdp-closed
	sealed, again string
}

// rank puts a verdict before all, then whatever is said of a Control or rule.
func (d treeDifference) rank() int {
	switch {
	case d.of != "" && strings.HasSuffix(d.path, ".result"):
		return 0
	case d.of != "":
		return 1
	}
	return 2
}

type treeWalk struct{ found []treeDifference }

// walk compares two values; of is the Control or rule that they lie in.
func (w *treeWalk) walk(path, of string, s, a any) {
	if len(w.found) >= maxCounted {
		return
	}
	switch s := s.(type) {
	case map[string]any:
		if a, ok := a.(map[string]any); ok {
			w.objects(path, nameOf(of, s, a), s, a)
			return
		}
	case []any:
		if a, ok := a.([]any); ok {
			w.lists(path, of, s, a)
			return
		}
	default:
		if s == a {
			return
		}
	}
	w.found = append(w.found, treeDifference{path, of, said(s), said(a)})
}

func (w *treeWalk) objects(path, of string, s, a map[string]any) {
	var keys []string
	for key := range s {
		keys = append(keys, key)
	}
	for key := range a {
		if _, both := s[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		at := strings.TrimPrefix(path+"."+key, ".")
		inSealed, isSealed := s[key]
		inAgain, isAgain := a[key]
		if isSealed && isAgain {
			w.walk(at, of, inSealed, inAgain)
			continue
		}
		d := treeDifference{path: at, of: of}
		if isSealed {
			d.sealed = said(inSealed)
		}
		if isAgain {
			d.again = said(inAgain)
		}
		w.found = append(w.found, d)
	}
}

func (w *treeWalk) lists(path, of string, s, a []any) {
	for i := range min(len(s), len(a)) {
		w.walk(fmt.Sprintf("%s[%d]", path, i), of, s[i], a[i])
	}
	if len(s) != len(a) {
		w.found = append(w.found, treeDifference{path, of, fmt.Sprintf("%d entries", len(s)), fmt.Sprintf("%d entries", len(a))})
	}
}

// nameOf returns the Control or the rule that an object is, else the one that it lies in.
func nameOf(of string, s, a map[string]any) string {
	for _, kind := range []struct{ key, besides, word string }{{"id", "statement", "control"}, {"stig_id", "rule_id", "rule"}} {
		for _, object := range []map[string]any{a, s} {
			id, ok := object[kind.key].(string)
			if _, besides := object[kind.besides]; ok && besides {
				return kind.word + " " + id
			}
		}
	}
	return of
}

// said writes a JSON value on one line.
func said(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
