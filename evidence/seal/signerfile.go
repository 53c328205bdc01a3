package seal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// signerVersion is the first line of the file of an external signer, which is YAML:
//
//	version: auditpack.signer/1
//	command: ["/usr/local/bin/sign-with-card", "--slot", "1"]
//	timeout: 1m0s
//	certificate: |
//	  -----BEGIN CERTIFICATE-----
//	  …the signer's own first, then intermediates
const signerVersion = "auditpack.signer/1"

// signerText is the file as YAML has it. All fields are required, no others may be there.
type signerText struct {
	Version     string   `yaml:"version"`
	Command     []string `yaml:"command"`
	Timeout     string   `yaml:"timeout"`
	Certificate string   `yaml:"certificate"`
}

// readExternal reads the file of an external signer. It runs nothing.
func readExternal(ctx context.Context, data []byte) (KeyFile, error) {
	file := KeyFile{Form: FormExternal}
	text, err := parseSigner(data)
	if err != nil {
		return file, err
	}
	timeout, err := time.ParseDuration(text.Timeout)
	if err != nil {
		return file, fmt.Errorf("timeout %q: write 60s or 2m", text.Timeout)
	}
	certificates, err := ReadCertificates("certificate", []byte(text.Certificate))
	if err != nil {
		return file, err
	}
	file.Command = &Command{text.Command, timeout}
	signer, err := NewExternalSigner(ctx, *file.Command, certificates[0])
	if err != nil {
		return file, err
	}
	file.Identity, err = join(signer, certificates)
	return file, err
}

// parseSigner reads the YAML, of which two levels and no more than plain values are needed.
func parseSigner(data []byte) (signerText, error) {
	var text signerText
	if !utf8.Valid(data) {
		return text, errors.New("not UTF-8 text")
	}
	brackets := 0
	for _, t := range lexer.Tokenize(string(data)) {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType:
			return text, fmt.Errorf("line %d: %q has no place in the file of an external signer", t.Position.Line, t.Value)
		}
		if brackets > 1 || t.Position.IndentNum > 16 {
			return text, fmt.Errorf("line %d: nested deeper than the file of an external signer is", t.Position.Line)
		}
	}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&text); err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			return text, fmt.Errorf("line %d: %s", syntax.GetToken().Position.Line, syntax.GetMessage())
		}
		return text, errors.New(yaml.FormatError(err, false, false))
	}
	if text.Version != signerVersion {
		return text, fmt.Errorf("version is %q: this auditpack reads %s", text.Version, signerVersion)
	}
	return text, nil
}

// EncodeExternal writes an external signer as [FormExternal]: the command, and the certificates of id.
func EncodeExternal(id *Identity, command Command) ([]byte, error) {
	if err := command.check(); err != nil {
		return nil, err
	}
	for _, arg := range command.Argv {
		if !utf8.ValidString(arg) || strings.ContainsRune(arg, 0) {
			return nil, fmt.Errorf("the argument %q is not text", arg)
		}
	}
	argv, err := json.Marshal(command.Argv) // a list in JSON is one in YAML
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "version: %s\n", signerVersion)
	b.WriteString("# The command gets 32 bytes of SHA-256 on standard input and writes the signature to standard output:\n")
	b.WriteString("# RSA as PKCS #1 v1.5, ECDSA as DER or as r and s. AUDITPACK_KEY says RSA or ECDSA. No shell is between.\n")
	fmt.Fprintf(&b, "command: %s\ntimeout: %s\ncertificate: |\n", argv, command.Timeout)
	for line := range strings.Lines(string(MarshalPEM(id.Certificate)) + string(MarshalPEM(id.Chain...))) {
		fmt.Fprintf(&b, "  %s", line)
	}
	return b.Bytes(), nil
}
