package evidence

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// A listener is up to three Settings, so that a capture which shows less never contradicts one which shows more:
//
//	listener:tcp/0.0.0.0:443            Listening
//	listener:tcp/0.0.0.0:443@process    Processes: 4           changes with every start
//	listener:tcp/0.0.0.0:443@program    Programs: svchost.exe (RpcSs)
//
// The second and third are there where the capture shows them. Several processes can share a UDP endpoint.

// Listening is the Value of a listener's Address.
const Listening = Text("listening")

// Endpoint is where a program listens: a protocol, tcp or udp, and a local address with its port.
type Endpoint struct {
	Protocol string
	netip.AddrPort
}

// Address returns listener:tcp/0.0.0.0:443.
func (e Endpoint) Address() Address {
	return Address("listener:" + e.Protocol + "/" + e.AddrPort.String())
}

// Local reports whether only programs on the same host can reach e.
func (e Endpoint) Local() bool { return e.Addr().WithZone("").Unmap().IsLoopback() }

// String returns TCP 0.0.0.0:443.
func (e Endpoint) String() string { return strings.ToUpper(e.Protocol) + " " + e.AddrPort.String() }

// ParseEndpoint reads a listener's Address and the facet after "@", if there is one.
func ParseEndpoint(a Address) (e Endpoint, facet string, ok bool) {
	if a.Kind() != "listener" {
		return e, "", false
	}
	protocol, rest, found := strings.Cut(a.Rest(), "/")
	if !found || (protocol != "tcp" && protocol != "udp") {
		return e, "", false
	}
	where, facet, _ := strings.Cut(rest, "@")
	ap, err := netip.ParseAddrPort(where)
	return Endpoint{protocol, ap}, facet, err == nil
}

// Processes are the numbers of the processes at one Endpoint, in rising order.
type Processes []uint32

// String returns the numbers with commas.
func (p Processes) String() string {
	texts := make([]string, len(p))
	for i, n := range p {
		texts[i] = strconv.FormatUint(uint64(n), 10)
	}
	return strings.Join(texts, ", ")
}

// Program is an executable as netstat -b names it, without its folder, and the component inside it that listens:
// mostly the name of a Windows service. Either may be empty.
type Program struct{ Name, Component string }

// String returns svchost.exe (RpcSs).
func (p Program) String() string {
	if p.Component == "" {
		return p.Name
	}
	return strings.TrimSpace(fmt.Sprintf("%s (%s)", p.Name, p.Component))
}

// Programs are the programs at one Endpoint, sorted, each once.
type Programs []Program

// NewPrograms returns the given programs sorted, each once.
func NewPrograms(programs ...Program) Programs {
	sorted := slices.SortedFunc(slices.Values(programs), func(a, b Program) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(sorted)
}

// String returns the programs with commas.
func (p Programs) String() string {
	texts := make([]string, len(p))
	for i, program := range p {
		texts[i] = program.String()
	}
	return strings.Join(texts, ", ")
}
