package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/seal"
)

type keyImportOptions struct {
	as, certificate, passphraseFile string
	command, force                  bool
	timeout                         time.Duration
}

func newKeyImportCommand() *cobra.Command {
	var o keyImportOptions
	cmd := &cobra.Command{
		Use:   "import FILE [--as NAME]  |  --command --certificate CERT.pem [--as NAME] -- PROGRAM ARG…",
		Short: "Take over an identity: PEM, PKCS #12, or a program that signs",
		Long: `Copies an identity into the configuration folder. NAME is that of the file if it is left out. What was encrypted stays
encrypted with its passphrase; --passphrase-file or AUDITPACK_PASSPHRASE encrypts what was not.

With --command the private key stays where it is, on a smart card, in an HSM or a key service, and a program signs: it
gets the 32 bytes of a SHA-256 digest on standard input and writes the signature to standard output, for RSA PKCS #1
v1.5, for ECDSA DER or r and s. In its environment AUDITPACK_HASH says SHA-256, AUDITPACK_KEY says RSA or ECDSA. No shell
is between. Write paths among the arguments in full, and no PIN. A signature is made at once, to see that program and
certificate belong together.

EXIT STATUS
  0  the identity is taken over
  1  failed, or an identity of this name exists; nothing was changed
  2  wrong usage`,
		Example: `  auditpack key import company.p12 --as company
  auditpack key import server.key --certificate server.crt
  auditpack key import --command --certificate card.pem --as card -- /usr/local/bin/sign-with-card --slot 1`,
		Args: func(cmd *cobra.Command, args []string) error {
			if o.command {
				return wantArgs(1, -1, "after -- a program and its arguments")(cmd, args)
			}
			return wantArgs(1, 1, "one PEM or PKCS #12 file")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runKeyImport(cmd.Context(), o, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&o.as, "as", "", "the `name` of the identity")
	cmd.Flags().StringVar(&o.certificate, "certificate", "", "a PEM `file` with the certificate, and those of its issuers, if FILE has only the key")
	cmd.Flags().BoolVar(&o.command, "command", false, "a program signs: it stands after --")
	cmd.Flags().DurationVar(&o.timeout, "timeout", seal.DefaultTimeout, "the `time` that the program may take for a signature")
	addPassphraseFile(cmd, &o.passphraseFile)
	cmd.Flags().BoolVar(&o.force, "force", false, "replace an identity of this name: its private key is lost")
	return cmd
}

func runKeyImport(ctx context.Context, o keyImportOptions, args []string, stdout, stderr io.Writer) error {
	if o.command && o.certificate == "" {
		return &usageError{errors.New("--command needs --certificate: whose signatures the program makes")}
	}
	source := args[0]
	if o.command {
		source = o.certificate
	}
	if o.as == "" {
		o.as = strings.ToLower(strings.TrimSuffix(filepath.Base(source), filepath.Ext(source)))
		if !seal.IsName(o.as) {
			return &usageError{fmt.Errorf("%q is no name for an identity: --as gives one of 1 to 40 of a-z, 0-9 and -", o.as)}
		}
	}
	folder, err := freeName(o.as, o.force)
	if err != nil {
		return err
	}
	var k seal.KeyFile
	var data []byte
	if o.command {
		k, data, err = importCommand(ctx, o, args)
	} else {
		k, data, err = importFile(ctx, args[0], o.certificate, passphrases{ctx, o.passphraseFile, stderr})
	}
	if err != nil {
		return err
	}
	place, err := folder.Save(o.as, k.Form, data, o.force)
	if err != nil {
		return existing(err)
	}
	showKey(stdout, openedKey{k, "identity " + o.as, place.Path})
	tellAuditor(stdout, o.as)
	return nil
}

// importFile reads an identity from PEM or PKCS #12, with its certificate in another file or none, and returns it in the
// form in which it is kept, with the bytes to write.
func importFile(ctx context.Context, path, certificate string, asked passphrases) (seal.KeyFile, []byte, error) {
	data, info, err := readRegular(path)
	if err != nil {
		return seal.KeyFile{}, nil, err
	}
	if certificate != "" {
		more, err := readSmall(certificate, seal.MaxKeyFile)
		if err != nil {
			return seal.KeyFile{}, nil, err
		}
		if _, err := seal.ReadCertificates(certificate, more); err != nil {
			return seal.KeyFile{}, nil, err
		}
		data = bytes.Join([][]byte{data, more}, []byte("\n"))
	}
	passphrase, err := asked.given()
	if err != nil {
		return seal.KeyFile{}, nil, err
	}
	k, err := seal.ReadKeyFile(ctx, data, func() (string, error) {
		var err error
		passphrase, err = asked.toOpen(path)
		return passphrase, err
	})
	if err == nil {
		err = k.Check(clock())
	}
	if err != nil {
		return k, nil, fmt.Errorf("%s: %w", path, err)
	}
	warnOpen(asked.stderr, path, info, k)
	if k.Form == seal.FormExternal {
		return k, data, nil
	}
	k.Form, data, err = encodeIdentity(&k.Identity, passphrase)
	k.Encrypted = passphrase != ""
	return k, data, err
}

// importCommand joins a program that signs to a certificate, has it sign once, and returns what is to be written.
func importCommand(ctx context.Context, o keyImportOptions, argv []string) (k seal.KeyFile, data []byte, err error) {
	pem, err := readSmall(o.certificate, seal.MaxKeyFile)
	if err != nil {
		return k, nil, err
	}
	certificates, err := seal.ReadCertificates(o.certificate, pem)
	if err != nil {
		return k, nil, err
	}
	command, err := seal.NewCommand(argv, o.timeout)
	if err != nil {
		return k, nil, err
	}
	id := seal.Identity{Certificate: certificates[0], Chain: certificates[1:]}
	if data, err = seal.EncodeExternal(&id, command); err != nil {
		return k, nil, err
	}
	k, err = seal.ReadKeyFile(ctx, data, nil) // what will be read is what is tried; no passphrase is asked for
	if err == nil {
		err = k.Check(clock())
	}
	if err != nil {
		return k, nil, fmt.Errorf("%s: %w", o.certificate, err)
	}
	trial := evidence.DigestOf([]byte("auditpack key import: a signature to see that program and certificate belong together\n"))
	_, err = k.Signer.Sign(rand.Reader, trial[:], crypto.SHA256)
	return k, data, err
}
