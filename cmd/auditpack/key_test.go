package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"auditpack/evidence/seal"
)

// TestKeyScripts runs testdata/script/key, each with a configuration folder of its own, below $WORK/config.
func TestKeyScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script/key",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ends": ends, "says": says, "holds": holds, "cut": cut, "sparse": sparse, "identity": writeTestIdentity, "mode": mode,
		},
		Setup: func(e *testscript.Env) error {
			e.Setenv("AUDITPACK_CONFIG", filepath.Join(e.WorkDir, "config"))
			return nil
		},
		Condition: func(name string) (bool, error) { return name == "root" && os.Getuid() == 0, nil },
	})
}

// writeTestIdentity FILE KIND writes an identity file as another program may have made it: what KIND says is wrong with it.
func writeTestIdentity(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: identity FILE good|expired|early|mismatch|weak|two|pair|hostile")
	}
	now := time.Now()
	from, to := now.Add(-time.Hour), now.Add(24*time.Hour)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	var signer crypto.Signer = key
	switch args[1] {
	case "expired":
		from, to = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	case "early":
		from, to = time.Date(2098, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	case "weak":
		signer, err = rsa.GenerateKey(rand.Reader, 1024)
		ts.Check(err)
	}
	name := "Jane Doe"
	if args[1] == "hostile" {
		name = "Jane\x1b[2J\u202eDoe"
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: to}
	der, err := x509.CreateCertificate(rand.Reader, c, c, signer.Public(), signer)
	ts.Check(err)
	if args[1] == "mismatch" {
		signer, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		ts.Check(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(signer)
	ts.Check(err)
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	text := bytes.Join([][]byte{keyPEM, certificate}, nil)
	switch args[1] {
	case "pair": // FILE.key and FILE.crt
		ts.Check(os.WriteFile(ts.MkAbs(args[0]+".crt"), certificate, 0o600))
		ts.Check(os.WriteFile(ts.MkAbs(args[0]+".key"), keyPEM, 0o600))
		return
	case "two":
		text = bytes.Join([][]byte{keyPEM, text}, nil)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o600))
}

// mode FILE OCTAL: the file has these permissions.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode FILE OCTAL")
	}
	if runtime.GOOS == "windows" {
		return
	}
	want, err := strconv.ParseUint(args[1], 8, 32)
	ts.Check(err)
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if info.Mode().Perm() != fs.FileMode(want) {
		ts.Fatalf("%s has mode %o, want %o", args[0], info.Mode().Perm(), want)
	}
}

// TestOpenIdentity: what a command that signs opens: the default, made on first use; a name; a file; nothing that is expired.
func TestOpenIdentity(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("AUDITPACK_CONFIG", dir)
	t.Setenv("AUDITPACK_PASSPHRASE", "")
	var talk bytes.Buffer
	first, err := openIdentity(t.Context(), keyFlags{}, &talk)
	if err != nil {
		t.Fatal(err)
	}
	print := seal.FormatFingerprint(first.Party().Fingerprint)
	where := filepath.Join(dir, "keys", "default.pem")
	want := "auditpack: first use: made an identity to sign with, " + where + "\n" +
		"auditpack: its fingerprint, which the auditor must get by another way than the package: " + print + "\n"
	if talk.String() != want {
		t.Errorf("said %q, want %q", talk.String(), want)
	}
	if kind := seal.KeyName(first.Certificate); kind != "RSA-3072" {
		t.Errorf("made %s, want RSA-3072", kind)
	}
	for _, key := range []string{"", "default", where} {
		talk.Reset()
		again, err := openIdentity(t.Context(), keyFlags{key: key}, &talk)
		if err != nil || !again.Certificate.Equal(first.Certificate) || talk.Len() > 0 {
			t.Errorf("--key %q: %v, said %q", key, err, talk.String())
		}
	}
	for key, want := range map[string]string{
		"nobody":              "no identity is called nobody in " + filepath.Join(dir, "keys") + ": 'auditpack key list' lists them, 'auditpack key new nobody' makes it",
		filepath.Join(dir):    dir + ": not a file",
		"no/such.pem":         "no/such.pem: no such file or directory",
		"store:Jane Doe":      "store:Jane Doe: there is no certificate store on this system: only Windows has one",
		"../keys/default.pem": "../keys/default.pem: no such file or directory",
	} {
		if runtime.GOOS == "windows" {
			break // other texts
		}
		if _, err := openIdentity(t.Context(), keyFlags{key: key}, &talk); err == nil || err.Error() != want {
			t.Errorf("--key %q: %v, want %q", key, err, want)
		}
	}
}

// TestFirstUseEncrypted: with a passphrase at hand, what is made on first use is encrypted with it.
func TestFirstUseEncrypted(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("AUDITPACK_CONFIG", dir)
	t.Setenv("AUDITPACK_PASSPHRASE", "geheim")
	var talk bytes.Buffer
	if _, err := openIdentity(t.Context(), keyFlags{}, &talk); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "keys", "default.p12")); err != nil {
		t.Error(err)
	}
	t.Setenv("AUDITPACK_PASSPHRASE", "falsch")
	if _, err := openIdentity(t.Context(), keyFlags{}, &talk); err == nil || err.Error() != filepath.Join(dir, "keys", "default.p12")+": wrong passphrase" {
		t.Errorf("error is %v", err)
	}
}

// TestKeyFlags: the flags of commands that sign, and no passphrase among them.
func TestKeyFlags(t *testing.T) {
	var f keyFlags
	cmd := &cobra.Command{Use: "sign"}
	f.add(cmd)
	if err := cmd.ParseFlags([]string{"--key", "card", "--passphrase-file", "secret.txt", "--tsa", "https://a.example/", "--tsa", "https://b.example/", "--tsa-timeout", "3s"}); err != nil {
		t.Fatal(err)
	}
	want := keyFlags{key: "card", passphraseFile: "secret.txt", tsa: []string{"https://a.example/", "https://b.example/"}, tsaTimeout: 3 * time.Second}
	if diff := cmp.Diff(want, f, cmp.AllowUnexported(keyFlags{})); diff != "" {
		t.Error(diff)
	}
	if cmd.Flags().Lookup("passphrase") != nil {
		t.Error("there is a flag that takes a passphrase")
	}
}

func TestOpenStamper(t *testing.T) {
	if s, err := openStamper(keyFlags{}); s != nil || err != nil {
		t.Errorf("without --tsa: %v, %v", s, err)
	}
	if s, err := openStamper(keyFlags{tsa: []string{"https://tsa.example.com/"}, tsaTimeout: time.Second}); s == nil || err != nil {
		t.Errorf("with one: %v, %v", s, err)
	}
	for _, f := range []keyFlags{
		{tsa: []string{"https://tsa.example.com/"}},
		{tsa: []string{"tsa.example.com"}, tsaTimeout: time.Second},
		{tsa: []string{"file:///etc/passwd"}, tsaTimeout: time.Second},
	} {
		var usage *usageError
		if s, err := openStamper(f); s != nil || err == nil || !errors.As(err, &usage) {
			t.Errorf("%v: %v, %v", f, s, err)
		}
	}
}
