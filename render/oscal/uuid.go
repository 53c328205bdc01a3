package oscal

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
)

// uuid is a UUID in its text form.
type uuid string

// space is the namespace of every identifier here: the version 5 UUID of "auditpack" in the namespace of RFC 9562 for
// OIDs. It never changes, so that identifiers can be derived again.
const space uuid = "2393e552-75d0-5d39-afa9-e72b5f4ac35d"

// ns names the properties that OSCAL does not define.
const ns = "urn:uuid:" + string(space)

// name returns the version 5 UUID (RFC 9562) of a name, made of parts, within the namespace u. The parts are kept apart,
// so that ("a", "bc") and ("ab", "c") differ.
func (u uuid) name(parts ...string) uuid {
	h := sha1.New()
	raw, _ := hex.DecodeString(strings.ReplaceAll(string(u), "-", ""))
	h.Write(raw)
	h.Write([]byte(strings.Join(parts, "\x00")))
	b := h.Sum(nil)[:16]
	b[6] = b[6]&0x0f | 0x50
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b)
	return uuid(s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:])
}
