package render

import (
	"fmt"
	"regexp"
	"slices"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

func (b *builder) howToVerify() Part {
	p := Part{Anchor: "verify", Title: "How to verify", Report: true}
	add := func(blocks ...Block) { p.Blocks = append(p.Blocks, blocks...) }
	add(&Paragraph{Text: "Everything this report says can be checked with tools that are on the machine already. The package is a BagIt bag " +
		"(RFC 8493): a folder with a list of SHA-256 digests. Unpack it, go into its top folder, and type:"})
	add(&Heading{Level: 1, Text: "That no file was changed"},
		&Heading{Level: 2, Text: "Linux"},
		&Code{Lines: []string{"sha256sum --check --quiet manifest-sha256.txt", "sha256sum --check --quiet tagmanifest-sha256.txt"}},
		&Heading{Level: 2, Text: "macOS"},
		&Code{Lines: []string{"shasum -a 256 --check --quiet manifest-sha256.txt", "shasum -a 256 --check --quiet tagmanifest-sha256.txt"}},
		&Heading{Level: 2, Text: "Windows PowerShell"},
		&Code{Lines: []string{
			"foreach ($line in Get-Content manifest-sha256.txt, tagmanifest-sha256.txt) {",
			"  $sum, $path = $line -split ' +', 2",
			"  if ((Get-FileHash -LiteralPath $path).Hash -ne $sum) { \"changed: $path\" }",
			"}"}},
		&Paragraph{Text: "No output means that all files are there and unchanged. A file that no list names was added later."})
	if b.sealed() {
		add(&Heading{Level: 1, Text: "Who sealed it"},
			&Paragraph{Text: "Ask the sender for the fingerprint of their certificate by another way, and compare it with that of TRUST.pem before you " +
				"go on: the certificate inside a package proves nothing by itself. verify.txt goes through it step by step, also with the timestamp if there is " +
				"one, and finds files that were added."},
			&Code{Lines: []string{
				"openssl x509 -in seal/signer.pem -out ../TRUST.pem",
				"openssl x509 -in ../TRUST.pem -noout -fingerprint -sha256",
				"openssl cms -verify -binary -inform DER -in seal/tagmanifest-sha256.txt.p7s \\",
				"  -content tagmanifest-sha256.txt -CAfile ../TRUST.pem -no-CApath -no-CAstore \\",
				"  -partial_chain -purpose any -out /dev/null"}})
	} else {
		add(&Callout{Title: "Not sealed", Warn: true, Text: "This package carries no signature. The digests show damage and careless changes; " +
			"whoever can write to the package can also write new digests. Compare the digests of the snapshots with those that you got by another way."})
	}
	add(b.snapshotCheck()...)
	add(b.citationCheck()...)
	return p
}

// sealed reports whether the package that the Document belongs to is signed.
func (b *builder) sealed() bool {
	return slices.ContainsFunc(b.audit.Custody, func(c audit.Custody) bool { return c.Deed == audit.DeedSigned })
}

// shellSafe is what a path must be made of to stand in a command without quotes.
var shellSafe = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)

func (b *builder) snapshotCheck() []Block {
	var lines []string
	b.eachSnapshot(func(h *audit.Host, s side, snapshot *audit.Snapshot) {
		if !snapshot.Digest.IsZero() && shellSafe.MatchString(snapshot.Folder) && len(lines) < 12 {
			lines = append(lines, "sha256sum "+snapshot.Folder+"/tagmanifest-sha256.txt", "# "+snapshot.Digest.String())
		}
	})
	if len(lines) == 0 {
		return nil
	}
	what := "Each snapshot is a bag of its own and can be checked in its folder in the same way. "
	if b.audit.Reduced != nil {
		what = "Of each snapshot only the manifests are here; its files can be checked in the whole package. "
	}
	return []Block{&Heading{Level: 1, Text: "That a snapshot is the one that was captured"},
		&Paragraph{Text: what + "Its digest, which the capture printed, is that of its tagmanifest-sha256.txt:"},
		&Code{Lines: lines}}
}

// citationCheck shows the bytes of a real Citation of this audit, a failing one if there is any.
func (b *builder) citationCheck() []Block {
	if b.audit.Reduced != nil {
		return nil // the bytes are withheld
	}
	var command string
	pick := func(result evidence.Result) {
		b.eachControl(func(h *audit.Host, s *audit.Section, c *audit.Assessed) {
			if command != "" || c.After.Result != result {
				return
			}
			for _, r := range c.After.Reasons {
				for _, cite := range r.Cites {
					if cite.Item == evidence.AnswersPath {
						continue // somebody's word, and no Item
					}
					path := h.After.Folder + "/" + cite.Item
					if command == "" && cite.Length > 0 && shellSafe.MatchString(path) {
						command = fmt.Sprintf("tail -c +%d %s | head -c %d", cite.Offset+1, path, cite.Length)
					}
				}
			}
		})
	}
	pick(evidence.Fail)
	pick(evidence.Pass)
	if command == "" {
		return nil
	}
	return []Block{&Heading{Level: 1, Text: "That a citation shows what is said"},
		&Paragraph{Text: "A citation such as “byte 340+35” means 35 bytes after the first 340. Where a file is in UTF-16, every other byte is zero. For example:"},
		&Code{Lines: []string{command}}}
}

func (b *builder) limits() Part {
	field := func(label, text string) Field { return Field{label, []Cell{{Kind: TextKind, Text: text}}} }
	list := []Field{
		field("The host", "A server that is under someone else's control can lie to every tool that asks it. The evidence shows what it answered."),
		field("The time", "Times come from the host's clock, or from whoever handed a file in. Nothing is known from before the capture and after it."),
		field("Imported items", "Their host and time are claims. The origin stands at each citation."),
		field("Attestations", "What a person attested was not seen: such a verdict cites the answers file, and stands only where no evidence can "+
			"decide, until the day that the person gave."),
		field("Exceptions", "The verdict on an accepted finding stays fail, with who accepted it and until when."),
		field("Not collected", "What was not collected, was refused or was not understood is never a pass."),
		field("Needs review", "A person has to look. Until then nothing is said about the statement."),
		field("Ports", "A port is judged by listeners, the Windows firewall and probes, if there are any; not by other filters, devices on the "+
			"way or a port proxy."),
		field("The guide", "The verdicts say whether statements of the vendor's guide hold, not whether the server is safe. Where a STIG rule is "+
			"named, the verdict is that of the guide's statement; the rule may ask for more or for less."),
	}
	if b.audit.Reduced != nil {
		list = append(list, field("The evidence", "It is withheld: that an item shows what a verdict says can be seen in the whole package only."))
	}
	if !b.sealed() {
		list = append(list, field("The sender", "The package is not sealed: nothing here shows who made it or that it was not made anew."))
	} else {
		list = append(list, field("The key", "The signatures show that the holder of a key sealed this package; not that the host answered the truth, nor that the certificate was not revoked."), field("Before the seal", "Nothing shows what became of the evidence before it was sealed, but the digests that were told by another way at the time."))
	}
	return Part{Anchor: "limits", Title: "What this package does not prove", Report: true, Follows: true, Blocks: []Block{&Fields{List: list}, &Replaced{}}}
}
