package parse

import (
	"regexp"
	"strings"

	"auditpack/evidence"
)

// whoAmI reads with which rights a capture ran: whoami /groups /fo list. Every name there is translated; what is read are SIDs alone
// ([MS-DTYP] 2.4.2.4), each at the end of its line.
//
//	operator:integrity-level   the SID of the process's integrity level: S-1-16-12288 (high), S-1-16-16384 (system) …
//	operator:S-1-5-32-544      the process has the group of administrators
var whoAmI = &Format{
	Name: "whoami list", Doc: "Who ran it, with groups and integrity level, as whoami /user /groups /fo list prints them.",
	Collector: "accounts", Kinds: []string{"operator"},
	Recognise: func(h Head) Match {
		if !strings.Contains(h.Text, integrityLevel) {
			return Match{}
		}
		levels := 0
		for text := range strings.Lines(h.Text) {
			if m := listedSID.FindStringSubmatch(strings.TrimRight(text, "\r\n")); m != nil && strings.HasPrefix(m[1], integrityLevel) {
				levels++
			}
		}
		if levels == 1 {
			return Match{Sure: 70}
		}
		return Match{}
	},
	Read: readWhoAmI,
}

const (
	integrityLevel = "S-1-16-"
	administrators = "S-1-5-32-544"
)

// listedSID is a line of a list whose value is a SID: SID:        S-1-5-32-544
var listedSID = regexp.MustCompile(`^[^:]{1,60}:\s*(S-1-[0-9]{1,3}(?:-[0-9]{1,10}){1,15})\s*$`)

func readWhoAmI(src Source, sink evidence.Sink) error {
	var levels []evidence.Setting
	err := eachLine(src, func(line Line) error {
		m := listedSID.FindStringSubmatch(line.Text)
		switch {
		case m == nil:
		case strings.HasPrefix(m[1], integrityLevel):
			levels = append(levels, evidence.Setting{Address: "operator:integrity-level", Value: evidence.Text(m[1]), Cite: line.Cite(src.Item)})
		case m[1] == administrators:
			sink.Setting(evidence.Setting{Address: "operator:" + administrators, Value: evidence.Text("listed"), Cite: line.Cite(src.Item)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(levels) != 1 {
		return refuse("%d integrity levels are listed, and a process has one", len(levels))
	}
	sink.Setting(levels[0])
	sink.Covered(evidence.Coverage{Scope: "operator:", Deep: true, Cite: evidence.Citation{Item: src.Item.Path}}) // read to its end
	return nil
}
