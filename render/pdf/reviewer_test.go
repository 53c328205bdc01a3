package pdf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditpack/evidence/seal"
)

// A reviewer may sign with another program: poppler fills the empty field, and finds both signatures valid. We say of the
// operator's that it stands, and of what follows that it is not in our form: it is neither trusted nor passed over.
func TestPopplerSignsAsReviewer(t *testing.T) {
	dir, id := levels(t)
	if err := os.Mkdir(filepath.Join(dir, "nss"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 30 -subj /CN=Reviewer -addext keyUsage=digitalSignature -addext extendedKeyUsage=emailProtection",
		"openssl pkcs12 -export -inkey k.pem -in c.pem -name reviewer -passout pass:x -out k.p12",
		"certutil -N -d sql:nss --empty-password",
		"pk12util -i k.p12 -d sql:nss -W x",
		"pdfsig -nssdir sql:nss b-b.pdf signed.pdf -sign Reviewer -nick reviewer -digest SHA256",
	} {
		words := strings.Fields(line)
		if out, err := judge(t, dir, words[0], words[1:]...); err != nil {
			t.Skipf("%s: %v\n%s", words[0], err, out) // older releases of poppler do not sign
		}
	}
	out, err := judge(t, dir, "pdfsig", "-nssdir", "sql:nss", "signed.pdf")
	if err != nil || strings.Count(out, "Signature is Valid") != 2 {
		t.Errorf("poppler: %v\n%s", err, out)
	}
	file, err := os.ReadFile(filepath.Join(dir, "signed.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	f := verifyFile(t, file, seal.Trust{Signers: id.Chain, At: time.Now()})
	if len(f.Signatures) != 2 || f.Signatures[0].Standing != seal.Trusted || f.Signatures[1].Standing != seal.Broken ||
		!strings.HasSuffix(f.Coverage, "by the operator; nothing covers the rest") {
		t.Errorf("%s, %s", standings(f), f.Coverage)
	}
	if len(f.Faults) != 1 || !strings.Contains(f.Faults[0], "not the reviewer's signature as auditpack writes it") {
		t.Errorf("faults %q", f.Faults)
	}
}
