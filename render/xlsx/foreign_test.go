package xlsx_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence/seal"
	"auditpack/render/xlsx"
)

const (
	dsig        = `xmlns:ds="http://www.w3.org/2000/09/xmldsig#"`
	c14nRec     = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	c14nExc     = "http://www.w3.org/2001/10/xml-exc-c14n#"
	sha256XML   = "http://www.w3.org/2001/04/xmlenc#sha256"
	sha1XML     = "http://www.w3.org/2000/09/xmldsig#sha1"
	mediaSheet  = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
	packageRels = "http://schemas.openxmlformats.org/package/2006/relationships"
	officeRels  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

// foreign is a workbook as another program would sign it: prefixes, line ends and empty tags of its own, its signature
// under another name, the document properties left out. A test changes it before or after signing.
type foreign struct {
	parts     []xlsx.Piece
	digest    string   // URI of the digest method
	transform string   // of the SignedProperties
	xml       string   // of the objects, once signed
	manifest  []string // names of the parts in the manifest
	certify   bool     // the certificate is in the signature
	blanks    string   // what stands for the blanks in _rels/.rels
}

func newForeign() *foreign {
	return &foreign{digest: sha256XML, transform: c14nExc, certify: true, manifest: []string{"xl/workbook.xml", "xl/sheet.xml"}, parts: []xlsx.Piece{
		{Name: "[Content_Types].xml", Text: []byte(`<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="` + mediaSheet + `"/></Types>`)},
		{Name: "_rels/.rels", Text: []byte("<Relationships xmlns='" + packageRels + "'>\r\n" +
			` <Relationship Target="_signed/origin.bin" Type="` + packageRels + `/digital-signature/origin" Id="s"/>` +
			` <Relationship Target="docProps/core.xml" Type="` + packageRels + `/metadata/core-properties" Id="b"/>` +
			` <Relationship Target="xl/workbook.xml" Type="` + officeRels + `/officeDocument" Id="a"/></Relationships>`)},
		{Name: "docProps/core.xml", Text: []byte("<core/>")},
		{Name: "xl/workbook.xml", Text: []byte("<workbook/>")},
		{Name: "xl/sheet.xml", Text: []byte("<sheet>1</sheet>")},
		{Name: "xl/_rels/workbook.xml.rels", Text: []byte(`<Relationships xmlns="` + packageRels + `">` +
			`<Relationship Id="r2" Type="` + officeRels + `/hyperlink" Target="https://example.com/?a=1&amp;b=2" TargetMode="External"/>` +
			`<Relationship Id="r1" Type="` + officeRels + `/worksheet" Target="/xl/sheet.xml"/></Relationships>`)},
		{Name: "_signed/origin.bin"},
		{Name: "_signed/_rels/origin.bin.rels", Text: []byte(`<Relationships xmlns="` + packageRels + `"><Relationship Id="x" Type="` + packageRels + `/digital-signature/signature" Target="one.xml"/></Relationships>`)},
	}}
}

func (f *foreign) text(name string) []byte {
	i := slices.IndexFunc(f.parts, func(p xlsx.Piece) bool { return p.Name == name })
	return f.parts[i].Text
}

func (f *foreign) replace(name, old, new string) {
	i := slices.IndexFunc(f.parts, func(p xlsx.Piece) bool { return p.Name == name })
	f.parts[i].Text = bytes.Replace(f.parts[i].Text, []byte(old), []byte(new), 1)
}

func (f *foreign) sum(text []byte) string {
	if f.digest == sha1XML {
		sum := sha1.Sum(text)
		return base64.StdEncoding.EncodeToString(sum[:])
	}
	sum := sha256.Sum256(text)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// reference writes a reference in a form that is not canonical.
func (f *foreign) reference(uri, transforms string, text []byte) string {
	if transforms != "" {
		transforms = "<ds:Transforms>" + transforms + "</ds:Transforms>"
	}
	return fmt.Sprintf("<ds:Reference\n  URI='%s' >%s<ds:DigestMethod Algorithm='%s'/>\r\n<ds:DigestValue>\n%s\n</ds:DigestValue></ds:Reference>", uri, transforms, f.digest, f.sum(text))
}

// sign adds the signature part. What relationships come to in canonical form is written out by hand.
func (f *foreign) sign(t *testing.T, id *seal.Identity) {
	t.Helper()
	canonical := func(text string, exclusive bool) []byte {
		out, err := xlsx.Canonical([]byte(strings.ReplaceAll(text, "\r\n", "\n")), exclusive, false)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	relations := func(part, list string) string {
		transform := `<ds:Transform Algorithm="http://schemas.openxmlformats.org/package/2006/RelationshipTransform">`
		for id := range strings.SplitSeq(list[:strings.Index(list, ":")], ",") {
			transform += `<p:RelationshipReference xmlns:p="http://schemas.openxmlformats.org/package/2006/digital-signature" SourceId="` + id + `"/>`
		}
		transform += `</ds:Transform><ds:Transform Algorithm="` + c14nRec + `"/>`
		return f.reference("/"+part+"?ContentType=application/vnd.openxmlformats-package.relationships+xml", transform,
			[]byte(`<Relationships xmlns="`+packageRels+`">`+list[strings.Index(list, ":")+1:]+`</Relationships>`))
	}
	manifest := relations("_rels/.rels", "a:"+f.blanks+`<Relationship Id="a" Target="xl/workbook.xml" TargetMode="Internal" Type="`+officeRels+`/officeDocument"></Relationship>`) +
		relations("xl/_rels/workbook.xml.rels", `r2,r1:<Relationship Id="r1" Target="/xl/sheet.xml" TargetMode="Internal" Type="`+officeRels+`/worksheet"></Relationship>`+
			`<Relationship Id="r2" Target="https://example.com/?a=1&amp;b=2" TargetMode="External" Type="`+officeRels+`/hyperlink"></Relationship>`)
	for _, name := range f.manifest {
		manifest += f.reference("/"+name+"?ContentType="+mediaSheet, "", f.text(name))
	}
	object := `<ds:Object Id="o" ` + dsig + `><ds:Manifest>` + manifest + `</ds:Manifest><!-- said -->` +
		`<t:SignatureTime xmlns:t="http://schemas.openxmlformats.org/package/2006/digital-signature"><t:Value>2026-11-22T12:00:00Z</t:Value></t:SignatureTime></ds:Object>`
	properties := `<x:SignedProperties xmlns:x="http://uri.etsi.org/01903/v1.3.2#" ` + dsig + ` xmlns:unused="urn:unused" Id="p"><x:SignedSignatureProperties>` +
		`<x:SigningCertificate><x:Cert><x:CertDigest><ds:DigestMethod Algorithm="` + f.digest + `"/><ds:DigestValue>` + f.sum(id.Certificate.Raw) +
		`</ds:DigestValue></x:CertDigest></x:Cert></x:SigningCertificate></x:SignedSignatureProperties></x:SignedProperties>`
	info := `<ds:SignedInfo ` + dsig + `><ds:CanonicalizationMethod Algorithm="` + c14nRec + `"/>` +
		`<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>` + f.reference("#o", "", canonical(object, false)) +
		f.reference("#p", `<ds:Transform Algorithm="`+f.transform+`"/>`, canonical(properties, true)) + `</ds:SignedInfo>`
	digest := sha256.Sum256(canonical(info, false))
	value, err := id.Signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	certificate := ""
	if f.certify {
		certificate = `<ds:X509Data><ds:X509Certificate>` + encoded(id) + `</ds:X509Certificate></ds:X509Data>`
	}
	f.xml = `<ds:Signature ` + dsig + ">\r\n" + info + `<ds:SignatureValue>` + base64.StdEncoding.EncodeToString(value) + `</ds:SignatureValue><ds:KeyInfo>` + certificate +
		`</ds:KeyInfo>` + object + `<ds:Object><x:QualifyingProperties xmlns:x="http://uri.etsi.org/01903/v1.3.2#">` + properties + `</x:QualifyingProperties></ds:Object></ds:Signature>`
	f.parts = append(f.parts, xlsx.Piece{Name: "_signed/one.xml", Text: []byte(f.xml)})
}

func TestForeign(t *testing.T) {
	id := identities()["RSA"]
	for _, test := range []struct {
		name   string
		before func(*foreign)
		after  func(*foreign)
		want   seal.Standing
		fault  string // of the signature, or of the file where the signature holds
	}{
		{"genuine", nil, nil, seal.Trusted, ""},
		{"as LibreOffice signs", func(f *foreign) { f.blanks = strings.Repeat("<text></text>", 3) }, nil, seal.Trusted, ""},
		{"blanks that are not there", func(f *foreign) { f.blanks = "<text></text>" }, nil, seal.Broken, `"_rels/.rels": not as it was signed`},
		{"a cell changed", nil, func(f *foreign) { f.replace("xl/sheet.xml", "1", "2") }, seal.Broken, `"xl/sheet.xml": not as it was signed`},
		{"space between relationships", nil, func(f *foreign) { f.replace("_rels/.rels", "/> ", "/>\n\n") }, seal.Trusted, ""},
		{"a relationship changed", nil, func(f *foreign) { f.replace("xl/_rels/workbook.xml.rels", "b=2", "b=3") }, seal.Broken, "not as it was signed"},
		{"a relationship added", nil, func(f *foreign) {
			f.replace("_rels/.rels", "</Relationships>", `<Relationship Id="n" Type="urn:n" Target="n.xml"/></Relationships>`)
		}, seal.Trusted, `does not cover 1 relationship: "n" of "_rels/.rels"`},
		{"a part added", nil, func(f *foreign) { f.parts = append(f.parts, xlsx.Piece{Name: "n.xml", Text: []byte("<n/>")}) }, seal.Trusted, `does not cover 1 part: "n.xml"`},
		{"a part that the manifest leaves out", func(f *foreign) { f.manifest = f.manifest[:1] }, nil, seal.Trusted, `does not cover 1 part: "xl/sheet.xml"`},
		{"a content type changed", nil, func(f *foreign) { f.replace("[Content_Types].xml", mediaSheet, "application/xml") }, seal.Broken, "its type is"},
		{"SHA-1", func(f *foreign) { f.digest = sha1XML }, nil, seal.Broken, "SHA-1, which is too weak"},
		{"a transform that nobody knows", func(f *foreign) { f.transform = "http://www.w3.org/TR/1999/REC-xpath-19991116" }, nil, seal.Broken, "transform is not understood"},
		{"no certificate", func(f *foreign) { f.certify = false }, nil, seal.Broken, "no certificate"},
		{"the time changed", nil, func(f *foreign) { f.replace("_signed/one.xml", "2026-11-22T12", "2026-11-22T13") }, seal.Broken, `"#o": not as it was signed`},
		{"an Id twice", nil, func(f *foreign) {
			f.replace("_signed/one.xml", "</ds:Signature>", `<ds:Object Id="o"/></ds:Signature>`)
		}, seal.Broken, "twice"},
		{"a document type", nil, func(f *foreign) {
			f.replace("_signed/one.xml", "<ds:Signature", `<!DOCTYPE a [<!ENTITY e "x">]><ds:Signature`)
		}, seal.Broken, "document type"},
		{"deep", nil, func(f *foreign) {
			f.replace("_signed/one.xml", "<ds:SignedInfo", strings.Repeat("<a>", 1000)+"<ds:SignedInfo")
		}, seal.Broken, "too deep"},
		{"no XML", nil, func(f *foreign) { f.replace("_signed/one.xml", "<ds:Signature", "") }, seal.Broken, "_signed/one.xml"},
		{"properties that look signed", nil, func(f *foreign) {
			f.replace("_signed/one.xml", "</x:QualifyingProperties>", `<x:SignedProperties/></x:QualifyingProperties>`)
		}, seal.Broken, "look signed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newForeign()
			if test.before != nil {
				test.before(f)
			}
			f.sign(t, id)
			if test.after != nil {
				test.after(f)
			}
			found := verify(t, rezip(t, f.parts), trusting(id))
			if len(found.Signatures) != 1 {
				t.Fatalf("%+v", found)
			}
			s := found.Signatures[0]
			faults := strings.Join(append(slices.Clone(s.Faults), found.Faults...), "; ")
			if s.Standing != test.want || !strings.Contains(faults, test.fault) || (test.fault == "") != (faults == "") {
				t.Errorf("%s, %q, want %s, %q", s.Standing, faults, test.want, test.fault)
			}
			if test.name == "genuine" && (found.Coverage != "4 of 5 parts; not the content types, the signatures' own parts nor the zip; not docProps/core.xml" ||
				s.Form != "OPC, XAdES" || s.Algorithm != "RSA-2048 SHA-256" || !s.Claimed.Equal(signedAt) || s.Place != "_signed/one.xml") {
				t.Errorf("%+v", found)
			}
		})
	}
}

// TestForeignZip changes the zip of another program's workbook and no part.
func TestForeignZip(t *testing.T) {
	id := identities()["RSA"]
	f := newForeign()
	f.sign(t, id)
	file := rezip(t, f.parts)
	other := slices.Clone(file)
	copy(other[bytes.Index(other, []byte("xl/sheet.xml")):], "xl/SHEET.xml") // in the local header, which comes first
	bomb := slices.Clone(file)
	at := bytes.LastIndex(bomb, []byte("xl/sheet.xml")) - 46
	copy(bomb[at+24:], "\xff\xff\xff\xfe") // unpacked size
	gap := slices.Concat(file[:directoryOf(file)], []byte("gap"), file[directoryOf(file):])
	binary.LittleEndian.PutUint32(gap[len(gap)-6:], uint32(directoryOf(file)+3))
	for _, test := range []struct {
		name string
		file []byte
		want string
	}{
		{"prefix", append([]byte("MZ"), file...), "belong to no entry"},
		{"gap", gap, "belong to no entry"},
		{"two names", other, "two things"},
		{"a bomb", bomb, "unpacks to more"},
		{"a part twice", rezip(t, append(slices.Clone(f.parts), xlsx.Piece{Name: "XL/sheet.xml"})), "two parts of that name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if bad, why := detects(test.file, trusting(id)); !bad || !strings.Contains(why, test.want) {
				t.Errorf("%q, want %q", why, test.want)
			}
		})
	}
}

// TestForeignFiles verifies workbooks and documents that other programs signed, in a folder that the one who runs the
// test names; those that are meant are the ones in test-data/xmldsign of Apache POI, some of them signed by Office. All of
// them have keys of 1024 bits or SHA-1, so none can be more than broken; that their digests and values are understood is
// what is tested.
func TestForeignFiles(t *testing.T) {
	const name = "AUDITPACK_SIGNED_OFFICE_FILES"
	dir := os.Getenv(name)
	if dir == "" {
		t.Skip(name + " is not set")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.???x"))
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no files")
	}
	for _, at := range files {
		file, err := os.ReadFile(at)
		if err != nil {
			t.Fatal(err)
		}
		f := verify(t, file, seal.Trust{At: signedAt})
		t.Logf("%s: %s; %s", filepath.Base(at), f.Coverage, strings.Join(f.Faults, "; "))
		for _, s := range f.Signatures {
			t.Logf("  %s, %s, %s, %s, %s: %s", s.Standing, s.Form, s.Algorithm, s.Signer.Name, s.Claimed, strings.Join(s.Faults, "; "))
			if all := strings.Join(s.Faults, "; "); strings.Contains(all, "not as it was signed") || strings.Contains(all, "not understood") {
				t.Errorf("%s: %s", at, all)
			}
		}
	}
}
