package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/answers"
	"auditpack/evidence/audit"
	"auditpack/evidence/snapshot"
	"auditpack/evidence/trend"
	"auditpack/render/pack"
	"auditpack/render/schema"
)

// fileForm is a JSON file that the program writes or reads.
type fileForm struct {
	name, of, version string
	form              reflect.Type // nil: the answers file, which has a schema of its own
}

// fileForms are all of them. OSCAL and CKLB have schemas by those who made them.
func fileForms() []fileForm {
	return []fileForm{
		{"audit", "data/audit.json of a package, and what assess --format json prints", audit.Version, reflect.TypeFor[audit.Audit]()},
		{"line", "each line that assess --format line prints", lineVersion, reflect.TypeFor[assessLine]()},
		{"snapshot", "data/snapshot.json of a snapshot", snapshot.Version, snapshot.Form()},
		{"pack", "data/inputs/pack.json of a package", pack.Version, reflect.TypeFor[pack.Options]()},
		{"form", "data/questionnaire/forms/*.json of a package, and what questionnaire fill --format json prints", evidence.FormVersion, reflect.TypeFor[evidence.FilledForm]()},
		{"verify", "what verify --format json prints", verifyVersion, reflect.TypeFor[[]verifyResult]()},
		{"diff", "what diff --format json prints", diffVersion, reflect.TypeFor[diffResult]()},
		{"trend", "what trend --format json prints", trend.Version, reflect.TypeFor[trend.Trend]()},
		{"answers", "the operator's file, which is YAML", "", nil},
	}
}

// text returns the schema.
func (f fileForm) text() ([]byte, error) {
	if f.form == nil {
		return answers.Schema(), nil
	}
	return schema.Of(f.form, "urn:"+strings.NewReplacer(".", ":", "/", ":").Replace(f.version), f.of, f.version)
}

func newSchemaCommand() *cobra.Command {
	var list strings.Builder
	for _, f := range fileForms() {
		fmt.Fprintf(&list, "  %-9s %s\n", f.name, f.of)
	}
	return &cobra.Command{
		Use:   "schema NAME",
		Short: "Print the JSON Schema of a file that auditpack writes",
		Long: `Prints the JSON Schema (draft 2020-12) of a file. It is drawn from what the program writes with, and each file says its
version; a later version has another schema.

` + strings.TrimSuffix(list.String(), "\n"),
		Example: `  auditpack schema audit > audit.schema.json`,
		Args:    wantArgs(1, 1, "the name of a file: audit, line, snapshot, pack, form, verify, diff, trend or answers"),
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
