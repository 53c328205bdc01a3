package pack

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
)

const (
	// maxHosts is how many hosts an audit.json may speak of.
	maxHosts = 10_000
	// maxHeld is how many bytes of memory the records of an audit.json may take, its texts not counted. Three bytes of JSON
	// can stand for a record of a thousand; the records of an honest file take less than its text.
	maxHeld = 2 * maxAudit
)

// auditHead is what Verify needs of an audit.json.
type auditHead struct {
	version, tool string
	asOf          time.Time
	counts        audit.Counts // of all verdicts
	reduced       bool
	snapshots     []judged
}

// judged is a snapshot that audit.json judges.
type judged struct {
	host             string
	folder           string
	digest, previous evidence.Digest
	from, to         time.Time
	items            int // with bytes
}

// readAuditHead reads audit.json as a stream and holds it against the form of an [audit.Audit], all through and strictly,
// but keeps the head only: how much memory it takes does not depend on how many records the file has. What it refuses
// would be too much to decode as a whole, too.
func readAuditHead(ctx context.Context, b *bag.Bag) (auditHead, error) {
	return readAuditItems(ctx, b, nil)
}

// readAuditItems is readAuditHead, and hands out each Item with the number of its snapshot in the head.
func readAuditItems(ctx context.Context, b *bag.Bag, item func(snapshot int, path string, d evidence.Digest)) (auditHead, error) {
	f, _ := b.File(auditPath)
	if f.Size > maxAudit {
		return auditHead{}, fmt.Errorf("%d bytes, the limit is %d", f.Size, maxAudit)
	}
	r, err := b.Open(auditPath)
	if err != nil {
		return auditHead{}, err
	}
	defer r.Close()
	return parseAuditHead(patient{ctx, r}, item)
}

// headReader gathers the head while the audit goes by.
type headReader struct {
	head                 auditHead
	hosts, host, current int // current is the snapshot whose fields come next
	name                 string
	counts               bool // of all verdicts: their fields come next
	open                 bool // an Item is under way
	path                 string
	digest               evidence.Digest
	item                 func(snapshot int, path string, d evidence.Digest)
}

func parseAuditHead(r io.Reader, item func(int, string, evidence.Digest)) (auditHead, error) {
	h := &headReader{current: -1, item: item}
	s := newShape(r, maxHeld)
	s.enter, s.leaf = h.enter, h.leaf
	err := s.read(reflect.TypeFor[audit.Audit]())
	h.endItem()
	if err != nil {
		return h.head, err
	}
	return h.head, versionDiffers(h.head.version, audit.Version)
}

func (h *headReader) enter(t, of reflect.Type, field string) error {
	h.endItem()
	h.counts = of == reflect.TypeFor[audit.Audit]() && field == "counts"
	switch t {
	case reflect.TypeFor[audit.Host]():
		if h.hosts++; h.hosts > maxHosts {
			return fmt.Errorf("more than %d hosts", maxHosts)
		}
		h.host = len(h.head.snapshots)
		h.name = ""
		h.head.snapshots = append(h.head.snapshots, judged{}) // every host has one after, be it not said
	case reflect.TypeFor[audit.Snapshot]():
		if h.current = h.host; field == "before" {
			h.current = len(h.head.snapshots)
			h.head.snapshots = append(h.head.snapshots, judged{host: h.name})
		}
	case reflect.TypeFor[audit.Item]():
		h.open, h.path, h.digest = true, "", evidence.Digest{}
	case reflect.TypeFor[audit.Reduction]():
		h.head.reduced = true
	}
	return nil
}

// endItem hands out the Item that was read, if it has bytes.
func (h *headReader) endItem() {
	if h.open && !h.digest.IsZero() && h.current >= 0 {
		h.head.snapshots[h.current].items++
		if h.item != nil {
			h.item(h.current, h.path, h.digest)
		}
	}
	h.open = false
}

func (h *headReader) leaf(of reflect.Type, field string, value any) error {
	switch of {
	case reflect.TypeFor[audit.Audit]():
		switch field {
		case "version":
			h.head.version = *value.(*string)
			return versionDiffers(h.head.version, audit.Version) // another one has fields that this program does not know
		case "tool":
			h.head.tool = *value.(*string)
		case "as_of":
			h.head.asOf = *value.(*time.Time)
		}
	case reflect.TypeFor[audit.Host]():
		if field == "name" {
			h.name = *value.(*string)
			for i := h.host; i < len(h.head.snapshots); i++ {
				h.head.snapshots[i].host = h.name
			}
		}
	case reflect.TypeFor[audit.Counts]():
		if n, ok := value.(*int); ok && h.counts {
			setCount(&h.head.counts, field, *n)
		}
	case reflect.TypeFor[audit.Item]():
		switch field {
		case "path":
			h.path = *value.(*string)
		case "sha256":
			h.digest = *value.(*evidence.Digest)
		}
	case reflect.TypeFor[audit.Snapshot]():
		h.snapshot(&h.head.snapshots[h.current], field, value)
	}
	return nil
}

func (h *headReader) snapshot(s *judged, field string, value any) {
	switch field {
	case "folder":
		s.folder = *value.(*string)
	case "sha256":
		s.digest = *value.(*evidence.Digest)
	case "previous_sha256":
		s.previous = *value.(*evidence.Digest)
	case "from":
		s.from = *value.(*time.Time)
	case "to":
		s.to = *value.(*time.Time)
	}
}

// setCount sets a field of Counts by its name in JSON.
func setCount(c *audit.Counts, field string, n int) {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("json") == field {
			v.Field(i).SetInt(int64(n))
		}
	}
}
