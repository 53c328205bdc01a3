package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/answers"
	"auditpack/evidence/audit"
	"auditpack/evidence/collect"
	"auditpack/evidence/questionnaire"
	"auditpack/evidence/snapshot"
	"auditpack/evidence/trend"
	"auditpack/render/pack"
	"auditpack/render/schema"
)

// fileForm is a JSON file that the program writes or reads.
type fileForm struct {
	name, of, version string
	form              reflect.Type  // nil: it has a schema of its own
	own               func() []byte // that
}

// planVersion is the format of what capture --dry-run --format json prints.
const planVersion = "auditpack.plan/1"

// capturePlan is the form of that. A test holds what is printed against it.
type capturePlan struct {
	Version string        `json:"version"`
	Host    collect.About `json:"host"`
	Items   []plannedItem `json:"items"`
}

// fileForms are all of them. OSCAL and CKLB have schemas by those who made them. The journal of a capture that is not done is
// for nobody but the version that began it, and what an external signer gets and gives is no JSON.
func fileForms() []fileForm {
	return []fileForm{
		{"audit", "data/audit.json of a package, and what assess --format json prints", audit.Version, reflect.TypeFor[audit.Audit](), nil},
		{"line", "each line that assess --format line prints", lineVersion, reflect.TypeFor[assessLine](), nil},
		{"snapshot", "data/snapshot.json of a snapshot", snapshot.Version, snapshot.Form(), nil},
		{"plan", "what capture --dry-run --format json prints", planVersion, reflect.TypeFor[capturePlan](), nil},
		{"script", snapshot.ScriptRecord + ", which the script of 'auditpack collector' writes", snapshot.ScriptVersion, snapshot.ScriptForm(), nil},
		{"pack", "data/inputs/pack.json of a package", pack.Version, reflect.TypeFor[pack.Options](), nil},
		{"form", "data/questionnaire/forms/*.json of a package, and what questionnaire fill --format json prints", evidence.FormVersion, reflect.TypeFor[evidence.FilledForm](), nil},
		{"verify", "what verify --format json prints", verifyVersion, reflect.TypeFor[[]verifyResult](), nil},
		{"diff", "what diff --format json prints", diffVersion, reflect.TypeFor[diffResult](), nil},
		{"trend", "what trend --format json prints", trend.Version, reflect.TypeFor[trend.Trend](), nil},
		{"answered", "data/questionnaire/*.json of a package, and what questionnaire answer --format json prints", "", nil, questionnaire.AnsweredSchema},
		{"questions", "a set of questions, which is YAML", "", nil, questionnaire.Schema},
		{"answers", "the operator's file, which is YAML", "", nil, answers.Schema},
	}
}

// text returns the schema.
func (f fileForm) text() ([]byte, error) {
	if f.form == nil {
		return f.own(), nil
	}
	return schema.Of(f.form, "urn:"+strings.NewReplacer(".", ":", "/", ":").Replace(f.version), f.of, f.version)
}

func newSchemaCommand() *cobra.Command {
	var list strings.Builder
	var names []string
	for _, f := range fileForms() {
		names = append(names, f.name)
		fmt.Fprintf(&list, "  %-9s  %s\n", f.name, f.of)
	}
	return &cobra.Command{
		Use:   "schema NAME",
		Short: "Print the JSON Schema of a file that auditpack writes",
		Long: `Prints the JSON Schema (draft 2020-12) of a file. It is drawn from what the program writes with, and each file says its
version; a later version has another schema. OSCAL and CKLB files have those of NIST and DISA.

` + strings.TrimSuffix(list.String(), "\n"),
		Example: `  auditpack schema audit > audit.schema.json`,
		Args:    wantArgs(1, 1, "the name of a file: "+strings.Join(names[:len(names)-1], ", ")+" or "+names[len(names)-1]),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, f := range fileForms() {
				if f.name != args[0] {
					continue
				}
				text, err := f.text()
				if err != nil {
					return err
				}
				_, err = cmd.OutOrStdout().Write(text)
				return err
			}
			return &usageError{fmt.Errorf("no file is called %q: 'auditpack schema --help' lists them", args[0])}
		},
	}
}
