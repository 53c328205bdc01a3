package stig

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"auditpack/evidence"
)

const (
	maxDepth = 32
	maxText  = 1 << 20
	maxRules = 20_000
)

// xccdf reads one benchmark token by token. Elements are known by their name and that of the element around.
type xccdf struct {
	d     *xml.Decoder
	b     evidence.Benchmark
	path  []string // names of the open elements
	text  strings.Builder
	group evidence.Rule // the group's part of its rules
	rule  *evidence.Rule
	refs  bool   // some rule names a file of SCAP instead of a text
	id    string // the attribute that tells the open plain-text or ident from others of its name
	ids   map[string]int
}

// readXCCDF reads a manual benchmark. Whatever else it is handed it refuses in one line.
func readXCCDF(r io.Reader) (evidence.Benchmark, error) {
	x := &xccdf{d: xml.NewDecoder(&noMark{r: r}), ids: map[string]int{}}
	x.d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("the character set is %q, not UTF-8", charset)
	}
	if err := x.read(); err != nil {
		return evidence.Benchmark{}, x.explain(err)
	}
	if err := x.whole(); err != nil {
		return evidence.Benchmark{}, err
	}
	return x.b, nil
}

// noMark drops a byte order mark.
type noMark struct {
	r     io.Reader
	begun bool
}

func (m *noMark) Read(p []byte) (int, error) {
	if m.begun || len(p) < 3 {
		m.begun = true
		return m.r.Read(p)
	}
	m.begun = true
	n, err := io.ReadFull(m.r, p[:3])
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	if n == 3 && string(p[:3]) == "\xef\xbb\xbf" {
		return m.r.Read(p)
	}
	return n, err
}

func (x *xccdf) line() int {
	line, _ := x.d.InputPos()
	return line
}

// explain says of an error of the XML reader what is wrong with the file.
func (x *xccdf) explain(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax) && len(x.path) == 0 && x.b.ID == "":
		return fmt.Errorf("line %d: not XCCDF: %s", syntax.Line, syntax.Msg)
	case errors.As(err, &syntax) && syntax.Msg == "unexpected EOF", errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("line %d: the file is cut off inside %s", x.line(), strings.Join(x.path, "/"))
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: not well-formed XML: %s", syntax.Line, syntax.Msg)
	}
	return err
}

func (x *xccdf) read() error {
	for {
		token, err := x.d.Token()
		if errors.Is(err, io.EOF) && len(x.path) == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.Directive:
			return fmt.Errorf("line %d: a document type declaration is not accepted", x.line())
		case xml.StartElement:
			if err := x.start(t); err != nil {
				return fmt.Errorf("line %d: %w", x.line(), err)
			}
		case xml.EndElement:
			if err := x.end(t.Name.Local); err != nil {
				return fmt.Errorf("line %d: %w", x.line(), err)
			}
		case xml.CharData:
			if x.text.Len()+len(t) > maxText {
				return fmt.Errorf("line %d: a text longer than %d bytes", x.line(), maxText)
			}
			x.text.Write(t)
		}
	}
}

func (x *xccdf) start(e xml.StartElement) error {
	name := e.Name.Local
	if len(x.path) == 0 {
		if err := x.root(e); err != nil {
			return err
		}
	}
	if len(x.path) == maxDepth {
		return fmt.Errorf("more than %d elements inside each other", maxDepth)
	}
	x.path = append(x.path, name)
	if keepsText(name) {
		x.text.Reset()
	}
	switch name {
	case "Group":
		x.group = evidence.Rule{GroupID: evidence.GroupID(attribute(e, "id"))}
		return x.once("group", attribute(e, "id"))
	case "Rule":
		return x.startRule(e)
	}
	if x.rule != nil {
		x.startInRule(e)
		return nil
	}
	switch name {
	case "status":
		x.b.StatusDate = attribute(e, "date")
	case "notice":
		x.b.Notice = attribute(e, "id")
	case "plain-text":
		x.id = attribute(e, "id")
	}
	return nil
}

func (x *xccdf) root(e xml.StartElement) error {
	switch {
	case x.b.ID != "":
		return fmt.Errorf("%s follows the benchmark's end", e.Name.Local)
	case e.Name.Local == "data-stream-collection":
		return fmt.Errorf("a SCAP data stream, whose rules have no check text: the manual XCCDF is needed")
	case e.Name.Local != "Benchmark" || !strings.Contains(e.Name.Space, "xccdf"):
		return fmt.Errorf("not XCCDF: the first element is %s, not Benchmark", e.Name.Local)
	}
	if x.b.ID = attribute(e, "id"); x.b.ID == "" {
		return fmt.Errorf("the benchmark has no id")
	}
	return nil
}

func (x *xccdf) startRule(e xml.StartElement) error {
	if x.rule != nil {
		return fmt.Errorf("a rule inside rule %s", x.rule.RuleID)
	}
	if x.group.GroupID == "" {
		return fmt.Errorf("rule %s stands in no group", attribute(e, "id"))
	}
	if len(x.b.Rules) == maxRules {
		return fmt.Errorf("more than %d rules", maxRules)
	}
	rule := x.group
	rule.RuleID = evidence.RuleID(attribute(e, "id"))
	rule.Weight = attribute(e, "weight")
	rule.Severity = evidence.Severity(attribute(e, "severity"))
	switch rule.Severity {
	case evidence.High, evidence.Medium, evidence.Low:
	default:
		return fmt.Errorf("rule %s: the severity %q is none of high, medium, low", rule.RuleID, rule.Severity)
	}
	x.rule = &rule
	return x.once("rule", string(rule.RuleID))
}

// startInRule takes what attributes say.
func (x *xccdf) startInRule(e xml.StartElement) {
	r := x.rule
	switch e.Name.Local {
	case "ident":
		x.id = attribute(e, "system")
	case "fixtext":
		if r.FixID == "" {
			r.FixID = attribute(e, "fixref")
		}
	case "fix":
		r.FixID = attribute(e, "id")
	case "check":
		if r.CheckID == "" {
			r.CheckID = attribute(e, "system")
		}
	case "check-content-ref":
		x.refs = true
		if r.CheckContentRef == "" {
			r.CheckContentRef = attribute(e, "name")
		}
	}
}

// once refuses an id that is empty or was there before.
func (x *xccdf) once(kind, id string) error {
	if id == "" {
		return fmt.Errorf("a %s without an id", kind)
	}
	if first, twice := x.ids[kind+" "+id]; twice {
		return fmt.Errorf("the %s %s was there before, in line %d", kind, id, first)
	}
	x.ids[kind+" "+id] = x.line()
	return nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// keepsText reports whether the text of an element is one of the texts that are read; markup inside adds to it.
func keepsText(name string) bool {
	switch name {
	case "title", "description", "status", "plain-text", "version", "ident", "fixtext", "check-content",
		"source", "subject", "identifier", "publisher", "type":
		return true
	}
	return false
}

func (x *xccdf) end(name string) error {
	x.path = x.path[:len(x.path)-1]
	around := ""
	if len(x.path) > 0 {
		around = x.path[len(x.path)-1]
	}
	text := x.text.String()
	if keepsText(name) {
		x.text.Reset()
	}
	switch {
	case name == "Rule":
		return x.endRule()
	case name == "Group":
		x.group = evidence.Rule{}
	case x.rule != nil:
		return x.endInRule(around, name, text)
	case around == "Group" && name == "title":
		x.group.GroupTitle = strings.TrimSpace(text)
	case around == "Benchmark":
		x.endInBenchmark(name, text)
	case around == "reference" && name == "source":
		x.b.Source = strings.TrimSpace(text)
	}
	return nil
}

var releaseNumber = regexp.MustCompile(`^Release:\s*([0-9]+(?:\.[0-9]+)*)\b`)

func (x *xccdf) endInBenchmark(name, text string) {
	trimmed := strings.TrimSpace(text)
	switch name {
	case "title":
		x.b.Title = trimmed
	case "description":
		x.b.Description = trimmed
	case "version":
		x.b.Version = trimmed
	case "status":
		x.b.Status = trimmed
	case "plain-text":
		if x.id == "release-info" {
			x.b.ReleaseInfo = trimmed
			if m := releaseNumber.FindStringSubmatch(trimmed); m != nil {
				x.b.Release = m[1]
			}
		}
	}
}

func (x *xccdf) endInRule(around, name, text string) error {
	r, trimmed := x.rule, strings.TrimSpace(text)
	switch around + "/" + name {
	case "Rule/version":
		r.STIGID = evidence.STIGID(trimmed)
		return x.once("STIG ID", trimmed)
	case "Rule/title":
		r.Title = trimmed
	case "Rule/description":
		readDescription(r, text)
	case "Rule/fixtext":
		r.FixText = text
	case "Rule/ident":
		switch {
		case strings.HasSuffix(x.id, "/cci"):
			r.CCIs = append(r.CCIs, trimmed)
		case strings.HasSuffix(x.id, "/legacy"):
			r.Legacy = append(r.Legacy, trimmed)
		}
	case "check/check-content":
		if r.CheckText == "" {
			r.CheckText = text
		}
	case "reference/subject":
		r.TargetSubject = trimmed
	case "reference/title":
		r.TargetTitle = trimmed
	case "reference/identifier":
		r.TargetKey = trimmed
	}
	return nil
}

func (x *xccdf) endRule() error {
	r := x.rule
	if r.STIGID == "" {
		return fmt.Errorf("rule %s has no version, which is its STIG ID", r.RuleID)
	}
	x.rule = nil
	x.b.Rules = append(x.b.Rules, *r)
	return nil
}

// whole refuses a file that was read to its end and holds no benchmark, or none that people can check.
func (x *xccdf) whole() error {
	switch {
	case x.b.ID == "":
		return fmt.Errorf("not XCCDF: there is no element in it")
	case len(x.b.Rules) == 0:
		return fmt.Errorf("the benchmark %s has no rules", x.b.ID)
	}
	for _, r := range x.b.Rules {
		if strings.TrimSpace(r.CheckText) != "" {
			return nil
		}
	}
	if x.refs {
		return fmt.Errorf("the benchmark %s is SCAP content, whose rules have no check text: the manual XCCDF is needed", x.b.ID)
	}
	return fmt.Errorf("no rule of the benchmark %s has a check text", x.b.ID)
}
