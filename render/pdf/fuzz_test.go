package pdf

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"slices"
	"testing"

	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

// fixedIdentity is the same in each process: the fuzzer's workers make their seeds anew, and must know each other's signer.
func fixedIdentity(t testing.TB) *seal.Identity {
	t.Helper()
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Fixed"}, NotBefore: sealtest.Time.AddDate(-1, 0, 0),
		NotAfter: sealtest.Time.AddDate(1, 0, 0), BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(nil, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return &seal.Identity{Signer: key, Certificate: c}
}

// FuzzVerify: no panic, and nothing that is not one of the files that the trusted signer signed comes out whole and
// trusted. Half of the inputs are what follows a report's first revision, so that the fuzzer has little to carry.
func FuzzVerify(f *testing.F) {
	id := fixedIdentity(f)
	first := smallReport(f)
	one := signReport(f, first, id, SignOptions{Time: sealtest.Time})
	two := signReport(f, one, id, SignOptions{Time: sealtest.Time})
	f.Add(true, []byte("%PDF-1.7\nstartxref\n0\n%%EOF\n"))
	f.Add(true, packedForm())
	f.Add(true, []byte(`%PDF-1.4
1 0 obj <</Type/Catalog/AcroForm<</Fields[<</FT/Sig/T(a\(\)\163)/V<</Type/Sig/ByteRange[0 1 2 3]/Contents<30 00>>>>>]>>>> endobj
xref
1 1
0000000009 00000 n 
trailer <</Root 1 0 R/Size 2>>
startxref
139
%%EOF`))
	f.Add(false, one[len(first):])
	f.Add(false, two[len(first):])
	f.Add(false, []byte{})
	trust := sealtest.Trust(id, nil)
	f.Fuzz(func(t *testing.T, whole bool, data []byte) {
		if !whole {
			data = slices.Concat(first, data)
		}
		found, err := Verify(bytes.NewReader(data), int64(len(data)), trust)
		if err != nil {
			return
		}
		trusted := slices.ContainsFunc(found.Signatures, func(s seal.Signature) bool { return s.Standing == seal.Trusted })
		if trusted && len(found.Faults) == 0 && !bytes.Equal(data, one) && !bytes.Equal(data, two) {
			t.Errorf("not signed as it is, but trusted: %+v", found)
		}
		for _, s := range found.Signatures {
			if (s.Standing == seal.Broken) != (len(s.Faults) > 0) {
				t.Errorf("%s with faults %q", s.Standing, s.Faults)
			}
		}
	})
}
