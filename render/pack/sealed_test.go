package pack_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
	"auditpack/render/pack"
)

// sample is a small sealed package, made once: a folder and the same as a zip, with all that is needed to seal another one.
type sample struct {
	in          pack.Inputs
	by          *pack.Sealer
	trust       seal.Trust
	folder, zip string
}

var makeSample = sync.OnceValue(func() *sample { return &sample{} })

// sealedSample returns the sample. Its folder is shared: copy it before you change anything.
func sealedSample(t testing.TB) *sample {
	t.Helper()
	s := makeSample()
	if s.folder != "" {
		return s
	}
	dir, err := os.MkdirTemp("", "auditpack-sealed-")
	if err != nil {
		t.Fatal(err)
	}
	removeAfterTests = append(removeAfterTests, dir)
	authority := sealtest.NewPlainAuthority(t)
	s.by = &pack.Sealer{Identity: sealtest.Identity(t), Time: sealtest.Time, Stamper: authority}
	s.trust = sealtest.Trust(s.by.Identity, authority)
	s.in = pack.Inputs{Tool: "auditpack test", AsOf: sealtest.Time, Guide: oneControl(),
		Hosts: []pack.Host{{After: writeValues(t, filepath.Join(dir, "snapshot"), 1, sealtest.Time)}}}
	for _, to := range []string{filepath.Join(dir, "package"), filepath.Join(dir, "package.zip")} {
		if _, err := pack.Write(t.Context(), s.in, s.by, pack.Destination{Path: to}); err != nil {
			t.Fatal(err)
		}
	}
	s.folder, s.zip = filepath.Join(dir, "package"), filepath.Join(dir, "package.zip")
	return s
}

var removeAfterTests []string

func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range removeAfterTests {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

func verify(t testing.TB, path string, trust seal.Trust) pack.Report {
	t.Helper()
	r, err := pack.Verify(t.Context(), path, pack.VerifyOptions{Trust: trust})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestSealed verifies what was sealed, and says of every signature whose it is.
func TestSealed(t *testing.T) {
	s := sealedSample(t)
	for _, path := range []string{s.folder, s.zip} {
		r := verify(t, path, s.trust)
		if r.Standing != seal.Trusted || !r.HasTrusted() || r.Err() != nil {
			t.Errorf("%s: %s: %v", path, r.Standing, r.Err())
		}
		var names []string
		for _, g := range r.Signed {
			names = append(names, g.Name)
			for _, one := range g.Signatures {
				if one.Signer.Fingerprint != s.by.Identity.Party().Fingerprint || one.Standing != seal.Trusted {
					t.Errorf("%s: signed by %s, %s", one.Place, one.Signer.Name, one.Standing)
				}
				if g.Name != "data/workbook.xlsx" && (one.Stamp == nil || one.Stamp.Standing != seal.Trusted) {
					t.Errorf("%s: no trusted timestamp: %+v", one.Place, one.Stamp)
				}
			}
			if g.Coverage == "" || len(g.Signatures) != 1 {
				t.Errorf("%s: %d signatures over %q", g.Name, len(g.Signatures), g.Coverage)
			}
		}
		if want := []string{"seal", "data/report.pdf", "data/workbook.xlsx"}; !slices.Equal(names, want) {
			t.Errorf("signed are %q, want %q", names, want)
		}
		stamps := r.Signed[0].Stamps
		if len(stamps) != 1 || stamps[0].Standing != seal.Trusted || stamps[0].Place != "seal/tagmanifest-sha256.txt.tsr" {
			t.Errorf("timestamps beside the seal: %+v", stamps)
		}
		// Nobody is trusted who was not named; what is sealed is as whole as before.
		r = verify(t, path, seal.Trust{At: sealtest.Time})
		if r.Standing != seal.Unknown || r.HasTrusted() || !r.Intact() {
			t.Errorf("without trust: %s, trusted %v, %v", r.Standing, r.HasTrusted(), r.Err())
		}
	}
}

// TestUnsigned says of what carries no signature that it carries none.
func TestUnsigned(t *testing.T) {
	s := sealedSample(t)
	path := filepath.Join(t.TempDir(), "p")
	if _, err := pack.Write(t.Context(), s.in, nil, pack.Destination{Path: path}); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, path, s.trust); r.Standing != pack.NotSigned || !r.Intact() || r.HasTrusted() {
		t.Errorf("%s: %v", r.Standing, r.Err())
	}
	// It can be sealed afterwards; then the seal is all that there is.
	later := *s.by
	later.Stamper = nil
	if _, err := pack.Seal(t.Context(), path, &later, bag.Limits{}); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, path, s.trust); r.Standing != seal.Trusted || !r.HasTrusted() {
		t.Errorf("sealed later: %s: %v", r.Standing, r.Err())
	}
	// A report or a workbook without a signature proves nothing by itself.
	for _, name := range []string{"data/report.pdf", "data/workbook.xlsx"} {
		if r := verify(t, filepath.Join(path, name), s.trust); r.Standing != seal.Broken || r.Faults[0].Kind != pack.NoSignature {
			t.Errorf("%s: %s: %v", name, r.Standing, r.Err())
		}
	}
}

// TestSignedTwice changes nothing but what a signature must: the first revision of the report, the verdicts and all else
// are the same whenever, and by whichever run, they are signed.
func TestSignedTwice(t *testing.T) {
	s := sealedSample(t)
	later := *s.by
	later.Time = later.Time.Add(1e12)
	path := filepath.Join(t.TempDir(), "p")
	if _, err := pack.Write(t.Context(), s.in, &later, pack.Destination{Path: path}); err != nil {
		t.Fatal(err)
	}
	differ := differing(t, s.folder, path)
	want := []string{"bag-info.txt", "data/report.pdf", "data/workbook.xlsx", "manifest-sha256.txt", "seal/tagmanifest-sha256.txt.p7s",
		"seal/tagmanifest-sha256.txt.tsr", "tagmanifest-sha256.txt"}
	for _, name := range differ {
		if !slices.Contains(want, name) {
			t.Errorf("%s depends on when it was signed", name)
		}
	}
}

// differing returns the files that are not the same in both folders.
func differing(t testing.TB, a, b string) []string {
	t.Helper()
	left, right := contents(t, a), contents(t, b)
	var list []string
	for name, text := range left {
		if other, ok := right[name]; !ok || other != text {
			list = append(list, name)
		}
		delete(right, name)
	}
	for name := range right {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// contents returns every file of a folder.
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		all[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// failing is a timestamp authority that does not answer.
type failing struct{}

func (failing) Stamp(context.Context, evidence.Digest) ([]byte, error) {
	return nil, errors.New("tsa.example.com: no answer within 20s")
}

// TestFailingStamper leaves nothing behind where a timestamp cannot be had.
func TestFailingStamper(t *testing.T) {
	s := sealedSample(t)
	for _, name := range []string{"p", "p.zip"} {
		dir := t.TempDir()
		by := *s.by
		by.Stamper = failing{}
		_, err := pack.Write(t.Context(), s.in, &by, pack.Destination{Path: filepath.Join(dir, name)})
		if err == nil || !strings.Contains(err.Error(), "tsa.example.com: no answer") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: want one line with the authority's failure", err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%v is left", left)
		}
	}
}
