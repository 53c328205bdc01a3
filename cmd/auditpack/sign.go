package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/render"
	"auditpack/render/pack"
	"auditpack/render/pdf"
)

type signOptions struct {
	keyFlags
	dest, reason string
	force        bool
}

func newSignCommand() *cobra.Command {
	var o signOptions
	cmd := &cobra.Command{
		Use:   "sign PACKAGE | sign REPORT.pdf -o COPY.pdf",
		Short: "Add a second person's signature",
		Long: `Of a package, or any other sealed bag: verifies it and adds a second .p7s over the same list of digests to its folder
seal/. Nothing else changes, and the first signature stays as it is.

Of a report: verifies it and writes a copy in which the reviewer's field is signed. The first signature stays valid. A
copy, because nothing is ever changed inside a sealed package.

Who signs says what the signature means by another way; --reason says it in the copy of a report.

EXIT STATUS
  0  signed
  1  failed: it does not verify, there is nothing to add to, the key or the timestamp cannot be had; nothing was changed
  2  wrong usage`,
		Example: `  auditpack sign audit.zip --key reviewer
  auditpack sign report.pdf -o report-reviewed.pdf --key reviewer`,
		Args: wantArgs(1, 1, "one package or report"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSign(cmd.Context(), o, args[0], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.keyFlags.add(cmd)
	cmd.Flags().StringVarP(&o.dest, "output", "o", "", "the `copy` of the report to write")
	cmd.Flags().StringVar(&o.reason, "reason", "", "what the signature in a report means, a few `words`")
	cmd.Flags().BoolVar(&o.force, "force", false, "replace an existing copy")
	return cmd
}

func runSign(ctx context.Context, o signOptions, path string, stdout, stderr io.Writer) error {
	kind, err := pack.KindOf(path)
	if err != nil {
		return err
	}
	switch {
	case kind == pack.KindPDF && o.dest == "":
		return &usageError{errors.New("sign of a report needs -o: the copy to write")}
	case kind == pack.KindPDF:
		return signReport(ctx, o, path, stdout, stderr)
	case kind != pack.KindBag:
		return fmt.Errorf("%s: a %s: only packages and reports get a second signature", path, kind)
	case o.dest != "" || o.reason != "":
		return &usageError{errors.New("-o and --reason are for reports: a package gets its second signature in place")}
	}
	by, err := openSealer(ctx, o.keyFlags, stderr)
	if err != nil {
		return err
	}
	added, err := pack.CounterSign(ctx, path, by, bag.Limits{})
	if err != nil {
		return err
	}
	showSealed(path, added, by, stdout, stderr)
	return nil
}

// maxReport is the largest report that is signed, in bytes.
const maxReport = 1 << 30

// signReport writes a copy of a report with the reviewer's field signed.
func signReport(ctx context.Context, o signOptions, path string, stdout, stderr io.Writer) error {
	if err := freeCopy(o.dest, o.force); err != nil {
		return err
	}
	report, err := pack.Verify(ctx, path, pack.VerifyOptions{Trust: seal.Trust{At: clock()}})
	if err != nil {
		return err
	}
	if err := report.Err(); err != nil {
		return err
	}
	by, err := openSealer(ctx, o.keyFlags, stderr)
	if err != nil {
		return err
	}
	file, err := readSmall(path, maxReport)
	if err != nil {
		return err
	}
	signed, err := pdf.Sign(ctx, file, by.Identity, pdf.SignOptions{Field: render.Reviewer, Time: by.Time, Reason: o.reason, Stamper: by.Stamper})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := writeCopy(ctx, o.dest, signed, o.force); err != nil {
		return err
	}
	for _, g := range report.Signed {
		for _, before := range g.Signatures {
			say(stderr, "it was signed before by %s, SHA-256 %s", before.Signer.Name, seal.FormatFingerprint(before.Signer.Fingerprint))
		}
	}
	saySigner(stderr, by)
	fmt.Fprintf(stdout, "%s\n", clean(o.dest))
	return nil
}

// freeCopy tells why a file may not be written.
func freeCopy(dest string, force bool) error {
	at, err := os.Lstat(dest)
	switch {
	case err == nil && force && at.Mode().IsRegular() && at.Size() > 0 && !isDocument(dest):
		return fmt.Errorf("%s: is there and is neither a PDF nor a workbook, so it is not replaced", dest)
	case err == nil && !at.Mode().IsRegular():
		return fmt.Errorf("%s: is there and is not a file", dest)
	case err == nil && !force:
		return &bag.ExistsError{Path: dest}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return bag.CheckOutside(dest)
}

// isDocument tells by its content whether a file is of the kinds that freeCopy may replace. A package is none.
func isDocument(path string) bool {
	kind, err := pack.KindOf(path)
	return err == nil && (kind == pack.KindPDF || kind == pack.KindWorkbook)
}

// writeCopy writes a file beside its destination and moves it there when it is whole.
func writeCopy(ctx context.Context, dest string, data []byte, force bool) (err error) {
	beside, err := os.CreateTemp(filepath.Dir(dest), "."+filepath.Base(dest)+".partial-*") // 0600
	if err != nil {
		return fmt.Errorf("%s: %w", dest, plainError(err))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(beside.Name()))
		}
	}()
	_, err = beside.Write(data)
	if err = errors.Join(err, beside.Sync(), beside.Close()); err != nil {
		return fmt.Errorf("%s: %w", dest, plainError(err))
	}
	if err = errors.Join(ctx.Err(), freeCopy(dest, force)); err != nil {
		return err
	}
	if !force { // a rename would replace what somebody put there since
		if err := os.Link(beside.Name(), dest); err == nil {
			return os.Remove(beside.Name())
		} else if errors.Is(err, fs.ErrExist) {
			return &bag.ExistsError{Path: dest}
		}
	}
	return os.Rename(beside.Name(), dest)
}

// plainError drops the temporary name, which means nothing to the reader.
func plainError(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
