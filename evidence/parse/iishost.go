package parse

import (
	"strings"

	"auditpack/evidence"
)

// hostOnly are the elements of a site that are nouns of their own.
var hostOnly = map[string]bool{"bindings": true, "application": true, "applicationDefaults": true, "virtualDirectoryDefaults": true}

// emitSiteSettings emits what <sites> says about logging, limits and HSTS: siteDefaults as the server level, each site as
// its own location, both under the path that evidence.IISSite gives, so that a site inherits as it does from any level.
func (w *configWriter) emitSiteSettings(sites *xmlElement) {
	if sites == nil {
		return
	}
	w.siteSettings("", sites.child("siteDefaults"))
	for _, site := range sites.children {
		if site.name == "site" && site.attribute("name") != "" {
			w.siteSettings(site.attribute("name"), site)
		}
	}
}

func (w *configWriter) siteSettings(location string, e *xmlElement) {
	if e == nil {
		return
	}
	for _, c := range e.children {
		if !hostOnly[c.name] && !entryNames[c.name] {
			w.element(evidence.IISPlace{Location: location}, c, evidence.IISSiteElement+"/"+c.name)
		}
	}
}

// poolSettings are the attributes of an application pool, besides those of who it runs as, that rules ask for: the
// element inside the pool, and the attribute.
var poolSettings = []struct{ element, attribute string }{
	{"processModel", "idleTimeout"},
	{"recycling", "logEventOnRecycle"}, {"recycling/periodicRestart", "time"}, {"recycling/periodicRestart", "requests"},
	{"recycling/periodicRestart", "memory"}, {"recycling/periodicRestart", "privateMemory"},
	{"failure", "rapidFailProtection"}, {"failure", "rapidFailProtectionInterval"}, {"failure", "rapidFailProtectionMaxCrashes"},
}

// emitPoolSettings emits of each application pool the limits it gives or takes from applicationPoolDefaults, and how many
// times of day it recycles at.
func emitPoolSettings(pools *xmlElement, to evidence.Sink) {
	if pools == nil {
		return
	}
	defaults := pools.child("applicationPoolDefaults")
	for _, pool := range pools.children {
		if pool.name != "add" || pool.attribute("name") == "" {
			continue
		}
		address := evidence.IISPools + evidence.Address(pool.attribute("name")+"@")
		for _, s := range poolSettings {
			for _, from := range []*xmlElement{inside(pool, s.element), inside(defaults, s.element)} {
				if text, ok := from.lookup(s.attribute); ok {
					to.Setting(evidence.Setting{Address: address + evidence.Address(s.element+"/"+s.attribute), Value: evidence.Text(text), Cite: from.cite})
					break
				}
			}
		}
		for _, from := range []*xmlElement{inside(pool, "recycling/periodicRestart/schedule"), inside(defaults, "recycling/periodicRestart/schedule")} {
			if from != nil && len(from.children) > 0 {
				to.Setting(evidence.Setting{Address: address + "recycling/periodicRestart/schedule", Value: evidence.Number(added(from)), Cite: from.cite})
				break
			}
		}
	}
}

// inside walks down to recycling/periodicRestart.
func inside(e *xmlElement, path string) *xmlElement {
	for name := range strings.SplitSeq(path, "/") {
		e = e.child(name)
	}
	return e
}

// added counts the entries that an element adds; a clear in front takes away what was inherited.
func added(e *xmlElement) int {
	n := 0
	for _, c := range e.children {
		if c.name == "add" {
			n++
		}
	}
	return n
}
