package seal_test

import (
	"bytes"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/seal"
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
	r := readRecorded(f)
	f.Add(r.plain)
	f.Add(r.stamped)
	f.Fuzz(func(t *testing.T, b []byte) {
		s := seal.Verify(b, evidence.DigestOf(content), r.trust)
		checkFaults(t, s.Standing, s.Faults)
		if s.Standing == seal.Trusted && !bytes.Equal(b, r.plain) && !bytes.Equal(b, r.stamped) {
			t.Errorf("trusted, but not what was signed: %x", b)
		}
	})
}

func FuzzVerifyStamp(f *testing.F) {
	r := readRecorded(f)
	f.Add(r.stamp)
	f.Add(r.stamp[9:]) // the token alone
	f.Fuzz(func(t *testing.T, b []byte) {
		s := seal.VerifyStamp(b, evidence.DigestOf(content), nil, r.trust)
		checkFaults(t, s.Standing, s.Faults)
		if s.Standing == seal.Trusted && !bytes.Contains(r.stamp, b) {
			t.Errorf("trusted, but not what was stamped: %x", b)
		}
		if _, err := seal.ChainOf(b); err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q", err)
		}
	})
}

func FuzzReadCertificates(f *testing.F) {
	f.Add(seal.MarshalPEM(readRecorded(f).trust.Signers...))
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
