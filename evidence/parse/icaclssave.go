package parse

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// icaclsSave is the file that icacls /save writes: pairs of lines, a name and the access list in SDDL.
var icaclsSave = &Format{
	Name:      "icacls save file",
	Doc:       "access lists in SDDL as icacls PATH /save FILE writes them",
	Collector: "acl",
	Kinds:     []string{"acl"},
	Recognise: recogniseICACLSSave,
	Read:      readICACLSSave,
}

func recogniseICACLSSave(h Head) Match {
	lines := strings.SplitN(strings.TrimRight(h.Text, "\r\n "), "\n", 5)
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	if len(lines) < 2 || lines[0] == "" || strings.Contains(lines[0], ":(") || !icaclsSaveList(lines[1]) {
		return Match{}
	}
	if len(lines) >= 4 && !icaclsSaveList(lines[3]) {
		return Match{}
	}
	return Match{Sure: 95}
}

// icaclsSaveList reports whether a line is an access list in SDDL.
func icaclsSaveList(line string) bool {
	d, err := parseSDDL(strings.TrimSpace(line))
	return err == nil && d.HasDACL || strings.HasPrefix(line, "D:") && strings.Contains(line, ";;;")
}

func readICACLSSave(source Source, sink evidence.Sink) error {
	var name *Line
	err := eachLine(source, func(line Line) error {
		text := strings.TrimSpace(line.Text)
		switch {
		case text == "":
		case name == nil:
			name = &line
		default:
			path := aclCommandPath(source.Item, aclPath(name.Text))
			address := aclAddress(path)
			cite := citeLines(source.Item, *name, line)
			name = nil
			d, err := parseSDDL(text)
			if err != nil {
				sink.Problem(evidence.Problem{Scope: address, Message: err.Error(), Cite: cite})
				return nil
			}
			d.emit(sink, address, cite)
		}
		return nil
	})
	if err == nil && name != nil {
		sink.Problem(evidence.Problem{Scope: aclAddress(aclCommandPath(source.Item, aclPath(name.Text))), Cite: name.Cite(source.Item),
			Message: fmt.Sprintf("the file ends after the name %q, its access list is missing", name.Text)})
	}
	return err
}
