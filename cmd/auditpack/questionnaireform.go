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
	"auditpack/render/pack"
)

func newQuestionnaireMapCommand() *cobra.Command {
	var dest string
	cmd := &cobra.Command{
		Use:   "map FORM",
		Short: "Draft the map of an insurer's form: its cells or fields that ask for something",
		Long: `Lists what an insurer's form asks for, as a map for 'questionnaire fill': of a workbook (XLSX) the cells with a drop-down and
the empty ones beside a question, with their labels and choices; of a PDF its form fields, with their labels, options, page
and limits. All entries are commented out.`,
		Example: `  auditpack questionnaire map application.pdf -o map.yaml`,
		Args:    wantArgs(1, 1, "one form"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runQuestionnaireMap(args[0], dest, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVarP(&dest, "output", "o", "", "the `file` to write; it must not exist")
	return cmd
}

type fillOptions struct {
	mapFile, dest, format string
	answered              []string
}

func newQuestionnaireFillCommand() *cobra.Command {
	var o fillOptions
	cmd := &cobra.Command{
		Use:   "fill FORM --map MAP.yaml --answered FILE.json -o COPY",
		Short: "Fill an insurer's form with answers, keeping all else of it",
		Long: `Writes a copy of a form, a workbook (XLSX) or a PDF with form fields, in which the cells or fields that the map names hold the
answers, and lists what was not filled. The answers are those of a package (data/questionnaire/*.json), so that the form
says what the package proves. An answer that is not provable or not given fills nothing: insurers read a blank as a no, so
look at the list. All else of the form stays as it is; what does not fit it is an error, and nothing is written.

EXIT STATUS
  0  done, everything that the map names is filled
  1  failed; nothing was written
  2  wrong usage
  3  done, but look: something was not filled, or is not shown as it is`,
		Example: `  auditpack questionnaire fill application.pdf --map map.yaml --answered insurance.json -o filled.pdf`,
		Args:    wantArgs(1, 1, "one form"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runQuestionnaireFill(args[0], o, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&o.mapFile, "map", "", "the `file` that says which cell or field gets what")
	cmd.Flags().StringArrayVar(&o.answered, "answered", nil, "a `file` with answers, data/questionnaire/NAME.json of a package (repeat)")
	cmd.Flags().StringVarP(&o.dest, "output", "o", "", "the `file` to write; it must not exist")
	cmd.Flags().StringVar(&o.format, "format", "text", "the `form` of the list of what was filled and what not: text or json")
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
	fmt.Fprintf(stdout, "%s: %d places that ask for something\n", clean(dest), n)
	fmt.Fprintf(stdout, "next: name the questions in it, then auditpack questionnaire fill %s --map %s --answered ANSWERS.json -o COPY\n", clean(path), clean(dest))
	return nil
}

func runQuestionnaireFill(path string, o fillOptions, stdout io.Writer) error {
	if o.mapFile == "" || o.dest == "" || len(o.answered) == 0 {
		return &usageError{errors.New("questionnaire fill needs --map, --answered and -o")}
	}
	if err := checkFormat(o.format); err != nil {
		return err
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
	if o.format == "json" {
		filled.Form.Map = filepath.Base(o.mapFile)
		err = writeJSON(stdout, filled.Form)
	} else {
		showFilled(stdout, filled.Form, o.dest)
	}
	if n := len(filled.Form.Open); err == nil && n > 0 {
		return &lookError{fmt.Sprintf("%d of %s not filled: an insurer may read a blank as a no", n, formPlaces(n+len(filled.Form.Fields), filled.Form.Kind))}
	}
	if n := len(filled.Form.Look); err == nil && n > 0 {
		return &lookError{fmt.Sprintf("all is filled, but %d of it to be looked at before somebody signs", n)}
	}
	return err
}

// readForms reads the forms that a package is to fill, each with its map, and refuses what is wrong in a map before
// anything is judged.
func readForms(o packOptions) ([]pack.FormToFill, error) {
	if len(o.forms) != len(o.maps) {
		return nil, &usageError{fmt.Errorf("%s and %s: each form has a map, which 'auditpack questionnaire map' drafts", count(len(o.forms), "--form", "times --form"), count(len(o.maps), "--map", "times --map"))}
	}
	if len(o.forms) > 0 && len(o.sets) == 0 {
		return nil, &usageError{errors.New("--form without --questionnaire: a form is filled from the answers to questions")}
	}
	var forms []pack.FormToFill
	for i := range o.forms {
		data, err := readSmall(o.forms[i], form.MaxForm)
		if err != nil {
			return nil, err
		}
		text, err := readSmall(o.maps[i], maxQuestionnaire)
		if err != nil {
			return nil, err
		}
		if _, err := form.ReadMap(o.maps[i], text); err != nil {
			return nil, err
		}
		forms = append(forms, pack.FormToFill{
			Form: pack.File{Name: filepath.Base(o.forms[i]), Data: data}, Map: pack.File{Name: filepath.Base(o.maps[i]), Data: text}})
	}
	return forms, nil
}

func formPlaces(n int, k evidence.FormKind) string {
	if k == evidence.WorkbookForm {
		return count(n, "cell", "cells")
	}
	return count(n, "field", "fields")
}

func showFilled(w io.Writer, f evidence.FilledForm, dest string) {
	fmt.Fprintf(w, "%s: %s filled, %d not; everything else is as it was\n", clean(dest), formPlaces(len(f.Fields), f.Kind), len(f.Open))
	list := func(what string, notes []evidence.FormNote) {
		for _, n := range notes {
			fmt.Fprintf(w, "  %-10s  %s\n", what, wrap(clean(n.String()), width(), "              "))
		}
	}
	list("not filled", f.Open)
	list("look at", f.Look)
	for _, x := range f.ToConfirm() {
		fmt.Fprintf(w, "  %-10s  %s\n", "confirm", wrap(clean(fmt.Sprintf("%s: %s: attested by %s, about %s", x.Where, x.Question, x.Attested, x.Scope)), width(), "              "))
	}
	next := "next: open it and read it before a person signs it"
	if f.Kind == evidence.WorkbookForm {
		next = "next: open it, let it calculate, and read it before a person signs it"
	}
	fmt.Fprintln(w, wrap(next, width(), ""))
}

// readAnswered reads the answers of a set, as a package holds them.
func readAnswered(path string) (evidence.AnsweredQuestionnaire, error) {
	var set evidence.AnsweredQuestionnaire
	data, err := readSmall(path, form.MaxForm)
	if err != nil {
		return set, err
	}
	var sets []evidence.AnsweredQuestionnaire
	var into any = &set
	if listed := bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")); listed { // as questionnaire answer --format json prints them
		into = &sets
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return set, fmt.Errorf("%s: not the answers of a set of questions, as data/questionnaire of a package and 'auditpack questionnaire answer --format json' have them: %s",
			path, strings.TrimPrefix(err.Error(), "json: "))
	}
	switch len(sets) {
	case 0:
	case 1:
		set = sets[0]
	default:
		return set, fmt.Errorf("%s: the answers of %d sets of questions: a form is filled from one", path, len(sets))
	}
	if set.Version != questionnaire.Version {
		return set, fmt.Errorf("%s: version %q, want %s", path, set.Version, questionnaire.Version)
	}
	return set, nil
}
