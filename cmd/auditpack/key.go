package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"auditpack/evidence/seal"
)

func newKeyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Make, show and import the identities that sign",
		Long: `An identity is a private key and the certificate that names its owner. Identities live in the user's configuration folder,
one file each, readable by their owner alone; AUDITPACK_CONFIG names another folder. The identity "default" signs when
no other is named; it is made on first use.

A certificate proves nothing by itself: the auditor needs its fingerprint by another way than the package.`,
		Example: `  auditpack key new --name "Jane Doe" --email jane@example.com
  auditpack key show --pem -o TRUST.pem
  auditpack key import company.p12 --as company`,
		Args: wantArgs(0, 0, "new, show, list or import"),
		RunE: func(cmd *cobra.Command, args []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeyNewCommand(), newKeyShowCommand(), newKeyListCommand(), newKeyImportCommand())
	return cmd
}

type keyNewOptions struct {
	kind, name, email, passphraseFile string
	force                             bool
}

func newKeyNewCommand() *cobra.Command {
	var o keyNewOptions
	cmd := &cobra.Command{
		Use:   "new [NAME]",
		Short: "Make an identity: a private key and a certificate, valid for three years",
		Long: `Makes a private key and a certificate that is signed with it. NAME is "default" if it is left out.

With a passphrase the file is PKCS #12, without one PEM. A terminal is asked for the passphrase; an empty one is none.

EXIT STATUS
  0  the identity is made
  1  failed, or an identity of this name exists; nothing was changed
  2  wrong usage`,
		Example: `  auditpack key new --name "Jane Doe" --email jane@example.com
  auditpack key new quick --type p-256 --passphrase-file secret.txt`,
		Args: wantArgs(0, 1, "at most one name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runKeyNew(cmd.Context(), o, nameOf(args), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&o.kind, "type", string(seal.RSA3072), "the `kind` of key: rsa-3072, which every verifier knows, or p-256")
	cmd.Flags().StringVar(&o.name, "name", "", "the `name` in the certificate, a person's or a company's; without it your account and host")
	cmd.Flags().StringVar(&o.email, "email", "", "an e-mail `address` for the certificate")
	addPassphraseFile(cmd, &o.passphraseFile)
	cmd.Flags().BoolVar(&o.force, "force", false, "replace an identity of this name: its private key is lost")
	return cmd
}

// nameOf returns the identity that a command speaks of.
func nameOf(args []string) string {
	if len(args) == 0 {
		return seal.DefaultName
	}
	return args[0]
}

func runKeyNew(ctx context.Context, o keyNewOptions, name string, stdout, stderr io.Writer) error {
	kind := seal.KeyKind(o.kind)
	if kind != seal.RSA3072 && kind != seal.P256 {
		return &usageError{fmt.Errorf("--type is %q: rsa-3072 or p-256", o.kind)}
	}
	folder, err := freeName(name, o.force)
	if err != nil {
		return err
	}
	if o.name == "" {
		o.name = accountName()
	}
	id, err := seal.Generate(clock(), kind, o.name, o.email)
	if err != nil {
		return err
	}
	passphrase, err := passphrases{ctx, o.passphraseFile, stderr}.toEncrypt("identity " + name)
	if err != nil {
		return err
	}
	place, err := saveIdentity(folder, name, id, passphrase, o.force)
	if err != nil {
		return existing(err)
	}
	showKey(stdout, openedKey{seal.KeyFile{Identity: *id, Form: place.Form, Encrypted: passphrase != ""}, "identity " + name, place.Path})
	tellAuditor(stdout, name)
	return nil
}

// freeName returns the folder of identities if one of this name may be written there, before anybody is asked anything.
func freeName(name string, force bool) (seal.Folder, error) {
	if !seal.IsName(name) {
		return "", &usageError{fmt.Errorf("%q is no name for an identity: it has 1 to 40 of a-z, 0-9 and -", name)}
	}
	folder, err := keyFolder()
	if err != nil {
		return folder, err
	}
	place, err := folder.Find(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return folder, nil
	case err == nil && !force:
		return folder, fmt.Errorf("identity %s exists: %s: take another name; --force replaces it, and its private key is lost", name, place.Path)
	}
	return folder, err
}

// existing tells how to replace an identity that came into being meanwhile.
func existing(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: take another name; --force replaces it, and its private key is lost", err)
	}
	return err
}

func tellAuditor(w io.Writer, name string) {
	next(w, "auditpack key show %s --pem -o TRUST.pem writes the certificate for the auditor, whom you tell this fingerprint by another way than the package", name)
}

func newKeyListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the identities",
		Long: `Lists the identities of the configuration folder: name, whom the certificate names, until when it is valid, the form of the
file. What is encrypted is not opened.

EXIT STATUS
  0  listed
  1  failed
  2  wrong usage
  3  listed, but one is not valid now or cannot be read`,
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runKeyList(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
}

var errLocked = errors.New("encrypted")

func runKeyList(ctx context.Context, stdout, stderr io.Writer) error {
	folder, err := keyFolder()
	if err != nil {
		return err
	}
	places, err := folder.List()
	if err != nil {
		return err
	}
	if len(places) == 0 {
		say(stderr, "no identity in %s: 'auditpack key new' makes one", folder)
	}
	var faulty []string
	for _, p := range places {
		text := ""
		data, err := readSmall(p.Path, seal.MaxKeyFile)
		var k seal.KeyFile
		if err == nil {
			k, err = seal.ReadKeyFile(ctx, data, func() (string, error) { return "", errLocked })
		}
		switch {
		case errors.Is(err, errLocked):
			text = "encrypted: 'auditpack key show " + p.Name + "' opens it"
		case err != nil:
			text, faulty = "cannot be read: "+oneLine(err), append(faulty, p.Name)
		default:
			text = fmt.Sprintf("%s, until %s", k.Party().Name, k.Party().NotAfter.Format(time.DateOnly))
			if err := k.Check(clock()); err != nil {
				text, faulty = err.Error(), append(faulty, p.Name)
			}
		}
		fmt.Fprintf(stdout, "%-20s  %-15s  %s\n", p.Name, p.Form, clean(text))
	}
	if len(faulty) > 0 {
		return &lookError{"not to sign with: " + strings.Join(faulty, ", ")}
	}
	return nil
}
