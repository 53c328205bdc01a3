package form

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"auditpack/evidence"
)

// Left is a cell that was not filled, with the reason.
type Left struct{ Sheet, Cell, Question, Why string }

func (l Left) String() string {
	return fmt.Sprintf("%s!%s: %s: %s", l.Sheet, l.Cell, l.Question, l.Why)
}

// Filled is a form with answers.
type Filled struct {
	Data  []byte
	Cells int // that were filled
	Left  []Left
}

// maxCellText is how many characters a cell holds.
const maxCellText = 32_767

// Fill puts the answers of sets into a form by a map. Nothing is made if anything in the map does not fit the form.
func Fill(name string, data []byte, m Map, sets []evidence.AnsweredQuestionnaire) (Filled, error) {
	w, err := open(name, data)
	if err != nil {
		return Filled{}, err
	}
	var out Filled
	edits := map[string][]edit{}
	for _, c := range m.Cells {
		s, err := w.sheet(c.Sheet)
		if err != nil {
			return Filled{}, fmt.Errorf("%s: %w", name, err)
		}
		fault := func(err error) (Filled, error) {
			return Filled{}, fmt.Errorf("%s: %s!%s: %w", name, s.name, strings.ToUpper(c.Cell), err)
		}
		p, _ := parsePlace(c.Cell)
		if err := s.takes(p); err != nil {
			return fault(err)
		}
		set, q := find(sets, c.Question)
		if q == nil {
			return fault(fmt.Errorf("no answer to a question %q is at hand", c.Question))
		}
		text, why := value(*set, *q, c, c.Words.over(m.Words).over(Words{Yes: "Yes", No: "No"}))
		if text == "" {
			out.Left = append(out.Left, Left{s.name, p.String(), c.Question, why})
			continue
		}
		if text, err = w.allowed(s, p, text); err != nil {
			return fault(err)
		}
		edits[s.part] = append(edits[s.part], edit{p, text})
		out.Cells++
	}
	out.Data, err = w.write(edits)
	if err != nil {
		return Filled{}, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

func find(sets []evidence.AnsweredQuestionnaire, question string) (*evidence.AnsweredQuestionnaire, *evidence.QuestionAnswer) {
	for i := range sets {
		for j := range sets[i].Answers {
			if sets[i].Answers[j].ID == question {
				return &sets[i], &sets[i].Answers[j]
			}
		}
	}
	return nil, nil
}

// value returns what a cell gets, or why it gets nothing.
func value(set evidence.AnsweredQuestionnaire, q evidence.QuestionAnswer, c Cell, words Words) (text, why string) {
	switch c.Put {
	case PutComment:
		return q.Comment, "no comment"
	case PutBy:
		if q.Attestation == nil || q.Standing != evidence.Valid {
			return "", "nobody attested it"
		}
		return q.Attestation.By, ""
	case PutAsOf:
		return set.AsOf.UTC().Format("2006-01-02"), ""
	case PutScope:
		return scope(q), "no server was looked at"
	}
	if len(q.Discords) > 0 && q.Status != evidence.AnswerNo {
		return "", "the evidence and a person contradict each other"
	}
	switch q.Status {
	case evidence.Confirmed:
		return words.Yes, ""
	case evidence.AnswerNo:
		return words.No, ""
	case evidence.Partial:
		return words.Partial, "it holds in part, and the map has no word for that"
	}
	return "", string(q.Status)
}

// scope is what an answer is about.
func scope(q evidence.QuestionAnswer) string {
	if q.Reach == evidence.OfCompany && q.Status != evidence.AnswerNo {
		return "company"
	}
	var names []string
	for _, h := range q.Hosts {
		names = append(names, h.Host)
	}
	return strings.Join(names, ", ")
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
