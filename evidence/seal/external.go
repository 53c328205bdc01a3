package seal

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Command is a program that signs, for keys that stay where they are: smart cards, HSMs, key services.
//
// It gets the 32 raw bytes of a SHA-256 digest on standard input and, in its environment, AUDITPACK_HASH=SHA-256 and
// AUDITPACK_KEY=RSA or ECDSA. It writes the raw signature to standard output, nothing else, and ends with 0: for RSA
// PKCS #1 v1.5 (RFC 8017 §8.2; the program makes the DigestInfo), for ECDSA either DER (RFC 3279) or r‖s. No shell is
// between: arguments arrive as they are. AUDITPACK_PASSPHRASE is not handed on.
type Command struct {
	Argv    []string // the program by its absolute path, then its arguments
	Timeout time.Duration
}

// Limits of an external signer.
const (
	DefaultTimeout = time.Minute // time enough to type a PIN
	MaxTimeout     = 10 * time.Minute
	maxSignature   = 4 << 10 // bytes; RSA of 16384 bits needs 2 KB
	maxComplaint   = 4 << 10 // bytes of standard error that are kept
)

// NewCommand finds the program of a command line as a shell would, on PATH or from the folder that one is in, so that what
// runs later does not depend on either. Paths among the arguments stay as they are.
func NewCommand(argv []string, timeout time.Duration) (Command, error) {
	c := Command{slices.Clone(argv), timeout}
	if len(argv) > 0 && argv[0] != "" {
		path, err := exec.LookPath(argv[0])
		if err == nil {
			path, err = filepath.Abs(path)
		}
		if err != nil {
			return c, fmt.Errorf("the command %q cannot be run: %w", argv[0], errors.Unwrap(err))
		}
		c.Argv[0] = path
	}
	return c, c.check()
}

// check says what is wrong with a Command.
func (c Command) check() error {
	switch {
	case len(c.Argv) == 0 || c.Argv[0] == "":
		return errors.New("the command is missing")
	case !filepath.IsAbs(c.Argv[0]):
		return fmt.Errorf("the command %q is not an absolute path", c.Argv[0])
	case c.Timeout <= 0 || c.Timeout > MaxTimeout:
		return fmt.Errorf("the timeout is %s: more than 0s and at most %s", c.Timeout, MaxTimeout)
	}
	return nil
}

// ExternalSigner is a crypto.Signer whose key is behind a [Command]. Every signature is verified before it is returned.
type ExternalSigner struct {
	ctx     context.Context // of the one who opened it: Sign has no place for one
	command Command
	public  crypto.PublicKey
}

// NewExternalSigner returns a signer for the key that a certificate names. It runs nothing yet; ctx ends what it runs.
func NewExternalSigner(ctx context.Context, command Command, c *x509.Certificate) (*ExternalSigner, error) {
	if err := command.check(); err != nil {
		return nil, err
	}
	if _, err := strength(c.PublicKey); err != nil {
		return nil, err
	}
	return &ExternalSigner{ctx, command, c.PublicKey}, nil
}

// Public implements crypto.Signer.
func (s *ExternalSigner) Public() crypto.PublicKey { return s.public }

// Sign implements crypto.Signer for SHA-256 digests, RSA with PKCS #1 v1.5 and ECDSA, whose signature it returns in DER.
func (s *ExternalSigner) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if _, pss := opts.(*rsa.PSSOptions); pss || opts.HashFunc() != crypto.SHA256 || len(digest) != crypto.SHA256.Size() {
		return nil, errors.New("an external signer takes SHA-256 digests, and PKCS #1 v1.5 for RSA")
	}
	kind := "RSA"
	if _, ok := s.public.(*ecdsa.PublicKey); ok {
		kind = "ECDSA"
	}
	name := filepath.Base(s.command.Argv[0])
	out, err := s.command.run(s.ctx, digest, "AUDITPACK_HASH=SHA-256", "AUDITPACK_KEY="+kind)
	if err != nil {
		return nil, fmt.Errorf("signer %s: %w", name, err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("signer %s: wrote no signature to standard output", name)
	}
	for _, signature := range readings(s.public, out) {
		if verifies(s.public, digest, signature) {
			return signature, nil
		}
	}
	return nil, fmt.Errorf("signer %s: its %d bytes are no %s signature that the certificate's key verifies", name, len(out), kind)
}

// readings returns what a program's output may be, in the form that crypto.Signer returns.
func readings(public crypto.PublicKey, out []byte) [][]byte {
	key, ok := public.(*ecdsa.PublicKey)
	if !ok {
		return [][]byte{out}
	}
	var found [][]byte
	var rs struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(out, &rs); err == nil && len(rest) == 0 {
		found = append(found, out)
	}
	if size := (key.Curve.Params().BitSize + 7) / 8; len(out) == 2*size {
		rs.R, rs.S = new(big.Int).SetBytes(out[:size]), new(big.Int).SetBytes(out[size:])
		if der, err := asn1.Marshal(rs); err == nil {
			found = append(found, der)
		}
	}
	return found
}

// verifies says if a signature over a SHA-256 digest is the key's.
func verifies(public crypto.PublicKey, digest, signature []byte) bool {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(k, crypto.SHA256, digest, signature) == nil
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(k, digest, signature)
	}
	return false
}

// run runs the command with these bytes on standard input and returns its standard output.
func (c Command) run(ctx context.Context, input []byte, environment ...string) ([]byte, error) {
	limit, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	cmd := exec.CommandContext(limit, c.Argv[0], c.Argv[1:]...)
	cmd.Stdin = bytes.NewReader(input)
	out, complaint := &capped{size: maxSignature}, &capped{size: maxComplaint, spill: true}
	cmd.Stdout, cmd.Stderr = out, complaint
	cmd.WaitDelay = time.Second // a child that it left behind may hold the pipes
	cmd.Env = slices.DeleteFunc(cmd.Environ(), func(v string) bool { return strings.HasPrefix(v, "AUDITPACK_PASSPHRASE=") })
	cmd.Env = append(cmd.Env, environment...)
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limit.Err() != nil:
		return nil, fmt.Errorf("no signature within %s", c.Timeout)
	case out.full:
		return nil, fmt.Errorf("wrote more than %d bytes: that is no signature", maxSignature)
	case errors.As(err, &exit):
		return nil, fmt.Errorf("%s%s", exit, said(complaint.data))
	case err != nil:
		return nil, err
	}
	return out.data, nil
}

// said returns the end of what a program complained of, where the reason stands, fit to stand in a line of text.
func said(complaint []byte) string {
	text := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(string(complaint), "\uFFFD")), " "))
	switch {
	case len(text) == 0:
		return ", and it says nothing"
	case len(text) > 180:
		return ": … " + clean(string(text[len(text)-180:]))
	}
	return ": " + clean(string(text))
}

// capped keeps the first size bytes. With spill it swallows the rest, else it refuses it, which ends the writer.
type capped struct {
	data  []byte
	size  int
	spill bool
	full  bool
}

func (c *capped) Write(b []byte) (int, error) {
	keep := min(len(b), c.size-len(c.data))
	c.data = append(c.data, b[:keep]...)
	if keep < len(b) {
		c.full = true
		if !c.spill {
			return keep, errors.New("too much output")
		}
	}
	return len(b), nil
}
