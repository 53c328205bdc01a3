package parse

import (
	"regexp"
	"strings"

	"auditpack/evidence"
)

// What appcmd lists: sites, applications, virtual directories, pools, and with "list config" the sections as they are in
// force at a place, all files merged. A list may have been narrowed by arguments, so none is taken for complete.

var appcmdFormat = &Format{
	Name:      "appcmd list /xml",
	Doc:       "appcmd list site, app, vdir, apppool or config with /xml",
	Collector: "iis",
	Kinds:     []string{"iis-site", "iis-app", "iis-vdir", "iis-pool", "iis-merged"},
	Recognise: recogniseAppcmd,
	Read:      readAppcmd,
}

var appcmdTextFormat = &Format{
	Name:      "appcmd list",
	Doc:       "appcmd list site, app, vdir or apppool as text",
	Collector: "iis",
	Kinds:     []string{"iis-site", "iis-app", "iis-vdir", "iis-pool"},
	Recognise: recogniseAppcmdText,
	Read:      readAppcmdText,
}

// iisObjectFormat is known only to be refused.
var iisObjectFormat = &Format{
	Name:      "IIS objects of PowerShell",
	Doc:       "ConvertTo-Json of Get-Item IIS:\\… or Get-Website",
	Collector: "iis",
	Kinds:     []string{"iis", "iis-site", "iis-pool"},
	Recognise: func(h Head) Match {
		if strings.Contains(h.Text, "Microsoft.IIs.PowerShell.Framework.") {
			return Match{Sure: 95, Refused: "ConvertTo-Json cut the nested values off and left the names of their types; capture applicationHost.config instead"}
		}
		return Match{}
	},
	Read: func(Source, evidence.Sink) error { return refuse("cut off by ConvertTo-Json") },
}

func recogniseAppcmd(h Head) Match {
	if !strings.HasPrefix(strings.TrimLeft(h.Text, " \t\r\n"), "<") {
		return Match{}
	}
	switch root, _ := configurationOutline(h.Text); root {
	case "appcmd":
		return Match{Sure: 95}
	case "system.webServer", "system.applicationHost":
		return Match{Sure: 70, Refused: "a part of a configuration that does not say which site it is of; capture appcmd list config with /xml"}
	}
	return Match{}
}

func readAppcmd(source Source, to evidence.Sink) error {
	root, err := readXML(source.Item, source)
	if err != nil {
		return err
	}
	if root.name != "appcmd" {
		return refuse("the outermost element is <%s>, not <appcmd>", root.name)
	}
	for _, c := range root.children {
		switch c.name {
		case "SITE", "APP", "VDIR", "APPPOOL":
			emitListed(c.name, c.attribute(c.name+".NAME"), c.attribute, c.cite, to)
		case "CONFIG":
			emitMerged(c, to)
		default:
			to.Problem(evidence.Problem{Message: "appcmd lists <" + c.name + ">, which is not understood", Cite: c.cite})
		}
	}
	if len(root.children) == 0 {
		return refuse("appcmd listed nothing")
	}
	return nil
}

// emitMerged emits a section as appcmd found it in force: <CONFIG CONFIG.SECTION="…" path="MACHINE/WEBROOT/APPHOST/…">.
func emitMerged(e *xmlElement, to evidence.Sink) {
	section := e.attribute("CONFIG.SECTION")
	location, ok := strings.CutPrefix(e.attribute("path"), "MACHINE/WEBROOT/APPHOST")
	if section == "" || !ok || len(e.children) != 1 {
		to.Problem(evidence.Problem{Scope: "iis-merged:", Message: "a section without its name, its path or its content", Cite: e.cite})
		return
	}
	w := &configWriter{to: to, seen: map[evidence.Address]bool{}}
	w.element(evidence.IISPlace{Location: strings.Trim(location, "/"), Merged: true}, e.children[0], section)
}

// listed is a line of appcmd's text: APP "Default Web Site/cwa" (applicationPool:LabTech).
var listed = regexp.MustCompile(`^(SITE|APP|VDIR|APPPOOL) "([^"]*)" \((.*)\)$`)

func recogniseAppcmdText(h Head) Match {
	line, _, _ := strings.Cut(strings.TrimLeft(h.Text, "\r\n"), "\n")
	if listed.MatchString(strings.TrimRight(line, "\r ")) {
		return Match{Sure: 85}
	}
	return Match{}
}

func readAppcmdText(source Source, to evidence.Sink) error {
	err := eachLine(source, func(line Line) error {
		text := strings.TrimSpace(line.Text)
		if text == "" {
			return nil
		}
		parts := listed.FindStringSubmatch(text)
		if parts == nil {
			to.Problem(evidence.Problem{Message: "not a line of appcmd's lists", Cite: line.Cite(source.Item)})
			return nil
		}
		emitListed(parts[1], parts[2], func(name string) string { return listedValue(parts[3], name) }, line.Cite(source.Item), to)
		return nil
	})
	if err != nil {
		return refuse("%v", err)
	}
	return nil
}

// listedValue takes one value out of id:1,bindings:http/*:80:,https/*:443:,state:Started. Values hold commas; the next
// known name ends one.
func listedValue(text, name string) string {
	textName := map[string]string{"SITE.ID": "id", "APPPOOL.NAME": "applicationPool", "RuntimeVersion": "MgdVersion", "PipelineMode": "MgdMode"}[name]
	if textName == "" {
		textName = name
	}
	_, value, found := strings.Cut(","+text, ","+textName+":")
	if !found {
		return ""
	}
	for _, next := range []string{",bindings:", ",state:", ",MgdMode:"} {
		value, _, _ = strings.Cut(value, next)
	}
	return value
}

// emitListed emits one listed object, in the words that applicationHost.config's own Settings use.
func emitListed(kind, name string, value func(string) string, cite evidence.Citation, to evidence.Sink) {
	emit := func(address evidence.Address, v evidence.Value) {
		to.Setting(evidence.Setting{Address: address, Value: v, Cite: cite})
	}
	at := evidence.Address(name)
	switch kind {
	case "SITE":
		emit(evidence.IISSites+at, evidence.IISSite{ID: value("SITE.ID"), Bindings: strings.Split(value("bindings"), ",")})
	case "APP":
		emit(evidence.IISApps+at, evidence.Text("pool "+value("APPPOOL.NAME")))
	case "VDIR":
		emit(evidence.IISVDirs+at, evidence.Text(value("physicalPath")))
	case "APPPOOL":
		emit(evidence.IISPools+at+"@managedRuntimeVersion", evidence.Text(value("RuntimeVersion")))
		emit(evidence.IISPools+at+"@managedPipelineMode", evidence.Text(value("PipelineMode")))
	}
}
