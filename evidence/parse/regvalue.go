package parse

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"auditpack/evidence"
)

// maxRegData is the largest data of one value that is decoded, in bytes of text.
const maxRegData = 16 << 20

// quoteEnd returns the index of the quote that ends a text, or -1. A backslash takes away the meaning of what follows.
func quoteEnd(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// unescape resolves \\ and \", the only escapes that an export has. Without any it returns b itself.
func unescape(b []byte) ([]byte, error) {
	if bytes.IndexByte(b, '\\') < 0 {
		return b, nil
	}
	text := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			text = append(text, b[i])
			continue
		}
		i++
		if i == len(b) {
			return nil, errors.New(`a single \ at the end`)
		}
		if b[i] != '\\' && b[i] != '"' {
			return nil, fmt.Errorf(`the escape \%s is unknown (only \\ and \" are)`, firstRune(b[i:]))
		}
		text = append(text, b[i])
	}
	return text, nil
}

func firstRune(b []byte) string {
	for _, c := range string(b) {
		return strings.Trim(strconv.QuoteRune(c), "'")
	}
	return ""
}

// regDWord reads what follows "dword:".
func regDWord(b []byte) (evidence.Registry, error) {
	if len(b) == 0 || len(b) > 8 {
		return evidence.Registry{}, fmt.Errorf("dword of %d digits, want 8", len(b))
	}
	n, err := strconv.ParseUint(string(b), 16, 32)
	if err != nil {
		return evidence.Registry{}, fmt.Errorf("dword: %q is not hexadecimal", clip(b))
	}
	return evidence.RegistryDWord(uint32(n)), nil
}

// regHexType reads "hex:" or "hex(T):" and returns what follows.
func regHexType(b []byte) (t evidence.RegistryType, rest []byte, err error) {
	head, rest, ok := bytes.Cut(b, []byte(":"))
	if !ok {
		return 0, nil, fmt.Errorf("hex without a colon")
	}
	if len(head) == len("hex") {
		return evidence.RegBinary, rest, nil
	}
	number := head[len("hex"):]
	if len(number) < 3 || number[0] != '(' || number[len(number)-1] != ')' {
		return 0, nil, fmt.Errorf("%q is no type of data", clip(head))
	}
	n, err := strconv.ParseUint(string(number[1:len(number)-1]), 16, 32)
	if err != nil {
		return 0, nil, fmt.Errorf("%q is no type of data", clip(head))
	}
	return evidence.RegistryType(n), rest, nil
}

// regHexData reads bytes separated by commas.
func regHexData(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, nil
	}
	data := make([]byte, 0, len(b)/3+1)
	for i := 0; ; {
		n, digits := byte(0), 0
		for ; i < len(b) && digits < 3; i++ {
			d, ok := hexDigit(b[i])
			if !ok {
				break
			}
			n = n<<4 | d
			digits++
		}
		if digits == 0 || digits > 2 {
			return nil, fmt.Errorf("hex data: no byte at %q", clip(b[i:]))
		}
		data = append(data, n)
		if i == len(b) {
			return data, nil
		}
		if b[i] != ',' {
			return nil, fmt.Errorf("hex data: %q where a comma is due", clip(b[i:]))
		}
		i++
	}
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// widen turns the single-byte text that REGEDIT4 has in hex(1), hex(2) and hex(7) into UTF-16LE, so that equal values
// compare equal.
func widen(t evidence.RegistryType, data []byte) []byte {
	if t != evidence.RegSZ && t != evidence.RegExpandSZ && t != evidence.RegMultiSZ {
		return data
	}
	wide := make([]byte, 0, 2*len(data))
	for _, b := range data {
		for _, unit := range utf16.AppendRune(nil, charmap.Windows1252.DecodeByte(b)) {
			wide = binary.LittleEndian.AppendUint16(wide, unit)
		}
	}
	return wide
}

// clip shortens what is quoted in a message.
func clip(b []byte) string {
	if len(b) > 40 {
		return strings.ToValidUTF8(string(b[:40]), "") + "…"
	}
	return string(b)
}
