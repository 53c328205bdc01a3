package seal_test

import (
	"crypto/elliptic"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"auditpack/evidence/seal"
)

func legacyP12(t testing.TB, id *seal.Identity, passphrase string) []byte {
	t.Helper()
	data, err := pkcs12.LegacyDES.Encode(id.Signer, id.Certificate, id.Chain, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestReadPKCS12(t *testing.T) {
	rootKey, betweenKey, key := newEC(elliptic.P256()), newEC(elliptic.P256()), ecKey()
	root := issue(t, "Root", rootKey.Public(), rootKey, nil, isAuthority)
	between := issue(t, "Between", betweenKey.Public(), rootKey, root, isAuthority)
	id := &seal.Identity{Signer: key, Certificate: issue(t, "Jane Doe", key.Public(), betweenKey, between)}
	id.Chain = append(id.Chain, between)
	for name, c := range map[string]struct {
		encoder    *pkcs12.Encoder
		passphrase string
	}{
		"RC2 and 3DES":         {pkcs12.LegacyRC2, "geheim"},
		"3DES":                 {pkcs12.LegacyDES, "geheim"},
		"PBES2":                {pkcs12.Modern2023, "geheim"},
		"PBES2, PBMAC1":        {pkcs12.Modern2026, "geheim"},
		"PBES2, umlaut":        {pkcs12.Modern2023, "gehäim €"},
		"the empty passphrase": {pkcs12.Modern2023, ""},
		"not encrypted":        {pkcs12.Passwordless, ""},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := c.encoder.Encode(key, id.Certificate, id.Chain, c.passphrase)
			if err != nil {
				t.Fatal(err)
			}
			asked := 0
			answer := func(text string) func() (string, error) {
				return func() (string, error) { asked++; return text, nil }
			}
			k, err := seal.ReadKeyFile(t.Context(), data, answer(c.passphrase))
			if err != nil {
				t.Fatal(err)
			}
			if k.Form != seal.FormPKCS12 || !k.Certificate.Equal(id.Certificate) || len(k.Chain) != 1 || !k.Chain[0].Equal(between) {
				t.Errorf("form %s, certificate of %s, chain of %d", k.Form, k.Party().Name, len(k.Chain))
			}
			if want := c.passphrase != ""; k.Encrypted != want || (asked == 1) != want {
				t.Errorf("encrypted is %t, asked %d times", k.Encrypted, asked)
			}
			signs(t, &k.Identity)
			if c.passphrase == "" {
				return
			}
			for _, wrong := range []string{"", "Geheim", "geheim ", "\U0001F511"} {
				if _, err := seal.ReadKeyFile(t.Context(), data, answer(wrong)); err == nil || !errors.Is(err, seal.ErrWrongPassphrase) && wrong != "\U0001F511" {
					t.Errorf("passphrase %q: error is %v, want %v", wrong, err, seal.ErrWrongPassphrase)
				}
			}
		})
	}
}

// TestPKCS12Iterations: a file whose key derivation would run for hours is refused before it is tried.
func TestPKCS12Iterations(t *testing.T) {
	id := &seal.Identity{Signer: ecKey(), Certificate: selfSigned(t, ecKey())}
	const many = "\x02\x03\x01\x86\xa0"    // INTEGER 100000
	const tooMany = "\x02\x03\x7f\xff\xff" // INTEGER 8388607
	for name, encoder := range map[string]*pkcs12.Encoder{"PBES2": pkcs12.Modern2023, "3DES": pkcs12.LegacyDES} {
		data, err := encoder.WithIterations(100_000).Encode(id.Signer, id.Certificate, nil, "x")
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(data), many); n != 3 {
			t.Fatalf("%s: %d counts of iterations, want those of certificate, key and MAC", name, n)
		}
		for i := range 3 {
			parts := strings.Split(string(data), many)
			forged := strings.Join(parts[:i+1], many) + tooMany + strings.Join(parts[i+1:], many)
			_, err = seal.ReadKeyFile(t.Context(), []byte(forged), notAsked)
			if err == nil || !strings.Contains(err.Error(), "PKCS #12 with 8388607 iterations") {
				t.Errorf("%s: count %d: error is %v", name, i+1, err)
			}
		}
	}
}

// TestPKCS12ByOpenSSL: OpenSSL reads what is written, and what OpenSSL writes is read.
func TestPKCS12ByOpenSSL(t *testing.T) {
	id := &seal.Identity{Signer: ecKey(), Certificate: selfSigned(t, ecKey())}
	data, err := seal.EncodePKCS12(id, "gehäim")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	p12, plain := filepath.Join(dir, "id.p12"), filepath.Join(dir, "id.pem")
	if err := os.WriteFile(p12, data, 0o600); err != nil {
		t.Fatal(err)
	}
	about := opensslSays(t, "pkcs12", "-info", "-in", p12, "-passin", "pass:gehäim", "-nodes", "-out", plain)
	if !strings.Contains(about, "PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256") {
		t.Errorf("OpenSSL says: %s", about)
	}
	decrypted, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	k, err := seal.ReadKeyFile(t.Context(), decrypted, notAsked)
	if err != nil || !k.Certificate.Equal(id.Certificate) {
		t.Fatalf("what OpenSSL took out of it: %v", err)
	}
	for name, args := range map[string][]string{
		"its default":            {},
		"AES-128, SHA-512 MAC":   {"-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "sha512"},
		"3DES":                   {"-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"},
		"certificates not":       {"-certpbe", "NONE"},
		"100,000 iterations":     {"-iter", "100000"},
		"with a friendly name":   {"-name", "Jane's key"},
		"the older of the older": {"-legacy"},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out.p12")
			opensslSays(t, append([]string{"pkcs12", "-export", "-in", plain, "-out", out, "-passout", "pass:geheim"}, args...)...)
			data, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			k, err := seal.ReadKeyFile(t.Context(), data, func() (string, error) { return "geheim", nil })
			if err != nil {
				t.Fatal(err)
			}
			if !k.Encrypted || !k.Certificate.Equal(id.Certificate) {
				t.Errorf("encrypted is %t, certificate of %s", k.Encrypted, k.Party().Name)
			}
		})
	}
}

// TestEncryptedPEM: the command that the error names makes a file that is read, of every kind of encrypted key.
func TestEncryptedPEM(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	id := &seal.Identity{Signer: ecKey(), Certificate: selfSigned(t, ecKey())}
	data, err := seal.EncodePEM(id)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"plain.pem": data, "CERTIFICATE.pem": seal.MarshalPEM(id.Certificate)} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, args := range map[string][]string{
		"PBES2":  {"pkcs8", "-topk8", "-in", "plain.pem", "-out", "KEY.pem", "-passout", "pass:geheim"},
		"legacy": {"ec", "-aes256", "-in", "plain.pem", "-out", "KEY.pem", "-passout", "pass:geheim"},
	} {
		t.Run(name, func(t *testing.T) {
			opensslSays(t, args...)
			key, err := os.ReadFile("KEY.pem")
			if err != nil {
				t.Fatal(err)
			}
			_, err = seal.ReadKeyFile(t.Context(), joined(key, seal.MarshalPEM(id.Certificate)), notAsked)
			if err == nil {
				t.Fatal("an encrypted key was read")
			}
			_, command, _ := strings.Cut(err.Error(), ": openssl ")
			opensslSays(t, append(strings.Fields(command), "-passin", "pass:geheim", "-passout", "pass:neu")...)
			p12, err := os.ReadFile("IDENTITY.p12")
			if err != nil {
				t.Fatal(err)
			}
			k, err := seal.ReadKeyFile(t.Context(), p12, func() (string, error) { return "neu", nil })
			if err != nil || !k.Certificate.Equal(id.Certificate) {
				t.Errorf("%s: %v", command, err)
			}
		})
	}
}

func TestCheckPassphrase(t *testing.T) {
	id := &seal.Identity{Signer: ecKey(), Certificate: selfSigned(t, ecKey())}
	for passphrase, want := range map[string]string{
		"":            "the passphrase is empty",
		"\xff":        "the passphrase is not UTF-8 text",
		"\U0001F511":  "the passphrase has a character that PKCS #12 cannot hold",
		"a\x00b":      "the passphrase has a character that PKCS #12 cannot hold",
		"korrekt €ä ": "",
	} {
		got := ""
		if _, err := seal.EncodePKCS12(id, passphrase); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", passphrase, got, want)
		}
	}
}
