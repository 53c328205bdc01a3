package seal_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"log"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/seal"
)

func Example() {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	id, err := seal.Generate(now, seal.P256, "Jane Example", "jane@example.com")
	if err != nil {
		log.Fatal(err)
	}
	digest := evidence.DigestOf([]byte("what is sealed"))
	cms, err := seal.Sign(context.Background(), id, digest, seal.Options{Time: now})
	if err != nil {
		log.Fatal(err)
	}

	// Whoever verifies has the certificate, or its fingerprint, by another way than with the signature.
	known := seal.Trust{Signers: []*x509.Certificate{id.Certificate}, At: now}
	other := evidence.DigestOf([]byte("something else"))
	fmt.Println(seal.Verify(cms, digest, known).Standing)
	fmt.Println(seal.Verify(cms, digest, seal.Trust{}).Standing)
	fmt.Println(seal.Verify(cms, other, known).Faults)
	// Output:
	// trusted
	// unknown signer
	// [digest mismatch: the signature was made over other content]
}
