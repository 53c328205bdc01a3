package pdf

import (
	"errors"
	"io"

	"auditpack/evidence/seal"
)

// Verify tells what the signatures in a PDF prove. The error is for input that cannot be read; all else is in Faults.
func Verify(file io.ReaderAt, size int64, trust seal.Trust) (seal.File, error) {
	return seal.File{}, errors.New("pdf: Verify is not written yet")
}

// FirstRevision returns the length of a report's first revision: what Write wrote, before any signature.
func FirstRevision(file []byte) (int64, error) {
	return 0, errors.New("pdf: FirstRevision is not written yet")
}
