package parse

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// netShare is what net share NAME prints. The labels are translated, their order and the column of the values are not.
var netShare = &Format{
	Name:      "net share NAME text",
	Doc:       "one share and its permissions as net share NAME prints them, in any language",
	Collector: "shares",
	Kinds:     []string{"share", "share-security"},
	Recognise: func(h Head) Match {
		lines := netLines(h.Text)
		if len(lines) < 4 || valueColumn(lines[0], lines[1]) == 0 {
			return Match{}
		}
		for _, line := range lines[2:] {
			if _, _, ok := netShareRight(line); ok {
				return Match{Sure: 80}
			}
		}
		return Match{}
	},
	Read: readNetShare,
}

// netLines splits the output of net into lines without blank ones and without the typed command.
func netLines(text string) []string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r ")
		if line != "" && !consolePrompt(line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// closingLine reports whether a line may be the one by which net says that it is done: a sentence, not a row of a table.
// No name of an account ends with a full stop.
func closingLine(line string) bool {
	line = strings.TrimSpace(line)
	if strings.Contains(line, "  ") {
		return false
	}
	return strings.HasSuffix(line, ".") || strings.HasSuffix(line, "。")
}

// valueColumn returns the column of the values: where the path stands in the second line, and the name in the first.
// It is 0 if they do not stand so.
func valueColumn(name, path string) int {
	n, p := []rune(name), []rune(path)
	for at := 4; at < len(p)-2 && at < 60; at++ {
		if p[at+1] == ':' && p[at+2] == '\\' && p[at-1] == ' ' {
			if len(n) > at && n[at] != ' ' && n[at-1] == ' ' && n[0] != ' ' && p[0] != ' ' {
				return at
			}
			return 0
		}
	}
	return 0
}

// netShareRight reads "Everyone, FULL" at the end of a line; the account has the label before it still.
func netShareRight(line string) (account string, access evidence.Access, ok bool) {
	at := strings.LastIndex(line, ", ")
	if at < 0 {
		return "", 0, false
	}
	access, ok = shareRightWords[strings.ToLower(strings.TrimSpace(line[at+2:]))]
	if !ok || strings.ContainsAny(line[at+2:], "0123456789") {
		return "", 0, false
	}
	return strings.TrimSpace(line[:at]), access, true
}

// netShareLabels is how many labels there are: name, path, remark, maximum of users, users, caching, permission.
const netShareLabels = 7

func readNetShare(source Source, sink evidence.Sink) error {
	var lines []Line
	err := eachLine(source, func(line Line) error {
		if strings.TrimSpace(line.Text) != "" && !consolePrompt(line.Text) {
			lines = append(lines, line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	column := 0
	if len(lines) >= 2 {
		column = valueColumn(lines[0].Text, lines[1].Text)
	}
	if column == 0 {
		return refuse("the name and the path of the share do not stand where net share prints them")
	}
	name := strings.TrimSpace(string([]rune(lines[0].Text)[column:]))
	path := strings.TrimSpace(string([]rune(lines[1].Text)[column:]))
	sink.Setting(evidence.Setting{Address: evidence.ShareAddress(name), Value: evidence.Share{Path: aclPath(path)}, Cite: lines[1].Cite(source.Item)})
	readNetShareRights(source.Item, name, column, lines, sink)
	return nil
}

// readNetShareRights reads the seventh label and the lines below it, up to the closing line.
func readNetShareRights(item evidence.Item, name string, column int, lines []Line, sink evidence.Sink) {
	address := evidence.ShareSecurityAddress(name)
	all := citeLines(item, lines[0], lines[len(lines)-1])
	closed := closingLine(lines[len(lines)-1].Text)
	if closed {
		lines = lines[:len(lines)-1]
	}
	labels, first := 0, 0
	for i, line := range lines {
		if !startsBlank(line.Text) {
			labels++
			first = i
		}
	}
	if labels != netShareLabels {
		sink.Problem(evidence.Problem{Scope: address, Cite: all,
			Message: fmt.Sprintf("%d labels instead of %d: which of them is the permission is not certain", labels, netShareLabels)})
		return
	}
	var list evidence.ACL
	for _, line := range lines[first:] {
		value := ""
		if text := []rune(line.Text); len(text) > column {
			value = string(text[column:])
		}
		account, access, ok := netShareRight(value)
		if !ok {
			sink.Problem(evidence.Problem{Scope: address, Message: fmt.Sprintf("not an account and its right: %q", strings.TrimSpace(line.Text)), Cite: line.Cite(item)})
			continue
		}
		list.Entries = append(list.Entries, evidence.ACE{Principal: evidence.PrincipalNamed(account), Access: access})
	}
	sink.Setting(evidence.Setting{Address: address, Value: list, Cite: citeLines(item, lines[first], lines[len(lines)-1])})
	if !closed {
		sink.Problem(evidence.Problem{Scope: address, Message: "the closing line of net share is missing: the list may be cut short", Cite: all})
	}
}
