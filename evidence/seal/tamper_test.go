package seal_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

// everyBit says whether all bits are flipped in turn, not only some, always the same ones.
var everyBit = os.Getenv("AUDITPACK_TAMPER") == "all"

// flipEach calls f for n positions of b, or for each if n is 0 or AUDITPACK_TAMPER is all, with that bit flipped.
func flipEach(t *testing.T, b []byte, n int, f func(flipped []byte) (noticed bool, found string)) {
	t.Helper()
	all := rand.New(rand.NewPCG(1, 2)).Perm(8 * len(b))
	if n > 0 && !everyBit {
		all = all[:min(n, len(all))]
	}
	missed := 0
	for _, bit := range all {
		flipped := bytes.Clone(b)
		flipped[bit/8] ^= 1 << (bit % 8)
		if noticed, found := f(flipped); !noticed {
			if missed++; missed <= 20 {
				t.Errorf("bit %d of byte %d (%02x): %s", bit%8, bit/8, b[bit/8], found)
			}
		}
	}
	t.Logf("%d of %d bits flipped, %d not noticed", len(all), 8*len(b), missed)
}

func TestEveryFlippedBitIsNoticed(t *testing.T) {
	id, tsa := sealtest.Identity(t), sealtest.NewAuthority(t)
	trust, digest := sealtest.Trust(id, tsa), evidence.DigestOf(content)
	issued, root := issuedIdentity(t)
	for _, test := range []struct {
		name  string
		cms   []byte
		trust []seal.Trust
		some  int // how many bits, if not all of them
	}{
		{"CMS", sign(t, id, seal.Options{Time: sealtest.Time}), []seal.Trust{trust, {}}, 0},
		{"CMS with timestamp", sign(t, id, seal.Options{Stamper: tsa}), []seal.Trust{trust, sealtest.Trust(id, nil), {}}, 2000},
		{"CMS with chain", sign(t, issued, seal.Options{}), []seal.Trust{{Signers: root, At: sealtest.Time}, {}}, 1000},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, trust := range test.trust {
				if s := seal.Verify(test.cms, digest, trust); len(s.Faults) > 0 {
					t.Fatalf("before anything was flipped: %+v", s)
				}
			}
			turn := 0
			flipEach(t, test.cms, test.some, func(flipped []byte) (bool, string) {
				trusts := test.trust
				if !everyBit { // one trust after the other
					trusts = trusts[turn%len(trusts):][:1]
					turn++
				}
				for _, trust := range trusts {
					if s := seal.Verify(flipped, digest, trust); s.Standing != seal.Broken {
						return false, fmt.Sprintf("%s, %s", s.Standing, s.Chain)
					}
				}
				return true, ""
			})
		})
	}
}

func TestEveryFlippedBitOfATimestampIsNoticed(t *testing.T) {
	imprint := evidence.DigestOf(content)
	for _, withoutRoot := range []bool{false, true} {
		tsa := sealtest.NewAuthority(t)
		tsa.WithoutRoot = withoutRoot
		response, err := tsa.Stamp(context.Background(), imprint)
		if err != nil {
			t.Fatal(err)
		}
		for name, trust := range map[string]seal.Trust{
			"root":   sealtest.Trust(nil, tsa),
			"issuer": {Authorities: []*x509.Certificate{tsa.Issuer}, At: sealtest.Time},
			"nobody": {},
		} {
			t.Run(fmt.Sprintf("trust in %s, without root %v", name, withoutRoot), func(t *testing.T) {
				if s := seal.VerifyStamp(response, imprint, nil, trust); len(s.Faults) > 0 || len(trust.Authorities) > 0 != (s.Standing == seal.Trusted) {
					t.Fatalf("before anything was flipped: %+v", s)
				}
				flipEach(t, response, 400, func(flipped []byte) (bool, string) {
					s := seal.VerifyStamp(flipped, imprint, nil, trust)
					// Nobody vouches for the issuer's certificate where its own issuer is not at hand: a flip in it can go
					// unnoticed there, and nothing is trusted through it.
					unvouched := withoutRoot && name == "nobody" && s.Standing == seal.Unknown
					return s.Standing == seal.Broken || unvouched, string(s.Standing)
				})
			})
		}
	}
}
