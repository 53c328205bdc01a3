package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// iisPoolKind judges one attribute of every application pool.
var iisPoolKind = &Kind{
	Name:    "iis-pool",
	Doc:     "Address iis-pool:*@ELEMENT/ATTRIBUTE (processModel/idleTimeout). Want: as for iis-value, of each application pool.",
	Prepare: prepareIISPool,
}

// iisPoolSitesKind judges that no application pool serves two sites.
var iisPoolSitesKind = &Kind{
	Name: "iis-pool-one-site",
	Doc:  "Address iis-app: without Want: the applications of each pool are all of one site.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address != evidence.IISApps || len(c.Want) > 0 {
			return nil, fmt.Errorf("wants the address iis-app: and nothing else")
		}
		return judgePoolSites, nil
	},
}

// poolNames lists the application pools, of one site those that its applications use; the Reason says why where there is
// no list.
func poolNames(k Case, r evidence.Reason) ([]string, evidence.Reason, bool) {
	facts := k.Facts
	var names []string
	for _, s := range facts.Under(evidence.IISPools) {
		name, _, _ := strings.Cut(s.Address.Rest(), "@")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, a := range []evidence.Address{evidence.IISPools + "?", evidence.IISSharing} {
		if o := facts.Lookup(a); o.State == evidence.Unclear || o.State == evidence.Conflicting {
			r.Result, r.Actual, r.Cites = evidence.NeedsReview, o.Why, o.Cites
			return nil, r, false
		}
	}
	if len(names) > 0 && k.Site != "" {
		return poolsOfSite(k, names, r)
	}
	if len(names) > 0 {
		return names, r, true
	}
	o := facts.Lookup(evidence.IISPools + "?")
	r.Result, r.Actual, r.Cites = evidence.NotCollected, "no list of application pools (applicationHost.config) was collected", o.Cites
	if o.State == evidence.Missing {
		r.Result, r.Actual = evidence.NotApplicable, "no application pool is configured"
	}
	return nil, r, false
}

func prepareIISPool(c evidence.Check) (Judge, error) {
	attribute, ok := strings.CutPrefix(string(c.Address), string(evidence.IISPools)+"*@")
	if !ok || attribute == "" {
		return nil, fmt.Errorf("address %q is not iis-pool:*@ELEMENT/ATTRIBUTE", c.Address)
	}
	want, err := parseValueWant(c.Want)
	if err != nil {
		return nil, err
	}
	expected := fmt.Sprintf("%s of each application pool %s", lastOf(attribute), want)
	return func(k Case) []evidence.Reason {
		names, none, ok := poolNames(k, evidence.Reason{Address: c.Address, Expected: expected})
		if !ok {
			return []evidence.Reason{none}
		}
		var reasons []evidence.Reason
		for _, name := range names {
			reasons = append(reasons, judgePool(k.Facts, name, attribute, expected, want))
		}
		return reasons
	}, nil
}

func judgePool(facts *evidence.Facts, name, attribute, expected string, want valueWant) evidence.Reason {
	o := facts.Lookup(evidence.IISPools + evidence.Address(name+"@"+attribute))
	if r, ok := undecided(o, expected); ok {
		return r
	}
	r := evidence.Reason{Address: o.Address, Expected: expected, Cites: o.Cites}
	text, known := "", o.State == evidence.Found
	if known {
		text = o.Value().String()
		r.Actual = fmt.Sprintf("%s: it is %s", name, text)
	} else if text, known = schemaDefaults[strings.ToLower(attribute)]; known {
		r.Actual = fmt.Sprintf("%s: nobody sets it, so it is %s", name, text)
	} else {
		r.Actual = fmt.Sprintf("%s: nobody sets it", name)
	}
	r.Result, r.Note = want.judge(text, o.State == evidence.Found, known)
	return r
}

func judgePoolSites(k Case) []evidence.Reason {
	r := evidence.Reason{Address: evidence.IISApps, Expected: "no application pool serves more than one site"}
	for _, a := range []evidence.Address{evidence.IISApps + "?", evidence.IISSharing} {
		o := k.Facts.Lookup(a)
		if o.State == evidence.Unclear || o.State == evidence.Conflicting || o.State == evidence.Unknown && a != evidence.IISSharing {
			u, _ := undecided(o, r.Expected)
			return []evidence.Reason{u}
		}
	}
	apps := k.Facts.Under(evidence.IISApps)
	if len(apps) == 0 {
		r.Result, r.Actual, r.Cites = evidence.NotApplicable, "no site has an application", k.Facts.Lookup(evidence.IISApps+"?").Cites
		return []evidence.Reason{r}
	}
	type user struct {
		site string
		cite evidence.Citation
	}
	first := map[string]user{}
	for _, app := range apps {
		site, _, _ := strings.Cut(app.Address.Rest(), "/")
		pool := strings.ToLower(strings.TrimPrefix(app.Value.String(), "pool "))
		u, seen := first[pool]
		if !seen {
			first[pool] = user{site, app.Cite}
		} else if !strings.EqualFold(u.site, site) && (ofSite(k.Site, u.site) || ofSite(k.Site, site)) {
			r.Result, r.Cites = evidence.Fail, []evidence.Citation{u.cite, app.Cite}
			r.Actual = fmt.Sprintf("the %s serves %s and %s", app.Value, u.site, site)
			return []evidence.Reason{r}
		}
		r.Cites = append(r.Cites, app.Cite)
	}
	r.Result, r.Actual = evidence.Pass, fmt.Sprintf("%d applications, each pool in one site", len(apps))
	return []evidence.Reason{r}
}
