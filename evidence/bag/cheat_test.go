package bag_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/bag"

	"github.com/google/go-cmp/cmp"
)

// edit changes the bytes of one file of a folder.
func edit(t *testing.T, dir, path string, change func([]byte) []byte) {
	t.Helper()
	full := filepath.Join(dir, path)
	text, err := os.ReadFile(full)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, change(bytes.Clone(text)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func replace(old, new string) func([]byte) []byte {
	return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) }
}

// put writes a file that was not there.
func put(t *testing.T, dir, path, text string) {
	t.Helper()
	full := filepath.Join(dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// relist gives the manifests their digests again, as somebody would who has changed a file and cannot sign.
func relist(t *testing.T, dir string) {
	t.Helper()
	edit(t, dir, "tagmanifest-sha256.txt", func(b []byte) []byte {
		var out []byte
		for line := range bytes.Lines(b) {
			path := strings.TrimSuffix(string(line[66:]), "\n")
			text, err := os.ReadFile(filepath.Join(dir, path))
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, evidence.DigestOf(text).String()+"  "+path+"\n"...)
		}
		return out
	})
}

// reversed returns the lines of b from the last to the first.
func reversed(b []byte) []byte {
	var out []byte
	for line := range bytes.Lines(b) {
		out = append(bytes.Clone(line), out...)
	}
	return out
}

func TestCheats(t *testing.T) {
	for _, c := range []struct {
		name  string
		cheat func(t *testing.T, dir string)
		want  []string // path: kind, in the order of the report
	}{
		{"one byte flipped in the payload", func(t *testing.T, dir string) {
			edit(t, dir, "data/b.txt", func(b []byte) []byte { b[0] ^= 1; return b })
		}, []string{"data/b.txt: altered"}},
		{"a byte more in the payload", func(t *testing.T, dir string) {
			edit(t, dir, "data/b.txt", func(b []byte) []byte { return append(b, 0) })
		}, []string{"data/b.txt: altered", "bag-info.txt: miscounted"}},
		{"a file gone", func(t *testing.T, dir string) {
			os.Remove(filepath.Join(dir, "data/b.txt"))
		}, []string{"data/b.txt: missing", "bag-info.txt: miscounted"}},
		{"a file added to the payload", func(t *testing.T, dir string) { put(t, dir, "data/c.txt", "") },
			[]string{"data/c.txt: not listed", "bag-info.txt: miscounted"}},
		{"a file added outside of it", func(t *testing.T, dir string) { put(t, dir, "readme.txt", "trust me") },
			[]string{"readme.txt: not listed"}},
		{"a name that seal/ may not hold", func(t *testing.T, dir string) { put(t, dir, "seal/root-ca.pem", "x") },
			[]string{"seal/root-ca.pem: not listed"}},
		{"a second signer numbered 1", func(t *testing.T, dir string) { put(t, dir, "seal/tagmanifest-sha256.txt.1.p7s", "x") },
			[]string{"seal/tagmanifest-sha256.txt.1.p7s: not listed"}},
		{"a name that differs in case", func(t *testing.T, dir string) { put(t, dir, "data/B.txt", "x") },
			[]string{"data/B.txt: bad name", "data/B.txt: not listed", "data/b.txt: same name", "bag-info.txt: miscounted"}},
		{"a folder that differs in case", func(t *testing.T, dir string) { put(t, dir, "data/A/two.reg", "x") },
			[]string{"data/A/two.reg: bad name", "data/A/two.reg: not listed", "data/a/one.reg: same name", "bag-info.txt: miscounted"}},
		{"manifest in another order", func(t *testing.T, dir string) {
			edit(t, dir, "manifest-sha256.txt", reversed)
			relist(t, dir)
		}, []string{"manifest-sha256.txt: bad form", "manifest-sha256.txt: bad form"}},
		{"a line twice", func(t *testing.T, dir string) {
			edit(t, dir, "manifest-sha256.txt", func(b []byte) []byte {
				line, _, _ := bytes.Cut(b, []byte("\n"))
				return append(append(bytes.Clone(line), '\n'), b...)
			})
			relist(t, dir)
		}, []string{"manifest-sha256.txt: bad form"}},
		{"digests in upper case", func(t *testing.T, dir string) {
			edit(t, dir, "manifest-sha256.txt", func(b []byte) []byte {
				return append(bytes.ToUpper(b[:64]), b[64:]...)
			})
			relist(t, dir)
		}, []string{"manifest-sha256.txt: bad form", "data/a/one.reg: not listed"}},
		{"manifest with CR LF", func(t *testing.T, dir string) {
			edit(t, dir, "manifest-sha256.txt", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) })
			relist(t, dir)
		}, []string{"manifest-sha256.txt: bad form", "manifest-sha256.txt: bad form", "manifest-sha256.txt: bad form",
			"data/a/one.reg: not listed", "data/b.txt: not listed", "data/empty.txt: not listed"}},
		{"manifest in sha256sum's binary form", func(t *testing.T, dir string) {
			edit(t, dir, "manifest-sha256.txt", replace("  data/a", " *data/a"))
			relist(t, dir)
		}, []string{"manifest-sha256.txt: bad form", "data/a/one.reg: not listed"}},
		{"no line feed at the end", func(t *testing.T, dir string) {
			edit(t, dir, "manifest-sha256.txt", func(b []byte) []byte { return b[:len(b)-1] })
			relist(t, dir)
		}, []string{"manifest-sha256.txt: bad form", "data/empty.txt: not listed"}},
		{"manifest cut short", func(t *testing.T, dir string) {
			edit(t, dir, "manifest-sha256.txt", func(b []byte) []byte { return b[:40] })
		}, []string{"manifest-sha256.txt: bad form", "data/a/one.reg: not listed", "data/b.txt: not listed",
			"data/empty.txt: not listed", "manifest-sha256.txt: altered"}},
		{"a path that leaves the bag", func(t *testing.T, dir string) {
			edit(t, dir, "manifest-sha256.txt", replace("data/b.txt", "data/../../../etc/passwd"))
			relist(t, dir)
		}, []string{"manifest-sha256.txt: bad form", "data/b.txt: not listed"}},
		{"a tag file in the payload manifest", func(t *testing.T, dir string) {
			edit(t, dir, "manifest-sha256.txt", func(b []byte) []byte { return append(b, b[:64]...) })
			edit(t, dir, "manifest-sha256.txt", func(b []byte) []byte { return append(b, "  verify.txt\n"...) })
			relist(t, dir)
		}, []string{"manifest-sha256.txt: bad form"}},
		{"a file in no tag manifest", func(t *testing.T, dir string) {
			edit(t, dir, "tagmanifest-sha256.txt", func(b []byte) []byte { return b[:bytes.LastIndex(b[:len(b)-1], []byte("\n"))+1] })
		}, []string{"verify.txt: not listed"}},
		{"the payload manifest in no tag manifest", func(t *testing.T, dir string) {
			edit(t, dir, "tagmanifest-sha256.txt", func(b []byte) []byte {
				at := bytes.Index(b, []byte("  manifest-sha256.txt\n")) - 64
				return append(b[:at:at], b[at+64+len("  manifest-sha256.txt\n"):]...)
			})
		}, []string{"manifest-sha256.txt: not listed"}},
		{"wrong Payload-Oxum", func(t *testing.T, dir string) {
			edit(t, dir, "bag-info.txt", replace("13.3", "13.4"))
			relist(t, dir)
		}, []string{"bag-info.txt: miscounted"}},
		{"two Payload-Oxum", func(t *testing.T, dir string) {
			edit(t, dir, "bag-info.txt", replace("Payload-Oxum: 13.3\n", "Payload-Oxum: 13.3\nPayload-Oxum: 99.9\n"))
			relist(t, dir)
		}, []string{"bag-info.txt: miscounted"}},
		{"a folded line in bag-info.txt", func(t *testing.T, dir string) {
			edit(t, dir, "bag-info.txt", replace("Operator\n", "Operator\n  and another\n"))
			relist(t, dir)
		}, []string{"bag-info.txt: bad form"}},
		{"another version of BagIt", func(t *testing.T, dir string) {
			edit(t, dir, "bagit.txt", replace("1.0", "0.97"))
			relist(t, dir)
		}, []string{"bagit.txt: bad form"}},
		{"a list of files to fetch", func(t *testing.T, dir string) { put(t, dir, "fetch.txt", "http://192.0.2.1/ - data/b.txt\n") },
			[]string{"fetch.txt: not listed"}},
		{"no bagit.txt", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "bagit.txt")) },
			[]string{": not a bag"}},
		{"no manifest", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "manifest-sha256.txt")) },
			[]string{"manifest-sha256.txt: missing"}},
		{"no tag manifest", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "tagmanifest-sha256.txt")) },
			[]string{"tagmanifest-sha256.txt: missing"}},
		{"no bag-info.txt", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "bag-info.txt")) },
			[]string{"bag-info.txt: missing"}},
		{"a link instead of a file", func(t *testing.T, dir string) {
			other := filepath.Join(t.TempDir(), "other")
			put(t, filepath.Dir(other), "other", "second\n")
			os.Remove(filepath.Join(dir, "data/b.txt"))
			if err := os.Symlink(other, filepath.Join(dir, "data/b.txt")); err != nil {
				t.Skip(err)
			}
		}, []string{"data/b.txt: not a file", "bag-info.txt: miscounted"}},
		{"a link to a folder", func(t *testing.T, dir string) {
			if err := os.Symlink(t.TempDir(), filepath.Join(dir, "data/more")); err != nil {
				t.Skip(err)
			}
		}, []string{"data/more: not a file"}},
		{"an empty folder", func(t *testing.T, dir string) { os.Mkdir(filepath.Join(dir, "data/more"), 0o700) },
			[]string{"data/more: not a file"}},
		{"four gigabytes of zeros", func(t *testing.T, dir string) {
			if err := os.Truncate(filepath.Join(dir, "data/b.txt"), 4<<30); err != nil {
				t.Skip(err)
			}
		}, []string{"data/b.txt: over limit", "bag-info.txt: miscounted"}},
		{"everything at once", func(t *testing.T, dir string) {
			edit(t, dir, "data/a/one.reg", replace("f", "F"))
			os.Remove(filepath.Join(dir, "data/b.txt"))
			put(t, dir, "seal/x", "")
		}, []string{"data/a/one.reg: altered", "data/b.txt: missing", "seal/x: not listed", "bag-info.txt: miscounted"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "bag")
			write(t, dir, bag.Options{})
			c.cheat(t, dir)
			wantFaults(t, dir, c.want)
		})
	}
}

// wantFaults opens the bag and compares what is reported.
func wantFaults(t *testing.T, path string, want []string) {
	t.Helper()
	b, err := bag.Open(context.Background(), path, bag.Limits{})
	if err == nil {
		b.Close()
		t.Fatal("the bag was accepted")
	}
	var invalid *bag.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("%v: is no *InvalidError", err)
	}
	var got []string
	for _, f := range invalid.Faults {
		got = append(got, f.Path+": "+string(f.Kind))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if s := err.Error(); strings.Contains(s, "\n") || !strings.HasPrefix(s, path+": ") {
		t.Errorf("not one line that begins with the path: %q", s)
	}
	t.Log(err)
}

// TestSealNames accepts what a seal may consist of.
func TestSealNames(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bag")
	write(t, dir, bag.Options{})
	for _, name := range []string{"signer.pem", "tsa-chain.pem", "tagmanifest-sha256.txt.p7s", "tagmanifest-sha256.txt.tsr",
		"tagmanifest-sha256.txt.2.p7s", "tagmanifest-sha256.txt.10.tsr"} {
		put(t, dir, "seal/"+name, "x")
	}
	open(t, dir)
}

// TestUnreadable names a file that the system would not hand out.
func TestUnreadable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := filepath.Join(t.TempDir(), "bag")
	write(t, dir, bag.Options{})
	if err := os.Chmod(filepath.Join(dir, "data/b.txt"), 0); err != nil {
		t.Fatal(err)
	}
	wantFaults(t, dir, []string{"data/b.txt: unreadable"})
}

// TestEveryByte flips each byte of each file of a folder in turn.
func TestEveryByte(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bag")
	write(t, dir, bag.Options{})
	for _, f := range open(t, dir).Files() {
		for i := range f.Size {
			flip := func(b []byte) []byte { b[i] ^= 0x20; return b }
			edit(t, dir, f.Path, flip)
			if b, err := bag.Open(context.Background(), dir, bag.Limits{}); err == nil {
				b.Close()
				t.Errorf("%s: byte %d was flipped and nobody saw it", f.Path, i)
			}
			edit(t, dir, f.Path, flip)
		}
	}
	open(t, dir)
}
