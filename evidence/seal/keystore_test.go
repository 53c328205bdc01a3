package seal

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
	"time"
)

// TestChoose: what store:… means among the certificates of a store.
func TestChoose(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	make := func(name, email string, from, to int) *x509.Certificate {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: now.AddDate(from, 0, 0), NotAfter: now.AddDate(to, 0, 0)}
		if email != "" {
			c.EmailAddresses = []string{email}
		}
		der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		read, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return read
	}
	store := []*x509.Certificate{
		make("Jane Doe", "jane@example.com", -4, -1), // before it was renewed
		nil, // one that cannot be read
		make("Jane Doe", "jane@example.com", -1, 2),
		make("Company", "", -1, 2),
		make("Company", "", -1, 3),
		make("Expired", "", -4, -1),
		make("", "", -1, 1),
	}
	thumbprint := func(i int) string {
		sum := sha1.Sum(store[i].Raw)
		return hex.EncodeToString(sum[:])
	}
	for selector, want := range map[string]struct {
		index int
		fault string
	}{
		"jane doe":                       {2, ""},
		"JANE@example.com":               {2, ""},
		" Jane Doe ":                     {2, ""},
		"Expired":                        {5, ""},
		thumbprint(0):                    {0, ""},
		strings.ToUpper(thumbprint(4)):   {4, ""},
		"\u200e" + spaced(thumbprint(3)): {3, ""}, // as the dialog of Windows copies it
		FormatFingerprint(PartyOf(store[4]).Fingerprint): {4, ""},
		"Jane":    {0, "no certificate with a private key has this"},
		"":        {0, "no certificate with a private key has this"},
		"00":      {0, "no certificate with a private key has this"},
		"Company": {0, "2 certificates are meant: name one by its thumbprint: " + strings.ToUpper(thumbprint(3)) + ", " + strings.ToUpper(thumbprint(4))},
	} {
		i, err := choose(selector, store, now)
		switch {
		case want.fault == "" && (err != nil || i != want.index):
			t.Errorf("%q: %d, %v, want %d", selector, i, err, want.index)
		case want.fault != "" && (err == nil || !strings.HasPrefix(err.Error(), want.fault)):
			t.Errorf("%q: %v, want %q", selector, err, want.fault)
		}
	}
}

// spaced puts blanks between the bytes.
func spaced(digits string) string {
	var b strings.Builder
	for i := 0; i < len(digits); i += 2 {
		b.WriteString(digits[i:i+2] + " ")
	}
	return b.String()
}
