package evidence

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// PortRange is From to To, both included.
type PortRange struct{ From, To uint16 }

// ParsePortRange reads "443" or "40000-40050".
func ParsePortRange(s string) (PortRange, error) {
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		to = from
	}
	a, errA := strconv.ParseUint(strings.TrimSpace(from), 10, 16)
	b, errB := strconv.ParseUint(strings.TrimSpace(to), 10, 16)
	if errA != nil || errB != nil || a > b {
		return PortRange{}, fmt.Errorf("%q is no port and no range of ports", s)
	}
	return PortRange{uint16(a), uint16(b)}, nil
}

// String returns the form that ParsePortRange reads.
func (r PortRange) String() string {
	if r.From == r.To {
		return strconv.Itoa(int(r.From))
	}
	return fmt.Sprintf("%d-%d", r.From, r.To)
}

// Ports is a set of ports: ranges in rising order that neither overlap nor touch. Build it with NewPorts.
type Ports []PortRange

// NewPorts returns the union of ranges.
func NewPorts(ranges ...PortRange) Ports {
	sorted := slices.SortedFunc(slices.Values(ranges), func(a, b PortRange) int { return cmp.Compare(a.From, b.From) })
	var p Ports
	for _, r := range sorted {
		if n := len(p); n > 0 && int(r.From) <= int(p[n-1].To)+1 {
			p[n-1].To = max(p[n-1].To, r.To)
			continue
		}
		p = append(p, r)
	}
	return p
}

// Contains reports whether port is in the set.
func (p Ports) Contains(port uint16) bool {
	for _, r := range p {
		if r.From <= port && port <= r.To {
			return true
		}
	}
	return false
}

// Minus returns the ports of p that are not in q.
func (p Ports) Minus(q Ports) Ports {
	var left Ports
	for _, r := range p {
		from := int(r.From)
		for _, cut := range q {
			if int(cut.To) < from || cut.From > r.To {
				continue
			}
			if int(cut.From) > from {
				left = append(left, PortRange{uint16(from), cut.From - 1})
			}
			from = int(cut.To) + 1
		}
		if from <= int(r.To) {
			left = append(left, PortRange{uint16(from), r.To})
		}
	}
	return left
}

// Intersect returns the ports that are in both sets.
func (p Ports) Intersect(q Ports) Ports { return p.Minus(p.Minus(q)) }

// String returns the ranges with commas: 70-74, 443. The empty set is "none".
func (p Ports) String() string {
	if len(p) == 0 {
		return "none"
	}
	texts := make([]string, len(p))
	for i, r := range p {
		texts[i] = r.String()
	}
	return strings.Join(texts, ", ")
}
