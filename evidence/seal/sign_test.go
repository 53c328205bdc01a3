package seal_test

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

var content = []byte("the bytes that are sealed\n")

func sign(t testing.TB, id *seal.Identity, o seal.Options) []byte {
	t.Helper()
	cms, err := seal.Sign(context.Background(), id, evidence.DigestOf(content), o)
	if err != nil {
		t.Fatal(err)
	}
	return cms
}

func TestSignVerify(t *testing.T) {
	id, tsa := sealtest.Identity(t), sealtest.NewAuthority(t)
	for _, test := range []struct {
		name    string
		options seal.Options
	}{
		{"plain", seal.Options{}},
		{"time", seal.Options{Time: sealtest.Time}},
		{"stamp", seal.Options{Time: sealtest.Time, Stamper: tsa}},
	} {
		t.Run(test.name, func(t *testing.T) {
			cms := sign(t, id, test.options)
			s := seal.Verify(cms, evidence.DigestOf(content), sealtest.Trust(id, tsa))
			if s.Standing != seal.Trusted || len(s.Faults) > 0 {
				t.Fatalf("%+v", s)
			}
			if !s.Claimed.Equal(test.options.Time) {
				t.Errorf("claimed %v, want %v", s.Claimed, test.options.Time)
			}
			if want := test.options.Stamper != nil; (s.Stamp != nil) != want {
				t.Errorf("stamp: %v, want %v", s.Stamp != nil, want)
			}
			if s.Stamp != nil && (s.Stamp.Standing != seal.Trusted || !s.Stamp.Time.Equal(sealtest.Time)) {
				t.Errorf("stamp: %+v", s.Stamp)
			}
			if s := seal.Verify(cms, evidence.DigestOf(content), seal.Trust{}); s.Standing != seal.Unknown || len(s.Faults) > 0 {
				t.Errorf("without trust: %+v", s)
			}
			if s := seal.Verify(cms, evidence.DigestOf(nil), sealtest.Trust(id, tsa)); s.Standing != seal.Broken {
				t.Errorf("over other content: %+v", s)
			}
			if d, err := seal.SignedDigest(cms); err != nil || d != evidence.DigestOf(content) {
				t.Errorf("signed digest %s, %v", d, err)
			}
			if test.options.Stamper == nil && !bytes.Equal(cms, sign(t, id, test.options)) {
				t.Error("signing again gives other bytes")
			}
		})
	}
}

// rsaOnce makes one identity with an RSA key for all tests, since that takes long.
var rsaOnce = sync.OnceValues(func() (*seal.Identity, error) {
	return seal.Generate(sealtest.Time, seal.RSA3072, "Test Signer", "")
})

func rsaIdentity(t testing.TB) *seal.Identity {
	t.Helper()
	id, err := rsaOnce()
	if err != nil {
		t.Fatal(err)
	}
	return id
}
