package pack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/seal"
	"auditpack/render"
	"auditpack/render/pdf"
	"auditpack/render/xlsx"
)

// drawing is a workbook that is being drawn, which for many hosts takes as long as all else together.
type drawing struct {
	document render.Document
	workbook bytes.Buffer
	err      error
	done     chan struct{}
}

func (in Inputs) startDrawing(a audit.Audit) *drawing {
	d := &drawing{done: make(chan struct{})}
	go func() {
		defer close(d.done)
		d.document = render.BuildAt(a, in.Depth)
		d.document.Paper = in.Paper
		if err := xlsx.Write(&d.workbook, d.document); err != nil {
			d.err = fmt.Errorf("workbook.xlsx: %w", err)
		}
	}()
	return d
}

// wait returns when the workbook is drawn.
func (d *drawing) wait() error {
	<-d.done
	return d.err
}

// addData writes audit.json and what is answered of it, and returns audit.json for the report that it is attached to.
func addData(w sink, all *assembled) (*pdf.Packed, error) {
	packed, digest, err := addAudit(w, all.audit)
	if err != nil {
		return nil, err
	}
	if len(all.audit.Hosts) >= manyHosts {
		all.standsFor = digest
	}
	return packed, addAnswered(w, all.audit)
}

// addDrawn writes the report and the workbook, signed if somebody signs.
func (in Inputs) addDrawn(ctx context.Context, w sink, a audit.Audit, d *drawing, text *pdf.Packed, by *Sealer) error {
	evidence.Tell(ctx, evidence.Step{Doing: "drawing", Name: path.Base(workbookPath)})
	if err := d.wait(); err != nil {
		return err
	}
	evidence.Tell(ctx, evidence.Step{Doing: "drawing", Name: path.Base(reportPath)})
	var report bytes.Buffer
	if err := in.drawReport(&report, d.document, a, text); err != nil {
		return err
	}
	if by == nil {
		return errors.Join(w.Add(reportPath, report.Bytes()), w.Add(workbookPath, d.workbook.Bytes()))
	}
	evidence.Tell(ctx, evidence.Step{})
	signed, err := pdf.Sign(ctx, report.Bytes(), by.Identity, pdf.SignOptions{Field: render.Operator, Time: by.Time, Stamper: by.Stamper})
	if err != nil {
		return err
	}
	if err := w.Add(reportPath, signed); err != nil {
		return err
	}
	if signed, err = xlsx.Sign(ctx, d.workbook.Bytes(), by.Identity, xlsx.SignOptions{Time: by.Time}); err != nil {
		return fmt.Errorf("workbook.xlsx: %w", err)
	}
	return w.Add(workbookPath, signed)
}

// drawReport writes the first revision of the report: what is there before a signature. It says who will sign, never when.
func (in Inputs) drawReport(w io.Writer, d render.Document, a audit.Audit, text *pdf.Packed) error {
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
func attachments(a audit.Audit, text *pdf.Packed) []pdf.Attachment {
	where := "in the folder of the package"
	if a.Reduced != nil {
		where = "in the folder of the whole package: the items are withheld from this one"
	}
	return []pdf.Attachment{
		{Name: "audit.json", MediaType: "application/json", Relationship: "Source", Packed: text,
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
