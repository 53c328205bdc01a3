package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"auditpack/evidence/seal"
)

// passphrases knows where passphrases come from: a file, else AUDITPACK_PASSPHRASE, else the terminal. Never an argument,
// which every other user of the machine could read.
type passphrases struct {
	ctx    context.Context
	file   string
	stderr io.Writer
}

// maxPassphrase is the largest passphrase file that is read, in bytes.
const maxPassphrase = 4096

// given returns the passphrase of the file or the environment, "" without one.
func (p passphrases) given() (string, error) {
	passphrase := os.Getenv("AUDITPACK_PASSPHRASE")
	source := "AUDITPACK_PASSPHRASE"
	if p.file != "" {
		data, err := readSmall(p.file, maxPassphrase)
		if err != nil {
			return "", err
		}
		passphrase, _, _ = strings.Cut(string(data), "\n")
		passphrase, source = strings.TrimSuffix(passphrase, "\r"), p.file
	} else if passphrase == "" {
		return "", nil
	}
	if err := seal.CheckPassphrase(passphrase); err != nil {
		return "", fmt.Errorf("%s: %w", source, err)
	}
	return passphrase, nil
}

// toOpen returns the passphrase that opens what is named.
func (p passphrases) toOpen(name string) (string, error) {
	passphrase, err := p.given()
	if err != nil || passphrase != "" {
		return passphrase, err
	}
	if !atTerminal() {
		return "", errors.New("encrypted, and there is no terminal to ask for the passphrase: --passphrase-file or AUDITPACK_PASSPHRASE gives it")
	}
	return p.ask("passphrase of " + name)
}

// toEncrypt returns the passphrase for what is about to be made, "" for none.
func (p passphrases) toEncrypt(name string) (string, error) {
	passphrase, err := p.given()
	if err != nil || passphrase != "" || !atTerminal() {
		return passphrase, err
	}
	if passphrase, err = p.ask("new passphrase for " + name + " (empty: not encrypted)"); err != nil || passphrase == "" {
		return "", err
	}
	if err := seal.CheckPassphrase(passphrase); err != nil {
		return "", err
	}
	again, err := p.ask("the same once more")
	if err == nil && again != passphrase {
		err = errors.New("the two passphrases differ: nothing was written")
	}
	return passphrase, err
}

// atTerminal says if somebody can be asked.
func atTerminal() bool { return term.IsTerminal(int(os.Stdin.Fd())) }

// ask asks on the terminal, without showing what is typed. An interrupt leaves the terminal as it was.
func (p passphrases) ask(question string) (string, error) {
	terminal := int(os.Stdin.Fd())
	before, err := term.GetState(terminal)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(p.stderr, "%s: ", clean(question))
	defer fmt.Fprintln(p.stderr)
	type answer struct {
		text []byte
		err  error
	}
	typed := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(terminal)
		typed <- answer{text, err}
	}()
	select {
	case a := <-typed:
		if errors.Is(a.err, io.EOF) {
			a.err = errors.New("no passphrase was typed")
		}
		return string(a.text), a.err
	case <-p.ctx.Done():
		return "", errors.Join(p.ctx.Err(), term.Restore(terminal, before))
	}
}
