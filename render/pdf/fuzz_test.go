package pdf

import (
	"bytes"
	"slices"
	"testing"

	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

// FuzzVerify: no panic, and nothing that is not one of the files that the trusted signer signed comes out whole and trusted.
func FuzzVerify(f *testing.F) {
	id := sealtest.Identity(f)
	first := smallReport(f)
	one := signReport(f, first, id, SignOptions{Time: sealtest.Time})
	two := signReport(f, one, sealtest.Identity(f), SignOptions{Time: sealtest.Time})
	for _, seed := range [][]byte{first, one, two, one[len(first):], packedForm(), []byte("%PDF-1.7\nstartxref\n0\n%%EOF\n")} {
		f.Add(seed)
	}
	trust := sealtest.Trust(id, nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := Verify(bytes.NewReader(data), int64(len(data)), trust)
		if err != nil {
			return
		}
		trusted := slices.ContainsFunc(found.Signatures, func(s seal.Signature) bool { return s.Standing == seal.Trusted })
		if trusted && len(found.Faults) == 0 && !bytes.Equal(data, one) && !bytes.Equal(data, two) {
			t.Errorf("not signed as it is, but trusted: %+v", found)
		}
		for _, s := range found.Signatures {
			if (s.Standing == seal.Broken) != (len(s.Faults) > 0) {
				t.Errorf("%s with faults %q", s.Standing, s.Faults)
			}
		}
	})
}
