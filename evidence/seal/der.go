package seal

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"
)

// The limits of what is read: a signature with its certificates and its timestamp has some kilobytes.
const (
	maxDER   = 1 << 20 // bytes
	maxDepth = 40      // values within values
)

// The identifier octets that signatures are made of.
const (
	tagBoolean     = 0x01
	tagInteger     = 0x02
	tagBitString   = 0x03
	tagOctets      = 0x04
	tagNull        = 0x05
	tagOID         = 0x06
	tagEnumerated  = 0x0a
	tagUTF8        = 0x0c
	tagUTCTime     = 0x17
	tagTime        = 0x18
	tagSequence    = 0x30
	tagSet         = 0x31
	tagExplicit0   = 0xa0
	tagExplicit1   = 0xa1
	tagExplicit2   = 0xa2
	tagImplicit0   = 0x80 // primitive
	tagConstructed = 0x20
)

// value is one value of a DER tree (X.690), all of it checked: a tree that was read can be written in one way only.
type value struct {
	tag       byte
	raw, body []byte
	kids      []value // of a constructed value
}

// readDER reads one value and everything in it. What DER has only one way to write must be written that way: lengths,
// integers, booleans, the unused bits of bit strings, the order of a SET OF, times. What lies in a primitive value with
// an implicit tag has no type here; whoever knows the type checks it.
func readDER(b []byte) (value, error) {
	if len(b) > maxDER {
		return value{}, fmt.Errorf("%d bytes; at most %d are read", len(b), maxDER)
	}
	v, rest, err := readValue(b, len(b), 0)
	if err != nil {
		return value{}, err
	}
	if len(rest) > 0 {
		return value{}, fmt.Errorf("%d bytes after its end", len(rest))
	}
	return v, nil
}

// readValue reads the value at the start of b, which ends total bytes into the whole.
func readValue(b []byte, total, depth int) (v value, rest []byte, err error) {
	at := total - len(b)
	fail := func(format string, args ...any) (value, []byte, error) {
		return value{}, nil, fmt.Errorf("byte %d: not DER: %s", at, fmt.Sprintf(format, args...))
	}
	if depth > maxDepth {
		return fail("values lie more than %d deep", maxDepth)
	}
	if len(b) < 2 {
		return fail("cut short")
	}
	v.tag = b[0]
	if v.tag&0x1f == 0x1f {
		return fail("a tag number above 30")
	}
	length, head := int(b[1]), 2
	if length == 0x80 {
		return fail("indefinite length")
	}
	if length > 0x80 {
		n := length & 0x7f
		if n > 3 || len(b) < 2+n {
			return fail("length too large, or cut short")
		}
		length, head = 0, 2+n
		for _, d := range b[2:head] {
			length = length<<8 | int(d)
		}
		if b[2] == 0 || length < 0x80 {
			return fail("length not in its shortest form")
		}
	}
	if len(b)-head < length {
		return fail("cut short")
	}
	v.raw, v.body, rest = b[:head+length:head+length], b[head:head+length:head+length], b[head+length:]
	if v.tag&tagConstructed != 0 {
		inner := v.body
		for len(inner) > 0 {
			var kid value
			if kid, inner, err = readValue(inner, total-len(rest), depth+1); err != nil {
				return value{}, nil, err
			}
			v.kids = append(v.kids, kid)
		}
	}
	if err := v.checkUniversal(); err != nil {
		return fail("%v", err)
	}
	return v, rest, nil
}

var (
	utcTime         = regexp.MustCompile(`^[0-9]{12}Z$`)
	generalizedTime = regexp.MustCompile(`^[0-9]{14}(\.[0-9]*[1-9])?Z$`)
)

// checkUniversal checks the rules of DER for the types that a tag alone tells.
func (v value) checkUniversal() error {
	if v.tag&0xc0 != 0 {
		return nil
	}
	b := v.body
	switch v.tag {
	case tagSequence:
	case tagSet:
		if !sorted(v.kids) {
			return errors.New("a set out of order")
		}
	case tagBoolean:
		if len(b) != 1 || b[0] != 0 && b[0] != 0xff {
			return errors.New("a boolean that is neither 00 nor FF")
		}
	case tagInteger, tagEnumerated:
		if len(b) == 0 || len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
			return errors.New("an integer not in its shortest form")
		}
	case tagBitString:
		if len(b) == 0 || b[0] > 7 || len(b) == 1 && b[0] != 0 || len(b) > 1 && b[len(b)-1]&(1<<b[0]-1) != 0 {
			return errors.New("a bit string whose unused bits are not zero")
		}
	case tagNull:
		if len(b) != 0 {
			return errors.New("a null with content")
		}
	case tagOID:
		if new(x509.OID).UnmarshalBinary(b) != nil {
			return errors.New("a malformed object identifier")
		}
	case tagUTF8:
		if !utf8.Valid(b) {
			return errors.New("text that is not UTF-8")
		}
	case tagUTCTime:
		if !utcTime.Match(b) {
			return errors.New("a time not in the form YYMMDDhhmmssZ")
		}
	case tagTime:
		if !generalizedTime.Match(b) {
			return errors.New("a time not in the form YYYYMMDDhhmmss[.f]Z")
		}
	default:
		if v.tag == 0 || v.tag&tagConstructed != 0 {
			return fmt.Errorf("tag %02x", v.tag)
		}
	}
	return nil
}

// sorted says whether values are in the order of a SET OF: ascending by their encodings (X.690, 11.6).
func sorted(values []value) bool {
	return slices.IsSortedFunc(values, func(a, b value) int { return bytes.Compare(a.raw, b.raw) })
}

// oid returns an object identifier in dotted form, "" for anything else.
func (v value) oid() string {
	var id x509.OID
	if v.tag != tagOID || id.UnmarshalBinary(v.body) != nil {
		return ""
	}
	return id.String()
}

// integer returns an INTEGER.
func (v value) integer() *big.Int {
	n := new(big.Int).SetBytes(v.body)
	if len(v.body) > 0 && v.body[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(v.body))))
	}
	return n
}

// small returns an INTEGER from 0 to 127, else -1.
func (v value) small() int {
	if v.tag != tagInteger || len(v.body) != 1 || v.body[0] > 127 {
		return -1
	}
	return int(v.body[0])
}

// time returns a UTCTime or GeneralizedTime.
func (v value) time() (time.Time, error) {
	switch v.tag {
	case tagUTCTime:
		t, err := time.Parse("060102150405Z", string(v.body))
		if err == nil && t.Year() >= 2050 { // RFC 5280, 4.1.2.5.1
			t = t.AddDate(-100, 0, 0)
		}
		return t, err
	case tagTime:
		return time.Parse("20060102150405Z", string(v.body)) // takes fractions of a second too
	}
	return time.Time{}, errors.New("not a time")
}

// parts are the values within a constructed value, taken in turn. The first one that is not what was asked for is an
// error, which stays.
type parts struct {
	of   string
	rest []value
	err  error
}

// within returns the parts of v, which must have the tag.
func (v value) within(of string, tag byte) *parts {
	if v.tag != tag {
		return &parts{of: of, err: fmt.Errorf("%s: tag %02x, not %02x", of, v.tag, tag)}
	}
	return &parts{of: of, rest: v.kids}
}

// take returns the next part, which must have the tag; 0 is any.
func (p *parts) take(what string, tag byte) value {
	if p.err != nil {
		return value{}
	}
	if len(p.rest) == 0 || tag != 0 && p.rest[0].tag != tag {
		p.err = fmt.Errorf("%s: no %s where it must be", p.of, what)
		return value{}
	}
	v := p.rest[0]
	p.rest = p.rest[1:]
	return v
}

// maybe returns the next part if it has the tag.
func (p *parts) maybe(tag byte) (value, bool) {
	if p.err != nil || len(p.rest) == 0 || p.rest[0].tag != tag {
		return value{}, false
	}
	return p.take("", tag), true
}

// end returns the first error; parts that nobody took are one.
func (p *parts) end() error {
	if p.err == nil && len(p.rest) > 0 {
		p.err = fmt.Errorf("%s: %d more values than it has", p.of, len(p.rest))
	}
	return p.err
}

// derOf writes one value.
func derOf(tag byte, body ...[]byte) []byte {
	all := slices.Concat(body...)
	head := []byte{tag}
	switch n := len(all); {
	case n < 0x80:
		head = append(head, byte(n))
	case n < 0x100:
		head = append(head, 0x81, byte(n))
	case n < 0x10000:
		head = append(head, 0x82, byte(n>>8), byte(n))
	default:
		head = append(head, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
	return append(head, all...)
}

// derSet writes a SET OF, or one with an implicit tag, in its order.
func derSet(tag byte, members ...[]byte) []byte {
	members = slices.Clone(members)
	slices.SortFunc(members, bytes.Compare)
	return derOf(tag, members...)
}

// derOID writes one of this package's object identifiers.
func derOID(dotted string) []byte {
	id, err := x509.ParseOID(dotted)
	if err != nil {
		panic(err) // a constant of this package is wrong
	}
	body, err := id.MarshalBinary()
	if err != nil {
		panic(err)
	}
	return derOf(tagOID, body)
}

// derInt writes an INTEGER.
func derInt(n *big.Int) []byte {
	b, err := asn1.Marshal(n)
	if err != nil {
		panic(err) // a *big.Int can always be written
	}
	return b
}
