package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/guide"
	"auditpack/evidence/questionnaire"
	"auditpack/render/pack"
	"auditpack/templates"
)

// maxQuestionnaire is the largest set of questions that is read, in bytes.
const maxQuestionnaire = 1 << 20

func newQuestionnaireCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "questionnaire",
		Short: "Answer insurers' questions by evidence, with scope",
		Long: `Answers sets of questions, as insurers ask them, by the evidence of a snapshot and by what people attest. An answer is
confirmed, partial, no, not provable here or not answered, and says for which servers and as of when. A question about the
company is never confirmed by a server. A person answers a question with an attestation in the answers file, whose control is
question: and the question's id.`,
		Args: wantArgs(0, 0, "list, show, answer, lint, schema, map or fill"),
		RunE: func(cmd *cobra.Command, args []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "list", Short: "List the built-in sets of questions", Args: wantArgs(0, 0, "no argument"),
			RunE: func(cmd *cobra.Command, args []string) error { return runQuestionnaireList(cmd.OutOrStdout()) },
		},
		&cobra.Command{
			Use: "show NAME|FILE", Short: "Show the questions of a set and what answers them", Args: wantArgs(1, 1, "the name of a set, or a file"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return runQuestionnaireShow(args[0], cmd.OutOrStdout())
			},
		},
		newQuestionnaireAnswerCommand(), newQuestionnaireLintCommand(), newQuestionnaireSchemaCommand(),
		newQuestionnaireMapCommand(), newQuestionnaireFillCommand(),
	)
	return cmd
}

func newQuestionnaireAnswerCommand() *cobra.Command {
	var in inputFlags
	var sets []string
	var format string
	cmd := &cobra.Command{
		Use:   "answer SNAPSHOT…",
		Short: "Answer sets of questions by snapshots and attestations",
		Long: `Answers one or several sets of questions (without --questionnaire: the set insurance) by the evidence of one snapshot a host
and by the attestations in the answers file. Contradictions between the two come first.

EXIT STATUS
  0  done, whatever the answers are
  1  failed
  2  wrong usage
  3  done, and the evidence contradicts what somebody attested`,
		Args: wantArgs(1, -1, "one or more snapshots, one a host"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runQuestionnaireAnswer(cmd.Context(), in, sets, format, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	in.add(cmd)
	cmd.Flags().StringArrayVar(&sets, "questionnaire", nil, "a `set` of questions: the name of a built-in one, or a file (repeat for several)")
	cmd.Flags().StringVar(&format, "format", "text", "the `form` of the result: text or json")
	return cmd
}

func newQuestionnaireLintCommand() *cobra.Command {
	return &cobra.Command{
		Use: "lint FILE", Short: "Check a set of questions of one's own", Args: wantArgs(1, 1, "one file"),
		Long: `Reads a set of questions and names every problem with file, line and column: keys that do not exist, ids used twice, texts
that are too long, and statements, rules, checks and settings that nothing knows.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runQuestionnaireLint(args[0], cmd.OutOrStdout())
		},
	}
}

func newQuestionnaireSchemaCommand() *cobra.Command {
	var answered bool
	cmd := &cobra.Command{
		Use: "schema", Short: "Print the JSON Schema of a set of questions", Args: wantArgs(0, 0, "no argument"),
		Long: `Prints the JSON Schema (draft 2020-12) of a set of questions, for editors; with --answered that of its answers, as they lie in
data/questionnaire of a package.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			schema := questionnaire.Schema()
			if answered {
				schema = questionnaire.AnsweredSchema()
			}
			_, err := cmd.OutOrStdout().Write(schema)
			return err
		},
	}
	cmd.Flags().BoolVar(&answered, "answered", false, "the schema of answers instead")
	return cmd
}

// builtInSets are the names of the built-in sets, sorted.
func builtInSets() []string {
	entries, err := fs.ReadDir(templates.FS, "questionnaires")
	if err != nil {
		panic(err) // the folder is embedded
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), path.Ext(e.Name())))
	}
	return names
}

// readSet reads a set of questions: a built-in one by its name, else a file.
func readSet(name string) (pack.File, error) {
	if data, err := fs.ReadFile(templates.FS, "questionnaires/"+name+".yaml"); err == nil {
		return pack.File{Name: name + ".yaml", Data: data}, nil
	}
	data, err := readSmall(name, maxQuestionnaire)
	if errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(name, `./\`) {
		return pack.File{}, &usageError{fmt.Errorf("no set of questions is called %q: there are %s; a file is named with its ending", name, strings.Join(builtInSets(), ", "))}
	}
	return pack.File{Name: filepath.Base(name), Data: data}, err
}

// readSets reads sets, and refuses what is wrong in them before anything is judged.
func readSets(names []string) ([]pack.File, error) {
	known, err := builtInKnown()
	if err != nil {
		return nil, err
	}
	known.Rules = nil // the benchmarks at hand may have more
	var files []pack.File
	for _, name := range names {
		f, err := readSet(name)
		if err != nil {
			return nil, err
		}
		if _, err := questionnaire.Parse(f.Name, f.Data, known); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func builtInKnown() (questionnaire.Known, error) {
	g, _, err := guide.Load(guideFiles())
	return audit.Known(g, nil), err
}

func runQuestionnaireList(w io.Writer) error {
	st := newStyle(w)
	for _, name := range builtInSets() {
		set, err := openSet(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s  %s, %d questions\n", st.bold(set.ID), set.Title, len(set.Questions))
		fmt.Fprintf(w, "  %s\n", wrap(set.About, width(), "  "))
	}
	fmt.Fprintln(w, "next: auditpack questionnaire show NAME; one's own set is a file (auditpack questionnaire schema)")
	return nil
}

func openSet(name string) (evidence.Questionnaire, error) {
	f, err := readSet(name)
	if err != nil {
		return evidence.Questionnaire{}, err
	}
	known, err := builtInKnown()
	if err != nil {
		return evidence.Questionnaire{}, err
	}
	return questionnaire.Parse(f.Name, f.Data, known)
}

func runQuestionnaireShow(name string, w io.Writer) error {
	set, err := openSet(name)
	if err != nil {
		return err
	}
	st := newStyle(w)
	fmt.Fprintf(w, "%s  %s\n%s\n", st.bold(set.ID), clean(set.Title), wrap(clean(set.About), width(), ""))
	topic := ""
	for _, q := range set.Questions {
		if q.Topic != topic {
			topic = q.Topic
			fmt.Fprintf(w, "\n%s\n", st.bold(clean(topic)))
		}
		showQuestion(w, st, q)
	}
	return nil
}

func showQuestion(w io.Writer, st style, q evidence.Question) {
	fmt.Fprintf(w, "  %s  %s\n      %s\n", st.bold(q.ID), st.dim(string(q.Reach)), wrap(clean(q.Text), width(), "      "))
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(w, "      %-9s %s\n", label, wrap(clean(text), width(), "                "))
		}
	}
	line("controls", strings.Join(q.Controls, ", "))
	for _, c := range q.Checks {
		line("check", c.Statement+": "+checkLine(c.Check))
	}
	var rules, settings []string
	for _, r := range q.Rules {
		rules = append(rules, string(r))
	}
	for _, a := range q.Settings {
		settings = append(settings, string(a))
	}
	line("STIG", strings.Join(rules, ", "))
	line("shows", strings.Join(settings, ", "))
	if q.Parts {
		line("", "each of these answers a part")
	}
	line("person", q.Person)
	line("attach", q.Attach)
}

func runQuestionnaireLint(file string, w io.Writer) error {
	data, err := readSmall(file, maxQuestionnaire)
	if err != nil {
		return err
	}
	known, err := builtInKnown()
	if err != nil {
		return err
	}
	set, problems, err := questionnaire.Lint(file, data, known)
	if err != nil {
		return err
	}
	for _, p := range problems {
		fmt.Fprintln(w, clean(p.String()))
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d problems in the set of questions", len(problems))
	}
	fmt.Fprintf(w, "no problems; %d questions, sha256 %s\n", len(set.Questions), set.Digest)
	return nil
}

func runQuestionnaireAnswer(ctx context.Context, flags inputFlags, sets []string, format string, snapshots []string, stdout, stderr io.Writer) error {
	if err := checkFormat(format); err != nil {
		return err
	}
	if len(sets) == 0 {
		sets = []string{"insurance"}
	}
	files, err := readSets(sets)
	if err != nil {
		return err
	}
	in, err := openInputs(ctx, snapshots, flags)
	if err != nil {
		return err
	}
	defer closeInputs(in)
	in.Questionnaires = files
	a, err := in.Audit(ctx)
	if err != nil {
		return err
	}
	sayUnasked(stderr, a)
	sayUnconcerned(stderr, a)
	if format == "json" {
		if err := writeJSON(stdout, a.Questionnaires); err != nil {
			return err
		}
	} else {
		showAnswers(stdout, a)
	}
	sayStale(stderr, a)
	contradicted := 0
	for _, q := range a.Questionnaires {
		contradicted += q.Counts.Contradictions
	}
	if contradicted > 0 {
		return &lookError{fmt.Sprintf("%d of the answers: the evidence contradicts what somebody attested", contradicted)}
	}
	return nil
}

// sayUnasked names what somebody attested of questions that no set has, neither one that was answered nor a built-in one:
// most likely a slip of the pen.
func sayUnasked(stderr io.Writer, a audit.Audit) {
	known := map[string]bool{}
	for _, set := range a.Questionnaires {
		for _, q := range set.Answers {
			known[q.ID] = true
		}
	}
	for _, name := range builtInSets() {
		if set, err := openSet(name); err == nil {
			for _, q := range set.Questions {
				known[q.ID] = true
			}
		}
	}
	for _, t := range a.Attested {
		if id, ok := strings.CutPrefix(t.Control, evidence.QuestionPrefix); ok && !known[id] {
			say(stderr, "the answers attest the question %q, which no set has: it answers nothing", id)
		}
	}
}
