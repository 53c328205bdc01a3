package bag_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/evidence/bag"

	"github.com/google/go-cmp/cmp"
)

// signed is a signer who signs nothing, but notes over which tag manifest it was asked.
func signed(over *[]byte, files ...bag.SealFile) func(context.Context, *bag.Bag) ([]bag.SealFile, error) {
	return func(_ context.Context, b *bag.Bag) ([]bag.SealFile, error) {
		text, err := b.TagManifest()
		*over = text
		return files, err
	}
}

// contents returns every file of a bag, a folder or a zip, that Open accepts.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	all := map[string]string{}
	b := open(t, path)
	for _, f := range b.Files() {
		text, err := b.ReadFile(f.Path, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Path] = string(text)
	}
	return all
}

// TestSealAtCommit seals while writing: the signer gets the bytes that end up in tagmanifest-sha256.txt.
func TestSealAtCommit(t *testing.T) {
	both(t, func(t *testing.T, name string) {
		plain, path := filepath.Join(t.TempDir(), name), filepath.Join(t.TempDir(), name)
		write(t, plain, bag.Options{})
		var over []byte
		write(t, path, bag.Options{Seal: func(_ context.Context, tagManifest []byte) ([]bag.SealFile, error) {
			over = bytes.Clone(tagManifest)
			return []bag.SealFile{{Name: "tagmanifest-sha256.txt.p7s", Data: []byte("cms")}, {Name: "signer.pem", Data: []byte("pem")}}, nil
		}})
		want := contents(t, plain)
		if string(over) != want["tagmanifest-sha256.txt"] {
			t.Errorf("the signer was handed %q, want %q", over, want["tagmanifest-sha256.txt"])
		}
		want["seal/tagmanifest-sha256.txt.p7s"], want["seal/signer.pem"] = "cms", "pem"
		if diff := cmp.Diff(want, contents(t, path)); diff != "" {
			t.Errorf("the sealed bag (-want +got):\n%s", diff)
		}
	})
}

// TestSealRefused leaves nothing at the destination where the signer fails or returns what seal/ may not hold.
func TestSealRefused(t *testing.T) {
	both(t, func(t *testing.T, name string) {
		for _, c := range []struct {
			files []bag.SealFile
			err   error
			want  string
		}{
			{nil, errors.New("tsa.example.com: no answer within 20 s"), "tsa.example.com: no answer within 20 s"},
			{nil, nil, "a seal without files"},
			{[]bag.SealFile{{Name: "readme.txt"}}, nil, "is not one of the names that seal/ may hold"},
			{[]bag.SealFile{{Name: "signer.pem"}, {Name: "signer.pem"}}, nil, "seal/signer.pem: written twice"},
		} {
			dir := t.TempDir()
			w, err := bag.Create(filepath.Join(dir, name), bag.Options{Seal: func(context.Context, []byte) ([]bag.SealFile, error) {
				return c.files, c.err
			}})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Add("data/a.txt", []byte("a")); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Commit(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v: %v, want %q", c.files, err, c.want)
			}
			w.Abort()
			wantOnly(t, dir)
		}
	})
}

// TestAddSeal seals a finished bag and counter-signs it: everything that was there stays, to the byte.
func TestAddSeal(t *testing.T) {
	both(t, func(t *testing.T, name string) {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		write(t, path, bag.Options{Top: "auditpack-automate01"})
		want := contents(t, path)
		first, notZip := os.ReadFile(path)
		for n := 1; n <= 3; n++ {
			var over []byte
			file := bag.SealFile{Name: bag.SealName(n, "p7s"), Data: []byte{byte(n)}}
			if err := bag.AddSeal(t.Context(), path, bag.Limits{}, signed(&over, file)); err != nil {
				t.Fatal(err)
			}
			if string(over) != want["tagmanifest-sha256.txt"] {
				t.Errorf("signer %d was handed %q", n, over)
			}
			want["seal/"+file.Name] = string(file.Data)
			if diff := cmp.Diff(want, contents(t, path)); diff != "" {
				t.Errorf("after seal %d (-want +got):\n%s", n, diff)
			}
			wantOnly(t, dir, name)
		}
		if diff := cmp.Diff([]int{1, 2, 3}, open(t, path).Seals()); diff != "" {
			t.Errorf("numbers of the seals (-want +got):\n%s", diff)
		}
		if _, ok := want["seal/tagmanifest-sha256.txt.3.p7s"]; !ok {
			t.Error("the third signer is not numbered 3")
		}
		if notZip == nil { // the zip's entries lie where they lay
			sealed, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			entries := bytes.Index(first, []byte("PK\x01\x02"))
			if !bytes.HasPrefix(sealed, first[:entries]) {
				t.Error("the entries of the zip were moved")
			}
		}
	})
}

// TestAddSealRefused leaves a bag as it was where it cannot be sealed.
func TestAddSealRefused(t *testing.T) {
	both(t, func(t *testing.T, name string) {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		write(t, path, bag.Options{})
		var over []byte
		if err := bag.AddSeal(t.Context(), path, bag.Limits{}, signed(&over, bag.SealFile{Name: "signer.pem", Data: []byte("1")})); err != nil {
			t.Fatal(err)
		}
		want := contents(t, path)
		for _, c := range []struct {
			files []bag.SealFile
			want  string
		}{
			{[]bag.SealFile{{Name: "tagmanifest-sha256.txt.2.p7s"}, {Name: "signer.pem"}}, "seal/signer.pem: is there already"},
			{[]bag.SealFile{{Name: "../data/b.txt"}}, "is not one of the names"},
			{[]bag.SealFile{{Name: "tagmanifest-sha256.txt.100.p7s"}}, "is not one of the names"},
			{nil, "a seal without files"},
		} {
			if err := bag.AddSeal(t.Context(), path, bag.Limits{}, signed(&over, c.files...)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v: %v, want %q", c.files, err, c.want)
			}
		}
		failed := errors.New("the card was removed")
		err := bag.AddSeal(t.Context(), path, bag.Limits{}, func(context.Context, *bag.Bag) ([]bag.SealFile, error) { return nil, failed })
		if !errors.Is(err, failed) {
			t.Errorf("%v, want %v", err, failed)
		}
		ctx, cancel := context.WithCancel(t.Context())
		err = bag.AddSeal(ctx, path, bag.Limits{}, func(context.Context, *bag.Bag) ([]bag.SealFile, error) {
			cancel()
			return []bag.SealFile{{Name: "tagmanifest-sha256.txt.p7s"}}, nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("an interrupted signer: %v", err)
		}
		if diff := cmp.Diff(want, contents(t, path)); diff != "" {
			t.Errorf("the bag is not as it was (-want +got):\n%s", diff)
		}
		wantOnly(t, dir, name)
	})
}

// TestAddSealBroken signs nothing that does not verify, and no bag within a bag, as the outer one would then not verify.
func TestAddSealBroken(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bag")
	write(t, dir, bag.Options{})
	edit(t, dir, "data/b.txt", replace("s", "S"))
	asked := false
	err := bag.AddSeal(t.Context(), dir, bag.Limits{}, func(context.Context, *bag.Bag) ([]bag.SealFile, error) { asked = true; return nil, nil })
	var invalid *bag.InvalidError
	if !errors.As(err, &invalid) || asked {
		t.Errorf("a broken bag: %v, the signer was asked: %v", err, asked)
	}
	inner := filepath.Join(dir, "data", "inner")
	other := filepath.Join(t.TempDir(), "other")
	write(t, other, bag.Options{})
	if err := os.CopyFS(inner, os.DirFS(other)); err != nil {
		t.Fatal(err)
	}
	var over []byte
	err = bag.AddSeal(t.Context(), inner, bag.Limits{}, signed(&over, bag.SealFile{Name: "signer.pem"}))
	if err == nil || !strings.Contains(err.Error(), "lies inside the bag") {
		t.Errorf("a bag within a bag: %v", err)
	}
}

// TestAddSealLink seals the bag that a link leads to and leaves the link.
func TestAddSealLink(t *testing.T) {
	both(t, func(t *testing.T, name string) {
		path := filepath.Join(t.TempDir(), name)
		write(t, path, bag.Options{})
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(path, link); err != nil {
			t.Skip(err)
		}
		var over []byte
		if err := bag.AddSeal(t.Context(), link, bag.Limits{}, signed(&over, bag.SealFile{Name: "signer.pem"})); err != nil {
			t.Fatal(err)
		}
		if _, ok := open(t, path).File("seal/signer.pem"); !ok {
			t.Error("the bag behind the link has no seal")
		}
		if at, err := os.Lstat(link); err != nil || at.Mode()&os.ModeSymlink == 0 {
			t.Errorf("the link is no longer one: %v", err)
		}
	})
}

// TestAddSealTwiceAtOnce lets another signer finish while the first one still signs: the later one is told, and the
// signature that is there stays.
func TestAddSealTwiceAtOnce(t *testing.T) {
	for _, name := range []string{"bag", "bag.zip"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			write(t, path, bag.Options{})
			var over []byte
			if err := bag.AddSeal(t.Context(), path, bag.Limits{}, signed(&over, bag.SealFile{Name: "signer.pem", Data: []byte("1")})); err != nil {
				t.Fatal(err)
			}
			slow := func(context.Context, *bag.Bag) ([]bag.SealFile, error) {
				quick := signed(&over, bag.SealFile{Name: "tagmanifest-sha256.txt.2.p7s", Data: []byte("quick")})
				if err := bag.AddSeal(t.Context(), path, bag.Limits{}, quick); err != nil {
					t.Fatal(err)
				}
				return []bag.SealFile{{Name: "tagmanifest-sha256.txt.2.p7s", Data: []byte("slow")}}, nil
			}
			if err := bag.AddSeal(t.Context(), path, bag.Limits{}, slow); err == nil {
				t.Error("two signatures under one name, and no error")
			}
			if got := contents(t, path)["seal/tagmanifest-sha256.txt.2.p7s"]; got != "quick" {
				t.Errorf("the signature that was there first is %q", got)
			}
		})
	}
}
