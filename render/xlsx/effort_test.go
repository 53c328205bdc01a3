package xlsx_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"io"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"auditpack/evidence/seal"
	"auditpack/render/xlsx"
)

// TestOtherWords writes what says that a signature is one of Sign's in other words of XML, which no digest notices, and
// adds to the workbook what another program would be allowed to leave unsigned.
func TestOtherWords(t *testing.T) {
	id := identities()["EC"]
	genuine := pieces(t, sign(t, write(t, oneTable(texts("one"))), id))
	for _, words := range []string{"urn:auditpack:container&#58;1", "urn:auditpack:container&#x3a;1", "&#117;rn:auditpack:container:1"} {
		for _, added := range []bool{false, true} {
			w := &workbook{t: t, parts: slices.Clone(genuine)}
			w.parts[w.at(sig)].Text = bytes.ReplaceAll(w.parts[w.at(sig)].Text, []byte("urn:auditpack:container:1"), []byte(words))
			if added {
				w.replace("_rels/.rels", "</Relationships>", `<Relationship Id="rIdMore" Target="docProps/custom.xml" Type="`+officeRels+`/custom-properties"/></Relationships>`)
				w.replace(types, "</Types>", `<Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>`)
				w.insert("docProps/custom.xml", "<Properties>Approved</Properties>")
			}
			for form, put := range map[string]func(testing.TB, []xlsx.Piece) []byte{"as Sign does": rebuilt, "as others do": rezip} {
				f := verify(t, put(t, w.parts), trusting(id))
				if len(f.Signatures) != 1 || f.Signatures[0].Standing != seal.Broken ||
					!strings.Contains(strings.Join(f.Signatures[0].Faults, "; "), "container") {
					t.Errorf("%s, put together %s, added %v: %+v", words, form, added, f)
				}
			}
		}
	}
}

// TestForeignLeftOut adds to another program's workbook what no signature covers: what Office leaves out is named, all
// else is a fault.
func TestForeignLeftOut(t *testing.T) {
	id := identities()["RSA"]
	relation := func(kind, target string) func(*foreign) {
		return func(f *foreign) {
			f.replace("_rels/.rels", "</Relationships>", `<Relationship Id="n" Type="`+kind+`" Target="`+target+`"/></Relationships>`)
		}
	}
	part := func(name string) func(*foreign) {
		return func(f *foreign) { f.parts = append(f.parts, xlsx.Piece{Name: name, Text: []byte("<n/>")}) }
	}
	both := func(list ...func(*foreign)) func(*foreign) {
		return func(f *foreign) {
			for _, g := range list {
				g(f)
			}
		}
	}
	png := func(f *foreign) {
		f.replace("[Content_Types].xml", "</Types>", `<Default Extension="png" ContentType="image/png"/></Types>`)
	}
	for _, test := range []struct {
		name          string
		change        func(*foreign)
		fault, covers string
	}{
		{"custom properties", both(part("docProps/custom.xml"), relation(officeRels+"/custom-properties", "docProps/custom.xml")), "", "not docProps/core.xml, docProps/custom.xml"},
		{"properties elsewhere", relation(officeRels+"/custom-properties", "xl/sheet.xml"), `1 relationship: "n" of "_rels/.rels"`, ""},
		{"properties of a part", func(f *foreign) {
			f.replace("xl/_rels/workbook.xml.rels", "</Relationships>", `<Relationship Id="n" Type="`+officeRels+`/custom-properties" Target="/docProps/custom.xml"/></Relationships>`)
		}, `1 relationship: "n" of "xl/_rels/workbook.xml.rels"`, ""},
		{"a program beside the properties", part("docProps/payload.exe"), `1 part: "docProps/payload.exe"`, ""},
		{"a thumbnail", both(png, part("docProps/thumbnail.png"), relation(packageRels+"/metadata/thumbnail", "docProps/thumbnail.png")), "", "docProps/thumbnail.png"},
		{"a thumbnail that is none", both(part("docProps/thumbnail.xml"), relation(packageRels+"/metadata/thumbnail", "docProps/thumbnail.xml")), `1 part: "docProps/thumbnail.xml"`, ""},
		{"a second origin", both(part("xl/more.xml"), relation(packageRels+"/digital-signature/origin", "xl/more.xml")), "two relationships", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newForeign()
			f.sign(t, id)
			test.change(f)
			found := verify(t, rezip(t, f.parts), trusting(id))
			faults := strings.Join(found.Faults, "; ")
			if !strings.Contains(faults, test.fault) || (test.fault == "") != (faults == "") || !strings.Contains(found.Coverage, test.covers) {
				t.Errorf("%q, %q; want %q, %q", faults, found.Coverage, test.fault, test.covers)
			}
		})
	}
}

// largeCertificate has an RSA key of so many bits, which nobody made: no signature of it can hold.
func largeCertificate(t *testing.T, bits int) []byte {
	t.Helper()
	der := issue(t, "Large", ecKey(t), nil).Certificate.Raw
	var whole, inner []asn1.RawValue
	if _, err := asn1.Unmarshal(der, &whole); err != nil {
		t.Fatal(err)
	}
	if _, err := asn1.Unmarshal(whole[0].FullBytes, &inner); err != nil {
		t.Fatal(err)
	}
	n := new(big.Int).SetBit(big.NewInt(1), bits-1, 1)
	key, err := asn1.Marshal(struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}{
		pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}, Parameters: asn1.NullRawValue},
		asn1.BitString{Bytes: x509.MarshalPKCS1PublicKey(&rsa.PublicKey{N: n, E: 1<<31 - 1})},
	})
	if err != nil {
		t.Fatal(err)
	}
	inner[6] = asn1.RawValue{FullBytes: key} // version, serial, algorithm, issuer, validity, subject, key
	if whole[0].FullBytes, err = asn1.Marshal(inner); err != nil {
		t.Fatal(err)
	}
	if der, err = asn1.Marshal(whole); err != nil {
		t.Fatal(err)
	}
	if _, err := x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return der
}

func TestLargeKeys(t *testing.T) {
	id := identities()["RSA"]
	own := pieces(t, sign(t, write(t, oneTable(texts("one"))), id))
	other := newForeign()
	other.sign(t, id)
	for _, test := range []struct {
		bits int
		want string
	}{{16384, "RSA key of 16384 bits"}, {1 << 20, "bytes"}} {
		large := base64.StdEncoding.EncodeToString(largeCertificate(t, test.bits))
		for name, list := range map[string][]xlsx.Piece{sig: own, "_signed/one.xml": other.parts} {
			w := &workbook{t: t, parts: slices.Clone(list)}
			w.replace(name, encoded(id), large)
			for form, put := range map[string]func(testing.TB, []xlsx.Piece) []byte{"as Sign does": rebuilt, "as others do": rezip} {
				if form == "as Sign does" && name != sig {
					continue
				}
				began := time.Now()
				f := verify(t, put(t, w.parts), trusting(id))
				if len(f.Signatures) != 1 || f.Signatures[0].Standing != seal.Broken || !strings.Contains(strings.Join(f.Signatures[0].Faults, "; "), test.want) {
					t.Errorf("%s, put together %s, %d bits: %+v", name, form, test.bits, f)
				}
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("%s, put together %s, %d bits: took %s", name, form, test.bits, took)
				}
			}
		}
	}
}

// bomb is a workbook of a few hundred thousand bytes with 32 signatures, each of text repeated.
func bomb(t *testing.T, head, text string, size int) []byte {
	t.Helper()
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	put := func(name string, list ...string) {
		to, err := w.Create(name)
		for _, s := range list {
			if err == nil {
				_, err = io.WriteString(to, s)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var signatures strings.Builder
	for i := range 32 {
		fmt.Fprintf(&signatures, `<Relationship Id="s%d" Type="%s/digital-signature/signature" Target="s%d.xml"/>`, i, packageRels, i)
	}
	put("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`)
	put("_rels/.rels", `<Relationships xmlns="`+packageRels+`"><Relationship Id="a" Type="`+packageRels+`/digital-signature/origin" Target="o"/></Relationships>`)
	put("_rels/o.rels", `<Relationships xmlns="`+packageRels+`">`, signatures.String(), `</Relationships>`)
	signature := []byte(`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">` + head + strings.Repeat(text, size/len(text)) + `</Signature>`)
	var packed bytes.Buffer
	f, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err == nil {
		_, err = f.Write(signature)
	}
	if err == nil {
		err = f.Close()
	}
	for i := range 32 {
		var to io.Writer
		if err == nil {
			to, err = w.CreateRaw(&zip.FileHeader{Name: fmt.Sprintf("s%d.xml", i), Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(signature),
				CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(len(signature))})
		}
		if err == nil {
			_, err = to.Write(packed.Bytes())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestBombs(t *testing.T) {
	id := identities()["RSA"]
	certificate := `<X509Certificate>` + encoded(id) + `</X509Certificate>`
	for _, test := range []struct {
		name, head, text string
		size             int
	}{
		{"elements", "", `<a b="c">x<!--y--></a>`, 16 << 20},
		{"instructions", "", "<?a b?>", 16 << 20},
		{"comments", "", "<!---->", 16 << 20},
		{"text", "", "x", 16 << 20},
		{"certificates", "<KeyInfo>" + strings.Repeat(certificate, 8) + "</KeyInfo><SignedInfo/>", " ", 1},
		{"attributes", "<a" + strings.Repeat(` b=""`, 1<<16) + "/>", " ", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := bomb(t, test.head, test.text, test.size)
			began := time.Now()
			f := verify(t, file, trusting(id))
			took := time.Since(began)
			faults := strings.Join(f.Faults, "; ")
			if len(f.Signatures) == 0 || f.Signatures[0].Standing != seal.Broken || !strings.Contains(faults, "asks for more work") {
				t.Errorf("%d signatures, %q", len(f.Signatures), faults)
			}
			if t.Log(took); took > 20*time.Second { // a tenth of that, on a machine with nothing else to do
				t.Errorf("took %s", took)
			}
		})
	}
}
