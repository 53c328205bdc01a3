package checklist

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
)

// space is the namespace of the identifiers in checklists. It never changes, so that they can be derived again.
const space = "5f1d7c1e-3f0b-5d4a-9c58-7b8a2f6f0c11"

// uuid returns the version 5 UUID (RFC 9562) of a name made of parts, which are kept apart: ("a", "bc") is not ("ab", "c").
func uuid(parts ...string) string {
	h := sha1.New()
	raw, _ := hex.DecodeString(strings.ReplaceAll(space, "-", ""))
	h.Write(raw)
	h.Write([]byte(strings.Join(parts, "\x00")))
	b := h.Sum(nil)[:16]
	b[6] = b[6]&0x0f | 0x50
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
