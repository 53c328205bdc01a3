package pdf_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"time"

	"auditpack/evidence/seal"
	"auditpack/render"
	"auditpack/render/pdf"
)

// A report is written, signed by the operator, and verified by somebody who has the operator's certificate by another
// way.
func Example() {
	now := time.Date(2026, 11, 22, 10, 15, 0, 0, time.UTC)
	id, err := seal.Generate(now, seal.P256, "Example Operator", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	d := render.Document{Title: "Hardening audit", AsOf: now, Parts: []render.Part{
		{Title: "Sign-off", Report: true, Blocks: []render.Block{&render.SignaturePanel{Role: render.Operator}}}}}
	var report bytes.Buffer
	signer := &pdf.Signer{Name: id.Party().Name, Fingerprint: seal.FormatFingerprint(id.Party().Fingerprint)}
	if err := pdf.Write(&report, d, pdf.Options{Signer: signer}); err != nil {
		fmt.Println(err)
		return
	}
	signed, err := pdf.Sign(context.Background(), report.Bytes(), id, pdf.SignOptions{Field: render.Operator, Time: now})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, trust := range []seal.Trust{{At: now}, {At: now, Signers: []*x509.Certificate{id.Certificate}}} {
		f, err := pdf.Verify(bytes.NewReader(signed), int64(len(signed)), trust)
		if err != nil {
			fmt.Println(err)
			return
		}
		s := f.Signatures[0]
		fmt.Println(s.Place, s.Form, s.Signer.Name, s.Standing, len(s.Faults)+len(f.Faults))
	}
	// Output:
	// field Operator PAdES B-B Example Operator unknown signer 0
	// field Operator PAdES B-B Example Operator trusted 0
}
