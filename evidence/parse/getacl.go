package parse

import (
	"strings"

	"auditpack/evidence"
)

// getACLList is what Get-Acl PATH | Format-List prints.
var getACLList = &Format{
	Name:      "Get-Acl list",
	Doc:       "access lists as Get-Acl PATH | Format-List prints them, with the line Sddl",
	Collector: "acl",
	Kinds:     []string{"acl"},
	Recognise: func(h Head) Match {
		path, sddl := false, false
		for _, line := range strings.Split(h.Text, "\n") {
			name, value, ok := listProperty(line)
			path = path || ok && name == "Path"
			sddl = sddl || ok && name == "Sddl" && len(value) > 2 && value[1] == ':'
		}
		if path && sddl {
			return Match{Sure: 90}
		}
		return Match{}
	},
	Read: readGetACLList,
}

// listProperty splits "Sddl   : O:BA" into the name and the value. Format-List does not translate the names.
func listProperty(line string) (name, value string, ok bool) {
	if startsBlank(line) {
		return "", "", false
	}
	name, value, ok = strings.Cut(strings.TrimRight(line, "\r "), ":")
	name = strings.TrimRight(name, " ")
	if !ok || name == "" || strings.ContainsAny(name, ` \/`) {
		return "", "", false
	}
	return name, strings.TrimLeft(value, " "), true
}

// aclListing gathers one object of the list.
type aclListing struct {
	path, sddl      string
	property        string
	first, last     Line // of the object
	sddlAt, sddlEnd Line
}

func readGetACLList(source Source, sink evidence.Sink) error {
	var object *aclListing
	flush := func() {
		if object != nil && object.path != "" {
			object.emit(source.Item, sink)
		}
		object = nil
	}
	err := eachLine(source, func(line Line) error {
		if strings.TrimSpace(line.Text) == "" {
			flush()
			return nil
		}
		name, value, ok := listProperty(line.Text)
		if object == nil || ok && name == "Path" {
			flush()
			object = &aclListing{first: line}
		}
		object.last = line
		if !ok { // what the console broke, and further entries of Access
			value = strings.TrimLeft(line.Text, " ")
			name = object.property
		}
		object.property = name
		switch name {
		case "Path":
			object.path += value
		case "Sddl":
			if object.sddl == "" {
				object.sddlAt = line
			}
			object.sddlEnd = line
			object.sddl += strings.TrimSpace(value)
		}
		return nil
	})
	if err == nil {
		flush()
	}
	return err
}

func (o *aclListing) emit(item evidence.Item, sink evidence.Sink) {
	address := aclAddress(o.path)
	if o.sddl == "" {
		sink.Problem(evidence.Problem{Scope: address, Message: "the line Sddl is missing", Cite: citeLines(item, o.first, o.last)})
		return
	}
	emitSDDL(sink, address, o.sddl, citeLines(item, o.sddlAt, o.sddlEnd))
}

// emitSDDL hands on the descriptor of a path, or says what is wrong with it.
func emitSDDL(sink evidence.Sink, address evidence.Address, sddl string, cite evidence.Citation) {
	d, err := parseSDDL(sddl)
	if err != nil {
		sink.Problem(evidence.Problem{Scope: address, Message: err.Error(), Cite: cite})
		return
	}
	d.emit(sink, address, cite)
}

// getACLRows is the same as objects in JSON or CSV.
var getACLRows = &Format{
	Name:      "Get-Acl objects",
	Doc:       "access lists as Get-Acl PATH | Select-Object Path, Sddl writes them with ConvertTo-Json or Export-Csv",
	Collector: "acl",
	Kinds:     []string{"acl"},
	Recognise: func(h Head) Match {
		if names := rowNames(h); hasAll(names, "sddl") && hasAny(names, "path", "pspath") {
			return Match{Sure: 90}
		}
		return Match{}
	},
	Read: func(source Source, sink evidence.Sink) error {
		return eachAccessRow(source, "acl:", sink, func(row accessRow) {
			path, sddl := row.get("path", "pspath"), row.get("sddl")
			if path == "" {
				sink.Problem(evidence.Problem{Scope: "acl:", Message: "an object without a path", Cite: row.cite})
				return
			}
			emitSDDL(sink, aclAddress(path), sddl, row.cite)
		})
	},
}
