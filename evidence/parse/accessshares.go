package parse

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// The keys of shares. A share's entry and its access list stand in different keys, under the same value name.
var (
	sharesKey         = evidence.RegistryKey(`HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Shares`).Fold()
	sharesSecurityKey = evidence.RegistryKey(`HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Shares\Security`).Fold()
)

// derivableShares reports whether shares or their access lists stand in this key.
func derivableShares(key evidence.Address) bool {
	return key == sharesKey || key == sharesSecurityKey
}

// deriveSharesCoverage: the key of shares that was read lists them all, and the one of their access lists shows which
// have one. A sub-key that the caller may not read is left out silently, so neither follows from the other.
func deriveSharesCoverage(c evidence.Coverage, to evidence.Sink) {
	switch c.Scope.Fold() {
	case sharesKey:
		to.Covered(evidence.Coverage{Scope: "share:", Cite: c.Cite})
	case sharesSecurityKey:
		to.Covered(evidence.Coverage{Scope: "share-security:", Cite: c.Cite})
	}
}

// deriveShares reads a share's entry or its access list.
func deriveShares(s evidence.Setting, to evidence.Sink) {
	key, name, found := strings.Cut(string(s.Address), "!")
	if !found || name == "" {
		return
	}
	fold := evidence.Address(key).Fold()
	if fold != sharesKey && fold != sharesSecurityKey {
		return
	}
	value, ok := s.Value.(evidence.Registry)
	if !ok {
		return
	}
	if fold == sharesKey {
		deriveShareEntry(name, value, s.Cite, to)
		return
	}
	address := evidence.ShareSecurityAddress(name)
	d, err := parseSecurityDescriptor(value.Data)
	if value.Type != evidence.RegBinary {
		err = fmt.Errorf("the access list of a share is a %s", value.Type)
	}
	if err != nil {
		to.Problem(evidence.Problem{Scope: address, Message: err.Error(), Cite: s.Cite})
		return
	}
	d.emit(to, address, s.Cite)
}

// deriveShareEntry reads texts of the form Key=Value, of which Path counts.
func deriveShareEntry(name string, value evidence.Registry, cite evidence.Citation, to evidence.Sink) {
	address := evidence.ShareAddress(name)
	texts, ok := value.Strings()
	if !ok || value.Type != evidence.RegMultiSZ {
		to.Problem(evidence.Problem{Scope: address, Message: fmt.Sprintf("the entry of a share is a %s, not a list of texts", value.Type), Cite: cite})
		return
	}
	for _, text := range texts {
		key, path, found := strings.Cut(text, "=")
		if found && strings.EqualFold(key, "Path") {
			to.Setting(evidence.Setting{Address: address, Value: evidence.Share{Path: aclPath(path)}, Cite: cite})
			return
		}
	}
	to.Problem(evidence.Problem{Scope: address, Message: "the entry of a share names no path", Cite: cite})
}
