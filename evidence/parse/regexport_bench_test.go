package parse_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
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
	return parse.Asking(
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
