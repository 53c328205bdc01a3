package collect

import (
	"bytes"
	"testing"
	"testing/iotest"
)

// FuzzReadResponse holds what is kept of whatever a server sends: its beginning, no more than the bounds, and the same however
// it arrives.
func FuzzReadResponse(f *testing.F) {
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"), true)
	f.Add([]byte("HTTP/1.0 301 x\nContent-Length: -1\n\nabc"), false)
	f.Fuzz(func(t *testing.T, sent []byte, head bool) {
		method := "GET"
		if head {
			method = "HEAD"
		}
		got, note, err := readResponse(bytes.NewReader(sent), method)
		if !bytes.HasPrefix(sent, got) || len(got) > maxHead+maxBody+8<<10 {
			t.Fatalf("%d of %d bytes", len(got), len(sent))
		}
		if err == nil && note == "" && len(got) == 0 {
			t.Fatal("nothing, taken for a whole response")
		}
		slow, slowNote, slowErr := readResponse(iotest.OneByteReader(bytes.NewReader(sent[:min(len(sent), 2048)])), method)
		if len(sent) <= 2048 && (slowNote != note || (slowErr == nil) != (err == nil) || !bytes.HasPrefix(got, slow)) {
			t.Fatalf("at once %q %v, byte by byte %q %v", note, err, slowNote, slowErr)
		}
	})
}
