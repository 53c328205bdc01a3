package questionnaire

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"auditpack/evidence"
	"auditpack/evidence/manuscript"
)

// Limits of one set.
const (
	MaxQuestions = 500
	MaxLinks     = 60     // of one question, of each kind
	MaxText      = 600    // of a question or another text, in characters
	DefaultLimit = 1000   // of a comment, in characters
	MinLimit     = 120    // less holds no sentence
	MaxLimit     = 32_000 // a cell of a workbook holds 32,767
)

var limits = manuscript.Limits{Size: 512 << 10, Line: 2000, Brackets: 20}

// Known is what links are held against. What is nil is not: any is accepted.
type Known struct {
	Controls map[string]bool               // ids of the guide
	Rules    map[evidence.STIGID]bool      // STIG ids of the guide's references and of benchmarks at hand
	Prepare  func(c evidence.Check) error  // says what is wrong with a Check
	Kinds    func(kind string) (held bool) // whether a format can hold Settings of the kind
}

// Problem is something that is wrong in a file, with its place.
type Problem struct {
	File         string
	Line, Column int
	What         string // begins with the id of the question
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.What)
}

// Parse reads a set. name stands in errors. The first problem is the error.
func Parse(name string, data []byte, known Known) (evidence.Questionnaire, error) {
	q, problems, err := Lint(name, data, known)
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("%s", problems[0])
	}
	if err != nil {
		return evidence.Questionnaire{}, err
	}
	return q, nil
}

// Lint reads a set and returns all problems in the order of the file. The error is for what cannot be read at all.
func Lint(name string, data []byte, known Known) (evidence.Questionnaire, []Problem, error) {
	var q evidence.Questionnaire
	f, err := manuscript.Parse(name, data, limits)
	if err == nil {
		err = f.Decode(&q)
	}
	if err != nil {
		return evidence.Questionnaire{}, nil, err
	}
	q.File, q.Digest = path.Base(strings.ReplaceAll(name, `\`, "/")), evidence.DigestOf(data)
	l := linter{name: name, file: f, known: known}
	l.set(q)
	return q, l.problems, nil
}

var idForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

const maxID = 60

type linter struct {
	name     string
	file     *manuscript.File
	known    Known
	problems []Problem
}

func (l *linter) add(path, format string, args ...any) {
	line, column := l.file.Place(path)
	l.problems = append(l.problems, Problem{l.name, line, column, fmt.Sprintf(format, args...)})
}

func (l *linter) set(q evidence.Questionnaire) {
	if q.Version != 1 {
		l.add("$.version", "version %d, want 1", q.Version)
	}
	l.id("$.id", "set", q.ID)
	l.text("$.title", "set", "title", q.Title, true)
	l.text("$.about", "set", "about", q.About, false)
	if len(q.Questions) == 0 {
		l.add("$.questions", "set: no questions")
	}
	if len(q.Questions) > MaxQuestions {
		l.add("$.questions", "set: %d questions, at most %d are read", len(q.Questions), MaxQuestions)
		return
	}
	ids, checks := map[string]bool{}, map[string]bool{}
	for i, question := range q.Questions {
		path := fmt.Sprintf("$.questions[%d]", i)
		if ids[question.ID] {
			l.add(path+".id", "%s: the id is used twice", question.ID)
		}
		ids[question.ID] = true
		l.question(path, question, checks)
	}
}

func (l *linter) question(path string, q evidence.Question, checks map[string]bool) {
	l.id(path+".id", "question", q.ID)
	l.text(path+".topic", q.ID, "topic", q.Topic, true)
	l.text(path+".text", q.ID, "text", q.Text, true)
	l.text(path+".person", q.ID, "person", q.Person, false)
	l.text(path+".attach", q.ID, "attach", q.Attach, false)
	linked := len(q.Controls)+len(q.Checks)+len(q.Rules) > 0
	switch {
	case q.Reach != evidence.OfHost && q.Reach != evidence.OfCompany:
		l.add(path+".scope", "%s: scope %q, want host or company", q.ID, q.Reach)
	case q.Reach == evidence.OfCompany && q.Person == "":
		l.add(path, "%s: person is missing: no server answers for the company", q.ID)
	case !linked && q.Person == "":
		l.add(path, "%s: nothing answers it: neither controls, checks or rules, nor a person", q.ID)
	}
	if q.Limit != 0 && (q.Limit < MinLimit || q.Limit > MaxLimit) {
		l.add(path+".limit", "%s: limit %d, want %d to %d characters", q.ID, q.Limit, MinLimit, MaxLimit)
	}
	if q.Parts && len(q.Controls)+len(q.Checks)+len(q.Rules) < 2 {
		l.add(path+".parts", "%s: parts of fewer than two controls, checks and rules", q.ID)
	}
	l.links(path, q)
	if !binding(q) && len(q.Checks) > 0 && q.Person == "" {
		l.add(path, "%s: person is missing: all of its checks are optional", q.ID)
	}
	for i, c := range q.Checks {
		l.check(fmt.Sprintf("%s.checks[%d]", path, i), q.ID, c, checks)
	}
}

func (l *linter) links(path string, q evidence.Question) {
	for i, id := range q.Controls {
		at := fmt.Sprintf("%s.controls[%d]", path, i)
		switch {
		case l.known.Controls != nil && !l.known.Controls[id]:
			l.add(at, "%s: the guide has no statement %q", q.ID, id)
		case slices.Index(q.Controls, id) < i:
			l.add(at, "%s: %s is listed twice", q.ID, id)
		}
	}
	for i, id := range q.Rules {
		at := fmt.Sprintf("%s.rules[%d]", path, i)
		switch {
		case l.known.Rules != nil && !l.known.Rules[id]:
			l.add(at, "%s: neither the guide nor a benchmark at hand has a rule %q", q.ID, id)
		case slices.Index(q.Rules, id) < i:
			l.add(at, "%s: %s is listed twice", q.ID, id)
		}
	}
	for i, a := range q.Settings {
		at := fmt.Sprintf("%s.settings[%d]", path, i)
		switch {
		case a.Kind() == "" || l.known.Kinds != nil && !l.known.Kinds(a.Kind()):
			l.add(at, "%s: %q is no address of a setting", q.ID, a)
		case slices.Index(q.Settings, a) < i:
			l.add(at, "%s: %s is listed twice", q.ID, a)
		}
	}
	for _, n := range []int{len(q.Controls), len(q.Checks), len(q.Rules), len(q.Settings)} {
		if n > MaxLinks {
			l.add(path, "%s: %d links of one kind, at most %d are read", q.ID, n, MaxLinks)
		}
	}
}

func (l *linter) check(path, question string, c evidence.QuestionCheck, seen map[string]bool) {
	l.id(path+".id", question+": check", c.ID)
	if seen[c.ID] {
		l.add(path+".id", "%s: the id of the check %s is used twice", question, c.ID)
	}
	seen[c.ID] = true
	l.text(path+".statement", question+": check "+c.ID, "statement", c.Statement, true)
	if l.known.Prepare == nil {
		return
	}
	if err := l.known.Prepare(c.Check); err != nil {
		l.add(path+".kind", "%s: %v", question, err)
	}
}

func (l *linter) id(path, what, id string) {
	if !idForm.MatchString(id) || len(id) > maxID {
		l.add(path, "%s: id %q, want lower case letters, digits and single \"-\", at most %d", what, id, maxID)
	}
}

// text demands one line of bounded length, since it is set into lines and cells.
func (l *linter) text(path, what, field, s string, required bool) {
	n := utf8.RuneCountInString(s)
	switch {
	case required && strings.TrimSpace(s) == "":
		l.add(path, "%s: %s is missing", what, field)
	case n > MaxText:
		l.add(path, "%s: %s of %d characters, at most %d", what, field, n, MaxText)
	case strings.TrimSpace(s) != s || strings.ContainsAny(s, "\r\n\t"):
		l.add(path, "%s: %s has a line break or blanks at an end: write it with >-", what, field)
	}
}
