package carry

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"auditpack/evidence"
)

// readCKLB reads a CKLB file. Members that are not known are other tools' and are passed over.
func (c *Checklist) readCKLB(text []byte, at *places) error {
	var file struct {
		Target *struct {
			HostName string `json:"host_name"`
			Site     string `json:"web_db_site"`
			Instance string `json:"web_db_instance"`
		} `json:"target_data"`
		STIGs []struct {
			ID          string            `json:"stig_id"`
			Version     json.RawMessage   `json:"version"` // a string, in older files a number
			ReleaseInfo string            `json:"release_info"`
			Rules       []json.RawMessage `json:"rules"`
		} `json:"stigs"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&file); err != nil {
		return explainJSON(text, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("line %d: something follows the checklist's end", lineAt(text, d.InputOffset()))
	}
	if file.STIGs == nil {
		return errors.New("not a CKLB: no member stigs")
	}
	if len(file.STIGs) > maxSTIGs {
		return fmt.Errorf("more than %d STIGs", maxSTIGs)
	}
	if file.Target != nil {
		c.Host, c.Site, c.Inst = strings.TrimSpace(file.Target.HostName), file.Target.Site, file.Target.Instance
	}
	from := 0 // where the next rule is looked for
	for _, s := range file.STIGs {
		one := STIG{ID: s.ID, Version: strings.Trim(string(s.Version), `"`), ReleaseInfo: s.ReleaseInfo}
		for _, raw := range s.Rules {
			begin := from + max(0, bytes.Index(text[from:], raw)) // it is these very bytes
			from = begin + len(raw)
			rule, err := cklbRule(raw)
			if err != nil {
				return explainRule(text, begin, err)
			}
			rule.Cite = at.cite(begin, from)
			one.Rules = append(one.Rules, rule)
		}
		c.STIGs = append(c.STIGs, one)
	}
	return nil
}

// cklbRule reads one rule.
func cklbRule(raw []byte) (Rule, error) {
	var r struct {
		GroupID       string   `json:"group_id"`
		GroupIDSource string   `json:"group_id_src"`
		RuleID        string   `json:"rule_id"`
		RuleIDSource  string   `json:"rule_id_src"`
		RuleVersion   string   `json:"rule_version"`
		LegacyIDs     []string `json:"legacy_ids"`
		Status        string   `json:"status"`
		Details       string   `json:"finding_details"`
		Comments      string   `json:"comments"`
		Updated       string   `json:"updatedAt"`
		Overrides     struct {
			Severity *struct {
				Severity string `json:"severity"`
				Reason   string `json:"reason"`
			} `json:"severity"`
		} `json:"overrides"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return Rule{}, err
	}
	rule := Rule{
		GroupID: evidence.GroupID(cmp.Or(r.GroupIDSource, r.GroupID)), RuleID: evidence.RuleID(cmp.Or(r.RuleIDSource, r.RuleID)),
		STIGID: evidence.STIGID(r.RuleVersion), Legacy: r.LegacyIDs, Status: statusOfCKLB(r.Status),
		Details: r.Details, Comments: r.Comments, Updated: r.Updated,
	}
	if o := r.Overrides.Severity; o != nil {
		rule.Override, rule.Justification = evidence.Severity(o.Severity), o.Reason
	}
	for _, text := range []string{rule.Details, rule.Comments, rule.Justification} {
		if len(text) > maxValue {
			return Rule{}, fmt.Errorf("rule %s: a text longer than %d bytes", plain(string(rule.RuleID)), maxValue)
		}
	}
	return rule, nil
}

// statusOfCKLB returns the status of CKLB's word; a word that CKLB has not is kept as it is.
func statusOfCKLB(word string) evidence.ChecklistStatus {
	switch word {
	case "not_a_finding":
		return evidence.StatusNotAFinding
	case "open":
		return evidence.StatusOpen
	case "not_applicable":
		return evidence.StatusNotApplicable
	case "not_reviewed":
		return evidence.StatusNotReviewed
	}
	return evidence.ChecklistStatus(word)
}

// explainRule says in which line of the file a rule is wrong that begins there.
func explainRule(text []byte, begin int, err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		field := "stigs.rules"
		if kind.Field != "" {
			field += "." + kind.Field
		}
		return fmt.Errorf("line %d: not a CKLB: %s is a %s", lineAt(text, int64(begin)+kind.Offset), field, kind.Value)
	}
	return err
}

// explainJSON says in which line the file is wrong.
func explainJSON(text []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: not JSON: %w", lineAt(text, syntax.Offset), err)
	case errors.As(err, &kind):
		return fmt.Errorf("line %d: not a CKLB: %s is a %s", lineAt(text, kind.Offset), cmp.Or(kind.Field, "the file"), kind.Value)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("line %d: the file is cut off", lineAt(text, int64(len(text))))
	}
	return err
}

func lineAt(text []byte, offset int64) int {
	return 1 + bytes.Count(text[:max(0, min(offset, int64(len(text))))], []byte("\n"))
}
