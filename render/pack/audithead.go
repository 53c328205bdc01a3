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
	snapshots     []judged
}

// judged is a snapshot that audit.json judges.
type judged struct {
	folder string
	digest evidence.Digest
}

// readAuditHead reads audit.json as a stream and holds it against the form of an [audit.Audit], all through and strictly,
// but keeps the head only: how much memory it takes does not depend on how many records the file has. What it refuses
// would be too much to decode as a whole, too.
func readAuditHead(ctx context.Context, b *bag.Bag) (auditHead, error) {
	f, _ := b.File(auditPath)
	if f.Size > maxAudit {
		return auditHead{}, fmt.Errorf("%d bytes, the limit is %d", f.Size, maxAudit)
	}
	r, err := b.Open(auditPath)
	if err != nil {
		return auditHead{}, err
	}
	defer r.Close()
	return parseAuditHead(patient{ctx, r})
}

func parseAuditHead(r io.Reader) (auditHead, error) {
	var head auditHead
	hosts, host, current := 0, 0, -1 // current is the snapshot whose fields come next
	s := newShape(r, maxHeld)
	s.enter = func(t reflect.Type, field string) error {
		switch t {
		case reflect.TypeFor[audit.Host]():
			if hosts++; hosts > maxHosts {
				return fmt.Errorf("more than %d hosts", maxHosts)
			}
			host = len(head.snapshots)
			head.snapshots = append(head.snapshots, judged{}) // every host has one after, be it not said
		case reflect.TypeFor[audit.Snapshot]():
			if current = host; field == "before" {
				current = len(head.snapshots)
				head.snapshots = append(head.snapshots, judged{})
			}
		}
		return nil
	}
	s.leaf = func(of reflect.Type, field string, value any) error {
		switch of {
		case reflect.TypeFor[audit.Audit]():
			switch field {
			case "version":
				head.version = *value.(*string)
				return versionDiffers(head.version, audit.Version) // another one has fields that this program does not know
			case "tool":
				head.tool = *value.(*string)
			case "as_of":
				head.asOf = *value.(*time.Time)
			}
		case reflect.TypeFor[audit.Snapshot]():
			switch field {
			case "folder":
				head.snapshots[current].folder = *value.(*string)
			case "sha256":
				head.snapshots[current].digest = *value.(*evidence.Digest)
			}
		}
		return nil
	}
	if err := s.read(reflect.TypeFor[audit.Audit]()); err != nil {
		return head, err
	}
	return head, versionDiffers(head.version, audit.Version)
}
