package pack

import (
	"errors"
	"path"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/reduce"
	"auditpack/render/form"
)

// FormToFill is an insurer's own form, XLSX or PDF, with the map that says where the answers go.
type FormToFill struct{ Form, Map File }

// filledFolder is where filled forms lie in a package, each with the list of what was filled and what was not.
const filledFolder = answeredFolder + "forms/"

// isForm reports whether a filled form lies at a path, and not its list.
func isForm(name string) bool {
	return strings.HasPrefix(name, filledFolder) && path.Ext(name) != ".json"
}

// filledForm is a form that was filled.
type filledForm struct {
	about evidence.FilledForm
	data  []byte
}

// fillForms fills the forms with the answers of the audit, and tells it what came of them.
func (in Inputs) fillForms(a *audit.Audit) ([]filledForm, error) {
	if len(in.Forms) > 0 && len(a.Questionnaires) == 0 {
		return nil, errors.New("a form is filled from answers, and no set of questions is to be answered")
	}
	var all []filledForm
	for i, f := range in.Forms {
		m, err := form.ReadMap(f.Map.Name, f.Map.Data)
		if err != nil {
			return nil, err
		}
		filled, err := form.Fill(f.Form.Name, f.Form.Data, m, a.Questionnaires)
		if err != nil {
			return nil, err
		}
		filled.Form.Path = filledFolder + inputName(i, f.Form.Name)
		if in.WithoutEvidence {
			withhold(&filled.Form, i)
		}
		a.Forms = append(a.Forms, filled.Form)
		all = append(all, filledForm{filled.Form, filled.Data})
	}
	return all, nil
}

// withhold takes out of what is said of a form the names that files had, and says what of the form itself nobody has masked.
func withhold(f *evidence.FilledForm, i int) {
	f.Path = filledFolder + inputName(i, "form"+path.Ext(f.Path))
	f.Name, f.Map = path.Base(f.Path), reduce.Out
	f.Look = append(f.Look, evidence.FormNote{Why: "what was filled in is masked like the rest of this package: hand in the copy of the whole package instead; " +
		"what the form held before is not masked"})
}

// addForms writes the filled copy of each form, and the list of what was filled and what was not.
func addForms(w sink, forms []filledForm) error {
	for _, f := range forms {
		if err := w.Add(f.about.Path, f.data); err != nil {
			return err
		}
		text, err := encode(f.about)
		if err != nil {
			return err
		}
		if err := w.Add(strings.TrimSuffix(f.about.Path, path.Ext(f.about.Path))+".json", text); err != nil {
			return err
		}
	}
	return nil
}
