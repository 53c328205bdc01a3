package oscal

import (
	"net/url"
	"strings"
	"time"
	"unicode"

	"auditpack/render"
)

// line returns s as OSCAL's string type wants it: one line, no blank at either end. What is hostile appears escaped. It
// may be empty.
func line(s string) string {
	clean, _ := render.Clean(s)
	return strings.TrimSpace(strings.ReplaceAll(clean, "\n", `\n`))
}

// markup returns s for a field that OSCAL reads as Markdown (title, description, remarks, statement): one line that shows
// s and means nothing else, however a reader renders it.
func markup(s string) string {
	s = line(s)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if special(s, i) {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// special reports whether Markdown reads the byte at i as anything but itself. A backslash is itself before a letter, as
// in registry paths, and an underscore inside a word.
func special(s string, i int) bool {
	switch c := s[i]; c {
	case '*', '`', '~', '^', '[', '<':
		return true
	case '&':
		return i+1 < len(s) && (s[i+1] == '#' || word(s[i+1]))
	case '{': // {{ insert: … }}
		return i+1 < len(s) && s[i+1] == '{'
	case '\\':
		return i+1 == len(s) || punctuation(s[i+1])
	case '_':
		return i == 0 || i+1 == len(s) || !word(s[i-1]) || !word(s[i+1])
	case '#', '>', '-', '+', '|', '=':
		return i == 0
	}
	return false
}

func punctuation(c byte) bool { return c > ' ' && c < 0x7f && !word(c) || c == '_' }

func word(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}

// paragraphs joins texts, each a paragraph of its own; the empty ones are left out.
func paragraphs(texts ...string) string {
	var kept []string
	for _, s := range texts {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, "\n\n")
}

// token returns s as OSCAL's token type wants it: a letter or underscore, then letters, digits, full stops, hyphens and
// underscores. Everything else becomes an underscore.
func token(s string) string {
	var b strings.Builder
	for i, r := range s {
		letter := unicode.IsLetter(r) || r == '_'
		if i == 0 && !letter {
			b.WriteByte('_')
		}
		switch {
		case letter, unicode.IsNumber(r), r == '.', r == '-':
			b.WriteRune(r)
		default:
			b.WriteByte('_')
		}
	}
	if b.Len() == 0 {
		return "_"
	}
	return b.String()
}

// instant returns t in UTC, or nothing where t is unknown or outside what the schema's pattern takes.
func instant(t time.Time) string {
	if t = t.UTC(); t.Year() < 2000 || t.Year() > 2999 {
		return ""
	}
	return t.Format(time.RFC3339)
}

// day returns the date of t for people.
func day(t time.Time) string {
	if t.IsZero() {
		return "an unknown day"
	}
	return t.UTC().Format("2006-01-02")
}

// href returns the reference from data/oscal/ to a path of the package: data/audit.json is ../audit.json.
func href(path string) string {
	return (&url.URL{Path: "../" + strings.TrimPrefix(path, "data/")}).String()
}
