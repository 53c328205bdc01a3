package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/render/pack"
)

func newSealCommand() *cobra.Command {
	var keys keyFlags
	cmd := &cobra.Command{
		Use:   "seal PATH",
		Short: "Seal a snapshot, or any other bag, that has no seal yet",
		Long: `Verifies the snapshot, package or other BagIt bag at PATH, a folder or a zip, and signs its tagmanifest-sha256.txt, which
stands for every file in it. The signature goes into its folder seal/; nothing else changes.

A package is sealed when it is packed; seal is for snapshots, best on the server or at once after the import, and for
what was packed with --unsigned. 'auditpack sign' adds a second signature.

EXIT STATUS
  0  sealed
  1  failed: it does not verify, it is sealed already, the key or the timestamp cannot be had; nothing was changed
  2  wrong usage`,
		Example: `  auditpack seal after-snapshot
  auditpack seal after-snapshot.zip --key company --tsa http://tsa.example.com`,
		Args: wantArgs(1, 1, "one snapshot or other bag"),
		RunE: func(cmd *cobra.Command, args []string) error {
			by, err := openSealer(cmd.Context(), keys, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			watched, end := watch(cmd.Context(), cmd.ErrOrStderr())
			added, err := pack.Seal(watched, args[0], by, bag.Limits{})
			end()
			if err != nil {
				return err
			}
			showSealed(args[0], added, by, cmd.OutOrStdout(), cmd.ErrOrStderr())
			return nil
		},
	}
	keys.add(cmd)
	return cmd
}

// openSealer opens who signs, and the timestamp authority if one is named.
func openSealer(ctx context.Context, keys keyFlags, stderr io.Writer) (*pack.Sealer, error) {
	stamper, err := openStamper(keys)
	if err != nil {
		return nil, err
	}
	id, err := openIdentity(ctx, keys, stderr)
	if err != nil {
		return nil, err
	}
	return &pack.Sealer{Identity: id, Time: signingTime(), Stamper: stamper}, nil
}

// showSealed says what was added, by whom, and on top of what.
func showSealed(path string, added pack.Added, by *pack.Sealer, stdout, stderr io.Writer) {
	for _, before := range added.Before {
		say(stderr, "it was signed before by %s, SHA-256 %s", before.Signer.Name, seal.FormatFingerprint(before.Signer.Fingerprint))
	}
	saySigner(stderr, by)
	fmt.Fprintf(stdout, "%s: %s added, nothing else changed\n", clean(path), added.Name)
	fmt.Fprintf(stdout, "  sha256 of tagmanifest-sha256.txt: %s\n", added.Digest)
	next(stdout, "auditpack verify %s --trust TRUST.pem", path)
}

// saySigner says who signed, by the name and the fingerprint that the auditor has to compare.
func saySigner(stderr io.Writer, by *pack.Sealer) {
	p := by.Identity.Party()
	say(stderr, "signed by %s, SHA-256 %s", p.Name, seal.FormatFingerprint(p.Fingerprint))
}
