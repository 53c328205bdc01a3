package pdf

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/render"
)

// SignOptions of Sign.
type SignOptions struct {
	Field    string       // render.Operator or render.Reviewer; empty: the first of them that is not signed
	Time     time.Time    // what the signer says the time is (/M); zero leaves it out
	Reason   string       // may be empty
	Location string       // may be empty
	Stamper  seal.Stamper // nil: PAdES B-B, else B-T
}

// Sign returns file with a signature in one of its two fields, as an incremental update: PAdES (ETSI EN 319 142-1) baseline B-B,
// or B-T with a Stamper. The operator's signature certifies the report: only the reviewer's may follow (DocMDP, P 2).
// Without a Stamper the same identity, file and options give the same bytes, if the key signs deterministically.
//
// A file that is not as Write and Sign left it is refused.
func Sign(ctx context.Context, file []byte, id *seal.Identity, o SignOptions) ([]byte, error) {
	if err := id.Check(o.Time); err != nil {
		return nil, err
	}
	r, signed, err := readSigned(file)
	if err != nil {
		return nil, err
	}
	field := o.Field
	if field == "" && len(signed) < len(roles) {
		field = roles[len(signed)]
	}
	switch at := slices.Index(roles, field); {
	case field == "":
		return nil, errors.New("report: both of its fields are signed")
	case at < 0:
		return nil, fmt.Errorf("report: it has no field %q, but %s", plain(field), strings.Join(roles, " and "))
	case r.fields[field] == 0:
		return nil, fmt.Errorf("report: it has no sign-off page with a field %s", field)
	case at < len(signed):
		return nil, fmt.Errorf("report: the field %s is signed already", field)
	case at > len(signed):
		return nil, fmt.Errorf("report: the %s signs first", strings.ToLower(render.Operator))
	}
	var last *update
	if len(signed) > 0 {
		last = signed[len(signed)-1].update
	}
	v := revision{field: field, reason: plain(o.Reason), location: plain(o.Location), room: room(id, o.Stamper != nil)}
	if !o.Time.IsZero() {
		v.date = pdfDate(o.Time)
	}
	return r.fill(ctx, file, id, v, last, o.Stamper)
}

// room is how many bytes are kept for a signature's value: the certificates in it, and what goes with them.
func room(id *seal.Identity, stamped bool) int {
	n := 2048 + len(id.Certificate.Raw)
	for _, c := range id.Chain {
		n += len(c.Raw)
	}
	if stamped {
		n += 8 << 10
	}
	return (n + 1023) &^ 1023
}

// fill appends v to file and signs. What turns out longer than the room that was kept is signed once more, with room for it.
func (r *report) fill(ctx context.Context, file []byte, id *seal.Identity, v revision, last *update, stamper seal.Stamper) ([]byte, error) {
	for again := false; ; again = true {
		u := r.revise(v, last)
		if u.end >= 1e10 {
			return nil, errors.New("report: too long for a signature") // ten digits are kept for each number
		}
		h := sha256.New()
		h.Write(file)
		h.Write(u.data[:u.value-u.base])
		h.Write(u.data[u.behind-u.base:])
		cms, err := seal.Sign(ctx, id, evidence.Digest(h.Sum(nil)), seal.Options{Stamper: stamper})
		if err != nil {
			return nil, fmt.Errorf("report: %w", err)
		}
		if len(cms) > v.room {
			if again || len(cms) > maxValue {
				return nil, fmt.Errorf("report: the signature takes %d bytes, more than a report has room for", len(cms))
			}
			v.room = (len(cms) + 4096 + 1023) &^ 1023
			continue
		}
		copy(u.data[u.value-u.base+1:], fmt.Sprintf("%x", cms))
		return slices.Concat(file, u.data), nil
	}
}

// maxValue is how many bytes a signature's value may have.
const maxValue = 1 << 20

// signedRevision is one signature in a report.
type signedRevision struct {
	revision
	*update
}

// readSigned reads a report with the signatures in it, up to the end of the file.
func readSigned(file []byte) (*report, []signedRevision, error) {
	r, err := readReport(file)
	if err != nil {
		return nil, nil, err
	}
	var signed []signedRevision
	var last *update
	end := len(r.first)
	for _, role := range roles {
		if end == len(file) {
			break
		}
		v, u, err := r.readRevision(file, role, last)
		if err != nil {
			return r, signed, fmt.Errorf("report: %w", err)
		}
		signed = append(signed, signedRevision{v, u})
		last, end = u, u.end
	}
	if end < len(file) {
		return r, signed, fmt.Errorf("report: %d bytes follow its last signature", len(file)-end)
	}
	return r, signed, nil
}
