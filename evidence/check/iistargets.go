package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// maxLocations is how many locations are judged at most; servers have some dozens.
const maxLocations = 2000

// tooMany returns the Reason for a configuration that names more locations than are judged.
func tooMany(all []string, a evidence.Address, expected string) (evidence.Reason, bool) {
	return evidence.Reason{Result: evidence.NeedsReview, Address: a, Expected: expected,
		Actual: fmt.Sprintf("the configuration names %d locations, too many to judge", len(all))}, len(all) > maxLocations
}

// targets finds the locations that a pattern means: "" is server level, "*" each site, "*/name" what is called name in
// any site (its last path element, compared without case), anything else itself. Where the pattern finds nothing the
// Reason says whether it is known that there is nothing.
func (v iisView) targets(pattern string) ([]string, evidence.Reason) {
	if !strings.HasPrefix(pattern, "*") {
		return []string{pattern}, evidence.Reason{}
	}
	var found []string
	for _, location := range v.locations() {
		path := segments(location)
		if pattern == "*" && len(path) == 1 && ofSite(v.site, location) || len(path) > 1 && strings.EqualFold(path[len(path)-1], strings.TrimPrefix(pattern, "*/")) {
			found = append(found, location)
		}
	}
	if len(found) > 0 {
		return found, evidence.Reason{}
	}
	o := v.facts.Lookup(evidence.IISApps + "?")
	if o.State == evidence.Missing && v.facts.Lookup(evidence.IISSharing).State != evidence.Unclear {
		if len(v.facts.ProblemsAt(evidence.IISRules)) == 0 {
			return nil, evidence.Reason{Result: evidence.NotApplicable, Cites: o.Cites,
				Actual: "no site has an application, a virtual directory or a location called " + strings.TrimPrefix(pattern, "*/"),
				Note:   "a plain folder of this name would not show here"}
		}
	}
	if o.State == evidence.Missing {
		return nil, evidence.Reason{Result: evidence.NeedsReview, Cites: o.Cites,
			Actual: fmt.Sprintf("nothing called %s is configured, but the configuration was not understood as a whole", strings.TrimPrefix(pattern, "*/"))}
	}
	return nil, evidence.Reason{Result: evidence.NotCollected, Cites: o.Cites, Actual: "no list of sites and applications (applicationHost.config) was collected"}
}

// locations lists every location that is configured: sites, applications, virtual directories, location tags, folders
// with a web.config that was collected; sorted, each once.
func (v iisView) locations() []string {
	var all []string
	seen := map[string]bool{"": true}
	add := func(location string) {
		if fold := strings.ToLower(location); !seen[fold] {
			seen[fold] = true
			all = append(all, location)
		}
	}
	for _, kind := range []evidence.Address{evidence.IISSites, evidence.IISApps, evidence.IISVDirs} {
		for _, s := range v.facts.Under(kind) {
			name, _, _ := strings.Cut(s.Address.Rest(), "@")
			add(strings.TrimSuffix(name, "/"))
		}
	}
	for _, s := range v.facts.Under("iis:[") {
		if place, _, ok := evidence.IISPlaceOf(s.Address); ok {
			add(place.Location)
		}
	}
	var last evidence.IISPlace
	for _, s := range v.facts.Under("file:") {
		place, _, ok := evidence.IISPlaceOf(s.Address)
		if !ok || place == last {
			continue
		}
		last = place
		if location, known := v.fileLocation(place.File); known {
			add(strings.TrimSuffix(location+"/"+place.Location, "/"))
		}
	}
	slices.SortFunc(all, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return all
}

// overriders lists those of all locations that are below a location and at which some file says something about element.
func (v iisView) overriders(all []string, location, element string) []string {
	var found []string
	for _, l := range all {
		if l == location || location != "" && !isOrBelow(l, location, "/") {
			continue
		}
		if v.speaksAt(l, element) {
			found = append(found, l)
		}
	}
	return found
}

// speaksAt reports whether any file speaks about element for exactly this location: a location tag of
// applicationHost.config, the web.config in the location's folder or a location tag in one above.
func (v iisView) speaksAt(location, element string) bool {
	for _, s := range v.facts.Under(evidence.IISPlace{Location: location}.Address(element)) {
		if speaks(s.Address, element) {
			return true
		}
	}
	path := segments(location)
	for depth := 1; depth <= len(path); depth++ {
		folder, known := v.folder(strings.Join(path[:depth], "/"))
		if !known {
			continue
		}
		place := evidence.IISPlace{File: folder + `\web.config`, Location: strings.Join(path[depth:], "/")}
		for _, s := range v.facts.Under(place.Address(element)) {
			if speaks(s.Address, element) {
				return true
			}
		}
	}
	return false
}
