package parse

import (
	"encoding/xml"
	"strings"

	"auditpack/evidence"
)

// The configuration files of IIS. What a file says becomes Settings in the name of the place that says it
// (evidence.IISPlace); nothing is inherited or overridden here, that is judged where all files are known. A file is
// read as a whole or refused: of a part, nobody knows what the rest takes back.

func iisFormats() []*Format {
	return []*Format{
		{
			Name:      "IIS server configuration",
			Doc:       "applicationHost.config or redirection.config, from %windir%\\System32\\inetsrv\\config",
			Collector: "iis",
			Kinds:     []string{"iis", "iis-site", "iis-app", "iis-vdir", "iis-pool", "iis-redirection"},
			Recognise: func(h Head) Match { return recogniseConfiguration(h, true) },
			Read:      readServerConfiguration,
		},
		{
			Name:      "IIS web.config",
			Doc:       "web.config of a site, an application or a folder",
			Collector: "iis",
			Kinds:     []string{"file"},
			Recognise: func(h Head) Match { return recogniseConfiguration(h, false) },
			Read:      readWebConfig,
		},
	}
}

// recogniseConfiguration looks for the outermost element <configuration> and tells by what stands inside whether it is
// the server's own file.
func recogniseConfiguration(h Head, server bool) Match {
	if !strings.HasPrefix(strings.TrimLeft(h.Text, " \t\r\n"), "<") {
		return Match{}
	}
	root, seen := configurationOutline(h.Text)
	if root != "configuration" {
		return Match{}
	}
	isServer := seen["system.applicationHost"] || seen["configurationRedirection"]
	switch {
	case isServer && server:
		return Match{Sure: 95}
	case isServer || server:
		return Match{}
	case seen["moduleProviders"]:
		return Match{Sure: 80, Refused: "administration.config: settings of IIS Manager, not of the web server"}
	case seen["system.webServer"] || seen["system.web"] || seen["location"]:
		return Match{Sure: 90}
	case strings.EqualFold(lastElement(h.Name), "web.config"):
		return Match{Sure: 60}
	}
	return Match{Sure: 50, Refused: "the .NET configuration of a program, not of IIS"}
}

// configurationOutline returns the outermost element and the names of the elements and section groups that the
// beginning of the file shows at the first two levels.
func configurationOutline(text string) (root string, seen map[string]bool) {
	seen = map[string]bool{}
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Strict = false
	decoder.CharsetReader = decodedAlready
	depth := 0
	for {
		token, err := decoder.Token()
		if err != nil {
			return root, seen
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			if depth == 1 {
				root = token.Name.Local
			}
			if depth <= 3 {
				seen[token.Name.Local] = true
			}
			if token.Name.Local == "sectionGroup" || token.Name.Local == "section" {
				for _, a := range token.Attr {
					// A declaration tells the server's file, because a web.config never declares these.
					if a.Name.Local == "name" && (a.Value == "system.applicationHost" || a.Value == "configurationRedirection" || a.Value == "moduleProviders") {
						seen[a.Value] = true
					}
				}
			}
			if root != "configuration" {
				return root, seen
			}
		case xml.EndElement:
			depth--
		}
	}
}

// lastElement returns what follows the last slash or backslash.
func lastElement(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

func readServerConfiguration(source Source, to evidence.Sink) error {
	if strings.Contains(strings.ToLower(source.Item.Name), "cfghistory_") {
		return refuse("a copy from the configuration history, not the configuration in force")
	}
	root, err := readXML(source.Item, source)
	if err != nil {
		return err
	}
	if sharing := root.child("configurationRedirection"); sharing != nil {
		emitSharing(sharing, to)
		return nil
	}
	if root.child("system.applicationHost") == nil {
		return refuse("no <system.applicationHost>: the beginning of an applicationHost.config without its body")
	}
	w := &configWriter{to: to, sections: map[string]bool{}}
	if declared := root.child("configSections"); declared != nil {
		w.declare(declared, "")
	}
	to.Covered(evidence.Coverage{Scope: evidence.IISRules, Deep: true, Cite: root.cite})
	w.configuration(root)
	host := root.child("system.applicationHost")
	if log := host.child("log"); log != nil { // whether sites log for themselves
		w.element(evidence.IISPlace{}, log, "system.applicationHost/log")
	}
	emitSites(host.child("sites"), to)
	w.emitSiteSettings(host.child("sites"))
	emitPools(host.child("applicationPools"), to)
	emitPoolSettings(host.child("applicationPools"), to)
	return nil
}

// emitSharing says whether the server takes its configuration from elsewhere. Where it does, whatever a local
// applicationHost.config holds is not in force.
func emitSharing(e *xmlElement, to evidence.Sink) {
	enabled := strings.EqualFold(e.attribute("enabled"), "true")
	text := evidence.Text("false")
	if enabled {
		text = "true"
		to.Setting(evidence.Setting{Address: evidence.IISSharingPath, Value: evidence.Text(e.attribute("path")), Cite: e.cite})
		to.Problem(evidence.Problem{
			Scope:   evidence.IISRules,
			Message: "the configuration is shared: the server reads it from " + e.attribute("path") + " and not from the local applicationHost.config",
			Cite:    e.cite,
		})
	}
	to.Setting(evidence.Setting{Address: evidence.IISSharing, Value: text, Cite: e.cite})
}

func readWebConfig(source Source, to evidence.Sink) error {
	root, err := readXML(source.Item, source)
	if err != nil {
		return err
	}
	if transformed(root) {
		return refuse("a transform (xdt), which a build applies to a web.config; not the file in force")
	}
	w := &configWriter{to: to, sections: map[string]bool{}, file: evidence.HostPath(source.Item.Name)}
	scope := evidence.Address("file:" + w.file)
	to.Setting(evidence.Setting{Address: scope, Value: evidence.Text("web.config: " + strings.Join(outline(root), ", ")), Cite: root.cite})
	to.Covered(evidence.Coverage{Scope: scope, Deep: true, Cite: root.cite})
	w.configuration(root)
	return nil
}

// transformed reports whether a build transform stands anywhere in e.
func transformed(e *xmlElement) bool {
	for _, a := range e.attributes {
		if a.space != "" && (a.name == "Transform" || a.name == "Locator") {
			return true
		}
	}
	for _, c := range e.children {
		if transformed(c) {
			return true
		}
	}
	return false
}

// outline names what stands directly inside the configuration.
func outline(root *xmlElement) []string {
	var names []string
	for _, c := range root.children {
		name := c.name
		if c.name == "location" {
			name += " " + c.attribute("path")
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return []string{"nothing"}
	}
	return names
}
