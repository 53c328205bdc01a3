package reduce

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// phrases are texts of which it is known beforehand what is to become of them, wherever they stand.
type phrases struct {
	byWord map[string][]phrase // by their first word, folded; the longest first
}

// phrase is one of them.
type phrase struct {
	text string // one blank between words
	do   func(m *masker, s string) string
	host bool
}

func (p *phrases) add(text string, host bool, do func(m *masker, s string) string) {
	text = strings.TrimRight(strings.Join(strings.Fields(text), " "), ".")
	text = strings.TrimLeftFunc(text, func(r rune) bool { return !wordRune(r) }) // a phrase begins where a word does
	word := firstWord(text)
	if word == "" {
		return
	}
	if p.byWord == nil {
		p.byWord = map[string][]phrase{}
	}
	list := p.byWord[word]
	if slices.ContainsFunc(list, func(o phrase) bool { return strings.EqualFold(o.text, text) }) {
		return // who comes first says what becomes of it
	}
	list = append(list, phrase{text, do, host})
	slices.SortStableFunc(list, func(a, b phrase) int { return len(b.text) - len(a.text) })
	p.byWord[word] = list
}

// with returns a copy of the phrases to which more are added.
func (p *phrases) with(add func(*phrases)) phrases {
	more := phrases{byWord: map[string][]phrase{}}
	for word, list := range p.byWord {
		more.byWord[word] = slices.Clone(list)
	}
	add(&more)
	return more
}

// keep lets a text stay.
func (p *phrases) keep(text string) {
	p.add(text, false, func(_ *masker, s string) string { return s })
}

// account masks a name of an account.
func (p *phrases) account(name string) {
	if utf8.RuneCountInString(name) >= minAccount && strings.ContainsFunc(name, unicode.IsLetter) {
		p.add(name, false, func(m *masker, s string) string { return m.mask(account, s) })
	}
}

// minAccount is how many characters a name of an account has at least that is looked for in every text. Shorter ones are
// masked as words that are not known.
const minAccount = 3

// minComment is how many bytes a text has at least that is left out wherever it stands; the words of shorter ones are masked.
const minComment = 16

// leave leaves a text out.
func (p *phrases) leave(what, text string) {
	if len(text) < minComment {
		return
	}
	p.add(text, false, func(m *masker, s string) string { return m.leave(what, s) })
}

// server lets the first label of a host's name stay.
func (p *phrases) server(name string) {
	label, _, _ := strings.Cut(name, ".")
	p.add(label, true, func(_ *masker, s string) string { return s })
}

func (p *phrases) isHost(label string) bool {
	return slices.ContainsFunc(p.byWord[firstWord(label)], func(o phrase) bool { return o.host && strings.EqualFold(o.text, label) })
}

// firstWord returns the first run of letters and digits, folded.
func firstWord(s string) string {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return !wordRune(r) })
	if end := strings.IndexFunc(s, func(r rune) bool { return !wordRune(r) }); end >= 0 {
		s = s[:end]
	}
	return strings.ToLower(s)
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// nameRune reports whether a character can belong to a name, so that a shorter name ends before none of these.
func nameRune(r rune) bool { return wordRune(r) || r == '-' || r == '_' || r == '$' || r == '\\' }

// domainTail is what follows the first label of a host's name.
var domainTail = regexp.MustCompile(`^(?:\.[\pL\pN_-]*[\pL\pN])+`)

// find takes the phrases out of a text.
func (m *masker) find(s string) []piece {
	var out []piece
	begin, last := 0, utf8.RuneError // of what is not done; the character before
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if p, n := m.phrases.at(s[i:], last); n > 0 {
			out = append(out, piece{text: s[begin:i]}, piece{p.do(m, s[i:i+n]), true})
			i += n
			if tail := domainTail.FindString(s[i:]); p.host && strings.ContainsFunc(tail, unicode.IsLetter) {
				out = append(out, piece{"." + m.mask(host, tail[1:]), true})
				i += len(tail)
			}
			begin = i
			last, _ = utf8.DecodeLastRuneInString(s[:i])
			continue
		}
		i += size
		last = r
	}
	return append(out, piece{text: s[begin:]})
}

// at returns the phrase that a text begins with, and how many bytes of the text it is; before is the character before.
func (p *phrases) at(s string, before rune) (phrase, int) {
	if first, _ := utf8.DecodeRuneInString(s); nameRune(before) || !wordRune(first) {
		return phrase{}, 0
	}
	for _, o := range p.byWord[firstWordAt(s)] {
		if n := matches(s, o.text); n > 0 {
			if next, _ := utf8.DecodeRuneInString(s[n:]); !nameRune(next) || o.host && (next == '\\' || next == '$') {
				return o, n
			}
		}
	}
	return phrase{}, 0
}

// firstWordAt is firstWord of a text that is known to begin a word or a phrase, looking no further than it has to.
func firstWordAt(s string) string {
	const most = 512 // no phrase begins with a longer word
	if len(s) > most {
		s = s[:most]
	}
	return firstWord(s)
}

// matches returns how many bytes of s are the phrase, in any case of letters, any blanks standing for its blanks; else 0.
func matches(s, phrase string) int {
	i := 0
	for len(phrase) > 0 {
		want, size := utf8.DecodeRuneInString(phrase)
		phrase = phrase[size:]
		if want == ' ' {
			rest := strings.TrimLeftFunc(s[i:], unicode.IsSpace)
			if len(rest) == len(s)-i {
				return 0
			}
			i = len(s) - len(rest)
			continue
		}
		got, n := utf8.DecodeRuneInString(s[i:])
		if n == 0 || unicode.ToLower(got) != unicode.ToLower(want) {
			return 0
		}
		i += n
	}
	return i
}
