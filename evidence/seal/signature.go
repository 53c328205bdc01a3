package seal

import (
	"crypto/x509"
	"fmt"
	"strings"
	"time"
	"unicode"

	"auditpack/evidence"
)

// Standing is what a signature is worth to the one who asks.
type Standing string

// The Standings, best first.
const (
	Trusted Standing = "trusted"        // it holds, and its signer leads to the Trust that was handed in
	Unknown Standing = "unknown signer" // it holds, but its signer leads to nothing that was handed in
	Broken  Standing = "broken"         // it does not hold; Faults say why
)

// Signature is what was found out about one signature.
type Signature struct {
	Standing Standing `json:"standing"`
	// Place is where the signature lies: a path in a bag, a field of a PDF, a part of a workbook.
	Place string `json:"place"`
	// Form is the kind of signature: CMS, PAdES B-B, PAdES B-T, OPC …
	Form   string `json:"form"`
	Signer Party  `json:"signer"`
	// Algorithm names key and digest: RSA-3072 SHA-256, ECDSA P-256 SHA-256.
	Algorithm string `json:"algorithm"`
	// Chain says in one line how the signer leads to the Trust, or that it leads nowhere.
	Chain string `json:"chain"`
	// Claimed is the time of signing as the signer states it; zero: not stated. Nothing proves it.
	Claimed time.Time `json:"claimed,omitzero"`
	// Stamp is the RFC 3161 timestamp over the signature value, nil without one.
	Stamp *Stamp `json:"timestamp,omitempty"`
	// Faults are all that is wrong, one line each, for people. A Signature is Broken if, and only if, there is one.
	Faults []string `json:"faults,omitempty"`
}

// File is what was found out about a file that carries its signatures within: a PDF, a workbook.
type File struct {
	Signatures []Signature `json:"signatures"` // in the order in which they were made
	// Coverage says in one line what the signatures cover, and what they do not.
	Coverage string `json:"coverage"`
	// Faults are what is wrong with the file as a whole, such as bytes that no signature covers; one line each.
	Faults []string `json:"faults,omitempty"`
}

// Stamp is what was found out about a timestamp.
type Stamp struct {
	Time      time.Time `json:"time"`
	Authority Party     `json:"authority"`
	Policy    string    `json:"policy"` // object identifier
	// Standing: Unknown is a stamp that holds but whose authority leads to nothing that was handed in; its time proves nothing.
	Standing Standing `json:"standing"`
	Chain    string   `json:"chain"`
	Faults   []string `json:"faults,omitempty"`
}

// Party is the subject of a certificate, as a reader is told of it.
type Party struct {
	Name        string            `json:"name"` // common name, else the whole subject
	Email       string            `json:"email,omitempty"`
	Issuer      string            `json:"issuer"` // common name, else the whole subject; "itself" for a self-signed certificate
	Fingerprint evidence.Digest   `json:"sha256"` // of the certificate's DER
	NotBefore   time.Time         `json:"not_before"`
	NotAfter    time.Time         `json:"not_after"`
	Certificate *x509.Certificate `json:"-"`
}

// PartyOf reads a certificate.
func PartyOf(c *x509.Certificate) Party {
	p := Party{
		Name: c.Subject.CommonName, Issuer: c.Issuer.CommonName, Fingerprint: Fingerprint(c),
		NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(), Certificate: c,
	}
	if p.Name == "" {
		p.Name = c.Subject.String()
	}
	if p.Issuer == "" {
		p.Issuer = c.Issuer.String()
	}
	if string(c.RawIssuer) == string(c.RawSubject) {
		p.Issuer = "itself"
	}
	if len(c.EmailAddresses) > 0 {
		p.Email = c.EmailAddresses[0]
	}
	return p
}

// clean makes text out of a certificate or an answer fit for a line: what cannot be seen, or turns the direction of
// writing, is escaped, and what is very long is cut.
func clean(s string) string {
	const longest = 200 // characters
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > longest {
			return b.String() + "…"
		}
		switch {
		case r == unicode.ReplacementChar || unicode.IsGraphic(r) && r != '\u2028' && r != '\u2029':
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			fmt.Fprintf(&b, `\u%04X`, r)
		}
	}
	return b.String()
}
