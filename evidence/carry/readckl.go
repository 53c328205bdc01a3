package carry

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"auditpack/evidence"
)

const maxDepth = 16

// cklReader reads a CKL file token by token. An element's text is taken when it ends.
type cklReader struct {
	d    *xml.Decoder
	c    *Checklist
	at   *places
	from int // where the token begins
	vuln int // where the open VULN begins
	path []string
	text strings.Builder
	name string // of the open SI_DATA or STIG_DATA
	data string
	all  int
}

func (c *Checklist) readCKL(text []byte, at *places) error {
	r := &cklReader{d: xml.NewDecoder(bytes.NewReader(text)), c: c, at: at}
	// The bytes are UTF-8 by now, whatever the declaration says of the file.
	r.d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		switch strings.ToLower(charset) {
		case "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii":
			return in, nil
		}
		return nil, fmt.Errorf("the character set %q is neither UTF-8 nor UTF-16", charset)
	}
	if err := r.read(); err != nil {
		at, _ := r.d.InputPos()
		var syntax *xml.SyntaxError
		if errors.As(err, &syntax) {
			return fmt.Errorf("line %d: not well-formed XML: %s", syntax.Line, syntax.Msg)
		}
		return fmt.Errorf("line %d: %w", at, err)
	}
	return nil
}

func (r *cklReader) read() error {
	for {
		r.from = int(r.d.InputOffset())
		token, err := r.d.Token()
		if errors.Is(err, io.EOF) && len(r.path) == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.Directive:
			return errors.New("a document type declaration is not accepted")
		case xml.StartElement:
			err = r.start(t.Name.Local)
		case xml.EndElement:
			err = r.end(t.Name.Local)
		case xml.CharData:
			if r.text.Len()+len(t) > maxValue {
				return fmt.Errorf("a text longer than %d bytes", maxValue)
			}
			r.text.Write(t)
		}
		if err != nil {
			return err
		}
	}
}

func (r *cklReader) start(name string) error {
	switch len(r.path) {
	case 0:
		if name != "CHECKLIST" {
			return fmt.Errorf("not a CKL: the first element is %s, not CHECKLIST", plain(name))
		}
	case maxDepth:
		return fmt.Errorf("more than %d elements inside each other", maxDepth)
	}
	r.path = append(r.path, name)
	r.text.Reset()
	switch name {
	case "iSTIG":
		if len(r.c.STIGs) == maxSTIGs {
			return fmt.Errorf("more than %d STIGs", maxSTIGs)
		}
		r.c.STIGs = append(r.c.STIGs, STIG{})
	case "VULN":
		s := r.stig()
		if s == nil {
			return errors.New("a VULN outside a STIG")
		}
		if r.all++; r.all > maxRules {
			return fmt.Errorf("more than %d rules", maxRules)
		}
		s.Rules = append(s.Rules, Rule{})
		r.vuln = r.from
	case "SI_DATA", "STIG_DATA":
		r.name, r.data = "", ""
	}
	return nil
}

func (r *cklReader) stig() *STIG {
	if len(r.c.STIGs) == 0 {
		return nil
	}
	return &r.c.STIGs[len(r.c.STIGs)-1]
}

func (r *cklReader) rule() *Rule {
	s := r.stig()
	if s == nil || len(s.Rules) == 0 {
		return nil
	}
	return &s.Rules[len(s.Rules)-1]
}

func (r *cklReader) end(name string) error {
	r.path = r.path[:len(r.path)-1]
	around := ""
	if len(r.path) > 0 {
		around = r.path[len(r.path)-1]
	}
	text := r.text.String()
	r.text.Reset()
	switch {
	case name == "SID_NAME" || name == "VULN_ATTRIBUTE":
		r.name = strings.TrimSpace(text)
	case name == "SID_DATA" || name == "ATTRIBUTE_DATA":
		r.data = strings.TrimSpace(text)
	case around == "ASSET":
		r.asset(name, strings.TrimSpace(text))
	case name == "SI_DATA" && around == "STIG_INFO" && r.stig() != nil:
		r.info(r.stig())
	case name == "VULN" && r.rule() != nil && r.rule().Cite.Length == 0:
		r.rule().Cite = r.at.cite(r.vuln, int(r.d.InputOffset()))
	case around == "VULN" && r.rule() != nil:
		r.field(r.rule(), name, text)
	}
	return nil
}

func (r *cklReader) asset(name, text string) {
	switch name {
	case "HOST_NAME":
		r.c.Host = text
	case "WEB_DB_SITE":
		r.c.Site = text
	case "WEB_DB_INSTANCE":
		r.c.Inst = text
	}
}

func (r *cklReader) info(s *STIG) {
	switch r.name {
	case "stigid":
		s.ID = r.data
	case "version":
		s.Version = r.data
	case "releaseinfo":
		s.ReleaseInfo = r.data
	}
}

func (r *cklReader) field(rule *Rule, name, text string) {
	switch name {
	case "STIG_DATA":
		r.attribute(rule)
	case "STATUS":
		rule.Status = evidence.ChecklistStatus(strings.TrimSpace(text))
	case "FINDING_DETAILS":
		rule.Details = text
	case "COMMENTS":
		rule.Comments = text
	case "SEVERITY_OVERRIDE":
		rule.Override = evidence.Severity(strings.TrimSpace(text))
	case "SEVERITY_JUSTIFICATION":
		rule.Justification = text
	}
}

func (r *cklReader) attribute(rule *Rule) {
	switch r.name {
	case "Vuln_Num":
		rule.GroupID = evidence.GroupID(r.data)
	case "Rule_ID":
		rule.RuleID = evidence.RuleID(r.data)
	case "Rule_Ver":
		rule.STIGID = evidence.STIGID(r.data)
	case "LEGACY_ID":
		if r.data != "" {
			rule.Legacy = append(rule.Legacy, r.data)
		}
	}
}
