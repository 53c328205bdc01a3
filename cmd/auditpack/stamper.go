package main

import (
	"fmt"

	"auditpack/evidence/seal"
)

// openStamper returns the client of the timestamp authorities that --tsa names, nil if it names none. Nothing is asked yet.
func openStamper(f keyFlags) (seal.Stamper, error) {
	if len(f.tsa) == 0 {
		return nil, nil
	}
	if f.tsaTimeout <= 0 {
		return nil, &usageError{fmt.Errorf("--tsa-timeout is %s: write 15s or 1m", f.tsaTimeout)}
	}
	a, err := seal.NewAuthority(f.tsa, seal.AuthorityOptions{Timeout: f.tsaTimeout})
	if err != nil {
		return nil, &usageError{fmt.Errorf("--tsa: %w", err)}
	}
	return a, nil
}
