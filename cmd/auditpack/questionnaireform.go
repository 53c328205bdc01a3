package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/questionnaire"
	"auditpack/render/form"
)

func newQuestionnaireMapCommand() *cobra.Command {
	var dest string
	cmd := &cobra.Command{
		Use:   "map FORM.xlsx",
		Short: "Draft the map of an insurer's form: its cells that ask for something",
		Long: `Lists the cells of a workbook that ask for something (those with a drop-down, and the empty ones beside a question), with
their labels and choices, as a map for 'questionnaire fill'. All entries are commented out.`,
		Args: wantArgs(1, 1, "one form"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runQuestionnaireMap(args[0], dest, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVarP(&dest, "output", "o", "", "the `file` to write; it must not exist")
	return cmd
}

type fillOptions struct {
	mapFile, dest string
	answered      []string
}

func newQuestionnaireFillCommand() *cobra.Command {
	var o fillOptions
	cmd := &cobra.Command{
		Use:   "fill FORM.xlsx --map MAP.yaml --answered FILE.json -o COPY.xlsx",
		Short: "Fill an insurer's form with answers, keeping all else of it",
		Long: `Writes a copy of a workbook in which the cells that the map names hold the answers, and lists what was not filled. The answers
are those of a package (data/questionnaire/*.json), so that the form says what the package proves. An answer that is not
provable or not given fills nothing: insurers read a blank as a no, so look at the list.

EXIT STATUS
  0  done, every cell of the map is filled
  1  failed; nothing was written
  2  wrong usage
  3  done, and some cells were not filled`,
		Args: wantArgs(1, 1, "one form"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runQuestionnaireFill(args[0], o, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&o.mapFile, "map", "", "the `file` that says which cell gets what")
	cmd.Flags().StringArrayVar(&o.answered, "answered", nil, "a `file` with answers, data/questionnaire/NAME.json of a package (repeat)")
	cmd.Flags().StringVarP(&o.dest, "output", "o", "", "the `file` to write; it must not exist")
	return cmd
}

func runQuestionnaireMap(path, dest string, stdout io.Writer) error {
	data, err := readSmall(path, form.MaxForm)
	if err != nil {
		return err
	}
	draft, n, err := form.Draft(filepath.Base(path), data)
	if err != nil {
		return err
	}
	if dest == "" {
		_, err := stdout.Write(draft)
		return err
	}
	if err := writeNew(dest, draft); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d cells that ask for something\n", clean(dest), n)
	fmt.Fprintf(stdout, "next: name the questions in it, then auditpack questionnaire fill %s --map %s --answered ANSWERS.json -o COPY.xlsx\n", clean(path), clean(dest))
	return nil
}

func runQuestionnaireFill(path string, o fillOptions, stdout io.Writer) error {
	if o.mapFile == "" || o.dest == "" || len(o.answered) == 0 {
		return &usageError{errors.New("questionnaire fill needs --map, --answered and -o")}
	}
	if _, err := os.Lstat(o.dest); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists: -o names another", o.dest)
	}
	text, err := readSmall(o.mapFile, maxQuestionnaire)
	if err != nil {
		return err
	}
	m, err := form.ReadMap(o.mapFile, text)
	if err != nil {
		return err
	}
	var sets []evidence.AnsweredQuestionnaire
	for _, name := range o.answered {
		set, err := readAnswered(name)
		if err != nil {
			return err
		}
		sets = append(sets, set)
	}
	data, err := readSmall(path, form.MaxForm)
	if err != nil {
		return err
	}
	filled, err := form.Fill(filepath.Base(path), data, m, sets)
	if err != nil {
		return err
	}
	if err := writeNew(o.dest, filled.Data); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d cells filled, %d not; everything else is as it was\n", clean(o.dest), filled.Cells, len(filled.Left))
	for _, l := range filled.Left {
		fmt.Fprintf(stdout, "  not filled  %s\n", wrap(clean(l.String()), width(), "              "))
	}
	fmt.Fprintln(stdout, wrap("next: open it, let it calculate, and read it before a person signs it", width(), ""))
	if len(filled.Left) > 0 {
		return &lookError{fmt.Sprintf("%d of %d cells are not filled: an insurer may read a blank as a no", len(filled.Left), len(m.Cells))}
	}
	return nil
}

// readAnswered reads the answers of a set, as a package holds them.
func readAnswered(path string) (evidence.AnsweredQuestionnaire, error) {
	var set evidence.AnsweredQuestionnaire
	data, err := readSmall(path, form.MaxForm)
	if err != nil {
		return set, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&set); err != nil {
		return set, fmt.Errorf("%s: no answers of a questionnaire: %s", path, strings.TrimPrefix(err.Error(), "json: "))
	}
	if set.Version != questionnaire.Version {
		return set, fmt.Errorf("%s: version %q, want %s", path, set.Version, questionnaire.Version)
	}
	return set, nil
}
