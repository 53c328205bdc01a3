package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
	"auditpack/render"
	"auditpack/render/pack"
)

type verifyOptions struct {
	format           string
	requireSignature bool
}

func newVerifyCommand() *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify PATH…",
		Short: "Check every byte of packages and snapshots",
		Long: `Checks a package, a snapshot or any other BagIt bag, as a folder or a zip: every hash, that nothing is missing and nothing
was added, the canonical form, the nested snapshots, and that audit.json speaks of these very snapshots.

Seals and signatures are not checked by this version: it says whether a seal is there, and never that it holds. What is
shown without a seal is integrity: nothing was changed since the bag was written, if its digest is the one that the
sender gives you by another way.

Of several paths, the snapshots in them are put in the order in which they name each other (import --previous), and it is
shown where one is missing, where two follow the same one, and where the times go backwards.

EXIT STATUS
  0  every byte is as the manifests say
  1  something is wrong: every fault is listed
  2  wrong usage
  3  every byte is as the manifests say, but there is a seal, which this version cannot check, or the
     snapshots do not follow each other`,
		Args: wantArgs(1, -1, "one or more packages or snapshots"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runVerify(cmd.Context(), o, args, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "the `form` of the result: text or json")
	cmd.Flags().BoolVar(&o.requireSignature, "require-signature", false, "fail unless a signature holds; this version can check none")
	return cmd
}

// verifyResult is what `verify --format json` prints.
type verifyResult struct {
	Version string        `json:"version"`
	Path    string        `json:"path"`
	Intact  bool          `json:"intact"`
	Report  *pack.Report  `json:"report,omitempty"`
	Faults  []verifyFault `json:"faults,omitempty"`
	// Chain is where its snapshots stand in the chains of all that were verified together.
	Chain []snapshot.Joined `json:"chain,omitempty"`
}

type verifyFault struct {
	Path    string `json:"path,omitempty"`
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

func runVerify(ctx context.Context, o verifyOptions, paths []string, stdout io.Writer) error {
	if err := checkFormat(o.format); err != nil {
		return err
	}
	results := []verifyResult{}
	broken, sealed := 0, 0
	var last error
	for _, path := range paths {
		result, err := verifyOne(ctx, path, o.requireSignature)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			broken, last = broken+1, err
		}
		if result.Report != nil && result.Report.Sealed {
			sealed++
		}
		results = append(results, result)
	}
	chains := chainsOf(results)
	if o.format == "json" {
		if err := writeJSON(stdout, results); err != nil {
			return err
		}
	} else {
		for _, r := range results {
			showVerified(stdout, r)
		}
		showChains(stdout, chains)
	}
	switch {
	case broken == 1 && len(paths) == 1:
		return last
	case broken > 0:
		return fmt.Errorf("%d of %d do not verify", broken, len(paths))
	case sealed > 0:
		return &lookError{"a seal is there, but this version cannot check it"}
	}
	return lookAtChains(chains)
}

func verifyOne(ctx context.Context, path string, requireSignature bool) (verifyResult, error) {
	result := verifyResult{Version: "auditpack.verify/1", Path: path}
	report, err := pack.Verify(ctx, path, bag.Limits{})
	var invalid *bag.InvalidError
	switch {
	case errors.As(err, &invalid):
		for _, f := range invalid.Faults {
			result.Faults = append(result.Faults, verifyFault{f.Path, string(f.Kind), f.Message})
		}
	case err != nil:
		result.Faults = []verifyFault{{Kind: "unreadable", Message: err.Error()}}
	default:
		result.Intact, result.Report = true, &report
		if requireSignature {
			err = fmt.Errorf("%s: no signature that this version can check", path)
		}
	}
	return result, err
}

// maxFaults is how many faults are listed; the rest is counted.
const maxFaults = 50

func showVerified(w io.Writer, r verifyResult) {
	st := newStyle(w)
	if !r.Intact {
		fmt.Fprintf(w, "%s  %s\n", st.paint("31", "✗ does not verify"), clean(r.Path))
		for i, f := range r.Faults {
			if i == maxFaults {
				fmt.Fprintf(w, "    … and %d more faults: --format json shows all\n", len(r.Faults)-i)
				break
			}
			fmt.Fprintf(w, "    %s\n", wrap(clean(bag.Fault{Path: f.Path, Message: f.Message}.String()), width(), "      "))
		}
		return
	}
	fmt.Fprintf(w, "%s  %s\n", st.paint("32", "✓ integrity verified"), clean(r.Path))
	fmt.Fprintf(w, "    %s of %d files, %s: every byte is as the manifests say, nothing missing, nothing added\n", r.Report.Kind, r.Report.Files, render.FormatSize(r.Report.Bytes))
	for _, n := range r.Report.Snapshots {
		fmt.Fprintf(w, "    %s: snapshot of %s, %d items, sha256 %s\n", n.Folder, clean(n.Host), n.Items, n.Digest)
	}
	fmt.Fprintf(w, "    sha256 of tagmanifest-sha256.txt: %s\n", r.Report.Digest)
	if r.Report.Sealed {
		fmt.Fprintf(w, "    seal: there is one; this version cannot check it\n")
	} else {
		fmt.Fprintf(w, "    seal: none. Who packed this is not proven: compare the digest with the one that the sender gives you by another way\n")
	}
}
