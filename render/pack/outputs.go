package pack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"

	"auditpack/evidence/audit"
	"auditpack/evidence/seal"
	"auditpack/render"
	"auditpack/render/pdf"
	"auditpack/render/xlsx"
)

// addOutputs draws the audit in every form, and has the report and the workbook signed if somebody signs.
func addOutputs(ctx context.Context, w sink, in Inputs, a audit.Audit, by *Sealer) error {
	text, err := encode(a)
	if err != nil {
		return err
	}
	if err := w.Add(auditPath, text); err != nil {
		return err
	}
	if err := addAnswered(w, a); err != nil {
		return err
	}
	document := render.Build(a)
	var report, workbook bytes.Buffer
	if err := in.drawReport(&report, document, a, text); err != nil {
		return err
	}
	if err := xlsx.Write(&workbook, document); err != nil {
		return fmt.Errorf("workbook.xlsx: %w", err)
	}
	if by == nil {
		return errors.Join(w.Add(reportPath, report.Bytes()), w.Add(workbookPath, workbook.Bytes()))
	}
	signed, err := pdf.Sign(ctx, report.Bytes(), by.Identity, pdf.SignOptions{Field: render.Operator, Time: by.Time, Stamper: by.Stamper})
	if err != nil {
		return err
	}
	if err := w.Add(reportPath, signed); err != nil {
		return err
	}
	if signed, err = xlsx.Sign(ctx, workbook.Bytes(), by.Identity, xlsx.SignOptions{Time: by.Time}); err != nil {
		return fmt.Errorf("workbook.xlsx: %w", err)
	}
	return w.Add(workbookPath, signed)
}

// drawReport writes the first revision of the report: what is there before a signature. It says who will sign, never when.
func (in Inputs) drawReport(w io.Writer, d render.Document, a audit.Audit, text []byte) error {
	o := pdf.Options{Attachments: attachments(a, text)}
	if s := in.Signer; s != nil {
		o.Signer = &pdf.Signer{Name: s.Name, Demo: in.Demo}
		if !s.Fingerprint.IsZero() {
			o.Signer.Fingerprint = seal.FormatFingerprint(s.Fingerprint)
		}
	}
	return pdf.Write(w, d, o)
}

// EvidenceIndex is the name of the list of all evidence that is embedded in the report.
const EvidenceIndex = "evidence-sha256.txt"

// attachments are the files that travel within the report, so that it can be compared when the package is not at hand.
func attachments(a audit.Audit, text []byte) []pdf.Attachment {
	where := "in the folder of the package"
	if a.Reduced != nil {
		where = "in the folder of the whole package: the items are withheld from this one"
	}
	return []pdf.Attachment{
		{Name: "audit.json", MediaType: "application/json", Relationship: "Source", Data: text,
			Description: "Everything that this report is drawn from; the same bytes as data/audit.json in the package"},
		{Name: EvidenceIndex, MediaType: "text/plain", Relationship: "Supplement", Data: evidenceIndex(a),
			Description: "SHA-256 of every item of evidence, for sha256sum -c " + where},
	}
}

// evidenceIndex lists every Item that has bytes, as sha256sum -c reads it in the folder of the package.
func evidenceIndex(a audit.Audit) []byte {
	var b bytes.Buffer
	list := func(s audit.Snapshot) {
		for _, item := range s.Items {
			if !item.Digest.IsZero() {
				fmt.Fprintf(&b, "%s  %s/%s\n", item.Digest, s.Folder, item.Path)
			}
		}
	}
	for _, h := range a.Hosts {
		list(h.After)
		if h.Before != nil {
			list(*h.Before)
		}
	}
	return b.Bytes()
}

// draw writes one file with a pen.
func draw(w sink, name string, pen func(io.Writer) error) error {
	out, err := w.Create(name)
	if err != nil {
		return err
	}
	if err := pen(out); err != nil {
		out.Close()
		return fmt.Errorf("%s: %w", path.Base(name), err)
	}
	return out.Close()
}
