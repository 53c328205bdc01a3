package check

import (
	"strings"

	"auditpack/evidence"
)

// iisLevel is one place that has a say at a location, and how deep it reaches down the path.
type iisLevel struct {
	place evidence.IISPlace
	depth int
}

// name says for people who speaks.
func (l iisLevel) name() string {
	file := "applicationHost.config"
	if l.place.File != "" {
		file = l.place.File
	}
	if l.place.Location != "" {
		return file + " for " + l.place.Location
	}
	return file
}

// iisLocationName is a location for people.
func iisLocationName(location string) string {
	if location == "" {
		return "server level"
	}
	return location
}

// segments splits a location: Default Web Site/cwa.
func segments(location string) []string {
	if location == "" {
		return nil
	}
	return strings.Split(location, "/")
}

// levels lists who may speak about an element at a location, in the order of inheritance, and the doubts about that
// list: files that may speak and were not collected, files that speak where they are not allowed to.
func (v iisView) levels(location, element string) (levels []iisLevel, doubts []evidence.Reason) {
	if shared := v.said(evidence.IISSharing); shared.State == evidence.Conflicting || shared.State == evidence.Unclear {
		doubts = append(doubts, evidence.Reason{Result: evidence.NeedsReview, Actual: shared.Why, Cites: shared.Cites})
	}
	path := segments(location)
	for depth := 0; depth <= len(path); depth++ {
		levels = append(levels, iisLevel{evidence.IISPlace{Location: strings.Join(path[:depth], "/")}, depth})
	}
	locked := v.locked(path, element)
	for depth := 1; depth <= len(path); depth++ {
		folder, known := v.folder(strings.Join(path[:depth], "/"))
		if !known {
			if !locked {
				doubts = append(doubts, evidence.Reason{Result: evidence.NotCollected,
					Actual: "which folder " + strings.Join(path[:depth], "/") + " is in, and so its web.config, is not known"})
			}
			continue
		}
		file := folder + `\web.config`
		below, spoken := v.fileLevels(file, path[depth:], depth, element)
		switch {
		case locked && len(spoken) > 0:
			doubts = append(doubts, evidence.Reason{Result: evidence.NeedsReview, Cites: spoken,
				Actual: file + " sets a section that applicationHost.config locks; IIS then answers with an error"})
		case locked:
		default:
			levels = append(levels, below...)
			if doubt, missing := v.unseen(file); missing {
				doubts = append(doubts, doubt)
			}
		}
	}
	return levels, doubts
}

// fileLevels lists the places of a collected web.config that have a say, and the Citations of what they say.
func (v iisView) fileLevels(file string, rest []string, depth int, element string) (levels []iisLevel, spoken []evidence.Citation) {
	if v.facts.Lookup(evidence.Address("file:"+file)).State != evidence.Found {
		return nil, nil
	}
	for n := 0; n <= len(rest); n++ {
		place := evidence.IISPlace{File: file, Location: strings.Join(rest[:n], "/")}
		levels = append(levels, iisLevel{place, depth + n})
		for _, s := range v.facts.Under(place.Address(element)) {
			if speaks(s.Address, element) {
				spoken = append(spoken, s.Cite)
			}
		}
	}
	return levels, spoken
}

// speaks reports whether a is an attribute or the entries of element or of something inside it, not a lock on it.
func speaks(a evidence.Address, element string) bool {
	_, rest, ok := evidence.IISPlaceOf(a)
	if !ok || strings.Contains(rest, "!") || len(rest) <= len(element) || !strings.EqualFold(rest[:len(element)], element) {
		return false
	}
	return strings.IndexByte("@#/", rest[len(element)]) >= 0
}

// notCollectedFile ends the Actual of a Reason about a file that nobody handed in.
const notCollectedFile = " may change this and was not collected"

// unseen returns the doubt about a web.config that was not collected. One that is known not to exist raises none.
func (v iisView) unseen(file string) (evidence.Reason, bool) {
	o := v.facts.Lookup(evidence.Address("file:" + file))
	switch o.State {
	case evidence.Found:
		return evidence.Reason{}, false
	case evidence.Conflicting, evidence.Unclear:
		return evidence.Reason{Result: evidence.NeedsReview, Actual: o.Why, Cites: o.Cites}, true
	}
	if _, absent := v.absent(file); absent {
		return evidence.Reason{}, false
	}
	if cite, ok := v.placeless(file); ok {
		return evidence.Reason{Result: evidence.NeedsReview, Cites: []evidence.Citation{cite},
			Actual: "a file that may be " + file + " was handed in without saying where on the server it was"}, true
	}
	return evidence.Reason{Result: evidence.NotCollected, Cites: append(v.notTaken(file), o.Cites...), Actual: file + notCollectedFile}, true
}

// notTaken cites the Items that say why a file was not taken from the host: it is on another machine, may not be read …
func (v iisView) notTaken(file string) []evidence.Citation {
	var cites []evidence.Citation
	for _, c := range v.facts.Contents() {
		if c.Item.Status != evidence.Captured && (strings.EqualFold(c.Item.Name, file) || strings.EqualFold(evidence.HostPath(c.Item.Name), file)) {
			cites = append(cites, evidence.Citation{Item: c.Item.Path})
		}
	}
	return cites
}

// unseenBelow returns a Reason for each application and virtual directory below a location whose own web.config may set
// the section anew and was not collected.
func (v iisView) unseenBelow(location, element, expected string) []evidence.Reason {
	var reasons []evidence.Reason
	seen := map[string]bool{}
	for _, s := range v.facts.Under(evidence.IISVDirs + evidence.Address(location+"/")) {
		below := strings.TrimSuffix(s.Address.Rest(), "/")
		folder, known := v.folder(below)
		if strings.EqualFold(below, location) || seen[strings.ToLower(below)] || !known || v.locked(segments(below), element) {
			continue
		}
		seen[strings.ToLower(below)] = true
		if doubt, missing := v.unseen(folder + `\web.config`); missing {
			doubt.Address, doubt.Expected = evidence.IISPlace{Location: below}.Address(element), expected
			reasons = append(reasons, doubt)
		}
	}
	return reasons
}

// placeless looks for a file of the same name in a folder of the same name whose place on the host nobody said.
func (v iisView) placeless(file string) (evidence.Citation, bool) {
	tail := strings.ToLower(parentAndName(file))
	for _, s := range v.facts.Under(`file:?\`) {
		if strings.HasSuffix(strings.ToLower(s.Address.Rest()), tail) {
			return s.Cite, true
		}
	}
	return evidence.Citation{}, false
}

// parentAndName returns the last two elements of a path, with a leading backslash.
func parentAndName(path string) string {
	last := strings.LastIndexByte(path, '\\')
	if last <= 0 {
		return `\` + path
	}
	return path[max(0, strings.LastIndexByte(path[:last], '\\')):]
}

// absent reports whether an Item shows that a file does not exist on the host.
func (v iisView) absent(file string) (evidence.Citation, bool) {
	for _, c := range v.facts.Contents() {
		if c.Item.Status == evidence.Absent && strings.EqualFold(evidence.HostPath(c.Item.Name), file) {
			return evidence.Citation{Item: c.Item.Path, Absence: true}, true
		}
	}
	return evidence.Citation{}, false
}

// locked reports whether applicationHost.config forbids web.config files to set the section of an element.
func (v iisView) locked(path []string, element string) bool {
	mode := "Allow"
	for section := element; section != ""; section = parentElement(section) {
		if o := v.said(evidence.IISPlace{}.Address(section) + "!overrideModeDefault"); o.State == evidence.Found {
			mode = o.Value().String()
			break
		}
	}
	for depth := 0; depth <= len(path); depth++ {
		place := evidence.IISPlace{Location: strings.Join(path[:depth], "/")}
		for section := element; section != ""; section = parentElement(section) {
			o := v.said(place.Address(section) + "!overrideMode")
			if o.State == evidence.Found && !strings.EqualFold(o.Value().String(), "Inherit") {
				mode = o.Value().String()
				break
			}
		}
	}
	return strings.EqualFold(mode, "Deny")
}

func parentElement(element string) string {
	return element[:max(0, strings.LastIndexByte(element, '/'))]
}

// folder returns the folder on the host that a location is served from.
func (v iisView) folder(location string) (string, bool) {
	best, folder := -1, ""
	for _, s := range v.facts.Under(evidence.IISVDirs) {
		name := strings.TrimSuffix(s.Address.Rest(), "/")
		if !isOrBelow(location, name, "/") || len(name) <= best {
			continue
		}
		best = len(name)
		folder = expandPath(s.Value.String()) + strings.ReplaceAll(location[len(name):], "/", `\`)
	}
	return folder, best >= 0
}

// fileLocation returns the location that a web.config governs: the one whose folder it stands in.
func (v iisView) fileLocation(file string) (string, bool) {
	folder, isConfig := strings.CutSuffix(strings.ToLower(file), `\web.config`)
	best, location := -1, ""
	for _, s := range v.facts.Under(evidence.IISVDirs) {
		base := expandPath(s.Value.String())
		if isConfig && isOrBelow(folder, base, `\`) && len(base) > best {
			best = len(base)
			location = strings.TrimSuffix(s.Address.Rest(), "/") + strings.ReplaceAll(file[len(base):len(folder)], `\`, "/")
		}
	}
	return location, best >= 0
}

// isOrBelow reports whether path is base or lies below it, compared without case.
func isOrBelow(path, base, separator string) bool {
	if len(path) < len(base) || !strings.EqualFold(path[:len(base)], base) {
		return false
	}
	return len(path) == len(base) || strings.HasPrefix(path[len(base):], separator)
}

// expandPath replaces the variables that IIS itself writes into paths by what they are on nearly every server.
func expandPath(path string) string {
	for _, variable := range []struct{ name, text string }{
		{"%SystemDrive%", "C:"}, {"%windir%", `C:\Windows`}, {"%SystemRoot%", `C:\Windows`}, {"%ProgramData%", `C:\ProgramData`},
		{"%ProgramFiles%", `C:\Program Files`}, {"%ProgramW6432%", `C:\Program Files`}, {"%ProgramFiles(x86)%", `C:\Program Files (x86)`},
	} {
		if len(path) >= len(variable.name) && strings.EqualFold(path[:len(variable.name)], variable.name) {
			path = variable.text + path[len(variable.name):]
		}
	}
	return strings.TrimRight(path, `\`)
}
