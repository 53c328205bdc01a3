package sealtest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"slices"
	"testing"
	"time"

	"auditpack/evidence"
)

// Authority is a timestamp authority: an http.Handler, for httptest, and a seal.Stamper by itself. Set its knobs before
// it is asked.
type Authority struct {
	Root        *x509.Certificate // issued Issuer
	Issuer      *x509.Certificate // issued Certificate
	Certificate *x509.Certificate // signs the timestamps
	Time        time.Time         // stated in every timestamp

	WrongNonce  bool   // states another nonce than it was sent
	NoNonce     bool   // states none
	WrongDigest bool   // stamps another digest
	HTML        bool   // answers a web page
	Endless     bool   // answers without end, in the right form
	Hang        bool   // answers when the caller has gone
	Status      int    // of HTTP, if not 0
	Refuse      string // refuses, with this text
	Say         string // grants, with this text, which nothing covers
	Forge       bool   // signs with another key than the certificate's
	SHA1        bool   // makes the imprint say SHA-1

	WithoutRoot bool // sends no Root along

	key    *ecdsa.PrivateKey
	serial int64
}

// NewAuthority makes a root, an issuer below it and an authority, with P-256 keys, valid for a year around Time.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	a, rootKey := newRoot(t)
	issuerKey := newKey(t)
	issuer := template(2, "Test Timestamp Issuer")
	issuer.IsCA, issuer.KeyUsage = true, x509.KeyUsageCertSign
	a.Issuer = newCertificate(t, issuer, a.Root, issuerKey, rootKey)
	a.certify(t, issuerKey)
	return a
}

// NewPlainAuthority makes an authority whose certificate the root itself issued, which is Issuer too: for tests that flip
// every bit of something that a timestamp is only a part of.
func NewPlainAuthority(t testing.TB) *Authority {
	t.Helper()
	a, rootKey := newRoot(t)
	a.Issuer = a.Root
	a.certify(t, rootKey)
	return a
}

// newRoot makes an authority that has a root and no more.
func newRoot(t testing.TB) (*Authority, *ecdsa.PrivateKey) {
	t.Helper()
	key := newKey(t)
	root := template(1, "Test Timestamp Root")
	root.IsCA, root.KeyUsage = true, x509.KeyUsageCertSign
	return &Authority{Time: Time, Root: newCertificate(t, root, root, key, key)}, key
}

// certify makes the certificate that signs the timestamps, issued by Issuer.
func (a *Authority) certify(t testing.TB, issuerKey *ecdsa.PrivateKey) {
	t.Helper()
	a.key = newKey(t)
	purposes, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		t.Fatal(err)
	}
	leaf := template(3, "Test Timestamp Authority")
	leaf.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: purposes}}
	a.Certificate = newCertificate(t, leaf, a.Issuer, a.key, issuerKey)
}

func template(serial int64, name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
		NotBefore: Time.AddDate(0, -6, 0), NotAfter: Time.AddDate(0, 6, 0),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
	}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newCertificate(t testing.TB, template, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// query is a TimeStampReq.
type query struct {
	Version int
	Imprint imprint
	Policy  asn1.ObjectIdentifier `asn1:"optional"`
	Nonce   *big.Int              `asn1:"optional"`
	CertReq bool                  `asn1:"optional"`
}

// ServeHTTP answers a TimeStampReq, or does what the knobs say.
func (a *Authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err != nil {
		return
	}
	var q query
	rest, err := asn1.Unmarshal(body, &q)
	switch {
	case a.Hang:
		<-r.Context().Done()
	case a.Endless:
		w.Header().Set("Content-Type", "application/timestamp-reply")
		for err == nil {
			_, err = w.Write(make([]byte, 1<<12))
		}
	case a.HTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintln(w, "<!DOCTYPE html><title>Sign in</title>")
	case a.Status != 0:
		http.Error(w, "no", a.Status)
	case err != nil, len(rest) > 0, !q.CertReq, r.Header.Get("Content-Type") != "application/timestamp-query":
		http.Error(w, "not a request that asks for certificates", http.StatusBadRequest)
	default:
		answer, err := a.answer(q)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		w.Write(answer)
	}
}

// Stamp is what a client returns that asked this authority.
func (a *Authority) Stamp(_ context.Context, digest evidence.Digest) ([]byte, error) {
	return a.answer(query{Imprint: imprint{Algorithm: algorithm{sha256OID}, Digest: digest[:]}})
}

// The object identifiers of a timestamp.
var (
	sha1OID    = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	sha256OID  = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	ecdsaOID   = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	signedOID  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	tstInfoOID = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	typeOID    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	digestOID  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	signerOID  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	policyOID  = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 1} // RFC 5612: for examples
)

// rejection is a PKIStatus.
const rejection = 2

// The structures of RFC 3161 and RFC 5652, as far as a timestamp needs them.
type (
	algorithm struct {
		OID asn1.ObjectIdentifier
	}
	imprint struct {
		Algorithm algorithm
		Digest    []byte
	}
	tstInfo struct {
		Version int
		Policy  asn1.ObjectIdentifier
		Imprint imprint
		Serial  int64
		Time    time.Time `asn1:"generalized"`
		Nonce   *big.Int  `asn1:"optional"`
	}
	attribute struct {
		Type   asn1.ObjectIdentifier
		Values []any `asn1:"set"`
	}
	certID struct {
		Digest []byte
	}
	signingCertificate struct {
		Certificates []certID
	}
	issuerAndSerial struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	signerInfo struct {
		Version   int
		Signer    issuerAndSerial
		Digest    algorithm
		Signed    asn1.RawValue
		Algorithm algorithm
		Signature []byte
	}
	content struct {
		Type    asn1.ObjectIdentifier
		Content []byte `asn1:"explicit,tag:0"`
	}
	signedData struct {
		Version      int
		Digests      []algorithm `asn1:"set"`
		Content      content
		Certificates asn1.RawValue
		Signers      []signerInfo `asn1:"set"`
	}
	contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content signedData `asn1:"explicit,tag:0"`
	}
	status struct {
		Status int
		Text   []asn1.RawValue `asn1:"optional,omitempty"`
	}
	granted struct {
		Status status
		Token  contentInfo
	}
	refused struct {
		Status status
	}
)

// answer makes a TimeStampResp.
func (a *Authority) answer(q query) ([]byte, error) {
	if a.Refuse != "" {
		return asn1.Marshal(refused{status{rejection, text(a.Refuse)}})
	}
	a.serial++
	info := tstInfo{Version: 1, Policy: policyOID, Imprint: q.Imprint, Serial: a.serial, Time: a.Time.UTC(), Nonce: q.Nonce}
	if a.WrongNonce {
		info.Nonce = big.NewInt(4711)
	}
	if a.NoNonce {
		info.Nonce = nil
	}
	if a.WrongDigest {
		sum := sha256.Sum256([]byte("another"))
		info.Imprint.Digest = sum[:]
	}
	if a.SHA1 {
		info.Imprint = imprint{algorithm{sha1OID}, info.Imprint.Digest[:20]}
	}
	der, err := asn1.Marshal(info)
	if err != nil {
		return nil, err
	}
	token, err := a.token(der)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(granted{status{0, text(a.Say)}, token})
}

// text makes a PKIFreeText of one line, none of an empty one.
func text(s string) []asn1.RawValue {
	if s == "" {
		return nil
	}
	return []asn1.RawValue{{Tag: asn1.TagUTF8String, Bytes: []byte(s)}}
}

// token signs a TSTInfo.
func (a *Authority) token(info []byte) (contentInfo, error) {
	sum, certificate := sha256.Sum256(info), sha256.Sum256(a.Certificate.Raw)
	attributes, err := attributeSet(
		attribute{typeOID, []any{tstInfoOID}},
		attribute{digestOID, []any{sum[:]}},
		attribute{signerOID, []any{signingCertificate{[]certID{{certificate[:]}}}}})
	if err != nil {
		return contentInfo{}, err
	}
	signed, err := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: attributes})
	if err != nil {
		return contentInfo{}, err
	}
	key := a.key
	if a.Forge {
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return contentInfo{}, err
		}
	}
	digest := sha256.Sum256(signed)
	signature, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
	if err != nil {
		return contentInfo{}, err
	}
	// The root first, as openssl may write it: not in the order of DER.
	sent := slices.Concat(a.Root.Raw, a.Issuer.Raw, a.Certificate.Raw)
	switch {
	case a.WithoutRoot:
		sent = slices.Concat(a.Certificate.Raw, a.Issuer.Raw)
	case a.Issuer == a.Root:
		sent = slices.Concat(a.Root.Raw, a.Certificate.Raw)
	}
	return contentInfo{signedOID, signedData{
		Version:      3,
		Digests:      []algorithm{{sha256OID}},
		Content:      content{tstInfoOID, info},
		Certificates: tagged(sent),
		Signers: []signerInfo{{
			Version:   1,
			Signer:    issuerAndSerial{asn1.RawValue{FullBytes: a.Certificate.RawIssuer}, a.Certificate.SerialNumber},
			Digest:    algorithm{sha256OID},
			Signed:    tagged(attributes),
			Algorithm: algorithm{ecdsaOID},
			Signature: signature,
		}},
	}}, nil
}

// attributeSet writes attributes in the order of a SET OF, without its head.
func attributeSet(attributes ...attribute) ([]byte, error) {
	var all [][]byte
	for _, a := range attributes {
		der, err := asn1.Marshal(a)
		if err != nil {
			return nil, err
		}
		all = append(all, der)
	}
	slices.SortFunc(all, bytes.Compare)
	return slices.Concat(all...), nil
}

// tagged puts values under the implicit tag [0].
func tagged(b []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: b}
}
