package xlsx_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence/seal"
	"auditpack/render"
	"auditpack/render/xlsx"
)

var signedAt = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// issue makes a certificate for a key, by itself where there is no issuer.
func issue(t testing.TB, name string, key crypto.Signer, issuer *seal.Identity) *seal.Identity {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(1000 + len(name))), Subject: pkix.Name{CommonName: name, Organization: []string{"Example & Sons"}},
		NotBefore: signedAt.Add(-24 * time.Hour), NotAfter: signedAt.AddDate(3, 0, 0), BasicConstraintsValid: true,
		IsCA: issuer == nil && name == "Authority", KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}, EmailAddresses: []string{"signer@example.com"},
	}
	if template.IsCA {
		template.KeyUsage, template.ExtKeyUsage = x509.KeyUsageCertSign, nil
	}
	by, signer := template, key
	if issuer != nil {
		by, signer = issuer.Certificate, issuer.Signer
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	id := &seal.Identity{Signer: key, Certificate: certificate}
	if issuer != nil {
		id.Chain = []*x509.Certificate{issuer.Certificate}
	}
	return id
}

func ecKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// identities are made once for all tests of the package.
var identities = sync.OnceValue(func() map[string]*seal.Identity {
	t := &testing.B{}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return map[string]*seal.Identity{
		"RSA":    issue(t, "RSA signer", key, nil),
		"EC":     issue(t, "EC signer", ecKey(t), nil),
		"issued": issue(t, "Issued signer", ecKey(t), issue(t, "Authority", ecKey(t), nil)),
	}
})

func sign(t testing.TB, file []byte, id *seal.Identity) []byte {
	t.Helper()
	signed, err := xlsx.Sign(t.Context(), file, id, xlsx.SignOptions{Time: signedAt, Comment: "Quarterly <audit> & handoff"})
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func verify(t testing.TB, file []byte, trust seal.Trust) seal.File {
	t.Helper()
	f, err := xlsx.Verify(bytes.NewReader(file), int64(len(file)), trust)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func trusting(id *seal.Identity) seal.Trust {
	anchor := id.Certificate
	if len(id.Chain) > 0 {
		anchor = id.Chain[len(id.Chain)-1]
	}
	return seal.Trust{Signers: []*x509.Certificate{anchor}, At: signedAt.Add(time.Hour)}
}

func TestSignVerify(t *testing.T) {
	file := write(t, document())
	for _, test := range []struct{ name, algorithm, issuer string }{
		{"RSA", "RSA-2048 SHA-256", "itself"}, {"EC", "ECDSA P-256 SHA-256", "itself"}, {"issued", "ECDSA P-256 SHA-256", "Authority"},
	} {
		t.Run(test.name, func(t *testing.T) {
			id := identities()[test.name]
			signed := sign(t, file, id)
			if again := sign(t, file, id); !bytes.Equal(signed, again) {
				t.Error("signing twice gives different bytes")
			}
			f := verify(t, signed, trusting(id))
			if len(f.Signatures) != 1 || len(f.Faults) != 0 {
				t.Fatalf("%+v", f)
			}
			s := f.Signatures[0]
			if s.Standing != seal.Trusted || len(s.Faults) != 0 || s.Algorithm != test.algorithm || !s.Claimed.Equal(signedAt) ||
				s.Signer.Certificate.Equal(id.Certificate) == false || s.Signer.Issuer != test.issuer || s.Place != "_xmlsignatures/sig1.xml" {
				t.Errorf("%+v", s)
			}
			if want := fmt.Sprintf("all %d parts, every relationship", len(pieces(t, signed))-4); !strings.HasPrefix(f.Coverage, want) {
				t.Errorf("coverage %q, want %q", f.Coverage, want)
			}
			s = verify(t, signed, seal.Trust{At: signedAt}).Signatures[0]
			if s.Standing != seal.Unknown || !strings.Contains(s.Chain, "nowhere") {
				t.Errorf("nobody is trusted: %s, %q", s.Standing, s.Chain)
			}
			expired := trusting(id)
			expired.At = signedAt.AddDate(4, 0, 0)
			if s := verify(t, signed, expired).Signatures[0]; s.Standing != seal.Broken {
				t.Errorf("expired: %s", s.Standing)
			}
			open(t, signed) // the library reads it still
		})
	}
}

// TestSignedPartsAreUnchanged holds that signing changes no part but the two that lead to the signature.
func TestSignedPartsAreUnchanged(t *testing.T) {
	file := write(t, document())
	before, after := map[string]string{}, map[string]string{}
	for _, p := range pieces(t, file) {
		before[p.Name] = string(p.Text)
	}
	for _, p := range pieces(t, sign(t, file, identities()["EC"])) {
		after[p.Name] = string(p.Text)
	}
	for _, name := range []string{"_xmlsignatures/_rels/origin.sigs.rels", "_xmlsignatures/origin.sigs", "_xmlsignatures/sig1.xml"} {
		if _, ok := after[name]; !ok {
			t.Errorf("%s is missing", name)
		}
		delete(after, name)
	}
	for name, entries := range map[string][]string{
		"_rels/.rels": {`<Relationship Id="rIdSignatureOrigin" Target="_xmlsignatures/origin.sigs" Type="http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"></Relationship>`},
		"[Content_Types].xml": {
			`<Default Extension="sigs" ContentType="application/vnd.openxmlformats-package.digital-signature-origin"></Default>`,
			`<Override PartName="/_xmlsignatures/sig1.xml" ContentType="application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"></Override>`,
		},
	} {
		for _, entry := range entries {
			if strings.Count(after[name], entry) != 1 {
				t.Errorf("%s: %s is not there", name, entry)
			}
			after[name] = strings.Replace(after[name], entry, "", 1)
		}
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
}

func TestUnsigned(t *testing.T) {
	f := verify(t, write(t, document()), trusting(identities()["EC"]))
	if len(f.Signatures) != 0 || len(f.Faults) != 0 || f.Coverage != "nothing: the workbook carries no signature" {
		t.Errorf("%+v", f)
	}
}

func TestSignRefuses(t *testing.T) {
	file := write(t, oneTable(texts("a")))
	id := identities()["EC"]
	other := *id
	other.Signer = identities()["issued"].Signer
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(name string, change func(string) string) []byte {
		list := pieces(t, file)
		for i := range list {
			if list[i].Name == name {
				list[i].Text = []byte(change(string(list[i].Text)))
			}
		}
		return rezip(t, list)
	}
	ampersand := edit("_rels/.rels", func(s string) string {
		return strings.Replace(s, "</Relationships>", `<Relationship Id="x" Type="y" Target="https://example.com/?a&amp;b" TargetMode="External"></Relationship></Relationships>`, 1)
	})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	good := xlsx.SignOptions{Time: signedAt}
	for _, test := range []struct {
		name string
		ctx  context.Context
		file []byte
		id   *seal.Identity
		o    xlsx.SignOptions
		want string
	}{
		{"no time", t.Context(), file, id, xlsx.SignOptions{}, "needs a time"},
		{"long comment", t.Context(), file, id, xlsx.SignOptions{Time: signedAt, Comment: strings.Repeat("é", 256)}, "more than 255"},
		{"control in comment", t.Context(), file, id, xlsx.SignOptions{Time: signedAt, Comment: "a\x00"}, "XML cannot hold"},
		{"key of another", t.Context(), file, &other, good, "do not match"},
		{"weak key", t.Context(), file, issue(t, "Weak", weak, nil), good, "too weak"},
		{"not a zip", t.Context(), []byte("PK"), id, good, "not a valid zip"},
		{"signed already", t.Context(), sign(t, file, id), id, good, "signed already"},
		{"ampersand in a target", t.Context(), ampersand, id, good, "disagree"},
		{"cancelled", cancelled, file, id, good, "canceled"},
	} {
		t.Run(test.name, func(t *testing.T) {
			signed, err := xlsx.Sign(test.ctx, test.file, test.id, test.o)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") || signed != nil {
				t.Errorf("%v; want %q", err, test.want)
			}
		})
	}
}

// TestTargets holds that no target of a relationship has characters that break other verifiers, whatever the names of
// the files are that a workbook links to.
func TestTargets(t *testing.T) {
	table := texts("a")
	names := []string{"a & b.txt", `q"uote'.txt`, "<tag>.txt", "percent%41.txt", "tab\tline\n.txt", "日本 é.txt", "plain.txt", "q?x#y&z=1;.txt", "back\\slash"}
	for _, name := range names {
		table.Rows = append(table.Rows, render.Row{Cells: []render.Cell{{Kind: render.TextKind, Text: "x", File: name}}})
	}
	targets := regexp.MustCompile(` Target="([^"]*)"`)
	safe := regexp.MustCompile(`^[A-Za-z0-9._~/%-]+$`)
	files := 0
	for _, d := range []render.Document{oneTable(table), document()} {
		file := write(t, d)
		for _, p := range pieces(t, file) {
			if !strings.HasSuffix(p.Name, ".rels") {
				continue
			}
			for _, m := range targets.FindAllSubmatch(p.Text, -1) {
				if files++; !safe.Match(m[1]) {
					t.Errorf("%s: target %s", p.Name, m[1])
				}
			}
		}
		sign(t, file, identities()["EC"])
	}
	if files < len(names) {
		t.Errorf("%d targets were looked at", files)
	}
}

// pieces takes a workbook apart.
func pieces(t testing.TB, file []byte) (list []xlsx.Piece) {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, xlsx.Piece{Name: f.Name, Text: text})
	}
	return list
}

// rezip puts a workbook together as any program would.
func rezip(t testing.TB, list []xlsx.Piece) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range list {
		to, err := w.Create(p.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(p.Text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
