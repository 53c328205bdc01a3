package collect

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// BenchmarkWithhold searches a configuration with 10,000 sites' worth of elements.
func BenchmarkWithhold(b *testing.B) {
	text := []byte(strings.Repeat("<add key=\"WebServerListenUri\" value=\"http://+:8040/\" />\r\n<processModel identityType=\"ApplicationPoolIdentity\" />\r\n", 10_000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := withhold(io.Discard, bytes.NewReader(text), []*Rule{configSecrets}); err != nil {
			b.Fatal(err)
		}
	}
}
