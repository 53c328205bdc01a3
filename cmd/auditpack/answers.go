package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/answers"
	"auditpack/evidence/guide"
)

func newAnswersCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "answers",
		Short: "Make and check the operator's file: facts, attestations, exceptions, who mends what until when",
		Args:  wantArgs(0, 0, "init, check or schema"),
		RunE:  func(cmd *cobra.Command, args []string) error { return cmd.Help() },
	}
	var dest, asOf string
	var sets []string
	draft := &cobra.Command{
		Use:   "init SNAPSHOT",
		Short: "Write an answers file with every open question of a snapshot, to be filled in",
		Long: `Judges the snapshot by its own time and writes a YAML file with every statement of the guide that only a person can decide:
what it says, what to look at, what was found. With --questionnaire it holds the questions of that set, too, that the evidence
does not decide, as entries question:ID. All entries are commented out: the file changes nothing until somebody fills it in.
It is printed, or written to a new file with -o.`,
		Example: `  auditpack answers init after-snapshot -o answers.yaml
  auditpack answers init after-snapshot --questionnaire insurance --questionnaire own.yaml -o answers.yaml`,
		Args: wantArgs(1, 1, "one snapshot"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runAnswersInit(cmd.Context(), args[0], sets, dest, cmd.OutOrStdout())
		},
	}
	draft.Flags().StringVarP(&dest, "output", "o", "", "the `file` to write instead of printing; it must not exist")
	draft.Flags().StringArrayVar(&sets, "questionnaire", nil, "draft the open questions of a `set`, too: the name of a built-in one, or a file (repeat)")
	check := &cobra.Command{
		Use:   "check FILE",
		Short: "Say what an answers file holds, and what in it is expired, overdue or about to expire",
		Long: `Reads an answers file and says what it holds. An error names file, line and column.

EXIT STATUS
  0  the file is good
  1  the file is not good
  2  wrong usage
  3  the file is good, and something in it is expired or overdue`,
		Example: `  auditpack answers check answers.yaml`,
		Args:    wantArgs(1, 1, "one answers file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runAnswersCheck(args[0], asOf, cmd.OutOrStdout())
		},
	}
	check.Flags().StringVar(&asOf, "as-of", "", "the `time` by which expiry is judged (RFC 3339 or a date)")
	schema := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the answers file, for editors",
		Long: `Prints the JSON Schema (draft 2020-12). With the schema in a file beside the answers file, editors that have YAML support
complete and check what is typed if the first line is:  # yaml-language-server: $schema=answers.schema.json`,
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, err := cmd.OutOrStdout().Write(answers.Schema())
			return err
		},
	}
	cmd.AddCommand(draft, check, schema)
	return cmd
}

// answersFile is an answers file as it was read: what it says, its bytes, and the files that it names.
type answersFile struct {
	answers evidence.Answers
	data    []byte
	files   []answers.File
}

// readAnswers reads an answers file against the embedded guide, and its attachments, which lie below its folder.
func readAnswers(path string) (answersFile, error) {
	var f answersFile
	g, _, err := guide.Load(guideFiles())
	if err != nil {
		return f, err
	}
	if f.data, err = readSmall(path, answers.MaxSize); err != nil {
		return f, err
	}
	if f.answers, err = answers.Parse(path, f.data, g.ControlIDs()); err != nil {
		return f, err
	}
	folder, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return f, err
	}
	defer folder.Close()
	if f.files, err = answers.ReadAttachments(path, folder.FS(), f.answers); err != nil {
		return f, err
	}
	return f, answers.Attach(&f.answers, f.files)
}

func runAnswersInit(ctx context.Context, path string, sets []string, dest string, stdout io.Writer) error {
	if dest != "" {
		if _, err := os.Lstat(dest); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s exists: it may hold answers, -o names another", dest)
		}
	}
	files, err := readSets(sets)
	if err != nil {
		return err
	}
	draft, err := draftAnswers(ctx, path, files)
	if err != nil {
		return err
	}
	if dest == "" {
		_, err := stdout.Write(draft.YAML())
		return err
	}
	if err := writeNew(dest, draft.YAML()); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d open questions, none answered yet\n", dest, len(draft.Open)+len(draft.Questions()))
	fmt.Fprintf(stdout, "next: fill it in, then auditpack answers check %s\n", dest)
	return nil
}

// writeNew writes a file that must not exist; if it cannot be written whole, none is left.
func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(path)
	}
	return err
}

// expiresSoon is how long before its end an entry is called about to expire.
const expiresSoon = 30 * 24 * time.Hour

// entry is an attestation or an exception, for showing.
type entry struct {
	control, text string
	standing      evidence.Standing
	until         time.Time
}

func runAnswersCheck(path, asOfFlag string, stdout io.Writer) error {
	at, err := asOf(asOfFlag)
	if err != nil {
		return err
	}
	f, err := readAnswers(path)
	if err != nil {
		return err
	}
	a := f.answers
	fmt.Fprintf(stdout, "%s  as of %s\n", clean(path), at.Format("2006-01-02 15:04 UTC"))
	for _, line := range factLines(a) {
		fmt.Fprintf(stdout, "  %-17s %s\n", line[0], clean(line[1]))
	}
	for _, f := range a.Facts {
		fmt.Fprintf(stdout, "  of %s\n", clean(strings.Join(f.Hosts, ", ")))
		for _, line := range factLines(evidence.Answers{Technicians: f.Technicians, DomainMember: f.DomainMember, DatabaseHost: f.DatabaseHost, Networks: f.Networks})[2:] {
			if line[1] != notAnswered {
				fmt.Fprintf(stdout, "    %-15s %s\n", line[0], clean(line[1]))
			}
		}
	}
	var attested, accepted []entry
	for _, t := range a.Attestations {
		attested = append(attested, entry{t.Control, attestationLine(&t) + ofHosts(t.Hosts), t.At(at), t.ValidUntil})
	}
	for _, x := range a.Exceptions {
		accepted = append(accepted, entry{x.Control, fmt.Sprintf("accepted by %s on %s: %s", x.Approver, x.On.Format("2006-01-02"), x.Reason) + ofHosts(x.Hosts), x.At(at), x.Expires})
	}
	showEntries(stdout, "attestations", attested, at)
	showEntries(stdout, "exceptions", accepted, at)
	late := showPlans(stdout, a.Remediation, at)
	all := append(attested, accepted...)
	expired, soon := 0, 0
	for _, e := range all {
		switch {
		case e.standing == evidence.Expired:
			expired++
		case e.until.Sub(at) <= expiresSoon:
			soon++
		}
	}
	fmt.Fprintf(stdout, "%s, %s: %d expired, %d within 30 days of it\n",
		count(len(attested), "attestation", "attestations"), count(len(accepted), "exception", "exceptions"), expired, soon)
	if n := len(a.Remediation); n > 0 {
		fmt.Fprintf(stdout, "%s: %d overdue\n", count(n, "planned remediation", "planned remediations"), late)
	}
	next(stdout, "auditpack assess SNAPSHOT --answers %s", path)
	switch {
	case expired == 0 && late > 0:
		return &lookError{fmt.Sprintf("%d of %d planned remediations in %s are overdue", late, len(a.Remediation), path)}
	case expired > 0:
		return &lookError{fmt.Sprintf("%d of %d entries in %s expired and count as nothing: ask again, or remove them", expired, len(all), path)}
	}
	return nil
}

// ofHosts says which hosts an entry is about, if not all.
func ofHosts(hosts []string) string {
	if len(hosts) == 0 {
		return ""
	}
	return "; only for " + strings.Join(hosts, ", ")
}

// notAnswered stands for a fact that the file does not hold.
const notAnswered = "not answered"

// factLines says each fact with its value.
func factLines(a evidence.Answers) [][2]string {
	left := notAnswered
	text := func(s string) string {
		if s == "" {
			return left
		}
		return s
	}
	technicians, member := left, left
	if a.Technicians != nil {
		technicians = fmt.Sprint(*a.Technicians)
	}
	if a.DomainMember != nil {
		member = fmt.Sprint(*a.DomainMember)
	}
	return [][2]string{
		{"client", text(a.Client)}, {"prepared_by", text(a.PreparedBy)}, {"technicians", technicians}, {"domain_member", member},
		{"database_host", text(a.DatabaseHost)}, {"allowed_networks", text(strings.Join(a.Networks, ", "))},
	}
}

func attestationLine(t *evidence.Attestation) string {
	says := "holds"
	if !t.Holds {
		says = "does not hold"
	}
	text := fmt.Sprintf("%s, says %s on %s", says, t.By, t.On.Format("2006-01-02"))
	if t.Comment != "" {
		text += ": " + strings.Join(strings.Fields(t.Comment), " ")
	}
	if t.Attachment.Name != "" {
		text += fmt.Sprintf(" (with %s, sha256 %s)", t.Attachment.Name, t.Attachment.Digest)
	}
	return text
}

func showEntries(w io.Writer, title string, list []entry, at time.Time) {
	if len(list) == 0 {
		return
	}
	st := newStyle(w)
	fmt.Fprintf(w, "%s\n", st.bold(title))
	for _, e := range list {
		result, until := evidence.Pass, "until "+e.until.Format("2006-01-02")
		switch left := e.until.Sub(at); {
		case e.standing == evidence.Expired:
			result, until = evidence.Fail, "expired on "+e.until.Format("2006-01-02")
		case e.standing == evidence.NotYetValid:
			result, until = evidence.NotCollected, "not yet valid; "+until
		case left <= expiresSoon:
			result, until = evidence.NeedsReview, until+", about to expire"
		}
		fmt.Fprintf(w, "  %s %s  %s\n", st.result(result, mark(result)), st.bold(clean(e.control)), st.result(result, until))
		fmt.Fprintf(w, "      %s\n", wrap(clean(e.text), width(), "      "))
	}
}
