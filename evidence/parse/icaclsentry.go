package parse

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// icaclsRights are the letters that icacls prints, in upper case. W lacks READ_CONTROL, which is printed on its own.
var icaclsRights = map[string]uint32{
	"F": 0x1f01ff, "M": 0x1301bf, "RX": 0x1200a9, "R": 0x120089, "W": 0x100116, "D": 0x10000, "DE": 0x10000,
	"RC": 0x20000, "WDAC": 0x40000, "WO": 0x80000, "S": 0x100000, "AS": 0x1000000, "MA": 0x2000000,
	"GR": 0x80000000, "GW": 0x40000000, "GE": 0x20000000, "GA": 0x10000000,
	"RD": 0x1, "WD": 0x2, "AD": 0x4, "REA": 0x8, "WEA": 0x10, "X": 0x20, "DC": 0x40, "RA": 0x80, "WA": 0x100,
}

var icaclsFlags = map[string]evidence.Inheritance{
	"I": evidence.Inherited, "OI": evidence.ObjectInherit, "CI": evidence.ContainerInherit,
	"IO": evidence.InheritOnly, "NP": evidence.NoPropagate,
}

// icaclsBrackets splits "account:(OI)(CI)(M)" into the account and what stands in the brackets; ok is false where the
// text is not of that shape.
func icaclsBrackets(text string) (account string, brackets []string, ok bool) {
	at := strings.LastIndex(text, ":(")
	if at <= 0 || !strings.HasSuffix(text, ")") {
		return "", nil, false
	}
	inner := text[at+2 : len(text)-1]
	if len(inner) > 200 {
		return "", nil, false
	}
	brackets = strings.Split(inner, ")(")
	for _, b := range brackets {
		if b == "" || strings.ContainsAny(b, "() :") {
			return "", nil, false
		}
	}
	return text[:at], brackets, true
}

// icaclsLooksLikeEntry reports whether a line ends as an entry does, in letters that icacls prints.
func icaclsLooksLikeEntry(text string) bool {
	_, brackets, ok := icaclsBrackets(strings.TrimSpace(text))
	if !ok {
		return false
	}
	for _, b := range brackets {
		for _, word := range strings.Split(b, ",") {
			if strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZc") != "" || word == "" {
				return false
			}
		}
	}
	return true
}

// icaclsEnds reports whether the text of an entry is complete: after the flags come the rights.
func icaclsEnds(text string) bool {
	_, brackets, ok := icaclsBrackets(text)
	if !ok || !icaclsLooksLikeEntry(text) {
		return false
	}
	last := brackets[len(brackets)-1]
	_, flag := icaclsFlags[last]
	return !flag && last != "DENY"
}

// icaclsEntry reads account:(flags…)(rights). keep is false for an integrity label, which is no part of the list.
func icaclsEntry(text string) (entry evidence.ACE, keep bool, err error) {
	account, brackets, ok := icaclsBrackets(text)
	if !ok {
		return entry, false, fmt.Errorf("not an entry of an access list: %q", text)
	}
	entry.Principal = evidence.PrincipalNamed(account)
	var mask uint32
	rights := 0
	for _, b := range brackets {
		flag, isFlag := icaclsFlags[b]
		switch {
		case isFlag:
			entry.Flags |= flag
		case b == "DENY":
			entry.Deny = true
		case b == "N": // no access, which is a denial of everything
			entry.Deny = true
			mask |= uint32(evidence.FullControl)
			rights++
		default:
			rights++
			for _, word := range strings.Split(b, ",") {
				bits, known := icaclsRights[strings.ToUpper(word)]
				if !known {
					if isLabel(b) {
						return entry, false, nil
					}
					return entry, false, fmt.Errorf("unknown right %s in %q", word, text)
				}
				mask |= bits
			}
		}
	}
	if rights != 1 {
		return entry, false, fmt.Errorf("an entry with %d groups of rights: %q", rights, text)
	}
	entry.Access = evidence.FileAccess(mask)
	return entry, true, nil
}

// isLabel reports whether rights are those of an integrity label: no write up, no read up, no execute up.
func isLabel(rights string) bool {
	for _, word := range strings.Split(rights, ",") {
		if word != "NW" && word != "NR" && word != "NX" {
			return false
		}
	}
	return true
}
