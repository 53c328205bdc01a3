package xlsx_test

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"auditpack/evidence/seal"
	"auditpack/render/xlsx"
)

// detects tells whether verifying finds that something is wrong: not one signature that is trusted, or a fault of the file.
func detects(file []byte, trust seal.Trust) (bool, string) {
	f, err := xlsx.Verify(bytes.NewReader(file), int64(len(file)), trust)
	switch {
	case err != nil:
		return true, err.Error()
	case len(f.Signatures) == 0:
		return true, f.Coverage
	case len(f.Faults) > 0:
		return true, f.Faults[0]
	}
	for _, s := range f.Signatures {
		if (s.Standing == seal.Broken) != (len(s.Faults) > 0) {
			return false, "a signature is broken if, and only if, there is a fault"
		}
		if s.Standing != seal.Trusted {
			return true, strings.Join(append([]string{string(s.Standing)}, s.Faults...), "; ")
		}
	}
	return false, ""
}

// TestFlippedBits flips bits of a signed workbook, one at a time: 2,000 of them, all with AUDITPACK_TAMPER=all. There is no
// bit whose change stays unseen, so there is no list of exceptions: the deflated parts, whose unused bits and other ways
// to say the same would be one, are covered by the signature as they are, packed.
func TestFlippedBits(t *testing.T) {
	id := identities()["issued"]
	file := sign(t, write(t, oneTable(texts("one", "two"))), id)
	if len(file) > 30_000 {
		t.Fatalf("the workbook has %d bytes: too many to flip every bit", len(file))
	}
	trust := trusting(id)
	if bad, why := detects(file, trust); bad {
		t.Fatal(why)
	}
	bits := rand.New(rand.NewPCG(1, 2)).Perm(len(file) * 8)
	if os.Getenv("AUDITPACK_TAMPER") != "all" {
		bits = bits[:2000]
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			changed := slices.Clone(file)
			for i := next.Add(1) - 1; i < int64(len(bits)); i = next.Add(1) - 1 {
				at, mask := bits[i]/8, byte(1)<<(bits[i]%8)
				changed[at] ^= mask
				if bad, _ := detects(changed, trust); !bad {
					t.Errorf("byte %d, bit %d: not seen", at, bits[i]%8)
				}
				changed[at] ^= mask
			}
		})
	}
	workers.Wait()
}

// TestCutAndAppended cuts a signed workbook at places all over it, and appends to it.
func TestCutAndAppended(t *testing.T) {
	id := identities()["EC"]
	file := sign(t, write(t, oneTable(texts("one"))), id)
	for n := 0; n < len(file); n += 1 + len(file)/500 {
		if bad, _ := detects(file[:n], trusting(id)); !bad {
			t.Errorf("cut after %d bytes: not seen", n)
		}
	}
	for _, more := range []string{"\x00", "\n", "PK\x05\x06", strings.Repeat("x", 70_000)} {
		if bad, _ := detects(append(slices.Clone(file), more...), trusting(id)); !bad {
			t.Errorf("%.10q appended: not seen", more)
		}
	}
}

// workbook is a signed one that is taken apart, for those who cheat.
type workbook struct {
	t     *testing.T
	parts []xlsx.Piece
	other []xlsx.Piece // another workbook, signed by the same signer
}

func (w *workbook) at(name string) int {
	i := slices.IndexFunc(w.parts, func(p xlsx.Piece) bool { return p.Name == name })
	if i < 0 {
		w.t.Fatalf("no part %s", name)
	}
	return i
}

func (w *workbook) replace(name, old, new string) {
	i := w.at(name)
	if !bytes.Contains(w.parts[i].Text, []byte(old)) {
		w.t.Fatalf("%s has no %s", name, old)
	}
	w.parts[i].Text = bytes.Replace(w.parts[i].Text, []byte(old), []byte(new), 1)
}

// insert adds a part where the order wants it.
func (w *workbook) insert(name, text string) {
	i := slices.IndexFunc(w.parts, func(p xlsx.Piece) bool {
		return p.Name != "[Content_Types].xml" && (p.Name > name || strings.HasPrefix(p.Name, "_xmlsignatures/"))
	})
	w.parts = slices.Insert(w.parts, i, xlsx.Piece{Name: name, Text: []byte(text)})
}

func (w *workbook) remove(prefix string) {
	w.parts = slices.DeleteFunc(w.parts, func(p xlsx.Piece) bool { return strings.HasPrefix(p.Name, prefix) })
}

const (
	sig   = "_xmlsignatures/sig1.xml"
	types = "[Content_Types].xml"
	sheet = "xl/worksheets/sheet1.xml"
	core  = "docProps/core.xml"
)

// cheats are the ways to change a signed workbook whose parts are put together again as Sign would, and as any other
// program would.
var cheats = []struct {
	name  string
	cheat func(*workbook)
}{
	{"a cell changed", func(w *workbook) { w.replace(sheet, "one", "two") }},
	{"a part added", func(w *workbook) { w.insert("xl/added.xml", "<a></a>") }},
	{"a part added to docProps", func(w *workbook) { w.insert("docProps/custom.xml", "<a></a>") }},
	{"a part added beside the signature", func(w *workbook) { w.insert("_xmlsignatures/sig0.xml", "<a></a>") }},
	{"a part removed", func(w *workbook) { w.remove("docProps/app.xml") }},
	{"a relationship added", func(w *workbook) {
		w.replace("xl/_rels/workbook.xml.rels", "</Relationships>", `<Relationship Id="rId99" Target="added.xml" Type="x"></Relationship></Relationships>`)
	}},
	{"a relationship removed", func(w *workbook) {
		w.replace("_rels/.rels", `<Relationship Id="rId3" Target="docProps/app.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties"></Relationship>`, "")
	}},
	{"a relationship's target changed", func(w *workbook) { w.replace("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet2.xml") }},
	{"relationships in another order", func(w *workbook) {
		w.replace("_rels/.rels", `"rId3"`, `"rIdX"`)
		w.replace("_rels/.rels", `"rId2"`, `"rId3"`)
		w.replace("_rels/.rels", `"rIdX"`, `"rId2"`)
	}},
	{"space between relationships", func(w *workbook) { w.replace("_rels/.rels", "</Relationships>", "\n</Relationships>") }},
	{"the signature removed", func(w *workbook) {
		w.remove("_xmlsignatures/")
		w.replace("_rels/.rels", `<Relationship Id="rIdSignatureOrigin" Target="_xmlsignatures/origin.sigs" Type="http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"></Relationship>`, "")
		w.replace(types, `<Default Extension="sigs" ContentType="application/vnd.openxmlformats-package.digital-signature-origin"></Default>`, "")
		w.replace(types, `<Override PartName="/_xmlsignatures/sig1.xml" ContentType="application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"></Override>`, "")
	}},
	{"only the signature part removed", func(w *workbook) { w.remove(sig) }},
	{"the way to the signature removed", func(w *workbook) {
		w.replace("_rels/.rels", `<Relationship Id="rIdSignatureOrigin" Target="_xmlsignatures/origin.sigs" Type="http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"></Relationship>`, "")
	}},
	{"sheets swapped", func(w *workbook) {
		a, b := w.at(sheet), w.at("xl/worksheets/sheet2.xml")
		w.parts[a].Text, w.parts[b].Text = w.parts[b].Text, w.parts[a].Text
	}},
	{"a content type changed", func(w *workbook) {
		w.replace(types, "application/vnd.openxmlformats-officedocument.theme+xml", "application/xml")
	}},
	{"a content type added", func(w *workbook) {
		w.replace(types, "</Types>", `<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"></Default></Types>`)
	}},
	{"content types in another order", func(w *workbook) {
		sigs := `<Default Extension="sigs" ContentType="application/vnd.openxmlformats-package.digital-signature-origin"></Default>`
		w.replace(types, sigs, "")
		w.replace(types, "<Override ", sigs+"<Override ")
	}},
	{"document properties changed", func(w *workbook) { w.replace(core, "Test", "Best") }},
	{"the signature of another workbook", func(w *workbook) {
		i := slices.IndexFunc(w.other, func(p xlsx.Piece) bool { return p.Name == sig })
		w.parts[w.at(sig)].Text = w.other[i].Text
	}},
	{"a part of another workbook", func(w *workbook) {
		i := slices.IndexFunc(w.other, func(p xlsx.Piece) bool { return p.Name == sheet })
		w.parts[w.at(sheet)].Text = w.other[i].Text
	}},
	{"a part twice", func(w *workbook) { w.insert(sheet, "<worksheet></worksheet>") }},
	{"a part twice, but for its case", func(w *workbook) { w.insert("xl/worksheets/SHEET1.xml", "<worksheet></worksheet>") }},
	{"the certificate replaced", func(w *workbook) {
		w.replace(sig, encoded(identities()["EC"]), encoded(identities()["RSA"]))
	}},
	{"a certificate added", func(w *workbook) {
		more := "<X509Certificate>" + encoded(identities()["RSA"]) + "</X509Certificate>"
		w.replace(sig, "</X509Data>", more+"</X509Data>")
	}},
	{"the reference to SignedProperties removed", func(w *workbook) {
		text := string(w.parts[w.at(sig)].Text)
		from := strings.Index(text, `<Reference Type="http://uri.etsi.org/01903#SignedProperties"`)
		w.replace(sig, text[from:strings.Index(text, "</SignedInfo>")], "")
	}},
	{"the reference to the container removed", func(w *workbook) {
		text := string(w.parts[w.at(sig)].Text)
		from := strings.Index(text, `<Reference Type="http://www.w3.org/2000/09/xmldsig#Object" URI="#idContainerObject"`)
		w.replace(sig, text[from:from+strings.Index(text[from:], "</Reference>")+len("</Reference>")], "")
	}},
	{"the container's object removed", func(w *workbook) {
		text := string(w.parts[w.at(sig)].Text)
		from := strings.Index(text, `<Object Id="idContainerObject">`)
		w.replace(sig, text[from:from+strings.Index(text[from:], "</Object>")+len("</Object>")], "")
	}},
	{"the digest algorithm lowered", func(w *workbook) {
		w.replace(sig, `<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256">`, `<DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1">`)
	}},
	{"the signature algorithm lowered", func(w *workbook) { w.replace(sig, "xmldsig-more#ecdsa-sha256", "xmldsig-more#ecdsa-sha1") }},
	{"the claimed time changed", func(w *workbook) { w.replace(sig, "<xd:SigningTime>2026", "<xd:SigningTime>2025") }},
	{"the comment changed", func(w *workbook) { w.replace(sig, "Quarterly", "Yearly") }},
	{"an unsigned object added", func(w *workbook) { w.replace(sig, "</Signature>", "<Object>x</Object></Signature>") }},
	{"space in the signature", func(w *workbook) { w.replace(sig, "</SignedInfo>", "</SignedInfo>\n") }},
	{"a comment in the signature", func(w *workbook) { w.replace(sig, "<SignedInfo>", "<!--x--><SignedInfo>") }},
	{"a comment in what is signed", func(w *workbook) { w.replace(sig, "<SignedInfo>", "<SignedInfo><!--x-->") }},
	{"the signature value in other words", func(w *workbook) { w.replace(sig, "<SignatureValue>", "<SignatureValue> ") }},
	{"an object twice", func(w *workbook) {
		text := string(w.parts[w.at(sig)].Text)
		from := strings.Index(text, `<Object Id="idPackageObject">`)
		w.replace(sig, "</Signature>", text[from:from+strings.Index(text[from:], "</Object>")+len("</Object>")]+"</Signature>")
	}},
	{"the origin filled", func(w *workbook) { w.parts[w.at("_xmlsignatures/origin.sigs")].Text = []byte("x") }},
}

func encoded(id *seal.Identity) string {
	return base64.StdEncoding.EncodeToString(id.Certificate.Raw)
}

func TestCheats(t *testing.T) {
	id := identities()["EC"]
	two := oneTable(texts("one", "same"))
	two.Parts = append(two.Parts, oneTable(texts("uno")).Parts...)
	two.Parts[1].Anchor, two.Parts[1].Sheet = "y", "Second"
	genuine, other := sign(t, write(t, two), id), sign(t, write(t, oneTable(texts("other"))), id)
	if bad, why := detects(rebuilt(t, pieces(t, genuine)), trusting(id)); bad {
		t.Fatalf("put together again: %s", why)
	}
	if bad, why := detects(rezip(t, pieces(t, genuine)), trusting(id)); !bad || !strings.Contains(why, "broken; the container is not as it was signed") {
		t.Errorf("zipped anew: %s", why)
	}
	for _, c := range cheats {
		t.Run(c.name, func(t *testing.T) {
			w := &workbook{t, pieces(t, genuine), pieces(t, other)}
			c.cheat(w)
			for form, put := range map[string]func(testing.TB, []xlsx.Piece) []byte{"as Sign does": rebuilt, "as others do": rezip} {
				bad, why := detects(put(t, w.parts), trusting(id))
				if t.Logf("%s: %s", form, why); !bad {
					t.Errorf("put together %s: not seen", form)
				}
			}
		})
	}
}

func rebuilt(t testing.TB, list []xlsx.Piece) []byte {
	t.Helper()
	file, err := xlsx.Contain(list)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestContainerCheats changes the zip and no part.
func TestContainerCheats(t *testing.T) {
	id := identities()["EC"]
	file := sign(t, write(t, oneTable(texts("one"))), id)
	end := len(file) - 22
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"prefix", append([]byte("#!/bin/sh\n"), file...)},
		{"comment", append(append(slices.Clone(file[:len(file)-2]), 1, 0), '!')},
		{"suffix", append(slices.Clone(file), 0)},
		{"gap before the directory", slices.Concat(file[:directoryOf(file)], []byte{0}, file[directoryOf(file):])},
		{"two ends", slices.Concat(file, file[end:])},
		{"signed by another", sign(t, write(t, oneTable(texts("one"))), identities()["RSA"])},
		{"nothing", nil},
		{"an empty zip", []byte("PK\x05\x06" + strings.Repeat("\x00", 18))},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad, why := detects(c.file, trusting(id))
			if t.Log(why); !bad {
				t.Error("not seen")
			}
		})
	}
}

// directoryOf returns where the zip directory begins.
func directoryOf(file []byte) int {
	end := file[len(file)-22:]
	return int(end[16]) | int(end[17])<<8 | int(end[18])<<16 | int(end[19])<<24
}

func FuzzVerify(f *testing.F) {
	id := identities()["EC"]
	file := sign(f, write(f, oneTable(texts("one"))), id)
	f.Add(file)
	f.Add(rezip(f, pieces(f, file)))
	trust := trusting(id)
	f.Fuzz(func(t *testing.T, data []byte) {
		if bad, why := detects(data, trust); !bad && !bytes.Equal(data, file) {
			t.Fatal("a file that was not signed is trusted", why)
		}
	})
}

// FuzzSignaturePart gives Verify a signed workbook with another signature part.
func FuzzSignaturePart(f *testing.F) {
	id := identities()["EC"]
	list := pieces(f, sign(f, write(f, oneTable(texts("one"))), id))
	last := len(list) - 1
	genuine := list[last].Text
	f.Add(genuine)
	f.Add([]byte(strings.ReplaceAll(string(genuine), "urn:auditpack:container:1", "urn:other")))
	trust := trusting(id)
	f.Fuzz(func(t *testing.T, data []byte) {
		changed := slices.Clone(list)
		changed[last].Text = data
		file, err := xlsx.Contain(changed)
		if err != nil {
			t.Skip(err)
		}
		if bad, why := detects(file, trust); !bad && !bytes.Equal(data, genuine) {
			t.Fatalf("a changed signature is trusted: %s", why)
		}
	})
}
