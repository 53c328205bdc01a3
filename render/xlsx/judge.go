package xlsx

import (
	"crypto/x509"

	"auditpack/evidence/seal"
)

// conclude settles what a signature is worth, once all faults of its own are known.
func conclude(sig *seal.Signature, trust seal.Trust, certificates []*x509.Certificate) {
	sig.Standing = seal.Unknown // TODO Judge
	if len(sig.Faults) > 0 {
		sig.Standing = seal.Broken
	}
}
