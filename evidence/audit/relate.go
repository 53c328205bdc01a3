package audit

import (
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/check"
	"auditpack/evidence/compare"
)

// relate says of each Change at the setting level which Controls and rules it touches and what it does to them.
//
// A Control or rule is touched if one of its Checks looks at the Address, or at one that encloses it, or if its Verdict,
// on either side, cites the very Setting that changed. A Change helps if a verdict that it touches was fail and is pass
// and none of them got worse; it hurts if one of them fails now and did not, or cannot be decided any more, and none was
// fixed; it is neutral if no verdict that it touches moved; else it is mixed. Where several Changes touch one verdict that
// moved, each of them has its effect: which of them alone would have been enough is not asked.
//
// A Change that touches a verdict that moved is not set aside as happening by itself.
//
// Where a verdict moved between pass, fail and not collected and no Change is at such a place (a module of IIS was removed
// that makes a section work, an element stands in another file), it is touched by every Change of the kind that it looks at
// in the files that it cites.
//
// A Change at the raw level touches the Controls and rules whose Verdict, on either side, cites the Item.
func relate(in Input, host *Host, changes, items []evidence.Change) {
	watchers := watching(in, host)
	for i := range items {
		name(&items[i], watchers.ofItem(items[i]))
	}
	touched := make([][]int, len(changes))
	explained := map[int]bool{}
	for i := range changes {
		touched[i] = watchers.of(changes[i])
		for _, n := range touched[i] {
			explained[n] = true
		}
	}
	for i := range changes {
		c := &changes[i]
		name(c, watchers.some(append(touched[i], watchers.unexplained(*c, explained)...)))
		if c.Effect != "" && c.Effect != evidence.Neutral && compare.ByItself(c.Aside) {
			c.Aside = ""
		}
	}
}

// name notes what a Change touches and what it does.
func name(c *evidence.Change, touched []watcher) {
	if len(touched) > 0 {
		c.Effect = effect(touched)
	}
	for _, w := range touched {
		if w.control != "" {
			c.Controls = append(c.Controls, w.control)
		} else if !slices.Contains(c.Rules, w.rule) { // it may be judged for several sites
			c.Rules = append(c.Rules, w.rule)
		}
	}
}

// watcher is a Control or a rule, and how its Verdict moved.
type watcher struct {
	control string
	rule    evidence.STIGID
	moved   evidence.Movement
	decided bool     // moved between pass, fail and not collected
	looks   []string // families of the kinds of Address that its Checks look at
}

// family joins the kinds of Address that speak of one thing.
func family(kind string) string {
	switch {
	case kind == "file" || strings.HasPrefix(kind, "iis"):
		return "iis"
	case kind == "listener" || kind == "inbound" || strings.HasPrefix(kind, "firewall-"):
		return "network"
	}
	return kind
}

// watchers are all Controls and rules of a host in their order, by what they look at.
type watchers struct {
	all       []watcher
	byAddress map[evidence.Address][]int
	byCite    map[string][]int                  // Item and Offset, with the side
	byItem    map[string][]int                  // Item, with the side
	ports     map[string]map[int]evidence.Ports // by protocol, of the Checks that ask who reaches a port
}

func watching(in Input, host *Host) *watchers {
	w := &watchers{byAddress: map[evidence.Address][]int{}, byCite: map[string][]int{}, byItem: map[string][]int{}, ports: map[string]map[int]evidence.Ports{"tcp": {}, "udp": {}}}
	results := map[string]Assessed{}
	for _, s := range host.Sections {
		for _, c := range s.Controls {
			results[c.ID] = c
		}
	}
	for _, s := range in.Guide.Sections {
		for _, c := range s.Controls {
			a := results[c.ID]
			w.add(watcher{control: c.ID, moved: a.Movement}, c.Checks, a.Before, &a.After)
		}
	}
	for _, b := range host.Benchmarks { // one of sites stands there once for each site
		checks := map[evidence.RuleID][]evidence.Check{}
		for _, from := range in.Benchmarks {
			if from.ID == b.ID && from.Digest == b.Digest {
				for _, r := range from.Rules {
					checks[r.RuleID] = r.Checks
				}
			}
		}
		for _, r := range b.Rules {
			w.add(watcher{rule: r.STIGID, moved: r.Movement}, checks[r.RuleID], r.Before, &r.After)
		}
	}
	return w
}

func (w *watchers) add(one watcher, checks []evidence.Check, before, after *evidence.Verdict) {
	n := len(w.all)
	among := func(r evidence.Result) bool {
		return r == evidence.Pass || r == evidence.Fail || r == evidence.NotCollected
	}
	one.decided = before != nil && before.Result != after.Result && among(before.Result) && among(after.Result)
	for _, c := range checks {
		one.looks = append(one.looks, family(c.Address.Kind()))
	}
	w.all = append(w.all, one)
	note := func(a evidence.Address) {
		if fold := a.Fold(); fold != "" && !slices.Contains(w.byAddress[fold], n) {
			w.byAddress[fold] = append(w.byAddress[fold], n)
		}
	}
	for _, c := range checks {
		w.addPorts(n, c.Address)
		note(c.Address)
		for _, a := range c.Addresses() {
			note(a)
		}
		if kind := c.Address.Kind(); (kind == "acl" || kind == "share") && strings.HasSuffix(string(c.Address.Fold()), `\ltshare`) {
			note(check.LTShareSetting) // says where that folder is
		}
	}
	for i, v := range []*evidence.Verdict{before, after} {
		if v == nil {
			continue
		}
		for _, r := range v.Reasons {
			w.addPorts(n, r.Address) // a service that was moved is asked about where it is
			for _, cite := range r.Cites {
				if key := itemKey(i, cite); !slices.Contains(w.byItem[key], n) {
					w.byItem[key] = append(w.byItem[key], n)
				}
				if cite.Absence || cite.Line == 0 {
					continue
				}
				if key := citeKey(i, cite); !slices.Contains(w.byCite[key], n) {
					w.byCite[key] = append(w.byCite[key], n)
				}
			}
		}
	}
}

// addPorts notes which ports a Check or a Reason of kind inbound is about: inbound:tcp/3389, inbound:any/70-74,
// inbound:tcp/3306,33060, inbound: for all.
func (w *watchers) addPorts(n int, a evidence.Address) {
	if a.Kind() != "inbound" {
		return
	}
	var ports evidence.Ports
	protocol, text, some := strings.Cut(a.Rest(), "/")
	if !some {
		ports = evidence.Ports{{To: 65535}}
	}
	for _, one := range strings.Split(text, ",") {
		if r, err := evidence.ParsePortRange(one); err == nil {
			ports = append(ports, r)
		}
	}
	for _, p := range []string{"tcp", "udp"} {
		if p == protocol || protocol == "any" || protocol == "" {
			w.ports[p][n] = evidence.NewPorts(slices.Concat(w.ports[p][n], ports)...)
		}
	}
}

// inboundPort takes inbound:tcp/443 apart.
func inboundPort(a evidence.Address) (protocol string, port uint16, ok bool) {
	if a.Kind() != "inbound" {
		return "", 0, false
	}
	protocol, text, _ := strings.Cut(a.Rest(), "/")
	r, err := evidence.ParsePortRange(text)
	return protocol, r.From, err == nil
}

func citeKey(side int, c evidence.Citation) string {
	c.Length = 0
	return string(rune('b'-side)) + c.String()
}

func itemKey(side int, c evidence.Citation) string { return string(rune('b'-side)) + c.Item }

// ofItem returns the watchers whose Verdicts cite an Item, in their order.
func (w *watchers) ofItem(c evidence.Change) []watcher { return w.some(w.citing(c)) }

// citing returns the numbers of the watchers whose Verdicts cite the Items in which a Change stands.
func (w *watchers) citing(c evidence.Change) []int {
	var found []int
	for i, cites := range [][]evidence.Citation{c.BeforeCites, c.AfterCites} {
		for _, cite := range cites {
			found = append(found, w.byItem[itemKey(i, cite)]...)
		}
	}
	return found
}

// unexplained returns the watchers that cite the Items of a Change, look at its kind, and moved though nothing that they
// look at changed.
func (w *watchers) unexplained(c evidence.Change, explained map[int]bool) []int {
	var found []int
	for _, n := range w.citing(c) {
		one := w.all[n]
		if one.decided && !explained[n] && slices.Contains(one.looks, family(c.Address.Kind())) {
			found = append(found, n)
		}
	}
	return found
}

// some returns watchers by number, each once.
func (w *watchers) some(found []int) []watcher {
	slices.Sort(found)
	var touched []watcher
	for _, n := range slices.Compact(found) {
		touched = append(touched, w.all[n])
	}
	return touched
}

// of returns the numbers of the watchers that a Change touches by its place.
func (w *watchers) of(c evidence.Change) []int {
	fold := c.Address.Fold()
	found := slices.Clone(w.byAddress[fold])
	if c.From != "" {
		found = append(found, w.byAddress[c.From.Fold()]...)
	}
	if protocol, port, ok := inboundPort(fold); ok {
		for i, ports := range w.ports[protocol] {
			if ports.Contains(port) {
				found = append(found, i)
			}
		}
	}
	if i := strings.LastIndexAny(string(fold), "@#"); i > 0 {
		found = append(found, w.byAddress[fold[:i]]...)
	}
	for i, cites := range [][]evidence.Citation{c.BeforeCites, c.AfterCites} {
		if fold.Kind() == "inbound" { // worked out of many places, of which one is cited
			break
		}
		for _, cite := range cites {
			found = append(found, w.byCite[citeKey(i, cite)]...)
		}
	}
	return found
}

func effect(touched []watcher) evidence.Effect {
	helps, hurts, other := false, false, false
	for _, w := range touched {
		switch w.moved {
		case evidence.Fixed:
			helps = true
		case evidence.Regressed, evidence.NewlyNotCollected:
			hurts = true
		case evidence.OtherMovement:
			other = true
		}
	}
	switch {
	case helps && !hurts:
		return evidence.Helps
	case hurts && !helps:
		return evidence.Hurts
	case helps || other:
		return evidence.Mixed
	}
	return evidence.Neutral
}
