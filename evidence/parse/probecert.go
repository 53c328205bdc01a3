package parse

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"auditpack/evidence"
)

// The certificates that a server sent, its own first. Behind the head (see probehead.go) stand PEM blocks (RFC 7468) in the
// order in which they came, and how many there were:
//
//	-----BEGIN CERTIFICATE-----
//	…
//	-----END CERTIFICATE-----
//	certificates: 2
//
// They are read, not trusted: who signed them is not checked here.

var certificateFormat = &Format{
	Name:      "server certificates",
	Doc:       "the certificates that a server sent to a probe, in PEM",
	Collector: "probe",
	Kinds:     []string{"certificate"},
	Recognise: headingIs(evidence.CertificateHeading),
	Read:      readCertificates,
}

const (
	maxCertificates     = 20
	maxCertificateBytes = 64 << 10 // of one in PEM
)

// certificateReader is where readCertificates stands.
type certificateReader struct {
	item  evidence.Item
	head  probeHead
	block bytes.Buffer
	open  bool
	cite  evidence.Citation // of the block
	found []sentCertificate
	ended bool
}

// sentCertificate is one of the chain.
type sentCertificate struct {
	der  []byte
	cite evidence.Citation
}

func readCertificates(source Source, to evidence.Sink) error {
	r := &certificateReader{item: source.Item, head: probeHead{}}
	if err := eachLine(source, r.line); err != nil {
		return refuse("%v", err)
	}
	target, err := r.head.target()
	switch {
	case err != nil:
		return err
	case !r.ended:
		return refuse("the list has no end: the file was cut short")
	case len(r.found) == 0:
		return refuse("no certificate")
	}
	r.report(target, to)
	return nil
}

func (r *certificateReader) line(line Line) error {
	text := line.Text
	switch {
	case line.Number == 1:
	case r.ended:
		return fmt.Errorf("line %d: after the last certificate", line.Number)
	case text == "-----BEGIN CERTIFICATE-----" && !r.open:
		if len(r.found) == maxCertificates {
			return fmt.Errorf("line %d: more than %d certificates", line.Number, maxCertificates)
		}
		r.open, r.cite = true, line.Cite(r.item)
		r.block.Reset()
		r.block.WriteString(text + "\n")
	case r.open:
		r.block.WriteString(text + "\n")
		r.cite.Length = line.Offset + line.Length - r.cite.Offset
		if r.block.Len() > maxCertificateBytes {
			return fmt.Errorf("line %d: a certificate of more than %d bytes", line.Number, maxCertificateBytes)
		}
		if strings.HasPrefix(text, "-----END") {
			return r.end(line)
		}
	case strings.HasPrefix(text, "certificates: "):
		r.ended = true
		if text != fmt.Sprintf("certificates: %d", len(r.found)) {
			return fmt.Errorf("line %d: %d certificates are listed: one is missing", line.Number, len(r.found))
		}
	case len(r.found) > 0 || !r.head.take(line):
		return fmt.Errorf("line %d: no certificate", line.Number)
	}
	return nil
}

// end takes in the block that ends.
func (r *certificateReader) end(line Line) error {
	r.open = false
	block, rest := pem.Decode(r.block.Bytes())
	if block == nil || len(rest) > 0 || len(block.Headers) > 0 {
		return fmt.Errorf("line %d: not the PEM form of a certificate", line.Number)
	}
	r.found = append(r.found, sentCertificate{block.Bytes, r.cite})
	return nil
}

// report hands on what the server's own certificate says, and which others came with it.
func (r *certificateReader) report(target string, to evidence.Sink) {
	own := r.found[0]
	set := func(facet, value string) {
		to.Setting(evidence.Setting{Address: evidence.CertificateAddress(target, facet), Value: evidence.Text(printable(value)), Cite: own.cite})
	}
	set("", "sha256 "+evidence.DigestOf(own.der).String())
	var chain []string
	for _, c := range r.found[1:] {
		chain = append(chain, "sha256 "+evidence.DigestOf(c.der).String())
	}
	set("chain", orNone(chain))
	c, err := x509.ParseCertificate(own.der)
	if err != nil {
		to.Problem(evidence.Problem{Scope: evidence.CertificateAddress(target, ""), Message: "the certificate cannot be read: " + printable(err.Error()), Cite: own.cite})
		return
	}
	set("subject", c.Subject.String())
	set("issuer", c.Issuer.String())
	set("serial", c.SerialNumber.Text(16))
	set("names", orNone(certificateNames(c)))
	set("not-before", c.NotBefore.UTC().Format(time.RFC3339))
	set("not-after", c.NotAfter.UTC().Format(time.RFC3339))
	set("key", c.PublicKeyAlgorithm.String())
	set("signature", c.SignatureAlgorithm.String())
	host := strings.Trim(target[:strings.LastIndexByte(target, ':')], "[]")
	named := "yes"
	if c.VerifyHostname(host) != nil {
		named = "no"
	}
	set("names-host", named) // whether it is made out for the name or address that was asked
}

// certificateNames returns the names that a certificate is made out for, sorted.
func certificateNames(c *x509.Certificate) []string {
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	names = append(names, c.EmailAddresses...)
	for _, u := range c.URIs {
		names = append(names, u.String())
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// printable puts a sign in the place of what would break a line.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
