package parse_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/parse"
)

// systemHive returns the 33 MB export of the corpus.
func systemHive(t testing.TB) []byte {
	t.Helper()
	shared := os.Getenv("AUDITPACK_SHARED")
	if shared == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	return gunzip(t, filepath.Join(shared, "corpus/reg/system_win10_33mb.reg.gz"))
}

// heapWatch is a Reader that notes, every few megabytes, how much of the heap is in use.
type heapWatch struct {
	io.Reader
	read, next int
	most       uint64
}

func (w *heapWatch) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if w.read += n; w.read >= w.next {
		w.next = w.read + 4<<20
		w.most = max(w.most, heapInUse())
	}
	return n, err
}

func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// The heap does not grow with a file of which little is asked: here the export of a hive, four times over.
func TestRegistryHeap(t *testing.T) {
	raw := systemHive(t)
	before := heapInUse()
	watch := &heapWatch{Reader: io.MultiReader(bytes.NewReader(raw), bytes.NewReader(raw[82:]), bytes.NewReader(raw[82:]), bytes.NewReader(raw[82:]))}
	c, err := parse.Read(evidence.Item{Path: "data/items/registry/system.reg"}, watch, fewKeys())
	if err != nil || c.Refused != "" {
		t.Fatal(err, c.Refused)
	}
	if grown := int64(watch.most) - int64(before); grown > 2<<20 {
		t.Errorf("the heap grows by %d bytes over a file of %d", grown, watch.read)
	}
	runtime.KeepAlive(raw)
}

func gunzip(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
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

// fewKeys is what a handful of Checks asks for.
func fewKeys() func(evidence.Address) bool {
	return asking(
		`registry:HKLM\SYSTEM\ControlSet001\Control\Lsa!RestrictAnonymous`,
		`registry:HKLM\SYSTEM\ControlSet001\Control\Terminal Server!fDenyTSConnections`,
		`registry:HKLM\SYSTEM\ControlSet001\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.0\Server!Enabled`,
		`registry:HKLM\SYSTEM\ControlSet001\Services\LanmanServer\Parameters`,
	)
}

func BenchmarkRegistryExport(b *testing.B) {
	raw := systemHive(b)
	for _, bench := range []struct {
		name string
		want func(evidence.Address) bool
	}{{"FewKeys", fewKeys()}, {"Everything", nil}} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				c, err := parse.Read(evidence.Item{Path: "data/items/registry/system.reg"}, bytes.NewReader(raw), bench.want)
				if err != nil || c.Refused != "" {
					b.Fatal(err, c.Refused)
				}
			}
		})
	}
}
