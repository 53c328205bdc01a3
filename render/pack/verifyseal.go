package pack

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"fmt"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
)

// sealFolder is where a bag has its seal.
const sealFolder = "seal"

// maxSeal is the largest file of a seal that is read, in bytes.
const maxSeal = 1 << 20

// sealed is the seal of one bag while it is looked at.
type sealed struct {
	bag    *bag.Bag
	trust  seal.Trust
	digest evidence.Digest // of the tag manifest, which everything in seal/ is about
	found  Signed
}

// seal verifies the seal of a bag, if it has one. prefix is the bag's folder inside the package, with a slash.
func (v *verifier) seal(b *bag.Bag, prefix string) error {
	s := &sealed{bag: b, trust: v.Trust, digest: b.Digest(), found: Signed{Name: prefix + sealFolder}}
	here := 0
	for _, f := range b.Files() {
		if strings.HasPrefix(f.Path, sealFolder+"/") {
			here++
		}
	}
	if here == 0 {
		return nil
	}
	numbers := b.Seals()
	for i, n := range numbers {
		if n != i+1 {
			s.fault("seal/%s is there, but no seal/%s: a seal was removed", bag.SealName(n, "p7s"), bag.SealName(i+1, "p7s"))
			break
		}
	}
	if len(numbers) == 0 {
		s.fault("there is no seal/%s: the seal was removed, and only what goes with it is left", bag.SealName(1, "p7s"))
	}
	for n := 1; n <= bag.MaxSeals; n++ {
		if err := s.signer(n); err != nil {
			return err
		}
	}
	s.found.Coverage = fmt.Sprintf("all %d files outside seal/, by tagmanifest-sha256.txt", len(b.Files())-here)
	for i := range s.found.Signatures {
		s.found.Signatures[i].Place = prefix + s.found.Signatures[i].Place
	}
	for i := range s.found.Stamps {
		s.found.Stamps[i].Place = prefix + s.found.Stamps[i].Place
	}
	v.add(s.found, BadSeal)
	return nil
}

func (s *sealed) fault(format string, args ...any) {
	s.found.Faults = append(s.found.Faults, fmt.Sprintf(format, args...))
}

// read returns a file of seal/, or nil if there is none; of one that is too large, nothing.
func (s *sealed) read(name string) ([]byte, error) {
	path := sealFolder + "/" + name
	f, ok := s.bag.File(path)
	if !ok {
		return nil, nil
	}
	if f.Size > maxSeal {
		s.fault("%s: %d bytes, the limit is %d", path, f.Size, maxSeal)
		return []byte{}, nil
	}
	return s.bag.ReadFile(path, maxSeal)
}

// content is what a seal is over. Others' signatures may have another digest than SHA-256, for which the tag manifest is
// read once more.
func (s *sealed) content(h crypto.Hash) []byte {
	if h == crypto.SHA256 {
		return s.digest[:]
	}
	text, err := s.bag.TagManifest()
	if err != nil || evidence.DigestOf(text) != s.digest {
		return nil
	}
	return seal.ContentOf(text)(h)
}

// signer verifies what the signer with number n has put into seal/. signer.pem and tsa-chain.pem are the first one's.
func (s *sealed) signer(n int) error {
	cms, err := s.read(bag.SealName(n, "p7s"))
	if err != nil {
		return err
	}
	var by *x509.Certificate
	if cms != nil {
		found := seal.VerifyOver(cms, s.content, s.trust)
		found.Place = sealFolder + "/" + bag.SealName(n, "p7s")
		s.found.Signatures = append(s.found.Signatures, found)
		by = found.Signer.Certificate
	}
	stamp, err := s.read(bag.SealName(n, "tsr"))
	if err != nil {
		return err
	}
	if stamp != nil && cms == nil && n > 1 {
		s.fault("seal/%s lies there without seal/%s", bag.SealName(n, "tsr"), bag.SealName(n, "p7s"))
	}
	certificates := s.stamp(n, stamp)
	if n > 1 {
		return nil
	}
	if err := s.same(bag.SignerName, cms != nil, "the certificate in the seal", by); err != nil {
		return err
	}
	return s.same(bag.TSAChainName, stamp != nil, "the certificates in the timestamp", certificates...)
}

// stamp verifies the timestamp that lies beside seal n, if there is one, and returns the certificates in it.
func (s *sealed) stamp(n int, response []byte) []*x509.Certificate {
	if response == nil {
		return nil
	}
	certificates, err := seal.ChainOf(response)
	if err != nil {
		certificates = nil // VerifyStamp says what is wrong
	}
	found := Stamped{Place: sealFolder + "/" + bag.SealName(n, "tsr"), Stamp: seal.VerifyStampOver(response, s.content, nil, s.trust)}
	s.found.Stamps = append(s.found.Stamps, found)
	return certificates
}

// same holds that a file of certificates is there if it must be, and holds just these. Its bytes are compared, so that
// nothing can hide between them.
func (s *sealed) same(name string, must bool, what string, certificates ...*x509.Certificate) error {
	text, err := s.read(name)
	switch {
	case err != nil:
		return err
	case text == nil && must:
		s.fault("seal/%s is missing: it belongs to every seal of its kind", name)
	case text == nil:
	case !must:
		s.fault("seal/%s lies there without what it goes with", name)
	case len(certificates) > 0 && certificates[0] != nil && !bytes.Equal(text, seal.MarshalPEM(certificates...)):
		s.fault("seal/%s is not %s", name, what)
	}
	return nil
}
