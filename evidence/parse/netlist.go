package parse

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// netListing is the shape that the listings of net have in every language: headings, a line of hyphens, rows, and a
// closing sentence.
type netListing struct {
	heading []Line // without blank lines
	rows    []Line
	closing *Line // nil: the text ends before it
}

// shortestRule is the least of the line of hyphens.
const shortestRule = "--------------------"

func isRule(line string) bool {
	line = strings.TrimSpace(line)
	return len(line) >= len(shortestRule) && strings.Trim(line, "-") == ""
}

// splitNetListing puts lines where they belong.
func splitNetListing(lines []Line) (l netListing, ok bool) {
	for _, line := range lines {
		text := strings.TrimSpace(line.Text)
		switch {
		case text == "" || consolePrompt(line.Text):
		case isRule(text):
			ok = true
		case ok:
			l.rows = append(l.rows, line)
		default:
			l.heading = append(l.heading, line)
		}
	}
	if n := len(l.rows); n > 0 && closingLine(l.rows[n-1].Text) {
		l.closing = &l.rows[n-1]
		l.rows = l.rows[:n-1]
	}
	return l, ok && len(l.heading) > 0
}

// netListingOf splits a head, for recognising.
func netListingOf(h Head) (l netListing, ok bool) {
	if !strings.Contains(h.Text, shortestRule) {
		return netListing{}, false
	}
	var lines []Line
	for i, t := range strings.Split(h.Text, "\n") {
		lines = append(lines, Line{Number: i + 1, Text: strings.TrimRight(t, "\r")})
	}
	return splitNetListing(lines)
}

// readNetListing reads all lines of a source.
func readNetListing(source Source) (netListing, error) {
	var lines []Line
	err := eachLine(source, func(line Line) error {
		lines = append(lines, line)
		return nil
	})
	if err != nil {
		return netListing{}, err
	}
	l, ok := splitNetListing(lines)
	if !ok {
		return l, refuse("no heading and line of hyphens, as net prints them")
	}
	return l, nil
}

// last returns the last line that was read before the closing line.
func (l netListing) last() Line {
	if len(l.rows) > 0 {
		return l.rows[len(l.rows)-1]
	}
	return l.heading[len(l.heading)-1]
}

// cutShort reports the missing closing line.
func (l netListing) cutShort(item evidence.Item, scope evidence.Address, sink evidence.Sink) {
	if l.closing == nil {
		sink.Problem(evidence.Problem{Scope: scope, Message: "the closing line is missing: the list may be cut short",
			Cite: citeLines(item, l.heading[0], l.last())})
	}
}

// netShares is the table that net share prints without a name.
var netShares = &Format{
	Name:      "net share text",
	Doc:       "the list of shares as net share prints it, in any language",
	Collector: "shares",
	Kinds:     []string{"share"},
	Recognise: func(h Head) Match {
		l, ok := netListingOf(h)
		if !ok || len(netShareColumns(l)) != 2 {
			return Match{}
		}
		for _, row := range l.rows {
			if strings.Contains(row.Text, `:\`) {
				return Match{Sure: 75}
			}
		}
		return Match{}
	},
	Read: readNetShares,
}

// netShareColumns returns where the second and the third column begin, from the line above the rule.
func netShareColumns(l netListing) []int {
	heading := []rune(l.heading[len(l.heading)-1].Text)
	var columns []int
	for at := 2; at < len(heading); at++ {
		if heading[at] != ' ' && heading[at-1] == ' ' && heading[at-2] == ' ' {
			columns = append(columns, at)
		}
	}
	return columns
}

func readNetShares(source Source, sink evidence.Sink) error {
	l, err := readNetListing(source)
	if err != nil {
		return err
	}
	columns := netShareColumns(l)
	if len(columns) != 2 {
		return refuse("the heading has no three columns, as net share prints them")
	}
	problems := &problemCounter{Sink: sink}
	whole, name := false, ""
	for i, row := range l.rows {
		if i+1 < len(l.rows) && beginsAt(l.rows[i+1].Text, columns[0]) { // a long name has a line of its own
			name = strings.TrimSpace(row.Text)
			continue
		}
		text := []rune(row.Text)
		first := strings.TrimSpace(string(text[:min(len(text), columns[0])]))
		rest := string(text[min(len(text), columns[0]):])
		if first != "" {
			name = first
		}
		path := netSharePath(rest, columns[1]-columns[0])
		if name == "" {
			if path == "" && strings.TrimSpace(rest) != "" { // a remark that did not fit
				continue
			}
			problems.Problem(evidence.Problem{Scope: "share:", Message: fmt.Sprintf("not a share: %q", row.Text), Cite: row.Cite(source.Item)})
			continue
		}
		if strings.EqualFold(name, "IPC$") {
			whole = true
		}
		sink.Setting(evidence.Setting{Address: evidence.ShareAddress(name), Value: evidence.Share{Path: path}, Cite: row.Cite(source.Item)})
		name = ""
	}
	l.cutShort(source.Item, "share:", problems)
	if whole && problems.count == 0 {
		sink.Covered(evidence.Coverage{Scope: "share:", Cite: l.heading[len(l.heading)-1].Cite(source.Item)})
	}
	return nil
}

// beginsAt reports whether a line has blanks up to a column and text from there.
func beginsAt(line string, column int) bool {
	return len(line) > column && line[column] != ' ' && strings.TrimLeft(line[:column], " ") == ""
}

// netSharePath returns the path at the beginning of the second column; a long one runs into the third.
func netSharePath(rest string, width int) string {
	text := []rune(rest)
	if len(text) > width && text[width-1] == ' ' {
		text = text[:width]
	}
	path := strings.TrimSpace(string(text))
	if !aclRooted(path) {
		return ""
	}
	return aclPath(path)
}
