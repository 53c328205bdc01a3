package evidence_test

import (
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
)

// somePorts returns a set built from random ranges, and the same set as a plain table.
func somePorts(r *rand.Rand) (evidence.Ports, map[uint16]bool) {
	var ranges []evidence.PortRange
	table := map[uint16]bool{}
	edge := []uint16{0, 1, 65534, 65535}
	for range r.IntN(6) {
		from := uint16(r.IntN(60))
		if r.IntN(8) == 0 {
			from = edge[r.IntN(len(edge))]
		}
		to := from + min(uint16(r.IntN(12)), 65535-from)
		ranges = append(ranges, evidence.PortRange{From: from, To: to})
		for p := int(from); p <= int(to); p++ {
			table[uint16(p)] = true
		}
	}
	return evidence.NewPorts(ranges...), table
}

// Sets of ports agree with a plain table in everything, and are always in the one canonical form.
func TestPortsAreASet(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		a, inA := somePorts(r)
		b, inB := somePorts(r)
		minus, both := a.Minus(b), a.Intersect(b)
		for p := range 65536 {
			if p > 100 && p < 65500 {
				continue
			}
			port := uint16(p)
			if a.Contains(port) != inA[port] || minus.Contains(port) != (inA[port] && !inB[port]) || both.Contains(port) != (inA[port] && inB[port]) {
				t.Fatalf("port %d: %v minus %v is %v, both %v", port, a, b, minus, both)
			}
		}
		for _, set := range []evidence.Ports{a, minus, both} {
			for i, x := range set {
				if x.From > x.To || i > 0 && int(set[i-1].To)+1 >= int(x.From) {
					t.Fatalf("%v is not in canonical form", set)
				}
			}
			if diff := cmp.Diff(set, evidence.NewPorts(set...)); diff != "" && len(set) > 0 {
				t.Fatal(diff)
			}
		}
	}
}

func TestParsePortRange(t *testing.T) {
	for _, test := range []struct {
		text string
		want evidence.PortRange
		ok   bool
	}{
		{"443", evidence.PortRange{From: 443, To: 443}, true},
		{"40000-40050", evidence.PortRange{From: 40000, To: 40050}, true},
		{"0-65535", evidence.PortRange{To: 65535}, true},
		{"70-65536", evidence.PortRange{}, false},
		{"75-70", evidence.PortRange{}, false},
		{"-1", evidence.PortRange{}, false},
		{"", evidence.PortRange{}, false},
		{"https", evidence.PortRange{}, false},
	} {
		got, err := evidence.ParsePortRange(test.text)
		if (err == nil) != test.ok || got != test.want {
			t.Errorf("%q: %v, %v", test.text, got, err)
		}
		if test.ok && got.String() != test.text {
			t.Errorf("%q prints as %q", test.text, got)
		}
	}
}

func TestParseAddressRange(t *testing.T) {
	for _, test := range []struct{ text, from, to, prints string }{
		{"10.0.0.5", "10.0.0.5", "10.0.0.5", "10.0.0.5"},
		{"10.1.2.3/8", "10.0.0.0", "10.255.255.255", "10.0.0.0/8"},
		{"192.168.1.0/255.255.255.0", "192.168.1.0", "192.168.1.255", "192.168.1.0/24"},
		{"192.0.2.1-192.0.2.9", "192.0.2.1", "192.0.2.9", "192.0.2.1-192.0.2.9"},
		{"0.0.0.0-255.255.255.255", "0.0.0.0", "255.255.255.255", "0.0.0.0/0"},
		{"fe80::/64", "fe80::", "fe80::ffff:ffff:ffff:ffff", "fe80::/64"},
		{"::1", "::1", "::1", "::1"},
	} {
		got, err := evidence.ParseAddressRange(test.text)
		want := evidence.AddressRange{From: netip.MustParseAddr(test.from), To: netip.MustParseAddr(test.to)}
		if err != nil || got != want || got.String() != test.prints {
			t.Errorf("%q: %v, %v; want %v", test.text, got, err, want)
		}
	}
	for _, text := range []string{"", "LocalSubnet", "10.0.0.9-10.0.0.1", "10.0.0.1-::1", "10.0.0.0/33", "10.0.0.0/255.0.255.0", "10.0.0.0/::", "::/255.0.0.0"} {
		if got, err := evidence.ParseAddressRange(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestEndpoint(t *testing.T) {
	for _, test := range []struct {
		address evidence.Address
		facet   string
		local   bool
		prints  string
	}{
		{"listener:tcp/0.0.0.0:443", "", false, "TCP 0.0.0.0:443"},
		{"listener:udp/[fe80::1%12]:546@process", "process", false, "UDP [fe80::1%12]:546"},
		{"listener:tcp/127.0.0.5:80@program", "program", true, "TCP 127.0.0.5:80"},
		{"listener:tcp/[::1]:80", "", true, "TCP [::1]:80"},
	} {
		e, facet, ok := evidence.ParseEndpoint(test.address)
		if !ok || facet != test.facet || e.Local() != test.local || e.String() != test.prints {
			t.Errorf("%s: %v, %q, local %v, %v", test.address, e, facet, e.Local(), ok)
		}
	}
	for _, a := range []evidence.Address{"listener:", "listener:tcp/", "listener:icmp/0.0.0.0:1", "listener:tcp/host:1", "port:tcp/0.0.0.0:1"} {
		if e, _, ok := evidence.ParseEndpoint(a); ok {
			t.Errorf("%s is read as %v", a, e)
		}
	}
}

// Ranges that touch hold together what none of them holds alone.
func TestCoverRange(t *testing.T) {
	for _, test := range []struct {
		ranges, of string
		want       bool
	}{
		{"0.0.0.0/1 128.0.0.0/1", "0.0.0.0/0", true},
		{"128.0.0.0/1 0.0.0.0-127.255.255.255", "0.0.0.0-255.255.255.255", true},
		{"0.0.0.0/1 128.0.0.1-255.255.255.255", "0.0.0.0/0", false},
		{"10.0.0.0/8 10.1.0.0/16 11.0.0.0/8", "10.200.0.0-11.0.0.9", true},
		{"10.0.0.0/8", "10.0.0.0-11.0.0.0", false},
		{"0.0.0.0/0", "::/0", false},
		{"::/1 8000::/1 0.0.0.0/0", "::/0", true},
		{"", "10.0.0.1", false},
	} {
		var ranges []evidence.AddressRange
		for _, text := range strings.Fields(test.ranges) {
			r, err := evidence.ParseAddressRange(text)
			if err != nil {
				t.Fatal(err)
			}
			ranges = append(ranges, r)
		}
		of, err := evidence.ParseAddressRange(test.of)
		if err != nil {
			t.Fatal(err)
		}
		if got := evidence.CoverRange(ranges, of); got != test.want {
			t.Errorf("%q cover %s: %v", test.ranges, test.of, got)
		}
	}
}
