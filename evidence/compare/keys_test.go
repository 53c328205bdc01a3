package compare_test

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/compare"
	"auditpack/evidence/parse"
)

// openText opens an export, in UTF-16LE with a mark or in UTF-8.
func openText(text string, wide bool) compare.Open {
	b := []byte(text)
	if wide {
		b = []byte{0xff, 0xfe}
		for _, u := range utf16.Encode([]rune(text)) {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return openBytes(b)
}

func openBytes(b []byte) compare.Open {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

// exportSide decodes an export, or what is left of it; problems are dropped, as audit drops them.
func exportSide(t testing.TB, open compare.Open, place func(evidence.Citation) evidence.Citation) compare.Side {
	return compare.Side{Settings: func() iter.Seq[evidence.Setting] {
		return func(yield func(evidence.Setting) bool) {
			r, err := open()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			content, err := parse.Read(evidence.Item{Path: "i"}, r, nil)
			if err != nil {
				return
			}
			for _, s := range content.Settings {
				s.Cite = place(s.Cite)
				if !yield(s) {
					return
				}
			}
		}
	}}
}

// byKeys compares two exports key by key, and from end to end.
func byKeys(t testing.TB, before, after compare.Open) (keys, whole []evidence.Change, skipped bool) {
	t.Helper()
	from, to, err := compare.Keys(before, after)
	if err != nil {
		t.Fatal(err)
	}
	asIs := func(c evidence.Citation) evidence.Citation { return c }
	whole = compare.Settings(exportSide(t, before, asIs), exportSide(t, after, asIs))
	keys = compare.Settings(exportSide(t, from.Open, from.Place()), exportSide(t, to.Open, to.Place()))
	return keys, whole, !from.Whole()
}

const exportHead = "Windows Registry Editor Version 5.00\r\n\r\n"

// randomExport makes an export out of few keys and values, so that many are equal, with what makes keys hard to find: texts
// over several lines that look like keys, quotes and backslashes before quotes, semicolons, characters whose halves are
// quotes and line ends, empty keys, hexadecimal data over several lines.
func randomExport(random *rand.Rand, keys int) []string {
	texts := []string{`a`, `\"`, `\\`, `x\\\"y;z`, "two\r\n\r\n[HKEY_LOCAL_MACHINE\\\\Software\\\\K1]\r\n", "line\r\n[not a key]", `Ģ ≢ ਂ ċ`, "a\r\n;b\\\"", ``}
	var all []string
	for k := range keys {
		var b strings.Builder
		fmt.Fprintf(&b, "[HKEY_LOCAL_MACHINE\\Software\\K%d;\"\\sub]\r\n", k)
		for v := range random.IntN(4) {
			switch random.IntN(3) {
			case 0:
				fmt.Fprintf(&b, "\"v%d\"=\"%s\"\r\n", v, texts[random.IntN(len(texts))])
			case 1:
				fmt.Fprintf(&b, "\"v\\\"%d\"=dword:%08x\r\n", v, random.IntN(3))
			case 2:
				fmt.Fprintf(&b, "@=hex(7):61,00,00,00,\\\r\n  62,00,00,00,%02x,00\r\n", random.IntN(3))
			}
		}
		all = append(all, b.String()+"\r\n")
	}
	return all
}

// Comparing key by key finds what comparing from end to end finds, Citations included, whatever the keys hold and in
// whatever order they are; diff(a, a) and that of a shuffled copy are empty, and the sides can be swapped.
func TestKeysFindAll(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for round := range 24 {
		a := randomExport(random, 1+random.IntN(30))
		b := slices.Clone(a)
		for range random.IntN(4) {
			b[random.IntN(len(b))] = randomExport(random, len(b))[random.IntN(len(b))]
		}
		switch round % 4 {
		case 1:
			random.Shuffle(len(b), func(i, j int) { b[i], b[j] = b[j], b[i] })
		case 2:
			b = slices.Delete(b, 0, random.IntN(len(b)))
		case 3:
			b = slices.Insert(b, random.IntN(len(b)), "[HKEY_LOCAL_MACHINE\\Software\\New]\r\n\"a\"=\"b\"\r\n\r\n")
		}
		open := func(keys []string, wide bool) compare.Open { return openText(exportHead+strings.Join(keys, ""), wide) }
		for _, wide := range [][2]bool{{true, true}, {false, false}, {true, false}} {
			before, after := open(a, wide[0]), open(b, wide[1])
			keys, whole, skipped := byKeys(t, before, after)
			if diff := cmp.Diff(whole, keys); diff != "" {
				t.Fatalf("round %d: %s\nbefore:\n%s\nafter:\n%s", round, diff, strings.Join(a, ""), strings.Join(b, ""))
			}
			if skipped != (wide[0] == wide[1]) {
				t.Errorf("round %d: keys were skipped: %v", round, skipped)
			}
			back, _, _ := byKeys(t, after, before)
			if diff := cmp.Diff(reversed(keys), back); diff != "" {
				t.Fatalf("round %d: the way back differs: %s", round, diff)
			}
		}
		shuffled := slices.Clone(a)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		from, to, err := compare.Keys(open(a, true), open(shuffled, true))
		if err != nil || !from.Empty() || !to.Empty() {
			t.Errorf("round %d: a shuffled copy differs: %d and %d bytes, %v", round, from.Bytes(), to.Bytes(), err)
		}
	}
}

// reversed swaps the sides of Changes.
func reversed(changes []evidence.Change) []evidence.Change {
	var all []evidence.Change
	for _, c := range changes {
		c.Before, c.After, c.BeforeCites, c.AfterCites = c.After, c.Before, c.AfterCites, c.BeforeCites
		c.Meaning = backwards(c.Meaning)
		switch c.Kind {
		case compare.Added:
			c.Kind = compare.Removed
		case compare.Removed:
			c.Kind = compare.Added
		}
		all = append(all, c)
	}
	compare.Sort(all)
	if len(all) == 0 {
		return []evidence.Change{}
	}
	return all
}

// backwards turns what is said of a registry value round.
func backwards(lines []string) []string {
	var gained, lost []string
	for _, l := range lines {
		if text, ok := strings.CutPrefix(l, "lost "); ok {
			gained = append(gained, "gained "+text)
		} else if text, ok := strings.CutPrefix(l, "gained "); ok {
			lost = append(lost, "lost "+text)
		} else if was, is, ok := strings.Cut(l, " and is "); ok {
			lost = append(lost, strings.Replace("the type was "+is+" and is "+was, "the type was ", "", 1))
		} else {
			lost = append(lost, l)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return slices.Concat(lost, gained)
}

// Tens of thousands of keys in another order are told to a tally, and the one that differs is found.
func TestKeysShuffled(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var a []string
	for i := range 40_000 {
		a = append(a, fmt.Sprintf("[HKEY_LOCAL_MACHINE\\SOFTWARE\\K%d]\n\"v\"=dword:%08x\n\n", i, i%7))
	}
	b := slices.Clone(a)
	b[20_000] = strings.Replace(b[20_000], "=dword:0000000", "=dword:1000000", 1)
	random.Shuffle(len(b), func(i, j int) { b[i], b[j] = b[j], b[i] })
	head := strings.ReplaceAll(exportHead, "\r", "")
	before, after := openText(head+strings.Join(a, ""), false), openText(head+strings.Join(b, ""), false)
	from, to, err := compare.Keys(before, after)
	if err != nil {
		t.Fatal(err)
	}
	if n := from.Bytes(); from.Whole() || n > 3000 {
		t.Errorf("%d bytes are left to decode", n)
	}
	changes := compare.Settings(exportSide(t, from.Open, from.Place()), exportSide(t, to.Open, to.Place()))
	if len(changes) != 1 || changes[0].Address != `registry:HKLM\SOFTWARE\K20000!v` || changes[0].BeforeCites[0].Line != 3+3*20_000+1 {
		t.Errorf("%+v", changes)
	}
}

// A comment may hold a quote, which would hide where texts end: nothing is skipped then.
func TestKeysComments(t *testing.T) {
	a := exportHead + "[HKEY_LOCAL_MACHINE\\A]\r\n; \"\r\n\"v\"=\"1\r\n[HKEY_LOCAL_MACHINE\\\\B]\r\n\"\r\n\r\n[HKEY_LOCAL_MACHINE\\C]\r\n\r\n"
	keys, whole, skipped := byKeys(t, openText(a, true), openText(strings.Replace(a, `\B]`, `\X]`, 1), true))
	if diff := cmp.Diff(whole, keys); diff != "" || skipped || len(whole) != 1 {
		t.Errorf("skipped %v, %d changes: %s", skipped, len(whole), diff)
	}
}

// The same bytes of a key are another text in REGEDIT4.
func TestKeysVersions(t *testing.T) {
	key := "[HKEY_LOCAL_MACHINE\\A]\r\n\"v\"=hex(2):25,00,41,00,00,00\r\n\r\n"
	keys, whole, skipped := byKeys(t, openText("REGEDIT4\r\n\r\n"+key, false), openText(exportHead+key, false))
	if diff := cmp.Diff(whole, keys); diff != "" || skipped || len(whole) != 1 {
		t.Errorf("skipped %v, %d changes: %s", skipped, len(whole), diff)
	}
}

func FuzzKeys(f *testing.F) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 8 {
		a, b := randomExport(random, 4), randomExport(random, 4)
		f.Add([]byte(exportHead+strings.Join(a, "")), []byte(exportHead+strings.Join(b, "")))
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		for _, x := range [][]byte{a, b} {
			content, err := parse.Read(evidence.Item{Path: "i"}, bytes.NewReader(x), nil)
			if err != nil || content.Format != "registry export" || content.Refused != "" || len(content.Problems) > 0 {
				return // audit compares such files from end to end
			}
		}
		keys, whole, _ := byKeys(t, openBytes(a), openBytes(b))
		if diff := cmp.Diff(whole, keys); diff != "" {
			t.Error(diff)
		}
		for _, x := range [][]byte{a, b} {
			from, to, err := compare.Keys(openBytes(x), openBytes(x))
			if err != nil || !from.Whole() && (!from.Empty() || !to.Empty()) {
				t.Errorf("an export differs from itself: %v", err)
			}
		}
	})
}
