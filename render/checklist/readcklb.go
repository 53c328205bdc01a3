package checklist

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
func (c *Carried) readCKLB(text []byte) error {
	var file struct {
		Target *struct {
			HostName string `json:"host_name"`
			Site     string `json:"web_db_site"`
			Instance string `json:"web_db_instance"`
		} `json:"target_data"`
		STIGs []struct {
			ID          string          `json:"stig_id"`
			Version     json.RawMessage `json:"version"` // a string, in older files a number
			ReleaseInfo string          `json:"release_info"`
			Rules       []struct {
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
					Severity *cklbOverride `json:"severity"`
				} `json:"overrides"`
			} `json:"rules"`
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
	for _, s := range file.STIGs {
		stig := CarriedSTIG{ID: s.ID, Version: strings.Trim(string(s.Version), `"`), ReleaseInfo: s.ReleaseInfo}
		for _, r := range s.Rules {
			rule := CarriedRule{
				GroupID: evidence.GroupID(cmp.Or(r.GroupIDSource, r.GroupID)), RuleID: evidence.RuleID(cmp.Or(r.RuleIDSource, r.RuleID)),
				STIGID: evidence.STIGID(r.RuleVersion), Legacy: r.LegacyIDs, Status: fromCKLB(r.Status),
				Details: r.Details, Comments: r.Comments, Updated: r.Updated,
			}
			if o := r.Overrides.Severity; o != nil {
				rule.Override, rule.Justification = evidence.Severity(o.Severity), o.Reason
			}
			for _, text := range []string{rule.Details, rule.Comments, rule.Justification} {
				if len(text) > maxValue {
					return fmt.Errorf("rule %s: a text longer than %d bytes", line(string(rule.RuleID)), maxValue)
				}
			}
			stig.Rules = append(stig.Rules, rule)
		}
		c.STIGs = append(c.STIGs, stig)
	}
	return nil
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
