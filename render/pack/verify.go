package pack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
)

// Limits of what Verify reads into memory, in bytes.
const maxAudit = 256 << 20

// Report is what Verify found out about a bag that holds in every byte.
type Report struct {
	Path      string          `json:"path"`
	Kind      string          `json:"kind"` // package, snapshot or bag
	Digest    evidence.Digest `json:"sha256"`
	Files     int             `json:"files"`
	Bytes     int64           `json:"bytes"`
	Snapshots []Nested        `json:"snapshots,omitempty"`
	Sealed    bool            `json:"sealed"` // a seal lies in the bag; it was not checked
	Tool      string          `json:"tool,omitempty"`
	AsOf      string          `json:"as_of,omitempty"`
	links     []snapshot.Link // of the snapshot, or of those in the package
}

// Links returns the snapshots that were verified, each as one of a chain.
func (r Report) Links() []snapshot.Link { return slices.Clone(r.links) }

// Nested is a snapshot inside a package.
type Nested struct {
	Folder string          `json:"folder"`
	Host   string          `json:"host"`
	Digest evidence.Digest `json:"sha256"`
	Items  int             `json:"items"`
	link   snapshot.Link
}

// Verify checks every byte of a package, a snapshot or any other bag: hashes, completeness both ways, canonical form, and
// for a package the nested snapshots and that audit.json speaks of these very snapshots. Faults are a *bag.InvalidError.
func Verify(ctx context.Context, path string, l bag.Limits) (Report, error) {
	b, err := bag.Open(ctx, path, l)
	if err != nil {
		return Report{}, err
	}
	defer b.Close()
	r := Report{Path: path, Kind: "bag", Digest: b.Digest()}
	for _, f := range b.Files() {
		r.Files++
		r.Bytes += f.Size
		r.Sealed = r.Sealed || strings.HasPrefix(f.Path, "seal/")
	}
	if _, ok := b.File("data/snapshot.json"); ok {
		s, err := snapshot.FromBag(b)
		if err != nil {
			return Report{}, err
		}
		r.Kind, r.Tool, r.links = "snapshot", s.Tool(), []snapshot.Link{s.Link(path)}
		return r, nil
	}
	if _, ok := b.File("data/audit.json"); !ok {
		return r, nil
	}
	r.Kind = "package"
	return r, r.verifyPackage(ctx, b)
}

// verifyPackage checks what only a package has.
func (r *Report) verifyPackage(ctx context.Context, b *bag.Bag) error {
	var faults []bag.Fault
	missing := func(name string) {
		if _, ok := b.File(name); !ok {
			faults = append(faults, bag.Fault{Path: name, Kind: bag.MissingOne, Message: "a package has it, this one does not"})
		}
	}
	for _, name := range []string{"data/report.pdf", "data/workbook.xlsx", "data/inputs/pack.json", "verify.txt"} {
		missing(name)
	}
	found, err := nested(ctx, b)
	if err != nil {
		return err
	}
	r.Snapshots = found
	for _, n := range found {
		r.links = append(r.links, n.link)
	}
	a, err := readAudit(b)
	if err != nil {
		faults = append(faults, bag.Fault{Path: "data/audit.json", Kind: bag.BadForm, Message: err.Error()})
	} else {
		r.Tool, r.AsOf = a.Tool, a.AsOf.Format("2006-01-02T15:04:05Z07:00")
		faults = append(faults, compareAudit(a, found)...)
	}
	if len(faults) > 0 {
		return &bag.InvalidError{Path: b.Path(), Faults: faults}
	}
	return nil
}

// nested opens and verifies every snapshot in the package.
func nested(ctx context.Context, b *bag.Bag) ([]Nested, error) {
	var list []Nested
	for _, f := range b.Files() {
		folder, ok := strings.CutSuffix(f.Path, "/bagit.txt")
		if !ok || !strings.HasPrefix(folder, "data/snapshots/") {
			continue
		}
		sub, err := b.Sub(ctx, folder)
		if err != nil {
			return nil, err
		}
		s, err := snapshot.FromBag(sub)
		if err != nil {
			return nil, err
		}
		list = append(list, Nested{Folder: folder, Host: s.Host(), Digest: s.Digest(), Items: len(s.Items()), link: s.Link(sub.Path())})
	}
	return list, nil
}

func readAudit(b *bag.Bag) (audit.Audit, error) {
	var a audit.Audit
	text, err := b.ReadFile("data/audit.json", maxAudit)
	if err != nil {
		return a, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		// A newer version has fields this one does not know: say so rather than call the file broken.
		var head struct{ Version string }
		if json.Unmarshal(text, &head) == nil && head.Version != audit.Version {
			return a, fmt.Errorf("written in the format %q, this program reads %q", head.Version, audit.Version)
		}
		return a, err
	}
	if a.Version != audit.Version {
		return a, fmt.Errorf("written in the format %q, this program reads %q", a.Version, audit.Version)
	}
	return a, nil
}

// compareAudit tells where audit.json and the snapshots in the package are not about the same bytes.
func compareAudit(a audit.Audit, found []Nested) []bag.Fault {
	var faults []bag.Fault
	named := map[string]bool{}
	look := func(s audit.Snapshot) {
		named[s.Folder] = true
		i := slices.IndexFunc(found, func(n Nested) bool { return n.Folder == s.Folder })
		switch {
		case i < 0:
			faults = append(faults, bag.Fault{Path: s.Folder, Kind: bag.MissingOne, Message: "audit.json judges this snapshot; it is not in the package"})
		case found[i].Digest != s.Digest:
			faults = append(faults, bag.Fault{Path: s.Folder, Kind: bag.Altered,
				Message: fmt.Sprintf("audit.json judges a snapshot with the digest %s, this one has %s", s.Digest, found[i].Digest)})
		}
	}
	for _, h := range a.Hosts {
		look(h.After)
		if h.Before != nil {
			look(*h.Before)
		}
	}
	for _, n := range found {
		if !named[n.Folder] {
			faults = append(faults, bag.Fault{Path: n.Folder, Kind: bag.NotListed, Message: "audit.json does not speak of this snapshot"})
		}
	}
	return faults
}
