package carry

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"unicode/utf16"

	"auditpack/evidence"
)

// The limits of what is read. A checklist of 300 rules has some 3 MB.
const (
	maxFile  = 64 << 20
	maxSTIGs = 100
	maxRules = 20_000
	maxValue = 1 << 20 // of one text, in bytes
)

// Checklist is an existing checklist, as far as people's work in it goes.
type Checklist struct {
	File   string // base name
	Path   string // in the package, for Citations; [Read] sets none
	Digest evidence.Digest
	Form   string // CKL or CKLB
	Host   string
	Site   string
	Inst   string
	STIGs  []STIG
}

// STIG is one STIG of a checklist.
type STIG struct {
	ID          string // without the prefix that SCAP gives it
	Version     string
	ReleaseInfo string
	Rules       []Rule
}

// Rule is one rule and what people said of it.
type Rule struct {
	GroupID evidence.GroupID
	RuleID  evidence.RuleID
	STIGID  evidence.STIGID
	Legacy  []string

	Status evidence.ChecklistStatus // as the file has it, possibly no known one
	// Made is the Status that this program gave the rule by its verdict when it wrote the file; empty for other files and
	// for statuses that were carried. Where Status differs, a person changed it.
	Made          evidence.ChecklistStatus
	Details       string // finding details without this program's part
	Comments      string // without this program's lines, but those that say where a text was carried from
	Override      evidence.Severity
	Justification string
	Updated       string // when the rule was last changed, as CKLB says
	// Cite is the rule's place in the file's bytes, as they were handed in. It names no item yet.
	Cite evidence.Citation
}

// Read reads a CKL or CKLB file. Recognition is by content; the name is for messages. A byte order mark and UTF-16 are
// taken, a document type declaration is not.
func Read(name string, data []byte) (Checklist, error) {
	c := Checklist{File: path.Base(strings.ReplaceAll(name, `\`, "/")), Digest: evidence.DigestOf(data)}
	if err := c.read(data); err != nil {
		return Checklist{}, fmt.Errorf("%s: %w", plain(name), err)
	}
	return c, nil
}

func (c *Checklist) read(data []byte) error {
	if len(data) > maxFile {
		return fmt.Errorf("larger than %d MB", maxFile>>20)
	}
	text, at, err := decode(data)
	if err != nil {
		return err
	}
	switch first := bytes.TrimLeft(text, " \t\r\n"); {
	case len(first) == 0:
		return errors.New("empty")
	case first[0] == '<':
		c.Form = "CKL"
		err = c.readCKL(text, at)
	case first[0] == '{':
		c.Form = "CKLB"
		err = c.readCKLB(text, at)
	case bytes.HasPrefix(first, []byte("PK")):
		return errors.New("a zip: the checklists in it have to be unpacked first")
	default:
		return errors.New("neither CKL nor CKLB")
	}
	if err != nil {
		return err
	}
	return c.whole()
}

// places finds in a file's bytes what was read in its text: UTF-8 without a mark, whatever the file is.
type places struct {
	text   []byte
	wide   bool // the file is UTF-16
	in, at int  // the last place asked for, in the text and in the bytes
	line   int  // and its line
}

// cite returns the Citation of a stretch of the text. Stretches are asked for in their order.
func (p *places) cite(begin, end int) evidence.Citation {
	from := p.to(begin)
	line := p.line
	return evidence.Citation{Line: line, Offset: int64(from), Length: int64(p.to(end) - from)}
}

// to returns the place in the bytes of one in the text, which is not before the last one.
func (p *places) to(in int) int {
	between := p.text[p.in:in]
	p.line += bytes.Count(between, []byte("\n"))
	if p.wide {
		for _, r := range string(between) {
			p.at += 2 * utf16.RuneLen(r)
		}
	} else {
		p.at += len(between)
	}
	p.in = in
	return p.at
}

// decode returns the text in UTF-8 without a mark.
func decode(data []byte) ([]byte, *places, error) {
	mark, wide := 0, binary.ByteOrder(nil)
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		mark = 3
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		mark, wide = 2, binary.LittleEndian
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		mark, wide = 2, binary.BigEndian
	case len(data) > 1 && data[1] == 0:
		wide = binary.LittleEndian
	case len(data) > 1 && data[0] == 0:
		wide = binary.BigEndian
	}
	text, err := data[mark:], error(nil)
	if wide != nil {
		text, err = decode16(text, wide)
	}
	return text, &places{text: text, wide: wide != nil, at: mark, line: 1}, err
}

func decode16(data []byte, order binary.ByteOrder) ([]byte, error) {
	if len(data)%2 != 0 {
		return nil, errors.New("UTF-16 of an odd number of bytes: the file is cut off")
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units))), nil
}

// whole refuses what is no checklist, and takes people's part out of the texts.
func (c *Checklist) whole() error {
	if len(c.STIGs) == 0 {
		return fmt.Errorf("the %s holds no STIG", c.Form)
	}
	rules := 0
	for i := range c.STIGs {
		s := &c.STIGs[i]
		s.ID = strings.TrimPrefix(s.ID, XCCDFPrefix+"benchmark_")
		if s.ID == "" {
			return fmt.Errorf("STIG %d has no id", i+1)
		}
		if len(s.Rules) == 0 {
			return fmt.Errorf("the STIG %s has no rules", plain(s.ID))
		}
		for k := range s.Rules {
			r := &s.Rules[k]
			if r.RuleID == "" && r.GroupID == "" && r.STIGID == "" {
				return fmt.Errorf("rule %d of %s has no id", k+1, plain(s.ID))
			}
			r.separate()
		}
		rules += len(s.Rules)
	}
	if rules > maxRules {
		return fmt.Errorf("more than %d rules", maxRules)
	}
	return nil
}

// separate takes this program's part out of a rule's texts; see the package comment.
func (r *Rule) separate() {
	r.Details, r.Made = ownDetails(newlines(r.Details))
	r.Comments = ownComments(newlines(r.Comments))
	r.Justification = withoutHeads(newlines(r.Justification))
	switch r.Override {
	case evidence.High, evidence.Medium, evidence.Low:
	default:
		r.Override = ""
	}
}

func newlines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// ownDetails returns what stands around this program's part of finding details, and the status that the verdict gave.
// A part that somebody changed, or that has no end, is a person's text as a whole.
func ownDetails(s string) (people string, made evidence.ChecklistStatus) {
	begin := 0
	if !strings.HasPrefix(s, StatusLine) {
		if begin = strings.Index(s, "\n"+StatusLine) + 1; begin == 0 {
			return strings.TrimSpace(s), ""
		}
	}
	part := s[begin:]
	first, _, _ := strings.Cut(part, "\n")
	word, rest, _ := strings.Cut(strings.TrimPrefix(first, StatusLine), ":")
	if word, carried := strings.CutSuffix(word, ", carried"); !carried && rest != "" {
		made = evidence.ChecklistStatus(word)
	}
	end := strings.Index(part, "\n"+EndLine) + 1
	if end == 0 {
		return strings.TrimSpace(s), made
	}
	last, after, _ := strings.Cut(part[end:], "\n")
	if last != EndLine+Seal(part[:end])+"." {
		return strings.TrimSpace(s), made
	}
	return strings.TrimSpace(s[:begin] + after), made
}

// ownComments drops this program's lines but those that begin a carried text.
func ownComments(s string) string {
	var keep []string
	for text := range strings.SplitSeq(s, "\n") {
		if !strings.HasPrefix(text, Mark) || strings.HasPrefix(text, CarriedLine) {
			keep = append(keep, text)
		}
	}
	return strings.TrimSpace(strings.Join(keep, "\n"))
}

// withoutHeads drops every line of this program: a justification is carried with its last head only.
func withoutHeads(s string) string {
	var keep []string
	for text := range strings.SplitSeq(s, "\n") {
		if !strings.HasPrefix(text, Mark) {
			keep = append(keep, text)
		}
	}
	return strings.TrimSpace(strings.Join(keep, "\n"))
}

// plain returns a text for an error, in quotes where it holds what should not be printed.
func plain(s string) string {
	if q := strconv.Quote(s); q != `"`+s+`"` {
		return q
	}
	return s
}
