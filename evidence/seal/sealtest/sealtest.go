// Package sealtest makes identities and timestamp authorities for tests: good ones, and ones that lie. It is imported by
// tests only. Its tokens are written with encoding/asn1 alone, so that they are a second opinion on what package seal
// reads.
package sealtest

import (
	"testing"
	"time"

	"auditpack/evidence/seal"
)

// Time is a fixed instant at which what this package makes is valid: 2026-11-22 12:00:00 UTC.
var Time = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// Identity makes a self-signed identity with a P-256 key, valid at Time.
func Identity(t testing.TB) *seal.Identity {
	t.Helper()
	id, err := seal.Generate(Time, seal.P256, "Test Signer", "signer@example.com")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Trust trusts an identity's own certificate and, if authority is not nil, the root of that authority, at Time.
func Trust(id *seal.Identity, authority *Authority) seal.Trust {
	trust := seal.Trust{At: Time}
	if id != nil {
		trust.Signers = append(trust.Signers, id.Certificate)
	}
	if authority != nil {
		trust.Authorities = append(trust.Authorities, authority.Root)
	}
	return trust
}
