package evidence

import "strings"

// Services is the scope of all services of a host.
const Services = Address("service:")

// ServiceAddress returns the Address of a service by its short name; whether it runs stands at its facet state.
func ServiceAddress(name string) Address { return Services + Address(facetEscaper.Replace(name)) }

// facetEscaper keeps a name with an @ from being read as the facet of another.
var facetEscaper = strings.NewReplacer("%", "%25", "@", "%40")

// Service is how a service is set up. Whether it runs at the moment is a Setting of its own.
type Service struct {
	Display string
	Start   string // Auto, Manual, Disabled, Boot or System, as Win32_Service says it
	Account string // what it logs on as, as Windows writes it: LocalSystem, .\backup; not always told
	Path    string // the program with its arguments, without secrets
}

// String returns the canonical form: Windows Update, starts manual, as LocalSystem: C:\Windows\system32\svchost.exe -k netsvcs.
func (s Service) String() string {
	parts := []string{printable(s.Display)}
	if s.Start != "" {
		parts = append(parts, "starts "+strings.ToLower(printable(s.Start)))
	}
	if s.Account != "" {
		parts = append(parts, "as "+printable(s.Account))
	}
	text := strings.Join(parts, ", ")
	if s.Path != "" {
		text += ": " + printable(s.Path)
	}
	return text
}

// EventLogAddress returns the Address of an event log; what it is set to are facets of it.
func EventLogAddress(name string) Address { return Address("event-log:" + facetEscaper.Replace(name)) }
