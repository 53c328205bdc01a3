package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Digest is a SHA-256 (FIPS 180-4). Its text form is 64 lower-case hexadecimal digits, as sha256sum prints it.
type Digest [sha256.Size]byte

// DigestOf returns the SHA-256 of b.
func DigestOf(b []byte) Digest { return sha256.Sum256(b) }

// ParseDigest reads 64 lower-case hexadecimal digits. Upper case is refused, so that equal digests have equal text.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	if len(s) != 2*len(d) {
		return d, fmt.Errorf("digest of %d characters, want %d", len(s), 2*len(d))
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return d, fmt.Errorf("digest: %q is not a lower-case hexadecimal digit", c)
		}
	}
	_, err := hex.Decode(d[:], []byte(s))
	return d, err
}

// String returns the 64 digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Short returns the first 16 digits, for places where the full form stands elsewhere.
func (d Digest) Short() string { return hex.EncodeToString(d[:8]) }

// IsZero reports whether d was never set.
func (d Digest) IsZero() bool { return d == Digest{} }

// MarshalText returns the 64 digits; the zero Digest is empty text.
func (d Digest) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (d *Digest) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Digest{}
		return nil
	}
	v, err := ParseDigest(string(b))
	*d = v
	return err
}
