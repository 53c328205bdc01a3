package pdf

import (
	"context"
	"errors"
	"time"

	"auditpack/evidence/seal"
)

// SignOptions of Sign.
type SignOptions struct {
	Field    string       // render.Operator or render.Reviewer
	Time     time.Time    // what the signer says the time is (/M); zero leaves it out
	Reason   string       // may be empty
	Location string       // may be empty
	Stamper  seal.Stamper // nil: PAdES B-B, else B-T
}

// Sign returns file with a signature in one of its two fields.
func Sign(ctx context.Context, file []byte, id *seal.Identity, o SignOptions) ([]byte, error) {
	return nil, errors.New("pdf: Sign is not written yet")
}
