package parse

import (
	"strings"

	"auditpack/evidence"
)

// emitSites emits the sites with their applications and virtual directories, under the names that appcmd gives them.
func emitSites(sites *xmlElement, to evidence.Sink) {
	if sites == nil {
		return
	}
	for _, scope := range []evidence.Address{evidence.IISSites, evidence.IISApps, evidence.IISVDirs} {
		to.Covered(evidence.Coverage{Scope: scope, Deep: true, Cite: sites.cite})
	}
	defaultPool := sites.child("applicationDefaults").attributeOr("applicationPool", "DefaultAppPool")
	for _, site := range sites.children {
		if site.name == "site" {
			emitSite(site, defaultPool, to)
		}
	}
}

func emitSite(site *xmlElement, defaultPool string, to evidence.Sink) {
	name := site.attribute("name")
	noun := evidence.IISSite{ID: site.attribute("id")}
	if bindings := site.child("bindings"); bindings != nil {
		for _, b := range bindings.children {
			if b.name == "binding" {
				noun.Bindings = append(noun.Bindings, b.attribute("protocol")+"/"+b.attribute("bindingInformation"))
			}
		}
	}
	to.Setting(evidence.Setting{Address: evidence.IISSites + evidence.Address(name), Value: noun, Cite: site.cite})
	defaultPool = site.child("applicationDefaults").attributeOr("applicationPool", defaultPool)
	for _, app := range site.children {
		if app.name != "application" {
			continue
		}
		appName := name + app.attribute("path")
		pool := app.attributeOr("applicationPool", defaultPool)
		to.Setting(evidence.Setting{Address: evidence.IISApps + evidence.Address(appName), Value: evidence.Text("pool " + pool), Cite: app.cite})
		for _, v := range app.children {
			if v.name != "virtualDirectory" {
				continue
			}
			to.Setting(evidence.Setting{
				Address: evidence.IISVDirs + evidence.Address(vdirName(appName, v.attribute("path"))),
				Value:   evidence.Text(v.attribute("physicalPath")),
				Cite:    v.cite,
			})
		}
	}
}

// vdirName returns appcmd's name of a virtual directory: "Default Web Site/cwa/" for the path "/" of an application.
func vdirName(app, path string) string {
	return strings.TrimSuffix(app, "/") + path
}

// emitPools emits of each application pool its runtime, its mode and who it runs as, with the defaults that the file
// itself gives filled in.
func emitPools(pools *xmlElement, to evidence.Sink) {
	if pools == nil {
		return
	}
	to.Covered(evidence.Coverage{Scope: evidence.IISPools, Deep: true, Cite: pools.cite})
	defaults := pools.child("applicationPoolDefaults")
	for _, pool := range pools.children {
		if pool.name != "add" {
			continue
		}
		address := evidence.IISPools + evidence.Address(pool.attribute("name"))
		emit := func(name, text string, known bool) {
			if known {
				to.Setting(evidence.Setting{Address: address + evidence.Address("@"+name), Value: evidence.Text(text), Cite: pool.cite})
			}
		}
		for _, name := range []string{"managedRuntimeVersion", "managedPipelineMode"} {
			text, known := pool.lookup(name)
			if !known {
				text, known = defaults.lookup(name)
			}
			emit(name, text, known)
		}
		for _, name := range []string{"identityType", "userName"} {
			text, known := pool.child("processModel").lookup(name)
			if !known {
				text, known = defaults.child("processModel").lookup(name)
			}
			emit(name, text, known)
		}
	}
}
