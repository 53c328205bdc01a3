package evidence

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf16"
)

// RegistryType is the type of a registry value ([MS-RRP] 3.1.1.5); numbers beyond 11 occur (device properties).
type RegistryType uint32

// The RegistryTypes that have a meaning here.
const (
	RegNone     RegistryType = 0
	RegSZ       RegistryType = 1
	RegExpandSZ RegistryType = 2
	RegBinary   RegistryType = 3
	RegDWord    RegistryType = 4
	RegMultiSZ  RegistryType = 7
	RegQWord    RegistryType = 11
)

var registryTypeNames = map[RegistryType]string{
	RegNone: "REG_NONE", RegSZ: "REG_SZ", RegExpandSZ: "REG_EXPAND_SZ", RegBinary: "REG_BINARY",
	RegDWord: "REG_DWORD", 5: "REG_DWORD_BIG_ENDIAN", 6: "REG_LINK", RegMultiSZ: "REG_MULTI_SZ",
	8: "REG_RESOURCE_LIST", 9: "REG_FULL_RESOURCE_DESCRIPTOR", 10: "REG_RESOURCE_REQUIREMENTS_LIST", RegQWord: "REG_QWORD",
}

func (t RegistryType) String() string {
	if n, ok := registryTypeNames[t]; ok {
		return n
	}
	return fmt.Sprintf("type 0x%x", uint32(t))
}

// Registry is a registry value as the registry holds it: a type and bytes. Text is UTF-16LE, usually with a terminator.
type Registry struct {
	Type RegistryType
	Data []byte
}

// RegistryText returns a text value (REG_SZ, REG_EXPAND_SZ) with a terminator.
func RegistryText(t RegistryType, s string) Registry {
	units := append(utf16.Encode([]rune(s)), 0)
	data := make([]byte, 0, 2*len(units))
	for _, u := range units {
		data = binary.LittleEndian.AppendUint16(data, u)
	}
	return Registry{Type: t, Data: data}
}

// RegistryDWord returns a REG_DWORD.
func RegistryDWord(n uint32) Registry {
	return Registry{Type: RegDWord, Data: binary.LittleEndian.AppendUint32(nil, n)}
}

// Number returns the number of a REG_DWORD or REG_QWORD of the right length.
func (v Registry) Number() (uint64, bool) {
	switch {
	case v.Type == RegDWord && len(v.Data) == 4:
		return uint64(binary.LittleEndian.Uint32(v.Data)), true
	case v.Type == RegQWord && len(v.Data) == 8:
		return binary.LittleEndian.Uint64(v.Data), true
	}
	return 0, false
}

// Strings returns the texts of a REG_SZ or REG_EXPAND_SZ (one) or a REG_MULTI_SZ, without terminators.
func (v Registry) Strings() ([]string, bool) {
	if (v.Type != RegSZ && v.Type != RegExpandSZ && v.Type != RegMultiSZ) || len(v.Data)%2 != 0 {
		return nil, false
	}
	units := make([]uint16, len(v.Data)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(v.Data[2*i:])
	}
	for len(units) > 0 && units[len(units)-1] == 0 {
		units = units[:len(units)-1]
	}
	text := string(utf16.Decode(units))
	if v.Type == RegMultiSZ {
		if text == "" {
			return nil, true
		}
		return strings.Split(text, "\x00"), true
	}
	text, _, _ = strings.Cut(text, "\x00") // what programs see of a text with a NUL in it
	return []string{text}, true
}

// String returns the canonical form: the type, then the number, the quoted texts or the bytes in hexadecimal.
func (v Registry) String() string {
	if n, ok := v.Number(); ok {
		return fmt.Sprintf("%s 0x%08x (%d)", v.Type, n, n)
	}
	if texts, ok := v.Strings(); ok {
		quoted := make([]string, len(texts))
		for i, t := range texts {
			quoted[i] = fmt.Sprintf("%q", t)
		}
		return strings.TrimRight(v.Type.String()+" "+strings.Join(quoted, " "), " ")
	}
	return strings.TrimRight(v.Type.String()+" "+hex.EncodeToString(v.Data), " ")
}
