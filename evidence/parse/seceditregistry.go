package parse

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// The roots of [Registry Values].
var seceditRoots = []struct{ prefix, hive string }{
	{`machine\`, `HKLM\`}, {`users\`, `HKU\`}, {`classes_root\`, `HKCR\`}, {`current_user\`, `HKCU\`},
}

// registry reads "MACHINE\key\value=type,data" of [Registry Values] as the registry holds it, so that it meets the
// values of registry exports.
func (r *seceditReader) registry(l Line, text string) {
	cite := l.Cite(r.Item)
	path, value, ok := seceditValue(text)
	address, known := seceditAddress(path)
	if !ok || !known {
		if !known {
			address = ""
		}
		r.to.Problem(evidence.Problem{Scope: address, Message: fmt.Sprintf("line %d names no registry value with type and data: %q", l.Number, clip([]byte(text))), Cite: cite})
		return
	}
	if !r.Want(address) && !derivable(evidence.Address(beforeBang(address)).Fold()) {
		return
	}
	v, err := seceditData(value)
	if err != nil {
		r.to.Problem(evidence.Problem{Scope: address, Message: fmt.Sprintf("line %d: %v", l.Number, err), Cite: cite})
		return
	}
	if strings.EqualFold(string(address), legalNoticeText) {
		v = seceditNotice(v)
	}
	s := evidence.Setting{Address: address, Value: v, Cite: cite}
	r.to.Setting(s)
	derive(s, r.to)
}

// seceditValue cuts a line at the equals sign that a type follows; names may hold others.
func seceditValue(text string) (path, value string, ok bool) {
	for i := 0; i < len(text); i++ {
		if text[i] != '=' {
			continue
		}
		value = strings.TrimSpace(text[i+1:])
		digits := len(value) - len(strings.TrimLeft(value, "0123456789"))
		if digits > 0 && strings.HasPrefix(value[digits:], ",") {
			return strings.TrimSpace(text[:i]), value, true
		}
	}
	path, value, _ = strings.Cut(text, "=")
	return strings.TrimSpace(path), value, false
}

// seceditAddress turns MACHINE\key\value into an Address.
func seceditAddress(path string) (evidence.Address, bool) {
	for _, root := range seceditRoots {
		if !hasFoldPrefix([]byte(path), root.prefix) {
			continue
		}
		rest := path[len(root.prefix):]
		if i := strings.LastIndexByte(rest, '\\'); i > 0 {
			return evidence.RegistryValue(root.hive+rest[:i], rest[i+1:]), true
		}
	}
	return "", false
}

func beforeBang(a evidence.Address) string {
	key, _, _ := strings.Cut(string(a), "!")
	return key
}

// seceditData reads "type,data".
func seceditData(s string) (evidence.Registry, error) {
	number, data, _ := strings.Cut(s, ",")
	n, err := strconv.ParseUint(number, 10, 8)
	if err != nil {
		return evidence.Registry{}, fmt.Errorf("%q is no type of data", clip([]byte(number)))
	}
	data = strings.TrimSpace(data)
	switch t := evidence.RegistryType(n); t {
	case evidence.RegSZ, evidence.RegExpandSZ:
		text, ok := unquoted(data)
		if !ok {
			return evidence.Registry{}, fmt.Errorf("the text is not in quotes: %q", clip([]byte(data)))
		}
		return evidence.RegistryText(t, text), nil
	case evidence.RegBinary:
		return seceditBinary(data)
	case evidence.RegDWord:
		n, err := strconv.ParseInt(data, 10, 64)
		if err != nil || n < -1<<31 || n > 1<<32-1 {
			return evidence.Registry{}, fmt.Errorf("%q is no number of 32 bits", clip([]byte(data)))
		}
		return evidence.RegistryDWord(uint32(n)), nil
	case evidence.RegMultiSZ:
		return seceditTexts(data), nil
	default:
		return evidence.Registry{}, fmt.Errorf("type %d does not occur in an export", n)
	}
}

// seceditBinary reads bytes separated by commas. Only single digits are known to occur, which mean the same in every
// base; anything else is not guessed.
func seceditBinary(data string) (evidence.Registry, error) {
	v := evidence.Registry{Type: evidence.RegBinary}
	if data == "" {
		return v, nil
	}
	for _, b := range strings.Split(data, ",") {
		b = strings.TrimSpace(b)
		if len(b) != 1 || b[0] < '0' || b[0] > '9' {
			return v, fmt.Errorf("binary data %q: it is not known whether this is decimal or hexadecimal", clip([]byte(data)))
		}
		v.Data = append(v.Data, b[0]-'0')
	}
	return v, nil
}

// The one value that secedit edits as a list of lines and the registry holds as one text.
const legalNoticeText = `registry:HKLM\Software\Microsoft\Windows\CurrentVersion\Policies\System!LegalNoticeText`

func seceditNotice(v evidence.Registry) evidence.Registry {
	if lines, ok := v.Strings(); ok && v.Type == evidence.RegMultiSZ {
		return evidence.RegistryText(evidence.RegSZ, strings.Join(lines, "\r\n"))
	}
	return v
}

// seceditTexts reads texts separated by commas; a comma inside a text stands in quotes.
func seceditTexts(data string) evidence.Registry {
	const comma = "\x01"
	var all bytes.Buffer
	if data != "" {
		for _, text := range strings.Split(strings.ReplaceAll(data, `","`, comma), ",") {
			if inner, ok := unquoted(text); ok {
				text = inner
			}
			all.Write(evidence.RegistryText(evidence.RegSZ, strings.ReplaceAll(text, comma, ",")).Data)
		}
	}
	all.Write([]byte{0, 0})
	return evidence.Registry{Type: evidence.RegMultiSZ, Data: all.Bytes()}
}
