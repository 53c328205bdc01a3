package snapshot

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
)

// Link is a snapshot as one of a chain: each names the digest of the one before it.
type Link struct {
	Host     string          `json:"host"`
	Digest   evidence.Digest `json:"sha256"`
	Previous evidence.Digest `json:"previous_sha256,omitzero"`
	From     time.Time       `json:"from"` // capture time of the oldest Item, as claimed or as the host's clock said
	To       time.Time       `json:"to"`   // and of the newest
	Found    []string        `json:"found"`
}

// Joint says how a Link hangs on the one before it.
type Joint string

// The Joints.
const (
	Linked  Joint = "linked"  // it names a snapshot that was given
	Earlier Joint = "earlier" // it is the oldest that was given, and names one before it
	Start   Joint = "start"   // it is the oldest that was given, and names none
	Loose   Joint = "loose"   // it names none, although older ones were given: nothing was promised, nothing is shown
	Gap     Joint = "gap"     // it names one that was not given, although older ones were
	Fork    Joint = "fork"    // another snapshot names the same one before it
)

// Joined is a Link in its place.
type Joined struct {
	Link
	Joint Joint `json:"joint"`
	// Backwards is true if its evidence is older than that of the snapshot it names.
	Backwards bool `json:"backwards,omitempty"`
	// OtherHost is the host of the snapshot that it names, if that is another one.
	OtherHost string `json:"other_host,omitempty"`
}

// Broken reports whether what the Link says of the one before it does not fit what was given.
func (j Joined) Broken() bool {
	return j.Joint == Gap || j.Joint == Fork || j.Backwards || j.OtherHost != ""
}

// Chain is every snapshot of one host that was given, in the order of the chain.
type Chain struct {
	Host  string   `json:"host"`
	Links []Joined `json:"links"`
}

// Broken reports whether one of the Links is.
func (c Chain) Broken() bool { return slices.ContainsFunc(c.Links, Joined.Broken) }

// MayBeSameHost reports whether two names may be of one host: their first labels are the same, or one is the name that NetBIOS makes of
// the other, its first 15 characters. That another host is called so too cannot be told by names.
func MayBeSameHost(a, b string) bool {
	a, b = HostOf(a), HostOf(b)
	return a == b || evidence.IsCutHost(a, b) || evidence.IsCutHost(b, a)
}

// HostOf returns a Link's host in the form by which hosts are told apart: the first label, in capitals.
func HostOf(name string) string {
	label, _, _ := strings.Cut(name, ".")
	return strings.ToUpper(strings.TrimSpace(label))
}

// Chains puts snapshots in order, a Chain for each host. A snapshot that was found in several places is one Link. That a
// digest is named is no proof that the earlier snapshot was sound: whoever calls has verified what was given.
func Chains(given []Link) []Chain {
	links := merge(given)
	byDigest := map[evidence.Digest]*Link{}
	named := map[evidence.Digest]int{} // how many name it
	for i := range links {
		byDigest[links[i].Digest] = &links[i]
		if p := links[i].Previous; !p.IsZero() {
			named[p]++
		}
	}
	var chains []Chain
	for _, l := range inOrder(links) {
		host := HostOf(l.Host)
		i := slices.IndexFunc(chains, func(c Chain) bool { return MayBeSameHost(c.Host, host) })
		if i < 0 {
			i = len(chains)
			chains = append(chains, Chain{Host: host})
		}
		j := Joined{Link: l}
		before := byDigest[l.Previous]
		switch {
		case l.Previous.IsZero() && len(chains[i].Links) == 0:
			j.Joint = Start
		case l.Previous.IsZero():
			j.Joint = Loose
		case named[l.Previous] > 1:
			j.Joint = Fork
		case before == nil && len(chains[i].Links) == 0:
			j.Joint = Earlier
		case before == nil:
			j.Joint = Gap
		default:
			j.Joint = Linked
		}
		if before != nil {
			j.Backwards = !l.From.IsZero() && l.From.Before(before.To)
			if !MayBeSameHost(before.Host, host) {
				j.OtherHost = before.Host
			}
		}
		chains[i].Links = append(chains[i].Links, j)
	}
	slices.SortStableFunc(chains, func(a, b Chain) int { return cmp.Compare(a.Host, b.Host) })
	return chains
}

// merge makes one Link of those with the same digest.
func merge(given []Link) []Link {
	var links []Link
	at := map[evidence.Digest]int{}
	for _, l := range given {
		if i, ok := at[l.Digest]; ok {
			links[i].Found = append(links[i].Found, l.Found...)
			continue
		}
		at[l.Digest] = len(links)
		l.Found = slices.Clone(l.Found)
		links = append(links, l)
	}
	return links
}

// inOrder sorts the Links so that each follows the one it names, and otherwise by time. No two Links can name each
// other: a snapshot's digest covers the one that it names.
func inOrder(links []Link) []Link {
	sorted := slices.Clone(links)
	slices.SortStableFunc(sorted, func(a, b Link) int {
		return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To), strings.Compare(a.Digest.String(), b.Digest.String()))
	})
	given := map[evidence.Digest]bool{}
	after := map[evidence.Digest][]int{}
	for i, l := range sorted {
		given[l.Digest] = true
		after[l.Previous] = append(after[l.Previous], i)
	}
	var out []Link
	done := make([]bool, len(sorted))
	var follow func(i int)
	follow = func(i int) {
		if done[i] {
			return
		}
		done[i] = true
		out = append(out, sorted[i])
		for _, next := range after[sorted[i].Digest] {
			follow(next)
		}
	}
	for i, l := range sorted {
		if l.Previous.IsZero() || !given[l.Previous] {
			follow(i)
		}
	}
	for i := range sorted { // whatever names itself in a circle, which only an invented Link can
		follow(i)
	}
	return out
}

// Link returns the snapshot as one of a chain; found is where it was found.
func (s *Snapshot) Link(found string) Link {
	from, to := s.Span()
	return Link{Host: s.Host(), Digest: s.Digest(), Previous: s.record.Previous, From: from, To: to, Found: []string{found}}
}

// Span returns the capture times of the oldest and the newest Item that have one.
func (s *Snapshot) Span() (from, to time.Time) {
	for _, item := range s.record.Items {
		switch {
		case item.Taken.IsZero():
			continue
		case from.IsZero() || item.Taken.Before(from):
			from = item.Taken
		}
		if item.Taken.After(to) {
			to = item.Taken
		}
	}
	return from, to
}
