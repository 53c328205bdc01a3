package pack

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
)

// notReplayable is why a reduced package cannot be made once more.
const notReplayable = "the package was made without evidence, so nothing is there to make it from; replay the whole one"

// withheldLine returns what bag-info.txt says of what is withheld.
func withheldLine(b *bag.Bag) (string, bool) {
	for _, l := range b.Info() {
		if l.Key == bag.WithheldKey {
			return l.Value, true
		}
	}
	return "", false
}

// hollow is a snapshot whose payload is withheld.
type hollow struct {
	folder string
	digest evidence.Digest
	items  map[string]evidence.Digest // by path, as its manifest lists them; without the record
}

// withheld verifies what a reduced package has: that what was withheld is so as a whole, that everything that speaks of it
// says the same, and that nothing lies there that such a package has not.
func (v *verifier) withheld(ctx context.Context, b *bag.Bag, o Options, a auditHead) error {
	v.report.Withheld = o.Withheld
	found, err := v.hollows(ctx, b, a)
	if err != nil {
		return err
	}
	items := 0
	for _, h := range found {
		items += len(h.items)
	}
	if items != o.Withheld.Items {
		v.fault(optionsPath, bag.Miscounted, "says that %d items are withheld, the manifests of the snapshots list %d", o.Withheld.Items, items)
	}
	if line, _ := withheldLine(b); line != strconv.Itoa(o.Withheld.Items) {
		v.fault(infoName, bag.BadForm, "%s is %q, pack.json says %d", bag.WithheldKey, line, o.Withheld.Items)
	}
	if !a.reduced {
		v.fault(auditPath, bag.BadForm, "it is not that of a package without evidence, as pack.json says that this is one")
	}
	v.strangers(b)
	if v.Replay != "" {
		v.report.Replay = &Replayed{Tool: o.Tool, NotDone: notReplayable, Withheld: true}
	}
	return v.compareItems(ctx, b, a, found)
}

// hollows verifies what is left of every snapshot. Host and times are those of the audit: the record is withheld.
func (v *verifier) hollows(ctx context.Context, b *bag.Bag, a auditHead) ([]hollow, error) {
	var found []hollow
	err := v.eachNested(b, func(folder string) error {
		sub, err := b.SubWithheld(ctx, folder)
		if err != nil {
			return err
		}
		h := hollow{folder: folder, digest: sub.Digest(), items: map[string]evidence.Digest{}}
		record := false
		for _, f := range sub.Withheld() {
			if f.Path == recordPath {
				record = true
				continue
			}
			h.items[f.Path] = f.Digest
		}
		if !record {
			v.fault(folder, bag.MissingOne, "no snapshot: its manifest does not list %s", recordPath)
		}
		found = append(found, h)
		n := Nested{Folder: folder, Digest: h.digest, Items: len(h.items), Withheld: true}
		if i := slices.IndexFunc(a.snapshots, func(j judged) bool { return j.folder == folder && j.digest == h.digest }); i >= 0 {
			j := a.snapshots[i]
			n.Host = j.host
			v.report.links = append(v.report.links, snapshot.Link{Host: j.host, Digest: j.digest, Previous: j.previous, From: j.from, To: j.to, Found: []string{sub.Path()}})
		}
		v.report.Snapshots = append(v.report.Snapshots, n)
		return v.seal(sub, folder+"/")
	})
	return found, err
}

// compareItems holds that the audit speaks of just the items that the manifests list.
func (v *verifier) compareItems(ctx context.Context, b *bag.Bag, a auditHead, found []hollow) error {
	of := make([]*hollow, len(a.snapshots))
	for i, j := range a.snapshots {
		if k := slices.IndexFunc(found, func(h hollow) bool { return h.folder == j.folder }); k >= 0 {
			of[i] = &found[k]
		}
	}
	_, err := readAuditItems(ctx, b, func(snapshot int, path string, d evidence.Digest) {
		if snapshot >= len(of) || of[snapshot] == nil {
			return // said elsewhere
		}
		h := of[snapshot]
		if listed, ok := h.items[path]; !ok || listed != d {
			v.fault(h.folder, bag.Altered, "audit.json has an item %q with SHA-256 %s, which the manifest does not list so", path, d)
		}
		delete(h.items, path)
	})
	if err != nil {
		return ctx.Err() // a fault of audit.json is said elsewhere
	}
	for _, h := range found {
		if len(h.items) > 0 {
			v.fault(h.folder, bag.NotListed, "the manifest lists %d items of which audit.json does not speak, the first is %s",
				len(h.items), slices.Min(slices.Collect(maps.Keys(h.items))))
		}
	}
	return nil
}

// strangers finds files that a reduced package does not have. Nothing is there by which a replay could find them.
func (v *verifier) strangers(b *bag.Bag) {
	places := []string{"data/checklists/", "data/xccdf/", "data/oscal/", answeredFolder}
	for _, f := range b.Files() {
		switch {
		case !strings.HasPrefix(f.Path, "data/"), snapshotPlace.MatchString(f.Path):
		case slices.Contains([]string{reportPath, workbookPath, auditPath, planPath, optionsPath}, f.Path):
		case !slices.ContainsFunc(places, func(folder string) bool { return strings.HasPrefix(f.Path, folder) }):
			v.fault(f.Path, bag.NotListed, "a package without evidence has no such file")
		}
	}
}
