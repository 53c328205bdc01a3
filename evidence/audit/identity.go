package audit

import (
	"slices"
	"strings"

	"auditpack/evidence"
)

// builds maps the build number of Windows Server to its Platform (Microsoft's release information).
var builds = map[string]evidence.Platform{"14393": evidence.WS2016, "17763": evidence.WS2019, "20348": evidence.WS2022}

// identity returns the host's name, its platform and its operating system in words. What Items disagree on, or nothing
// shows, is empty; claimed stands in for a name that no Item shows.
func identity(f *evidence.Facts, claimed string) (name string, p evidence.Platform, os string) {
	name = claimed
	if v := f.Lookup("system:host-name").Value(); v != nil {
		name = v.String()
	}
	if v := f.Lookup("system:os-build").Value(); v != nil {
		p = builds[v.String()]
		os = "build " + v.String()
	}
	if v := f.Lookup("system:os-name").Value(); v != nil {
		if os != "" {
			os = v.String() + " (" + os + ")"
		} else {
			os = v.String()
		}
	}
	return name, p, os
}

// contradictions lists what the Items of one snapshot disagree on: the host's name (also as claimed), its platform, and
// every address that two Items show with different values.
func contradictions(f *evidence.Facts) []Contradiction {
	var all []Contradiction
	if c, ok := hostNames(f); ok {
		all = append(all, c)
	}
	if c, ok := platforms(f); ok {
		all = append(all, c)
	}
	settings := f.Settings()
	for i := 0; i < len(settings); {
		a := settings[i].Address
		fold := a.Fold()
		j := i
		for j < len(settings) && settings[j].Address.Fold() == fold {
			j++
		}
		severalItems := settings[i].Cite.Item != settings[j-1].Cite.Item
		i = j
		if !severalItems || fold == "system:host-name" || fold == "system:os-build" {
			continue
		}
		o := f.Lookup(a)
		if o.State != evidence.Conflicting {
			continue
		}
		c := Contradiction{Subject: string(a)}
		for _, s := range o.Settings {
			c.add(s.Value.String(), s.Cite)
		}
		if len(c.Values) > 1 {
			all = append(all, c)
		}
	}
	return all
}

func (c *Contradiction) add(value string, cite evidence.Citation) {
	if !slices.Contains(c.Values, value) {
		c.Values = append(c.Values, value)
		c.Cites = append(c.Cites, cite)
	}
}

// Grave reports whether the Items may not be of one host, so that no verdict of the snapshot stands.
func (c Contradiction) Grave() bool { return c.Subject == hostName || c.Subject == platform }

// The subjects of grave Contradictions.
const (
	hostName = "host name"
	platform = "platform"
)

// hostNames compares the names that Items show and the ones they were claimed for. The first label counts, without case,
// and a name that is another one cut to the length of a NetBIOS name is that one.
func hostNames(f *evidence.Facts) (Contradiction, bool) {
	c := Contradiction{Subject: hostName}
	label := func(name string) string {
		label, _, _ := strings.Cut(name, ".")
		return strings.ToUpper(label)
	}
	for _, s := range f.Under("system:host-name") {
		c.add(label(s.Value.String()), s.Cite)
	}
	for _, content := range f.Contents() {
		if content.Item.Host != "" {
			c.add(label(content.Item.Host), evidence.Citation{Item: content.Item.Path})
		}
	}
	whole := Contradiction{Subject: hostName}
	for i, name := range c.Values {
		if !slices.ContainsFunc(c.Values, func(longer string) bool { return evidence.IsCutHost(name, longer) }) {
			whole.add(name, c.Cites[i])
		}
	}
	return whole, len(whole.Values) > 1
}

func platforms(f *evidence.Facts) (Contradiction, bool) {
	c := Contradiction{Subject: platform}
	for _, s := range f.Under("system:os-build") {
		c.add("build "+s.Value.String(), s.Cite)
	}
	return c, len(c.Values) > 1
}
