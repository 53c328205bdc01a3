package pdf

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// judge runs a program that others wrote, in a folder, and returns what it says. Without the program the test is skipped.
func judge(t *testing.T, dir, program string, args ...string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skip(program + " is not on PATH")
	}
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// levels are a report with attachments on every level of signing, as files in a folder.
func levels(t *testing.T) (dir string, id *seal.Identity) {
	t.Helper()
	dir = t.TempDir()
	id = issued(t, "Test Operator")
	second := sealtest.Identity(t)
	tsa := sealtest.NewAuthority(t)
	d := render.Build(rendertest.Audit())
	first := writeReport(t, d, Options{
		Attachments: []Attachment{
			{Name: "audit.json", MediaType: "application/json", Description: "everything in the report, for programs", Relationship: "Data", Data: []byte("{\"a\":1}\n")},
			{Name: "Überblick.csv", MediaType: "text/csv", Data: bytes.Repeat([]byte("a,b\n"), 1000), Modified: sealtest.Time},
		},
		Signer: &Signer{Name: "Test Operator", Fingerprint: seal.FormatFingerprint(seal.Fingerprint(id.Certificate))},
	})
	bb := signReport(t, first, id, SignOptions{Time: time.Now(), Reason: "Made by me"})
	bt := signReport(t, first, id, SignOptions{Time: time.Now(), Stamper: tsa})
	for name, file := range map[string][]byte{"unsigned": first, "b-b": bb, "b-t": bt, "two": signReport(t, bt, second, SignOptions{Time: time.Now()})} {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, id
}

// issued is an identity whose certificate an authority issued: poppler never trusts one that issued itself.
func issued(t *testing.T, name string) *seal.Identity {
	t.Helper()
	now := time.Now()
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	certificate := func(template, parent *x509.Certificate, public *ecdsa.PublicKey, signer *ecdsa.PrivateKey) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	rootKey, leafKey := key(), key()
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test Root"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	root = certificate(root, root, &rootKey.PublicKey, rootKey)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}}
	return &seal.Identity{Signer: leafKey, Certificate: certificate(leaf, root, &leafKey.PublicKey, rootKey), Chain: []*x509.Certificate{root}}
}

func TestQPDFFindsNothing(t *testing.T) {
	dir, _ := levels(t)
	for _, name := range []string{"unsigned", "b-b", "b-t", "two"} {
		if out, err := judge(t, dir, "qpdf", "--check", name+".pdf"); err != nil || !strings.Contains(out, "No syntax or stream encoding errors") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// pdfsig (poppler) with a certificate database that trusts the operator.
func TestPdfsigTrusts(t *testing.T) {
	dir, id := levels(t)
	nss := filepath.Join(dir, "nss")
	if err := os.Mkdir(nss, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := judge(t, dir, "certutil", "-N", "-d", "sql:"+nss, "--empty-password"); err != nil {
		t.Fatal(out)
	}
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), seal.MarshalPEM(id.Chain[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := judge(t, dir, "certutil", "-A", "-d", "sql:"+nss, "-n", "root", "-t", "CT,C,C", "-i", "ca.pem"); err != nil {
		t.Fatal(out)
	}
	for name, signatures := range map[string]int{"b-b": 1, "b-t": 1, "two": 2} {
		out, err := judge(t, dir, "pdfsig", "-nssdir", "sql:"+nss, name+".pdf")
		if err != nil || strings.Count(out, "Signature is Valid") != signatures || strings.Count(out, "Signature Type: ETSI.CAdES.detached") != signatures ||
			!strings.Contains(out, "- Total document signed") || !strings.Contains(out, "Certificate is Trusted") || strings.Contains(out, "modified") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

var byteRange = regexp.MustCompile(`/ByteRange\[0 (\d+) +(\d+) +(\d+) *\]`)

// openssl verifies what is cut out of the file by its ByteRange, and nothing else.
func TestOpenSSLVerifiesRanges(t *testing.T) {
	dir, id := levels(t)
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("ca.pem", seal.MarshalPEM(id.Chain[0]))
	for _, name := range []string{"b-b", "b-t", "two"} {
		file, err := os.ReadFile(filepath.Join(dir, name+".pdf"))
		if err != nil {
			t.Fatal(err)
		}
		m := byteRange.FindSubmatch(file)
		var n [3]int
		for i := range n {
			n[i], _ = strconv.Atoi(string(m[i+1]))
		}
		value, err := hex.DecodeString(string(file[n[0]+1 : n[1]-1]))
		if err != nil {
			t.Fatal(err)
		}
		write("value", value[:derLength(value)])
		write("content", append(bytes.Clone(file[:n[0]]), file[n[1]:n[1]+n[2]]...))
		for _, extra := range []string{"", "-cades"} {
			args := strings.Fields("cms -verify -binary -inform DER -in value -content content -CAfile ca.pem -out /dev/null " + extra)
			if out, err := judge(t, dir, "openssl", args...); err != nil || !strings.Contains(strings.ToLower(out), "verification successful") {
				t.Errorf("%s %s: %v\n%s", name, extra, err, out)
			}
		}
	}
}

func TestPopplerReadsAttachmentsAndText(t *testing.T) {
	dir, id := levels(t)
	for i, want := range []string{"audit.json", "Überblick.csv"} {
		if out, err := judge(t, dir, "pdfdetach", "-save", fmt.Sprint(i+1), "-o", "out", "two.pdf"); err != nil {
			t.Fatal(out)
		}
		got, err := os.ReadFile(filepath.Join(dir, "out"))
		if err != nil || len(got) != []int{8, 4000}[i] {
			t.Errorf("%s: %d bytes, %v", want, len(got), err)
		}
		if out, _ := judge(t, dir, "pdfdetach", "-list", "two.pdf"); !strings.Contains(out, fmt.Sprintf("%d: %s\n", i+1, want)) {
			t.Errorf("%s is not listed: %s", want, out)
		}
	}
	out, err := judge(t, dir, "pdftotext", "-layout", "two.pdf", "-")
	if err != nil {
		t.Fatal(out)
	}
	fingerprint := seal.FormatFingerprint(seal.Fingerprint(id.Certificate))
	for _, want := range []string{"Sign-off", "Test Operator", fingerprint[:48], fingerprint[48:], "Hardening audit"} {
		if !strings.Contains(out, want) {
			t.Errorf("the text does not have %q", want)
		}
	}
}

// preflight is where Debian puts PDFBox.
const preflight = "/usr/share/java/"

// PDFBox preflight judges PDF/A-1b: so does a variant of the report that says so, without attachments, before and after
// it is signed. The report itself is built to PDF/A-3b, for which there is no judge here.
func TestPreflight(t *testing.T) {
	var jars []string
	for _, jar := range []string{"preflight", "pdfbox2", "xmpbox", "fontbox2", "commons-logging", "jaxb-api", "bcmail", "bcprov"} {
		name := preflight + jar + ".jar"
		if _, err := os.Stat(name); err != nil {
			t.Skip(name + " is not there")
		}
		jars = append(jars, name)
	}
	dir := t.TempDir()
	d := onePage()
	d.Parts[0].Blocks = append(d.Parts[0].Blocks, &render.Heading{Level: 1, Text: "Überschrift", Anchor: "here"},
		&render.Fields{List: []render.Field{{Label: "a", Value: []render.Cell{{Kind: render.TextKind, Text: "link", Link: "here"}}}}},
		&render.Code{Lines: []string{"sha256sum --check", "→ ✓ ✗"}})
	first := writeReport(t, d, Options{part: 1})
	for name, file := range map[string][]byte{"unsigned": first, "signed": signReport(t, first, sealtest.Identity(t), SignOptions{Time: sealtest.Time})} {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := judge(t, dir, "java", "-cp", strings.Join(jars, string(os.PathListSeparator)), "org.apache.pdfbox.preflight.Validator_A1b", "batch", dir)
	for _, name := range []string{"unsigned", "signed"} {
		if err != nil || !strings.Contains(out, "The file "+name+".pdf is a valid PDF/A-1b file") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}
