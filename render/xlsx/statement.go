package xlsx

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The parts of a signature, last in the container and in this order.
const (
	signatureFolder = "_xmlsignatures/"
	originRels      = signatureFolder + "_rels/origin.sigs.rels"
	originPart      = signatureFolder + "origin.sigs" // empty
	signaturePart   = signatureFolder + "sig1.xml"
)

const (
	nsDigitalSignature    = "http://www.w3.org/2000/09/xmldsig#"
	nsSignature           = "http://schemas.openxmlformats.org/package/2006/digital-signature"
	nsOffice              = "http://schemas.microsoft.com/office/2006/digsig"
	nsXAdES               = "http://uri.etsi.org/01903/v1.3.2#"
	nsContainer           = "urn:auditpack:container:1"
	containerID           = "idContainerObject"
	relationshipTransform = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform"
	c14n                  = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	sha256URI             = "http://www.w3.org/2001/04/xmlenc#sha256"
	objectKind            = nsDigitalSignature + "Object"
	propertiesKind        = "http://uri.etsi.org/01903#SignedProperties"

	xmlHead    = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	xmlTime    = "2006-01-02T15:04:05Z"
	maxComment = 255 // characters, of SignatureComments in [MS-OFFCRYPTO] 2.5.2.6
)

// statement is all that varies in the XML of a signature, so that the same statement is always the same bytes. They are
// in canonical form (C14N 1.0) as they stand: the digest of an element is that of its text once the default namespace,
// which it inherits, is written into its start tag. No XML library has a say in what is signed.
type statement struct {
	parts        []signedPart
	container    [sha256.Size]byte // of the bytes before the local header of the signature part
	length       int64             // how many bytes those are
	at           time.Time
	comment      string
	certificates []*x509.Certificate // the signer's first
	scheme       scheme
}

// signature is a statement in XML but for the signature value.
type signature struct {
	signedInfo, keyInfo, objects []byte
}

// write composes the XML of a statement.
func (s statement) write() (signature, error) {
	if err := s.check(); err != nil {
		return signature{}, err
	}
	packaged, office, advanced, contained := s.packageObject(), s.officeObject(), s.properties(), s.containerObject()
	var w signature
	b := []byte(`<SignedInfo><CanonicalizationMethod Algorithm="` + c14n + `"></CanonicalizationMethod>` +
		`<SignatureMethod Algorithm="` + s.scheme.uri + `"></SignatureMethod>`)
	b = appendReference(b, objectKind, "idPackageObject", "", canonical(packaged, "<Object", ""))
	b = appendReference(b, objectKind, "idOfficeObject", "", canonical(office, "<Object", ""))
	b = appendReference(b, objectKind, "idContainerObject", "", canonical(contained, "<Object", ""))
	b = appendReference(b, propertiesKind, "idSignedProperties", c14n, canonical(advanced, "<xd:SignedProperties", ` xmlns:xd="`+nsXAdES+`"`))
	w.signedInfo = append(b, "</SignedInfo>"...)

	b = []byte("<KeyInfo><X509Data>")
	for _, c := range s.certificates {
		b = append(b, "<X509Certificate>"...)
		b = base64.StdEncoding.AppendEncode(b, c.Raw)
		b = append(b, "</X509Certificate>"...)
	}
	w.keyInfo = append(b, "</X509Data></KeyInfo>"...)

	b = append(packaged, office...)
	b = append(b, contained...)
	b = append(b, `<Object><xd:QualifyingProperties xmlns:xd="`+nsXAdES+`" Target="#idPackageSignature">`...)
	b = append(b, advanced...)
	w.objects = append(b, "</xd:QualifyingProperties></Object>"...)
	return w, nil
}

// check refuses what XML cannot hold.
func (s statement) check() error {
	if s.at.IsZero() {
		return errors.New("a workbook's signature needs a time")
	}
	if utf8.RuneCountInString(s.comment) > maxComment {
		return fmt.Errorf("the comment has more than %d characters", maxComment)
	}
	if !inXML(s.comment) {
		return errors.New("the comment has characters that XML cannot hold")
	}
	for _, c := range s.certificates {
		if !inXML(c.Issuer.String()) {
			return errors.New("the issuer's name has characters that XML cannot hold")
		}
	}
	return nil
}

// signed returns what the signature value is over.
func (w signature) signed() []byte { return canonical(w.signedInfo, "<SignedInfo", "") }

// part returns the whole signature part.
func (w signature) part(value []byte) []byte {
	b := []byte(xmlHead + `<Signature xmlns="` + nsDigitalSignature + `" Id="idPackageSignature">`)
	b = append(append(b, w.signedInfo...), "<SignatureValue>"...)
	b = base64.StdEncoding.AppendEncode(b, value)
	b = append(append(b, "</SignatureValue>"...), w.keyInfo...)
	return append(append(b, w.objects...), "</Signature>"...)
}

// canonical returns the canonical form of an element: the namespaces it inherits stand in its start tag.
func canonical(text []byte, start, more string) []byte {
	out := make([]byte, 0, len(text)+100)
	out = append(out, start+` xmlns="`+nsDigitalSignature+`"`+more...)
	return append(out, text[len(start):]...)
}

func appendReference(b []byte, kind, id, transform string, text []byte) []byte {
	b = append(b, `<Reference Type="`+kind+`" URI="#`+id+`">`...)
	if transform != "" {
		b = append(b, `<Transforms><Transform Algorithm="`+transform+`"></Transform></Transforms>`...)
	}
	return append(appendDigest(b, sha256.Sum256(text)), "</Reference>"...)
}

// packageObject holds the manifest and the time (ECMA-376 part 2, 10.5.16).
func (s statement) packageObject() []byte {
	b := appendManifest([]byte(`<Object Id="idPackageObject">`), s.parts)
	return append(b, `<SignatureProperties><SignatureProperty Id="idSignatureTime" Target="#idPackageSignature">`+
		`<mdssi:SignatureTime xmlns:mdssi="`+nsSignature+`"><mdssi:Format>YYYY-MM-DDThh:mm:ssTZD</mdssi:Format>`+
		`<mdssi:Value>`+s.at.UTC().Format(xmlTime)+`</mdssi:Value></mdssi:SignatureTime>`+
		`</SignatureProperty></SignatureProperties></Object>`...)
}

// officeObject is what [MS-OFFCRYPTO] 2.5.2.5 wants to find. Versions, monitors and resolution have to be there; they are
// constants that say nothing about any computer.
func (s statement) officeObject() []byte {
	b := []byte(`<Object Id="idOfficeObject"><SignatureProperties><SignatureProperty Id="idOfficeV1Details" Target="#idPackageSignature">` +
		`<SignatureInfoV1 xmlns="` + nsOffice + `"><SetupID></SetupID><SignatureText></SignatureText><SignatureImage></SignatureImage><SignatureComments>`)
	b = appendText(b, s.comment)
	for _, field := range [][2]string{
		{"WindowsVersion", "10.0"}, {"OfficeVersion", "16.0"}, {"ApplicationVersion", "16.0"}, {"Monitors", "1"},
		{"HorizontalResolution", "1280"}, {"VerticalResolution", "800"}, {"ColorDepth", "32"},
		{"SignatureProviderId", "{00000000-0000-0000-0000-000000000000}"}, {"SignatureProviderUrl", ""},
		{"SignatureProviderDetails", "9"}, {"SignatureType", "1"},
	} {
		if field[0] == "WindowsVersion" {
			b = append(b, "</SignatureComments>"...)
		}
		b = append(b, "<"+field[0]+">"+field[1]+"</"+field[0]+">"...)
	}
	return append(b, "</SignatureInfoV1></SignatureProperty></SignatureProperties></Object>"...)
}

// containerObject is ours: the digest of all bytes of the zip before the signature part, so that nothing in it can
// change, not even what unpacks to the same. Verifiers that do not know it check its digest and go on.
func (s statement) containerObject() []byte {
	return []byte(`<Object Id="idContainerObject"><SignatureProperties><SignatureProperty Id="idContainer" Target="#idPackageSignature">` +
		`<Container xmlns="` + nsContainer + `" Bytes="` + strconv.FormatInt(s.length, 10) + `" SHA256="` + hex.EncodeToString(s.container[:]) + `"></Container>` +
		`</SignatureProperty></SignatureProperties></Object>`)
}

// properties are the SignedProperties of XAdES (ETSI TS 101 903 1.3.2): the time, and the certificates by their digests.
func (s statement) properties() []byte {
	b := []byte(`<xd:SignedProperties Id="idSignedProperties"><xd:SignedSignatureProperties><xd:SigningTime>` + s.at.UTC().Format(xmlTime) +
		`</xd:SigningTime><xd:SigningCertificate>`)
	for _, c := range s.certificates {
		b = append(b, `<xd:Cert><xd:CertDigest>`...)
		b = appendDigest(b, sha256.Sum256(c.Raw))
		b = append(b, `</xd:CertDigest><xd:IssuerSerial><X509IssuerName>`...)
		b = appendText(b, c.Issuer.String())
		b = append(b, `</X509IssuerName><X509SerialNumber>`+c.SerialNumber.String()+`</X509SerialNumber></xd:IssuerSerial></xd:Cert>`...)
	}
	return append(b, `</xd:SigningCertificate><xd:SignaturePolicyIdentifier><xd:SignaturePolicyImplied></xd:SignaturePolicyImplied>`+
		`</xd:SignaturePolicyIdentifier></xd:SignedSignatureProperties></xd:SignedProperties>`...)
}

// Texts as canonical XML writes them.
var (
	textEscapes      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	textUnescapes    = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&#xD;", "\r")
	attributeEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
)

func appendText(b []byte, s string) []byte { return append(b, textEscapes.Replace(s)...) }

func appendAttribute(b []byte, name, value string) []byte {
	b = append(append(b, ' '), name...)
	b = append(append(b, `="`...), attributeEscapes.Replace(value)...)
	return append(b, '"')
}

// inXML tells whether XML 1.0 can hold a text (2.2).
func inXML(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(c rune) bool {
		return c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0xFFFE || c == 0xFFFF
	})
}

// between returns what stands between the first a and the b after it.
func between(text []byte, a, b string) ([]byte, bool) {
	_, rest, ok := bytes.Cut(text, []byte(a))
	if !ok {
		return nil, false
	}
	found, _, ok := bytes.Cut(rest, []byte(b))
	return found, ok
}
