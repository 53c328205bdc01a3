package xlsx

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"auditpack/evidence/seal"
)

// effort is what may still be spent on verifying one file, whatever the number of its signatures: a small file can ask
// for the same work over and over. Parts, references and certificates all draw from the one purse, and once it is empty
// nothing more is read. No effort at all, nil, is without end, for files that the caller wrote.
type effort struct {
	bytes        int64 // unpacked, digested or written in canonical form
	tokens       int   // of XML, attributes among them
	certificates int
}

// Limits of effort for a file, and of what a certificate or an element may have.
const (
	maxTokens         = 800_000  // a signature over 10,000 parts has less than half of it
	bytesOfEachToken  = 4        // packed, for what is more: a workbook with a hundred thousand links has them
	maxVerified       = 64       // certificates of all signatures together
	maxCertificate    = 64 << 10 // bytes
	maxAttributes     = 64       // of an element
	maxDeclared       = 128      // namespaces at an element, its ancestors' among them
	maxReferences     = 100      // of a SignedInfo
	maxFaults         = 100      // that are told of a signature
	bytesOfEachPacked = 64       // XML rarely packs better than that
	effortOfXML       = 4        // to read or write XML takes so many times what it takes to unpack it
)

var errEffort = errors.New("the file asks for more work than a workbook is worth: it is not verified to its end")

// newEffort returns that for a file of size bytes.
func newEffort(size int64) *effort {
	size = min(size, maxContainer)
	return &effort{
		bytes:  min(maxUnpacked, 2*maxXML+bytesOfEachPacked*size),
		tokens: int(min(maxTokens+size/bytesOfEachToken, 20*maxTokens)), certificates: maxVerified,
	}
}

func (e *effort) spend(bytes int64, tokens, certificates int) error {
	if e == nil {
		return nil
	}
	e.bytes, e.tokens, e.certificates = e.bytes-bytes, e.tokens-tokens, e.certificates-certificates
	if e.spent() {
		e.bytes = -1 // for good
		return errEffort
	}
	return nil
}

// spendXML pays for the bytes of XML that are read or written; their tokens are paid for apart.
func (e *effort) spendXML(text []byte) error { return e.spend(effortOfXML*int64(len(text)), 0, 0) }

func (e *effort) spent() bool { return e != nil && (e.bytes < 0 || e.tokens < 0 || e.certificates < 0) }

// readCertificate reads a certificate out of a signature, from base64, blanks left out.
func (e *effort) readCertificate(encoded string) (*x509.Certificate, error) {
	if err := e.spend(int64(len(encoded)), 0, 1); err != nil {
		return nil, err
	}
	der, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, errors.New("a certificate of the signature cannot be read")
	}
	if len(der) > maxCertificate {
		return nil, fmt.Errorf("a certificate of the signature has %d bytes; at most %d are understood", len(der), maxCertificate)
	}
	c, err := seal.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("a certificate of the signature cannot be read: %s", strings.TrimSpace(err.Error()))
	}
	return c, nil
}
