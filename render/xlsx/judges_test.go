package xlsx_test

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/render/xlsx"
)

// askOffice asks LibreOffice, through its own interface (UNO), what it makes of the signatures of files. It needs
// Debian's python3-uno, which only Debian's own python has.
const askOffice = `
import os, subprocess, sys, tempfile, time
import uno
from com.sun.star.beans import PropertyValue
pipe = "auditpack%d" % os.getpid()
office = subprocess.Popen(["soffice", "--headless", "--norestore", "--invisible", "-env:UserInstallation=file://" + sys.argv[1],
                           "--accept=pipe,name=%s;urp;" % pipe], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
for attempt in range(120):
    try:
        context = resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
        break
    except Exception:
        time.sleep(0.5)
else:
    office.kill()
    sys.exit("LibreOffice did not start")
make = lambda name: context.ServiceManager.createInstanceWithContext(name, context)
for path in sys.argv[2:]:
    url = "file://" + path
    zipped = uno.Any("[]com.sun.star.beans.PropertyValue", (PropertyValue("StorageFormat", 0, "ZipFormat", 0),))
    storage = uno.invoke(make("com.sun.star.embed.StorageFactory"), "createInstanceWithArguments", ((url, 1, zipped),))
    signatures = make("com.sun.star.security.DocumentDigitalSignatures").verifyDocumentContentSignatures(storage, None)
    document = make("com.sun.star.frame.Desktop").loadComponentFromURL(url, "_blank", 0, (PropertyValue("Hidden", 0, True, 0),))
    sheets = document.Sheets.Count
    document.close(True)
    print(os.path.basename(path), len(signatures), " ".join("%s %d" % (s.SignatureIsValid, s.CertificateStatus) for s in signatures), "sheets", sheets)
try:
    make("com.sun.star.frame.Desktop").terminate()
except Exception:
    pass
office.wait(30)
`

// TestLibreOffice asks LibreOffice whether the signatures hold, whether it sees a changed sheet, and whether it
// opens the workbooks. Certificate status 0 is trusted, 1 is not: LibreOffice never trusts a certificate that signed
// itself and is no authority, whatever it is told.
func TestLibreOffice(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes its time")
	}
	const python = "/usr/bin/python3"
	if exec.Command(python, "-c", "import uno").Run() != nil {
		t.Skip("python3-uno is not installed")
	}
	for _, program := range []string{"soffice", "certutil"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(program + " is not installed")
		}
	}
	dir := t.TempDir()
	nss := filepath.Join(dir, "nss")
	if err := os.Mkdir(nss, 0o700); err != nil {
		t.Fatal(err)
	}
	run(t, "certutil", "-N", "-d", "sql:"+nss, "--empty-password")
	args := []string{filepath.Join(dir, "profile")}
	save := func(name string, file []byte) {
		at := filepath.Join(dir, name)
		if err := os.WriteFile(at, file, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, at)
	}
	file := write(t, document())
	for _, name := range []string{"RSA", "EC", "issued"} {
		id := identities()[name]
		anchor := filepath.Join(dir, name+".pem")
		if err := os.WriteFile(anchor, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: trusting(id).Signers[0].Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, "certutil", "-A", "-d", "sql:"+nss, "-n", name, "-t", "CT,CT,CT", "-i", anchor)
		save(name+".xlsx", sign(t, file, id))
	}
	changed := pieces(t, sign(t, file, identities()["EC"]))
	for i, p := range changed {
		if p.Name == "xl/worksheets/sheet2.xml" {
			changed[i].Text = bytes.Replace(p.Text, []byte("<t"), []byte(" <t"), 1)
		}
	}
	save("changed.xlsx", rezip(t, changed))
	cmd := exec.Command(python, append([]string{"-c", askOffice}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+dir, "MOZILLA_CERTIFICATE_FOLDER=sql:"+nss)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	sheets := 0
	for _, p := range document().Parts {
		if p.Sheet != "" {
			sheets++
		}
	}
	for _, want := range []string{"RSA.xlsx 1 True 1", "issued.xlsx 1 True 0", "EC.xlsx 1 True 1", "changed.xlsx 1 False 1"} {
		want = fmt.Sprintf("%s sheets %d\n", want, sheets)
		if !strings.Contains(string(out), want) {
			t.Errorf("%s is not said: %s", want, out)
		}
	}
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, problems.String())
	}
	return string(out)
}

// documents are what the two ways to canonical XML are tried on.
var documents = []string{
	`<a/>`,
	`<?xml version="1.0"?><!-- before --><a  b = 'x"y'   a="1&#10;2&amp;&lt;&gt;"><!-- in --><b/>t &gt; &amp; &lt; &#13;<c></c></a>`,
	`<n:a xmlns:n="urn:n" xmlns="urn:d" xmlns:u="urn:unused"><b xmlns="urn:d"><n:c xmlns:n="urn:n" n:z="1" y="2"/></b><b xmlns=""><c xmlns="urn:d"/></b></n:a>`,
	`<a xmlns:z="urn:a" xmlns:y="urn:b" z:q="1" y:q="2" q="3" xml:lang="en" xml:space="preserve"><b z:q="4" xmlns:z="urn:c"/> </a>`,
	"<a>\r\nline<![CDATA[<raw> & ]]>é日😀\t</a>",
	`<a><?target some data ?><?empty?></a>`,
	`<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c xmlns:p="urn:1"/></p:b></p:a>`,
}

// TestCanonicalXML compares with libxml2.
func TestCanonicalXML(t *testing.T) {
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("xmllint is not installed")
	}
	list := documents
	for _, p := range pieces(t, sign(t, write(t, oneTable(texts("<a & b>"))), identities()["RSA"])) {
		if len(p.Text) > 0 {
			list = append(list, string(p.Text))
		}
	}
	for _, text := range list {
		at := filepath.Join(t.TempDir(), "in.xml")
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, form := range []struct {
			option    string
			exclusive bool
		}{{"--c14n", false}, {"--exc-c14n", true}} {
			want := outside(run(t, "xmllint", form.option, at))
			got, err := xlsx.Canonical([]byte(text), form.exclusive, true)
			if err != nil || string(got) != want {
				t.Errorf("%s of %s: %v\n got %s\nwant %s", form.option, text, err, got, want)
			}
		}
	}
}

// outside cuts off the comments around the root, which do not belong to it.
func outside(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "<!--") {
		_, s, _ = strings.Cut(s, "-->")
	}
	return strings.TrimSpace(s)
}
