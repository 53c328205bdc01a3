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
	with []string         // names of programs and services
}

// port returns the port that the registry value names, and the Citations of that; ports where it is absent. The Reason is
// set where that is not known.
func (p portFollow) port(f *evidence.Facts, ports evidence.Ports) (evidence.Ports, []evidence.Citation, *evidence.Reason) {
	if p.at == "" {
		return ports, nil, nil
	}
	const expected = "the port is known, and nobody outside reaches it"
	o := lookupValue(f, p.at)
	if r, ok := undecided(o, expected); ok {
		return nil, nil, &r
	}
	if o.State == evidence.Missing {
		return ports, o.Cites, nil
	}
	value, _ := o.Value().(evidence.Registry)
	n, ok := value.Number()
	if !ok || n == 0 || n > 65535 {
		return nil, nil, &evidence.Reason{Result: evidence.NeedsReview, Address: o.Address, Expected: expected, Cites: o.Cites,
			Actual: fmt.Sprintf("the registry value is no port: %s", shorten(o.Value().String()))}
	}
	return evidence.NewPorts(evidence.PortRange{From: uint16(n), To: uint16(n)}), o.Cites, nil
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
