package checklist

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// The members of a CKLB file, in the order in which STIG Viewer 3 writes them.
type (
	cklbFile struct {
		Title   string     `json:"title"`
		ID      string     `json:"id"`
		Active  bool       `json:"active"`
		Mode    int        `json:"mode"`
		HasPath bool       `json:"has_path"`
		Target  cklbTarget `json:"target_data"`
		STIGs   []cklbSTIG `json:"stigs"`
		Version string     `json:"cklb_version"`
	}
	cklbTarget struct {
		Type       string `json:"target_type"`
		HostName   string `json:"host_name"`
		IP         string `json:"ip_address"`
		MAC        string `json:"mac_address"`
		FQDN       string `json:"fqdn"`
		Comments   string `json:"comments"`
		Role       string `json:"role"`
		IsWeb      bool   `json:"is_web_database"`
		Technology string `json:"technology_area"`
		Site       string `json:"web_db_site"`
		Instance   string `json:"web_db_instance"`
	}
	cklbSTIG struct {
		Name        string     `json:"stig_name"`
		DisplayName string     `json:"display_name"`
		ID          string     `json:"stig_id"`
		ReleaseInfo string     `json:"release_info"`
		Version     string     `json:"version,omitempty"`
		UUID        string     `json:"uuid"`
		Reference   *string    `json:"reference_identifier"`
		Size        int        `json:"size"`
		Rules       []cklbRule `json:"rules"`
	}
	cklbRule struct {
		GroupIDSource    string                  `json:"group_id_src"`
		GroupTree        []cklbGroup             `json:"group_tree"`
		GroupID          string                  `json:"group_id"`
		Severity         string                  `json:"severity"`
		GroupTitle       string                  `json:"group_title"`
		RuleIDSource     string                  `json:"rule_id_src"`
		RuleID           string                  `json:"rule_id"`
		RuleVersion      string                  `json:"rule_version"`
		RuleTitle        string                  `json:"rule_title"`
		FixText          string                  `json:"fix_text"`
		Weight           string                  `json:"weight"`
		CheckContent     string                  `json:"check_content"`
		CheckContentRef  cklbContentRef          `json:"check_content_ref"`
		Classification   string                  `json:"classification"`
		Discussion       string                  `json:"discussion"`
		FalsePositives   string                  `json:"false_positives"`
		FalseNegatives   string                  `json:"false_negatives"`
		Documentable     string                  `json:"documentable"`
		OverrideGuidance string                  `json:"security_override_guidance"`
		PotentialImpacts string                  `json:"potential_impacts"`
		ThirdPartyTools  string                  `json:"third_party_tools"`
		IAControls       string                  `json:"ia_controls"`
		Responsibility   string                  `json:"responsibility"`
		Mitigations      string                  `json:"mitigations"`
		Control          string                  `json:"mitigation_control"`
		LegacyIDs        []string                `json:"legacy_ids"`
		CCIs             []string                `json:"ccis"`
		Reference        *string                 `json:"reference_identifier"`
		TargetKey        *string                 `json:"target_key"`
		STIGRef          string                  `json:"stig_ref"`
		UUID             string                  `json:"uuid"`
		STIGUUID         string                  `json:"stig_uuid"`
		Status           string                  `json:"status"`
		Overrides        map[string]cklbOverride `json:"overrides"`
		Comments         string                  `json:"comments"`
		Details          string                  `json:"finding_details"`
		Created          string                  `json:"createdAt"`
		Updated          string                  `json:"updatedAt"`
	}
	cklbGroup struct {
		ID          string `json:"id"`
		Title       string `json:"title"`
		Description string `json:"description"`
	}
	cklbContentRef struct {
		HRef string `json:"href"`
		Name string `json:"name"`
	}
	cklbOverride struct {
		Severity string `json:"severity"`
		Reason   string `json:"reason"`
	}
)

// WriteCKLB writes a CKLB 1.0 file.
func WriteCKLB(w io.Writer, t Target, a audit.Benchmark, b evidence.Benchmark, o Options) error {
	s, err := newWriter(t, a, b, o)
	if err != nil {
		return err
	}
	frame, err := json.Marshal(s.cklbFrame())
	if err != nil {
		return fmt.Errorf("%s: %w", b.ID, err)
	}
	// In the frame a quotation mark inside a text is escaped, so this is the one empty list of rules.
	head, tail, _ := bytes.Cut(frame, []byte(`"rules":[]`))
	out := bufio.NewWriterSize(w, 64<<10)
	out.Write(head) // bufio keeps the error for Flush
	out.WriteString(`"rules":[` + "\n")
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	for i, f := range s.findings {
		if i > 0 {
			out.WriteString(",")
		}
		if err := e.Encode(s.cklbRule(f)); err != nil {
			return fmt.Errorf("%s: %w", f.Rule.RuleID, err)
		}
	}
	out.WriteString("]")
	out.Write(tail)
	out.WriteString("\n")
	return out.Flush()
}

// cklbFrame is the file without its rules, which are written one by one.
func (s *writer) cklbFrame() cklbFile {
	t := s.target
	stig := cklbSTIG{
		Name:        line(s.stig.Title),
		DisplayName: strings.TrimSuffix(line(s.stig.Title), " Security Technical Implementation Guide"),
		ID:          s.stig.ID, ReleaseInfo: s.releaseInfo(), Version: line(s.stig.Version), UUID: s.stigID,
		Reference: orNull(s.targetKey()), Size: len(s.findings), Rules: []cklbRule{},
	}
	if s.o.Strict {
		stig.Version = ""
	}
	return cklbFile{
		Title: t.HostName + " " + s.stig.ID, ID: s.id, Mode: 1, Version: "1.0", STIGs: []cklbSTIG{stig},
		Target: cklbTarget{
			Type: "Computing", HostName: t.HostName, IP: t.IP, MAC: t.MAC, FQDN: t.FQDN, Comments: t.Comment,
			Role: t.Role, IsWeb: t.isWeb(), Technology: t.TechArea, Site: t.Site, Instance: t.Instance,
		},
	}
}

func (s *writer) cklbRule(f Finding) cklbRule {
	r := f.Rule
	at := s.o.AsOf.UTC().Format("2006-01-02T15:04:05.000Z")
	out := cklbRule{
		GroupIDSource: string(r.GroupID), GroupID: string(r.GroupID), GroupTitle: line(r.GroupTitle),
		GroupTree:    []cklbGroup{{ID: string(r.GroupID), Title: line(r.GroupTitle), Description: "<GroupDescription></GroupDescription>"}},
		RuleIDSource: string(r.RuleID), RuleID: strings.TrimSuffix(string(r.RuleID), "_rule"),
		RuleVersion: line(string(r.STIGID)), RuleTitle: clean(r.Title),
		Severity: string(r.Severity), Weight: line(r.Weight), Classification: "Unclass",
		CheckContent: clean(r.CheckText), FixText: clean(r.FixText),
		CheckContentRef: cklbContentRef{HRef: line(s.stig.File), Name: line(r.CheckContentRef)},
		Discussion:      clean(r.Discussion), FalsePositives: clean(r.FalsePositives), FalseNegatives: clean(r.FalseNegatives),
		Documentable: clean(r.Documentable), OverrideGuidance: clean(r.SeverityOverrideGuidance),
		PotentialImpacts: clean(r.PotentialImpacts), ThirdPartyTools: clean(r.ThirdPartyTools), IAControls: clean(r.IAControls),
		Responsibility: clean(r.Responsibility), Mitigations: clean(r.Mitigations), Control: clean(r.MitigationControl),
		LegacyIDs: lines(r.Legacy), CCIs: lines(r.CCIs), Reference: orNull(line(r.TargetKey)), TargetKey: orNull(line(r.TargetKey)),
		STIGRef: s.ref(), UUID: s.ruleUUID(r), STIGUUID: s.stigID,
		Status: cklb(f.Status), Overrides: map[string]cklbOverride{}, Comments: f.Comments, Details: f.Details,
		Created: at, Updated: at,
	}
	if f.Override != "" {
		out.Overrides["severity"] = cklbOverride{Severity: string(f.Override), Reason: f.Justification}
	}
	return out
}

// lines cleans each of a list, which is never null.
func lines(all []string) []string {
	out := make([]string, 0, len(all))
	for _, s := range all {
		out = append(out, line(s))
	}
	return out
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
