package audit

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"auditpack/evidence"
	"auditpack/evidence/compare"
)

// exportText is an export in UTF-16LE as bytes, with keys that begin at the bracket.
type exportText struct {
	head []byte
	keys [][]byte
}

var keyStart = []byte("\r\x00\n\x00\r\x00\n\x00[\x00H\x00K\x00E\x00Y\x00_\x00")

func splitExport(raw []byte) exportText {
	var e exportText
	cut := func() int {
		if i := bytes.Index(raw, keyStart); i >= 0 {
			return i + 8
		}
		return -1
	}
	n := cut()
	e.head, raw = raw[:n], raw[n:]
	for n = cut(); n >= 0; n = cut() {
		e.keys, raw = append(e.keys, raw[:n]), raw[n:]
	}
	e.keys = append(e.keys, raw)
	return e
}

// corpusExport returns the export of a SYSTEM hive of the corpus, 33 MB.
func corpusExport(t testing.TB) []byte {
	t.Helper()
	shared := os.Getenv("AUDITPACK_SHARED")
	if shared == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	f, err := os.Open(filepath.Join(shared, "corpus/reg/system_win10_33mb.reg.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// write writes the export several times over, each under a top key of its own.
func (e exportText) write(t testing.TB, name string, times int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.Write(e.head)
	from := wideText(`[HKEY_LOCAL_MACHINE\SYSTEM`)
	for i := range times {
		to := from
		if i > 0 {
			to = wideText(fmt.Sprintf(`[HKEY_LOCAL_MACHINE\SYSTEM%d`, i))
		}
		for _, key := range e.keys {
			f.Write(to)
			f.Write(key[len(from):])
		}
	}
	return path
}

func wideText(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// change gives n dword values, spread over the export, another number, and returns the wanted Changes: address, before
// and after. The addresses are read off the text.
func (e exportText) change(n int) (exportText, map[string]string) {
	out := exportText{e.head, append([][]byte{}, e.keys...)}
	want := map[string]string{}
	mark := wideText(`"=dword:`)
	for step, i := len(e.keys)/(n+n/2), 0; len(want) < n; i += step {
		for k := i; ; k++ {
			at := bytes.Index(e.keys[k], mark)
			if at < 0 {
				continue
			}
			digits := at + len(mark)
			old := string(narrow(e.keys[k][digits : digits+16]))
			number, _ := strconv.ParseUint(old, 16, 32)
			changed := bytes.Clone(e.keys[k])
			copy(changed[digits:], wideText(fmt.Sprintf("%08x", uint32(number)^0x5a)))
			out.keys[k] = changed
			text := string(narrow(e.keys[k][:at]))
			key, rest, _ := strings.Cut(text, "]")
			name := rest[strings.LastIndex(rest, "\n\"")+2:]
			name = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(name)
			address := evidence.RegistryValue(strings.TrimPrefix(key, "["), name)
			want[string(address.Fold())] = fmt.Sprintf("REG_DWORD 0x%08x (%d) → REG_DWORD 0x%08x (%d)", number, number, number^0x5a, number^0x5a)
			i = k
			break
		}
	}
	return out, want
}

func narrow(b []byte) []byte {
	var out []byte
	for i := 0; i+1 < len(b); i += 2 {
		out = append(out, b[i])
	}
	return out
}

func (e exportText) shuffle() exportText {
	out := exportText{e.head, append([][]byte{}, e.keys...)}
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(out.keys), func(i, j int) { out.keys[i], out.keys[j] = out.keys[j], out.keys[i] })
	return out
}

// diffFiles compares two exports the way compareSides compares two Items.
func diffFiles(before, after string) ([]evidence.Change, error) {
	open := func(path string) compare.Open { return func() (io.ReadCloser, error) { return os.Open(path) } }
	from, to, err := compare.Keys(open(before), open(after))
	if err != nil {
		return nil, err
	}
	var failed error
	side := func(s compare.Stretches) compare.Side {
		item, place := evidence.Item{Path: "data/items/registry/system.reg"}, s.Place()
		return compare.Side{Settings: func() iter.Seq[evidence.Setting] {
			return func(yield func(evidence.Setting) bool) {
				if s.Empty() {
					return
				}
				if _, err := decode(item, s.Open, nil, func(v evidence.Setting) bool {
					v.Cite = place(v.Cite)
					return yield(v)
				}); err != nil {
					failed = err
				}
			}
		}}
	}
	changes := compare.Settings(side(from), side(to))
	return changes, failed
}

// found compares Changes with what change made, and holds each Citation against the bytes.
func found(t testing.TB, changes []evidence.Change, want map[string]string, before, after string) {
	t.Helper()
	if len(changes) != len(want) {
		t.Errorf("%d changes, want %d", len(changes), len(want))
	}
	for _, c := range changes {
		if got := c.Before + " → " + c.After; want[string(c.Address.Fold())] != got {
			t.Errorf("%s: %s, want %s", c.Address, got, want[string(c.Address.Fold())])
		}
		for path, cites := range map[string][]evidence.Citation{before: c.BeforeCites, after: c.AfterCites} {
			if len(cites) != 1 {
				t.Fatalf("%s: %d citations", c.Address, len(cites))
			}
			_, name, _ := strings.Cut(string(c.Address), "!")
			name = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
			if text := cited(t, path, cites[0]); !strings.EqualFold(text[:min(len(text), len(name)+2)], `"`+name+`"`) {
				t.Errorf("%s: cites %q", c.Address, text)
			}
		}
	}
}

func cited(t testing.TB, path string, c evidence.Citation) string {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, c.Length)
	if _, err := f.ReadAt(b, c.Offset); err != nil {
		t.Fatal(err)
	}
	return string(narrow(b))
}

// More values than are fetched at once differ, and many more do not: all that do are found.
func TestRegistryDiffMany(t *testing.T) {
	export := func(name string, add int) string {
		var b strings.Builder
		b.WriteString("Windows Registry Editor Version 5.00\r\n\r\n")
		for k := range 5000 {
			fmt.Fprintf(&b, "[HKEY_LOCAL_MACHINE\\SOFTWARE\\K%04d]\r\n", k)
			for v := range 12 {
				fmt.Fprintf(&b, "\"v%d\"=dword:%08x\r\n", v, k+add*(v/4))
			}
			b.WriteString("\r\n")
		}
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	changes, err := diffFiles(export("before.reg", 0), export("after.reg", 1))
	if err != nil || len(changes) != 40_000 {
		t.Errorf("%d changes, %v; want 40,000", len(changes), err)
	}
}

// BenchmarkRegistryDiff compares the corpus's export with a copy that has 200 other values, as it is, ten times over, and
// with its keys shuffled. The peer runs in the same round: iconv of both files and diff, each as its own process, always of
// the copy in its own order; what is shuffled may take five times as long. The most memory is that of a process which does
// nothing else.
func BenchmarkRegistryDiff(b *testing.B) {
	export := splitExport(corpusExport(b))
	changed, want := export.change(200)
	for _, bench := range []struct {
		name  string
		after exportText
		times int
		most  float64 // times the peer's time
	}{{"33MB", changed, 1, 1}, {"330MB", changed, 10, 1}, {"33MBShuffled", changed.shuffle(), 1, 5}, {"330MBShuffled", changed.shuffle(), 10, 5}} {
		b.Run(bench.name, func(b *testing.B) {
			before, after := export.write(b, "before.reg", bench.times), bench.after.write(b, "after.reg", bench.times)
			inOrder := changed.write(b, "in-order.reg", bench.times)
			all := times(want, bench.times)
			var ours, theirs time.Duration
			for b.Loop() {
				start := time.Now()
				changes, err := diffFiles(before, after)
				ours += time.Since(start)
				b.StopTimer()
				if err != nil {
					b.Fatal(err)
				}
				found(b, changes, all, before, after)
				theirs += peer(b, before, inOrder)
				b.StartTimer()
			}
			b.ReportMetric(float64(ours.Milliseconds())/float64(b.N), "ms/diff")
			if ratio := float64(ours) / float64(theirs); theirs > 0 {
				b.ReportMetric(float64(theirs.Milliseconds())/float64(b.N), "ms/peer")
				if b.ReportMetric(ratio, "times-peer"); ratio > bench.most {
					b.Errorf("%v, iconv and diff take %v: %.1f times, want at most %.0f", ours, theirs, ratio, bench.most)
				}
			}
			if measured == nil {
				return
			}
			mb := measured(b, before, after, len(all))
			if b.ReportMetric(mb, "MB-peak"); mb > maxMemory {
				b.Errorf("%.0f MB, want at most %d", mb, maxMemory)
			}
		})
	}
}

// maxMemory is the most that comparing two registry exports of any size may take, in MB.
const maxMemory = 64

// measured compares two files in another process and returns the most memory it took, in MB; nil where a system does not tell.
var measured func(t testing.TB, before, after string, want int) float64

// times repeats what is wanted for the copies under other top keys.
func times(want map[string]string, n int) map[string]string {
	all := map[string]string{}
	for address, change := range want {
		for i := range n {
			top := `registry:hklm\system`
			if i > 0 {
				top += strconv.Itoa(i)
			}
			all[top+strings.TrimPrefix(address, `registry:hklm\system`)] = change
		}
	}
	return all
}

// peer returns how long iconv and diff take; 0 where one of them is missing.
func peer(b testing.TB, before, after string) time.Duration {
	for _, program := range []string{"iconv", "diff"} {
		if _, err := exec.LookPath(program); err != nil {
			return 0
		}
	}
	start := time.Now()
	for _, path := range []string{before, after} {
		if err := exec.Command("iconv", "-f", "UTF-16LE", "-t", "UTF-8", "-o", path+".txt", path).Run(); err != nil {
			b.Fatal(err)
		}
	}
	out, _ := exec.Command("diff", before+".txt", after+".txt").Output() // exit status 1: there are differences
	if len(out) == 0 {
		b.Fatal("diff finds nothing")
	}
	return time.Since(start)
}
