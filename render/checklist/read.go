package checklist

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"path"
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

// Carried is an existing checklist, as far as people's work in it goes.
type Carried struct {
	File   string // base name
	Digest evidence.Digest
	Form   string // CKL or CKLB
	Host   string
	Site   string
	Inst   string
	STIGs  []CarriedSTIG
}

// CarriedSTIG is one STIG of a checklist.
type CarriedSTIG struct {
	ID          string // without the prefix that SCAP gives it
	Version     string
	ReleaseInfo string
	Rules       []CarriedRule
}

// CarriedRule is one rule and what people said of it.
type CarriedRule struct {
	GroupID evidence.GroupID
	RuleID  evidence.RuleID
	STIGID  evidence.STIGID
	Legacy  []string

	Status Status // as the file has it, possibly no known one
	// Made is the Status that this program gave the rule by its verdict when it wrote the file; empty for other files and
	// for statuses that were carried. Where Status differs, a person changed it.
	Made          Status
	Details       string // finding details without this program's part
	Comments      string // without this program's lines, but those that say where a text was carried from
	Override      evidence.Severity
	Justification string
	Updated       string // when the rule was last changed, as CKLB says
}

// Read reads a CKL or CKLB file. Recognition is by content; the name is for messages. A byte order mark and UTF-16 are
// taken, a document type declaration is not.
func Read(name string, data []byte) (Carried, error) {
	c := Carried{File: path.Base(strings.ReplaceAll(name, `\`, "/")), Digest: evidence.DigestOf(data)}
	if err := c.read(data); err != nil {
		return Carried{}, fmt.Errorf("%s: %w", line(name), err)
	}
	return c, nil
}

func (c *Carried) read(data []byte) error {
	if len(data) > maxFile {
		return fmt.Errorf("larger than %d MB", maxFile>>20)
	}
	text, err := decode(data)
	if err != nil {
		return err
	}
	switch first := bytes.TrimLeft(text, " \t\r\n"); {
	case len(first) == 0:
		return errors.New("empty")
	case first[0] == '<':
		c.Form = "CKL"
		err = c.readCKL(text)
	case first[0] == '{':
		c.Form = "CKLB"
		err = c.readCKLB(text)
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

// decode returns the text in UTF-8 without a mark.
func decode(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return data[3:], nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decode16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decode16(data[2:], binary.BigEndian)
	case len(data) > 1 && data[1] == 0:
		return decode16(data, binary.LittleEndian)
	case len(data) > 1 && data[0] == 0:
		return decode16(data, binary.BigEndian)
	}
	return data, nil
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
func (c *Carried) whole() error {
	if len(c.STIGs) == 0 {
		return fmt.Errorf("the %s holds no STIG", c.Form)
	}
	rules := 0
	for i := range c.STIGs {
		s := &c.STIGs[i]
		s.ID = strings.TrimPrefix(s.ID, prefix+"benchmark_")
		if s.ID == "" {
			return fmt.Errorf("STIG %d has no id", i+1)
		}
		if len(s.Rules) == 0 {
			return fmt.Errorf("the STIG %s has no rules", line(s.ID))
		}
		for k := range s.Rules {
			r := &s.Rules[k]
			if r.RuleID == "" && r.GroupID == "" && r.STIGID == "" {
				return fmt.Errorf("rule %d of %s has no id", k+1, line(s.ID))
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
func (r *CarriedRule) separate() {
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
func ownDetails(s string) (people string, made Status) {
	begin := 0
	if !strings.HasPrefix(s, statusLine) {
		if begin = strings.Index(s, "\n"+statusLine) + 1; begin == 0 {
			return strings.TrimSpace(s), ""
		}
	}
	part := s[begin:]
	first, _, _ := strings.Cut(part, "\n")
	word, rest, _ := strings.Cut(strings.TrimPrefix(first, statusLine), ":")
	if word, carried := strings.CutSuffix(word, ", carried"); !carried && rest != "" {
		made = Status(word)
	}
	end := strings.Index(part, "\n"+endLine) + 1
	if end == 0 {
		return strings.TrimSpace(s), made
	}
	last, after, _ := strings.Cut(part[end:], "\n")
	if last != endLine+seal(part[:end])+"." {
		return strings.TrimSpace(s), made
	}
	return strings.TrimSpace(s[:begin] + after), made
}

// ownComments drops this program's lines but those that begin a carried text.
func ownComments(s string) string {
	var keep []string
	for text := range strings.SplitSeq(s, "\n") {
		if !strings.HasPrefix(text, mark) || strings.HasPrefix(text, carriedLine) {
			keep = append(keep, text)
		}
	}
	return strings.TrimSpace(strings.Join(keep, "\n"))
}

// withoutHeads drops every line of this program: a justification is carried with its last head only.
func withoutHeads(s string) string {
	var keep []string
	for text := range strings.SplitSeq(s, "\n") {
		if !strings.HasPrefix(text, mark) {
			keep = append(keep, text)
		}
	}
	return strings.TrimSpace(strings.Join(keep, "\n"))
}
