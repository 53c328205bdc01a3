package seal_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

// checkFaults holds what is promised of every reader: Broken if and only if there is a fault, each one line.
func checkFaults(t *testing.T, standing seal.Standing, faults []string) {
	t.Helper()
	if (standing == seal.Broken) != (len(faults) > 0) {
		t.Errorf("%s with %d faults", standing, len(faults))
	}
	for _, f := range faults {
		if f == "" || strings.ContainsAny(f, "\n\r\x1b") || len(f) > 2000 {
			t.Errorf("fault %q", f)
		}
	}
}

func FuzzVerify(f *testing.F) {
	id, tsa := sealtest.Identity(f), sealtest.NewAuthority(f)
	digest, trust := evidence.DigestOf(content), sealtest.Trust(id, tsa)
	seeds := [][]byte{sign(f, id, seal.Options{Time: sealtest.Time}), sign(f, id, seal.Options{Stamper: tsa})}
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := seal.Verify(b, digest, trust)
		checkFaults(t, s.Standing, s.Faults)
		for _, seed := range seeds {
			if bytes.Equal(seed, b) {
				return
			}
		}
		if s.Standing == seal.Trusted {
			t.Errorf("trusted, but not what was signed: %x", b)
		}
	})
}

func FuzzVerifyStamp(f *testing.F) {
	tsa := sealtest.NewAuthority(f)
	imprint := evidence.DigestOf(content)
	seed, err := tsa.Stamp(context.Background(), imprint)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add(seed[9:]) // the token alone, as it happens to lie
	f.Fuzz(func(t *testing.T, b []byte) {
		s := seal.VerifyStamp(b, imprint, nil, sealtest.Trust(nil, tsa))
		checkFaults(t, s.Standing, s.Faults)
		if s.Standing == seal.Trusted && !bytes.Contains(seed, b) {
			t.Errorf("trusted, but not what was stamped: %x", b)
		}
		if _, err := seal.ChainOf(b); err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q", err)
		}
	})
}

func FuzzReadCertificates(f *testing.F) {
	id := sealtest.Identity(f)
	f.Add(seal.MarshalPEM(id.Certificate))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nA: b\n\nAAAA\n-----END CERTIFICATE-----\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := seal.ReadCertificates("trust.pem", b)
		if (err == nil) != (len(all) > 0) {
			t.Errorf("%d certificates, %v", len(all), err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n\r\x1b") {
			t.Errorf("%q", err)
		}
		if err == nil {
			again, err := seal.ReadCertificates("trust.pem", seal.MarshalPEM(all...))
			if err != nil || len(again) != len(all) {
				t.Errorf("what was read is not read again: %v", err)
			}
		}
	})
}
