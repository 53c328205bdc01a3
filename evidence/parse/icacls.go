package parse

import (
	"fmt"
	"strings"
	"unicode"

	"auditpack/evidence"
)

// icaclsText is what icacls prints on the console, in any language of the user interface.
var icaclsText = &Format{
	Name:      "icacls text",
	Doc:       "access lists as icacls PATH prints them",
	Collector: "acl",
	Kinds:     []string{"acl"},
	Recognise: recogniseICACLS,
	Read:      readICACLS,
}

func recogniseICACLS(h Head) Match {
	entries, others := 0, 0
	summary := false
	for line := range strings.SplitSeq(h.Text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || consolePrompt(line):
		case icaclsLooksLikeEntry(line):
			entries++
		default:
			others++
			if strings.Contains(line, "Successfully processed") {
				_, _, ok := icaclsSummary(line)
				summary = summary || ok
			}
		}
	}
	switch {
	case entries > 0 && entries >= others:
		return Match{Sure: 85}
	case summary:
		return Match{Sure: 60}
	}
	return Match{}
}

// consolePrompt reports whether a line is the command that was typed, copied along with its output.
func consolePrompt(line string) bool {
	line = strings.TrimPrefix(line, "PS ")
	return len(line) > 3 && line[1] == ':' && line[2] == '\\' && strings.Contains(line, ">")
}

// icaclsReader gathers the lines of one file or folder, which a blank line ends.
type icaclsReader struct {
	item    evidence.Item
	sink    evidence.Sink
	block   []Line
	blanks  int  // blank lines since the last line of the block
	hidden  bool // a blank line stands where the block has an entry
	lists   int  // since the last summary
	errors  int  // lines about files that could not be read, since the last summary
	last    *evidence.Problem
	pending bool // something was read that no summary closed
	any     bool
}

func readICACLS(source Source, sink evidence.Sink) error {
	r := &icaclsReader{item: source.Item, sink: sink}
	err := eachLine(source, func(line Line) error {
		r.line(line)
		return nil
	})
	if err != nil {
		return err
	}
	r.flush()
	if !r.any {
		return refuse("no access list in it: icacls could not read the path, or printed only a message")
	}
	if r.pending && r.last != nil {
		r.last.Message = "the closing line of icacls is missing: the list may be cut short"
		sink.Problem(*r.last)
	}
	return nil
}

func (r *icaclsReader) line(line Line) {
	text := strings.TrimSpace(line.Text)
	if text == "" {
		r.blanks++
		return
	}
	if consolePrompt(text) {
		r.flush()
		return
	}
	if processed, failed, ok := icaclsSummary(text); ok {
		if r.blanks > 1 {
			r.hidden = true
		}
		r.flush()
		r.summary(line, processed, failed)
		return
	}
	if r.blanks > 0 && len(r.block) > 0 {
		if startsBlank(line.Text) && icaclsLooksLikeEntry(text) {
			r.hidden = true
		} else {
			r.hidden = r.hidden || r.blanks > 1
			r.flush()
		}
	}
	r.blanks = 0
	r.block = append(r.block, line)
}

func startsBlank(s string) bool { return s != "" && (s[0] == ' ' || s[0] == '\t') }

// summary takes the closing line: how many files were read and how many were not.
func (r *icaclsReader) summary(line Line, processed, failed int) {
	if processed != r.lists {
		r.sink.Problem(evidence.Problem{Scope: "acl:", Cite: line.Cite(r.item),
			Message: fmt.Sprintf("icacls says it printed %d access lists, %d are there", processed, r.lists)})
	}
	if failed != 0 && r.errors == 0 {
		r.sink.Problem(evidence.Problem{Scope: "acl:", Cite: line.Cite(r.item),
			Message: fmt.Sprintf("icacls says that %d files could not be read and not which", failed)})
	}
	r.lists, r.errors, r.pending = 0, 0, false
}

// flush reads the gathered lines of one file.
func (r *icaclsReader) flush() {
	block, hidden := r.block, r.hidden
	r.block, r.hidden, r.blanks = nil, false, 0
	if len(block) == 0 {
		return
	}
	cite := citeLines(r.item, block[0], block[len(block)-1])
	rows := joinICACLS(block)
	if !icaclsLooksLikeEntry(rows[0]) {
		r.notEntries(block)
		return
	}
	path, first, ok := splitICACLS(rows)
	r.lists++
	r.any, r.pending = true, true
	if !ok {
		r.last = &evidence.Problem{Scope: "acl:", Cite: cite}
		r.sink.Problem(evidence.Problem{Scope: "acl:", Cite: cite,
			Message: fmt.Sprintf("where the path ends and the account begins is not certain: %q", rows[0])})
		return
	}
	d := descriptor{HasDACL: true}
	rows[0] = first
	for _, row := range rows {
		entry, keep, err := icaclsEntry(strings.TrimSpace(row))
		switch {
		case err != nil:
			d.ACL.Entries = append(d.ACL.Entries, evidence.ACE{Other: strings.TrimSpace(row)})
			d.Unclear = append(d.Unclear, err.Error())
		case keep:
			d.ACL.Entries = append(d.ACL.Entries, entry)
		}
	}
	if hidden {
		d.Unclear = append(d.Unclear, "a blank line stands where an entry would be: icacls does not print entries of some kinds")
	}
	address := aclAddress(aclCommandPath(r.item, aclPath(path)))
	r.last = &evidence.Problem{Scope: address, Cite: cite}
	// Owner and protection are not in the text, so only the list is handed on.
	r.sink.Setting(evidence.Setting{Address: address, Value: d.ACL, Cite: cite})
	for _, u := range d.Unclear {
		r.sink.Problem(evidence.Problem{Scope: address, Message: u, Cite: cite})
	}
}

// notEntries takes lines that hold no entry: what icacls says about a path that it could not read.
func (r *icaclsReader) notEntries(block []Line) {
	for _, line := range block {
		text := strings.TrimSpace(line.Text)
		scope := evidence.Address("acl:")
		if at := strings.Index(text, ": "); at > 0 && aclRooted(text) {
			scope = aclAddress(text[:at])
			r.errors++
		}
		r.sink.Problem(evidence.Problem{Scope: scope, Message: fmt.Sprintf("not an access list: %q", text), Cite: line.Cite(r.item)})
	}
}

// citeLines returns the Citation of the lines from first to last.
func citeLines(item evidence.Item, first, last Line) evidence.Citation {
	c := first.Cite(item)
	c.Length = last.Offset + last.Length - first.Offset
	return c
}

// joinICACLS puts together the lines that a console broke at its width: an entry ends with its rights.
func joinICACLS(block []Line) []string {
	var rows []string
	open := ""
	for _, line := range block {
		open += strings.TrimRight(line.Text, "\r")
		if icaclsEnds(strings.TrimSpace(open)) {
			rows = append(rows, open)
			open = ""
		}
	}
	if strings.TrimSpace(open) != "" || len(rows) == 0 {
		rows = append(rows, open)
	}
	return rows
}

// splitICACLS splits the first row into the path and the first entry. The other entries stand below the first, so their
// indentation tells how long the path is; with only one entry an account that is certain tells.
func splitICACLS(rows []string) (path, first string, ok bool) {
	line := []rune(rows[0])
	for _, row := range rows[1:] {
		indent := 0
		for indent < len(row) && row[indent] == ' ' {
			indent++
		}
		if indent > 1 && indent < len(line) && line[indent-1] == ' ' && line[indent-2] != ' ' {
			return string(line[:indent-1]), string(line[indent:]), true
		}
	}
	text := string(line)
	end := strings.LastIndex(text, ":(")
	for at := range text[:end] {
		if text[at] != ' ' || at == 0 {
			continue
		}
		if _, known := evidence.SIDByName(text[at+1 : end]); known {
			return text[:at], text[at+1:], true
		}
	}
	if strings.Count(text[:end], " ") == 1 {
		at := strings.IndexByte(text, ' ')
		return text[:at], text[at+1:], at > 0
	}
	return "", "", false
}

// icaclsSummary reads the translated closing line: words and exactly two numbers, first the files that were read, then
// those that were not.
func icaclsSummary(text string) (processed, failed int, ok bool) {
	if aclRooted(text) || strings.Contains(text, ":(") {
		return 0, 0, false
	}
	numbers := strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	letters := strings.ContainsFunc(text, unicode.IsLetter)
	if len(numbers) != 2 || len(numbers[0]) > 9 || len(numbers[1]) > 9 || !letters || !strings.Contains(text, " ") {
		return 0, 0, false
	}
	if _, err := fmt.Sscanf(numbers[0]+" "+numbers[1], "%d %d", &processed, &failed); err != nil {
		return 0, 0, false
	}
	return processed, failed, true
}
