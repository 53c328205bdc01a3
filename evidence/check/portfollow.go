package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// portFollow finds where a service really listens that is known by its usual port: a service that was moved to another port
// is as open there.
type portFollow struct {
	at   evidence.Address // a registry value that names the port
	also bool             // the usual port counts besides, and suffices where the value is not known
	with []string         // names of programs and services
}

// followed is the ports that a Check is about, and how they are known.
type followed struct {
	ports evidence.Ports
	cites []evidence.Citation
	note  string
	doubt *evidence.Reason // set where the ports are not known
}

// port returns the port that the registry value names; ports where it is absent.
func (p portFollow) port(f *evidence.Facts, ports evidence.Ports) followed {
	if p.at == "" {
		return followed{ports: ports}
	}
	const expected = "the port is known, and nobody outside reaches it"
	o := lookupValue(f, p.at)
	name, _, _ := registryName(p.at)
	if r, ok := undecided(o, expected); ok {
		if p.also && o.State == evidence.Unknown {
			return followed{ports: ports, note: name + " was not collected, so that only the port that the guide names was looked at"}
		}
		return followed{ports: ports, doubt: &r}
	}
	if o.State == evidence.Missing {
		return followed{ports: ports, cites: o.Cites}
	}
	value, _ := o.Value().(evidence.Registry)
	n, ok := value.Number()
	if !ok || n == 0 || n > 65535 {
		return followed{ports: ports, doubt: &evidence.Reason{Result: evidence.NeedsReview, Address: o.Address, Expected: expected, Cites: o.Cites,
			Actual: fmt.Sprintf("the registry value is no port: %s", shorten(o.Value().String()))}}
	}
	named := evidence.NewPorts(evidence.PortRange{From: uint16(n), To: uint16(n)})
	found := followed{ports: named, cites: o.Cites}
	if p.also {
		found.ports = evidence.NewPorts(append(slices.Clone(ports), named...)...)
		if !ports.Contains(uint16(n)) {
			found.note = fmt.Sprintf("the service was moved to port %d, as %s says; the guide means the service and names the usual port %s", n, name, ports)
		}
	}
	return found
}

// programs returns ports and those on which one of the programs or services is shown to listen.
func (p portFollow) programs(v *listening, ports evidence.Ports) evidence.Ports {
	all := slices.Clone(ports)
	for _, l := range v.all {
		is := func(program evidence.Program) bool {
			return slices.ContainsFunc(p.with, func(name string) bool {
				return strings.EqualFold(name, program.Name) || strings.EqualFold(name, program.Component)
			})
		}
		if slices.ContainsFunc(l.programs, is) {
			all = append(all, evidence.PortRange{From: l.Port(), To: l.Port()})
		}
	}
	return evidence.NewPorts(all...)
}
