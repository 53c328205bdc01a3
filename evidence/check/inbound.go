package check

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// inbound is what an Address of that kind asks about: inbound:tcp/3389, inbound:udp/70-74, inbound:any/8002.
type inbound struct {
	protocols []string
	ports     evidence.Ports
}

// parseInbound reads tcp/3389, udp/70-74 or any/8002.
func parseInbound(s string) (inbound, error) {
	protocol, ports, ok := strings.Cut(s, "/")
	var in inbound
	switch {
	case ok && protocol == "any":
		in.protocols = []string{"tcp", "udp"}
	case ok && (protocol == "tcp" || protocol == "udp"):
		in.protocols = []string{protocol}
	default:
		return in, fmt.Errorf("%q is not tcp/PORT, udp/PORT or any/PORT", s)
	}
	r, err := evidence.ParsePortRange(ports)
	in.ports = evidence.NewPorts(r)
	return in, err
}

// inboundOf reads the Address of a Check.
func inboundOf(c evidence.Check) (inbound, error) {
	if c.Address.Kind() != "inbound" {
		return inbound{}, fmt.Errorf("address %q is not of the kind inbound", c.Address)
	}
	return parseInbound(c.Address.Rest())
}

// portLabel is TCP 3389 or UDP 70-74.
func portLabel(protocol string, ports evidence.Ports) string {
	return strings.ToUpper(protocol) + " " + ports.String()
}

// network is both views of a host: its firewall, and what listens for one protocol.
type network struct {
	firewall  *firewall
	listening *listening
	protocol  string
}

func viewNetwork(f *evidence.Facts, protocol string) network {
	return network{viewFirewall(f), viewListeners(f, protocol), protocol}
}

// missing says which view, or which part of one, nobody collected; empty: none.
func (n network) missing() string {
	var parts []string
	if n.listening.missing != "" {
		parts = append(parts, n.listening.missing)
	}
	if len(n.firewall.missing) > 0 {
		parts = append(parts, "of the firewall nobody collected "+strings.Join(n.firewall.missing, ", "))
	}
	return strings.Join(parts, "; ")
}

// problems returns what was not understood of either view and might hide a way in to ports. A rule opens nothing where
// nothing listens.
func (n network) problems(ports evidence.Ports, outside []listener) []evidence.Problem {
	problems := n.listening.problemsOn(ports)
	if len(outside) > 0 {
		problems = append(problems, n.firewall.problems...)
	}
	return problems
}

// closed judges that nobody outside reaches ports; the ways in are judged by accept, which may be nil: none is accepted.
func (n network) closed(address evidence.Address, ports evidence.Ports, expected string, accept func(opening) (evidence.Result, string)) evidence.Reason {
	outside, local := n.listening.on(ports)
	r := evidence.Reason{Address: address, Expected: expected}
	label := portLabel(n.protocol, ports)
	missing := n.missing()
	var fails, reviews, accepted []opening
	for _, o := range n.firewall.openings(outside) {
		result, doubt := evidence.Fail, ""
		if accept != nil {
			result, doubt = accept(o)
		}
		switch {
		case result == evidence.Pass:
			accepted = append(accepted, o)
		case !o.sure || result == evidence.NeedsReview:
			o.doubt = orElse(o.doubt, doubt)
			reviews = append(reviews, o)
		default:
			fails = append(fails, o)
		}
	}
	problems := n.problems(ports, outside)
	switch {
	case len(fails) > 0 && len(n.firewall.missing) == 0:
		// Where both views show a way in, what else there may be to see does not close it.
		r.Result, r.Actual = evidence.Fail, describe(fails, label)
		r.Cites = citesOf(fails)
	case len(fails)+len(reviews) > 0:
		both := append(fails, reviews...)
		r.Result, r.Actual = evidence.NeedsReview, describe(both, label)
		r.Cites, r.Note = citesOf(both), missing
	case missing != "":
		r.Result, r.Actual = evidence.NotCollected, missing
		if n.listening.missing != "" {
			r.Note = n.firewall.namedBy(n.protocol, ports)
		}
	case len(problems) > 0:
		r.Result, r.Actual = evidence.NeedsReview, problems[0].Message
		for _, p := range problems {
			r.Cites = appendNew(r.Cites, p.Cite)
		}
	default:
		r.Result = evidence.Pass
		r.Actual, r.Cites = n.nobody(label, outside, local, accepted)
	}
	return r
}

// nobody says why nobody outside reaches ports, or only those who may, and cites both views.
func (n network) nobody(label string, outside, local []listener, accepted []opening) (string, []evidence.Citation) {
	var cites []evidence.Citation
	for _, l := range append(outside, local...) {
		cites = appendNew(cites, l.cites...)
	}
	if len(cites) == 0 {
		cites = appendNew(cites, n.listening.covers...)
	}
	for _, p := range n.firewall.profiles {
		if p.enabled.state == evidence.Found {
			cites = appendNew(cites, p.enabled.cites...)
		}
	}
	cites = appendNew(cites, n.firewall.covers...)
	switch {
	case len(accepted) > 0:
		return describe(accepted, label), appendNew(citesOf(accepted), cites...)
	case len(outside) > 0:
		return outside[0].label() + andMore(len(outside)-1) + "; the firewall lets nobody in", cites
	case len(local) > 0:
		return local[0].label() + andMore(len(local)-1) + ", which only the host itself can reach", cites
	}
	return "nothing listens on " + label, cites
}

// namedBy notes which rules would let somebody in, for when it is not known what listens.
func (fw *firewall) namedBy(protocol string, ports evidence.Ports) string {
	var labels []string
	for _, r := range fw.rules {
		if r.Action == "Allow" && r.Covers(protocol) && len(r.LocalPorts.Intersect(ports)) > 0 {
			labels = appendNew(labels, r.label())
		}
	}
	if len(labels) == 0 {
		return ""
	}
	return "allowed by " + labels[0] + andMore(len(labels)-1)
}

func andMore(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

// maxCites bounds the Citations of one Reason; the first ones are the ones to look at.
const maxCites = 24

// fewCites leaves so many Citations, in their order: of each Item at least the first, because what a Reason rests on is
// known by its Citations, and as many others as there is room for.
func fewCites(cites []evidence.Citation) []evidence.Citation {
	if len(cites) <= maxCites {
		return cites
	}
	seen := map[string]bool{}
	first := make([]bool, len(cites))
	for i, c := range cites {
		first[i], seen[c.Item] = !seen[c.Item], true
	}
	room := maxCites - len(seen)
	var few []evidence.Citation
	for i, c := range cites {
		if first[i] || room > 0 {
			few = append(few, c)
		}
		if !first[i] {
			room--
		}
	}
	return few
}

func citesOf(openings []opening) []evidence.Citation {
	var cites []evidence.Citation
	for _, o := range openings {
		cites = appendNew(cites, o.cites...)
		for _, l := range o.listeners {
			cites = appendNew(cites, l.cites...)
		}
	}
	return fewCites(cites)
}

// describe tells in one line how ports can be reached.
func describe(openings []opening, label string) string {
	o := openings[0]
	who := "anyone can reach "
	from := "any address"
	if o.rule != nil && !o.rule.AnyRemote() {
		who = "others can reach "
		from = remoteLabel(o.rule.FirewallRule)
	}
	if !o.sure {
		who = strings.Replace(who, "can", "may", 1)
	}
	text := who + label + ": "
	if o.rule != nil {
		text += o.rule.label() + " allows it from " + from
	} else {
		text += o.because
	}
	if len(o.profiles) < len(evidence.Profiles) {
		text += " in the " + strings.Join(o.profiles, " and ") + " profile"
	}
	if o.doubt != "" {
		text += ", but " + o.doubt
	}
	if len(o.notes) > 0 {
		text += ", " + o.notes[0] + andMore(len(o.notes)-1)
	}
	text += "; " + o.listeners[0].label() + andMore(len(o.listeners)-1)
	if more := len(openings) - 1; more > 0 {
		ways := "ways"
		if more == 1 {
			ways = "way"
		}
		text += fmt.Sprintf("; %d more %s in", more, ways)
	}
	return text
}

// remoteWords are the words for remote addresses, for people.
var remoteWords = map[string]string{
	"localsubnet": "the local subnet", "localsubnet4": "the local subnet", "localsubnet6": "the local subnet",
	"dns": "the DNS servers", "dhcp": "the DHCP servers", "wins": "the WINS servers", "defaultgateway": "the default gateway",
	"internet": "the Internet", "intranet": "the intranet", "rmtintranet": "the remote intranet",
}

// remoteLabel tells for people from where a rule lets in.
func remoteLabel(r evidence.FirewallRule) string {
	if r.AnyRemote() {
		return "any address"
	}
	var parts []string
	for _, a := range r.RemoteAddresses {
		parts = appendNew(parts, a.String())
	}
	for _, w := range r.RemoteWords {
		word, ok := remoteWords[strings.ToLower(w)]
		if !ok {
			word = w
		}
		parts = appendNew(parts, word)
	}
	if len(parts) > 4 {
		return strings.Join(parts[:4], ", ") + andMore(len(parts)-4)
	}
	return strings.Join(parts, ", ")
}
