package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/evidence/snapshot"
	"auditpack/render/pack"
	"auditpack/templates"
)

type demoOptions struct {
	dest  string
	force bool
}

func newDemoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Walk the whole way on a built-in sample: a server before and after hardening",
		Long: `Imports the evidence files of a fictional server, taken before and after hardening, judges both, writes an audit package,
signs and seals it, and verifies it. The key is made for this run and never stored. Nothing is read from this machine.
The findings in the demo are planted; the exit code is 0 all the same.`,
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDemo(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVarP(&o.dest, "output", "o", "auditpack-demo", "the `folder` to write")
	cmd.Flags().BoolVar(&o.force, "force", false, "replace an existing demo")
	return cmd
}

// sample is templates/sample/sample.yaml: what cannot be read from the evidence files themselves.
type sample struct {
	Version   int              `yaml:"version"`
	AsOf      time.Time        `yaml:"as_of"`
	Host      string           `yaml:"host"`
	FQDN      string           `yaml:"fqdn"`
	Operator  string           `yaml:"operator"`
	Snapshots []sampleSnapshot `yaml:"snapshots"`
	Answers   string           `yaml:"answers"` // the operator's file, beside this one
	Form      string           `yaml:"form"`    // of an insurer
	Map       string           `yaml:"map"`     // of the form
}

// sampleSnapshot is one of its folders, with the capture time as claimed.
type sampleSnapshot struct {
	Folder   string    `yaml:"folder"`
	Captured time.Time `yaml:"captured"`
	Note     string    `yaml:"note"`
}

// loadSample reads about the sample. Its snapshots are before and after, in this order.
func loadSample() (sample, error) {
	var about sample
	data, err := fs.ReadFile(templates.FS, "sample/sample.yaml")
	if err != nil {
		return about, err
	}
	if err := yaml.UnmarshalWithOptions(data, &about, yaml.DisallowUnknownField()); err != nil {
		return about, fmt.Errorf("sample.yaml: %w", err)
	}
	if len(about.Snapshots) != 2 {
		return about, fmt.Errorf("sample.yaml: %d snapshots, want before and after", len(about.Snapshots))
	}
	return about, nil
}

func runDemo(ctx context.Context, o demoOptions, stdout, stderr io.Writer) error {
	if _, err := os.Lstat(o.dest); err == nil && !o.force {
		return fmt.Errorf("%s exists: --force replaces it, -o names another", o.dest)
	}
	about, err := loadSample()
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "auditpack-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	in := pack.Inputs{Tool: "auditpack " + version, AsOf: about.AsOf.UTC(), Demo: true, Guide: guideFiles()}
	if in.Answers, err = fs.ReadFile(templates.FS, "sample/"+about.Answers); err != nil {
		return err
	}
	if in.Questionnaires, err = readSets([]string{"insurance"}); err != nil {
		return err
	}
	if in.Forms, err = sampleForms(about); err != nil {
		return err
	}
	before, err := importSample(ctx, about, about.Snapshots[0], evidence.Digest{}, work)
	if err != nil {
		return err
	}
	defer before.Close()
	after, err := importSample(ctx, about, about.Snapshots[1], before.Digest(), work)
	if err != nil {
		return err
	}
	defer after.Close()
	in.Hosts = []pack.Host{{After: after, Before: before}}
	key, err := seal.Generate(clock(), seal.P256, demoName, "")
	if err != nil {
		return err
	}
	by := &pack.Sealer{Identity: key, Time: signingTime(), Demo: true}
	watched, end := watch(ctx, stderr)
	written, err := pack.Write(watched, in, by, pack.Destination{Path: o.dest, Replace: o.force})
	end()
	if err != nil {
		return err
	}
	sayLeftovers(stderr, o.dest)
	showPacked(written, o.dest, stdout)
	fmt.Fprintln(stdout)
	// The package is complete: an interrupt from here on would only say wrongly that nothing was written.
	trust := seal.Trust{Signers: []*x509.Certificate{key.Certificate}, At: clock()}
	if err := verifyAll(context.WithoutCancel(ctx), verifyOptions{format: "text", stderr: stderr}, trust, []string{o.dest}, stdout); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\n%s\n", wrap("a demonstration: its key was made for this run and is gone. It is trusted here because the same program has just made it; "+
		"'auditpack verify "+clean(o.dest)+"' on its own will call the signer unknown, and so should you", width(), ""))
	report, workbook := filepath.Join(o.dest, "data", "report.pdf"), filepath.Join(o.dest, "data", "workbook.xlsx")
	fmt.Fprintf(stdout, "next: open %s and %s\n", clean(report), clean(workbook))
	return nil
}

// sampleForms is the insurer's form of the sample with its map.
func sampleForms(about sample) ([]pack.FormToFill, error) {
	var f pack.FormToFill
	for _, x := range []struct {
		name string
		to   *pack.File
	}{{about.Form, &f.Form}, {about.Map, &f.Map}} {
		data, err := fs.ReadFile(templates.FS, "sample/"+x.name)
		if err != nil {
			return nil, err
		}
		*x.to = pack.File{Name: x.name, Data: data}
	}
	return []pack.FormToFill{f}, nil
}

// demoName is whom the certificate of a demo names.
const demoName = "auditpack DEMO"

// importSample makes a snapshot of one of the sample's folders; previous is the one before it, if there is one.
func importSample(ctx context.Context, about sample, side sampleSnapshot, previous evidence.Digest, work string) (*snapshot.Snapshot, error) {
	files, err := fs.Sub(templates.FS, "sample/"+side.Folder)
	if err != nil {
		return nil, err
	}
	dest := filepath.Join(work, side.Folder)
	_, err = snapshot.ImportFS(ctx, files, side.Folder, snapshot.ImportOptions{
		Dest: dest, Host: about.Host, By: about.Operator, Tool: "auditpack " + version, Taken: side.Captured.UTC(),
		At: about.AsOf.UTC(), Previous: previous, Recognise: recognise,
	})
	if err != nil {
		return nil, err
	}
	return snapshot.Open(ctx, dest, bag.Limits{})
}
