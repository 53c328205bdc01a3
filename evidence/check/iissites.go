package check

import (
	"slices"
	"strings"

	"auditpack/evidence"
)

// Sites lists the web sites that the configuration of IIS names, sorted.
func Sites(f *evidence.Facts) []string {
	var names []string
	seen := map[string]bool{}
	for _, s := range f.Under(evidence.IISSites) {
		name, _, _ := strings.Cut(s.Address.Rest(), "@")
		if fold := strings.ToLower(name); name != "" && !seen[fold] {
			seen[fold] = true
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// ofSite reports whether a location, an application or a virtual directory belongs to a site; all belong to the site "".
func ofSite(site, location string) bool {
	name, _, _ := strings.Cut(location, "/")
	return site == "" || strings.EqualFold(name, site)
}

// poolsOfSite returns those of all pools that the applications of the Case's site use. A pool that is used and not
// configured is a doubt of its own: nothing is known about it.
func poolsOfSite(k Case, all []string, r evidence.Reason) ([]string, evidence.Reason, bool) {
	var names []string
	for _, app := range k.Facts.Under(evidence.IISApps) {
		if !ofSite(k.Site, app.Address.Rest()) {
			continue
		}
		pool := strings.TrimPrefix(app.Value.String(), "pool ")
		at := slices.IndexFunc(all, func(name string) bool { return strings.EqualFold(name, pool) })
		if at < 0 {
			r.Result, r.Cites = evidence.NeedsReview, []evidence.Citation{app.Cite}
			r.Actual = app.Address.Rest() + " uses the " + app.Value.String() + ", which is not configured"
			return nil, r, false
		}
		if !slices.Contains(names, all[at]) {
			names = append(names, all[at])
		}
	}
	if len(names) > 0 {
		return names, r, true
	}
	o := k.Facts.Lookup(evidence.IISApps + "?")
	r.Result, r.Actual, r.Cites = evidence.NotCollected, "no list of applications was collected", o.Cites
	if o.State == evidence.Missing {
		r.Result, r.Actual = evidence.NotApplicable, k.Site+" has no application"
	}
	return nil, r, false
}
