package seal_test

import (
	"context"
	"crypto/x509"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

// update makes the recordings in testdata anew, with keys that nobody keeps.
var update = flag.Bool("update", false, "record signatures and timestamps in testdata anew")

// recorded are a signature without and one with a timestamp, and a timestamp, all over content, from testdata: what was
// sealed once must verify for ever, and fuzzing needs seeds that stay.
type recorded struct {
	plain, stamped, stamp []byte
	trust                 seal.Trust
}

func record(t testing.TB) {
	id, tsa := sealtest.Identity(t), sealtest.NewAuthority(t)
	stamp, err := tsa.Stamp(context.Background(), evidence.DigestOf(content))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"plain.p7s":   sign(t, id, seal.Options{Time: sealtest.Time}),
		"stamped.p7s": sign(t, id, seal.Options{Stamper: tsa}),
		"content.tsr": stamp,
		"signer.pem":  seal.MarshalPEM(id.Certificate),
		"tsa.pem":     seal.MarshalPEM(tsa.Root),
	} {
		if err := os.WriteFile(filepath.Join("testdata", name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func readRecorded(t testing.TB) recorded {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	certificates := func(name string) []*x509.Certificate {
		all, err := seal.ReadCertificates(name, read(name))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	return recorded{read("plain.p7s"), read("stamped.p7s"), read("content.tsr"),
		seal.Trust{Signers: certificates("signer.pem"), Authorities: certificates("tsa.pem"), At: sealtest.Time}}
}

func TestRecorded(t *testing.T) {
	if *update {
		record(t)
	}
	r := readRecorded(t)
	digest := evidence.DigestOf(content)
	for _, cms := range [][]byte{r.plain, r.stamped} {
		if s := seal.Verify(cms, digest, r.trust); s.Standing != seal.Trusted {
			t.Errorf("%+v", s)
		}
	}
	if s := seal.VerifyStamp(r.stamp, digest, nil, r.trust); s.Standing != seal.Trusted {
		t.Errorf("%+v", s)
	}
}
