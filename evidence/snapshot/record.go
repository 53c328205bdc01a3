package snapshot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
)

// Version is the value of the version field of snapshot.json.
const Version = "auditpack.snapshot/1"

const (
	maxRecord = 64 << 20
	maxItems  = 100_000
)

// Header is what a snapshot says of itself as a whole.
type Header struct {
	Host     string `json:"host"`     // as claimed by the operator (imported) or as the system said (captured)
	Operator string `json:"operator"` // who captured or imported
	Tool     string `json:"tool"`     // name and version of the program that wrote the snapshot
	// Previous is the digest of the snapshot before this one, if it was given.
	Previous evidence.Digest `json:"previous_sha256,omitzero"`
	// Imported is when files that others captured were taken in, by the clock of whoever did it, in UTC. Zero: nothing was
	// imported, or it was not recorded.
	Imported time.Time `json:"imported,omitzero"`
	// Clock is what is known of the clock that the Items' times come from. Zero: nothing is, the times are claims.
	Clock Clock `json:"clock,omitzero"`
}

// record is snapshot.json.
type record struct {
	Version string `json:"version"`
	Header
	Items []evidence.Item `json:"items"` // sorted by path
}

// Form returns the type that snapshot.json is written from, for its schema.
func Form() reflect.Type { return reflect.TypeFor[record]() }

// encode returns the one form in which a record is written.
func (r record) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(r)
	return b.Bytes(), err
}

// decode reads what encode wrote, and nothing else: a record that is encoded again must be the same bytes, so that
// neither a field that is there twice nor one in other letters passes unseen.
func decode(text []byte) (record, error) {
	var r record
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return record{}, fmt.Errorf("line %d: %w", lineAt(text, d.InputOffset()), plain(err))
	}
	if r.Version != Version {
		return record{}, fmt.Errorf("version %q, want %q", r.Version, Version)
	}
	if len(r.Items) > maxItems {
		return record{}, fmt.Errorf("%d items, the limit is %d", len(r.Items), maxItems)
	}
	again, err := r.encode()
	if err != nil {
		return record{}, err
	}
	if !bytes.Equal(text, again) {
		return record{}, fmt.Errorf("line %d: not in the form that is written", lineAt(text, firstDifference(text, again)))
	}
	if err := r.check(); err != nil {
		return record{}, err
	}
	return r, nil
}

// check tells what is wrong with the Items, as far as they can be judged without the files.
func (r record) check() error {
	if err := r.Clock.check(); err != nil {
		return fmt.Errorf("clock: %w", err)
	}
	if r.Imported.Location().String() != "UTC" {
		return errors.New("the time of the import is not in UTC")
	}
	if r.Items == nil {
		return errors.New("no items")
	}
	for i, item := range r.Items {
		if err := checkItemPath(item.Path); err != nil {
			return err
		}
		if i > 0 && r.Items[i-1].Path >= item.Path {
			return fmt.Errorf("%s: the items are not sorted by path, or one is there twice", item.Path)
		}
		if err := checkItem(item); err != nil {
			return fmt.Errorf("%s: %w", item.Path, err)
		}
	}
	return nil
}

var (
	statuses = []evidence.Status{evidence.Captured, evidence.Absent, evidence.Denied, evidence.Failed,
		evidence.TimedOut, evidence.CutShort, evidence.Skipped}
	origins = []evidence.Origin{evidence.OriginCaptured, evidence.OriginScript, evidence.OriginImported, evidence.OriginProbe}
)

func checkItem(item evidence.Item) error {
	switch {
	case !slices.Contains(statuses, item.Status):
		return fmt.Errorf("unknown status %q", item.Status)
	case !slices.Contains(origins, item.Origin):
		return fmt.Errorf("unknown origin %q", item.Origin)
	case item.Size < 0:
		return fmt.Errorf("size %d", item.Size)
	case item.Status == evidence.Captured && item.Digest.IsZero():
		return errors.New("captured, but without a digest")
	case item.Digest.IsZero() && item.Size != 0:
		return fmt.Errorf("%d bytes without a digest", item.Size)
	case item.Taken.Location().String() != "UTC":
		return errors.New("its time is not in UTC")
	case item.Name == "":
		return errors.New("no name")
	case item.Missing == "":
		return nil
	case item.Status != evidence.Absent:
		return fmt.Errorf("says that %s is not there, and is %s", item.Missing, item.Status)
	case !isRegistry(item.Missing):
		return fmt.Errorf("%q is no registry key or value that could be missing", item.Missing)
	}
	return nil
}

// isRegistry reports whether an Address is that of a key of the registry, or of a value of one, in the one form that is written.
func isRegistry(a evidence.Address) bool {
	key, name, isValue := strings.Cut(a.Rest(), "!")
	want := evidence.RegistryKey(key)
	if isValue {
		want = evidence.RegistryValue(key, name)
	}
	return a.Kind() == "registry" && key != "" && want == a
}

// plain takes the talk of package json out of an error.
func plain(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errors.New("ends early")
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

func firstDifference(a, b []byte) int64 {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return int64(n)
}

func lineAt(text []byte, offset int64) int {
	return 1 + bytes.Count(text[:min(offset, int64(len(text)))], []byte("\n"))
}
