package reduce

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// stays reports whether texts of a kind, which are left out otherwise, stay because the sender has chosen so.
func (m *masker) stays(what string) bool {
	return m.vouched && (what == outComments || what == outReasons || what == outWords)
}

// saidPasses are the passes over what a person wrote: words stay, whether they are known or not.
var saidPasses = append(slices.Clone(passes[:len(passes)-1]), (*masker).forms)

// said masks in a person's own words what is a name that the evidence shows, or has a form by which it is no plain word.
func (m *masker) said(s string) string {
	all := m.phrases
	m.phrases = m.names // else it would find itself
	defer func() { m.phrases = all }()
	return m.through(saidPasses, s)
}

// forms masks the chunks that have the form of a path, a host or an account, and those that look like a mask.
func (m *masker) forms(s string) []piece {
	var out []piece
	for s != "" {
		end := strings.IndexFunc(s, delimiter)
		if end < 0 {
			end = len(s)
		}
		chunk := s[:end]
		switch {
		case end == 0:
			_, size := utf8.DecodeRuneInString(s)
			chunk = s[:size]
			out = append(out, piece{chunk, true})
		case likeMask.MatchString(chunk):
			out = append(out, piece{m.mask(text, chunk), true})
		case bare(chunk), m.known.all(chunk):
			out = append(out, piece{chunk, true})
		default:
			out = append(out, piece{m.chunk(chunk), true})
		}
		s = s[len(chunk):]
	}
	return out
}
