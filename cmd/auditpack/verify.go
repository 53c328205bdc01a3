package main

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"auditpack/evidence/seal"
	"auditpack/evidence/snapshot"
	"auditpack/render/pack"
)

type verifyOptions struct {
	format, at       string
	trust, tsaTrust  []string
	requireSignature bool
	unsignedOK       bool
	replay           bool
	stderr           io.Writer // where it is shown how far it is; nil: nowhere
}

func newVerifyCommand() *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify PATH…",
		Short: "Check every byte and every signature of packages, snapshots, PDFs and workbooks",
		Long: `Checks what lies at each PATH, which is recognised by its content:

  a package, a snapshot or any other BagIt bag, as a folder or a zip: every hash, that nothing is missing and nothing was
  added, the canonical form, the seal; of a package also the signatures of its report and workbook, the nested snapshots
  and their seals, and that audit.json speaks of these very snapshots
  a PDF or a workbook (XLSX) by itself: its signatures, and whether they cover all of it
  a .p7s by itself, which signs the file with its name without the ending, in the same folder or the one above

A signature that holds says that the bytes are those that the holder of a key signed. Whose key it is, only you can know:
get the certificate of the sender, or its fingerprint, by another way than the package, and name it with --trust. The
certificate in the package proves nothing: anyone can seal a forgery with a key of their own, or make one that nobody
signed. A package is signed unless it was packed with --unsigned: one that is not ends with 3, as an unknown signer does, and
--unsigned-ok says that you expect it so. Snapshots and other bags are as a rule not signed, and may be.

Of several paths, the snapshots in them are put in the order in which they name each other (import --previous), and it is
shown where one is missing, where two follow the same one, and where the times go backwards.

A package without evidence (pack --without-evidence) has the manifests of its snapshots and none of their items. What is there
is verified as in any other; what is withheld is counted. Named together with the whole package, it is shown whether both are
of the same snapshots and count the same verdicts.

With --replay, a package is made once more from the inputs and snapshots in it: parsed, judged and drawn again, and every
byte compared. A verdict, a line, a page or a cell that the evidence does not make is named. Only the version that made a
package draws the same bytes; another one says so and compares nothing. The guide, the answers and the benchmarks are those
in the package: whether they are the right ones is for you to say.

EXIT STATUS
  0  everything holds, and every signer is trusted; or it is a snapshot or another bag that nobody signed, and no --trust
     named a signer; or nobody signed it, and --unsigned-ok expects so
  1  something is wrong: every fault is listed; or --require-signature, and no trusted signer has signed
  2  wrong usage
  3  everything holds, but a signer is not among those that you trust, or a package is not signed, or --trust names somebody
     and nothing is signed; or the snapshots do not follow each other; or --replay, and the package was made by another
     version; or evidence is withheld from a package`,
		Example: `  auditpack verify audit.zip --trust TRUST.pem
  auditpack verify whole.zip for-the-broker.zip --trust TRUST.pem
  auditpack verify report.pdf --trust TRUST.pem --tsa-trust TSA.pem`,
		Args: wantArgs(1, -1, "one or more packages, snapshots, PDFs or workbooks"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.stderr = cmd.ErrOrStderr()
			return runVerify(cmd.Context(), o, args, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "the `form` of the result: text or json")
	cmd.Flags().StringArrayVar(&o.trust, "trust", nil, "a `file` with certificates (PEM) of signers, or of those who issue them, that you trust (repeat)")
	cmd.Flags().StringArrayVar(&o.tsaTrust, "tsa-trust", nil, "a `file` with certificates (PEM) of timestamp authorities that you trust (repeat)")
	cmd.Flags().BoolVar(&o.requireSignature, "require-signature", false, "fail unless a trusted signer has signed")
	cmd.Flags().BoolVar(&o.unsignedOK, "unsigned-ok", false, "do not ask for a signature: you have the digest of the package by another way")
	cmd.Flags().BoolVar(&o.replay, "replay", false, "make each package once more from its own inputs, and compare every byte")
	cmd.Flags().StringVar(&o.at, "at", "", "the `time` at which certificates must be valid (RFC 3339 or a date); without it now, or the time of a trusted timestamp")
	return cmd
}

// verifyVersion is the format of what `verify --format json` prints.
const verifyVersion = "auditpack.verify/2"

// verifyResult is what is printed of one path.
type verifyResult struct {
	Version string `json:"version"`
	Path    string `json:"path"`
	// Standing is trusted, unknown signer, broken or not signed.
	Standing seal.Standing `json:"standing"`
	Intact   bool          `json:"intact"`
	Report   *pack.Report  `json:"report,omitempty"` // none: it could not be looked at
	Faults   []pack.Fault  `json:"faults,omitempty"`
	// Chain is where its snapshots stand in the chains of all that were verified together.
	Chain []snapshot.Joined `json:"chain,omitempty"`
	// Tied says of a package without evidence which of the whole packages that were verified together are of the same snapshots.
	Tied []tie `json:"tied,omitempty"`
}

func runVerify(ctx context.Context, o verifyOptions, paths []string, stdout io.Writer) error {
	if err := checkFormat(o.format); err != nil {
		return err
	}
	if o.unsignedOK && o.requireSignature {
		return &usageError{errors.New("--unsigned-ok with --require-signature: one or the other")}
	}
	trust, err := o.openTrust()
	if err != nil {
		return err
	}
	return verifyAll(ctx, o, trust, paths, stdout)
}

// openTrust reads whom the caller trusts, and at what time.
func (o verifyOptions) openTrust() (t seal.Trust, err error) {
	t.At = clock()
	if o.at != "" {
		if t.At, err = parseTime("--at", o.at); err != nil {
			return t, err
		}
	}
	for _, name := range o.trust {
		found, err := readTrusted(name)
		if err != nil {
			return t, fmt.Errorf("--trust: %w", err)
		}
		t.Signers = append(t.Signers, found...)
	}
	for _, name := range o.tsaTrust {
		found, err := readTrusted(name)
		if err != nil {
			return t, fmt.Errorf("--tsa-trust: %w", err)
		}
		t.Authorities = append(t.Authorities, found...)
	}
	return t, nil
}

// verifyAll verifies each path, prints the results and sums up.
func verifyAll(ctx context.Context, o verifyOptions, trust seal.Trust, paths []string, stdout io.Writer) error {
	results := []verifyResult{}
	var failed, unknown, unsigned int
	var last error
	for _, path := range paths {
		result, err := verifyOne(ctx, path, trust, o)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed, last = failed+1, err
		} else if result.Standing == seal.Unknown {
			unknown++
		} else if o.lacksSignature(result) {
			unsigned++
		}
		results = append(results, result)
	}
	chains := chainsOf(results)
	tieAll(results)
	switch {
	case o.format == "json":
		if err := writeJSON(stdout, results); err != nil {
			return err
		}
	case len(results) == 1 && results[0].Report == nil: // nothing was verified: the error says why
	default:
		showResults(stdout, results, o.lacksSignature)
		showChains(stdout, chains)
		showTies(stdout, results)
		if unknown > 0 {
			showTrustNeeded(stdout, results, o.trust)
		}
	}
	switch {
	case failed == 1 && len(paths) == 1:
		return last
	case failed > 0:
		return fmt.Errorf("%d of %d do not verify", failed, len(paths))
	case unknown == 1 && len(paths) == 1:
		return &lookError{fmt.Sprintf("%s: signed by %s, whom you have not named with --trust", paths[0], unknownSigners(results[0].Report))}
	case unknown > 0:
		return &lookError{fmt.Sprintf("%d of %d are signed by somebody whom you have not named with --trust", unknown, len(paths))}
	case unsigned == 1 && len(paths) == 1:
		if len(o.trust) == 0 {
			return &lookError{fmt.Sprintf("%s: nobody signed this package, so anybody can have made it: --unsigned-ok takes it so", paths[0])}
		}
		return &lookError{fmt.Sprintf("%s: not signed, neither by those whom you named nor by anybody", paths[0])}
	case unsigned > 0:
		return &lookError{fmt.Sprintf("%d of %d are not signed by anybody", unsigned, len(paths))}
	}
	return cmp.Or(lookAtWithheld(results), lookAtReplays(o, results), lookAtChains(chains))
}

// lacksSignature reports whether somebody should have signed and nobody has: a package is signed unless its maker asked
// otherwise, and whoever names a signer expects a signature.
func (o verifyOptions) lacksSignature(r verifyResult) bool {
	if r.Standing != pack.NotSigned || r.Report == nil || o.unsignedOK {
		return false
	}
	return r.Report.Kind == pack.KindPackage || len(o.trust) > 0
}

// unknownSigners names those whose signatures hold and who are not trusted, each once.
func unknownSigners(r *pack.Report) string {
	var names []string
	for _, signed := range r.Signed {
		for _, one := range signed.Signatures {
			if name := strconv.Quote(one.Signer.Name); one.Standing == seal.Unknown && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return strings.Join(names, " and ")
}

func verifyOne(ctx context.Context, path string, trust seal.Trust, o verifyOptions) (verifyResult, error) {
	result := verifyResult{Version: verifyVersion, Path: path, Standing: seal.Broken}
	ctx, end := watch(ctx, o.stderr)
	defer end()
	report, err := pack.Verify(ctx, path, pack.VerifyOptions{Trust: trust, Replay: o.tool(), Weigh: collectAt})
	if err != nil {
		result.Faults = []pack.Fault{{Kind: "unreadable", Message: err.Error()}}
		return result, err
	}
	result.Standing, result.Intact, result.Report, result.Faults = report.Standing, report.Intact(), &report, report.Faults
	err = report.Err()
	if err == nil && o.requireSignature && !report.HasTrusted() {
		err = fmt.Errorf("%s: no signature by a trusted signer", path)
	}
	return result, err
}

// readTrusted reads the certificates in a file of them.
func readTrusted(name string) ([]*x509.Certificate, error) {
	data, err := readSmall(name, maxTrust)
	if err != nil {
		return nil, err
	}
	return seal.ReadCertificates(name, data)
}

// maxTrust is the largest file of certificates that is read, in bytes.
const maxTrust = 1 << 20

// signingTime is when something is signed: now, to the second, as certificates and signatures count.
func signingTime() time.Time { return clock().Truncate(time.Second) }
