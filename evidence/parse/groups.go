package parse

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// netLocalGroup is what net localgroup NAME prints. It shows names without SIDs, so the members have an Address of their
// own (group:SID@names) and never contradict a list of SIDs.
var netLocalGroup = &Format{
	Name:      "net localgroup text",
	Doc:       "the members of one group as net localgroup NAME prints them, in any language",
	Collector: "accounts",
	Kinds:     []string{"group"},
	Recognise: func(h Head) Match {
		l, ok := netListingOf(h)
		if !ok {
			return Match{}
		}
		if len(l.heading) == 1 && strings.Contains(l.heading[0].Text, `\\`) && len(l.rows) > 0 && strings.HasPrefix(l.rows[0].Text, "*") {
			return Match{Sure: 70, Refused: "it lists the groups and not who is in them: net localgroup NAME shows that"}
		}
		if len(l.heading) < 2 || groupHeading(l.heading[0].Text) == "" || groupHeading(l.heading[len(l.heading)-1].Text) != "" {
			return Match{}
		}
		return Match{Sure: 65}
	},
	Read: readNetLocalGroup,
}

// groupHeading returns the name in "Alias name     Administrators".
func groupHeading(line string) string {
	_, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
	if !ok {
		return ""
	}
	return strings.TrimSpace(name)
}

func readNetLocalGroup(source Source, sink evidence.Sink) error {
	l, err := readNetListing(source)
	if err != nil {
		return err
	}
	name := groupHeading(l.heading[0].Text)
	if name == "" {
		return refuse("the first line names no group")
	}
	address := groupAddress(name) + "@names"
	var g evidence.Group
	for _, row := range l.rows {
		g.Members = append(g.Members, evidence.PrincipalNamed(strings.TrimSpace(row.Text)))
	}
	sink.Setting(evidence.Setting{Address: address, Value: g, Cite: citeLines(source.Item, l.heading[0], l.last())})
	l.cutShort(source.Item, address, sink)
	return nil
}

// groupAddress returns the Address of a local group by the name that a tool printed: by SID where that is certain.
func groupAddress(name string) evidence.Address {
	if sid, ok := evidence.GroupByName(name); ok {
		return evidence.GroupAddress(evidence.Principal{SID: sid})
	}
	return evidence.GroupAddress(evidence.PrincipalNamed(name))
}

// localGroupMembers is what Get-LocalGroupMember shows. It does not say of which group, so the objects need a property
// Group or GroupSID, or the Item the command that was run. An object with Nobody says that the group has no members.
var localGroupMembers = &Format{
	Name:      "Get-LocalGroupMember objects",
	Doc:       "the members of a group as Get-LocalGroupMember writes them with ConvertTo-Json or Export-Csv, with a property Group or GroupSID",
	Collector: "accounts",
	Kinds:     []string{"group"},
	Recognise: func(h Head) Match {
		names := rowNames(h)
		if hasAll(names, "sid", "objectclass") && hasAny(names, "name", "principalsource") && !names["distinguishedname"] {
			return Match{Sure: 85}
		}
		return Match{}
	},
	Read: readLocalGroupMembers,
}

func readLocalGroupMembers(source Source, sink evidence.Sink) error {
	type members struct {
		address evidence.Address
		group   evidence.Group
		cite    evidence.Citation
	}
	var groups []*members
	problems := &problemCounter{Sink: sink}
	err := eachAccessRow(source, "group:", problems, func(row accessRow) {
		address := rowGroup(source.Item, row)
		if address == "" {
			problems.Problem(evidence.Problem{Scope: "group:", Message: "a member, but of which group is not said (property Group or GroupSID)", Cite: row.cite})
			return
		}
		nobody := yesNo(row.get("nobody")) == evidence.Yes
		sid, ok := evidence.ParseSID(row.get("sid"))
		if !ok && !nobody {
			problems.Problem(evidence.Problem{Scope: address, Message: fmt.Sprintf("member %q has no SID", row.get("name")), Cite: row.cite})
			return
		}
		var g *members
		for _, known := range groups {
			if known.address == address {
				g = known
			}
		}
		if nobody && (ok || g != nil) || g != nil && len(g.group.Members) == 0 {
			problems.Problem(evidence.Problem{Scope: address, Message: "a group that has no members and has some", Cite: row.cite})
			return
		}
		if g == nil {
			g = &members{address: address, cite: row.cite}
			groups = append(groups, g)
		}
		g.cite.Length = row.cite.Offset + row.cite.Length - g.cite.Offset
		if nobody {
			return
		}
		g.group.Members = append(g.group.Members, evidence.Principal{SID: sid, Name: row.get("name")})
	})
	for _, g := range groups {
		sink.Setting(evidence.Setting{Address: g.address, Value: g.group, Cite: g.cite})
	}
	return err
}

// rowGroup tells which group a member is of.
func rowGroup(item evidence.Item, row accessRow) evidence.Address {
	if sid, ok := evidence.ParseSID(row.get("groupsid")); ok {
		return evidence.GroupAddress(evidence.Principal{SID: sid})
	}
	if name := row.get("group", "groupname"); name != "" {
		return groupAddress(name)
	}
	command := strings.Join(item.Command, " ")
	_, after, found := strings.Cut(strings.ToLower(command), "get-localgroupmember")
	words := strings.Fields(after)
	for i, word := range words {
		if word != "-sid" || i+1 == len(words) {
			continue
		}
		if sid, ok := evidence.ParseSID(strings.Trim(words[i+1], `'")`)); ok && found {
			return evidence.GroupAddress(evidence.Principal{SID: sid})
		}
	}
	return ""
}
