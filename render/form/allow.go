package form

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// allowed returns text in the form in which the cell's own rule has it, or why the rule refuses it.
func (w *workbook) allowed(s *sheet, p place, text string) (string, error) {
	text = clip(text)
	for _, v := range s.validations {
		if !slices.ContainsFunc(v.areas, func(a area) bool { return a.holds(p) }) {
			continue
		}
		switch v.kind {
		case "", "none", "custom":
		case "list":
			choices, err := w.choices(s, v)
			if err != nil {
				return "", err
			}
			i := slices.IndexFunc(choices, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), strings.TrimSpace(text)) })
			if i < 0 {
				return "", fmt.Errorf("the drop-down has no %q: it has %s", short(text), quoted(choices))
			}
			text = choices[i]
		case "textLength":
			if most, ok := v.most(); ok && utf8.RuneCountInString(text) > most {
				return "", fmt.Errorf("takes %d characters, the text has %d: give the question a limit", most, utf8.RuneCountInString(text))
			}
		default:
			return "", fmt.Errorf("the form wants a number or a date there (%s), not %q", v.kind, short(text))
		}
	}
	return text, nil
}

// most is the longest text that a rule of kind textLength takes, as far as it is a plain bound.
func (v validation) most() (int, bool) {
	i := 0
	switch v.operator {
	case "", "between":
		i = 1
	case "lessThanOrEqual", "lessThan", "equal":
	default:
		return 0, false
	}
	if i >= len(v.formulas) {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(v.formulas[i]))
	if v.operator == "lessThan" {
		n--
	}
	return n, err == nil
}

// maxChoices is how many entries of a list are read.
const maxChoices = 2000

// choices returns what a drop-down offers: written in the rule, or in cells.
func (w *workbook) choices(s *sheet, v validation) ([]string, error) {
	if len(v.formulas) == 0 {
		return nil, errors.New("has a drop-down without a list")
	}
	formula := strings.TrimPrefix(strings.TrimSpace(v.formulas[0]), "=")
	if text, ok := strings.CutPrefix(formula, `"`); ok && strings.HasSuffix(text, `"`) {
		return strings.Split(strings.ReplaceAll(strings.TrimSuffix(text, `"`), `""`, `"`), ","), nil
	}
	if named, ok := w.names[strings.ToLower(formula)]; ok {
		formula = strings.TrimPrefix(named, "=")
	}
	from := s
	if i := strings.LastIndexByte(formula, '!'); i >= 0 {
		name := formula[:i]
		if strings.HasPrefix(name, "'") && strings.HasSuffix(name, "'") && len(name) > 1 {
			name = strings.ReplaceAll(name[1:len(name)-1], "''", "'")
		}
		other, err := w.sheet(name)
		if err != nil {
			return nil, fmt.Errorf("its drop-down takes its list from %s, which cannot be read", short(v.formulas[0]))
		}
		from, formula = other, formula[i+1:]
	}
	a, ok := parseArea(formula)
	if !ok || (a.to.row-a.from.row+1)*(a.to.column-a.from.column+1) > maxChoices {
		return nil, fmt.Errorf("its drop-down takes its list from %s, which cannot be read", short(v.formulas[0]))
	}
	var list []string
	for row := a.from.row; row <= a.to.row; row++ {
		for column := a.from.column; column <= a.to.column; column++ {
			if text := from.textAt(place{row, column}); text != "" {
				list = append(list, text)
			}
		}
	}
	return list, nil
}

func short(s string) string { return upTo(s, 60) }

// upTo is a text of at most so many characters, and a mark if it was longer.
func upTo(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// quoted lists the first choices, for an error.
func quoted(list []string) string {
	const most = 8
	var parts []string
	for i, s := range list {
		if i == most {
			parts = append(parts, fmt.Sprintf("%d more", len(list)-i))
			break
		}
		parts = append(parts, strconv.Quote(short(s)))
	}
	return strings.Join(parts, ", ")
}
