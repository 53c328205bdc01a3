package audit_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
	"auditpack/evidence/snapshot"
)

// capture writes a snapshot as a capture on the host does, of the given Items.
func capture(t *testing.T, h snapshot.Header, items ...evidence.Item) *snapshot.Snapshot {
	t.Helper()
	dest := filepath.Join(t.TempDir(), "snapshot")
	w, err := snapshot.Create(dest, h, bag.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		if _, err := w.Put(item, strings.NewReader(item.Name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func item(name string, origin evidence.Origin, by string, taken time.Time) evidence.Item {
	return evidence.Item{Name: name, Collector: "test", Status: evidence.Captured, Origin: origin, By: by, Taken: taken}
}

func TestCustody(t *testing.T) {
	before := take(t, date(7, 14), map[string]string{"lsa.reg": lsa, "notes.txt": "?"})
	clock := snapshot.Clock{Offset: "1.5", Source: "time.example.com", Asked: captured}
	after := capture(t, snapshot.Header{Host: "AUTOMATE01", Operator: "engineer", Tool: "auditpack 9", Previous: before.Digest(), Clock: clock, Imported: date(10, 19)},
		item("b", evidence.OriginCaptured, "engineer", captured.Add(time.Minute)), item("a", evidence.OriginCaptured, "engineer", captured),
		item("w32tm-status.txt", evidence.OriginCaptured, "engineer", captured),
		item("no time", evidence.OriginCaptured, "engineer", time.Time{}),
		item("seen", evidence.OriginProbe, "192.0.2.10", captured.Add(2*time.Minute)),
		item("handed in", evidence.OriginImported, "engineer", date(10, 1)),
		item("by script", evidence.OriginScript, "engineer", date(10, 2)))
	in := audit.Input{Tool: "auditpack 10", AsOf: asOf, Guide: guide, Answers: evidence.Answers{PreparedBy: "desk"},
		Hosts: []audit.HostInput{{After: after, AfterFolder: "data/snapshots/a/after", Before: before, BeforeFolder: "data/snapshots/a/before"}}}
	a, err := audit.Assemble(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	step := func(s *snapshot.Snapshot, folder string, c audit.Custody) audit.Custody {
		c.Host, c.Object, c.Digest = "AUTOMATE01", "data/snapshots/a/"+folder, s.Digest()
		return c
	}
	want := []audit.Custody{
		step(before, "before", audit.Custody{Deed: audit.DeedCaptured, Items: 2, From: date(7, 14), To: date(7, 14), Ground: audit.ByClaim,
			Note: "by whom and with what is not recorded"}),
		step(before, "before", audit.Custody{Deed: audit.DeedImported, Items: 2, Who: "operator", With: "test", Ground: audit.NotRecorded}),
		step(after, "after", audit.Custody{Deed: audit.DeedCaptured, Items: 1, From: date(10, 1), To: date(10, 1), Ground: audit.ByClaim,
			Note: "by whom and with what is not recorded"}),
		step(after, "after", audit.Custody{Deed: audit.DeedImported, Items: 1, Who: "engineer", With: "auditpack 9", From: date(10, 19), To: date(10, 19), Ground: audit.ByImporter}),
		step(after, "after", audit.Custody{Deed: audit.DeedCaptured, Items: 1, With: "auditpack's script", From: date(10, 2), To: date(10, 2),
			Ground: audit.ByHostClock, Clock: clock, ClockItem: "data/items/test/w32tm-status.txt", Note: "by whom is not recorded"}),
		step(after, "after", audit.Custody{Deed: audit.DeedImported, Items: 1, Who: "engineer", With: "auditpack 9", From: date(10, 19), To: date(10, 19), Ground: audit.ByImporter}),
		step(after, "after", audit.Custody{Deed: audit.DeedCaptured, Items: 4, Who: "engineer", With: "auditpack 9", From: captured,
			To: captured.Add(time.Minute), Ground: audit.ByHostClock, Clock: clock, ClockItem: "data/items/test/w32tm-status.txt"}),
		step(after, "after", audit.Custody{Deed: audit.DeedProbed, Items: 1, Who: "192.0.2.10", With: "auditpack 9", From: captured.Add(2 * time.Minute),
			To: captured.Add(2 * time.Minute), Ground: audit.ByVantage}),
	}
	if diff := cmp.Diff(want, a.Custody); diff != "" {
		t.Errorf("judged only (-want +got):\n%s", diff)
	}
	if h := a.Hosts[0]; h.NotLinked != "" || h.After.Previous != before.Digest() {
		t.Errorf("not linked: %q; the snapshot after names the one before", h.NotLinked)
	}

	// Packed and signed come last; when it is signed nobody knows yet.
	in.Packing = &audit.Packing{By: "somebody", Signer: &audit.Signer{Name: "Example Managed Services", Fingerprint: evidence.DigestOf([]byte("c"))}}
	if a, err = audit.Assemble(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	last := []audit.Custody{
		{Deed: audit.DeedPacked, Object: "package", Who: "somebody", With: "auditpack 10", From: asOf, To: asOf, Ground: audit.ByAsOf},
		{Deed: audit.DeedSigned, Object: "package", Who: "Example Managed Services", Signer: evidence.DigestOf([]byte("c")), With: "auditpack 10",
			Ground: audit.NotRecorded, Note: "the time stands in the signature"},
	}
	if diff := cmp.Diff(append(want, last...), a.Custody); diff != "" {
		t.Errorf("packed (-want +got):\n%s", diff)
	}
	in.Packing = &audit.Packing{}
	if a, err = audit.Assemble(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if n := len(a.Custody); a.Custody[n-1].Deed != audit.DeedPacked || a.Custody[n-1].Who != "desk" {
		t.Errorf("%+v: want it packed by who prepared the answers, and not signed", a.Custody[n-1])
	}
}

func TestNotLinked(t *testing.T) {
	before := take(t, date(7, 14), map[string]string{"lsa.reg": lsa})
	for name, c := range map[string]struct {
		previous evidence.Digest
		before   *snapshot.Snapshot
		want     string
	}{
		"named":         {before.Digest(), before, ""},
		"none":          {evidence.Digest{}, before, "the snapshot after does not name the one before"},
		"another":       {evidence.DigestOf(nil), before, "the snapshot after names another one before it, " + evidence.DigestOf(nil).String()},
		"nothing to be": {evidence.DigestOf(nil), nil, ""},
	} {
		after := capture(t, snapshot.Header{Host: "AUTOMATE01", Previous: c.previous}, item("a", evidence.OriginCaptured, "", captured))
		a, err := audit.Assemble(t.Context(), audit.Input{AsOf: asOf, Guide: guide, Hosts: []audit.HostInput{{After: after, Before: c.before}}})
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Hosts[0].NotLinked; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A snapshot that names a thousand people does not make a thousand steps, and loses no Item.
func TestCustodyIsBounded(t *testing.T) {
	var items []evidence.Item
	for i := range 1000 {
		name := strings.Repeat("x", i+1)
		items = append(items, item(name, evidence.OriginCaptured, name, captured))
	}
	s := capture(t, snapshot.Header{Host: "AUTOMATE01"}, items...)
	a, err := audit.Assemble(t.Context(), audit.Input{AsOf: asOf, Guide: guide, Hosts: []audit.HostInput{{After: s}}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range a.Custody {
		n += c.Items
	}
	if len(a.Custody) > 30 || n != 1000 {
		t.Errorf("%d steps with %d items, want all 1000 in few", len(a.Custody), n)
	}
}

// Who sealed a snapshot is told by the certificate in the seal, whoever that is; a seal that does not hold shows nobody.
func TestCustodyOfSealedSnapshot(t *testing.T) {
	id := sealtest.Identity(t)
	for _, c := range []struct {
		name string
		over string // what is signed in place of the tag manifest; empty: the tag manifest
		want audit.Custody
	}{
		{"sound", "", audit.Custody{Who: "Test Signer", Signer: seal.Fingerprint(id.Certificate), From: sealtest.Time, To: sealtest.Time, Ground: audit.ByClaim}},
		{"of another bag", "something else", audit.Custody{Ground: audit.NotRecorded, Fault: "does not hold: "}},
	} {
		s := capture(t, snapshot.Header{Host: "AUTOMATE01", Tool: "auditpack 9"}, item("a", evidence.OriginCaptured, "engineer", captured))
		path := s.Bag().Path()
		err := bag.AddSeal(t.Context(), path, bag.Limits{}, func(ctx context.Context, b *bag.Bag) ([]bag.SealFile, error) {
			digest := b.Digest()
			if c.over != "" {
				digest = evidence.DigestOf([]byte(c.over))
			}
			cms, err := seal.Sign(ctx, id, digest, seal.Options{Time: sealtest.Time})
			return []bag.SealFile{{Name: bag.SealName(1, "p7s"), Data: cms}}, err
		})
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := snapshot.Open(t.Context(), path, bag.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer sealed.Close()
		asOf := sealtest.Time.AddDate(20, 0, 0) // the certificate has ended by then
		a, err := audit.Assemble(t.Context(), audit.Input{AsOf: asOf, Guide: guide, Hosts: []audit.HostInput{{After: sealed, AfterFolder: "folder"}}})
		if err != nil {
			t.Fatal(err)
		}
		got := a.Custody[len(a.Custody)-1]
		if strings.HasPrefix(got.Fault, c.want.Fault) {
			got.Fault = c.want.Fault // what is behind it is package seal's to say
		}
		c.want.Deed, c.want.Host, c.want.Object, c.want.Digest = audit.DeedSealed, "AUTOMATE01", "folder", s.Digest()
		if diff := cmp.Diff(c.want, got); diff != "" || len(a.Custody) != 2 {
			t.Errorf("%s: %d steps (-want +got):\n%s", c.name, len(a.Custody), diff)
		}
	}
}
