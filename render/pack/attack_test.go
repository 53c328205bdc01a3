package pack_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
	"auditpack/render/pack"
	"auditpack/render/pdf"
)

// attack is a package in the hands of somebody who has not the key: every file, to be changed at will.
type attack struct {
	t     *testing.T
	s     *sample
	files map[string]string // as they were sealed
	// attacker is somebody with a key and a certificate of the same name, and with a timestamp authority.
	attacker *pack.Sealer
}

// other is another package by the same signer.
func (a *attack) other() map[string]string {
	a.t.Helper()
	in := a.s.in
	in.Tool = "auditpack other"
	dir := filepath.Join(a.t.TempDir(), "p")
	if _, err := pack.Write(a.t.Context(), in, a.s.by, pack.Destination{Path: dir}); err != nil {
		a.t.Fatal(err)
	}
	return contents(a.t, dir)
}

// forged is the same package, made again and signed all through by the attacker.
func (a *attack) forged() map[string]string {
	a.t.Helper()
	dir := filepath.Join(a.t.TempDir(), "p")
	if _, err := pack.Write(a.t.Context(), a.s.in, a.attacker, pack.Destination{Path: dir}); err != nil {
		a.t.Fatal(err)
	}
	return contents(a.t, dir)
}

// unsigned is the same package without signatures.
func (a *attack) unsigned() map[string]string {
	a.t.Helper()
	dir := filepath.Join(a.t.TempDir(), "p")
	if _, err := pack.Write(a.t.Context(), a.s.in, nil, pack.Destination{Path: dir}); err != nil {
		a.t.Fatal(err)
	}
	return contents(a.t, dir)
}

// relist makes the manifests and the count agree with the files again, which needs no key. What by returns, if it is not
// nil, becomes the seal.
func (a *attack) relist(by *pack.Sealer) {
	a.t.Helper()
	dir := filepath.Join(a.t.TempDir(), "p")
	w, err := bag.Create(dir, bag.Options{})
	if err != nil {
		a.t.Fatal(err)
	}
	for line := range strings.Lines(a.files["bag-info.txt"]) {
		if key, value, _ := strings.Cut(strings.TrimSpace(line), ": "); key != "Payload-Oxum" {
			w.Info(key, value)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(a.files)) {
		if strings.HasPrefix(path, "data/") || path == "verify.txt" {
			if err := w.Add(path, []byte(a.files[path])); err != nil {
				a.t.Fatal(err)
			}
		}
	}
	if _, err := w.Commit(a.t.Context()); err != nil {
		a.t.Fatal(err)
	}
	for path := range a.files {
		if by != nil || !strings.HasPrefix(path, "seal/") {
			delete(a.files, path)
		}
	}
	maps.Copy(a.files, contents(a.t, dir))
	if by == nil {
		return
	}
	digest := evidence.DigestOf([]byte(a.files["tagmanifest-sha256.txt"]))
	cms, err := seal.Sign(a.t.Context(), by.Identity, digest, seal.Options{Time: by.Time, Stamper: by.Stamper})
	if err != nil {
		a.t.Fatal(err)
	}
	response, err := by.Stamper.Stamp(context.Background(), digest)
	if err != nil {
		a.t.Fatal(err)
	}
	chain, err := seal.ChainOf(response)
	if err != nil {
		a.t.Fatal(err)
	}
	a.files["seal/tagmanifest-sha256.txt.p7s"], a.files["seal/tagmanifest-sha256.txt.tsr"] = string(cms), string(response)
	a.files["seal/signer.pem"], a.files["seal/tsa-chain.pem"] = string(seal.MarshalPEM(by.Identity.Certificate)), string(seal.MarshalPEM(chain...))
}

// take puts files of another package in place of this one's.
func (a *attack) take(from map[string]string, prefix string) {
	for path := range a.files {
		if strings.HasPrefix(path, prefix) {
			delete(a.files, path)
		}
	}
	for path, text := range from {
		if strings.HasPrefix(path, prefix) {
			a.files[path] = text
		}
	}
}

const (
	p7s = "seal/tagmanifest-sha256.txt.p7s"
	tsr = "seal/tagmanifest-sha256.txt.tsr"
)

// TestAttacks cheats in one way at a time. Each is found by whoever trusts the sender's certificate, and where it is a
// whole package by somebody else, its signer is unknown to all who do not trust that one.
func TestAttacks(t *testing.T) {
	s := sealedSample(t)
	attacker := &pack.Sealer{Identity: sealtest.Identity(t), Time: sealtest.Time, Stamper: sealtest.NewAuthority(t)}
	for _, c := range []struct {
		name  string
		cheat func(a *attack)
		want  seal.Standing
		says  string // in one of the faults
	}{
		{"nothing", func(a *attack) {}, seal.Trusted, ""},
		{"a file added", func(a *attack) { a.files["data/extra.txt"] = "x" }, seal.Broken, "is not in manifest-sha256.txt"},
		{"a file added and listed", func(a *attack) { a.files["data/extra.txt"] = "x"; a.relist(nil) }, seal.Broken, "digest mismatch"},
		{"a file removed", func(a *attack) { delete(a.files, "data/oscal/poam.json") }, seal.Broken, "is missing"},
		{"a file removed, and from the list", func(a *attack) { delete(a.files, "data/oscal/poam.json"); a.relist(nil) }, seal.Broken, "digest mismatch"},
		{"the manifest in another order", func(a *attack) {
			lines := slices.Collect(strings.Lines(a.files["manifest-sha256.txt"]))
			slices.Reverse(lines)
			a.files["manifest-sha256.txt"] = strings.Join(lines, "")
		}, seal.Broken, "is not in sorted order"},
		{"seal removed", func(a *attack) { a.take(nil, "seal/") }, seal.Broken, "its seal was removed"},
		{"the .p7s alone removed", func(a *attack) { delete(a.files, p7s) }, seal.Broken, "the seal was removed"},
		{"seal of another package", func(a *attack) { a.take(a.other(), "seal/") }, seal.Broken, "digest mismatch"},
		{"an extra file in seal/", func(a *attack) { a.files["seal/readme.txt"] = "trust me" }, seal.Broken, "is not one of the names"},
		{"signer.pem of somebody else", func(a *attack) {
			a.files["seal/signer.pem"] = string(seal.MarshalPEM(attacker.Identity.Certificate))
		}, seal.Broken, "signer.pem is not the certificate in the seal"},
		{"signer.pem with one more certificate", func(a *attack) {
			a.files["seal/signer.pem"] += string(seal.MarshalPEM(attacker.Identity.Certificate))
		}, seal.Broken, "signer.pem is not the certificate in the seal"},
		{"signer.pem with a note", func(a *attack) { a.files["seal/signer.pem"] = "genuine\n" + a.files["seal/signer.pem"] },
			seal.Broken, "signer.pem is not the certificate in the seal"},
		{"signer.pem removed", func(a *attack) { delete(a.files, "seal/signer.pem") }, seal.Broken, "signer.pem is missing"},
		{"timestamp of other content", func(a *attack) { a.files[tsr] = a.other()[tsr] }, seal.Broken, "imprint"},
		{"timestamp removed", func(a *attack) { delete(a.files, tsr); delete(a.files, "seal/tsa-chain.pem") }, seal.Broken, "a timestamp was asked for"},
		{"tsa-chain.pem of another authority", func(a *attack) { a.files["seal/tsa-chain.pem"] = a.forged()["seal/tsa-chain.pem"] },
			seal.Broken, "tsa-chain.pem is not the certificates in the timestamp"},
		{"tsa-chain.pem cut", func(a *attack) {
			text := a.files["seal/tsa-chain.pem"]
			a.files["seal/tsa-chain.pem"] = text[:strings.LastIndex(text, "-----BEGIN")]
		}, seal.Broken, "tsa-chain.pem is not the certificates in the timestamp"},
		{"tsa-chain.pem removed", func(a *attack) { delete(a.files, "seal/tsa-chain.pem") }, seal.Broken, "tsa-chain.pem is missing"},
		{"timestamp of another authority", func(a *attack) {
			response, err := attacker.Stamper.Stamp(t.Context(), evidence.DigestOf([]byte(a.files["tagmanifest-sha256.txt"])))
			if err != nil {
				t.Fatal(err)
			}
			chain, err := seal.ChainOf(response)
			if err != nil {
				t.Fatal(err)
			}
			a.files[tsr], a.files["seal/tsa-chain.pem"] = string(response), string(seal.MarshalPEM(chain...))
		}, seal.Trusted, ""}, // the signer is the signer still; TestOtherAuthority looks at the time
		{"sealed again by the attacker", func(a *attack) { a.relist(attacker) }, seal.Broken, "pack.json says that Test Signer"},
		{"pack.json too, sealed again by the attacker", func(a *attack) {
			a.files["data/inputs/pack.json"] = a.forged()["data/inputs/pack.json"]
			a.relist(attacker)
		}, seal.Broken, "want one certificate"},
		{"all made again by the attacker", func(a *attack) { a.files = a.forged() }, seal.Unknown, ""},
		{"signature removed from the report", func(a *attack) {
			first, err := pdf.FirstRevision([]byte(a.files["data/report.pdf"]))
			if err != nil {
				t.Fatal(err)
			}
			a.files["data/report.pdf"] = a.files["data/report.pdf"][:first]
			a.relist(nil)
		}, seal.Broken, "its signature was removed"},
		{"signature removed from the workbook", func(a *attack) {
			a.files["data/workbook.xlsx"] = a.unsigned()["data/workbook.xlsx"]
			a.relist(nil)
		}, seal.Broken, "its signature was removed"},
		{"report of another package by the same signer", func(a *attack) { a.take(a.other(), "data/report.pdf"); a.relist(nil) },
			seal.Broken, "digest mismatch"},
		{"called unsigned, seal removed", func(a *attack) {
			a.files["data/inputs/pack.json"] = a.unsigned()["data/inputs/pack.json"]
			a.take(nil, "seal/")
			a.relist(nil)
		}, seal.Broken, "it is signed, but pack.json says"},
		{"all signatures removed", func(a *attack) { a.files = a.unsigned() }, pack.NotSigned, ""},
		{"snapshot of another time", func(a *attack) {
			folder := "data/snapshots/automate01/after/"
			a.files[folder+"data/items/registry/sample.reg"] += "; changed\r\n"
			a.relist(nil)
		}, seal.Broken, "automate01/after"},
		{"a second .p7s by somebody else", func(a *attack) {
			cms, err := seal.Sign(t.Context(), attacker.Identity, evidence.DigestOf([]byte(a.files["tagmanifest-sha256.txt"])), seal.Options{Time: sealtest.Time})
			if err != nil {
				t.Fatal(err)
			}
			a.files["seal/tagmanifest-sha256.txt.2.p7s"] = string(cms)
		}, seal.Unknown, ""},
		{"a second .p7s over other content", func(a *attack) { a.files["seal/tagmanifest-sha256.txt.2.p7s"] = a.other()[p7s] },
			seal.Broken, "digest mismatch"},
		{"a third .p7s without a second", func(a *attack) { a.files["seal/tagmanifest-sha256.txt.3.p7s"] = a.files[p7s] },
			seal.Broken, "a seal was removed"},
		{"a second .tsr without a second .p7s", func(a *attack) { a.files["seal/tagmanifest-sha256.txt.2.tsr"] = a.files[tsr] },
			seal.Broken, "lies there without"},
		{"an empty .p7s", func(a *attack) { a.files[p7s] = "" }, seal.Broken, "p7s"},
		{"a .p7s of two megabytes", func(a *attack) { a.files[p7s] += strings.Repeat("x", 2<<20) }, seal.Broken, "the limit is"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := &attack{t: t, s: s, files: contents(t, s.folder), attacker: attacker}
			c.cheat(a)
			dir := filepath.Join(t.TempDir(), "p")
			for path, text := range a.files {
				full := filepath.Join(dir, filepath.FromSlash(path))
				if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			r := verify(t, dir, s.trust)
			if r.Standing != c.want {
				t.Errorf("%s, want %s: %v", r.Standing, c.want, r.Err())
			}
			said := c.says == ""
			for _, f := range r.Faults {
				said = said || strings.Contains(f.Path+": "+f.Message, c.says)
			}
			if !said {
				t.Errorf("no fault says %q: %v", c.says, r.Faults)
			}
			// Without trust nothing is trusted, whoever has signed.
			if r := verify(t, dir, seal.Trust{At: sealtest.Time}); r.Standing == seal.Trusted || r.HasTrusted() {
				t.Error("trusted, though nobody is")
			}
		})
	}
}

// TestOtherAuthority: a timestamp of an authority that nobody named proves no time, and is never called trusted.
func TestOtherAuthority(t *testing.T) {
	s := sealedSample(t)
	trust := s.trust
	trust.Authorities = nil
	r := verify(t, s.folder, trust)
	if r.Standing != seal.Trusted {
		t.Fatalf("%s: %v", r.Standing, r.Err())
	}
	for _, g := range r.Signed {
		for _, stamp := range g.Stamps {
			if stamp.Standing != seal.Unknown {
				t.Errorf("%s: %s", stamp.Place, stamp.Standing)
			}
		}
		for _, one := range g.Signatures {
			if one.Stamp != nil && one.Stamp.Standing != seal.Unknown {
				t.Errorf("%s: timestamp: %s", one.Place, one.Stamp.Standing)
			}
		}
	}
}

// TestZipAttacks adds to the zip what an unpacker would pass over.
func TestZipAttacks(t *testing.T) {
	s := sealedSample(t)
	good, err := os.ReadFile(s.zip)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"a prefix":                 "#!/bin/sh\n" + string(good),
		"a byte after the end":     string(good) + "\x00",
		"a second zip after it":    string(good) + string(good),
		"a comment":                string(good[:len(good)-2]) + "\x01\x00x",
		"cut in the middle":        string(good[:len(good)/2]),
		"the first entry repeated": string(good[:60]) + string(good),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "p.zip")
			if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
			if r := verify(t, path, s.trust); r.Standing != seal.Broken {
				t.Errorf("%s", r.Standing)
			}
		})
	}
}
