package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"auditpack/evidence/seal"
)

type keyShowOptions struct {
	passphraseFile, dest string
	pem                  bool
}

func newKeyShowCommand() *cobra.Command {
	var o keyShowOptions
	cmd := &cobra.Command{
		Use:   "show [NAME|FILE]",
		Short: "Show whom an identity or a certificate names, its fingerprint, its validity, where it lives",
		Long: `Shows an identity by its name, or an identity file. NAME is "default" if it is left out. The private key is never shown.

Of a file with certificates alone, as the sender of a package gives it to you (TRUST.pem), each certificate is shown: compare
its fingerprint with the one that you are told by another way.

EXIT STATUS
  0  shown
  1  failed: no such identity, wrong passphrase
  2  wrong usage
  3  shown, but a certificate is not valid now: nothing can be signed with it`,
		Example: `  auditpack key show
  auditpack key show company --pem -o TRUST.pem
  auditpack key show TRUST.pem`,
		Args: wantArgs(0, 1, "at most one name or file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.dest != "" && !o.pem {
				return &usageError{errors.New("-o is for the certificate: it goes with --pem")}
			}
			return runKeyShow(cmd.Context(), o, nameOf(args), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().BoolVar(&o.pem, "pem", false, "print the certificate alone, as PEM, for those who verify")
	cmd.Flags().StringVarP(&o.dest, "output", "o", "", "write it to a new `file` instead")
	addPassphraseFile(cmd, &o.passphraseFile)
	return cmd
}

func runKeyShow(ctx context.Context, o keyShowOptions, key string, stdout, stderr io.Writer) error {
	opened, err := openKey(ctx, key, passphrases{ctx, o.passphraseFile, stderr})
	if errors.Is(err, seal.ErrNoKey) {
		return showTrusted(o, opened.path, stdout)
	}
	if err != nil {
		return err
	}
	if o.pem {
		return o.write(stdout, opened.Certificate)
	}
	showKey(stdout, opened)
	if err := opened.Check(clock()); err != nil {
		return &lookError{fmt.Sprintf("%s: %v", opened.name, err)}
	}
	return nil
}

// showTrusted shows a file of certificates, as an auditor has it.
func showTrusted(o keyShowOptions, path string, stdout io.Writer) error {
	list, err := readTrusted(path)
	if err != nil {
		return err
	}
	if o.pem {
		return o.write(stdout, list...)
	}
	showCertificates(stdout, path, list)
	for _, c := range list {
		if err := seal.CheckValid(c, clock()); err != nil {
			return &lookError{fmt.Sprintf("%s: %v", path, err)}
		}
	}
	return nil
}

// write writes certificates as PEM, for those who verify.
func (o keyShowOptions) write(stdout io.Writer, list ...*x509.Certificate) error {
	if o.dest == "" {
		_, err := stdout.Write(seal.MarshalPEM(list...))
		return err
	}
	return writeCertificates(o.dest, list, stdout)
}

// writeCertificates writes certificates to a new file and says whose they are.
func writeCertificates(dest string, list []*x509.Certificate, stdout io.Writer) error {
	err := writeNew(dest, seal.MarshalPEM(list...))
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists: it may hold whom you trust, -o names another", dest)
	}
	if err != nil {
		return err
	}
	for _, c := range list {
		p := seal.PartyOf(c)
		fmt.Fprintf(stdout, "%s: the certificate of %s, SHA-256 %s\n", clean(dest), clean(p.Name), seal.FormatFingerprint(p.Fingerprint))
	}
	next(stdout, "send it, and tell the fingerprint by another way; then auditpack verify PACKAGE --trust %s", dest)
	return nil
}

// showKey prints what is public about an identity.
func showKey(w io.Writer, k openedKey) {
	where := fmt.Sprintf("%s, %s", k.path, k.Form)
	switch {
	case k.Encrypted:
		where += ", encrypted"
	case k.Form == seal.FormPEM || k.Form == seal.FormPKCS12:
		where += ", not encrypted"
	}
	rows := append(certificateRows(k.Certificate, keyText(k)), [2]string{"file", where})
	if k.Command != nil {
		rows = append(rows, [2]string{"command", fmt.Sprintf("%q, at most %s", k.Command.Argv, k.Command.Timeout)})
	}
	showRows(w, k.name, rows)
}

// showCertificates prints the certificates of a file in which no private key is.
func showCertificates(w io.Writer, path string, list []*x509.Certificate) {
	for i, c := range list {
		title, where := path, path+", a certificate without its private key: to verify with, not to sign"
		if len(list) > 1 {
			title = fmt.Sprintf("%s, certificate %d of %d", path, i+1, len(list))
		}
		showRows(w, title, append(certificateRows(c, seal.KeyName(c)), [2]string{"file", where}))
	}
	next(w, "compare the fingerprint with the one that its owner tells you by another way; then auditpack verify PACKAGE --trust %s", path)
}

func certificateRows(c *x509.Certificate, key string) [][2]string {
	p := seal.PartyOf(c)
	subject := p.Name
	if p.Email != "" {
		subject += " <" + p.Email + ">"
	}
	return [][2]string{
		{"subject", subject},
		{"issued by", p.Issuer},
		{"key", key},
		{"fingerprint", "SHA-256 " + seal.FormatFingerprint(p.Fingerprint)},
		{"valid", p.NotBefore.Format(time.RFC3339) + " to " + p.NotAfter.Format(time.RFC3339)},
	}
}

func showRows(w io.Writer, title string, rows [][2]string) {
	fmt.Fprintln(w, clean(title))
	for _, row := range rows {
		fmt.Fprintf(w, "  %-12s %s\n", row[0], clean(row[1]))
	}
}

// keyText says what kind of key an identity has.
func keyText(k openedKey) string {
	text := seal.KeyName(k.Certificate)
	switch n := len(k.Chain); n {
	case 0:
	case 1:
		text += ", with the certificate of its issuer"
	default:
		text += fmt.Sprintf(", with %d certificates of its issuers", n)
	}
	return text
}
