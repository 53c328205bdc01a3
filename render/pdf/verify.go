package pdf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/render"
	"auditpack/render/cos"
)

// MaxSize is how long a PDF may be that Verify reads, in bytes.
const MaxSize = 512 << 20

// Verify tells what the signatures in a PDF prove. The error is for input that cannot be read; all else is in Faults.
//
// A report that auditpack wrote is in one form only: the first revision as Write wrote it, then each signature as Sign writes it, and
// nothing else. Whatever differs from that by a bit is a Fault. A report without any signature has none here, and Coverage
// says so: whether there should be one, only the package knows.
//
// Of a PDF that others signed it reads as much as it understands. What was added behind a signature is a Fault of
// the file: whether it changes what the signer saw is not judged.
func Verify(file io.ReaderAt, size int64, trust seal.Trust) (seal.File, error) {
	if size > MaxSize {
		return seal.File{}, fmt.Errorf("pdf: %d bytes long, more than the %d that are read", size, int64(MaxSize))
	}
	data := make([]byte, max(size, 0))
	if n, err := file.ReadAt(data, 0); n < len(data) {
		return seal.File{}, fmt.Errorf("pdf: %w", err)
	}
	if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return seal.File{}, errors.New("pdf: it does not begin as a PDF does")
	}
	if _, err := FirstRevision(data); errors.Is(err, errNotOurs) {
		return verifyForeign(data, trust), nil
	}
	return verifyReport(data, trust), nil
}

// verifyReport judges a file with the head of a report.
func verifyReport(data []byte, trust seal.Trust) seal.File {
	_, signed, err := readSigned(data)
	var out seal.File
	var names []string
	end := 0
	for _, s := range signed {
		out.Signatures = append(out.Signatures, s.verify(data, trust))
		names, end = append(names, strings.ToLower(s.field)), s.end
	}
	switch {
	case err != nil && len(signed) == 0:
		out.Coverage = "nothing: no signature is in the form that auditpack writes"
	case len(signed) == 0:
		out.Coverage = "nothing: the report is not signed"
	case end < len(data):
		out.Coverage = fmt.Sprintf("the first %d of %d bytes, by the %s; nothing covers the rest", end, len(data), strings.Join(names, " and the "))
	case len(signed) == 1:
		out.Coverage = fmt.Sprintf("all %d bytes, by the operator", end)
	default:
		out.Coverage = fmt.Sprintf("all %d bytes, by the reviewer; the first %d of them, which hold the whole report, by the operator too", end, signed[0].end)
	}
	if err != nil {
		out.Faults = append(out.Faults, strings.TrimPrefix(err.Error(), "report: "))
		out.Signatures = append(out.Signatures, notOurForm(data, end, trust)...)
	}
	return out
}

// notOurForm lists the signatures that other programs would find behind the bytes that are as auditpack writes them.
func notOurForm(data []byte, end int, trust seal.Trust) []seal.Signature {
	var list []seal.Signature
	for _, s := range findSignatures(data).signatures {
		if s.end > 0 && s.end <= end {
			continue
		}
		found := s.verify(data, trust)
		fault(&found, "it is not in the form that auditpack writes")
		list = append(list, found)
	}
	return list
}

// fault adds to what is wrong with s.
func fault(s *seal.Signature, format string, a ...any) {
	s.Standing = seal.Broken
	s.Faults = append(s.Faults, fmt.Sprintf(format, a...))
}

// verify judges a signature that is in its place.
func (s signedRevision) verify(data []byte, trust seal.Trust) seal.Signature {
	digest := digestOf(data, s.value, s.behind, s.end)
	value, err := valueOf(data[s.value+1 : s.behind-1])
	if err != nil {
		out := seal.Signature{Place: "field " + s.field, Form: "PAdES"}
		fault(&out, "%v", err)
		return out
	}
	out := seal.Verify(value, digest, trust)
	out.Place = "field " + s.field
	out.Form = pades(out)
	if !out.Claimed.IsZero() {
		fault(&out, "it has a signing-time attribute, which PAdES forbids")
	}
	claim(&out, s.date)
	return out
}

// claim takes the time that a signature's dictionary states: it must lie within the certificate's validity, for what it is worth.
func claim(s *seal.Signature, date string) {
	s.Claimed = parseDate(date)
	c := s.Signer.Certificate
	if date != "" && s.Claimed.IsZero() {
		fault(s, "its time is not understood")
	}
	if !s.Claimed.IsZero() && c != nil && (s.Claimed.Before(c.NotBefore) || s.Claimed.After(c.NotAfter)) {
		fault(s, "the signer's certificate is not valid at the time that the signature states, %s", render.FormatTime(s.Claimed))
	}
}

func pades(s seal.Signature) string {
	if s.Stamp != nil {
		return "PAdES B-T"
	}
	return "PAdES B-B"
}

// digestOf is the digest of what is signed: all up to end but [value, behind).
func digestOf(data []byte, value, behind, end int) evidence.Digest {
	h := sha256.New()
	h.Write(data[:value])
	h.Write(data[behind:end])
	return evidence.Digest(h.Sum(nil))
}

// valueOf reads the value of a signature: lower-case digits, one DER object, then zeros.
func valueOf(digits []byte) ([]byte, error) {
	value := make([]byte, len(digits)/2)
	for i := range value {
		high, ok1 := lowerDigit(digits[2*i])
		low, ok2 := lowerDigit(digits[2*i+1])
		if !ok1 || !ok2 {
			return nil, fmt.Errorf("the signature's value has a sign at byte %d that is no lower-case hexadecimal digit", i)
		}
		value[i] = high<<4 | low
	}
	n := derLength(value)
	if n <= 0 || n > len(value) {
		return nil, errors.New("the signature's value is no DER object")
	}
	for i, c := range value[n:] {
		if c != 0 {
			return nil, fmt.Errorf("the padding behind the signature's value is not zero, at byte %d", n+i)
		}
	}
	return value[:n], nil
}

func lowerDigit(c byte) (byte, bool) {
	d, ok := cos.HexDigit(c)
	return d, ok && (c < 'A' || c > 'F')
}

// derLength is the length of the DER object that b begins with, its head included; 0 if there is none.
func derLength(b []byte) int {
	if len(b) < 2 || b[1] == 0x80 {
		return 0
	}
	if b[1] < 0x80 {
		return 2 + int(b[1])
	}
	n, more := 0, int(b[1]&0x7f)
	if more > 4 || len(b) < 2+more {
		return 0
	}
	for _, c := range b[2 : 2+more] {
		n = n<<8 | int(c)
	}
	return 2 + more + n
}

// parseDate reads a date as most programs write it (ISO 32000-1, 7.9.4), in UTC; zero if it is another.
func parseDate(s string) time.Time {
	s = strings.ReplaceAll(strings.Trim(s, "()"), "'", "")
	for _, layout := range []string{"D:20060102150405Z0700", "D:20060102150405-0700", "D:20060102150405Z", "D:20060102150405"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
