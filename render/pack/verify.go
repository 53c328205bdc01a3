package pack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/evidence/snapshot"
)

// VerifyOptions of Verify.
type VerifyOptions struct {
	Trust  seal.Trust // the zero Trust trusts nobody: then integrity is shown, and who signed is not
	Limits bag.Limits
	// Replay is the program that makes packages once more, such as auditpack 0.1.0, and compares; empty: not asked for.
	Replay string
	// Weigh, if not nil, is told how many snapshots are judged once more before that begins, so that who runs the program can
	// bound its memory; what it returns is called when that is done.
	Weigh func(snapshots int) (done func())
}

// NotSigned is the Standing of what carries no signature at all, beside those of package seal.
const NotSigned seal.Standing = "not signed"

// The Kinds of what can be verified.
const (
	KindPackage   = "package"
	KindSnapshot  = "snapshot"
	KindBag       = "bag"
	KindPDF       = "PDF"
	KindWorkbook  = "workbook"
	KindSignature = "signature"
)

// The Kinds of Fault that only signatures have, beside those of package bag.
const (
	BadSeal      bag.Kind = "bad seal"      // in seal/
	BadSignature bag.Kind = "bad signature" // within a PDF or a workbook
	NoSignature  bag.Kind = "not signed"    // where there must be a signature
	NotReplayed  bag.Kind = "not replayed"  // not what the inputs in the package make
)

// Report is what Verify found out about one path.
type Report struct {
	Path string `json:"-"`    // as it was named
	Kind string `json:"kind"` // package, snapshot, bag, PDF, workbook or signature
	// Standing is that of the worst signature; broken too if anything else is wrong; "not signed" if there is none.
	Standing seal.Standing `json:"-"`
	// Digest is that of tagmanifest-sha256.txt, which stands for a whole bag, or that of the file.
	Digest    evidence.Digest `json:"sha256,omitzero"`
	Files     int             `json:"files,omitempty"`
	Bytes     int64           `json:"bytes"`
	Signed    []Signed        `json:"signed,omitempty"` // the seal first, then report.pdf, workbook.xlsx, seals of nested snapshots
	Snapshots []Nested        `json:"snapshots,omitempty"`
	Tool      string          `json:"tool,omitempty"`
	AsOf      string          `json:"as_of,omitempty"`
	// Counts are the verdicts of a package, of all hosts, as its audit.json counts them.
	Counts audit.Counts `json:"counts,omitzero"`
	// Withheld is how much of the package was withheld when it was made; nil: nothing, or this is no package.
	Withheld *Withheld `json:"withheld,omitempty"`
	// Replay is what came of making the package once more; nil: it was not asked for, or this is no package.
	Replay *Replayed `json:"replay,omitempty"`
	// Faults are all that is wrong; those of signatures are among them. Path, Standing and Faults are encoded by whoever
	// prints a Report, as these are there also where nothing could be looked at.
	Faults []Fault         `json:"-"`
	links  []snapshot.Link // of the snapshot, or of those in the package
}

// Links returns the snapshots that were verified, each as one of a chain; none if anything is wrong.
func (r Report) Links() []snapshot.Link {
	if len(r.Faults) > 0 {
		return nil
	}
	return slices.Clone(r.links)
}

// Signed is one thing that carries signatures: a bag by its seal/, a PDF, a workbook.
type Signed struct {
	// Name is where the signatures lie inside the bag: seal, data/report.pdf, data/snapshots/automate01/after/seal; for a
	// file by itself its base name.
	Name string `json:"name"`
	seal.File
	// Stamps are the timestamps over the same bytes that lie beside the signatures (.tsr).
	Stamps []Stamped `json:"timestamps,omitempty"`
}

// Stamped is a timestamp that lies beside a signature.
type Stamped struct {
	Place string `json:"place"` // seal/tagmanifest-sha256.txt.tsr
	seal.Stamp
}

// Nested is a snapshot inside a package.
type Nested struct {
	Folder string          `json:"folder"`
	Host   string          `json:"host"`
	Digest evidence.Digest `json:"sha256"`
	Items  int             `json:"items"`
	// Withheld says that of the snapshot only its manifests are there; Items is then how many they list.
	Withheld bool `json:"withheld,omitempty"`
}

// Fault is one thing that is wrong.
type Fault struct {
	Path    string   `json:"path,omitempty"` // inside the bag; empty: the whole
	Kind    bag.Kind `json:"kind"`
	Message string   `json:"message"`
}

// Err returns all that is wrong as an error, or nil.
func (r Report) Err() error {
	if len(r.Faults) == 0 {
		return nil
	}
	e := &bag.InvalidError{Path: r.Path}
	for _, f := range r.Faults {
		e.Faults = append(e.Faults, bag.Fault{Path: f.Path, Kind: f.Kind, Message: f.Message})
	}
	return e
}

// Intact reports whether every byte is as it was written, whoever did. It is false too where that cannot be told.
func (r Report) Intact() bool { return len(r.Faults) == 0 }

// HasTrusted reports whether a signer who is trusted has signed: the bag by its own seal, or a PDF or workbook by itself.
// A trusted signature of something inside a package that is not sealed says nothing of the package.
func (r Report) HasTrusted() bool {
	for _, s := range r.Signed {
		if r.Kind == KindPackage && s.Name != sealFolder {
			continue
		}
		for _, one := range s.Signatures {
			if one.Standing == seal.Trusted {
				return true
			}
		}
	}
	return false
}

// Verify checks what lies at path, which it recognises by content: a package, a snapshot or any other bag, as a folder or a
// zip; a PDF; a workbook; a .p7s beside the file that it signs. It checks hashes, completeness both ways and canonical
// form, for a package that audit.json speaks of the snapshots in it, and every seal, signature and timestamp. What is wrong
// is in the Report's Faults; the error is for what could not be looked at.
func Verify(ctx context.Context, path string, o VerifyOptions) (Report, error) {
	v := &verifier{VerifyOptions: o, report: Report{Path: path}}
	var err error
	if v.report.Kind, err = KindOf(path); err != nil {
		return v.report, err
	}
	switch v.report.Kind {
	case KindPDF, KindWorkbook:
		err = v.file(ctx, path)
	case KindSignature:
		err = v.signature(ctx, path)
	default:
		err = v.bag(ctx, path)
	}
	v.report.Standing = v.standing()
	return v.report, err
}

// verifier is a verification under way.
type verifier struct {
	VerifyOptions
	report Report
}

func (v *verifier) fault(path string, kind bag.Kind, format string, args ...any) {
	v.report.Faults = append(v.report.Faults, Fault{Path: path, Kind: kind, Message: fmt.Sprintf(format, args...)})
}

// invalid takes over the faults of a bag that lies in folder; empty: the whole. Any other error is returned.
func (v *verifier) invalid(folder string, err error) error {
	var e *bag.InvalidError
	if !errors.As(err, &e) {
		return err
	}
	for _, f := range e.Faults {
		path := f.Path
		switch {
		case folder != "" && path != "":
			path = folder + "/" + path
		case folder != "":
			path = folder
		}
		v.report.Faults = append(v.report.Faults, Fault{path, f.Kind, f.Message})
	}
	return nil
}

// add takes over what was found out about signatures.
func (v *verifier) add(s Signed, kind bag.Kind) {
	for _, message := range s.Faults {
		v.fault(s.Name, kind, "%s", message)
	}
	for _, one := range s.Signatures {
		for _, message := range one.Faults {
			v.fault(one.Place, kind, "%s", message)
		}
		if one.Standing == seal.Broken && len(one.Faults) == 0 {
			v.fault(one.Place, kind, "the signature does not hold")
		}
	}
	for _, one := range s.Stamps {
		for _, message := range one.Faults {
			v.fault(one.Place, kind, "%s", message)
		}
	}
	v.report.Signed = append(v.report.Signed, s)
}

// standing sums up: one fault breaks all, one signer that is not known leaves the whole unknown, and what is signed only
// within something that is not is not signed.
func (v *verifier) standing() seal.Standing {
	if len(v.report.Faults) > 0 {
		return seal.Broken
	}
	for _, s := range v.report.Signed {
		for _, one := range s.Signatures {
			if one.Standing != seal.Trusted {
				return one.Standing
			}
		}
	}
	if v.report.HasTrusted() {
		return seal.Trusted
	}
	return NotSigned
}

// cause drops the operation and the path that package os puts before an error.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
