package seal_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"io"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

// node is a value of a DER tree that a test takes apart and puts together anew.
type node struct {
	tag  byte
	body []byte // of a primitive value
	kids []*node
}

func parse(t *testing.T, b []byte) *node {
	t.Helper()
	var raw asn1.RawValue
	rest, err := asn1.Unmarshal(b, &raw)
	if err != nil || len(rest) > 0 {
		t.Fatalf("%v, %d bytes left", err, len(rest))
	}
	n := &node{tag: raw.FullBytes[0], body: raw.Bytes}
	for b := raw.Bytes; raw.IsCompound && len(b) > 0; {
		var kid asn1.RawValue
		if b, err = asn1.Unmarshal(b, &kid); err != nil {
			t.Fatal(err)
		}
		n.kids = append(n.kids, parse(t, kid.FullBytes))
	}
	return n
}

func (n *node) bytes() []byte {
	body := n.body
	if n.tag&0x20 != 0 {
		body = nil
		for _, kid := range n.kids {
			body = append(body, kid.bytes()...)
		}
	}
	raw := asn1.RawValue{Class: int(n.tag >> 6), Tag: int(n.tag & 0x1f), IsCompound: n.tag&0x20 != 0, Bytes: body}
	b, err := asn1.Marshal(raw)
	if err != nil {
		panic(err)
	}
	return b
}

// sort puts the members of a set in the order of DER.
func (n *node) sort() {
	slices.SortFunc(n.kids, func(a, b *node) int { return bytes.Compare(a.bytes(), b.bytes()) })
}

// The places in the CMS that Sign writes.
func (n *node) signedData() *node   { return n.kids[1].kids[0] }
func (n *node) certificates() *node { return n.signedData().kids[3] }
func (n *node) signers() *node      { return n.signedData().kids[4] }
func (n *node) signer() *node       { return n.signers().kids[0] }

func TestAttacks(t *testing.T) {
	id, other, tsa := sealtest.Identity(t), sealtest.Identity(t), sealtest.NewAuthority(t)
	trust, digest := sealtest.Trust(id, tsa), evidence.DigestOf(content)
	plain := sign(t, id, seal.Options{})
	stampedOnce := sign(t, id, seal.Options{Stamper: tsa})
	attribute := &node{tag: 0x30, kids: []*node{{tag: 0x06, body: []byte{0x2a, 0x03}}, {tag: 0x31, kids: []*node{{tag: 0x0c, body: []byte("hidden")}}}}}
	for _, test := range []struct {
		name   string
		cms    []byte
		change func(*node)
		want   string
	}{
		{"another's certificate beside the signer's", plain, func(n *node) {
			n.certificates().kids = append(n.certificates().kids, parse(t, other.Certificate.Raw))
			n.certificates().sort()
		}, "an unneeded certificate, of Test Signer"},
		{"another's certificate instead of the signer's", plain, func(n *node) {
			n.certificates().kids[0] = parse(t, other.Certificate.Raw)
		}, "the signer's certificate is not in the signature"},
		{"another's certificate, named as signer", plain, func(n *node) {
			n.certificates().kids[0] = parse(t, other.Certificate.Raw)
			n.signer().kids[1].kids[1].body = other.Certificate.SerialNumber.Bytes()
		}, "names another certificate than the signer's"},
		{"many certificates", plain, func(n *node) {
			for range 20 {
				n.certificates().kids = append(n.certificates().kids, n.certificates().kids[0])
			}
		}, "a list of 21 certificates"},
		{"no certificate", plain, func(n *node) {
			n.signedData().kids = slices.Delete(n.signedData().kids, 3, 4)
		}, "the signer's certificate is not in the signature"},
		{"the same certificate twice", plain, func(n *node) {
			n.certificates().kids = append(n.certificates().kids, n.certificates().kids[0])
		}, "stands there twice"},
		{"two signers", plain, func(n *node) {
			n.signers().kids = append(n.signers().kids, n.signer())
		}, "2 signers"},
		{"no signer", plain, func(n *node) { n.signers().kids = nil }, "0 signers"},
		{"unsigned attribute", plain, func(n *node) {
			n.signer().kids = append(n.signer().kids, &node{tag: 0xa1, kids: []*node{attribute}})
		}, "unsigned attribute 1.2.3: nothing covers it"},
		{"unsigned attribute beside the timestamp", stampedOnce, func(n *node) {
			n.signer().kids[6].kids = append(n.signer().kids[6].kids, attribute)
			n.signer().kids[6].sort()
		}, "unsigned attribute 1.2.3: nothing covers it"},
		{"two timestamps", stampedOnce, func(n *node) {
			set := n.signer().kids[6].kids[0].kids[1]
			set.kids = append(set.kids, set.kids[0])
		}, "has 2 values"},
		{"empty unsigned attributes", plain, func(n *node) {
			n.signer().kids = append(n.signer().kids, &node{tag: 0xa1})
		}, "there are none, but a place"},
		{"signed attribute added", plain, func(n *node) {
			n.signer().kids[3].kids = append(n.signer().kids[3].kids, attribute)
			n.signer().kids[3].sort()
		}, "does not verify"},
		{"signed attributes out of order", plain, func(n *node) { slices.Reverse(n.signer().kids[3].kids) }, "out of order"},
		{"no signed attributes", plain, func(n *node) { n.signer().kids = slices.Delete(n.signer().kids, 3, 4) }, "no signed attributes"},
		{"revocation list", plain, func(n *node) {
			n.signedData().kids = slices.Insert(n.signedData().kids, 4, &node{tag: 0xa1, kids: []*node{{tag: 0x30}}})
		}, "revocation lists inside"},
		{"content inside", plain, func(n *node) {
			inner := &node{tag: 0xa0, kids: []*node{{tag: 0x04, body: content}}}
			n.signedData().kids[2].kids = append(n.signedData().kids[2].kids, inner)
		}, "carries content of its own"},
		{"value at the end of the signer", plain, func(n *node) { n.signer().kids = append(n.signer().kids, &node{tag: 0x05}) }, "1 more values"},
		{"value at the end of the signed data", plain, func(n *node) {
			n.signedData().kids = append(n.signedData().kids, &node{tag: 0x05})
		}, "1 more values"},
		{"SHA-1", plain, func(n *node) {
			n.signer().kids[2].kids[0].body = []byte{0x2b, 0x0e, 0x03, 0x02, 0x1a}
		}, "digest algorithm SHA-1 (weak)"},
		{"other version", plain, func(n *node) { n.signedData().kids[0].body = []byte{3} }, "versions 3 and 1"},
		{"timestamp of another signature", stampedOnce, func(n *node) {
			foreign := parse(t, sign(t, other, seal.Options{Stamper: tsa}))
			n.signer().kids[6] = foreign.signer().kids[6]
		}, "timestamp: it is over other bytes"},
		{"text in the algorithm", plain, func(n *node) {
			n.signer().kids[4].kids = append(n.signer().kids[4].kids, &node{tag: 0x0c, body: []byte("hidden")})
		}, "parameters that are not understood"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tree := parse(t, test.cms)
			if !bytes.Equal(tree.bytes(), test.cms) {
				t.Fatal("the test's own tree is not what was read")
			}
			test.change(tree)
			s := seal.Verify(tree.bytes(), digest, trust)
			if s.Standing != seal.Broken || !strings.Contains(strings.Join(s.Faults, "\n"), test.want) {
				t.Errorf("%s %q, want %q", s.Standing, s.Faults, test.want)
			}
		})
	}
}

func TestBytesThatAreNoSignature(t *testing.T) {
	id := sealtest.Identity(t)
	cms := sign(t, id, seal.Options{})
	longer := slices.Concat([]byte{0x30, 0x83, 0}, cms[2:])
	for name, b := range map[string][]byte{
		"empty": nil, "text": []byte("-----BEGIN PKCS7-----"), "cut": cms[:len(cms)-1], "more": append(bytes.Clone(cms), 0),
		"long length": longer, "deep": bytes.Repeat([]byte{0x30, 0x80}, 1000), "zeros": make([]byte, 16<<10),
		"large": make([]byte, 2<<20), "certificate": id.Certificate.Raw,
	} {
		s := seal.Verify(b, evidence.DigestOf(content), sealtest.Trust(id, nil))
		if s.Standing != seal.Broken || len(s.Faults) != 1 || strings.Contains(s.Faults[0], "\n") {
			t.Errorf("%s: %+v", name, s)
		}
		stamp := seal.VerifyStamp(b, evidence.DigestOf(content), nil, sealtest.Trust(id, nil))
		if stamp.Standing != seal.Broken || len(stamp.Faults) != 1 {
			t.Errorf("%s: %+v", name, stamp)
		}
	}
}

// TestTrust asks what certificates are worth, with signatures that hold.
func TestTrust(t *testing.T) {
	m := &maker{t: t}
	rsa1024 := func() *seal.Identity {
		t.Setenv("GODEBUG", "rsa1024min=0")
		key, err := rsa.GenerateKey(rand.Reader, 1024)
		if err != nil {
			t.Fatal(err)
		}
		return m.withKey("Small", key, nil, nil)
	}()
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	expired := m.certificate("Expired", nil, func(c *x509.Certificate) { c.NotAfter = sealtest.Time.AddDate(0, 0, -1) })
	server := m.certificate("Server", nil, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
	code := m.certificate("Code", nil, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning} })
	enciphers := m.certificate("Enciphers", nil, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })
	mismatch := sealtest.Identity(t)
	mismatch.Signer = sealtest.Identity(t).Signer
	for _, test := range []struct {
		id   *seal.Identity
		want string
	}{
		{rsa1024, "an RSA-1024 key is weak"},
		{m.withKey("Odd", p224, nil, nil), "ECDSA P-224 key is not accepted"},
		{expired, "the certificate of Expired is not valid at 2026-11-22 12:00:00 UTC: it is from 2026-10-22 12:00:00 UTC to 2026-11-21 12:00:00 UTC"},
		{server, "Server is not for signing documents"},
		{code, "Code is not for signing documents"},
		{enciphers, "Enciphers is not for signatures"},
		{mismatch, "key and certificate do not match"},
	} {
		_, err := seal.Sign(context.Background(), test.id, evidence.DigestOf(content), seal.Options{Time: sealtest.Time})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", test.want, err)
		}
	}
	// Without a time of signing nothing says that the certificate has expired, until somebody verifies.
	cms := sign(t, expired, seal.Options{})
	if s := seal.Verify(cms, evidence.DigestOf(content), sealtest.Trust(expired, nil)); s.Standing != seal.Broken || !strings.Contains(s.Faults[0], "not valid at the time of verification") {
		t.Errorf("%+v", s)
	}
}

func TestWhoIsTrusted(t *testing.T) {
	m := &maker{t: t}
	root := m.certificate("Root", nil, authority)
	middle := m.certificate("Middle", root, authority)
	employee := m.certificate("Employee", middle, nil)
	employee.Chain = []*x509.Certificate{middle.Certificate, root.Certificate}
	notCA := m.certificate("Not an authority", root, func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageCertSign })
	byNotCA := m.certificate("Usurper", notCA, nil)
	namesake := m.certificate("Root", nil, authority) // another key under the root's name
	forServers := m.certificate("For servers", root, func(c *x509.Certificate) {
		authority(c)
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	})
	byForServers := m.certificate("Stray", forServers, nil)
	byForServers.Chain = []*x509.Certificate{forServers.Certificate}
	for _, test := range []struct {
		name    string
		id      *seal.Identity
		signers []*seal.Identity
		want    seal.Standing
		chain   string
	}{
		{"own certificate", employee, []*seal.Identity{employee}, seal.Trusted, "its own certificate is trusted"},
		{"root", employee, []*seal.Identity{root}, seal.Trusted, "issued by Middle, issued by Root, which is trusted"},
		{"intermediate", employee, []*seal.Identity{middle}, seal.Trusted, "issued by Middle, which is trusted"},
		{"nobody", employee, nil, seal.Unknown, "leads nowhere"},
		{"somebody else", employee, []*seal.Identity{notCA}, seal.Unknown, "leads to none of the trusted certificates"},
		{"issued by what is no authority", byNotCA, []*seal.Identity{notCA}, seal.Unknown, "leads to none"},
		{"issuer for servers only", byForServers, []*seal.Identity{root}, seal.Unknown, "For servers is not for signing documents"},
	} {
		t.Run(test.name, func(t *testing.T) {
			trust := seal.Trust{At: sealtest.Time}
			for _, id := range test.signers {
				trust.Signers = append(trust.Signers, id.Certificate)
			}
			s := seal.Verify(sign(t, test.id, seal.Options{}), evidence.DigestOf(content), trust)
			if s.Standing != test.want || !strings.Contains(s.Chain, test.chain) || len(s.Faults) > 0 {
				t.Errorf("%s, %s %q", s.Standing, s.Chain, s.Faults)
			}
			// Authorities of timestamps do not vouch for signers.
			trust.Authorities, trust.Signers = trust.Signers, nil
			if s := seal.Verify(sign(t, test.id, seal.Options{}), evidence.DigestOf(content), trust); s.Standing != seal.Unknown {
				t.Errorf("by timestamp authorities: %s", s.Standing)
			}
		})
	}
	without := seal.Verify(sign(t, employee, seal.Options{}), evidence.DigestOf(content), seal.Trust{Signers: []*x509.Certificate{employee.Certificate}})
	if without.Standing != seal.Unknown || !strings.Contains(without.Chain, "no time of verification") {
		t.Errorf("without a time: %+v", without)
	}
	if s := seal.Verify(sign(t, employee, seal.Options{}), evidence.DigestOf(content), seal.Trust{Signers: []*x509.Certificate{namesake.Certificate}, At: sealtest.Time}); s.Standing == seal.Trusted {
		t.Errorf("a namesake of the root is trusted: %+v", s)
	}
}

func TestClaimedOutsideValidity(t *testing.T) {
	id := sealtest.Identity(t)
	_, err := seal.Sign(context.Background(), id, evidence.DigestOf(content), seal.Options{Time: id.Certificate.NotAfter.AddDate(0, 0, 1)})
	if err == nil || !strings.Contains(err.Error(), "is not valid at") {
		t.Error(err)
	}
}

// external is a signer elsewhere, such as a card, that answers what it likes.
type external struct {
	key  crypto.PublicKey
	sign func(digest []byte) ([]byte, error)
}

func (e external) Public() crypto.PublicKey { return e.key }

func (e external) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	return e.sign(digest)
}

func TestSignerThatLies(t *testing.T) {
	id := sealtest.Identity(t)
	key := id.Signer.(*ecdsa.PrivateKey)
	id.Signer = external{key.Public(), func([]byte) ([]byte, error) {
		sum := sha256.Sum256([]byte("another"))
		return key.Sign(nil, sum[:], crypto.SHA256)
	}}
	_, err := seal.Sign(context.Background(), id, evidence.DigestOf(content), seal.Options{})
	if err == nil || !strings.Contains(err.Error(), "does not verify with the certificate") {
		t.Error(err)
	}
}
