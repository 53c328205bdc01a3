package pack

import (
	"fmt"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
)

// PairHosts makes a host of each snapshot in afters, with the earlier one in befores that is of a host of the same name.
// Names are as the snapshots claim them, and are compared by [evidence.SameHost]. Nothing is guessed: two snapshots of one
// host among either, and an earlier one whose host is not among the later ones, are errors. One of each that does not say
// of whom it is belong together, since there is nothing to mix up.
func PairHosts(afters, befores []*snapshot.Snapshot) ([]Host, error) {
	var hosts []Host
	for i, s := range afters {
		if len(afters) > 1 && strings.TrimSpace(s.Host()) == "" {
			return nil, fmt.Errorf("%s: does not say of which host it is: of several hosts each needs a name", s.Bag().Path())
		}
		if other := ofHost(afters[:i], s.Host()); len(other) > 0 {
			return nil, twice("one snapshot a host is judged, an earlier one is compared with --before", afters[other[0]], s)
		}
		hosts = append(hosts, Host{After: s})
	}
	for i, s := range befores {
		if other := ofHost(befores[:i], s.Host()); len(other) > 0 {
			return nil, twice("a host is compared with one earlier snapshot", befores[other[0]], s)
		}
		at := ofHost(afters, s.Host())
		if len(at) == 0 && len(afters) == 1 && len(befores) == 1 && (strings.TrimSpace(s.Host()) == "" || strings.TrimSpace(afters[0].Host()) == "") {
			at = []int{0}
		}
		switch {
		case len(at) == 0 && strings.TrimSpace(s.Host()) == "":
			return nil, fmt.Errorf("%s: does not say of which host it is, so that no snapshot can be compared with it", s.Bag().Path())
		case len(at) == 0:
			return nil, fmt.Errorf("%s is of the host %q, and no snapshot after it is: %s", s.Bag().Path(), s.Host(), hostsOf(afters))
		case len(at) > 1 || hosts[at[0]].Before != nil:
			return nil, fmt.Errorf("%s is of the host %q, which is more than one: %s", s.Bag().Path(), s.Host(), hostsOf(afters))
		}
		hosts[at[0]].Before = s
	}
	return hosts, nil
}

// ofHost returns which snapshots are of a host of this name.
func ofHost(list []*snapshot.Snapshot, name string) []int {
	var at []int
	for i, s := range list {
		if evidence.SameHost(s.Host(), name) {
			at = append(at, i)
		}
	}
	return at
}

func twice(hint string, a, b *snapshot.Snapshot) error {
	return fmt.Errorf("%s and %s are both of the host %q: %s", a.Bag().Path(), b.Bag().Path(), b.Host(), hint)
}

// hostsOf names the hosts of snapshots, as many as a line holds.
func hostsOf(list []*snapshot.Snapshot) string {
	const most = 8
	var names []string
	for _, s := range list {
		names = append(names, fmt.Sprintf("%q", s.Host()))
	}
	if n := len(names); n > most {
		names = append(names[:most:most], fmt.Sprintf("%d more", n-most))
	}
	return "there is " + strings.Join(names, ", ")
}

// maxHost is how many characters of a host's name its folder has.
const maxHost = 15

// folders returns the folder of each host inside the package, no two alike. Names that cannot be told apart by what a
// folder may hold of them are numbered in the order of the hosts.
func (in Inputs) folders() []string {
	var names []string
	taken := map[string]bool{}
	for _, h := range in.Hosts {
		stem := hostFolder(h.After.Host())
		if stem == "" {
			stem = "host"
		}
		name := stem
		for n := 2; taken[name]; n++ {
			mark := fmt.Sprintf("-%d", n)
			name = strings.TrimRight(stem[:min(len(stem), maxHost-len(mark))], "-_") + mark
		}
		taken[name] = true
		names = append(names, snapshotsFolder+name)
	}
	return names
}

// hostFolder keeps of a host's name what a path in a bag may hold: the first label, lower case.
func hostFolder(name string) string {
	label, _, _ := strings.Cut(strings.ToLower(name), ".")
	folder := slug(strings.ReplaceAll(label, " ", ""), maxHost)
	if folder != "" && bag.CheckPath(folder) != nil { // a device of Windows
		return "host-" + folder
	}
	return folder
}
