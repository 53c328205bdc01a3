package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"auditpack/evidence/seal"
)

// keyFlags are the flags of every command that signs.
type keyFlags struct {
	key, passphraseFile string
	tsa                 []string
	tsaTimeout          time.Duration
}

func (f *keyFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.key, "key", "", "who signs: the `name` of an identity (see 'auditpack key list'), a PEM, PKCS #12 or .signer file, or store:THUMBPRINT of the Windows certificate store; without it the identity default, made on first use")
	addPassphraseFile(cmd, &f.passphraseFile)
	cmd.Flags().StringArrayVar(&f.tsa, "tsa", nil, "the `URL` of an RFC 3161 timestamp authority (repeat: the next is asked if one fails)")
	cmd.Flags().DurationVar(&f.tsaTimeout, "tsa-timeout", 15*time.Second, "the `time` that one timestamp authority may take")
}

func addPassphraseFile(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "passphrase-file", "", "a `file` whose first line is the passphrase; without it AUDITPACK_PASSPHRASE, else the terminal is asked")
}

// clock is the time by which certificates are made and judged: the real one, whatever SOURCE_DATE_EPOCH says.
func clock() time.Time { return time.Now().UTC() }

// keyFolder is where identities live.
func keyFolder() (seal.Folder, error) {
	if dir := os.Getenv("AUDITPACK_CONFIG"); dir != "" {
		dir, err := filepath.Abs(dir)
		return seal.Folder(filepath.Join(dir, "keys")), err
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("no folder for identities (%w): AUDITPACK_CONFIG names one", err)
	}
	return seal.Folder(filepath.Join(dir, "auditpack", "keys")), nil
}

// openIdentity opens the identity that signs, and makes the default one if none is named and none is there.
func openIdentity(ctx context.Context, f keyFlags, stderr io.Writer) (*seal.Identity, error) {
	asked := passphrases{ctx, f.passphraseFile, stderr}
	kept, err := openKey(ctx, f.key, asked)
	if f.key == "" && errors.Is(err, fs.ErrNotExist) {
		if err = makeDefault(asked); err == nil {
			kept, err = openKey(ctx, f.key, asked)
		}
	}
	if err != nil {
		return nil, err
	}
	if err := kept.Check(clock()); err != nil {
		return nil, fmt.Errorf("%s: %w", kept.name, err)
	}
	return &kept.Identity, nil
}

// openedKey is an identity and where it is from.
type openedKey struct {
	seal.KeyFile
	name string // for messages: identity NAME, else the path
	path string
}

// openKey opens what --key names. The error is an fs.ErrNotExist if there is no such identity or file.
func openKey(ctx context.Context, key string, asked passphrases) (openedKey, error) {
	if selector, ok := strings.CutPrefix(key, "store:"); ok {
		id, err := seal.OpenStore(selector, clock())
		if err != nil {
			return openedKey{}, fmt.Errorf("%s: %w", key, err)
		}
		return openedKey{seal.KeyFile{Identity: *id, Form: "Windows certificate store"}, key, key}, nil
	}
	opened := openedKey{name: key, path: key}
	if key == "" {
		key = seal.DefaultName
	}
	if seal.IsName(key) {
		folder, err := keyFolder()
		if err != nil {
			return opened, err
		}
		place, err := folder.Find(key)
		if errors.Is(err, fs.ErrNotExist) {
			return opened, notThere(key, err)
		}
		if err != nil {
			return opened, err
		}
		opened.name, opened.path = "identity "+key, place.Path
	}
	return readKey(ctx, opened, asked)
}

// notThere says that there is no identity of a name, and what may be meant.
func notThere(name string, err error) error {
	if info, statErr := os.Stat(name); statErr == nil && info.Mode().IsRegular() {
		return fmt.Errorf("%w: for the file write .%c%s", err, filepath.Separator, name)
	}
	return fmt.Errorf("%w: 'auditpack key list' lists them, 'auditpack key new %s' makes it", err, name)
}

// readKey reads an identity file.
func readKey(ctx context.Context, opened openedKey, asked passphrases) (openedKey, error) {
	data, info, err := readRegular(opened.path)
	if err != nil {
		return opened, err
	}
	opened.KeyFile, err = seal.ReadKeyFile(ctx, data, func() (string, error) { return asked.toOpen(opened.name) })
	if err != nil {
		return opened, fmt.Errorf("%s: %w", opened.path, err)
	}
	warnOpen(asked.stderr, opened.path, info, opened.KeyFile)
	return opened, nil
}

// warnOpen warns of a private key that others can read. It is no more than a warning: the file may be on a disk that has no
// permissions.
func warnOpen(stderr io.Writer, path string, info fs.FileInfo, k seal.KeyFile) {
	if seal.OpenToOthers(info) && !k.Encrypted && k.Form != seal.FormExternal {
		say(stderr, "others on this machine can read the private key: chmod 600 %s", path)
	}
}

// readRegular reads an identity file. What is no file is not opened: a pipe would wait for its other end.
func readRegular(path string) ([]byte, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		var about *fs.PathError
		if errors.As(err, &about) {
			err = fmt.Errorf("%s: %w", about.Path, about.Err)
		}
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%s: not a file", path)
	}
	data, err := readSmall(path, seal.MaxKeyFile)
	return data, info, err
}

// makeDefault makes the default identity and says so.
func makeDefault(asked passphrases) error {
	folder, err := keyFolder()
	if err != nil {
		return err
	}
	passphrase, err := asked.given()
	if err != nil {
		return err
	}
	id, err := seal.Generate(clock(), seal.RSA3072, accountName(), "")
	if err != nil {
		return err
	}
	place, err := saveIdentity(folder, seal.DefaultName, id, passphrase, false)
	if errors.Is(err, fs.ErrExist) { // another auditpack was quicker: its identity signs
		return nil
	}
	if err != nil {
		return err
	}
	say(asked.stderr, "first use: made an identity to sign with, %s", place.Path)
	say(asked.stderr, "its fingerprint, which the auditor must get by another way than the package: %s", seal.FormatFingerprint(id.Party().Fingerprint))
	return nil
}

// saveIdentity writes an identity, encrypted if there is a passphrase.
func saveIdentity(folder seal.Folder, name string, id *seal.Identity, passphrase string, replace bool) (seal.Place, error) {
	form, data, err := encodeIdentity(id, passphrase)
	if err != nil {
		return seal.Place{}, err
	}
	return folder.Save(name, form, data, replace)
}

// encodeIdentity writes an identity as PKCS #12 if there is a passphrase, else as PEM.
func encodeIdentity(id *seal.Identity, passphrase string) (seal.Form, []byte, error) {
	if passphrase != "" {
		data, err := seal.EncodePKCS12(id, passphrase)
		return seal.FormPKCS12, data, err
	}
	data, err := seal.EncodePEM(id)
	return seal.FormPEM, data, err
}

// accountName says who runs this program, for a certificate: the account and the host, as the system names them.
func accountName() string {
	account := "somebody"
	if u, err := user.Current(); err == nil && u.Username != "" {
		account = u.Username[strings.LastIndexByte(u.Username, '\\')+1:] // DOMAIN\name on Windows
	}
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "an unnamed host"
	}
	name := []rune(strings.TrimSpace(clean(account + " at " + host)))
	return strings.TrimSpace(string(name[:min(len(name), 64)])) // a common name has at most 64 characters (X.520)
}
