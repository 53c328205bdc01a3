package form

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"auditpack/evidence"
	"auditpack/render"
)

// Filled is a form with answers, and what is to be said about it.
type Filled struct {
	Data []byte
	Form evidence.FilledForm
}

// maxCellText is how many characters a cell holds.
const maxCellText = 32_767

// Fill puts the answers of sets into a form, a workbook or a PDF, by a map. Nothing is made if anything in the map does
// not fit the form.
func Fill(name string, data []byte, m Map, sets []evidence.AnsweredQuestionnaire) (Filled, error) {
	fill := fillWorkbook
	if isPDF(data) {
		fill = fillPDF
	}
	out := Filled{Form: evidence.FilledForm{Version: evidence.FormVersion, Name: name, Digest: evidence.DigestOf(data), Map: m.name, MapDigest: m.digest,
		Fields: []evidence.FormField{}, Open: []evidence.FormNote{}, Look: []evidence.FormNote{}}}
	if err := fill(&out, name, data, m, sets); err != nil {
		return Filled{}, err
	}
	out.Form.Filled = evidence.DigestOf(out.Data)
	return out, nil
}

// put notes what a field got, and what stands behind it.
func (f *Filled) put(where, label string, e Entry, text string, sets []evidence.AnsweredQuestionnaire) {
	field := evidence.FormField{Where: where, Label: label, Question: e.Question, Put: e.Put, Text: text}
	if _, q, err := answerTo(sets, e.Question); err == nil && e.Question != "" {
		field.Basis, field.Scope, field.Attested = q.Basis, about(*q), attested(*q)
	}
	f.Form.Fields = append(f.Form.Fields, field)
}

// leave notes that a field got nothing.
func (f *Filled) leave(where, label string, e Entry, why string) {
	f.Form.Open = append(f.Form.Open, evidence.FormNote{Where: where, Label: label, Question: e.Question, Why: why})
}

// look notes what a person has to look at.
func (f *Filled) look(where string, format string, args ...any) {
	f.Form.Look = append(f.Form.Look, evidence.FormNote{Where: where, Why: fmt.Sprintf(format, args...)})
}

func fillWorkbook(out *Filled, name string, data []byte, m Map, sets []evidence.AnsweredQuestionnaire) error {
	out.Form.Kind = evidence.WorkbookForm
	w, err := open(name, data)
	if err != nil {
		return err
	}
	if len(m.Fields) > 0 {
		return fmt.Errorf("%s%s is a workbook, and the map names fields of a PDF", m.Fields[0].at, name)
	}
	edits := map[string][]edit{}
	for _, c := range m.Cells {
		s, err := w.sheet(c.Sheet)
		if err != nil {
			return fmt.Errorf("%s%s: %w", c.at, name, err)
		}
		p, _ := parsePlace(c.Cell)
		fault := func(err error) error { return fmt.Errorf("%s%s: %s!%s: %w", c.at, name, s.name, p, err) }
		if err := s.takes(p); err != nil {
			return fault(err)
		}
		text, why, err := value(sets, c.Entry, m.Words)
		if err != nil {
			return fault(err)
		}
		if text == "" {
			out.leave(s.name+"!"+p.String(), c.Label, c.Entry, why)
			continue
		}
		if text, err = w.allowed(s, p, text); err != nil {
			return fault(err)
		}
		edits[s.part] = append(edits[s.part], edit{p, text})
		out.put(s.name+"!"+p.String(), c.Label, c.Entry, text, sets)
	}
	if out.Data, err = w.write(edits); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// answerTo finds the answer to a question, in the first set that has it; without a question the first set.
func answerTo(sets []evidence.AnsweredQuestionnaire, question string) (*evidence.AnsweredQuestionnaire, *evidence.QuestionAnswer, error) {
	if question == "" && len(sets) > 0 {
		return &sets[0], &evidence.QuestionAnswer{}, nil
	}
	for i := range sets {
		for j := range sets[i].Answers {
			if sets[i].Answers[j].ID == question {
				return &sets[i], &sets[i].Answers[j], nil
			}
		}
	}
	return nil, nil, fmt.Errorf("no answer to a question %q is at hand", question)
}

// value returns what a cell or a field gets as text, or why it gets nothing. What could deceive a reader is made visible.
func value(sets []evidence.AnsweredQuestionnaire, e Entry, words Words) (text, why string, err error) {
	text, why, err = said(sets, e, words)
	text, _ = render.Clean(text)
	return text, why, err
}

func said(sets []evidence.AnsweredQuestionnaire, e Entry, words Words) (text, why string, err error) {
	set, q, err := answerTo(sets, e.Question)
	if err != nil {
		return "", "", err
	}
	words = e.Words.over(words).over(Words{Yes: "Yes", No: "No"})
	switch e.Put {
	case PutComment:
		return q.Comment, "no comment", nil
	case PutBy:
		return strings.Join(people(*q), "; "), "nobody attested it", nil
	case PutAsOf:
		return set.AsOf.UTC().Format("2006-01-02"), "", nil
	case PutScope:
		return scope(*q), "no server was looked at", nil
	case PutClient:
		return set.Client, "the answers name no client", nil
	}
	switch decided, why := decision(*q); decided {
	case evidence.Confirmed:
		return words.Yes, "", nil
	case evidence.AnswerNo:
		return words.No, "", nil
	case evidence.Partial:
		return words.Partial, "it holds in part, and the map has no word for that", nil
	default:
		return "", why, nil
	}
}

// decision is the answer, if one can be put into a form; else why none can.
func decision(q evidence.QuestionAnswer) (evidence.AnswerStatus, string) {
	switch {
	case len(q.Discords) > 0 && q.Status != evidence.AnswerNo:
		return "", "the evidence and a person contradict each other"
	case q.Status == evidence.Confirmed, q.Status == evidence.AnswerNo, q.Status == evidence.Partial:
		return q.Status, ""
	}
	return "", string(q.Status)
}

// takes reports why nothing can be put into a cell.
func (s *sheet) takes(p place) error {
	for _, m := range s.merged {
		if m.holds(p) && p != m.from {
			return fmt.Errorf("is part of the merged cells %s:%s: name %[1]s", m.from, m.to)
		}
	}
	if c := s.cells[p]; c != nil && c.formula {
		return errors.New("holds a formula")
	}
	return nil
}

// edit is a text for a cell.
type edit struct {
	place
	text string
}

// write makes the form with edits. What is not edited keeps its bytes, packed as they were.
func (w *workbook) write(edits map[string][]edit) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range w.zip.File {
		var changes []edit
		for part, list := range edits {
			if strings.EqualFold(part, f.Name) {
				changes = list
			}
		}
		if changes == nil {
			if err := z.Copy(f); err != nil {
				return nil, fmt.Errorf("%s: %w", f.Name, err)
			}
			continue
		}
		var s *sheet
		for part, read := range w.read {
			if strings.EqualFold(part, f.Name) {
				s = read
			}
		}
		out, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: f.Modified, Comment: f.Comment})
		if err != nil {
			return nil, err
		}
		if _, err := out.Write(s.edited(changes)); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), w.check(b.Bytes(), edits)
}

// check reads the form that was written and holds that the cells have their texts.
func (w *workbook) check(data []byte, edits map[string][]edit) error {
	again, err := open(w.name, data)
	if err != nil {
		return err
	}
	for _, ref := range w.sheets {
		if len(edits[ref.part]) == 0 {
			continue
		}
		s, err := again.sheet(ref.name)
		if err != nil {
			return err
		}
		for _, e := range edits[ref.part] {
			if s.textAt(e.place) != e.text {
				return fmt.Errorf("%s!%s was not written as it should", ref.name, e.place)
			}
		}
	}
	return nil
}

// clip makes text fit for a cell: what XML cannot hold is replaced, and what a cell cannot hold is cut.
func clip(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r >= ' ' && r != 0xfffe && r != 0xffff {
			return r
		}
		return utf8.RuneError
	}, strings.ToValidUTF8(text, string(utf8.RuneError)))
	if runes := []rune(text); len(runes) > maxCellText {
		text = string(runes[:maxCellText-1]) + "…"
	}
	return text
}
