package snapshot

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/bag"
)

// Snapshot is a snapshot that was verified as a whole.
type Snapshot struct {
	bag    *bag.Bag
	record record
}

// Open verifies the snapshot at path, a folder or a zip, and returns it. What is wrong with it is in the
// [*bag.InvalidError].
func Open(ctx context.Context, path string, l bag.Limits) (*Snapshot, error) {
	b, err := bag.Open(ctx, path, l)
	if err != nil {
		return nil, err
	}
	s, err := FromBag(b)
	if err != nil {
		b.Close()
		return nil, err
	}
	return s, nil
}

// FromBag returns the snapshot that b holds, for bags that lie in a package.
func FromBag(b *bag.Bag) (*Snapshot, error) {
	invalid := func(path, message string) error {
		return &bag.InvalidError{Path: b.Path(), Faults: []bag.Fault{{Path: path, Kind: bag.BadForm, Message: message}}}
	}
	if _, ok := b.File(recordPath); !ok {
		if _, ok := b.File("data/audit.json"); ok {
			if slices.ContainsFunc(b.Info(), func(l bag.InfoLine) bool { return l.Key == bag.WithheldKey }) {
				return nil, invalid("", "an audit package without evidence: its snapshots are withheld, and only the whole package has them")
			}
			return nil, invalid("", "an audit package, no snapshot: its snapshots lie in its folder data/snapshots")
		}
		return nil, invalid("", "a sound bag, but no snapshot: there is no "+recordPath)
	}
	text, err := b.ReadFile(recordPath, maxRecord)
	if err != nil {
		return nil, err
	}
	r, err := decode(text)
	if err != nil {
		return nil, invalid(recordPath, err.Error())
	}
	if faults := compareFiles(b, r.Items); len(faults) > 0 {
		return nil, &bag.InvalidError{Path: b.Path(), Faults: faults}
	}
	return &Snapshot{bag: b, record: r}, nil
}

// compareFiles tells where the Items and the files of the bag are not the same.
func compareFiles(b *bag.Bag, items []evidence.Item) []bag.Fault {
	var faults []bag.Fault
	named := map[string]bool{recordPath: true}
	for _, item := range items {
		named[item.Path] = true
		f, ok := b.File(item.Path)
		switch {
		case !ok && !item.Digest.IsZero():
			faults = append(faults, bag.Fault{Path: item.Path, Kind: bag.MissingOne, Message: "is missing: snapshot.json has bytes for it"})
		case ok && (f.Digest != item.Digest || f.Size != item.Size):
			faults = append(faults, bag.Fault{Path: item.Path, Kind: bag.Altered,
				Message: fmt.Sprintf("%d bytes with SHA-256 %s, snapshot.json says %d and %s", f.Size, f.Digest, item.Size, item.Digest)})
		}
	}
	for _, f := range b.Files() {
		if strings.HasPrefix(f.Path, "data/") && !named[f.Path] {
			faults = append(faults, bag.Fault{Path: f.Path, Kind: bag.NotListed, Message: "snapshot.json has no item for it"})
		}
	}
	return faults
}

// Items returns every Item, sorted by path.
func (s *Snapshot) Items() []evidence.Item { return slices.Clone(s.record.Items) }

// Open returns the bytes of an Item. Reading fails at the end if they are not the ones that were verified.
func (s *Snapshot) Open(item evidence.Item) (io.ReadCloser, error) { return s.bag.Open(item.Path) }

// Header returns what the snapshot says of itself.
func (s *Snapshot) Header() Header { return s.record.Header }

// Host returns the name of the host, as claimed or as the system said.
func (s *Snapshot) Host() string { return s.record.Host }

// Operator returns who captured or imported.
func (s *Snapshot) Operator() string { return s.record.Operator }

// Tool returns the program that wrote the snapshot, with its version.
func (s *Snapshot) Tool() string { return s.record.Tool }

// Digest returns the digest that stands for the whole snapshot.
func (s *Snapshot) Digest() evidence.Digest { return s.bag.Digest() }

// Bag returns the bag, to be copied into a package.
func (s *Snapshot) Bag() *bag.Bag { return s.bag }

// Close gives up the folder or zip.
func (s *Snapshot) Close() error { return s.bag.Close() }
