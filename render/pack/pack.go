package pack

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/answers"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/guide"
	"auditpack/evidence/reduce"
	"auditpack/evidence/snapshot"
	"auditpack/evidence/stig"
	"auditpack/render"
)

// Inputs is everything that verdicts are made from.
type Inputs struct {
	Tool    string
	AsOf    time.Time
	Demo    bool
	Guide   fs.FS  // the guide's data files
	Answers []byte // the operator's file; nil: none
	// Attachments are the files that the answers name.
	Attachments []answers.File
	// Benchmarks are files of STIG benchmarks, as DISA publishes them: XCCDF, or a zip with it.
	Benchmarks []File
	// Earlier are the releases of them that were used before, so that a rule that is new, removed or reworded is told
	// apart from what changed on the server.
	Earlier []File
	// CCI is DISA's list of CCIs, XML or the zip with it; without it the CCIs are those that this program knows.
	CCI *File
	// Carry are existing checklists, CKL or CKLB, whose comments and statuses by people are carried over.
	Carry []File
	// CKLBStrict leaves out of CKLB what STIG Viewer writes and DISA's published schema forbids.
	CKLBStrict bool
	// Questionnaires are sets of questions to be answered, YAML.
	Questionnaires []File
	// Forms are insurers' own forms, filled from the answers.
	Forms []FormToFill
	Hosts []Host
	// By is the operator who packs; empty: who prepared the answers.
	By string
	// Signer is who will sign the package, as far as its pages may say so; nil: nobody.
	Signer *audit.Signer
	// WithoutEvidence makes a reduced package: see the package comment.
	WithoutEvidence bool
	// WithComments lets a reduced package have the comments of attestations and the reasons of exceptions.
	WithComments bool
	// Depth is how much the report holds; empty: all. Nothing else of the package depends on it.
	Depth render.Depth
	// Paper is what the report and the workbook are printed on; empty: A4.
	Paper render.Paper
}

// File is a file that was handed in, with the base name that it had.
type File struct {
	Name string
	Data []byte
}

// Host is one machine: its snapshot, and an earlier one or nil.
type Host struct{ After, Before *snapshot.Snapshot }

// Version is the format of pack.json.
const Version = "auditpack.pack/1"

// Options is data/inputs/pack.json: what a replay has to be told besides the files.
type Options struct {
	Version string    `json:"version"`
	Tool    string    `json:"tool"`
	AsOf    time.Time `json:"as_of"`
	Demo    bool      `json:"demo,omitempty"`
	// CKLBStrict says that CKLB was written by DISA's published schema.
	CKLBStrict bool `json:"cklb_strict,omitempty"`
	// Attachments say under which path each file lies that the answers name.
	Attachments []evidence.Attachment `json:"attachments,omitempty"`
	// Files are the other inputs that have a name, each kind in the order in which it was handed in.
	Files []NamedFile `json:"files,omitempty"`
	// Hosts are the folders of the hosts, in their order; in each lies after and maybe before.
	Hosts  []string      `json:"hosts"`
	By     string        `json:"by,omitempty"`
	Signer *audit.Signer `json:"signer,omitempty"` // none: the package was not sealed when it was made
	// Stamped says that a timestamp authority was to be asked.
	Stamped bool `json:"stamped,omitempty"`
	// Depth is how much the report holds; none: full.
	Depth render.Depth `json:"depth,omitempty"`
	// Paper is what the report and the workbook are printed on; none: A4.
	Paper render.Paper `json:"paper,omitempty"`
	// Withheld says that the package was made without evidence, and how much of it is not there; nil: it is whole.
	Withheld *Withheld `json:"withheld,omitempty"`
}

// Withheld is what a reduced package was made without.
type Withheld struct {
	Items  int `json:"items"`  // of all snapshots, those with bytes; the record of each snapshot is withheld with them
	Inputs int `json:"inputs"` // files that the verdicts were made from besides, but for pack.json
}

// assembled is the audit with the texts that stand beside it in other outputs.
type assembled struct {
	audit      audit.Audit
	answers    evidence.Answers
	benchmarks []evidence.Benchmark
	nist       nistFacts
	forms      []filledForm
	// standsFor is the digest of audit.json where there are so many hosts that documents made of it are not made twice
	// to learn their own; else zero.
	standsFor evidence.Digest
}

// Audit judges the inputs.
func (in Inputs) Audit(ctx context.Context) (audit.Audit, error) {
	all, err := in.assemble(ctx, nil)
	return all.audit, err
}

func (in Inputs) assemble(ctx context.Context, packing *audit.Packing) (assembled, error) {
	var all assembled
	g, digest, err := guide.Load(in.Guide)
	if err != nil {
		return all, err
	}
	if all.answers, err = answers.Parse("answers", in.Answers, g.ControlIDs()); err != nil {
		return all, err
	}
	if err := answers.Attach(&all.answers, in.Attachments); err != nil {
		return all, fmt.Errorf("answers: %w", err)
	}
	if all.benchmarks, err = readBenchmarks(in.Benchmarks); err != nil {
		return all, err
	}
	earlier, err := readBenchmarks(in.Earlier)
	if err != nil {
		return all, err
	}
	if all.nist, err = in.nistFacts(); err != nil {
		return all, err
	}
	carried, err := in.readCarried()
	if err != nil {
		return all, err
	}
	input := audit.Input{
		Tool: in.Tool, AsOf: in.AsOf, Demo: in.Demo, Guide: g, GuideDigest: digest, Answers: all.answers, Benchmarks: all.benchmarks,
		Earlier: earlier, Releases: stig.Compare, Carry: carried,
		NIST: all.nist.rev5, NIST4: all.nist.rev4, NISTSource: all.nist.source,
		Packing: packing,
	}
	if input.Questionnaires, err = in.readQuestionnaires(g, all.benchmarks); err != nil {
		return all, err
	}
	var accounts []string
	if in.WithoutEvidence {
		input.Seen = func(f *evidence.Facts) { accounts = append(accounts, reduce.Accounts(f)...) }
	}
	for i, folder := range in.folders() {
		h := audit.HostInput{After: in.Hosts[i].After, AfterFolder: folder + "/after", Before: in.Hosts[i].Before}
		if h.Before != nil {
			h.BeforeFolder = folder + "/before"
		}
		input.Hosts = append(input.Hosts, h)
	}
	if all.audit, err = audit.Assemble(ctx, input); err != nil {
		return all, err
	}
	if in.WithoutEvidence {
		all = all.reduced(reduce.Input{Public: public(input), Accounts: accounts, Comments: in.WithComments})
	}
	all.forms, err = in.fillForms(&all.audit) // of a reduced package, from what is masked
	return all, err
}

// readBenchmarks reads every benchmark in the files.
func readBenchmarks(files []File) ([]evidence.Benchmark, error) {
	var all []evidence.Benchmark
	for _, f := range files {
		found, err := stig.Read(f.Name, bytes.NewReader(f.Data), int64(len(f.Data)))
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// Destination is where a package goes.
type Destination struct {
	Path    string // a folder, or a name ending in .zip
	Replace bool   // an existing package may be replaced
}

// Written is what Write made.
type Written struct {
	Audit  audit.Audit
	Digest evidence.Digest // of tagmanifest-sha256.txt
}

// Write judges, renders, signs and writes the package; by is who signs, nil for nobody. Nothing is seen at its destination
// until it is complete, and nothing at all if a signature or a timestamp cannot be had.
func Write(ctx context.Context, in Inputs, by *Sealer, to Destination) (Written, error) {
	in.Signer = by.signer()
	all, err := in.assemble(ctx, &audit.Packing{By: in.By, Signer: in.Signer})
	if err != nil {
		return Written{}, err
	}
	a := all.audit
	o := bag.Options{Top: top(a), Modified: in.AsOf, Replace: to.Replace}
	if by != nil {
		o.Seal = func(ctx context.Context, tagManifest []byte) ([]bag.SealFile, error) {
			return by.files(ctx, tagManifest, 1)
		}
	}
	w, err := bag.Create(to.Path, o)
	if err != nil {
		return Written{}, err
	}
	defer w.Abort()
	if err := in.fill(ctx, w, all, by); err != nil {
		return Written{}, err
	}
	digest, err := w.Commit(ctx)
	return Written{Audit: a, Digest: digest}, err
}

// fill writes every file of the package.
func (in Inputs) fill(ctx context.Context, w *bag.Writer, all assembled, by *Sealer) error {
	options := in.options(by)
	w.Info("External-Identifier", top(all.audit))
	w.Info("Bag-Software-Agent", in.Tool)
	if options.Withheld != nil {
		w.Info(bag.WithheldKey, strconv.Itoa(options.Withheld.Items))
	}
	drawing := in.startDrawing(all.audit)
	defer drawing.wait()
	packed, err := addData(w, &all)
	if err != nil {
		return err
	}
	if err := addForms(w, all.forms); err != nil {
		return err
	}
	if err := addChecklists(w, in, all); err != nil {
		return err
	}
	if err := addInputs(w, in, options); err != nil {
		return err
	}
	for i, folder := range in.folders() {
		if err := in.addSnapshot(ctx, w, folder+"/after", in.Hosts[i].After); err != nil {
			return err
		}
		if in.Hosts[i].Before != nil {
			if err := in.addSnapshot(ctx, w, folder+"/before", in.Hosts[i].Before); err != nil {
				return err
			}
		}
	}
	if err := in.addDrawn(ctx, w, all.audit, drawing, packed, by); err != nil {
		return err
	}
	return w.Add(verifyPath, verifyText(all.audit, options))
}

// top is the name of the package: auditpack-<host or client>-<date>.
func top(a audit.Audit) string {
	who := cmp.Or(slug(a.Client, maxHost), "hosts")
	if len(a.Hosts) == 1 {
		who = hostFolder(a.Hosts[0].Name)
	}
	if who == "" {
		who = "host"
	}
	date := "-" + a.AsOf.Format("2006-01-02")
	if a.Reduced != nil { // another name, so that nobody unpacks one over the other
		return "auditpack-" + who[:min(len(who), maxReducedHost)] + date + "-reduced"
	}
	return "auditpack-" + who + date
}

// maxReducedHost is how many characters of a host's name the top folder of a reduced package has, which has 40 at most.
const maxReducedHost = 11

// encode writes JSON for people: indented, one line end, no escapes for HTML.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// options returns pack.json but for the attachments.
func (in Inputs) options(by *Sealer) Options {
	o := Options{
		Version: Version, Tool: in.Tool, AsOf: in.AsOf.UTC(), Demo: in.Demo, By: in.By, Signer: in.Signer, Stamped: by != nil && by.Stamper != nil,
		Hosts: in.folders(), CKLBStrict: in.CKLBStrict,
	}
	if in.Depth != render.Full {
		o.Depth = in.Depth
	}
	if in.Paper != render.A4 {
		o.Paper = in.Paper
	}
	if in.WithoutEvidence {
		o.Withheld = in.withheld()
		return o
	}
	o.Files = named(in.files())
	return o
}

// addInputs keeps what the verdicts were made from.
func addInputs(w sink, in Inputs, o Options) error {
	if in.WithoutEvidence {
		return addOptions(w, o)
	}
	if err := addAttachments(w, in.Attachments, &o); err != nil {
		return err
	}
	if err := addOptions(w, o); err != nil {
		return err
	}
	if in.Answers != nil {
		if err := w.Add(evidence.AnswersPath, in.Answers); err != nil {
			return err
		}
	}
	for _, f := range in.files() {
		if err := w.Add(f.Path, f.data); err != nil {
			return err
		}
	}
	return fs.WalkDir(in.Guide, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(in.Guide, name)
		if err != nil {
			return err
		}
		return w.Add(guideFolder+name, data)
	})
}

func addOptions(w sink, o Options) error {
	options, err := encode(o)
	if err != nil {
		return err
	}
	return w.Add(optionsPath, options)
}

// inputName is the name of the file that was handed in as number i, in the alphabet of a bag's paths.
func inputName(i int, name string) string {
	ending := strings.ToLower(path.Ext(name))
	if !slices.Contains([]string{".xml", ".zip", ".ckl", ".cklb", ".yaml", ".pdf", ".xlsx"}, ending) {
		ending = ".bin"
	}
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSuffix(name, path.Ext(name))) {
		if b.Len() < 48 && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_') {
			b.WriteRune(r)
		}
	}
	return fmt.Sprintf("%d-%s%s", i+1, b.String(), ending)
}

// addAttachments keeps each attachment once, under the name of its content, and lists them in o.
func addAttachments(w sink, files []answers.File, o *Options) error {
	kept := map[string]bool{}
	for _, f := range files {
		o.Attachments = append(o.Attachments, evidence.Attachment{
			Name: f.Name, Path: f.Path(), Size: int64(len(f.Data)), Digest: evidence.DigestOf(f.Data),
		})
		if kept[f.Path()] {
			continue
		}
		kept[f.Path()] = true
		if err := w.Add(f.Path(), f.Data); err != nil {
			return err
		}
	}
	return nil
}
