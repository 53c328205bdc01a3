package pack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/evidence/snapshot"
	"auditpack/render/pdf"
	"auditpack/render/xlsx"
)

// Limits of what Verify reads into memory, in bytes.
const (
	maxAudit    = 256 << 20
	maxOptions  = 16 << 20
	maxDocument = 1 << 30 // a workbook; a PDF has pdf.MaxSize
)

// The files that every package has besides its verdicts and snapshots.
const (
	reportPath   = "data/report.pdf"
	planPath     = "data/poam.csv"
	workbookPath = "data/workbook.xlsx"
	auditPath    = "data/audit.json"
	optionsPath  = "data/inputs/pack.json"
	verifyPath   = "verify.txt"
	infoName     = "bag-info.txt"
)

// bag verifies a bag: its bytes first, then whatever it is.
func (v *verifier) bag(ctx context.Context, path string) error {
	b, err := bag.Open(ctx, path, v.Limits)
	if err != nil {
		return v.invalid("", err)
	}
	defer b.Close()
	return v.opened(ctx, b)
}

// opened verifies what is above the bytes in a bag whose bytes were verified.
func (v *verifier) opened(ctx context.Context, b *bag.Bag) error {
	v.report.Digest = b.Digest()
	for _, f := range b.Files() {
		v.report.Files++
		v.report.Bytes += f.Size
	}
	if err := v.seal(b, ""); err != nil {
		return err
	}
	v.report.Kind = KindBag
	if _, ok := b.File("data/snapshot.json"); ok {
		v.report.Kind = KindSnapshot
		s, err := snapshot.FromBag(b)
		if err != nil {
			return v.invalid("", err)
		}
		v.report.Tool, v.report.links = s.Tool(), []snapshot.Link{s.Link(v.report.Path)}
		return nil
	}
	if _, ok := b.File(auditPath); !ok {
		return nil
	}
	v.report.Kind = KindPackage
	return v.pack(ctx, b)
}

// pack verifies what only a package has.
func (v *verifier) pack(ctx context.Context, b *bag.Bag) error {
	for _, name := range []string{reportPath, workbookPath, optionsPath, verifyPath} {
		if _, ok := b.File(name); !ok {
			v.fault(name, bag.MissingOne, "a package has it, this one does not")
		}
	}
	options, err := v.documents(b)
	if err != nil {
		return err
	}
	a, headErr := readAuditHead(ctx, b)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if options.Withheld != nil {
		err = v.withheld(ctx, b, options, a)
	} else {
		err = v.whole(ctx, b, a)
	}
	if err != nil {
		return err
	}
	if headErr != nil {
		v.fault(auditPath, bag.BadForm, "%v", headErr)
		return nil
	}
	v.report.Tool, v.report.AsOf, v.report.Counts = a.tool, a.asOf.Format("2006-01-02T15:04:05Z07:00"), a.counts
	v.compareAudit(a)
	return nil
}

// whole verifies what a package has that was made with the evidence in it.
func (v *verifier) whole(ctx context.Context, b *bag.Bag, a auditHead) error {
	if a.reduced {
		v.fault(auditPath, bag.BadForm, "it is that of a package without evidence, but pack.json does not say that this is one")
	}
	if _, ok := withheldLine(b); ok {
		v.fault(infoName, bag.BadForm, "%s is there, but pack.json does not say that this is a package without evidence", bag.WithheldKey)
	}
	if err := v.nested(ctx, b); err != nil {
		return err
	}
	return v.replay(ctx, b)
}

// documents verifies the signatures of report.pdf and workbook.xlsx, and that they agree with the seal and with what
// pack.json says was made, which it returns.
func (v *verifier) documents(b *bag.Bag) (Options, error) {
	for _, d := range []struct {
		path   string
		most   int64
		verify func(r *bytes.Reader, trust seal.Trust) (seal.File, error)
	}{
		{reportPath, pdf.MaxSize, verifyPDF}, {workbookPath, maxDocument, verifyWorkbook},
	} {
		if _, ok := b.File(d.path); !ok {
			continue
		}
		data, err := b.ReadFile(d.path, d.most)
		if err != nil {
			return Options{}, err
		}
		found, err := d.verify(bytes.NewReader(data), v.Trust)
		if err != nil {
			v.fault(d.path, bag.BadForm, "%v", err)
			continue
		}
		v.add(placed(d.path, found), BadSignature)
	}
	if _, ok := b.File(optionsPath); !ok {
		return Options{}, nil
	}
	options, err := readOptions(b)
	if err != nil {
		v.fault(optionsPath, bag.BadForm, "%v", err)
		return Options{}, nil
	}
	v.compareSigners(b, options)
	return options, nil
}

func verifyPDF(r *bytes.Reader, trust seal.Trust) (seal.File, error) {
	return pdf.Verify(r, r.Size(), trust)
}

func verifyWorkbook(r *bytes.Reader, trust seal.Trust) (seal.File, error) {
	return xlsx.Verify(r, r.Size(), trust)
}

// placed puts the path of a file before the places of its signatures.
func placed(path string, f seal.File) Signed {
	s := Signed{Name: path, File: f}
	s.Signatures = slices.Clone(f.Signatures)
	for i := range s.Signatures {
		s.Signatures[i].Place = strings.TrimSuffix(path+" "+s.Signatures[i].Place, " ")
	}
	return s
}

// compareSigners holds that the package is signed as it was made: the seal, the report and the workbook by one certificate,
// the one that pack.json names, or neither report nor workbook at all. A seal that was added later is no fault.
func (v *verifier) compareSigners(b *bag.Bag, o Options) {
	var first *seal.Signature // of the seal
	for _, s := range v.report.Signed {
		if s.Name == sealFolder && len(s.Signatures) > 0 {
			first = &s.Signatures[0]
		}
	}
	if o.Signer != nil && first == nil {
		v.fault(sealFolder, NoSignature, "pack.json says that the package was sealed: its seal was removed")
	}
	if _, ok := b.File(sealFolder + "/" + bag.SealName(1, "tsr")); o.Stamped && !ok {
		v.fault(sealFolder, NoSignature, "pack.json says that a timestamp was asked for: it was removed")
	}
	if o.Signer != nil && first != nil {
		v.compareSigner(sealFolder, first.Signer, *o.Signer)
	}
	for _, s := range v.report.Signed {
		if s.Name != reportPath && s.Name != workbookPath {
			continue
		}
		switch {
		case o.Signer != nil && len(s.Signatures) == 0:
			v.fault(s.Name, NoSignature, "pack.json says that it was signed: its signature was removed")
		case o.Signer == nil && len(s.Signatures) > 0:
			v.fault(s.Name, BadSignature, "it is signed, but pack.json says that the package was made without signatures")
		}
		for _, one := range s.Signatures {
			if first != nil && one.Signer.Fingerprint != first.Signer.Fingerprint {
				v.fault(one.Place, BadSignature, "signed by %s, SHA-256 %s; the seal is by %s, SHA-256 %s: want one certificate",
					one.Signer.Name, one.Signer.Fingerprint, first.Signer.Name, first.Signer.Fingerprint)
			}
		}
	}
}

// compareSigner holds that the certificate of a seal is the one that was announced when the package was made.
func (v *verifier) compareSigner(path string, p seal.Party, want audit.Signer) {
	switch {
	case want.Fingerprint.IsZero() && p.Name != want.Name:
		v.fault(path, BadSeal, "sealed by %s; pack.json says that %s was to sign", p.Name, want.Name)
	case !want.Fingerprint.IsZero() && p.Fingerprint != want.Fingerprint:
		v.fault(path, BadSeal, "sealed by %s, SHA-256 %s; pack.json says that %s, SHA-256 %s, was to sign", p.Name, p.Fingerprint, want.Name, want.Fingerprint)
	}
}

// snapshotPlace is where a snapshot lies in a package, and what is in it lies below.
var snapshotPlace = regexp.MustCompile("^" + snapshotsFolder + "[^/]+/(after|before)(/|$)")

// nested opens and verifies every snapshot in the package.
func (v *verifier) nested(ctx context.Context, b *bag.Bag) error {
	return v.eachNested(b, func(folder string) error {
		sub, err := b.Sub(ctx, folder)
		if err != nil {
			return err
		}
		s, err := snapshot.FromBag(sub)
		if err != nil {
			return err
		}
		v.report.Snapshots = append(v.report.Snapshots, Nested{Folder: folder, Host: s.Host(), Digest: s.Digest(), Items: len(s.Items())})
		v.report.links = append(v.report.links, s.Link(sub.Path()))
		return v.seal(sub, folder+"/")
	})
}

// eachNested calls look for the folder of every snapshot in the package, and takes over the faults of what is there. An Item
// of a snapshot may well be called bagit.txt.
func (v *verifier) eachNested(b *bag.Bag, look func(folder string) error) error {
	for _, f := range b.Files() {
		folder, ok := strings.CutSuffix(f.Path, "/bagit.txt")
		if !ok || !strings.HasPrefix(folder, snapshotsFolder) {
			continue
		}
		switch place := snapshotPlace.FindString(folder); {
		case place == "":
			v.fault(folder, bag.NotListed, "no snapshot lies here: want %s<host>/after or before", snapshotsFolder)
			continue
		case place != folder: // evidence
			continue
		}
		if err := look(folder); err != nil {
			if err := v.invalid(folder, err); err != nil {
				return err
			}
		}
	}
	return nil
}

func readOptions(b *bag.Bag) (Options, error) {
	var o Options
	text, err := b.ReadFile(optionsPath, maxOptions)
	if err != nil {
		return o, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err = d.Decode(&o)
	return o, versionError(text, o.Version, Version, err)
}

// readAudit reads all of an audit.json that readAuditHead has taken for one.
func readAudit(b *bag.Bag) (audit.Audit, error) {
	var a audit.Audit
	text, err := b.ReadFile(auditPath, maxAudit)
	if err != nil {
		return a, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err = d.Decode(&a)
	return a, versionError(text, a.Version, audit.Version, err)
}

// versionError says of a file in another format that it is one, rather than call it broken: a newer version has fields
// that this one does not know.
func versionError(text []byte, got, want string, err error) error {
	if err != nil {
		var head struct{ Version string }
		if json.Unmarshal(text, &head) != nil || head.Version == want {
			return err
		}
		got = head.Version
	}
	return versionDiffers(got, want)
}

func versionDiffers(got, want string) error {
	if got != want {
		return fmt.Errorf("written in the format %q, this program reads %q", got, want)
	}
	return nil
}

// compareAudit tells where audit.json and the snapshots in the package are not about the same bytes.
func (v *verifier) compareAudit(a auditHead) {
	found := v.report.Snapshots
	named := map[string]bool{}
	for _, s := range a.snapshots {
		named[s.folder] = true
		i := slices.IndexFunc(found, func(n Nested) bool { return n.Folder == s.folder })
		switch {
		case i < 0:
			v.fault(s.folder, bag.MissingOne, "audit.json judges this snapshot; it is not in the package")
		case found[i].Digest != s.digest:
			v.fault(s.folder, bag.Altered, "audit.json judges a snapshot with the digest %s, this one has %s", s.digest, found[i].Digest)
		}
	}
	for _, n := range found {
		if !named[n.Folder] {
			v.fault(n.Folder, bag.NotListed, "audit.json does not speak of this snapshot")
		}
	}
}
