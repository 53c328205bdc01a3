package audit

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/evidence/snapshot"
)

// Deed is what somebody did with the evidence.
type Deed string

// The Deeds.
const (
	DeedCaptured Deed = "captured" // bytes were taken from the host
	DeedProbed   Deed = "probed"   // the host was looked at from outside
	DeedImported Deed = "imported" // what others captured was put into a snapshot
	DeedSealed   Deed = "sealed"   // a snapshot was signed
	DeedPacked   Deed = "packed"   // verdicts were made and put into a package
	DeedSigned   Deed = "signed"   // the package was signed
)

// Ground is what the time of a Deed rests on.
type Ground string

// The Grounds.
const (
	ByHostClock Ground = "host's clock" // as the host's own clock said
	ByVantage   Ground = "prober's clock"
	ByImporter  Ground = "importer's clock"
	ByClaim     Ground = "claimed" // somebody's word, or the time of a file
	ByAsOf      Ground = "as of"   // the time by which the package judges
	NotRecorded Ground = "not recorded"
)

// Custody is one step of the evidence on its way from the host to the reader.
type Custody struct {
	Deed   Deed            `json:"deed"`
	Host   string          `json:"host,omitempty"`
	Object string          `json:"object"`                      // the folder of a snapshot, or package
	Digest evidence.Digest `json:"sha256,omitzero"`             // of the snapshot; a package cannot hold its own
	Items  int             `json:"items,omitempty"`             // how many Items it was done with
	Who    string          `json:"who,omitempty"`               // as they said; of a signature the name in the certificate
	Signer evidence.Digest `json:"certificate_sha256,omitzero"` // SHA-256 of the signer's certificate
	With   string          `json:"with,omitempty"`              // program and version
	From   time.Time       `json:"from,omitzero"`               // UTC
	To     time.Time       `json:"to,omitzero"`                 // UTC
	Ground Ground          `json:"ground"`                      // of From and To
	Clock  snapshot.Clock  `json:"clock,omitzero"`              // what is known of the host's clock
	// ClockItem is the Item with what the host's time service said of its clock, in its own words.
	ClockItem string `json:"clock_item,omitempty"`
	// Of a capture by auditpack or its script: with which rights it ran, and what of ClockItem was understood.
	Circumstances Circumstances `json:"circumstances,omitzero"`
	Fault         string        `json:"fault,omitempty"`  // why a seal does not hold
	Note          string        `json:"remark,omitempty"` // what a reader has to know besides
}

// Packing is who makes a package.
type Packing struct {
	By     string  // the operator; empty: not said
	Signer *Signer // nil: the package is not sealed
}

// Signer is who will sign a package, as far as that is known before.
type Signer struct {
	Name        string          `json:"name"`
	Fingerprint evidence.Digest `json:"sha256,omitzero"` // of the certificate
}

// keep is one snapshot with the folder that it has in the package.
type keep struct {
	snapshot *snapshot.Snapshot
	host     string
	folder   string
	shown    Circumstances
}

// custody lists what became of the evidence: each snapshot's steps, the oldest snapshot first, then those of the package.
// When a package is signed stands in its signature only.
func custody(in Input, hosts []Host) ([]Custody, error) {
	var keeps []keep
	for i, h := range in.Hosts {
		keeps = append(keeps, keep{h.After, hosts[i].Name, h.AfterFolder, hosts[i].After.Circumstances})
		if h.Before != nil {
			keeps = append(keeps, keep{h.Before, hosts[i].Name, h.BeforeFolder, hosts[i].Before.Circumstances})
		}
	}
	slices.SortStableFunc(keeps, func(a, b keep) int {
		from, _ := a.snapshot.Span()
		other, _ := b.snapshot.Span()
		return cmp.Or(from.Compare(other), cmp.Compare(a.folder, b.folder))
	})
	var all []Custody
	for _, k := range keeps {
		all = append(all, k.takings()...)
		sealings, err := k.sealings(in.AsOf)
		if err != nil {
			return nil, err
		}
		all = append(all, sealings...)
	}
	if in.Packing == nil {
		return all, nil
	}
	all = append(all, Custody{Deed: DeedPacked, Object: "package", Who: cmp.Or(in.Packing.By, in.Answers.PreparedBy), With: in.Tool,
		From: in.AsOf.UTC(), To: in.AsOf.UTC(), Ground: ByAsOf})
	if s := in.Packing.Signer; s != nil {
		all = append(all, Custody{Deed: DeedSigned, Object: "package", Who: s.Name, Signer: s.Fingerprint, With: in.Tool, Ground: NotRecorded,
			Note: "the time stands in the signature"})
	}
	return all, nil
}

// taking is what makes Items to be of one step.
type taking struct {
	origin evidence.Origin
	by     string
}

// maxTakings is how many groups of Items are told apart in one snapshot; what is more is one group of each origin.
const maxTakings = 20

// takings returns how the Items of a snapshot came to be.
func (k keep) takings() []Custody {
	groups := map[taking]*Custody{}
	var order []taking
	for _, item := range k.snapshot.Items() {
		key := taking{item.Origin, item.By}
		if groups[key] == nil && len(order) >= maxTakings {
			key.by = "others"
		}
		c := groups[key]
		if c == nil {
			c = &Custody{Host: k.host, Object: k.folder, Digest: k.snapshot.Digest()}
			groups[key] = c
			order = append(order, key)
		}
		c.Items++
		if !item.Taken.IsZero() && (c.From.IsZero() || item.Taken.Before(c.From)) {
			c.From = item.Taken
		}
		if item.Taken.After(c.To) {
			c.To = item.Taken
		}
	}
	slices.SortStableFunc(order, func(a, b taking) int { // a group of one origin and person has one place
		return cmp.Or(groups[a].From.Compare(groups[b].From), cmp.Compare(a.origin, b.origin), cmp.Compare(a.by, b.by))
	})
	var all []Custody
	for _, key := range order {
		all = append(all, k.steps(key, *groups[key])...)
	}
	return all
}

// steps returns the capture of a group of Items, and if somebody else captured, the import.
func (k keep) steps(key taking, c Custody) []Custody {
	h := k.snapshot.Header()
	switch key.origin {
	case evidence.OriginCaptured:
		c.Deed, c.Who, c.With, c.Ground, c.Clock = DeedCaptured, key.by, h.Tool, ByHostClock, h.Clock
		c.ClockItem, c.Circumstances = k.clockItem(), k.shown
		return []Custody{c}
	case evidence.OriginProbe:
		c.Deed, c.Who, c.With, c.Ground = DeedProbed, key.by, h.Tool, ByVantage
		return []Custody{c}
	}
	taken, imported := c, c
	taken.Deed, taken.Ground, taken.Note = DeedCaptured, ByClaim, "by whom and with what is not recorded"
	if key.origin == evidence.OriginScript {
		taken.Ground, taken.With, taken.Clock, taken.Note = ByHostClock, "auditpack's script", h.Clock, "by whom is not recorded"
		taken.ClockItem, taken.Circumstances = k.clockItem(), k.shown
	}
	imported.Deed, imported.Who, imported.With, imported.Ground = DeedImported, key.by, h.Tool, ByImporter
	if imported.From, imported.To = h.Imported, h.Imported; h.Imported.IsZero() {
		imported.Ground = NotRecorded
	}
	return []Custody{taken, imported}
}

// clockItem returns the Item with the status of the host's time service; empty: there is none.
func (k keep) clockItem() string {
	for _, item := range k.snapshot.Items() {
		if item.Status == evidence.Captured && path.Base(item.Path) == "w32tm-status.txt" {
			return item.Path
		}
	}
	return ""
}

// sealName is the name of a signature in a bag.
var sealName = regexp.MustCompile(`^seal/tagmanifest-sha256\.txt(\.[0-9]+)?\.p7s$`)

// maxSeal is the largest signature that is read, in bytes.
const maxSeal = 1 << 20

// sealings returns who sealed the snapshot. Nobody is trusted here: what counts is that a reader can compare.
func (k keep) sealings(asOf time.Time) ([]Custody, error) {
	var all []Custody
	b := k.snapshot.Bag()
	for _, f := range b.Files() {
		if !sealName.MatchString(f.Path) {
			continue
		}
		c := Custody{Deed: DeedSealed, Host: k.host, Object: k.folder, Digest: k.snapshot.Digest(), Ground: NotRecorded}
		if f.Size > maxSeal {
			c.Fault = fmt.Sprintf("%s: %d bytes, the limit is %d", f.Path, f.Size, maxSeal)
			all = append(all, c)
			continue
		}
		cms, err := b.ReadFile(f.Path, maxSeal)
		if err != nil {
			return nil, err
		}
		tags, err := b.TagManifest()
		if err != nil {
			return nil, err
		}
		content := seal.ContentOf(tags)
		s := seal.VerifyOver(cms, content, seal.Trust{At: asOf})
		if s.Standing == seal.Broken && !s.Claimed.IsZero() { // its certificate may have been valid then, and not at the as-of time
			s = seal.VerifyOver(cms, content, seal.Trust{At: s.Claimed})
		}
		if s.Standing == seal.Broken {
			c.Fault = "does not hold"
			if len(s.Faults) > 0 {
				c.Fault += ": " + s.Faults[0]
			}
			all = append(all, c)
			continue
		}
		c.Who, c.Signer = s.Signer.Name, s.Signer.Fingerprint
		if at := s.Claimed.UTC(); !at.IsZero() {
			c.From, c.To, c.Ground = at, at, ByClaim
		}
		all = append(all, c)
	}
	return all, nil
}

// notLinked says why nothing shows that no snapshot is missing between the two of a host; empty: the one after names the
// one before, or there is none before.
func notLinked(h HostInput) string {
	if h.Before == nil {
		return ""
	}
	switch previous := h.After.Header().Previous; previous {
	case h.Before.Digest():
		return ""
	case evidence.Digest{}:
		return "the snapshot after does not name the one before"
	default:
		return "the snapshot after names another one before it, " + previous.String()
	}
}
