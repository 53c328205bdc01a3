package parse

import (
	"errors"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// Netstat is the table of connections and listeners in any language and with any of -a -n -o -b.
//
// The state word is translated, so it is never looked at: a TCP row is a listener exactly if its foreign address is
// 0.0.0.0:0 or [::]:0. The table lists TCP before UDP and IPv4 before IPv6, which shows whether it is whole.
var Netstat = &Format{
	Name:      "netstat",
	Doc:       "listening ports with their processes, as netstat -ano or netstat -abno prints them",
	Collector: "netstat",
	Kinds:     []string{"listener"},
	Recognise: recogniseNetstat,
	Read:      readNetstat,
}

// maxListeners bounds what is kept; hosts have some hundreds.
const maxListeners = 200_000

const (
	netstatMarked    = "its rows are marked with \">\": these are matches of Select-String, not the whole output of netstat"
	netstatNames     = "it shows names instead of numbers: netstat was run without -n"
	netstatEmbedded  = "output of netstat inside another text: keep the output alone in a file, as netstat wrote it"
	netstatNoListens = "it lists no listeners: netstat was run without -a"
	netstatFiltered  = "it has no headings: rows picked out of netstat's output do not show what else there was"
)

func recogniseNetstat(h Head) Match {
	rows, before := 0, 0
	var fenced, marked, named bool
	for line := range strings.Lines(h.Text) {
		text := strings.TrimSpace(line)
		row, ok := parseNetstatRow(strings.TrimLeft(text, "> "))
		fenced = fenced || strings.HasPrefix(text, "```")
		switch {
		case ok:
			rows++
			marked = marked || strings.HasPrefix(text, ">")
			named = named || row.named
		case rows == 0 && text != "":
			before++
		}
	}
	switch {
	case rows == 0:
		return Match{}
	case fenced || before > maxNetstatHeading:
		return Match{Sure: 60, Refused: netstatEmbedded}
	case marked:
		return Match{Sure: 90, Refused: netstatMarked}
	case named:
		return Match{Sure: 90, Refused: netstatNames}
	}
	return Match{Sure: 90}
}

// maxNetstatHeading is how many lines may stand above the first row: two headings, and what a console shows above them.
const maxNetstatHeading = 8

// netstatRow is a line that begins with TCP or UDP.
type netstatRow struct {
	protocol string
	local    netip.AddrPort
	listens  bool
	process  uint32
	hasPID   bool
	named    bool // an address or port is a name
	broken   bool // a row, but not understood
	where    string
}

// parseNetstatRow reads the fields of a row; ok is false if the line is none.
func parseNetstatRow(text string) (row netstatRow, ok bool) {
	if !strings.HasPrefix(text, "TCP ") && !strings.HasPrefix(text, "UDP ") && !strings.HasPrefix(text, "TCP\t") && !strings.HasPrefix(text, "UDP\t") {
		return row, false
	}
	fields := strings.Fields(text)
	if len(fields) < 2 || !strings.Contains(fields[1], ":") {
		return row, false
	}
	row.protocol, row.where = strings.ToLower(fields[0]), fields[1]
	if len(fields) < 3 || row.protocol == "tcp" && len(fields) < 4 {
		row.broken = true
		return row, true
	}
	var named bool
	if row.local, named, ok = parseNetstatAddress(fields[1]); !ok {
		row.named, row.broken = named, true
		return row, true
	}
	if row.protocol == "udp" {
		row.listens = true
	} else {
		foreign, named, ok := parseNetstatAddress(fields[2])
		row.listens = ok && foreign.Port() == 0 && foreign.Addr().IsUnspecified()
		// A connection has an address of its own: only what waits for one stands at all addresses.
		row.named, row.broken = named, !ok || !row.listens && row.local.Addr().IsUnspecified()
	}
	for i := len(fields) - 1; i >= 3; i-- { // behind the number there can be a column about offloading
		if n, err := strconv.ParseUint(fields[i], 10, 32); err == nil {
			row.process, row.hasPID = uint32(n), true
			break
		}
	}
	return row, true
}

// rowInside reports whether a line has an address with a port where no row of netstat has one: a second row behind a row, or a
// row of another protocol than TCP and UDP. What it says would otherwise be overlooked.
func rowInside(text string, row bool) bool {
	fields := strings.Fields(text)
	if row {
		fields = fields[min(3, len(fields)):]
	}
	return slices.ContainsFunc(fields, func(f string) bool {
		_, err := netip.ParseAddrPort(f)
		return err == nil
	})
}

// parseNetstatAddress reads 10.0.0.1:443 or [fe80::1%12]:443; named is true if it holds a name where a number belongs.
func parseNetstatAddress(s string) (ap netip.AddrPort, named, ok bool) {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap, false, true
	}
	i := strings.LastIndexByte(s, ':')
	host, port := s[:max(i, 0)], s[i+1:]
	letters := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
	}
	return ap, letters(port) || !strings.HasPrefix(host, "[") && letters(host), false
}

// netstatEndpoint gathers the rows of one endpoint.
type netstatEndpoint struct {
	endpoint  evidence.Endpoint
	cite      evidence.Citation
	processes evidence.Processes
	programs  []evidence.Program
	program   evidence.Citation // of the first program's line
}

// netstatTable is what was read so far.
type netstatTable struct {
	source    Source
	to        evidence.Sink
	endpoints []*netstatEndpoint
	byName    map[evidence.Endpoint]*netstatEndpoint
	last      *netstatEndpoint // of the row that the lines below it belong to; nil: of none that listens
	below     []Line           // lines below the last row
	rows      int
	heading   []Line
	seen      map[string]bool // tcp4, tcp6, udp4, udp6; listen; program
	bare      bool            // no line stands below the last row
}

func readNetstat(s Source, to evidence.Sink) error {
	t := &netstatTable{source: s, to: to, byName: map[evidence.Endpoint]*netstatEndpoint{}, seen: map[string]bool{}}
	lines := NewLineReader(s)
	var final Line
	for {
		line, err := lines.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := t.line(line); err != nil {
			return err
		}
		final = line
	}
	t.endBlock()
	switch {
	case t.rows == 0:
		return refuse("it holds no row of netstat")
	case !t.seen["listen"]:
		return refuse(netstatNoListens)
	case len(t.heading) == 0:
		return refuse(netstatFiltered)
	}
	t.emit(lines.Ended(), final)
	return nil
}

func (t *netstatTable) line(line Line) error {
	text := strings.TrimSpace(line.Text)
	if strings.HasPrefix(text, "```") {
		return refuse(netstatEmbedded)
	}
	row, ok := parseNetstatRow(text)
	switch {
	case ok && rowInside(text, ok):
		t.strange(line)
	case ok:
		t.endBlock()
		return t.row(row, line)
	case text == "":
	case strings.HasPrefix(text, ">"):
		if _, ok := parseNetstatRow(strings.TrimLeft(text, "> ")); ok {
			return refuse(netstatMarked)
		}
		t.below = append(t.below, line)
	case rowInside(text, ok):
		t.strange(line)
	case t.rows == 0:
		t.heading = append(t.heading, line)
		if len(t.heading) > maxNetstatHeading {
			return refuse(netstatEmbedded)
		}
	case len(t.below) < 8:
		t.below = append(t.below, line)
	}
	return nil
}

// strange reports a line in which a listener may stand that is not read.
func (t *netstatTable) strange(line Line) {
	t.to.Problem(evidence.Problem{Scope: "listener:", Message: "a line with an address and a port that is no row as netstat prints it", Cite: line.Cite(t.source.Item)})
}

func (t *netstatTable) row(row netstatRow, line Line) error {
	t.rows++
	if row.named {
		return refuse(netstatNames)
	}
	cite := line.Cite(t.source.Item)
	if row.broken {
		t.to.Problem(evidence.Problem{Scope: evidence.Address("listener:" + row.protocol + "/" + row.where),
			Message: "a row of netstat that is not understood", Cite: cite})
		return nil
	}
	family := "6"
	if row.local.Addr().Is4() {
		family = "4"
	}
	t.seen[row.protocol+family] = true
	if !row.listens {
		return nil
	}
	if row.protocol == "tcp" {
		t.seen["listen"] = true
	}
	endpoint := evidence.Endpoint{Protocol: row.protocol, AddrPort: row.local}
	e := t.byName[endpoint]
	if e == nil {
		if len(t.endpoints) == maxListeners {
			return refuse("it lists more than %d listeners", maxListeners)
		}
		e = &netstatEndpoint{endpoint: endpoint, cite: cite}
		t.byName[endpoint] = e
		t.endpoints = append(t.endpoints, e)
	}
	if row.hasPID && !slices.Contains(e.processes, row.process) {
		e.processes = append(e.processes, row.process)
	}
	t.last = e
	return nil
}

// endBlock reads the lines below a row: a program in brackets, with the component above it if it has one. A line without
// a program after it says, in the system's language, that the owner could not be found.
func (t *netstatTable) endBlock() {
	below, e := t.below, t.last
	t.below, t.last = nil, nil
	t.bare = len(below) == 0
	if t.rows == 0 || len(below) == 0 {
		return
	}
	if len(below) > 2 {
		t.to.Problem(evidence.Problem{Scope: "listener:",
			Message: "lines that netstat does not print stand between its rows or after them", Cite: below[2].Cite(t.source.Item)})
	}
	if e == nil {
		return
	}
	component := ""
	for _, line := range below[:min(len(below), 2)] {
		text := strings.TrimSpace(line.Text)
		name, isProgram := strings.CutPrefix(text, "[")
		if !isProgram || !strings.HasSuffix(name, "]") {
			component = text
			continue
		}
		if len(e.programs) == 0 {
			e.program = line.Cite(t.source.Item)
		}
		t.seen["program"] = true
		e.programs = append(e.programs, evidence.Program{Name: strings.TrimSuffix(name, "]"), Component: component})
		return
	}
}

// emit hands over what was gathered. The last protocol and family of the table vouch for those above them.
func (t *netstatTable) emit(ended bool, final Line) {
	for _, e := range t.endpoints {
		address := e.endpoint.Address()
		t.to.Setting(evidence.Setting{Address: address, Value: evidence.Listening, Cite: e.cite})
		if len(e.processes) > 0 {
			slices.Sort(e.processes)
			t.to.Setting(evidence.Setting{Address: address + "@process", Value: e.processes, Cite: e.cite})
		}
		if len(e.programs) > 0 {
			t.to.Setting(evidence.Setting{Address: address + "@program", Value: evidence.NewPrograms(e.programs...), Cite: e.program})
		}
	}
	heading := t.heading[len(t.heading)-1].Cite(t.source.Item)
	udp := t.seen["udp4"] || t.seen["udp6"]
	if udp {
		t.to.Covered(evidence.Coverage{Scope: "listener:tcp", Deep: true, Cite: heading})
	} else {
		t.to.Problem(evidence.Problem{Scope: "listener:",
			Message: "no row for UDP: the output was limited to TCP or cut", Cite: final.Cite(t.source.Item)})
	}
	switch {
	case !ended:
		t.to.Problem(evidence.Problem{Scope: "listener:",
			Message: "the last line has no line end: the output was cut", Cite: final.Cite(t.source.Item)})
	case udp && t.bare && t.seen["program"]:
		t.to.Problem(evidence.Problem{Scope: "listener:udp",
			Message: "the last row has no program below it, as the others have: the output was cut", Cite: final.Cite(t.source.Item)})
	case udp && (t.seen["udp6"] || !t.seen["tcp6"]):
		t.to.Covered(evidence.Coverage{Scope: "listener:udp", Deep: true, Cite: heading})
	case udp:
		t.to.Problem(evidence.Problem{Scope: "listener:udp",
			Message: "rows for TCP over IPv6, none for UDP over IPv6: the output was cut", Cite: final.Cite(t.source.Item)})
	}
}
