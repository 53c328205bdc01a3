package seal

import (
	"crypto/x509"
	"time"
)

// Judge tells what a signature of a form other than CMS is worth, once its digests and its value are known to hold: the
// Standing, in one line how the signer leads to the Trust, and what is wrong with the signer's certificate, which makes
// the signature Broken. chain are certificates that travel with the signature: they may help, and are trusted no more
// than the signer. stamp is nil without a timestamp; claimed is zero where no time is stated. The rules are those of
// [Verify].
func (t Trust) Judge(leaf *x509.Certificate, chain []*x509.Certificate, stamp *Stamp, claimed time.Time) (Standing, string, []string) {
	faults := signerFaults(leaf)
	if err := maySign(leaf); err != nil {
		faults = append(faults, err.Error())
	}
	at, when := t.At, "at the time of verification, "
	if stamp != nil && stamp.Standing == Trusted {
		at, when = stamp.Time, "at the time of the timestamp, "
	}
	for _, instant := range []struct {
		at   time.Time
		when string
	}{{at, when}, {claimed, "at the stated time of signing, "}} {
		if instant.at.IsZero() {
			continue
		}
		if f := validity(leaf, instant.when+instant.at.UTC().Format(dateForm), instant.at); f != "" {
			faults = append(faults, f)
		}
	}
	leads, how := lead(leaf, at, links(leaf, chain, t.Signers), t.Signers, maySign)
	return standing(faults, leads), how, faults
}
