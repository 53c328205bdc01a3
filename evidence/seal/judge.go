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
	leads, how, faults := t.judge(leaf, links(leaf, chain, t.Signers), stamp, claimed)
	return standing(faults, leads), how, faults
}

// judge says whether a signer leads to the Trust, and how; and what is wrong with the signer's certificate. chain are
// links that lead upwards from it.
func (t Trust) judge(leaf *x509.Certificate, chain []*x509.Certificate, stamp *Stamp, claimed time.Time) (leads bool, how string, faults []string) {
	faults = signerFaults(leaf)
	if err := maySign(leaf); err != nil {
		faults = append(faults, err.Error())
	}
	at, when, but := t.At, "at the time of verification", ""
	if stamp != nil && stamp.Standing == Trusted {
		at, when = stamp.Time, "at the time of the timestamp"
	} else if stamp != nil {
		but = "; its timestamp, by an unknown authority, proves no earlier time"
	}
	for _, instant := range []struct {
		at        time.Time
		when, but string
	}{{at, when, but}, {claimed, "at the stated time of signing", ""}} {
		if instant.at.IsZero() {
			continue
		}
		if f := validity(leaf, instant.when+", "+instant.at.UTC().Format(dateForm), instant.at); f != "" {
			faults = append(faults, f+instant.but)
		}
	}
	leads, how = lead(leaf, at, chain, t.Signers, maySign)
	return leads, how, faults
}
