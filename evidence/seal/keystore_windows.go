package seal

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/tailscale/certstore"

	"auditpack/evidence"
)

// OpenStore returns an identity of the Windows certificate store: the user's personal certificates, then the machine's.
// selector is a thumbprint, a common name or an e-mail address. The private key stays with Windows, which may ask the user.
//
// It is compiled and vetted, but has not been run: no Windows was at hand.
func OpenStore(selector string, at time.Time) (*Identity, error) {
	id, err := openStore(certstore.User, selector, at)
	if errors.Is(err, errNotInStore) {
		if machine, machineErr := openStore(certstore.System, selector, at); machineErr == nil {
			return machine, nil
		}
	}
	return id, err
}

// openStore leaves the store and the chosen identity open: its key is needed until the program ends.
func openStore(location certstore.StoreLocation, selector string, at time.Time) (*Identity, error) {
	store, err := certstore.Open(location, certstore.ReadOnly)
	if err != nil {
		return nil, fmt.Errorf("certificate store: %w", err)
	}
	kept, err := store.Identities()
	if err != nil {
		store.Close()
		return nil, fmt.Errorf("certificate store: %w", err)
	}
	certificates := make([]*x509.Certificate, len(kept))
	for i, k := range kept {
		if c, err := k.Certificate(); err == nil { // one that Go cannot read is not chosen
			certificates[i] = c
		}
	}
	chosen, err := choose(selector, certificates, at)
	for i, k := range kept {
		if err != nil || i != chosen {
			k.Close()
		}
	}
	if err != nil {
		store.Close()
		return nil, err
	}
	signer, err := kept[chosen].Signer()
	if err != nil {
		return nil, fmt.Errorf("certificate store: %w", err)
	}
	chain, err := kept[chosen].CertificateChain()
	if err != nil {
		chain = []*x509.Certificate{certificates[chosen]}
	}
	id, err := join(checkedSigner{signer}, chain)
	return &id, err
}

// checkedSigner verifies every signature before it returns it.
type checkedSigner struct{ crypto.Signer }

func (s checkedSigner) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if len(digest) != len(evidence.Digest{}) {
		return nil, errors.New("certificate store: only SHA-256 digests are signed")
	}
	signature, err := s.Signer.Sign(random, digest, opts)
	if err == nil && !verifies(s.Public(), digest, signature) {
		err = errors.New("certificate store: its signature is not one that the certificate's key verifies")
	}
	return signature, err
}
