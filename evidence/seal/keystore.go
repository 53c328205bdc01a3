package seal

import (
	"crypto/sha1" // Windows names certificates by it; nothing is trusted by it
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// selects says if a certificate is the one that a selector means: its SHA-1 (which Windows calls thumbprint) or SHA-256
// in hexadecimal, with or without colons and blanks, else its common name or an e-mail address, whatever the case.
func selects(selector string, c *x509.Certificate) bool {
	digits := strings.ToLower(strings.NewReplacer(":", "", " ", "", "\u200e", "").Replace(selector)) // the dialog copies a mark of direction
	if raw, err := hex.DecodeString(digits); err == nil {
		thumbprint, fingerprint := sha1.Sum(c.Raw), Fingerprint(c)
		if string(raw) == string(thumbprint[:]) || string(raw) == string(fingerprint[:]) {
			return true
		}
	}
	for _, name := range append([]string{c.Subject.CommonName}, c.EmailAddresses...) {
		if name != "" && strings.EqualFold(name, strings.TrimSpace(selector)) {
			return true
		}
	}
	return false
}

// choose returns which of a store's certificates a selector means. Of several by the same name, as renewals leave them,
// the one that is valid at this time is meant.
func choose(selector string, certificates []*x509.Certificate, at time.Time) (int, error) {
	var found, valid []int
	for i, c := range certificates {
		if c == nil || !selects(selector, c) {
			continue
		}
		found = append(found, i)
		if !at.Before(c.NotBefore) && !at.After(c.NotAfter) {
			valid = append(valid, i)
		}
	}
	if len(valid) == 1 {
		return valid[0], nil
	}
	switch len(found) {
	case 0:
		return 0, errNotInStore
	case 1:
		return found[0], nil // Check says what is wrong with it
	}
	prints := make([]string, len(found))
	for i, f := range found {
		sum := sha1.Sum(certificates[f].Raw)
		prints[i] = strings.ToUpper(hex.EncodeToString(sum[:]))
	}
	return 0, fmt.Errorf("%d certificates are meant: name one by its thumbprint: %s", len(found), strings.Join(prints, ", "))
}

var errNotInStore = errors.New("no certificate with a private key has this thumbprint, name or e-mail address")
