package seal_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

// The bodies of object identifiers.
var (
	sha256WithRSA = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b}
	rsaEncryption = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01}
	ecdsaSHA256   = []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02}
)

// algorithm is an AlgorithmIdentifier, with NULL or without parameters.
func algorithm(oid []byte, null bool) *node {
	n := &node{tag: 0x30, kids: []*node{{tag: 0x06, body: oid}}}
	if null {
		n.kids = append(n.kids, &node{tag: 0x05})
	}
	return n
}

// withParameters signs a self-signed RSA certificate anew, so that its inner and its outer signature algorithm have NULL or
// no parameters.
func withParameters(t *testing.T, id *seal.Identity, inner, outer bool) []byte {
	t.Helper()
	c := parse(t, id.Certificate.Raw)
	c.kids[0].kids[2] = algorithm(sha256WithRSA, inner)
	sum := sha256.Sum256(c.kids[0].bytes())
	signature, err := rsa.SignPKCS1v15(rand.Reader, id.Signer.(*rsa.PrivateKey), crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	c.kids[1], c.kids[2].body = algorithm(sha256WithRSA, outer), append([]byte{0}, signature...)
	return c.bytes()
}

// TestAbsentParameters: of RSA with a digest, the parameters may be NULL or absent (RFC 4055, 5; RFC 5754, 3.2), in a
// certificate and in a SignerInfo. A certificate says its algorithm twice, alike (RFC 5280, 4.1.1.2). openssl is the judge.
func TestAbsentParameters(t *testing.T) {
	id := rsaIdentity(t)
	for _, test := range []struct {
		name         string
		inner, outer bool // NULL in the certificate
		oid          []byte
		null         bool
		want         string // in the faults; empty: trusted
		strict       bool   // openssl lets it pass; of a certificate that is itself trusted it does not check the signature
	}{
		{"NULL everywhere", true, true, sha256WithRSA, true, "", false},
		{"absent in the signature", true, true, sha256WithRSA, false, "", false},
		{"absent in the certificate", false, false, sha256WithRSA, true, "", false},
		{"absent everywhere", false, false, sha256WithRSA, false, "", false},
		{"absent outside the certificate alone", true, false, sha256WithRSA, true, "inner and outer signature algorithm identifiers don't match", true},
		{"absent inside the certificate alone", false, true, sha256WithRSA, true, "inner and outer signature algorithm identifiers don't match", true},
		{"rsaEncryption, as here", true, true, rsaEncryption, true, "", false},
		{"rsaEncryption without NULL (RFC 3370, 3.2)", true, true, rsaEncryption, false, "its parameters must be NULL", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			der := withParameters(t, id, test.inner, test.outer)
			signer := &seal.Identity{Signer: id.Signer, Certificate: id.Certificate}
			trust := sealtest.Trust(signer, nil)
			if c, err := seal.ParseCertificate(der); err == nil {
				signer.Certificate, trust = c, sealtest.Trust(&seal.Identity{Certificate: c}, nil)
			} else if !strings.Contains(err.Error(), test.want) || test.want == "" {
				t.Fatal(err)
			}
			cms := parse(t, sign(t, signer, seal.Options{Time: sealtest.Time}))
			cms.signer().kids[4] = algorithm(test.oid, test.null)
			cms.certificates().kids[0] = parse(t, der)
			raw := cms.bytes()
			s := seal.Verify(raw, evidence.DigestOf(content), trust)
			if faults := strings.Join(s.Faults, "\n"); test.want == "" && s.Standing != seal.Trusted || test.want != "" && s.Standing != seal.Broken || !strings.Contains(faults, test.want) {
				t.Errorf("%s, %s\n%s", s.Standing, s.Chain, faults)
			}
			if test.want == "" {
				flipEach(t, raw, 300, func(flipped []byte) (bool, string) {
					s := seal.Verify(flipped, evidence.DigestOf(content), trust)
					return s.Standing == seal.Broken, string(s.Standing)
				})
			}
			o := newOpenSSL(t)
			o.write("content", content)
			o.write("m.p7s", raw)
			o.write("ca.der", der)
			o.must("x509 -inform DER -in ca.der -out ca.pem")
			out, err := o.run("cms -verify -binary -inform DER -in m.p7s -content content -CAfile ca.pem -partial_chain -purpose any -out out -attime 1795348800")
			if (err == nil) != (test.want == "" || test.strict) {
				t.Errorf("openssl: %v\n%s", err, out)
			}
		})
	}
	ec := sealtest.Identity(t)
	cms := parse(t, sign(t, ec, seal.Options{}))
	cms.signer().kids[4] = algorithm(ecdsaSHA256, true)
	if s := seal.Verify(cms.bytes(), evidence.DigestOf(content), sealtest.Trust(ec, nil)); s.Standing != seal.Broken || !strings.Contains(s.Faults[0], "its parameters must be absent") {
		t.Errorf("ECDSA with NULL: %+v", s)
	}
	if plain := sign(t, id, seal.Options{}); !bytes.Contains(plain, append(rsaEncryption, 5, 0)) {
		t.Error("RSA is written without NULL")
	}
}
