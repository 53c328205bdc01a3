package parse

import (
	"strings"

	"auditpack/evidence"
)

// configWriter turns the elements of one configuration file into Settings.
type configWriter struct {
	to       evidence.Sink
	file     string                    // path of the web.config; empty: applicationHost.config
	sections map[string]bool           // declared sections; empty in a web.config, which declares none
	seen     map[evidence.Address]bool // elements that said something already
}

// declare reads <configSections>: which sections there are, and whether a level below may override them.
func (w *configWriter) declare(e *xmlElement, path string) {
	for _, c := range e.children {
		name := path + c.attribute("name")
		switch c.name {
		case "sectionGroup":
			w.declare(c, name+"/")
		case "section":
			w.sections[name] = true
			if mode := c.attribute("overrideModeDefault"); mode != "" {
				place := evidence.IISPlace{File: w.file}
				w.to.Setting(evidence.Setting{Address: place.Address(name) + "!overrideModeDefault", Value: evidence.Text(mode), Cite: c.cite})
			}
		}
	}
}

// configuration walks the outermost element: sections directly inside and inside of location tags.
func (w *configWriter) configuration(root *xmlElement) {
	w.seen = map[evidence.Address]bool{}
	for _, c := range root.children {
		switch c.name {
		case "configSections", "configProtectedData", "system.applicationHost":
			continue
		case "location":
			place := evidence.IISPlace{File: w.file, Location: strings.Trim(c.attribute("path"), "/ ")}
			if place.Location == "." {
				place.Location = ""
			}
			for _, inside := range c.children {
				if strings.Contains(place.Location, `\`) {
					meant := place
					meant.Location = strings.ReplaceAll(place.Location, `\`, "/")
					w.to.Problem(evidence.Problem{Scope: meant.Address(inside.name), Cite: c.cite,
						Message: "a location path with a backslash: whether IIS takes it for a slash is not known"})
				}
				w.locks(c, place, inside, inside.name)
				w.element(place, inside, inside.name)
			}
		default:
			w.element(evidence.IISPlace{File: w.file}, c, c.name)
		}
	}
}

// locks emits what the attributes of a location tag say about each section inside.
func (w *configWriter) locks(location *xmlElement, place evidence.IISPlace, e *xmlElement, path string) {
	for _, a := range location.attributes {
		name, text := a.name, a.text
		switch a.name {
		case "overrideMode", "inheritInChildApplications":
		case "allowOverride": // the older spelling
			name, text = "overrideMode", "Deny"
			if strings.EqualFold(a.text, "true") {
				text = "Allow"
			}
		default:
			continue
		}
		w.eachSection(e, path, func(section string) {
			w.to.Setting(evidence.Setting{Address: place.Address(section) + evidence.Address("!"+name), Value: evidence.Text(text), Cite: a.cite})
		})
	}
}

// eachSection calls f for the sections at or below e: the declared ones, and where nothing is declared every element.
func (w *configWriter) eachSection(e *xmlElement, path string, f func(section string)) {
	if w.sections[path] || len(w.sections) == 0 {
		f(path)
	}
	if w.sections[path] {
		return
	}
	for _, c := range e.children {
		if !entryNames[c.name] {
			w.eachSection(c, path+"/"+c.name, f)
		}
	}
}

// element emits the attributes of e, its entries as one collection, and the elements inside.
func (w *configWriter) element(place evidence.IISPlace, e *xmlElement, path string) {
	address := place.Address(path)
	if w.seen[address.Fold()] && saysSomething(e) {
		w.to.Problem(evidence.Problem{Scope: address, Cite: e.cite,
			Message: "<" + e.name + "> is given twice for one place; which of them counts is not known"})
		return
	}
	if saysSomething(e) {
		w.seen[address.Fold()] = true
	}
	if e.attribute("configSource") != "" || e.attribute("configProtectionProvider") != "" || e.child("EncryptedData") != nil {
		w.to.Problem(evidence.Problem{Scope: address, Message: "the content of <" + e.name + "> is encrypted or kept in another file", Cite: e.cite})
		return
	}
	w.to.Covered(evidence.Coverage{Scope: address, Deep: true, Cite: e.cite})
	for _, a := range e.attributes {
		if a.space != "" && a.space != xmlNamespace {
			w.to.Problem(evidence.Problem{Scope: address, Message: "the attribute " + a.name + " of <" + e.name + "> is of a namespace that IIS does not know", Cite: a.cite})
			continue
		}
		w.to.Setting(evidence.Setting{Address: address + evidence.Address("@"+a.name), Value: shown(path, a), Cite: a.cite})
	}
	var entries []evidence.IISElement
	for _, c := range e.children {
		if entryNames[c.name] {
			entries = append(entries, entry(path, c))
		} else {
			w.element(place, c, path+"/"+c.name)
		}
	}
	if len(entries) > 0 {
		w.to.Setting(evidence.Setting{Address: address + "#entries", Value: evidence.IISCollection{Entries: entries}, Cite: e.whole})
	}
}

// xmlNamespace is that of xml:space and xml:lang, which are no settings.
const xmlNamespace = "http://www.w3.org/XML/1998/namespace"

// saysSomething reports whether e holds more than its name: a group such as <system.webServer> may stand twice as long
// as what is inside does not.
func saysSomething(e *xmlElement) bool {
	if len(e.attributes) > 0 {
		return true
	}
	for _, c := range e.children {
		if entryNames[c.name] {
			return true
		}
	}
	return false
}

// entryNames are the elements by which the schemas of IIS and .NET add to a collection. An element that is missing here
// and stands twice becomes a Problem, not a silent choice.
var entryNames = map[string]bool{
	"add": true, "remove": true, "clear": true,
	"error": true, "mimeMap": true, "rule": true, "scheme": true, "filter": true, "filteringRule": true,
	"preCondition": true, "rewriteMap": true, "profile": true, "provider": true, "tags": true,
	"site": true, "application": true, "virtualDirectory": true, "binding": true, "environmentVariable": true,
	"key": true, "property": true, "webFarm": true, "server": true,
}

// entry turns an element of a collection into its noun.
func entry(path string, e *xmlElement) evidence.IISElement {
	n := evidence.IISElement{Name: e.name, Cite: e.cite}
	for _, a := range e.attributes {
		n.Attributes = append(n.Attributes, evidence.IISAttribute{Name: a.name, Text: string(shown(path, a))})
	}
	for _, c := range e.children {
		n.Children = append(n.Children, entry(path+"/"+e.name, c))
	}
	return n
}

// NotShown stands for a secret; it is the same whatever the secret is, so that nothing can be learned from it.
const NotShown = "(a secret, not shown)"

// shown returns the text of an attribute, or NotShown for what may be a secret: keys and passwords by name, and all
// values of the sections in which programs keep connection strings and settings of their own.
func shown(path string, a xmlAttribute) evidence.Text {
	switch strings.ToLower(a.name) {
	case "password", "sessionkey", "validationkey", "decryptionkey", "connectionstring", "stateconnectionstring", "sqlconnectionstring":
		return NotShown
	case "value":
		folded := strings.ToLower(path)
		for _, section := range []string{"appsettings", "connectionstrings", "environmentvariables"} {
			if strings.Contains(folded, section) {
				return NotShown
			}
		}
	}
	return evidence.Text(a.text)
}
