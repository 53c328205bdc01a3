package seal

import (
	"crypto/x509"
	"time"
)

// Trust is what the one who verifies has got by another way than with what is verified. The zero Trust trusts nobody.
// Signers and authorities of timestamps are apart, so that whoever issues the certificates of a timestamp authority does
// not thereby vouch for signers.
type Trust struct {
	Signers     []*x509.Certificate // signers' own certificates, or those of authorities that issue them
	Authorities []*x509.Certificate // timestamp authorities' own certificates, or those that issue them
	// At is the time of verification. A certificate must be valid at the time of a trusted Stamp, else at At.
	At time.Time
}
