package evidence

import "fmt"

// TLSAnswer is what a server sent back to a ClientHello, as far as it arrived: records of RFC 8446, section 5.1, or RFC
// 6101 for SSL 3.0.
type TLSAnswer struct {
	Version TLSProtocol // that the server chose; 0: no ServerHello arrived
	Suite   uint16      // the cipher suite that it chose with it
	Alert   *TLSAlert   // the first fatal alert or the notice that it closes; nil: none
	Foreign bool        // these are no records of TLS
	// Whole reports that no further byte can change what is said here.
	Whole bool
}

// TLSAlert is an alert of RFC 8446, section 6.
type TLSAlert struct{ Level, Description byte }

const (
	recordAlert     = 21
	recordHandshake = 22
	serverHello     = 2
	alertWarning    = 1
	alertCloseNote  = 0
	maxTLSRecord    = 1<<14 + 2048
	versionsOfHello = 43 // the extension supported_versions
)

// alertNames are the alerts that answer a ClientHello (RFC 8446, section 6, and RFC 5246 and 6066).
var alertNames = map[byte]string{
	0: "close_notify", 10: "unexpected_message", 40: "handshake_failure", 47: "illegal_parameter", 50: "decode_error",
	70: "protocol_version", 71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback",
	109: "missing_extension", 112: "unrecognized_name", 116: "certificate_required", 120: "no_application_protocol",
}

// String returns alert protocol_version (70).
func (a TLSAlert) String() string {
	name, ok := alertNames[a.Description]
	if !ok {
		name = "unknown"
	}
	return fmt.Sprintf("alert %s (%d)", name, a.Description)
}

// RefusesVersion reports whether the alert says that what was offered is not accepted. Others may have another cause: the
// name that was asked for, or trouble inside of the server.
func (a TLSAlert) RefusesVersion() bool {
	switch a.Description {
	case alertCloseNote, 40, 70, 71:
		return true
	}
	return false
}

// ReadTLSAnswer reads what a server sent after a ClientHello. It takes any bytes.
func ReadTLSAnswer(received []byte) TLSAnswer {
	var a TLSAnswer
	var handshake []byte
	for rest := received; len(rest) > 0; {
		kind := rest[0]
		if kind != recordAlert && kind != recordHandshake || len(rest) > 1 && rest[1] != 3 {
			a.Foreign, a.Whole = true, true
			return a
		}
		if len(rest) < 5 {
			return a
		}
		size := int(rest[3])<<8 | int(rest[4])
		if size == 0 || size > maxTLSRecord {
			a.Foreign, a.Whole = true, true
			return a
		}
		if len(rest) < 5+size {
			return a
		}
		body := rest[5 : 5+size]
		rest = rest[5+size:]
		switch {
		case kind == recordAlert && size != 2:
			a.Foreign, a.Whole = true, true
			return a
		case kind == recordAlert && body[0] == alertWarning && body[1] != alertCloseNote:
			continue // the server goes on: it may not know the name that it was asked for
		case kind == recordAlert:
			a.Alert, a.Whole = &TLSAlert{body[0], body[1]}, true
			return a
		}
		handshake = append(handshake, body...)
		if a.hello(handshake) {
			a.Whole = true
			return a
		}
	}
	return a
}

// hello reads a ServerHello; it reports false while that is not whole.
func (a *TLSAnswer) hello(b []byte) (whole bool) {
	if len(b) < 4 {
		return false
	}
	size := int(b[1])<<16 | int(b[2])<<8 | int(b[3])
	if b[0] != serverHello || size < 38 || size > maxTLSRecord {
		a.Foreign = true
		return true
	}
	if len(b) < 4+size {
		return false
	}
	b = b[4 : 4+size]
	version := TLSProtocol(b[0])<<8 | TLSProtocol(b[1])
	session := int(b[34])
	if len(b) < 35+session+3 {
		a.Foreign = true
		return true
	}
	b = b[35+session:]
	a.Suite = uint16(b[0])<<8 | uint16(b[1])
	a.Version = selectedVersion(b[3:], version)
	return true
}

// selectedVersion returns the version in the extension supported_versions, by which TLS 1.3 is chosen, else legacy.
func selectedVersion(extensions []byte, legacy TLSProtocol) TLSProtocol {
	if len(extensions) < 2 {
		return legacy
	}
	for rest := extensions[2:]; len(rest) >= 4; {
		kind, size := int(rest[0])<<8|int(rest[1]), int(rest[2])<<8|int(rest[3])
		if len(rest) < 4+size {
			break
		}
		if kind == versionsOfHello && size == 2 {
			return TLSProtocol(rest[4])<<8 | TLSProtocol(rest[5])
		}
		rest = rest[4+size:]
	}
	return legacy
}
