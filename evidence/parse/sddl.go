package parse

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// descriptor is a security descriptor, whichever form it was read from.
type descriptor struct {
	Owner     *evidence.Principal
	HasDACL   bool // false: the source shows no access list (not: there is none)
	Protected bool
	ACL       evidence.ACL
	Unclear   []string // what was not understood in the access list
}

// emit hands the descriptor of path to sink; a place that was not understood leaves a Problem beside the Setting.
func (d descriptor) emit(sink evidence.Sink, address evidence.Address, cite evidence.Citation) {
	if d.HasDACL {
		sink.Setting(evidence.Setting{Address: address, Value: d.ACL, Cite: cite})
	} else {
		sink.Problem(evidence.Problem{Scope: address, Message: "the descriptor shows no access list", Cite: cite})
	}
	for _, u := range d.Unclear {
		sink.Problem(evidence.Problem{Scope: address, Message: u, Cite: cite})
	}
	if address.Kind() != "acl" {
		return
	}
	if d.Owner != nil {
		sink.Setting(evidence.Setting{Address: address + "@owner", Value: *d.Owner, Cite: cite})
	}
	if d.HasDACL {
		protected := evidence.Text("no, takes entries from its parent")
		if d.Protected {
			protected = "yes, takes no entries from its parent"
		}
		sink.Setting(evidence.Setting{Address: address + "@protected", Value: protected, Cite: cite})
	}
}

// maxSDDL is longer than any descriptor can be: 64 KB of entries in binary form.
const maxSDDL = 1 << 20

// parseSDDL reads a security descriptor in the Security Descriptor Definition Language ([MS-DTYP] 2.5.1). An entry that
// is well-formed but of a kind that is not judged (conditional, for objects) is kept as its text and named in Unclear;
// what is not well-formed is an error.
func parseSDDL(text string) (descriptor, error) {
	if len(text) > maxSDDL {
		return descriptor{}, fmt.Errorf("descriptor of %d characters", len(text))
	}
	s := &sddlScanner{rest: text, all: len(text)}
	var d descriptor
	seen := map[byte]bool{}
	for s.rest != "" {
		if len(s.rest) < 2 || s.rest[1] != ':' {
			return d, s.errorf("expected O:, G:, D: or S:")
		}
		part := s.rest[0]
		if seen[part] {
			return d, s.errorf("%c: occurs twice", part)
		}
		seen[part] = true
		s.rest = s.rest[2:]
		var err error
		switch part {
		case 'O':
			var p evidence.Principal
			p, err = s.principal()
			d.Owner = &p
		case 'G':
			_, err = s.principal()
		case 'D':
			d.HasDACL = true
			err = s.list(&d)
		case 'S':
			err = s.list(&descriptor{}) // auditing and labels: read to the end, not kept
		default:
			err = s.errorf("unknown part %q", string(part)+":")
		}
		if err != nil {
			return d, err
		}
	}
	if len(seen) == 0 {
		return d, errors.New("empty descriptor")
	}
	return d, nil
}

// sddlScanner walks over a descriptor.
type sddlScanner struct {
	rest string
	all  int
}

func (s *sddlScanner) errorf(format string, args ...any) error {
	return fmt.Errorf("character %d of the descriptor: %s", s.all-len(s.rest)+1, fmt.Sprintf(format, args...))
}

// principal reads a SID or an abbreviation at the beginning of the rest.
func (s *sddlScanner) principal() (evidence.Principal, error) {
	n := 2
	if strings.HasPrefix(s.rest, "S-") || strings.HasPrefix(s.rest, "s-") {
		n += countIn(s.rest[n:], "0123456789-")
		if n+1 < len(s.rest) && s.rest[n-1] == '0' && (s.rest[n] == 'x' || s.rest[n] == 'X') {
			n++
			n += countIn(s.rest[n:], "0123456789abcdefABCDEF")
			n += countIn(s.rest[n:], "0123456789-")
		}
	}
	if n > len(s.rest) {
		return evidence.Principal{}, s.errorf("expected a SID")
	}
	p, ok := sddlPrincipal(s.rest[:n])
	if !ok {
		return p, s.errorf("%q is no SID and no abbreviation of one", s.rest[:n])
	}
	s.rest = s.rest[n:]
	return p, nil
}

func sddlPrincipal(text string) (evidence.Principal, bool) {
	if sid, ok := evidence.ParseSID(text); ok {
		return evidence.Principal{SID: sid}, true
	}
	sid, name, ok := evidence.SIDByAbbreviation(text)
	return evidence.Principal{SID: sid, Name: name}, ok
}

// countIn returns how many bytes at the beginning of s are in set.
func countIn(s, set string) int {
	n := 0
	for n < len(s) && strings.IndexByte(set, s[n]) >= 0 {
		n++
	}
	return n
}

// list reads the flags and entries of an access list.
func (s *sddlScanner) list(d *descriptor) error {
	for s.rest != "" && s.rest[0] != '(' && (len(s.rest) < 2 || s.rest[1] != ':') {
		switch {
		case s.take("NO_ACCESS_CONTROL"):
			d.ACL.Null = true
		case s.take("AR"), s.take("AI"):
		case s.take("P"):
			d.Protected = true
		default:
			return s.errorf("unknown flag of an access list")
		}
	}
	for s.rest != "" && s.rest[0] == '(' {
		n, err := s.entryLength()
		if err != nil {
			return err
		}
		text := s.rest[:n]
		entry, unclear, err := parseSDDLEntry(text[1 : n-1])
		if err != nil {
			return s.errorf("entry %s: %v", text, err)
		}
		if unclear != "" {
			d.Unclear = append(d.Unclear, fmt.Sprintf("entry %s is not understood: %s", text, unclear))
			entry = evidence.ACE{Other: text}
		}
		d.ACL.Entries = append(d.ACL.Entries, entry)
		s.rest = s.rest[n:]
	}
	return nil
}

func (s *sddlScanner) take(word string) bool {
	rest, ok := strings.CutPrefix(s.rest, word)
	if ok {
		s.rest = rest
	}
	return ok
}

// entryLength returns the length of the entry in brackets at the beginning of the rest; conditions nest brackets and
// quote them.
func (s *sddlScanner) entryLength() (int, error) {
	depth, quoted := 0, false
	for i := 0; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
			if depth == 0 {
				return i + 1, nil
			}
		}
	}
	return 0, s.errorf("an entry does not end")
}

// parseSDDLEntry reads type;flags;rights;object;inherited object;principal.
func parseSDDLEntry(text string) (entry evidence.ACE, unclear string, err error) {
	fields := strings.SplitN(text, ";", 7)
	if len(fields) < 6 {
		return entry, "", fmt.Errorf("%d fields, want 6", len(fields))
	}
	kind := fields[0]
	switch kind {
	case "A":
	case "D":
		entry.Deny = true
	case "OA", "OD", "OU", "OL", "AU", "AL", "ML", "SP", "XA", "XD", "XU", "RA", "ZA", "TL", "FL":
		return entry, "its type is " + kind, nil
	default:
		return entry, "", fmt.Errorf("unknown type %q", kind)
	}
	if fields[3] != "" || fields[4] != "" || len(fields) > 6 {
		return entry, "it is for objects or has a condition", nil
	}
	if entry.Flags, err = sddlFlags(fields[1]); err != nil {
		return entry, "", err
	}
	if entry.Access, err = sddlRights(fields[2]); err != nil {
		return entry, "", err
	}
	principal, ok := sddlPrincipal(fields[5])
	if !ok {
		return entry, "", fmt.Errorf("%q is no SID and no abbreviation of one", fields[5])
	}
	entry.Principal = principal
	return entry, "", nil
}

var sddlInheritance = map[string]evidence.Inheritance{
	"OI": evidence.ObjectInherit, "CI": evidence.ContainerInherit, "NP": evidence.NoPropagate,
	"IO": evidence.InheritOnly, "ID": evidence.Inherited, "SA": 0, "FA": 0, "TP": 0, "CR": 0,
}

func sddlFlags(text string) (evidence.Inheritance, error) {
	var flags evidence.Inheritance
	for ; len(text) >= 2; text = text[2:] {
		f, ok := sddlInheritance[text[:2]]
		if !ok {
			return 0, fmt.Errorf("unknown flag %q", text[:2])
		}
		flags |= f
	}
	if text != "" {
		return 0, fmt.Errorf("unknown flag %q", text)
	}
	return flags, nil
}

// sddlLetters are the rights of [MS-DTYP] 2.5.1.1.
var sddlLetters = map[string]uint32{
	"GA": 0x10000000, "GX": 0x20000000, "GW": 0x40000000, "GR": 0x80000000,
	"SD": 0x10000, "RC": 0x20000, "WD": 0x40000, "WO": 0x80000,
	"CC": 0x1, "DC": 0x2, "LC": 0x4, "SW": 0x8, "RP": 0x10, "WP": 0x20, "DT": 0x40, "LO": 0x80, "CR": 0x100,
	"FA": 0x1f01ff, "FR": 0x120089, "FW": 0x120116, "FX": 0x1200a0,
	"KA": 0xf003f, "KR": 0x20019, "KW": 0x20006, "KX": 0x20019,
}

func sddlRights(text string) (evidence.Access, error) {
	if text != "" && text[0] >= '0' && text[0] <= '9' {
		n, err := strconv.ParseUint(text, 0, 32) // 0x hexadecimal, leading 0 octal, else decimal
		if err != nil {
			return 0, fmt.Errorf("rights %q are no number", text)
		}
		return evidence.FileAccess(uint32(n)), nil
	}
	var mask uint32
	for ; len(text) >= 2; text = text[2:] {
		bits, ok := sddlLetters[text[:2]]
		if !ok {
			return 0, fmt.Errorf("unknown right %q", text[:2])
		}
		mask |= bits
	}
	if text != "" {
		return 0, fmt.Errorf("unknown right %q", text)
	}
	return evidence.FileAccess(mask), nil
}
