package check

import (
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// listener is an endpoint and what the Facts show of the programs there.
type listener struct {
	evidence.Endpoint
	processes evidence.Processes
	programs  evidence.Programs
	cites     []evidence.Citation
	contested bool // of two Items that both show all listeners only one shows it
}

// label names the listener for people: svchost.exe (TermService) listens on TCP 0.0.0.0:3389.
func (l listener) label() string {
	who := "a program"
	switch {
	case len(l.programs) > 0:
		who = l.programs.String()
	case slices.Equal(l.processes, evidence.Processes{systemProcess}):
		who = "System"
	case len(l.processes) > 0:
		who = "process " + l.processes.String()
	}
	return who + " listens on " + l.Endpoint.String()
}

// systemProcess is the number of the kernel's own process on every Windows.
const systemProcess = 4

// isSystem reports whether the kernel listens; known is false where the program is not known. netstat also writes
// [System] for a protected process whose name it may not read, so that only the process number tells.
func (l listener) isSystem() (is, known bool) {
	if len(l.processes) > 0 {
		return slices.Contains(l.processes, systemProcess), true
	}
	names := l.names()
	return false, len(names) > 0
}

// shortName is what file systems make of a long name for old programs: eight characters, the last of them a number.
var shortName = regexp.MustCompile(`^[^.]{1,6}~\d{1,6}(?:\..{0,3})?$`)

// names returns the names of the programs, lower case, as far as they are known.
func (l listener) names() []string {
	var names []string
	for _, p := range l.programs {
		if !strings.EqualFold(p.Name, "System") {
			names = append(names, strings.ToLower(p.Name))
		}
	}
	if len(names) == 0 && slices.Equal(l.processes, evidence.Processes{systemProcess}) {
		names = append(names, "system")
	}
	return names
}

// runs reports whether the program at path listens; known is false where no program's name is known, or the path gives
// a short name (SCREEN~1.EXE), which only the host's disk tells the long one of.
func (l listener) runs(path string) (is, known bool) {
	if strings.EqualFold(path, "System") {
		return l.isSystem()
	}
	base := strings.ToLower(path[strings.LastIndexAny(path, `\/`)+1:])
	names := l.names()
	is = slices.Contains(names, base)
	return is, is || len(names) > 0 && !shortName.MatchString(base)
}

// hosts reports whether the component of a program is the given service.
func (l listener) hosts(service string) (is, known bool) {
	for _, p := range l.programs {
		if p.Component != "" {
			known = true
			is = is || strings.EqualFold(p.Component, service)
		}
	}
	return is, known
}

// listening is what the Facts show of one protocol's listeners.
type listening struct {
	all      []listener
	missing  string              // why they are not known
	covers   []evidence.Citation // of the places that show them all
	problems []evidence.Problem
}

// viewListeners gathers the listeners of a protocol.
func viewListeners(f *evidence.Facts, protocol string) *listening {
	scope := evidence.Address("listener:" + protocol)
	v := &listening{problems: f.ProblemsAt(scope)}
	readers := map[string]bool{}
	for _, c := range f.Covers(scope + "/?") {
		readers[c.Cite.Item] = true
		v.covers = appendNew(v.covers, citeAbsence(c.Cite))
	}
	if len(v.covers) == 0 {
		v.missing = f.Lookup(scope + "/?").Why
		if strings.HasPrefix(v.missing, "nothing that was collected") || v.missing == "" {
			v.missing = "no complete list of " + strings.ToUpper(protocol) + " listeners was collected"
		}
	}
	index := map[evidence.Endpoint]int{}
	shownBy := map[evidence.Endpoint]map[string]bool{}
	for _, s := range f.Under(scope + "/") {
		e, facet, ok := evidence.ParseEndpoint(s.Address)
		if !ok {
			continue
		}
		i, seen := index[e]
		if !seen {
			i = len(v.all)
			index[e], shownBy[e] = i, map[string]bool{}
			v.all = append(v.all, listener{Endpoint: e})
		}
		l := &v.all[i]
		switch value := s.Value.(type) {
		case evidence.Processes:
			l.processes = append(l.processes, value...)
		case evidence.Programs:
			l.programs = evidence.NewPrograms(append(l.programs, value...)...)
			l.cites = append(l.cites, s.Cite)
		}
		if facet == "" {
			shownBy[e][s.Cite.Item] = true
			l.cites = append(l.cites, s.Cite)
		}
	}
	for i := range v.all {
		l := &v.all[i]
		slices.Sort(l.processes)
		l.processes = slices.Compact(l.processes)
		for item := range readers {
			l.contested = l.contested || !shownBy[l.Endpoint][item]
		}
	}
	return v
}

// on returns the listeners that others than the host itself can reach on ports, and those that only it can.
func (v *listening) on(ports evidence.Ports) (outside, local []listener) {
	for _, l := range v.all {
		switch {
		case !ports.Contains(l.Port()):
		case l.Local():
			local = append(local, l)
		default:
			outside = append(outside, l)
		}
	}
	return outside, local
}

// problemsOn returns the Problems that may hide a listener on ports. The Scope of a broken row still ends in its port.
func (v *listening) problemsOn(ports evidence.Ports) []evidence.Problem {
	var found []evidence.Problem
	for _, p := range v.problems {
		scope := string(p.Scope)
		if strings.Contains(scope, "/") {
			port, err := evidence.ParsePortRange(scope[strings.LastIndexByte(scope, ':')+1:])
			if err == nil && port.From == port.To && !ports.Contains(port.From) {
				continue
			}
		}
		found = append(found, p)
	}
	return found
}
