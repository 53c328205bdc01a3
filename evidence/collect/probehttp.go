package collect

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// The most that is kept of a response.
const (
	maxHead = 64 << 10
	maxBody = 64 << 10
)

// askHTTP sends a request as it stands and keeps it with the response, byte for byte.
func (r *prober) askHTTP(ctx context.Context, s ProbeStep) asked {
	var a asked
	began, err := r.line.connect(ctx, evidence.HostPort(s.Address.String(), s.Target.Port), func(ctx context.Context, conn net.Conn) {
		var b bytes.Buffer
		fmt.Fprintf(&b, "* Probed %s at %s from %s\r\n", s.Target.url(s.Target.Path), evidence.HostPort(s.Address.String(), s.Target.Port), r.o.Vantage)
		if s.Target.Scheme == "https" {
			over := tls.Client(conn, tlsConfig(s.Target))
			if err := over.HandshakeContext(ctx); err != nil {
				a = r.handshakeFailed(err)
				return
			}
			conn = over
			fmt.Fprintf(&b, "* %s\r\n", negotiated(over.ConnectionState()))
		}
		if local, ok := conn.LocalAddr().(*net.TCPAddr); ok {
			fmt.Fprintf(&b, "* local address %s\r\n", local.IP)
		}
		if _, err := conn.Write(s.Request); err != nil {
			a = asked{status: evidence.Failed, note: "the request could not be sent: " + connectError(err, r.o)}
			return
		}
		b.Write(s.Request)
		method, _, _ := bytes.Cut(s.Request, []byte(" "))
		response, note, err := readResponse(conn, string(method))
		b.Write(response)
		a.body = b.Bytes()
		a.status, a.note = r.settled(response, note, err)
	})
	if err != nil {
		a = r.notConnected(err)
	}
	a.began = began
	return a
}

// settled says what a response is worth by how it ended.
func (r *prober) settled(response []byte, note string, err error) (evidence.Status, string) {
	switch {
	case note != "":
		return evidence.CutShort, note
	case err == nil:
		return evidence.Captured, ""
	case len(response) == 0 && isTimeout(err):
		return evidence.TimedOut, "no answer within " + r.o.Wait.String()
	case len(response) == 0 && errors.Is(err, io.EOF):
		return evidence.Failed, "the server closed the connection without an answer"
	case len(response) == 0:
		return evidence.Failed, connectError(err, r.o)
	case isTimeout(err):
		return evidence.CutShort, "the rest of the answer did not come within " + r.o.Wait.String()
	}
	return evidence.CutShort, "the answer breaks off: " + connectError(err, r.o)
}

// readResponse reads until a response is whole or as long as what is kept; then note says what was cut. The error is nil only
// for a response that is whole.
func readResponse(from io.Reader, method string) (response []byte, note string, err error) {
	chunk := make([]byte, 8<<10)
	for {
		f := measure(response, method)
		switch {
		case f.whole:
			return response, "", nil
		case f.head < 0 && len(response) >= maxHead:
			return response[:maxHead], fmt.Sprintf("the headers are longer than %d bytes", maxHead), nil
		case f.head >= 0 && len(response)-f.head >= maxBody:
			return response[:f.head+maxBody], fmt.Sprintf("of the body the first %d bytes are kept", maxBody), nil
		}
		if err != nil {
			if errors.Is(err, io.EOF) && f.head >= 0 && f.untilEnd {
				return response, "", nil
			}
			return response, "", err
		}
		var n int
		n, err = from.Read(chunk)
		response = append(response, chunk[:n]...)
	}
}

// framing is how long a response is (RFC 9112, section 6.3), as far as it has arrived.
type framing struct {
	head     int  // bytes of the headers with the empty line; -1: they are not whole
	whole    bool // nothing is missing
	untilEnd bool // the body ends with the connection
}

// measure tells how long a response is.
func measure(b []byte, method string) framing {
	start := 0
	for {
		size := headSize(b[start:])
		if size < 0 {
			return framing{head: -1}
		}
		end := start + size
		lines := strings.Split(strings.ReplaceAll(string(b[start:end]), "\r\n", "\n"), "\n")
		status := statusOf(lines[0])
		if status >= 100 && status < 200 && status != 101 {
			start = end // an interim response; the real one follows
			continue
		}
		f := framing{head: end}
		if method == "HEAD" || status == 204 || status == 304 {
			f.whole = true
			return f
		}
		length, chunked := bodyLength(lines[1:])
		switch {
		case chunked:
			f.whole = bytes.HasSuffix(b, []byte("0\r\n\r\n"))
		case length >= 0:
			f.whole = len(b)-end >= length
		default:
			f.untilEnd = true
		}
		return f
	}
}

// headSize returns where the headers end, behind the empty line; -1 if they do not yet.
func headSize(b []byte) int {
	crlf, lf := bytes.Index(b, []byte("\r\n\r\n")), bytes.Index(b, []byte("\n\n"))
	switch {
	case crlf >= 0 && (lf < 0 || crlf < lf):
		return crlf + 4
	case lf >= 0:
		return lf + 2
	}
	return -1
}

func statusOf(line string) int {
	fields := strings.Fields(line)
	if len(fields) < 2 || !strings.HasPrefix(fields[0], "HTTP/") {
		return 0
	}
	n, _ := strconv.Atoi(fields[1])
	return n
}

// bodyLength returns the length that the headers give, -1 for none, and whether the body comes in chunks.
func bodyLength(lines []string) (length int, chunked bool) {
	length = -1
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "content-length":
			if n, err := strconv.Atoi(value); err == nil && n >= 0 {
				length = n
			}
		case "transfer-encoding":
			chunked = strings.EqualFold(value, "chunked")
		}
	}
	return length, chunked
}
