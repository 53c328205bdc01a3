package pdf

import (
	"strings"

	"auditpack/render"
)

// field is where on a page a signature belongs; y is its top.
type field struct {
	name       string
	x, y, w, h float64
}

const (
	penWidth    = 62.0 // of the lines for a pen
	panelHeight = 40.0
)

// signaturePanel sets the place where one person signs: at the left, under the signature field, whose certificate belongs
// there; at the right, lines for people who sign on paper.
func (l *layout) signaturePanel(p *render.SignaturePanel) []chunk {
	const pad, bar = 4.0, 1.2
	c := chunk{}
	l.add(&c.box, section, margin, 3, 40, p.Role, "")
	l.addRight(&c.box, style{sans, 8, grey}, margin+l.width(), 4.6, l.elide(small, p.Duty, l.width()-42), "")
	const top = 10.5
	left := l.width() - penWidth - 8
	c.fills = append(c.fills, rect{margin, top, left, panelHeight, pale}, rect{margin, top, bar, panelHeight, accent})
	x, width := margin+bar+pad, left-bar-2*pad
	y := top + 3.2
	y += l.add(&c.box, head, x, y, width, "DIGITAL SIGNATURE", "") + 1
	switch {
	case p.Role == render.Reviewer:
		l.reviewerText(&c.box, x, y, width)
	case l.signer == nil:
		y += l.add(&c.box, style{bold, 10.5, grey}, x, y, width, "Not signed when it was made", "") + 0.8
		l.add(&c.box, label, x, y, width, "Without a signature that was added later, nothing in this file shows who made it.", "")
	default:
		l.signerText(&c.box, x, y, width)
	}
	l.penLines(&c.box, margin+left+8, top)
	if !l.signed[p.Role] {
		l.signed[p.Role] = true
		c.fields = append(c.fields, field{p.Role, margin, top, left, panelHeight})
	}
	c.h = top + panelHeight + 5
	return []chunk{c}
}

// signerText says whose signature lies in the operator's field. There is no time: only the signature knows it.
func (l *layout) signerText(b *box, x, y, width float64) {
	strong := style{bold, 10.5, black}
	y += l.add(b, strong, x, y, width, l.elide(strong, plain(clean(l.signer.Name)), width), "")
	if l.signer.Demo {
		y += l.add(b, style{bold, 7.2, accent}, x, y+0.4, width, "DEMO: its key was made for this run and thrown away", "") + 0.4
	}
	y += 1.2
	if l.signer.Fingerprint != "" { // a demonstration is drawn before its key is made
		y += l.add(b, label, x, y, width, "SHA-256 fingerprint of the certificate", "") + 0.3
	}
	for _, line := range halves(l.signer.Fingerprint) {
		digits := style{mono, 7, black}
		y += l.add(b, digits, x, y, width, l.elide(digits, line, width), "")
	}
	said := "Verify with auditpack verify or pdfsig."
	if l.doc.Tool != "" {
		said = "Built with " + l.doc.Tool + ". " + said
	}
	if l.signer.Fingerprint != "" {
		said += " Compare the fingerprint with one that you got by another way."
	}
	l.add(b, label, x, y+1.2, width, said, "")
}

func (l *layout) reviewerText(b *box, x, y, width float64) {
	y += l.add(b, style{bold, 10.5, grey}, x, y, width, "Left open for a second person", "") + 0.8
	y += l.add(b, label, x, y, width, "Signed in a copy, after the operator, whose signature stays valid:", "") + 0.4
	y += l.add(b, style{mono, 7, black}, x, y, width, "auditpack sign report.pdf -o COPY", "") + 1.2
	l.add(b, label, x, y, width, "Other programs can sign here too, but auditpack verify accepts no form of signature but its own.", "")
}

// penLines rules three lines, named below as on a form.
func (l *layout) penLines(b *box, x, top float64) {
	const step = panelHeight / 3
	for i, name := range []string{"Name", "Signature", "Date"} {
		y := top + float64(i+1)*step - 4.4
		b.rules = append(b.rules, rect{x, y, penWidth, 0.2, grey})
		l.add(b, style{sans, 6.8, grey}, x, y+0.5, penWidth, name, "")
	}
}

// halves divides a fingerprint into two lines of equally many pairs.
func halves(fingerprint string) []string {
	pairs := strings.SplitAfter(fingerprint, ":")
	if len(pairs) < 4 {
		return []string{fingerprint}
	}
	half := len(pairs) / 2
	return []string{strings.Join(pairs[:half], ""), strings.Join(pairs[half:], "")}
}
