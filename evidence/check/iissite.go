package check

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"auditpack/evidence"
)

// iisSiteVolumeKind judges that the content of sites is not on the volume of the system.
var iisSiteVolumeKind = &Kind{
	Name: "iis-site-volume",
	Doc: "Address iis-vdir: without Want: the folder of each site's own content is on another volume than Windows, whose place" +
		" HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion!SystemRoot gives.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address != evidence.IISVDirs || len(c.Want) > 0 {
			return nil, fmt.Errorf("wants the address iis-vdir: and nothing else")
		}
		return judgeSiteVolume, nil
	},
}

// iisBindingsKind judges that sites are bound to an address and a name.
var iisBindingsKind = &Kind{
	Name:    "iis-bindings",
	Doc:     "Address iis-site: without Want: each HTTP and HTTPS binding of each site names an IP address and a host.",
	Prepare: prepareBindings,
}

var systemRoot = evidence.RegistryValue(`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`, "SystemRoot")

func judgeSiteVolume(k Case) []evidence.Reason {
	expected := "the site's content is not on the volume of the system"
	folders := k.Facts.Under(evidence.IISVDirs)
	for _, a := range []evidence.Address{evidence.IISVDirs + "?", evidence.IISSharing} {
		o := k.Facts.Lookup(a)
		if o.State == evidence.Unclear || o.State == evidence.Conflicting || o.State == evidence.Unknown && a != evidence.IISSharing {
			u, _ := undecided(o, expected)
			return []evidence.Reason{u}
		}
	}
	system, systemCites := "", []evidence.Citation(nil)
	if o := k.Facts.Lookup(systemRoot); o.State == evidence.Found {
		if text, ok := oneText(o.Value()); ok {
			system, systemCites = driveOf(text), o.Cites
		}
	}
	var reasons []evidence.Reason
	for _, s := range folders {
		name := s.Address.Rest()
		if strings.Count(name, "/") != 1 || !strings.HasSuffix(name, "/") {
			continue // an application or a folder inside the site
		}
		if !ofSite(k.Site, name) {
			continue
		}
		path := s.Value.String()
		r := evidence.Reason{Address: s.Address, Expected: expected, Cites: append([]evidence.Citation{s.Cite}, systemCites...),
			Actual: fmt.Sprintf("%s is served from %s", strings.TrimSuffix(name, "/"), path)}
		r.Result, r.Note = judgeVolume(path, system)
		reasons = append(reasons, r)
	}
	if len(reasons) == 0 {
		o := k.Facts.Lookup(evidence.IISVDirs + "?")
		return []evidence.Reason{{Result: evidence.NotApplicable, Address: evidence.IISVDirs, Expected: expected, Actual: "no site is configured", Cites: o.Cites}}
	}
	return reasons
}

func judgeVolume(path, system string) (evidence.Result, string) {
	lower := strings.ToLower(path)
	drive := driveOf(path)
	switch {
	case strings.HasPrefix(lower, "%systemdrive%"), strings.HasPrefix(lower, "%systemroot%"), strings.HasPrefix(lower, "%windir%"):
		return evidence.Fail, ""
	case strings.HasPrefix(path, `\\`):
		return evidence.Pass, "a share of another server"
	case drive == "":
		return evidence.NeedsReview, "which volume that is is not known"
	case system == "":
		return evidence.NeedsReview, "which volume Windows is on was not collected"
	case drive == system:
		return evidence.Fail, ""
	}
	return evidence.Pass, ""
}

// driveOf returns "c:" of C:\Windows.
func driveOf(path string) string {
	if len(path) >= 2 && path[1] == ':' && ('a' <= path[0]|0x20 && path[0]|0x20 <= 'z') {
		return strings.ToLower(path[:2])
	}
	return ""
}

func prepareBindings(c evidence.Check) (Judge, error) {
	if c.Address != evidence.IISSites || len(c.Want) > 0 {
		return nil, fmt.Errorf("wants the address iis-site: and nothing else")
	}
	expected := "each HTTP and HTTPS binding names an IP address and a host"
	return func(k Case) []evidence.Reason {
		for _, a := range []evidence.Address{evidence.IISSites + "?", evidence.IISSharing} {
			o := k.Facts.Lookup(a)
			if o.State == evidence.Unclear || o.State == evidence.Conflicting || o.State == evidence.Unknown && a != evidence.IISSharing {
				u, _ := undecided(o, expected)
				return []evidence.Reason{u}
			}
		}
		var reasons []evidence.Reason
		first := map[string]string{} // address → the site that has it
		for _, s := range judgedLast(k.Facts.Under(evidence.IISSites), k.Site) {
			if site, ok := s.Value.(evidence.IISSite); ok {
				r := evidence.Reason{Address: s.Address, Expected: expected, Cites: []evidence.Citation{s.Cite}}
				r.Result, r.Actual, r.Note = judgeBindings(s.Address.Rest(), site, first)
				if ofSite(k.Site, s.Address.Rest()) {
					reasons = append(reasons, r)
				}
			}
		}
		if len(reasons) == 0 {
			o := k.Facts.Lookup(evidence.IISSites + "?")
			return []evidence.Reason{{Result: evidence.NotApplicable, Address: c.Address, Expected: expected, Actual: "no site is configured", Cites: o.Cites}}
		}
		return reasons
	}, nil
}

// judgedLast moves the Setting of a site to the end, so that all other sites are known when it is judged.
func judgedLast(sites []evidence.Setting, site string) []evidence.Setting {
	sorted := slices.Clone(sites)
	slices.SortStableFunc(sorted, func(a, b evidence.Setting) int {
		last := func(s evidence.Setting) int {
			if site != "" && ofSite(site, s.Address.Rest()) {
				return 1
			}
			return 0
		}
		return last(a) - last(b)
	})
	return sorted
}

// judgeBindings judges the bindings of one site. An address that an earlier site has too may not be what a rule means by
// a unique one.
func judgeBindings(name string, site evidence.IISSite, first map[string]string) (result evidence.Result, actual, note string) {
	web, shared := 0, ""
	for _, b := range site.Bindings {
		protocol, information, _ := strings.Cut(b, "/")
		if !strings.EqualFold(protocol, "http") && !strings.EqualFold(protocol, "https") {
			continue
		}
		web++
		address, host, ok := splitBinding(information)
		if !ok {
			return evidence.NeedsReview, fmt.Sprintf("%s: the binding %s has a form that is not known here", name, b), ""
		}
		ip, err := netip.ParseAddr(address)
		if host == "" || err != nil || ip.IsUnspecified() {
			return evidence.Fail, fmt.Sprintf("%s: the binding %s names no host or no address", name, b), ""
		}
		if other, taken := first[ip.String()]; taken && other != name {
			shared = fmt.Sprintf("%s has the address %s too", other, ip)
		} else {
			first[ip.String()] = name
		}
	}
	switch {
	case web == 0:
		return evidence.NeedsReview, name + " has no HTTP or HTTPS binding", ""
	case shared != "":
		return evidence.NeedsReview, fmt.Sprintf("%s: %s", name, strings.Join(site.Bindings, ", ")), shared
	}
	return evidence.Pass, fmt.Sprintf("%s: %s", name, strings.Join(site.Bindings, ", ")), ""
}

// splitBinding takes ADDRESS:PORT:HOST apart; an IPv6 address stands in brackets.
func splitBinding(information string) (address, host string, ok bool) {
	rest := information
	if inside, found := strings.CutPrefix(information, "["); found {
		if address, rest, ok = strings.Cut(inside, "]:"); !ok {
			return "", "", false
		}
	} else if address, rest, ok = strings.Cut(information, ":"); !ok {
		return "", "", false
	}
	_, host, ok = strings.Cut(rest, ":")
	return address, host, ok && !strings.Contains(host, ":")
}
