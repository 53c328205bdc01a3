package evidence

import (
	"crypto/sha1" //nolint:gosec // Windows computes virtual account SIDs so; nothing is protected by it
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// SID is a security identifier in its text form: S-1-5-32-544.
type SID string

// The SIDs that rules of judgement name.
const (
	SIDEveryone       SID = "S-1-1-0"
	SIDNetwork        SID = "S-1-5-2"
	SIDAnonymous      SID = "S-1-5-7"
	SIDAuthenticated  SID = "S-1-5-11"
	SIDSystem         SID = "S-1-5-18"
	SIDAdministrators SID = "S-1-5-32-544"
	SIDUsers          SID = "S-1-5-32-545"
	SIDGuests         SID = "S-1-5-32-546"
)

// maxSubAuthorities is how many numbers may follow the authority ([MS-DTYP] 2.4.2).
const maxSubAuthorities = 15

// ParseSID reads the text form of a SID and returns it with an upper-case S and plain decimal numbers. The authority
// may be hexadecimal, as [MS-DTYP] 2.4.2.1 writes those beyond 32 bits.
func ParseSID(s string) (SID, bool) {
	if len(s) < 5 || (s[0] != 'S' && s[0] != 's') || s[1:4] != "-1-" {
		return "", false
	}
	parts := strings.Split(s[4:], "-")
	if len(parts) > 1+maxSubAuthorities {
		return "", false
	}
	var b strings.Builder
	b.WriteString("S-1")
	for i, part := range parts {
		base, bits := 10, 32
		if i == 0 {
			bits = 48
			if digits, ok := strings.CutPrefix(strings.ToLower(part), "0x"); ok {
				part, base = digits, 16
			}
		}
		if part == "" || part[0] == '+' || len(part) > 20 {
			return "", false
		}
		n, err := strconv.ParseUint(part, base, bits)
		if err != nil {
			return "", false
		}
		fmt.Fprintf(&b, "-%d", n)
	}
	return SID(b.String()), true
}

// AppPoolSID returns the SID of the identity of an IIS application pool: IIS APPPOOL\name. Windows computes it from the
// name alone, so it is the same on every server and in every language.
func AppPoolSID(name string) SID { return hashedSID("S-1-5-82", strings.ToLower(name)) }

// ServiceSID returns the SID of a service by its short name: NT SERVICE\name. Windows computes it likewise.
func ServiceSID(name string) SID { return hashedSID("S-1-5-80", strings.ToUpper(name)) }

// hashedSID appends the five words of the SHA-1 of a name in UTF-16LE.
func hashedSID(sid, name string) SID {
	units := utf16.Encode([]rune(name))
	raw := make([]byte, 0, 2*len(units))
	for _, u := range units {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	sum := sha1.Sum(raw) //nolint:gosec // see above
	for i := 0; i < len(sum); i += 4 {
		sid += "-" + strconv.FormatUint(uint64(binary.LittleEndian.Uint32(sum[i:])), 10)
	}
	return SID(sid)
}

// AppPool reports whether s is the identity of one application pool.
func (s SID) AppPool() bool {
	return strings.HasPrefix(string(s), "S-1-5-82-") && strings.Count(string(s), "-") == 8
}

// guidePools are the application pools of ConnectWise Automate that the guide names.
var guidePools = []string{"LabTech", "LabTech WebCC", "CwaRestApi"}

// Name returns the English name of a SID that is the same on every machine, else "".
func (s SID) Name() string {
	for _, k := range knownSIDs {
		if k.sid == s {
			return k.name
		}
	}
	if s.AppPool() {
		for _, pool := range guidePools {
			if AppPoolSID(pool) == s {
				return `IIS APPPOOL\` + pool
			}
		}
	}
	if rid, ok := s.domainRID(); ok {
		for _, r := range domainRIDs {
			if r.rid == rid {
				return r.name
			}
		}
	}
	return ""
}

// domainRID returns the last number of a SID of a domain or a machine: S-1-5-21-A-B-C-RID.
func (s SID) domainRID() (uint32, bool) {
	if !strings.HasPrefix(string(s), "S-1-5-21-") || strings.Count(string(s), "-") != 7 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s[strings.LastIndexByte(string(s), '-')+1:]), 10, 32)
	return uint32(n), err == nil
}

// RID returns the last number of a SID of a domain or a machine, 500 for the built-in administrator; 0 for others.
func (s SID) RID() uint32 {
	n, _ := s.domainRID()
	return n
}

// Broad reports whether s stands for a group that nobody has to be put into: everyone, whoever logged on, guests, or
// all accounts of a domain.
func (s SID) Broad() bool {
	for _, k := range knownSIDs {
		if k.sid == s {
			return k.broad
		}
	}
	rid, ok := s.domainRID()
	if !ok {
		return false
	}
	for _, r := range domainRIDs {
		if r.rid == rid {
			return r.broad
		}
	}
	return false
}

// SIDByAbbreviation returns the SID of a two-letter SDDL abbreviation ([MS-DTYP] 2.5.1.1). The abbreviations that depend on
// a domain have no SID of their own; name is then what they stand for.
func SIDByAbbreviation(letters string) (sid SID, name string, ok bool) {
	for _, k := range knownSIDs {
		if k.sddl == letters && letters != "" {
			return k.sid, "", true
		}
	}
	for _, r := range domainRIDs {
		if r.sddl == letters && letters != "" {
			return "", r.name, true
		}
	}
	return "", "", false
}

// SIDByName returns the SID of an account name as Windows prints it, only where name is certain to mean it: the
// well-known names of English, German and French systems, IIS APPPOOL\name, and SIDs themselves.
func SIDByName(name string) (SID, bool) {
	if sid, ok := ParseSID(name); ok {
		return sid, true
	}
	if len(name) > len(poolDomain) && strings.EqualFold(name[:len(poolDomain)], poolDomain) {
		return AppPoolSID(name[len(poolDomain):]), true
	}
	folded := foldName(name)
	if short, ok := strings.CutPrefix(folded, `nt service\`); ok && short != "" && short != "all services" {
		return ServiceSID(short), true
	}
	for _, k := range knownSIDs {
		if foldName(k.name) == folded {
			return k.sid, true
		}
		for _, n := range k.names {
			if foldName(n) == folded {
				return k.sid, true
			}
		}
	}
	return "", false
}

const poolDomain = `IIS APPPOOL\`

// foldName makes names comparable: case and the shape of the apostrophe do not count.
func foldName(s string) string {
	return strings.ToLower(strings.ReplaceAll(s, "’", "'"))
}

// GroupByName returns the SID of a local group by its name without a domain, as net localgroup prints it.
func GroupByName(name string) (SID, bool) {
	folded := `\` + foldName(name)
	for _, k := range knownSIDs {
		if !strings.HasPrefix(string(k.sid), "S-1-5-32-") {
			continue
		}
		for _, n := range append([]string{k.name}, k.names...) {
			if strings.HasSuffix(foldName(n), folded) {
				return k.sid, true
			}
		}
	}
	return "", false
}
