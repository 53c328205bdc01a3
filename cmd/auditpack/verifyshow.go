package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/render"
	"auditpack/render/pack"
)

// maxFaults is how many faults are listed; the rest is counted.
const maxFaults = 50

// showResults prints what was found out, path by path. lacks says whether somebody should have signed and nobody has.
func showResults(w io.Writer, results []verifyResult, lacks func(verifyResult) bool) {
	for i, r := range results {
		if i > 0 {
			fmt.Fprintln(w)
		}
		s := shown{to: w, style: newStyle(w), lacks: lacks(r)}
		s.head(r)
		if r.Report == nil {
			continue
		}
		s.bytes(*r.Report)
		s.replayed(r.Report.Replay)
		if !isSealed(*r.Report) && r.Intact {
			s.row("seal", noSeal(*r.Report))
		}
		for _, signed := range r.Report.Signed {
			s.signed(signed)
		}
	}
}

// noSeal is what is said of a bag without a seal.
func noSeal(r pack.Report) string {
	text := "none. Who packed this is not proven: "
	if r.Kind == pack.KindPackage {
		text += "a forger need only not sign, and all hashes agree. "
		return text + "Compare the digest with the one that the sender gives you by another way, or ask for a package with a seal"
	}
	return text + "compare the digest with the one that the sender gives you by another way"
}

// isSealed reports whether what was verified has a seal, or is no bag and cannot have one.
func isSealed(r pack.Report) bool {
	switch r.Kind {
	case pack.KindPackage, pack.KindSnapshot, pack.KindBag:
		return slices.ContainsFunc(r.Signed, func(g pack.Signed) bool { return g.Name == "seal" })
	}
	return true
}

// shown is one result on its way to the reader: a headline, rows of a label and a text, and for each thing that is signed
// the rows of who signed it.
type shown struct {
	style
	to    io.Writer
	said  map[evidence.Digest]string // signers that were shown in full, and where
	lacks bool                       // somebody should have signed and nobody has
}

// label is the width of the first column.
const labelWidth = 11

// row prints a label and a text that may take several lines.
func (s *shown) row(label, text string) {
	indent := strings.Repeat(" ", 4+labelWidth)
	fmt.Fprintf(s.to, "    %s%s\n", s.dim(fmt.Sprintf("%-*s", labelWidth, label)), wrap(clean(text), width(), indent))
}

// head prints the verdict on one path, and what is wrong with it.
func (s *shown) head(r verifyResult) {
	var verdict string
	switch {
	case !r.Intact:
		verdict = s.result(evidence.Fail, "✗ does not verify")
	case r.Standing == seal.Trusted && withheldFrom(r.Report) != nil:
		verdict = s.result(evidence.NeedsReview, "? verified, evidence withheld")
	case r.Standing == seal.Trusted:
		verdict = s.result(evidence.Pass, "✓ verified")
	case r.Standing == seal.Unknown:
		verdict = s.result(evidence.NeedsReview, "? unknown signer")
	case s.lacks:
		verdict = s.result(evidence.NeedsReview, "? not signed")
	case withheldFrom(r.Report) != nil:
		verdict = s.result(evidence.NeedsReview, "? integrity verified, evidence withheld")
	default:
		verdict = s.result(evidence.Pass, "✓ integrity verified")
	}
	fmt.Fprintf(s.to, "%s  %s\n", verdict, clean(r.Path))
	for i, f := range r.Faults {
		if i == maxFaults {
			fmt.Fprintf(s.to, "    … and %d more faults: --format json shows all\n", len(r.Faults)-i)
			break
		}
		fmt.Fprintf(s.to, "    %s\n", wrap(clean(bag.Fault{Path: f.Path, Message: f.Message}.String()), width(), "      "))
	}
}

// bytes prints what the bytes are, and whether they are all there and nothing else.
func (s *shown) bytes(r pack.Report) {
	if r.Digest.IsZero() { // it was not even read to the end
		return
	}
	switch r.Kind {
	case pack.KindPackage, pack.KindSnapshot, pack.KindBag:
		s.row("integrity", fmt.Sprintf("%s of %d files, %s: every byte is as the manifests say, nothing missing, nothing added",
			r.Kind, r.Files, render.FormatSize(r.Bytes)))
		s.row("sha256", r.Digest.String()+" of tagmanifest-sha256.txt")
	default:
		s.row("file", fmt.Sprintf("%s of %s", r.Kind, render.FormatSize(r.Bytes)))
		s.row("sha256", r.Digest.String())
	}
	if r.AsOf != "" {
		s.row("made", "by "+r.Tool+", as of "+r.AsOf)
	}
	for _, n := range r.Snapshots {
		what := "snapshot"
		if n.Withheld {
			what = "manifests of the snapshot"
		}
		s.row("snapshot", fmt.Sprintf("%s: %s of %s, %d items, sha256 %s", n.Folder, what, n.Host, n.Items, n.Digest))
	}
	if w := r.Withheld; w != nil {
		s.row("evidence", withheldText(*w)+". What evidence shows is masked. The whole package has the same snapshots, by their sha256")
	}
}

// signed prints the signatures of one thing.
func (s *shown) signed(g pack.Signed) {
	if len(g.Signatures) == 0 {
		s.row(shortName(g.Name), s.none(g))
		return
	}
	for _, one := range g.Signatures {
		s.signature(shortName(g.Name), g, one)
	}
	for _, stamp := range g.Stamps {
		s.row("beside it", describeStamp(stamp.Stamp))
	}
}

func (s *shown) none(g pack.Signed) string {
	if len(g.Faults) > 0 {
		return "no signature that holds"
	}
	return "not signed"
}

// shortName is what a row is labelled with.
func shortName(name string) string {
	switch name {
	case "data/report.pdf":
		return "report"
	case "data/workbook.xlsx":
		return "workbook"
	}
	if strings.HasSuffix(name, "/seal") {
		return "within"
	}
	if name != "seal" {
		return "signature"
	}
	return name
}

// signature prints signer, chain, time and coverage of one signature, each in a row of its own. A signer who was shown
// before is named, not shown again.
func (s *shown) signature(label string, g pack.Signed, one seal.Signature) {
	result, word := evidence.Pass, "holds, signer trusted"
	switch one.Standing {
	case seal.Unknown:
		result, word = evidence.NeedsReview, "holds, by an unknown signer"
	case seal.Broken:
		result, word = evidence.Fail, "broken"
	}
	fmt.Fprintln(s.to)
	fmt.Fprintf(s.to, "  %s %s%s\n", s.result(result, mark(result)), s.bold(fmt.Sprintf("%-*s", labelWidth, label)),
		wrap(clean(word+strings.TrimSuffix("; "+one.Form+", "+one.Algorithm+", "+one.Place, ", ")), width(), strings.Repeat(" ", 4+labelWidth)))
	for _, fault := range one.Faults {
		s.row("fault", fault)
	}
	if one.Signer.Fingerprint.IsZero() {
		return
	}
	s.signer(one)
	s.row("time", describeTime(one))
	if g.Coverage != "" {
		s.row("coverage", g.Coverage)
	}
}

// signer prints who signed and what speaks for it.
func (s *shown) signer(one seal.Signature) {
	if where, ok := s.said[one.Signer.Fingerprint]; ok {
		s.row("signer", one.Signer.Name+", the same certificate as "+where)
		return
	}
	if s.said == nil {
		s.said = map[evidence.Digest]string{}
	}
	s.said[one.Signer.Fingerprint] = "above"
	p := one.Signer
	name := p.Name
	if p.Email != "" {
		name += " <" + p.Email + ">"
	}
	s.row("signer", fmt.Sprintf("%s; certificate by %s, valid from %s to %s", name, p.Issuer, p.NotBefore.Format(time.DateOnly), p.NotAfter.Format(time.DateOnly)))
	for i, line := range fingerprint(p.Fingerprint) {
		label := ""
		if i == 0 {
			label = "sha256"
		}
		s.row(label, line)
	}
	s.row("chain", one.Chain)
}

// fingerprint writes a fingerprint so that it can be compared: in 32, 16 or 8 pairs of digits a line, as there is room.
func fingerprint(d evidence.Digest) []string {
	text := seal.FormatFingerprint(d)
	room := width() - 4 - labelWidth
	switch {
	case room >= len(text):
		return []string{text}
	case room >= len(text)/2:
		return chunks(text, 3*16)
	}
	return chunks(text, 3*8)
}

// chunks cuts text into parts of n bytes.
func chunks(text string, n int) []string {
	var list []string
	for ; len(text) > n; text = text[n:] {
		list = append(list, text[:n])
	}
	return append(list, text)
}

// describeTime says when it was signed, and who says so.
func describeTime(one seal.Signature) string {
	var says []string
	if !one.Claimed.IsZero() {
		says = append(says, formatSecond(one.Claimed)+" as the signer says")
	}
	if one.Stamp != nil {
		says = append(says, describeStamp(*one.Stamp))
	} else {
		says = append(says, "no timestamp")
	}
	return strings.Join(says, "; ")
}

func describeStamp(t seal.Stamp) string {
	if len(t.Faults) > 0 {
		return "a timestamp that does not hold: " + strings.Join(t.Faults, "; ")
	}
	text := fmt.Sprintf("timestamp of %s by %s", formatSecond(t.Time), t.Authority.Name)
	if t.Standing == seal.Trusted {
		return text + ", which is trusted"
	}
	return text + ", an authority that you have not named with --tsa-trust: it proves nothing"
}

func formatSecond(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// showTrustNeeded says, as the last line, what to do about a signer who is not known. trust are the files that were named.
func showTrustNeeded(w io.Writer, results []verifyResult, trust []string) {
	path, who, another := "PATH", "who signed", "TRUST.pem"
	if len(results) == 1 {
		path = results[0].Path
	}
	named := ""
	for _, file := range trust {
		named += " --trust " + file
	}
	if len(trust) > 0 { // others are trusted
		another = "ANOTHER.pem"
		if len(results) == 1 {
			who = "that " + unknownSigners(results[0].Report) + " signed"
		}
	}
	fmt.Fprintf(w, "\n%s\n", wrap(clean(who+" is not proven: get the certificate, or its fingerprint, by another way than this file; if it is "+
		"the one above, save it as "+another+" and run: auditpack verify "+path+named+" --trust "+another), width(), ""))
}
