package evidence

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// AddressRange is From to To, both included and of one family.
type AddressRange struct{ From, To netip.Addr }

// ParseAddressRange reads the forms that Windows writes: ADDRESS, FIRST-LAST, ADDRESS/LENGTH and ADDRESS/MASK.
func ParseAddressRange(s string) (AddressRange, error) {
	bad := fmt.Errorf("%q is no address and no range of addresses", s)
	if first, last, ok := strings.Cut(s, "-"); ok {
		from, errFrom := parseAddr(first)
		to, errTo := parseAddr(last)
		if errFrom != nil || errTo != nil || from.Is4() != to.Is4() || to.Less(from) {
			return AddressRange{}, bad
		}
		return AddressRange{from, to}, nil
	}
	base, mask, ok := strings.Cut(s, "/")
	addr, err := parseAddr(base)
	if err != nil {
		return AddressRange{}, bad
	}
	if !ok {
		return AddressRange{addr, addr}, nil
	}
	if m, err := netip.ParseAddr(mask); err == nil {
		bits, contiguous := maskLength(m)
		if !contiguous || !addr.Is4() {
			return AddressRange{}, bad
		}
		mask = fmt.Sprint(bits)
	}
	prefix, err := netip.ParsePrefix(addr.String() + "/" + mask)
	if err != nil {
		return AddressRange{}, bad
	}
	return PrefixRange(prefix), nil
}

func parseAddr(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(strings.TrimSpace(s))
	return a.WithZone("").Unmap(), err
}

// maskLength returns how many leading ones an IPv4 mask has, and whether nothing but zeros follows.
func maskLength(mask netip.Addr) (bits int, contiguous bool) {
	if !mask.Is4() {
		return 0, false
	}
	b := mask.As4()
	m := binary.BigEndian.Uint32(b[:])
	for bits < 32 && m&(1<<(31-bits)) != 0 {
		bits++
	}
	return bits, bits == 32 || m<<bits == 0
}

// PrefixRange returns the range of all addresses of p.
func PrefixRange(p netip.Prefix) AddressRange {
	p = p.Masked()
	last := p.Addr().AsSlice()
	for i := p.Bits(); i < len(last)*8; i++ {
		last[i/8] |= 1 << (7 - i%8)
	}
	to, _ := netip.AddrFromSlice(last)
	return AddressRange{p.Addr(), to}
}

// Contains reports whether all of s lies within r.
func (r AddressRange) Contains(s AddressRange) bool {
	return r.From.Is4() == s.From.Is4() && r.From.Compare(s.From) <= 0 && s.To.Compare(r.To) <= 0
}

// CoverRange reports whether ranges together hold all of r: two halves hold the whole.
func CoverRange(ranges []AddressRange, r AddressRange) bool {
	sorted := slices.SortedFunc(slices.Values(ranges), func(a, b AddressRange) int { return a.From.Compare(b.From) })
	need := r.From
	for _, have := range sorted {
		if have.From.Is4() != need.Is4() || have.From.Compare(need) > 0 || have.To.Less(need) {
			continue
		}
		if r.To.Compare(have.To) <= 0 {
			return true
		}
		need = have.To.Next()
	}
	return false
}

// Holds reports whether a lies within r.
func (r AddressRange) Holds(a netip.Addr) bool {
	a = a.WithZone("").Unmap()
	return r.Contains(AddressRange{a, a})
}

// String returns the shortest form: an address, a prefix or FIRST-LAST.
func (r AddressRange) String() string {
	if r.From == r.To {
		return r.From.String()
	}
	for bits := r.From.BitLen(); bits >= 0; bits-- {
		if p := netip.PrefixFrom(r.From, bits); PrefixRange(p) == r {
			return p.String()
		}
	}
	return r.From.String() + "-" + r.To.String()
}
