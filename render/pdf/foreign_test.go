package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

// packedForm is a PDF as newer programs write it: its catalog and form lie in an object stream, and its table is a stream
// with a predictor. The signature's dictionary, object 5, stands in the open.
func packedForm() []byte {
	deflated := func(data []byte) []byte {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		z.Write(data) // a Buffer takes everything
		z.Close()
		return b.Bytes()
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[3 0 R]>>>>",
		"<</Type/Pages/Kids[]/Count 0>>",
		"<</T(group)/Kids[4 0 R]>>",
		"<</T(mine)/FT/Sig/V 5 0 R/Parent 3 0 R>>",
	}
	head, all := "", ""
	for i, o := range objects {
		head += fmt.Sprintf("%d %d ", i+1, len(all))
		all += o + " "
	}
	signatureAt := out.Len()
	out.WriteString("5 0 obj\n" + signature + "\nendobj\n")
	packedAt := out.Len()
	data := deflated([]byte(head + all))
	fmt.Fprintf(&out, "6 0 obj\n<</Type/ObjStm/N 4/First %d/Filter/FlateDecode/Length %d>>stream\r\n%s\nendstream\nendobj\n", len(head), len(data), data)
	xref := out.Len()
	rows := [][5]byte{{0, 0, 0, 0, 0}, {2, 0, 0, 6, 0}, {2, 0, 0, 6, 1}, {2, 0, 0, 6, 2}, {2, 0, 0, 6, 3},
		{1, 0, byte(signatureAt >> 8), byte(signatureAt), 0}, {1, 0, byte(packedAt >> 8), byte(packedAt), 0}, {1, 0, byte(xref >> 8), byte(xref), 0}}
	var table []byte
	var above [5]byte
	for _, row := range rows { // filter 2: differences to the row above
		table = append(table, 2)
		for i := range row {
			table = append(table, row[i]-above[i])
		}
		above = row
	}
	data = deflated(table)
	fmt.Fprintf(&out, "7 0 obj\n<</Type/XRef/Size 8/W[1 3 1]/Root 1 0 R/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 5>>/Length %d>>stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", len(data), data, xref)
	return out.Bytes()
}

// A file that another program wrote and signed is read and judged, and not taken for a report.
func TestForeignSignature(t *testing.T) {
	id := sealtest.Identity(t)
	signed := signIncrement(t, packedForm(), id)
	trust := sealtest.Trust(id, nil)
	f := verifyFile(t, signed, trust)
	if standings(f) != "field group.mine PAdES B-B trusted" || len(faults(f)) > 0 || !strings.HasSuffix(f.Coverage, "the file is not a report of auditpack's") {
		t.Errorf("%s, %q, %s", standings(f), faults(f), f.Coverage)
	}
	changed := bytes.Clone(signed)
	changed[bytes.Index(changed, []byte("/N 4"))+3] = '3'
	if f := verifyFile(t, changed, trust); len(f.Signatures) > 0 && f.Signatures[0].Standing == seal.Trusted {
		t.Errorf("changed: %s", standings(f))
	}
	// What is added behind a signature is not judged, and that is said; a signature that is dropped there is still named.
	later := slices.Concat(signed, []byte("1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"))
	xref := len(later)
	previous := bytes.LastIndex(signed, []byte("7 0 obj"))
	later = fmt.Appendf(later, "xref\n1 1\n%010d 00000 n \ntrailer\n<</Size 8/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n", len(signed), previous, xref)
	f = verifyFile(t, later, trust)
	all := strings.Join(faults(f), "\n")
	if standings(f) != "field group.mine PAdES B-B broken" || !strings.Contains(all, "a later revision of the file dropped it") ||
		!strings.Contains(all, "bytes were added behind the signature in the field group.mine") {
		t.Errorf("%s, %q", standings(f), faults(f))
	}
}

// What openssl signs with other algorithms than auditpack does holds, too.
func TestForeignAlgorithms(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		c := exec.CommandContext(t.Context(), openssl, args...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
	}
	run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "other.pem", "-subj", "/CN=other", "-config", os.DevNull)
	text, err := os.ReadFile(filepath.Join(dir, "other.pem"))
	if err != nil {
		t.Fatal(err)
	}
	others, err := seal.ReadCertificates("other.pem", text)
	if err != nil {
		t.Fatal(err)
	}
	trust := seal.Trust{Signers: others, At: others[0].NotBefore}
	for _, test := range []struct {
		algorithm string
		args      []string
	}{
		{"RSA-2048 SHA-384", []string{"-md", "sha384"}},
		{"RSA-2048 PSS SHA-512", []string{"-md", "sha512", "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest"}},
	} {
		signed := incrementBy(t, packedForm(), func(content []byte) []byte {
			if err := os.WriteFile(filepath.Join(dir, "content"), content, 0o600); err != nil {
				t.Fatal(err)
			}
			run(append([]string{"cms", "-sign", "-binary", "-cades", "-in", "content", "-signer", "other.pem", "-inkey", "key.pem",
				"-outform", "DER", "-out", "cms"}, test.args...)...)
			cms, err := os.ReadFile(filepath.Join(dir, "cms"))
			if err != nil {
				t.Fatal(err)
			}
			return cms
		})
		f := verifyFile(t, signed, trust)
		if standings(f) != "field group.mine PAdES B-B trusted" || len(faults(f)) > 0 || f.Signatures[0].Algorithm != test.algorithm {
			t.Errorf("%s: %s, %q", test.algorithm, standings(f), faults(f))
		}
		signed[bytes.Index(signed, []byte("/N 4"))+3] = '3'
		if f := verifyFile(t, signed, trust); len(f.Signatures) > 0 && f.Signatures[0].Standing != seal.Broken {
			t.Errorf("%s, changed: %s", test.algorithm, standings(f))
		}
	}
}

// What is no PDF is an error; what is one but cannot be read has faults.
func TestUnreadable(t *testing.T) {
	for _, data := range []string{"", "PK\x03\x04", "%PD"} {
		if _, err := Verify(strings.NewReader(data), int64(len(data)), seal.Trust{}); err == nil {
			t.Errorf("%q is taken for a PDF", data)
		}
	}
	if _, err := Verify(strings.NewReader("%PDF-1.7"), 100, seal.Trust{}); err == nil {
		t.Error("a file that is shorter than it is said to be is taken for a PDF")
	}
	if _, err := Verify(strings.NewReader("%PDF-1.7"), MaxSize+1, seal.Trust{}); err == nil {
		t.Error("a file that is too long is read")
	}
	for _, data := range []string{
		"%PDF-1.7\n", "%PDF-1.7\nstartxref\n", "%PDF-1.7\nstartxref\n99\n%%EOF", "%PDF-1.7\nstartxref\n0\n%%EOF",
		"%PDF-1.7\nxref\n0 99999999999\ntrailer\n<<>>\nstartxref\n9\n%%EOF",
		"%PDF-1.7\nxref\ntrailer\n<</Prev 9>>\nstartxref\n9\n%%EOF",
		"%PDF-1.7\nxref\ntrailer\n<</Root " + strings.Repeat("[", 1e6) + "\nstartxref\n9\n%%EOF",
		"%PDF-1.7\nxref\ntrailer\n<</Root [" + strings.Repeat("0 ", 2e6) + "]>>\nstartxref\n9\n%%EOF",
		head17 + ours + "000000000099" + oursEnd, head17 + ours + "99999999999x" + oursEnd + strings.Repeat(" ", 100),
	} {
		f := verifyFile(t, []byte(data), seal.Trust{})
		if len(f.Faults) == 0 || len(f.Signatures) > 0 || !strings.HasPrefix(f.Coverage, "nothing") {
			t.Errorf("%.60q: %+v", data, f)
		}
	}
}

// AUDITPACK_FOREIGN names a folder with PDFs that others signed, in folders of any depth; those that are meant are the samples of
// pdfcpu. Nobody is trusted, so none may be. The judge is pdfsig: what it calls valid must hold here on the day after it was
// signed, unless the digest is a weak one, and after a bit of what is signed was changed it must not. pdfsig does not look at
// timestamps; those of the samples are without the certificate of who made them, which is a fault here.
func TestForeignFiles(t *testing.T) {
	dir := os.Getenv("AUDITPACK_FOREIGN")
	if dir == "" {
		t.Skip("AUDITPACK_FOREIGN is not set")
	}
	held := 0
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".pdf" {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(data, []byte("/ByteRange")) {
			return err
		}
		f := verifyFile(t, data, seal.Trust{At: time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)})
		t.Logf("%s\n  %s\n  %s\n  %s", filepath.Base(name), standings(f), f.Coverage, strings.Join(faults(f), "\n  "))
		if strings.Contains(standings(f), string(seal.Trusted)) {
			t.Errorf("%s: trusted", name)
		}
		// pdfsig ends with an error where it finds no signature
		said, _ := judge(t, filepath.Dir(name), "pdfsig", "-nocert", filepath.Base(name))
		if !regexp.MustCompile(`Signing Hash Algorithm: SHA-(256|384|512)\n`).MatchString(said) || !strings.Contains(said, "Signature is Valid") {
			return nil
		}
		held++
		wrong := slices.DeleteFunc(slices.Clone(f.Signatures[0].Faults), func(s string) bool { return s == "timestamp: the authority's certificate is not in it" })
		if len(wrong) > 0 {
			t.Errorf("%s: %q, and pdfsig says\n%s", name, wrong, said)
		}
		changed := bytes.Clone(data)
		changed[len("%PDF-1.7\n")+1] ^= 1
		if f := verifyFile(t, changed, seal.Trust{}); len(f.Signatures) == 0 || !strings.Contains(strings.Join(f.Signatures[0].Faults, "\n"), "digest mismatch") {
			t.Errorf("%s, changed: %s, %q", name, standings(f), faults(f))
		}
		return nil
	})
	if err != nil || held == 0 {
		t.Errorf("%v; of %d files pdfsig says that they hold", err, held)
	}
}
