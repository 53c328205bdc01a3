package seal_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
			if test.options.Stamper == nil && !bytes.Equal(cms, sign(t, id, test.options)) {
				t.Error("signing again gives other bytes")
			}
		})
	}
}

// openssl runs the independent judge in a folder.
func openssl(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not on PATH")
	}
	cmd := exec.Command("openssl", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func write(t *testing.T, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpenSSLVerifies(t *testing.T) {
	tsa := sealtest.NewAuthority(t)
	for _, kind := range []seal.KeyKind{seal.P256, seal.RSA3072} {
		id, err := seal.Generate(time.Now(), kind, "Test Signer", "")
		if err != nil {
			t.Fatal(err)
		}
		for _, stamper := range []seal.Stamper{nil, tsa} {
			dir := t.TempDir()
			write(t, dir, "content", content)
			write(t, dir, "ca.pem", seal.MarshalPEM(id.Certificate))
			write(t, dir, "m.p7s", sign(t, id, seal.Options{Time: time.Now(), Stamper: stamper}))
			for _, extra := range []string{"", "-cades"} {
				args := strings.Fields("cms -verify -binary -inform DER -in m.p7s -content content -CAfile ca.pem -out /dev/null " + extra)
				out, err := openssl(t, dir, args...)
				if err != nil || !strings.Contains(strings.ToLower(out), "verification successful") {
					t.Errorf("%s %s: %v\n%s", kind, extra, err, out)
				}
			}
		}
	}
}
