package compare_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/compare"
)

// unified compares two texts and writes what differs.
func unified(before, after string, aside compare.AsideLines, most int) string {
	return compare.Unified("a", "b", *compare.Text(before, after, aside, most))
}

func TestText(t *testing.T) {
	many := strings.Repeat("x\n", 20)
	for _, test := range []struct {
		name, before, after string
		most                int
		want                string
	}{
		{"changed", "a\nb\nc\n", "a\nB\nc\n", 99, "--- a\n+++ b\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
		{"added at the end, no end of line", "a", "a\nb", 99, "--- a\n+++ b\n@@ -1,1 +1,2 @@\n a\n+b\n"},
		{"of nothing", "", "a\n", 99, "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+a\n"},
		{"line ends", "a\r\nb\r\n", "a\nb\n", 99, "the texts differ in encoding or line ends only\n"},
		{"cut", "a\n", "b\n" + many, 2, "--- a\n+++ b\n@@ -1,1 +1,1 @@\n-a\n+b\nnot shown: 20 more lines of difference\n"},
		{"too long", strings.Repeat("y", compare.MaxText+1), "b\n", 99, "not shown: a text is longer than 2097152 bytes\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, unified(test.before, test.after, compare.AsideLines{}, test.most)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestTextAside shows no line that is set aside, counts each, and keeps the numbers of the others.
func TestTextAside(t *testing.T) {
	before := "head\nTCP 80 1234\nTCP 50000 7\nTCP 443 1\ntail\n"
	after := "head\nTCP 80 4321\nTCP 443 1\nTCP 3306 9\ntail\n"
	aside := compare.AsideLines{Pairs: [][2]int{{2, 2}}, Only: [2]map[int]bool{{3: true}, {}}, Rules: []string{"ephemeral port", "process number"}}
	want := "--- a\n+++ b\n@@ -1,4 +1,5 @@\n head\n TCP 80 4321\n TCP 443 1\n+TCP 3306 9\n tail\nset aside: 2 lines (ephemeral port, process number)\n"
	if diff := cmp.Diff(want, unified(before, after, aside, 99)); diff != "" {
		t.Error(diff)
	}
	only := compare.Text("a 1\n", "a 2\n", compare.AsideLines{Pairs: [][2]int{{1, 1}}, Rules: []string{"clock"}}, 99)
	if want := (&evidence.TextDiff{Aside: 1, AsideBy: []string{"clock"}, Note: "the texts differ in nothing but lines that are set aside"}); cmp.Diff(want, only) != "" {
		t.Error(cmp.Diff(want, only))
	}
}

// TestTextPatches holds for many pairs of texts that GNU patch makes the later out of the earlier one.
func TestTextPatches(t *testing.T) {
	if _, err := exec.LookPath("patch"); err != nil {
		t.Skip("no patch on this machine")
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		var was []string
		for range random.IntN(40) {
			was = append(was, fmt.Sprint(random.IntN(6)))
		}
		is := slices.Clone(was)
		for range 1 + random.IntN(8) {
			at := random.IntN(len(is) + 1)
			switch random.IntN(3) {
			case 0:
				is = slices.Insert(is, at, fmt.Sprint(random.IntN(9)))
			case 1:
				is = slices.Delete(is, at, min(at+1, len(is)))
			default:
				if at < len(is) {
					is[at] = "changed"
				}
			}
		}
		text := func(lines []string) string {
			if len(lines) == 0 {
				return ""
			}
			return strings.Join(lines, "\n") + "\n"
		}
		if slices.Equal(was, is) {
			continue
		}
		file := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(file, []byte(text(was)), 0o600); err != nil {
			t.Fatal(err)
		}
		diff := unified(text(was), text(is), compare.AsideLines{}, 9999)
		cmd := exec.Command("patch", "--fuzz=0", "-s", "-o", file+".out", file)
		cmd.Stdin = strings.NewReader(diff)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s\n%s", err, out, diff)
		}
		got, err := os.ReadFile(file + ".out")
		if err != nil || string(got) != text(is) {
			t.Fatalf("%v: patch makes %q, want %q of\n%s", err, got, text(is), diff)
		}
	}
}
