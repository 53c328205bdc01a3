package seal_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/seal"
)

// absolute returns an absolute path on this system.
func absolute(name string) string {
	path, err := filepath.Abs(name)
	if err != nil {
		panic(err)
	}
	return path
}

// program returns the command line that runs [TestProgram] as an external signer of its own process.
func program(args ...string) []string {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return append([]string{self, "-test.run=^TestProgram$", "program"}, args...)
}

// TestProgram is no test: it is the external signer of the others. Its arguments: what to do, and the key.
func TestProgram(t *testing.T) {
	if flag.Arg(0) != "program" {
		t.Skip("only runs as the external signer of other tests")
	}
	if err := signAs(flag.Arg(1), flag.Arg(2)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(7)
	}
	os.Exit(0) // before the testing package writes to standard output
}

func signAs(how, keyFile string) error {
	switch how {
	case "hang":
		time.Sleep(time.Minute)
	case "silent":
		return nil
	case "refuse":
		return errors.New("card reader:\x1b[31m no\u202e card\r\n\tPIN pad missing")
	case "flood":
		_, err := os.Stdout.Write(make([]byte, 1<<20))
		return err
	case "babble":
		os.Stderr.Write(bytes.Repeat([]byte("warning "), 1<<17))
	case "deaf": // never reads the digest
		os.Stdout.WriteString("x")
		return nil
	}
	if os.Getenv("AUDITPACK_PASSPHRASE") != "" {
		return errors.New("the passphrase was handed on")
	}
	data, err := os.ReadFile(keyFile)
	if err != nil {
		return err
	}
	k, err := seal.ReadKeyFile(context.Background(), data, notAsked)
	if err != nil {
		return err
	}
	kind := map[bool]string{true: "RSA", false: "ECDSA"}[strings.HasPrefix(seal.KeyName(k.Certificate), "RSA")]
	if os.Getenv("AUDITPACK_HASH") != "SHA-256" || os.Getenv("AUDITPACK_KEY") != kind {
		return fmt.Errorf("asked for %s with %s", os.Getenv("AUDITPACK_HASH"), os.Getenv("AUDITPACK_KEY"))
	}
	digest, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	if how == "other" {
		digest[0] ^= 1
	}
	signature, err := k.Signer.Sign(rand.Reader, digest, crypto.SHA256)
	if err != nil {
		return err
	}
	if how == "rs" {
		var rs struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(signature, &rs); err != nil {
			return err
		}
		size := (k.Certificate.PublicKey.(*ecdsa.PublicKey).Params().BitSize + 7) / 8
		signature = append(rs.R.FillBytes(make([]byte, size)), rs.S.FillBytes(make([]byte, size))...)
	}
	_, err = os.Stdout.Write(signature)
	return err
}

// keep writes an identity for TestProgram to sign with, and returns its path and certificate.
func keep(t *testing.T, key crypto.Signer) (string, *seal.Identity) {
	t.Helper()
	id := &seal.Identity{Signer: key, Certificate: selfSigned(t, key)}
	data, err := seal.EncodePEM(id)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "id.pem")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, id
}

func TestExternalSigner(t *testing.T) {
	t.Setenv("AUDITPACK_PASSPHRASE", "secret")
	rsaFile, rsaID := keep(t, goodRSA())
	ecFile, ecID := keep(t, ecKey())
	for _, c := range []struct {
		how     string
		file    string
		id      *seal.Identity
		timeout time.Duration
		want    string // in the error; "" : a signature
	}{
		{"sign", rsaFile, rsaID, time.Minute, ""},
		{"sign", ecFile, ecID, time.Minute, ""},
		{"rs", ecFile, ecID, time.Minute, ""},
		{"babble", ecFile, ecID, time.Minute, ""},
		{"other", ecFile, ecID, time.Minute, "bytes are no ECDSA signature that the certificate's key verifies"},
		{"other", rsaFile, rsaID, time.Minute, "its 256 bytes are no RSA signature that the certificate's key verifies"},
		{"sign", rsaFile, ecID, time.Minute, "exit status 7: asked for SHA-256 with ECDSA"},
		{"silent", ecFile, ecID, time.Minute, "wrote no signature"},
		{"deaf", ecFile, ecID, time.Minute, "its 1 bytes are no ECDSA signature"},
		{"refuse", ecFile, ecID, time.Minute, `exit status 7: card reader:\u001B[31m no\u202E card PIN pad missing`},
		{"flood", ecFile, ecID, time.Minute, "wrote more than 4096 bytes"},
		{"hang", ecFile, ecID, 200 * time.Millisecond, "no signature within 200ms"},
	} {
		t.Run(c.how+" "+seal.KeyName(c.id.Certificate), func(t *testing.T) {
			signer, err := seal.NewExternalSigner(t.Context(), seal.Command{Argv: program(c.how, c.file), Timeout: c.timeout}, c.id.Certificate)
			if err != nil {
				t.Fatal(err)
			}
			if c.want == "" {
				signs(t, &seal.Identity{Signer: signer, Certificate: c.id.Certificate})
				return
			}
			signature, err := signer.Sign(nil, make([]byte, 32), crypto.SHA256)
			if err == nil || signature != nil || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%d bytes and error %q, want one line with %q", len(signature), err, c.want)
			}
		})
	}
}

// TestExternalSignerInterrupted: an interrupt ends the program and is told from a timeout.
func TestExternalSignerInterrupted(t *testing.T) {
	_, id := keep(t, ecKey())
	ctx, cancel := context.WithCancel(t.Context())
	signer, err := seal.NewExternalSigner(ctx, seal.Command{Argv: program("hang"), Timeout: time.Minute}, id.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, cancel)
	if _, err := signer.Sign(nil, make([]byte, 32), crypto.SHA256); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want %v", err, context.Canceled)
	}
}

// TestExternalSignerAsked: what an external signer cannot do is refused before anything runs.
func TestExternalSignerAsked(t *testing.T) {
	signer, err := seal.NewExternalSigner(t.Context(), seal.Command{Argv: []string{absolute("no-such-program")}, Timeout: time.Minute}, selfSigned(t, goodRSA()))
	if err != nil {
		t.Fatal(err)
	}
	for name, ask := range map[string]func() ([]byte, error){
		"SHA-384": func() ([]byte, error) { return signer.Sign(nil, make([]byte, 48), crypto.SHA384) },
		"PSS": func() ([]byte, error) {
			return signer.Sign(nil, make([]byte, 32), &rsa.PSSOptions{Hash: crypto.SHA256})
		},
		"length": func() ([]byte, error) { return signer.Sign(nil, make([]byte, 31), crypto.SHA256) },
	} {
		if _, err := ask(); err == nil || !strings.Contains(err.Error(), "takes SHA-256 digests") {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	if _, err := signer.Sign(nil, make([]byte, 32), crypto.SHA256); err == nil || !strings.Contains(err.Error(), "signer no-such-program: ") {
		t.Errorf("a program that is not there: %v", err)
	}
}

func TestNewCommand(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Dir(self))
	c, err := seal.NewCommand([]string{filepath.Base(self), "a b", "$HOME"}, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{self, "a b", "$HOME"}, c.Argv); diff != "" {
		t.Error(diff)
	}
	for _, test := range []struct {
		argv    []string
		timeout time.Duration
		want    string
	}{
		{nil, time.Second, "the command is missing"},
		{[]string{""}, time.Second, "the command is missing"},
		{[]string{"no-such-program"}, time.Second, `the command "no-such-program" cannot be run: `},
		{[]string{absolute("no-such-program")}, time.Second, "cannot be run: "},
		{[]string{self}, 0, "the timeout is 0s: more than 0s and at most 10m0s"},
		{[]string{self}, time.Hour, "the timeout is 1h0m0s"},
	} {
		if _, err := seal.NewCommand(test.argv, test.timeout); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q within %s: error is %v, want %q", test.argv, test.timeout, err, test.want)
		}
	}
}

// TestSignerFile: arguments come back as they were, whatever they hold.
func TestSignerFile(t *testing.T) {
	id := &seal.Identity{Certificate: selfSigned(t, ecKey())}
	command := seal.Command{
		Argv:    []string{absolute("a program"), "", "--pin: 1", "'\"`$(x) #", "- [a, b]", "tab\tline\nend", "\u00e4\u2028\U0001F511", "null", "0x10", `C:\x\`, "<&>", "\x01\x7f\u0085\ufeff"},
		Timeout: 90 * time.Second,
	}
	data, err := seal.EncodeExternal(id, command)
	if err != nil {
		t.Fatal(err)
	}
	k, err := seal.ReadKeyFile(t.Context(), data, notAsked)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	if diff := cmp.Diff(&command, k.Command); diff != "" {
		t.Error(diff)
	}
	if k.Form != seal.FormExternal || k.Encrypted || !k.Certificate.Equal(id.Certificate) {
		t.Errorf("form %s, encrypted %t, certificate of %s", k.Form, k.Encrypted, k.Party().Name)
	}
	if _, err := seal.EncodeExternal(id, seal.Command{Argv: []string{absolute("x"), "\xff"}, Timeout: time.Second}); err == nil {
		t.Error("an argument that is no text was written")
	}
}

func TestSignerFileBad(t *testing.T) {
	id := &seal.Identity{Certificate: selfSigned(t, ecKey())}
	good, err := seal.EncodeExternal(id, seal.Command{Argv: []string{absolute("sign")}, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	weak := &seal.Identity{Certificate: selfSigned(t, weakRSA())}
	weakFile, err := seal.EncodeExternal(weak, seal.Command{Argv: []string{absolute("sign")}, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	program := strings.ReplaceAll(absolute("sign"), `\`, `\\`)
	change := func(old, new string) []byte {
		if !strings.Contains(string(good), old) {
			t.Fatalf("no %q in the file", old)
		}
		return []byte(strings.Replace(string(good), old, new, 1))
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"another version":    {change("signer/1", "signer/2"), `version is "auditpack.signer/2": this auditpack reads auditpack.signer/1`},
		"an unknown field":   {change("timeout:", "shell: true\ntimeout:"), "line 5: "},
		"a field twice":      {change("timeout:", "timeout: 1s\ntimeout:"), "line 6: "},
		"a command as text":  {change(`["`+program+`"]`, program), "line 4: "},
		"a relative program": {change(program, "sign"), `the command "sign" is not an absolute path`},
		"no command":         {change(`["`+program+`"]`, "[]"), "the command is missing"},
		"no timeout":         {change("timeout: 1m0s\n", ""), `timeout ""`},
		"a timeout of 5":     {change("1m0s", "5"), `timeout "5": write 60s or 2m`},
		"a timeout of days":  {change("1m0s", "72h"), "the timeout is 72h0m0s"},
		"no certificate":     {change("BEGIN", "BEGUN"), "certificate: no certificate in it"},
		"a weak certificate": {weakFile, "an RSA-1024 key is weak"},
		"an alias":           {change("1m0s", "*a"), "has no place"},
		"brackets":           {change(`["`, strings.Repeat("[", 50000)+`"`), "nested deeper"},
		"not text":           {change("1m0s", "\xff"), "not UTF-8 text"},
		"a key beside it":    {append(change("1m0s", "1m"), pkcs8(t, ecKey())...), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := seal.ReadKeyFile(t.Context(), c.data, notAsked)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error is %v, want one line with %q", err, c.want)
			}
		})
	}
}

// The certificate of an external signer may be one that an authority issued, to a key that never was a file.
func TestSoftHSM(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the signers of this test are shell scripts")
	}
	token := newToken(t)
	caKey := ecKey()
	ca := issue(t, "Authority", caKey.Public(), caKey, nil, isAuthority)
	for _, c := range []struct {
		name, kind, id string
		argv           []string
	}{
		{"RSA", "rsa:2048", "01", []string{absolute("testdata/sign-rsa.sh"), token.module, "01"}},
		{"ECDSA, r and s", "EC:secp256r1", "02", []string{absolute("testdata/sign-ecdsa.sh"), token.module, "02", "rs"}},
		{"ECDSA, DER", "EC:secp256r1", "03", []string{absolute("testdata/sign-ecdsa.sh"), token.module, "03", "sequence"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			public := token.generate(t, c.kind, c.id)
			cert := issue(t, "Jane Doe", public, caKey, ca)
			command, err := seal.NewCommand(c.argv, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			data, err := seal.EncodeExternal(&seal.Identity{Certificate: cert}, command)
			if err != nil {
				t.Fatal(err)
			}
			k, err := seal.ReadKeyFile(t.Context(), data, notAsked)
			if err != nil {
				t.Fatal(err)
			}
			signs(t, &k.Identity)
			opensslVerifies(t, &k.Identity)
			digest := evidence.DigestOf(nil)
			cms, err := seal.Sign(t.Context(), &k.Identity, digest, seal.Options{Time: noon})
			if err != nil {
				t.Fatal(err)
			}
			if s := seal.Verify(cms, digest, seal.Trust{Signers: []*x509.Certificate{ca}, At: noon}); s.Standing != seal.Trusted {
				t.Errorf("the seal is %s: %v", s.Standing, s.Faults)
			}

			t.Setenv("TOKEN_PIN", "0000")
			if _, err := k.Signer.Sign(nil, digest[:], crypto.SHA256); err == nil || !strings.Contains(err.Error(), "CKR_PIN_INCORRECT") {
				t.Errorf("with a wrong PIN: %v", err)
			}
		})
	}
}
