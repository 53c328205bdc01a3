package render

// signOff is the page on which people stand up for the report: whoever made it, and whoever read it.
func (b *builder) signOff() Part {
	return Part{Anchor: "sign-off", Title: "Sign-off", Report: true, Blocks: []Block{
		&Paragraph{Text: "Two people can sign, each in their own field: with a certificate, which covers every byte of the file, or with a pen " +
			"on the printed page. A panel says whose signature belongs there; only a program that checks signatures can tell whether it holds."},
		&SignaturePanel{Role: Operator, Duty: "captured the evidence or had it captured, and made this report from it"},
		&SignaturePanel{Role: Reviewer, Duty: "read this report"},
	}}
}
