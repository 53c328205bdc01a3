package seal_test

import (
	"crypto"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/seal"
)

// token is a PKCS #11 token in software, new for a test.
type token struct{ module string }

// newToken makes a token with SoftHSM, or skips the test.
func newToken(t *testing.T) token {
	t.Helper()
	for _, program := range []string{"softhsm2-util", "pkcs11-tool"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not on PATH", program)
		}
	}
	var module string
	for _, folder := range []string{"/usr/lib/softhsm", "/usr/lib64/softhsm", "/usr/lib/pkcs11", "/usr/local/lib/softhsm", "/opt/homebrew/lib/softhsm"} {
		if path := filepath.Join(folder, "libsofthsm2.so"); module == "" && exists(path) {
			module = path
		}
	}
	if module == "" {
		t.Skip("libsofthsm2.so is not where SoftHSM is usually installed")
	}
	dir := t.TempDir()
	tokens := filepath.Join(dir, "tokens")
	conf := filepath.Join(dir, "softhsm2.conf")
	if err := os.Mkdir(tokens, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(conf, []byte("directories.tokendir = "+tokens+"\nobjectstore.backend = file\nlog.level = ERROR\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", conf)
	t.Setenv("TOKEN_PIN", "123456")
	runTool(t, "softhsm2-util", "--init-token", "--free", "--label", "test", "--so-pin", "654321", "--pin", "123456")
	return token{module}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// generate makes a key pair in the token and returns its public half.
func (k token) generate(t *testing.T, kind, id string) crypto.PublicKey {
	t.Helper()
	out := filepath.Join(t.TempDir(), "public.der")
	runTool(t, "pkcs11-tool", "--module", k.module, "--login", "--pin", "env:TOKEN_PIN", "--keypairgen", "--key-type", kind, "--id", id)
	runTool(t, "pkcs11-tool", "--module", k.module, "--read-object", "--type", "pubkey", "--id", id, "--output-file", out)
	der, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		t.Fatal(err)
	}
	return public
}

func runTool(t *testing.T, program string, args ...string) {
	t.Helper()
	if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
}

// opensslVerifies fails unless OpenSSL takes the identity's signature over a text.
func opensslVerifies(t *testing.T, id *seal.Identity) {
	t.Helper()
	text := []byte("signed by a key that is not here\n")
	digest := evidence.DigestOf(text)
	signature, err := id.Signer.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, data := range map[string][]byte{"text": text, "signature": signature, "certificate.pem": seal.MarshalPEM(id.Certificate)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	opensslSays(t, "x509", "-in", filepath.Join(dir, "certificate.pem"), "-noout", "-pubkey", "-out", filepath.Join(dir, "public.pem"))
	if out := opensslSays(t, "dgst", "-sha256", "-verify", filepath.Join(dir, "public.pem"), "-signature", filepath.Join(dir, "signature"), filepath.Join(dir, "text")); !strings.Contains(out, "Verified OK") {
		t.Errorf("OpenSSL says: %s", out)
	}
}
