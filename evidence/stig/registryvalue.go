package stig

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// accepted is one number of a value line: 0x0000001e (30) (or less, but not 0).
type accepted struct {
	number, other int64 // other differs from number where hexadecimal and decimal disagree
	op            string
	absent        bool
}

var (
	hexNumber  = regexp.MustCompile(`^0x([0-9a-fA-F]{1,8})(?: ?\((\d{1,10})\))?`)
	decNumber  = regexp.MustCompile(`^(\d{1,10})\b`)
	inBrackets = regexp.MustCompile(`^ ?\(([^()]*)\)`)
	afterDash  = regexp.MustCompile(`^ - ([A-Za-z][A-Za-z0-9 ,/]*(?: \([A-Za-z ]+\))?)$`)
	separator  = regexp.MustCompile(`^(?:, or |, | or )`)
	// notLabel are words that no mere label of a number holds: they would change what is accepted.
	notLabel = regexp.MustCompile(`(?i)\b(?:or|not|less|greater|more|fewer|higher|lower|except|excluding|unless|if|least|most|minimum|maximum|above|below|finding|any)\b`)
)

var suffixes = []struct {
	form *regexp.Regexp
	op   string
}{
	{regexp.MustCompile(`^(?i:or greater)$`), ">="},
	{regexp.MustCompile(`^(?i:or less)$`), "<="},
	{regexp.MustCompile(`^(?i:or less, but not "?0"?)$`), "1.."},
	{regexp.MustCompile(`^(?i:or less, excluding "?0"?(?: which is effectively disabled)?)$`), "1.."},
	{regexp.MustCompile(`^(?i:or if the Value Name does not exist)$`), "absent"},
}

// acceptedNumbers reads a value line to its end.
func acceptedNumbers(text string) ([]accepted, error) {
	var all []accepted
	rest := text
	for {
		a, after, err := acceptedNumber(rest)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
		if after == "" {
			break
		}
		sep := separator.FindString(after)
		if sep == "" {
			return nil, fmt.Errorf("not understood: the value %q", short(text))
		}
		rest = after[len(sep):]
	}
	for _, a := range all {
		if a.op == "1.." && a.number == 0 {
			return nil, fmt.Errorf("not understood: the value %q accepts nothing", short(text))
		}
		if len(all) > 1 && a.op != "" {
			return nil, fmt.Errorf("not understood: the value %q is both a list and a bound", short(text))
		}
	}
	return all, nil
}

func acceptedNumber(text string) (accepted, string, error) {
	var a accepted
	var err error
	rest := text
	if m := hexNumber.FindStringSubmatch(text); m != nil {
		rest = text[len(m[0]):]
		a.number, err = strconv.ParseInt(m[1], 16, 64)
		if a.other = a.number; err == nil && m[2] != "" {
			a.other, err = strconv.ParseInt(m[2], 10, 64)
		}
	} else if m := decNumber.FindStringSubmatch(text); m != nil {
		rest = text[len(m[0]):]
		a.number, err = strconv.ParseInt(m[1], 10, 64)
		a.other = a.number
	} else {
		err = fmt.Errorf("not understood: the value %q", short(text))
	}
	if err != nil {
		return a, "", err
	}
	for {
		m := inBrackets.FindStringSubmatch(rest)
		if m == nil {
			break
		}
		rest = rest[len(m[0]):]
		if err := a.bracket(strings.TrimSpace(m[1])); err != nil {
			return a, "", err
		}
	}
	if m := afterDash.FindStringSubmatch(rest); m != nil && !notLabel.MatchString(strings.ReplaceAll(m[1], "not used", "")) {
		rest = ""
	}
	return a, rest, nil
}

// bracket takes what stands in brackets behind a number: a bound, or a label.
func (a *accepted) bracket(words string) error {
	for _, s := range suffixes {
		if !s.form.MatchString(words) {
			continue
		}
		switch {
		case s.op == "absent":
			a.absent = true
		case a.op != "":
			return fmt.Errorf("not understood: two bounds, (%s) is the second", short(words))
		default:
			a.op = s.op
		}
		return nil
	}
	if words == "" || notLabel.MatchString(words) {
		return fmt.Errorf("not understood: (%s)", short(words))
	}
	return nil
}

// numberWant returns the Want of a REG_DWORD. Where hexadecimal and decimal disagree about a lower bound, only what
// both accept is accepted, and what one accepts needs review.
func numberWant(text string) ([]string, error) {
	all, err := acceptedNumbers(text)
	if err != nil {
		return nil, err
	}
	var want, review []string
	absent := false
	for _, a := range all {
		absent = absent || a.absent
		switch {
		case a.number == a.other:
			want = append(want, a.want(a.number))
		case a.op == ">=":
			want = append(want, a.want(max(a.number, a.other)))
			review = append(review, "review "+a.want(min(a.number, a.other)))
		default:
			return nil, fmt.Errorf("the value contradicts itself: 0x%x is %d, the text says %d", a.number, a.number, a.other)
		}
	}
	want = append(want, review...)
	if absent {
		want = append(want, "absent")
	}
	return want, nil
}

func (a accepted) want(n int64) string {
	switch a.op {
	case "":
		return fmt.Sprintf("= %d", n)
	case "1..":
		return fmt.Sprintf("1..%d", n)
	}
	return fmt.Sprintf("%s %d", a.op, n)
}

var (
	sddl = regexp.MustCompile(`^(?:O:[A-Z]{2})?(?:G:[A-Z]{2})?D:(?:[A-Z]*)(?:\([A-Z]+;[A-Z]*;[A-Z0-9x]*;;;[A-Z0-9-]+\))+$`)
	list = regexp.MustCompile(`^[A-Za-z]+=\w+(?:, ?[A-Za-z]+=\w+)*$`)
)

// textWant returns the Want of a REG_SZ: numbers written as text, a security descriptor, a list of NAME=VALUE.
func textWant(text string) ([]string, error) {
	switch {
	case sddl.MatchString(text):
		return []string{"text " + text}, nil
	case list.MatchString(text):
		return []string{"list " + text}, nil
	}
	want, err := numberWant(text)
	for i, w := range want {
		if w != "absent" {
			want[i] = "text " + w
		}
	}
	return want, err
}

// wants reports whether a Want of numbers accepts n without doubt.
func wants(want []string, n int64) bool {
	for _, w := range want {
		var low, high int64
		if v, ok := strings.CutPrefix(w, "text "); ok {
			w = v
		}
		switch {
		case scan(w, "= %d", &low) && n == low,
			scan(w, ">= %d", &low) && n >= low,
			scan(w, "<= %d", &high) && n <= high,
			scan(w, "1..%d", &high) && 1 <= n && n <= high:
			return true
		}
	}
	return false
}

func scan(text, form string, n *int64) bool {
	_, err := fmt.Sscanf(text, form, n)
	return err == nil
}
