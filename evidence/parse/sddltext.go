package parse

import (
	"regexp"
	"strings"

	"auditpack/evidence"
)

// sddlText is a descriptor alone, as (Get-Acl PATH).Sddl prints it. It does not say of what it is, so it is evidence
// only where the Item knows the command.
var sddlText = &Format{
	Name:      "SDDL text",
	Doc:       "one descriptor as (Get-Acl PATH).Sddl prints it; the path has to be known from the command that was run",
	Collector: "acl",
	Kinds:     []string{"acl"},
	Recognise: func(h Head) Match {
		text := strings.TrimSpace(h.Text)
		if len(text) < 3 || text[1] != ':' || !strings.ContainsRune("ODG", rune(text[0])) {
			return Match{}
		}
		if d, err := parseSDDL(strings.Join(strings.Fields(text), "")); err == nil && d.HasDACL {
			return Match{Sure: 90}
		}
		return Match{}
	},
	Read: func(source Source, sink evidence.Sink) error {
		path := getACLPath(source.Item)
		if path == "" {
			return refuse("a descriptor without the path that it belongs to: Get-Acl PATH | Format-List shows both")
		}
		var lines []Line
		var text strings.Builder
		err := eachLine(source, func(line Line) error {
			if t := strings.TrimSpace(line.Text); t != "" {
				lines = append(lines, line)
				text.WriteString(t)
			}
			return nil
		})
		if err != nil || len(lines) == 0 {
			return err
		}
		emitSDDL(sink, aclAddress(path), text.String(), citeLines(source.Item, lines[0], lines[len(lines)-1]))
		return nil
	},
}

var getACLArgument = regexp.MustCompile(`(?i)get-acl\s+(?:-(?:literal)?path\s+)?(?:'([^']+)'|"([^"]+)"|([^\s'")|]+))`)

// getACLPath returns the path of the Get-Acl command that made the Item.
func getACLPath(item evidence.Item) string {
	m := getACLArgument.FindStringSubmatch(strings.Join(item.Command, " "))
	if m == nil {
		return ""
	}
	path := m[1] + m[2] + m[3]
	if !aclRooted(path) {
		return ""
	}
	return path
}
