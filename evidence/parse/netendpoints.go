package parse

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// NetEndpoints is what Get-NetTCPConnection and Get-NetUDPEndpoint show, as JSON or CSV.
var NetEndpoints = &Format{
	Name:      "network endpoints",
	Doc:       "listening ports, Get-NetTCPConnection or Get-NetUDPEndpoint as JSON or CSV",
	Collector: "netstat",
	Kinds:     []string{"listener"},
	Recognise: func(h Head) Match {
		if shows(h.Text, "LocalAddress", "LocalPort") && !shows(h.Text, "Direction") && !shows(h.Text, "Protocol") {
			return Match{Sure: 80}
		}
		return Match{}
	},
	Read: readNetEndpoints,
}

// shows reports whether a text is JSON or CSV with these properties.
func shows(text string, names ...string) bool {
	where := text
	if !beginsLikeJSON(text) {
		text = strings.TrimLeft(text, "\r\n")
		if strings.HasPrefix(text, "#TYPE") {
			_, text, _ = strings.Cut(text, "\n")
		}
		where, _, _ = strings.Cut(text, "\n")
		if !strings.ContainsAny(where, ",;") {
			return false
		}
		where = strings.NewReplacer(";", ",", "\r", "", `"`, "").Replace("," + where + ",")
		for _, name := range names {
			if !strings.Contains(strings.ToLower(where), ","+strings.ToLower(name)+",") {
				return false
			}
		}
		return true
	}
	for _, name := range names {
		if !strings.Contains(where, `"`+name+`"`) {
			return false
		}
	}
	return true
}

// tcpListen is MIB_TCP_STATE_LISTEN, which ConvertTo-Json writes as a number.
const tcpListen = "2"

func readNetEndpoints(s Source, to evidence.Sink) error {
	objects, err := shownObjects(s)
	if err != nil {
		return err
	}
	seen := map[string]evidence.Citation{}
	done := map[evidence.Endpoint]bool{}
	processes := map[evidence.Endpoint]evidence.Processes{}
	var order []evidence.Setting
	for _, o := range objects {
		if !o.has("LocalAddress", "LocalPort") {
			to.Problem(evidence.Problem{Scope: "listener:", Message: "an object without a local address and port", Cite: o.cite})
			continue
		}
		protocol := "udp"
		if o.has("RemotePort") || o.has("State") {
			protocol = "tcp"
		}
		if _, ok := seen[protocol]; !ok {
			seen[protocol] = o.cite
		}
		addr, err := netip.ParseAddr(o.one("LocalAddress"))
		port, err2 := strconv.ParseUint(o.one("LocalPort"), 10, 16)
		if err != nil || err2 != nil {
			to.Problem(evidence.Problem{Scope: evidence.Address("listener:" + protocol), Message: "an object whose local address or port is not understood", Cite: o.cite})
			continue
		}
		if protocol == "tcp" && !listens(o) {
			continue
		}
		e := evidence.Endpoint{Protocol: protocol, AddrPort: netip.AddrPortFrom(addr, uint16(port))}
		if n, err := strconv.ParseUint(o.one("OwningProcess"), 10, 32); err == nil && !slices.Contains(processes[e], uint32(n)) {
			processes[e] = append(processes[e], uint32(n))
		}
		if !done[e] {
			done[e] = true
			order = append(order, evidence.Setting{Address: e.Address(), Value: evidence.Listening, Cite: o.cite})
		}
	}
	if len(seen) == 0 {
		return refuse("it shows no endpoint")
	}
	for _, setting := range order {
		to.Setting(setting)
		e, _, _ := evidence.ParseEndpoint(setting.Address)
		if p := processes[e]; len(p) > 0 {
			slices.Sort(p)
			to.Setting(evidence.Setting{Address: setting.Address + "@process", Value: p, Cite: setting.Cite})
		}
	}
	// Nothing in the objects tells whether they are all; only a capture of our own knows what it asked for.
	if ownCapture(s.Item) {
		for _, protocol := range []string{"tcp", "udp"} {
			if cite, ok := seen[protocol]; ok {
				to.Covered(evidence.Coverage{Scope: evidence.Address("listener:" + protocol), Deep: true, Cite: cite})
			}
		}
	}
	return nil
}

// ownCapture reports whether auditpack, or its script, took the Item, so that it holds all there was.
func ownCapture(item evidence.Item) bool {
	return item.Status == evidence.Captured && (item.Origin == evidence.OriginCaptured || item.Origin == evidence.OriginScript)
}

// listens reports whether a TCP endpoint is a listener: by its state, or without one by having no other end.
func listens(o shownObject) bool {
	if state := o.one("State"); state != "" {
		return state == tcpListen || strings.EqualFold(state, "Listen")
	}
	remote, err := netip.ParseAddr(o.one("RemoteAddress"))
	return o.one("RemotePort") == "0" && err == nil && remote.IsUnspecified()
}
