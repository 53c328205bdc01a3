package collect

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
)

// asked is what came of a step: how its Item ends, and its bytes; no bytes, if nothing went over a connection.
type asked struct {
	status evidence.Status
	note   string
	body   []byte
	began  time.Time // when its turn came
}

// ask takes a step.
func (r *prober) ask(ctx context.Context, s ProbeStep) asked {
	switch {
	case s.Status != "":
		return asked{status: s.Status, note: s.Note, began: r.o.Now()}
	case len(s.Ports) > 0:
		return r.askPorts(ctx, s)
	case s.Hello != 0:
		return r.askHello(ctx, s)
	case s.Certify:
		return r.askCertificates(ctx, s)
	}
	return r.askHTTP(ctx, s)
}

// notConnected is what comes of a step without a connection.
func (r *prober) notConnected(err error) asked {
	a := asked{status: evidence.Failed, note: connectError(err, r.o)}
	if isTimeout(err) || errors.Is(err, errNotAsked) {
		a.status = evidence.TimedOut
	}
	return a
}

// head writes the lines that begin what a probe keeps.
func (r *prober) head(b *bytes.Buffer, heading string, s ProbeStep, conn net.Conn) {
	fmt.Fprintf(b, "%s\ntarget: %s\naddress: %s\nvantage: %s\n", heading,
		evidence.HostPort(s.Target.Host, s.Target.Port), evidence.HostPort(s.Address.String(), s.Target.Port), r.o.Vantage)
	if local, ok := conn.LocalAddr().(*net.TCPAddr); ok {
		fmt.Fprintf(b, "local-address: %s\n", local.IP)
	}
	if name := s.Target.serverName(); name != "" && s.Hello != evidence.SSL30 {
		fmt.Fprintf(b, "server-name: %s\n", name)
	}
}

// askHello sends a ClientHello and reads until the answer says all that it can.
func (r *prober) askHello(ctx context.Context, s ProbeStep) asked {
	var a asked
	began, err := r.line.connect(ctx, evidence.HostPort(s.Address.String(), s.Target.Port), func(ctx context.Context, conn net.Conn) {
		var b bytes.Buffer
		r.head(&b, evidence.HandshakeHeading, s, conn)
		fmt.Fprintf(&b, "protocol: %s\n", s.Hello)
		sent := s.hello()
		var received []byte
		_, err := conn.Write(sent)
		for err == nil && len(received) < maxHandshake && !evidence.ReadTLSAnswer(received).Whole {
			chunk := make([]byte, 4096)
			var n int
			n, err = conn.Read(chunk)
			received = append(received, chunk[:n]...)
		}
		dump(&b, '>', sent)
		dump(&b, '<', received)
		a.status = evidence.Captured
		ended := "answered"
		switch {
		case err == nil || evidence.ReadTLSAnswer(received).Whole:
		case isReset(err):
			ended = "reset"
		case errors.Is(err, io.EOF):
			ended = "closed"
		default:
			ended = "timed out"
			a.status, a.note = evidence.TimedOut, "no whole answer within "+r.o.Wait.String()
			if !isTimeout(err) {
				ended, a.status, a.note = "failed", evidence.Failed, connectError(err, r.o)
			}
		}
		fmt.Fprintf(&b, "ended: %s\n", ended)
		a.body = b.Bytes()
	})
	if err != nil {
		a = r.notConnected(err)
	}
	a.began = began
	return a
}

const maxHandshake = 64 << 10 // bytes received in one handshake

// dump writes bytes sixteen a line, with their direction and offset.
func dump(b *bytes.Buffer, direction byte, data []byte) {
	for at := 0; at < len(data); at += 16 {
		fmt.Fprintf(b, "%c %08x: % x\n", direction, at, data[at:min(at+16, len(data))])
	}
}

// tlsConfig accepts whatever a server can do: nothing is trusted and nothing is sent that needs trust.
func tlsConfig(t ProbeTarget) *tls.Config {
	c := &tls.Config{InsecureSkipVerify: true, ServerName: t.serverName(), MinVersion: tls.VersionTLS10}
	for _, list := range [][]*tls.CipherSuite{tls.CipherSuites(), tls.InsecureCipherSuites()} {
		for _, suite := range list {
			c.CipherSuites = append(c.CipherSuites, suite.ID)
		}
	}
	return c
}

// negotiated says what a TLS connection uses.
func negotiated(state tls.ConnectionState) string {
	return fmt.Sprintf("%s, cipher suite %s", tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite))
}

// handshakeFailed is what comes of a step whose TLS handshake failed.
func (r *prober) handshakeFailed(err error) asked {
	a := asked{status: evidence.Failed, note: "the TLS handshake failed: " + connectError(err, r.o)}
	if isTimeout(err) {
		a.status = evidence.TimedOut
	}
	return a
}

// askCertificates keeps the certificates that the server sends, its own first.
func (r *prober) askCertificates(ctx context.Context, s ProbeStep) asked {
	var a asked
	began, err := r.line.connect(ctx, evidence.HostPort(s.Address.String(), s.Target.Port), func(ctx context.Context, conn net.Conn) {
		over := tls.Client(conn, tlsConfig(s.Target))
		if err := over.HandshakeContext(ctx); err != nil {
			a = r.handshakeFailed(err)
			return
		}
		state := over.ConnectionState()
		var b bytes.Buffer
		r.head(&b, evidence.CertificateHeading, s, conn)
		fmt.Fprintf(&b, "negotiated: %s\n", negotiated(state))
		for _, c := range state.PeerCertificates {
			pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
		}
		fmt.Fprintf(&b, "certificates: %d\n", len(state.PeerCertificates))
		a = asked{status: evidence.Captured, body: b.Bytes()}
	})
	if err != nil {
		a = r.notConnected(err)
	}
	a.began = began
	return a
}

// askPorts connects to each port and closes again.
func (r *prober) askPorts(ctx context.Context, s ProbeStep) asked {
	states := make([]string, len(s.Ports))
	begins := make([]time.Time, len(s.Ports))
	r.each(len(s.Ports), func(i int) {
		var err error
		begins[i], err = r.line.connect(ctx, evidence.HostPort(s.Address.String(), s.Ports[i]), nil)
		if isTimeout(err) && ctx.Err() != nil { // it was not given its time
			err = errNotAsked
		}
		states[i] = r.portState(err)
		r.count(s, 1)
	})
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\ntarget: %s\naddress: %s\nvantage: %s\n", evidence.PortsHeading, s.Target.Host, s.Address, r.o.Vantage)
	a := asked{status: evidence.Captured, began: slices.MinFunc(begins, time.Time.Compare)}
	for i, state := range states {
		fmt.Fprintf(&b, "tcp/%d %s\n", s.Ports[i], state)
		if strings.HasSuffix(state, errNotAsked.Error()) {
			a.status, a.note = evidence.CutShort, errNoTime.Error()
		}
	}
	fmt.Fprintf(&b, "ports: %d\n", len(states))
	a.body = b.Bytes()
	return a
}

// portState says what a connection shows about the port.
func (r *prober) portState(err error) string {
	switch {
	case err == nil:
		return string(evidence.PortOpen)
	case isRefused(err):
		return string(evidence.PortClosed) + ": " + connectError(err, r.o)
	case errors.Is(err, errNotAsked):
		return "unknown: " + err.Error()
	case isTimeout(err):
		return string(evidence.PortFiltered) + ": " + connectError(err, r.o)
	}
	return "unknown: " + connectError(err, r.o)
}
