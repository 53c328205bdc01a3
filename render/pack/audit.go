package pack

import (
	"context"
	"fmt"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
)

// OpenAudit verifies the package at path like [Verify] and returns its audit.json, with the digest of the package. A seal
// has to hold if there is one; whose it is is not asked. What is no package is an error that says what it is.
func OpenAudit(ctx context.Context, path string, l bag.Limits) (audit.Audit, evidence.Digest, error) {
	kind, err := KindOf(path)
	if err == nil && (kind == KindPDF || kind == KindWorkbook || kind == KindSignature) {
		err = notPackage(path, kind)
	}
	if err != nil {
		return audit.Audit{}, evidence.Digest{}, err
	}
	report, err := Verify(ctx, path, VerifyOptions{Limits: l})
	if err == nil {
		err = report.Err()
	}
	if err == nil && report.Kind != KindPackage {
		err = notPackage(path, report.Kind)
	}
	if err != nil {
		return audit.Audit{}, evidence.Digest{}, err
	}
	b, err := bag.Open(ctx, path, l)
	if err != nil {
		return audit.Audit{}, evidence.Digest{}, err
	}
	defer b.Close()
	if b.Digest() != report.Digest {
		return audit.Audit{}, evidence.Digest{}, fmt.Errorf("%s: was changed while it was read", path)
	}
	a, err := readAudit(b)
	if err != nil {
		return audit.Audit{}, evidence.Digest{}, fmt.Errorf("%s: audit.json: %w", path, err)
	}
	return a, b.Digest(), nil
}

func notPackage(path, kind string) error {
	return fmt.Errorf("%s: a %s, not a package: 'auditpack pack' makes one", path, kind)
}
