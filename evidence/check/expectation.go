package check

import (
	"fmt"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// expectation is the Want of a Check on one value: alternatives, one of which must hold.
type expectation struct {
	alternatives []alternative
	absent       bool // one of them is that there is no value
	never        bool // one of them is the -1 of secedit, which stands for never
}

// alternative is a number within bounds, or a text.
type alternative struct {
	bounded   bool
	low, high int64
	isText    bool
	text      string // where isText and not bounded
	words     string // for people: "is 1", "is at least 14"
}

const noBound = 1 << 62

func parseExpectation(want []string) (expectation, error) {
	var e expectation
	if len(want) == 0 {
		return e, fmt.Errorf("want is empty")
	}
	for _, w := range want {
		w = strings.TrimSpace(w)
		switch w {
		case "absent":
			e.absent = true
			continue
		case "never":
			e.never = true
			continue
		}
		a, err := parseAlternative(w)
		if err != nil {
			return e, err
		}
		e.alternatives = append(e.alternatives, a)
	}
	return e, nil
}

func parseAlternative(w string) (alternative, error) {
	if text, ok := strings.CutPrefix(w, "text"); ok && (text == "" || text[0] == ' ') {
		text = strings.TrimPrefix(text, " ")
		if a, err := parseBounds(text); err == nil {
			a.isText, a.words = true, a.words+", as text"
			return a, nil
		}
		return alternative{isText: true, text: text, words: fmt.Sprintf("is the text %q", text)}, nil
	}
	return parseBounds(w)
}

// parseBounds reads = N, >= N, <= N or A..B.
func parseBounds(w string) (alternative, error) {
	a := alternative{bounded: true, low: -noBound, high: noBound}
	var err error
	if low, high, ok := strings.Cut(w, ".."); ok {
		if a.low, err = parseNumber(low); err != nil {
			return a, err
		}
		if a.high, err = parseNumber(high); err != nil {
			return a, err
		}
		if a.low > a.high {
			return a, fmt.Errorf("want %q: the range is empty", w)
		}
		a.words = fmt.Sprintf("is from %d to %d", a.low, a.high)
		return a, nil
	}
	for _, op := range []struct {
		sign, words string
		low, high   bool
	}{{">=", "is at least %d", true, false}, {"<=", "is at most %d", false, true}, {"=", "is %d", true, true}} {
		number, ok := strings.CutPrefix(w, op.sign)
		if !ok {
			continue
		}
		n, err := parseNumber(number)
		if err != nil {
			return a, err
		}
		if op.low {
			a.low = n
		}
		if op.high {
			a.high = n
		}
		a.words = fmt.Sprintf(op.words, n)
		return a, nil
	}
	return a, fmt.Errorf("want %q is none of = N, >= N, <= N, A..B, text X, absent", w)
}

// parseNumber reads a decimal number or a hexadecimal one with 0x; other prefixes and underscores are errors.
func parseNumber(s string) (int64, error) {
	s = strings.TrimSpace(s)
	base, digits := 10, s
	if hex, ok := strings.CutPrefix(strings.ToLower(s), "0x"); ok {
		base, digits = 16, hex
	}
	n, err := strconv.ParseInt(digits, base, 64)
	if err != nil || n >= noBound || n <= -noBound {
		return 0, fmt.Errorf("want: %q is not a number", s)
	}
	return n, nil
}

// String says for people what must hold: is 1 or is not set.
func (e expectation) String() string {
	var words []string
	for _, a := range e.alternatives {
		words = append(words, a.words)
	}
	if e.never {
		words = append(words, "is -1 (never)")
	}
	if e.absent {
		words = append(words, "is not set")
	}
	return strings.Join(words, " or ")
}

// number reports whether n is within an alternative that asks for a number.
func (e expectation) number(n int64) bool {
	for _, a := range e.alternatives {
		if a.bounded && !a.isText && a.low <= n && n <= a.high {
			return true
		}
	}
	return e.never && n == -1
}

// words reports whether text is one of the texts, or holds a number within one of the bounds for texts.
func (e expectation) words(text string) bool {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	for _, a := range e.alternatives {
		switch {
		case !a.isText:
		case a.bounded && err == nil && a.low <= n && n <= a.high:
			return true
		case !a.bounded && strings.EqualFold(a.text, text):
			return true
		}
	}
	return false
}

// wantsText reports whether only texts are accepted, wantsNumber whether only numbers are.
func (e expectation) wants() (numbers, texts bool) {
	for _, a := range e.alternatives {
		numbers, texts = numbers || !a.isText, texts || a.isText
	}
	return numbers || e.never, texts
}

// registry judges a registry value and says what it is.
func (e expectation) registry(v evidence.Value) (holds bool, actual string) {
	reg, ok := v.(evidence.Registry)
	if !ok {
		return false, fmt.Sprintf("is no registry value: %s", v)
	}
	if n, ok := reg.Number(); ok && reg.Type == evidence.RegDWord {
		actual = fmt.Sprintf("is %d", n)
		if n > 9 {
			actual = fmt.Sprintf("is %d (0x%x)", n, n)
		}
		return e.number(int64(n)), actual + e.wrongType(reg, true)
	}
	if texts, ok := reg.Strings(); ok {
		text := strings.Join(texts, "\x00")
		actual = fmt.Sprintf("is %s", shorten(strings.TrimPrefix(reg.String(), reg.Type.String()+" ")))
		if len(texts) == 0 {
			actual = "is an empty list"
		}
		return len(texts) <= 1 && e.words(text), actual + e.wrongType(reg, false)
	}
	return false, fmt.Sprintf("is %s%s", shorten(reg.String()), e.wrongType(reg, false))
}

// wrongType says that the type of the value is none that is asked for.
func (e expectation) wrongType(v evidence.Registry, number bool) string {
	numbers, texts := e.wants()
	switch {
	case numbers && !texts && !number:
		return fmt.Sprintf(" and has the wrong type %s: it must be a REG_DWORD", v.Type)
	case texts && !numbers && v.Type != evidence.RegSZ && v.Type != evidence.RegExpandSZ && v.Type != evidence.RegMultiSZ:
		return fmt.Sprintf(" and has the wrong type %s: it must be text", v.Type)
	}
	return ""
}

// shorten keeps one line readable; the citation leads to the whole.
func shorten(s string) string {
	const most = 160
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
