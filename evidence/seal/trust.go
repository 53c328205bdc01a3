package seal

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"time"
)

// Trust is what the one who verifies has got by another way than with what is verified. The zero Trust trusts nobody.
// Signers and authorities of timestamps are apart, so that whoever issues the certificates of a timestamp authority does
// not thereby vouch for signers.
type Trust struct {
	Signers     []*x509.Certificate // signers' own certificates, or those of authorities that issue them
	Authorities []*x509.Certificate // timestamp authorities' own certificates, or those that issue them
	// At is the time of verification. A certificate must be valid at the time of a trusted Stamp, else at At. Without it
	// nothing can be said of validity, and nobody is trusted.
	At time.Time
}

// The limits of a file of certificates.
const (
	maxPEM          = 1 << 20 // bytes
	maxCertificates = 500
)

// ReadCertificates reads the PEM certificates (RFC 7468) in the bytes of a file; name is the file's, for errors. There
// must be at least one. Text around the blocks is allowed, as openssl writes it; a block that is broken or holds anything
// but a certificate is an error, so that nobody believes to trust what was passed over.
func ReadCertificates(name string, text []byte) ([]*x509.Certificate, error) {
	if len(text) > maxPEM {
		return nil, fmt.Errorf("%s: %d bytes; a file of certificates has at most %d", name, len(text), maxPEM)
	}
	begins := bytes.Count(text, []byte("-----BEGIN"))
	var all []*x509.Certificate
	for rest := text; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if strings.HasSuffix(block.Type, "PRIVATE KEY") {
			return nil, fmt.Errorf("%s: a private key is in it: it should be nowhere but with its owner", name)
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("%s: block %d is a %s, not a certificate", name, len(all)+1, clean(block.Type))
		}
		c, err := readCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: certificate %d: %w", name, len(all)+1, err)
		}
		if all = append(all, c); len(all) > maxCertificates {
			return nil, fmt.Errorf("%s: more than %d certificates", name, maxCertificates)
		}
	}
	switch {
	case len(all) < begins:
		return nil, fmt.Errorf("%s: %d of its %d blocks are not PEM", name, begins-len(all), begins)
	case len(all) == 0:
		return nil, fmt.Errorf("%s: no certificate in it (PEM, -----BEGIN CERTIFICATE-----)", name)
	}
	return all, nil
}

// MarshalPEM writes certificates as PEM, one after the other and nothing else: the form of signer.pem and tsa-chain.pem.
func MarshalPEM(certificates ...*x509.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range certificates {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return b.Bytes()
}
