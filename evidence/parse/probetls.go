package parse

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// One handshake, offering one version of TLS. Behind the head (see probehead.go, with "protocol: TLS 1.0") stands every byte
// that went over the connection, in order, sixteen a line, each direction with its own offsets, and how it ended:
//
//	> 00000000: 16 03 01 00 75 01 00 00 71 03 01 61 75 64 69 74     sent
//	< 00000000: 15 03 01 00 02 02 46                                received
//	ended: closed
//
// What was received can be had as bytes without this program:
//
//	sed -n 's/^< [0-9a-f]*: //p' FILE | xxd -r -p
//
// The ends are answered (the probe had seen enough and closed), closed and reset (the server did), and timed out.
// "refused" is said only where the server answered by an alert that says so, chose another version, or ended the connection
// without a word; a time-out shows nothing.

var handshakeFormat = &Format{
	Name:      "TLS handshake",
	Doc:       "one ClientHello of a probe and what the server answered, as a dump of both directions",
	Collector: "probe",
	Kinds:     []string{"tls"},
	Recognise: headingIs(evidence.HandshakeHeading),
	Read:      readHandshake,
}

const maxHandshake = 256 << 10 // bytes received in one handshake

// handshake is what was read of a dump.
type handshake struct {
	head           probeHead
	sent, received []byte
	ended          string
	dump           *evidence.Citation // the lines received, or those sent while there are none
	fromServer     bool
	end            evidence.Citation
}

func readHandshake(source Source, to evidence.Sink) error {
	h := handshake{head: probeHead{}}
	err := eachLine(source, func(line Line) error { return h.line(line, source.Item) })
	if err != nil {
		return refuse("%v", err)
	}
	target, err := h.head.target()
	if err != nil {
		return err
	}
	protocol, ok := evidence.ParseTLSProtocol(h.head["protocol"])
	switch {
	case !ok:
		return refuse("the head names no protocol")
	case h.dump == nil || len(h.sent) == 0:
		return refuse("no bytes of a handshake")
	case h.ended == "":
		return refuse("it does not say how the connection ended: the file was cut short")
	}
	if offered := offeredVersion(h.sent); offered != protocol {
		return refuse("the head says %s, and the bytes that were sent offer %s", protocol, offered)
	}
	at := evidence.TLSAddress(target, protocol)
	cite := *h.dump
	if len(h.received) == 0 {
		cite = h.end
	}
	value, how := h.outcome(protocol)
	if value == "" {
		to.Problem(evidence.Problem{Scope: at, Message: fmt.Sprintf("%s: whether %s is offered is not known: %s", target, protocol, how), Cite: cite})
		return nil
	}
	to.Setting(evidence.Setting{Address: at, Value: value, Cite: cite})
	to.Setting(evidence.Setting{Address: at + "@answer", Value: evidence.Text(how), Cite: cite})
	return nil
}

// line takes one line of the file.
func (h *handshake) line(line Line, item evidence.Item) error {
	text := line.Text
	switch {
	case line.Number == 1:
		return nil
	case h.ended != "":
		if text != "" {
			return fmt.Errorf("line %d: after the end of the connection", line.Number)
		}
	case strings.HasPrefix(text, "> "), strings.HasPrefix(text, "< "):
		return h.bytes(line, item)
	case strings.HasPrefix(text, "ended: "):
		h.ended, h.end = text[len("ended: "):], line.Cite(item)
	case h.dump != nil || !h.head.take(line):
		return fmt.Errorf("line %d: neither bytes nor how it ended", line.Number)
	}
	return nil
}

// bytes takes a line of the dump.
func (h *handshake) bytes(line Line, item evidence.Item) error {
	into := &h.sent
	received := line.Text[0] == '<'
	if received {
		into = &h.received
	}
	offset, digits, found := strings.Cut(line.Text[2:], ": ")
	n, err := strconv.ParseUint(offset, 16, 32)
	more, errHex := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	switch {
	case !found || err != nil || errHex != nil || len(more) == 0:
		return fmt.Errorf("line %d: not a line of a dump", line.Number)
	case int(n) != len(*into):
		return fmt.Errorf("line %d: offset %x, want %x: bytes are missing", line.Number, n, len(*into))
	case len(*into)+len(more) > maxHandshake:
		return fmt.Errorf("line %d: more bytes than a handshake has", line.Number)
	}
	*into = append(*into, more...)
	cite := line.Cite(item)
	switch {
	case h.dump == nil || received && !h.fromServer:
		h.dump, h.fromServer = &cite, received
	case received == h.fromServer:
		h.dump.Length = line.Offset + line.Length - h.dump.Offset
	}
	return nil
}

// outcome tells what the handshake shows, and in words by what. An empty value: nothing.
func (h *handshake) outcome(asked evidence.TLSProtocol) (value evidence.Text, how string) {
	answer := evidence.ReadTLSAnswer(h.received)
	over := h.ended == "closed" || h.ended == "reset"
	switch {
	case answer.Foreign:
		return "", "what answers there does not speak TLS"
	case answer.Version == asked:
		return evidence.TLSOffered, fmt.Sprintf("ServerHello of %s with cipher suite 0x%04x", asked, answer.Suite)
	case answer.Version > asked:
		return "", fmt.Sprintf("the server chose %s, which was not offered to it", answer.Version)
	case answer.Version != 0:
		return evidence.TLSRefused, "ServerHello of " + answer.Version.String() + " instead"
	case answer.Alert != nil && answer.Alert.RefusesVersion():
		return evidence.TLSRefused, answer.Alert.String()
	case answer.Alert != nil:
		return "", answer.Alert.String() + " may have another cause"
	case len(h.received) > 0:
		return "", "the answer breaks off"
	case over:
		return evidence.TLSRefused, "the connection was " + h.ended + " without an answer"
	case h.ended == "timed out":
		return "", "no answer in time"
	}
	return "", "the probe did not wait for the answer"
}

// offeredVersion returns the one version that a ClientHello offers; 0 if it is none, or offers several.
func offeredVersion(sent []byte) evidence.TLSProtocol {
	const head = 5 + 4
	if len(sent) < head+35 || sent[0] != 22 || sent[5] != 1 || int(sent[3])<<8|int(sent[4]) != len(sent)-5 {
		return 0
	}
	body := sent[head:]
	version := evidence.TLSProtocol(body[0])<<8 | evidence.TLSProtocol(body[1])
	rest, ok := skip(body[34:], 1) // session
	if ok {
		rest, ok = skip(rest, 2) // cipher suites
	}
	if ok {
		rest, ok = skip(rest, 1) // compression
	}
	if !ok {
		return 0
	}
	if len(rest) < 2 {
		return version
	}
	for rest = rest[2:]; len(rest) >= 4; {
		kind := int(rest[0])<<8 | int(rest[1])
		after, ok := skip(rest[2:], 2)
		if !ok {
			return 0
		}
		if content := rest[4 : len(rest)-len(after)]; kind == 43 {
			if len(content) != 3 || content[0] != 2 {
				return 0
			}
			return evidence.TLSProtocol(content[1])<<8 | evidence.TLSProtocol(content[2])
		}
		rest = after
	}
	return version
}

// skip passes over a vector whose length stands in its first bytes, one or two.
func skip(b []byte, width int) (rest []byte, ok bool) {
	if len(b) < width {
		return nil, false
	}
	size := int(b[0])
	if width == 2 {
		size = size<<8 | int(b[1])
	}
	if len(b) < width+size {
		return nil, false
	}
	return b[width+size:], true
}
