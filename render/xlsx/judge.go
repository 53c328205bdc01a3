package xlsx

import (
	"crypto/x509"
	"slices"

	"auditpack/evidence/seal"
)

// conclude settles what a signature is worth, once all faults of its own are known. The signer's certificate is first.
func conclude(sig *seal.Signature, trust seal.Trust, certificates []*x509.Certificate) {
	if len(certificates) > 0 {
		standing, chain, faults := trust.Judge(certificates[0], certificates[1:], sig.Stamp, sig.Claimed)
		sig.Standing, sig.Chain = standing, chain
		for _, f := range faults {
			if !slices.Contains(sig.Faults, f) {
				sig.Faults = append(sig.Faults, f)
			}
		}
	}
	if len(sig.Faults) > 0 || len(certificates) == 0 {
		sig.Standing = seal.Broken
	}
}
