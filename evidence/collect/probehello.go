package collect

import (
	"encoding/binary"

	"auditpack/evidence"
)

// A ClientHello is made by hand: a library offers what it would accept itself, and an old server that would take TLS 1.0 with
// an old cipher suite would look closed to it. Nothing in it is secret and nothing comes of it, so it is the same each time:
// a plan can print it, and who watches the network finds the program's name in its random field.

// suites12 are the cipher suites that TLS 1.2 added (the registry of IANA), for keys of every kind.
var suites12 = []uint16{
	0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9, 0xccaa, 0x009e, 0x009f, 0x009c, 0x009d, 0xc023, 0xc024, 0xc027, 0xc028,
	0x003c, 0x003d, 0x0067, 0x006b, 0x0040, 0x006a, 0x00a2, 0x00a3, 0xc0ac, 0xc0ad, 0xc09c, 0xc09d, 0xc09e, 0xc09f,
}

// suites10 are those that the versions from SSL 3.0 on have: AES, Camellia, 3DES, RC4, SEED, IDEA and DES with all ways to
// exchange keys that name the server. At the end stands the sign for secure renegotiation (RFC 5746).
var suites10 = []uint16{
	0xc009, 0xc00a, 0xc013, 0xc014, 0x0033, 0x0039, 0x002f, 0x0035, 0x0032, 0x0038, 0x0045, 0x0088, 0x0041, 0x0084,
	0xc008, 0xc012, 0x0016, 0x0013, 0x000a, 0xc007, 0xc011, 0x0005, 0x0004, 0x009a, 0x0096, 0x0007, 0x0015, 0x0012, 0x0009, 0x00ff,
}

// suites13 are those of TLS 1.3.
var suites13 = []uint16{0x1301, 0x1302, 0x1303, 0x1304, 0x1305}

// helloShare is a valid public key of X25519: the one of Alice in RFC 7748, section 6.1, whose secret everybody knows.
var helloShare = []byte{
	0x85, 0x20, 0xf0, 0x09, 0x89, 0x30, 0xa7, 0x54, 0x74, 0x8b, 0x7d, 0xdc, 0xb4, 0x3e, 0xf7, 0x5a,
	0x0d, 0xbf, 0x3a, 0x0d, 0x26, 0x38, 0x1a, 0xf4, 0xeb, 0xa4, 0xa9, 0x8e, 0xaa, 0x9b, 0x4e, 0x6a,
}

// ClientHello returns the record with a ClientHello that offers one version and no other (RFC 6101, 5246 and 8446).
// An empty serverName is left out, as it is in SSL 3.0, which has no extensions.
func ClientHello(version evidence.TLSProtocol, serverName string) []byte {
	legacy := min(version, evidence.TLS12)
	body := binary.BigEndian.AppendUint16(nil, uint16(legacy))
	body = append(body, (ProbeAgent + " fixed random ")[:]...)
	for len(body) < 2+32 {
		body = append(body, '.')
	}
	var session []byte
	suites := suites10
	switch version {
	case evidence.TLS12:
		suites = append(append([]uint16{}, suites12...), suites10...)
	case evidence.TLS13:
		suites = suites13
		session = body[2:34] // not empty, so that boxes in between take it for a session of TLS 1.2 (RFC 8446, appendix D.4)
	}
	body = append(body, vector8(session)...)
	body = append(body, vector16(numbers(suites...))...)
	body = append(body, 1, 0) // no compression
	if version != evidence.SSL30 {
		extensions := helloExtensions(version, serverName)
		// Some load balancers hang on a hello of 256 to 511 bytes (RFC 7685).
		if size := 4 + len(body) + 2 + len(extensions); size > 255 && size < 512 {
			extensions = append(extensions, extension(21, make([]byte, max(0, 512-size-4)))...)
		}
		body = append(body, vector16(extensions)...)
	}
	handshake := append([]byte{1, byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}, body...)
	record := []byte{22, 3, 1}
	if version == evidence.SSL30 {
		record[2] = 0
	}
	return append(record, vector16(handshake)...)
}

func helloExtensions(version evidence.TLSProtocol, serverName string) []byte {
	var e []byte
	if serverName != "" {
		e = append(e, extension(0, vector16(append([]byte{0}, vector16([]byte(serverName))...)))...)
	}
	e = append(e, extension(10, vector16(numbers(0x001d, 0x0017, 0x0018, 0x0019)))...) // X25519, P-256, P-384, P-521
	e = append(e, extension(11, vector8([]byte{0}))...)                                // points not compressed
	if version >= evidence.TLS12 {
		e = append(e, extension(13, vector16(numbers(
			0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0807, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0202)))...)
	}
	if version == evidence.TLS13 {
		e = append(e, extension(43, vector8(numbers(uint16(evidence.TLS13))))...)
		share := append(numbers(0x001d), vector16(helloShare)...)
		e = append(e, extension(51, vector16(share))...)
	}
	return e
}

func extension(kind uint16, content []byte) []byte {
	return append(numbers(kind), vector16(content)...)
}

// numbers writes 16-bit numbers, the high byte first.
func numbers(list ...uint16) []byte {
	var b []byte
	for _, n := range list {
		b = binary.BigEndian.AppendUint16(b, n)
	}
	return b
}

// vector8 and vector16 put the length of b before it.
func vector8(b []byte) []byte  { return append([]byte{byte(len(b))}, b...) }
func vector16(b []byte) []byte { return append(numbers(uint16(len(b))), b...) }
