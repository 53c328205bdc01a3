package evidence

import (
	"fmt"
	"strings"
)

// IISPlace is where a piece of IIS configuration stands: in which file, and under which location path. It says who
// speaks, not where it takes effect; the effective value is worked out from all places together.
type IISPlace struct {
	File     string // path of a web.config on the host; empty: applicationHost.config
	Location string // path of the location tag, Default Web Site/cwa; empty: outside of any
	Merged   bool   // appcmd says what is in force at Location, all files merged; then File is empty
}

// Address returns the Address of what this place says about an element: iis:[Default Web Site/cwa]/ELEMENT for
// applicationHost.config, file:C:\inetpub\wwwroot\web.config![cwa]/ELEMENT for a web.config, and for what appcmd
// found merged iis-merged:[Default Web Site/cwa]/ELEMENT. An attribute is appended
// as "@name", the ordered entries of a collection as "#entries", a lock as "!overrideMode".
func (p IISPlace) Address(element string) Address {
	a := "iis:["
	switch {
	case p.Merged:
		a = "iis-merged:["
	case p.File != "":
		a = "file:" + p.File + "!["
	}
	return Address(a + locationEscaper.Replace(p.Location) + "]/" + element)
}

// IISPlaceOf takes an Address apart that IISPlace.Address made; rest is the element with what was appended.
// An Address of another kind is not ok.
func IISPlaceOf(a Address) (p IISPlace, rest string, ok bool) {
	s := a.Rest()
	switch a.Kind() {
	case "iis", "iis-merged":
		p.Merged = a.Kind() == "iis-merged"
		s, ok = strings.CutPrefix(s, "[")
	case "file":
		p.File, s, ok = strings.Cut(s, "![")
	}
	if !ok {
		return IISPlace{}, "", false
	}
	p.Location, rest, ok = strings.Cut(s, "]/")
	p.Location = locationUnescaper.Replace(p.Location)
	return p, rest, ok
}

var (
	locationEscaper   = strings.NewReplacer("%", "%25", "]", "%5D", "@", "%40", "!", "%21", "#", "%23")
	locationUnescaper = strings.NewReplacer("%25", "%", "%5D", "]", "%40", "@", "%21", "!", "%23", "#")
)

// Addresses of the objects of IIS, named as appcmd names them: the application "Default Web Site/cwa", the virtual
// directory "Default Web Site/cwa/".
const (
	IISSites       Address = "iis-site:"
	IISApps        Address = "iis-app:"
	IISVDirs       Address = "iis-vdir:"
	IISPools       Address = "iis-pool:"
	IISRules       Address = "iis:"                    // all that applicationHost.config may say about sections
	IISSharingPath Address = "iis-redirection:path"    // Text: the folder that it takes it from, where it does
	IISSharing     Address = "iis-redirection:enabled" // Text true: the local applicationHost.config is not the one in force
)

// IISSiteElement is the path under which what a site says about itself (logging, limits, HSTS) is addressed: siteDefaults
// at the server level, a site at its own location: iis:[Default Web Site]/system.applicationHost/sites/site/logFile@logFormat.
const IISSiteElement = "system.applicationHost/sites/site"

// IISSite is a web site: the Value of iis-site:NAME. Its applications are Settings of their own.
type IISSite struct {
	ID       string
	Bindings []string // protocol/address:port:host, in the file's order: https/*:443:automate.example.com
}

func (s IISSite) String() string {
	return fmt.Sprintf("id %s, bindings %s", s.ID, strings.Join(s.Bindings, " "))
}

// IISAttribute is one attribute of an element. Secrets (passwords, keys, connection strings) never become part of it.
type IISAttribute struct {
	Name string
	Text string
}

// IISElement is one entry of a collection, with all that stands inside.
type IISElement struct {
	Name       string // add, remove, clear, rule …
	Attributes []IISAttribute
	Children   []IISElement
	Cite       Citation // of the start tag
}

// Attribute returns the text of an attribute; ok is false if the element has none of this name.
func (e IISElement) Attribute(name string) (text string, ok bool) {
	for _, a := range e.Attributes {
		if a.Name == name {
			return a.Text, true
		}
	}
	return "", false
}

// Child returns the first child of this name.
func (e IISElement) Child(name string) (IISElement, bool) {
	for _, c := range e.Children {
		if c.Name == name {
			return c, true
		}
	}
	return IISElement{}, false
}

// String returns the element on one line: rule name="x" (match pattern=".*") (action type="Rewrite").
func (e IISElement) String() string {
	var b strings.Builder
	e.write(&b)
	return b.String()
}

func (e IISElement) write(b *strings.Builder) {
	b.WriteString(e.Name)
	for _, a := range e.Attributes {
		fmt.Fprintf(b, " %s=%q", a.Name, a.Text)
	}
	for _, c := range e.Children {
		b.WriteString(" (")
		c.write(b)
		b.WriteString(")")
	}
}

// IISCollection is the ordered entries that one place gives a collection; order matters (a clear drops what was
// inherited, the first address rule that matches wins). It is the Value of an Address that ends in #entries.
type IISCollection struct{ Entries []IISElement }

func (c IISCollection) String() string {
	parts := make([]string, len(c.Entries))
	for i, e := range c.Entries {
		parts[i] = e.String()
	}
	return strings.Join(parts, "; ")
}
