package seal

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"auditpack/evidence"
)

// VerifyStamp reads an RFC 3161 TimeStampResp or token (DER) over content whose SHA-256 is imprint, as VerifyStampOver does.
func VerifyStamp(response []byte, imprint evidence.Digest, extra [][]byte, trust Trust) Stamp {
	return VerifyStampOver(response, known(imprint), extra, trust)
}

// VerifyStampOver reads an RFC 3161 TimeStampResp or token (DER) over content. extra are certificates
// that may help to build the chain (DER, as in tsa-chain.pem); they are no trust anchors.
//
// The form is strict: a TimeStampResp says granted and nothing else, since nothing covers its text; the token is DER but
// for the order of its certificates, which authorities choose; it has no unsigned attributes and no certificate but those
// of the authority's chain. The authority's certificate is for timestamps and nothing else (RFC 3161, 2.3), was valid at
// the time it states, and leads to trust.Authorities at that time.
func VerifyStampOver(response []byte, content Content, extra [][]byte, trust Trust) Stamp {
	broken := func(err error) Stamp { return Stamp{Standing: Broken, Faults: []string{err.Error()}} }
	token, err := readResponse(response)
	if err != nil {
		return broken(err)
	}
	if len(extra) > maxLinks {
		return broken(fmt.Errorf("%d certificates beside the timestamp, at most %d are read", len(extra), maxLinks))
	}
	var helpers []*x509.Certificate
	for i, der := range extra {
		c, err := readCertificate(der)
		if err != nil {
			return broken(fmt.Errorf("certificate %d beside the timestamp: %w", i+1, err))
		}
		helpers = append(helpers, c)
	}
	s, _ := verifyToken(token, content, helpers, trust)
	return s
}

// readResponse returns the token in a TimeStampResp, or the token that it is.
func readResponse(b []byte) (value, error) {
	tree, err := readDER(b)
	if err != nil {
		return value{}, err
	}
	if len(tree.kids) > 0 && tree.kids[0].tag == tagOID {
		return tree, nil // a ContentInfo
	}
	r, err := readStatus(tree)
	if err != nil {
		return value{}, err
	}
	if r.said != "" {
		return value{}, errors.New("the answer carries text, which nothing covers")
	}
	return r.token, nil
}

// response is a TimeStampResp that grants what was asked for.
type response struct {
	token value
	said  string // the status as text, for people
}

// statuses are the words for PKIStatus (RFC 3161, 2.4.2), by number.
var statuses = []string{"granted", "granted with changes", "rejected", "waiting", "revocation warning", "revoked"}

// readStatus reads a TimeStampResp; one that refuses is an error.
func readStatus(tree value) (response, error) {
	var r response
	p := tree.within("timestamp response", tagSequence)
	info := p.take("status", tagSequence).within("status", tagSequence)
	if p.err != nil {
		return r, p.err
	}
	status := info.take("status", tagInteger).small()
	if text, ok := info.maybe(tagSequence); ok {
		for _, kid := range text.kids {
			if r.said += string(kid.body); kid.tag != tagUTF8 {
				return r, errors.New("timestamp response: a status text that is not UTF-8")
			}
		}
		if r.said == "" {
			r.said = " "
		}
	}
	failure, failed := info.maybe(tagBitString)
	if err := info.end(); err != nil {
		return r, err
	}
	if status != 0 || failed {
		word := fmt.Sprint("status ", status)
		if status >= 0 && status < len(statuses) {
			word = statuses[status]
		}
		if r.said != "" {
			word += ": " + clean(r.said)
		}
		if failed {
			word += fmt.Sprintf(" (failure bits %x)", failure.body)
		}
		return r, fmt.Errorf("the authority gave no timestamp: %s", word)
	}
	r.token = p.take("token", tagSequence)
	return r, p.end()
}

// tstInfo is what an authority states (RFC 3161, 2.4.2).
type tstInfo struct {
	policy  string
	hash    crypto.Hash
	imprint []byte
	time    time.Time
	nonce   *big.Int // nil: none
}

// readTSTInfo reads a TSTInfo.
func readTSTInfo(b []byte) (tstInfo, error) {
	var t tstInfo
	tree, err := readDER(b)
	if err != nil {
		return t, err
	}
	const what = "timestamp info"
	p := tree.within(what, tagSequence)
	version := p.take("version", tagInteger).small()
	t.policy = p.take("policy", tagOID).oid()
	imprint := p.take("imprint", tagSequence).within("imprint", tagSequence)
	algorithm := imprint.take("algorithm", tagSequence)
	t.imprint = imprint.take("digest", tagOctets).body
	p.take("serial number", tagInteger)
	at := p.take("time", tagTime)
	p.maybe(tagSequence) // accuracy
	p.maybe(tagBoolean)  // ordering
	if nonce, ok := p.maybe(tagInteger); ok {
		t.nonce = nonce.integer()
	}
	p.maybe(tagExplicit0) // the authority's name, which its certificate says better
	extensions, extended := p.maybe(tagExplicit1)
	for _, q := range []*parts{p, imprint} {
		if err := q.end(); err != nil {
			return t, err
		}
	}
	if version != 1 {
		return t, fmt.Errorf("%s: version %d, not 1", what, version)
	}
	if t.hash, err = readHash(algorithm); err != nil {
		return t, err
	}
	if t.time, err = at.time(); err != nil {
		return t, fmt.Errorf("%s: its time is none", what)
	}
	if extended {
		return t, checkExtensions(extensions)
	}
	return t, nil
}

// checkExtensions refuses critical extensions, since none is understood.
func checkExtensions(v value) error {
	for _, kid := range v.kids {
		p := kid.within("extension", tagSequence)
		id := p.take("identifier", tagOID).oid()
		if critical, ok := p.maybe(tagBoolean); ok && critical.body[0] != 0 {
			return fmt.Errorf("timestamp info: critical extension %s is not understood", id)
		}
		p.take("value", tagOctets)
		if err := p.end(); err != nil {
			return err
		}
	}
	return nil
}

// verifyToken checks a token over content. It returns also which certificates, of the token's
// own and of the helpers, are the authority's or lead upwards from it.
func verifyToken(token value, content Content, helpers []*x509.Certificate, trust Trust) (Stamp, []*x509.Certificate) {
	s := Stamp{Standing: Broken}
	fault := func(format string, args ...any) { s.Faults = append(s.Faults, fmt.Sprintf(format, args...)) }
	sd, err := readSignedData(token)
	if err == nil && (sd.contentType != oidTSTInfo || sd.content == nil) {
		err = fmt.Errorf("content of type %s, not a timestamp", sd.contentType)
	}
	var info tstInfo
	if err == nil {
		info, err = readTSTInfo(sd.content)
	}
	if err != nil {
		fault("%v", err)
		return s, nil
	}
	s.Time, s.Policy = info.time.UTC(), info.policy
	if imprint := content(info.hash); imprint == nil {
		fault("its imprint is a %s, and that of the content is not known here", hashName(info.hash))
	} else if !bytes.Equal(info.imprint, imprint) {
		fault("it is over other bytes: its imprint differs")
	}
	if len(sd.signer.unsigned) > 0 {
		fault("unsigned attribute %s: nothing covers it", sd.signer.unsigned[0].oid)
	}
	all := slices.Concat(sd.certificates, helpers, trust.Authorities)
	authority := sd.signer.certificate(all)
	if authority == nil {
		fault("the authority's certificate is not in it")
	} else {
		s.Authority = PartyOf(authority)
	}
	h := sd.digest.New()
	h.Write(sd.content)
	_, s.Faults = sd.check(h.Sum(nil), authority, s.Faults)
	if _, err := sd.signer.claimed(); err != nil {
		fault("%v", err)
	}
	if authority == nil {
		return s, nil
	}
	chain := links(authority, slices.Concat(sd.certificates, helpers), trust.Authorities)
	for _, c := range sd.certificates {
		if !c.Equal(authority) && !slices.ContainsFunc(chain, c.Equal) {
			fault("an unneeded certificate, of %s: neither the authority's nor a link of its chain", named(c))
		}
	}
	s.Faults = append(s.Faults, authorityFaults(authority, s.Time)...)
	leads, how := lead(authority, s.Time, chain, trust.Authorities, mayIssueStamps)
	s.Chain, s.Standing = how, standing(s.Faults, leads)
	return s, append(chain, authority)
}

// StampedDigest returns the SHA-256 that a TimeStampResp or token (DER) says it is over. Only VerifyStamp says whether the
// timestamp holds.
func StampedDigest(response []byte) (evidence.Digest, error) {
	var d evidence.Digest
	token, err := readResponse(response)
	if err != nil {
		return d, err
	}
	sd, err := readSignedData(token)
	if err != nil {
		return d, err
	}
	info, err := readTSTInfo(sd.content)
	if err != nil {
		return d, err
	}
	if info.hash != crypto.SHA256 || len(info.imprint) != len(d) {
		return d, errors.New("it is not over a SHA-256")
	}
	copy(d[:], info.imprint)
	return d, nil
}

// oidExtKeyUsage is the extension that says what a certificate is for.
var oidExtKeyUsage = asn1.ObjectIdentifier{2, 5, 29, 37}

// authorityFaults checks the certificate of an authority by itself, at the time that it states.
func authorityFaults(c *x509.Certificate, at time.Time) []string {
	faults := signerFaults(c)
	critical := slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(oidExtKeyUsage) && e.Critical })
	if !critical || len(c.UnknownExtKeyUsage) > 0 || !slices.Equal(c.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}) {
		faults = append(faults, fmt.Sprintf("the certificate of %s is not for timestamps alone (critical extended key usage)", named(c)))
	}
	if f := validity(c, "at the time it states, "+at.UTC().Format(dateForm), at); f != "" {
		faults = append(faults, f)
	}
	return faults
}

// mayIssueStamps says why a certificate in an authority's chain is not for timestamps.
func mayIssueStamps(c *x509.Certificate) error {
	if len(c.ExtKeyUsage) == 0 && len(c.UnknownExtKeyUsage) == 0 ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageTimeStamping) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny) {
		return nil
	}
	return fmt.Errorf("the certificate of %s is not for timestamps (extended key usage)", named(c))
}

// ChainOf returns the certificates in a TimeStampResp or token (DER): the authority's first, then those that lead upwards
// from it, as far as the authority sent them. They are what tsa-chain.pem holds, for openssl ts -verify: help to build a
// chain, never a trust anchor, even where the last has issued itself.
func ChainOf(response []byte) ([]*x509.Certificate, error) {
	token, err := readResponse(response)
	if err != nil {
		return nil, fmt.Errorf("timestamp: %w", err)
	}
	sd, err := readSignedData(token)
	if err != nil {
		return nil, fmt.Errorf("timestamp: %w", err)
	}
	authority := sd.signer.certificate(sd.certificates)
	if authority == nil {
		return nil, errors.New("timestamp: the authority's certificate is not in it")
	}
	return append([]*x509.Certificate{authority}, links(authority, sd.certificates, nil)...), nil
}
