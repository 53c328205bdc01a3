package checklist

import (
	"io"
	"strconv"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// WriteCKL writes a CKL file: schema "Checklist" 2.5, UTF-8 without a byte order mark, all 27 attributes at each rule.
func WriteCKL(w io.Writer, t Target, a audit.Benchmark, b evidence.Benchmark, o Options) error {
	s, err := newWriter(t, a, b, o)
	if err != nil {
		return err
	}
	x := newXML(w)
	x.start("CHECKLIST")
	s.cklAsset(x)
	x.start("STIGS")
	x.start("iSTIG")
	s.cklInfo(x)
	for _, f := range s.findings {
		s.cklRule(x, f)
	}
	x.end()
	x.end()
	x.end()
	return x.close()
}

// cklAsset writes the target; the schema fixes the order.
func (s *writer) cklAsset(x *xmlOut) {
	t := s.target
	x.start("ASSET")
	x.text("ROLE", t.Role)
	x.text("ASSET_TYPE", "Computing")
	x.text("HOST_NAME", t.HostName)
	x.text("HOST_IP", t.IP)
	x.text("HOST_MAC", t.MAC)
	x.text("HOST_FQDN", t.FQDN)
	x.text("TARGET_COMMENT", t.Comment)
	x.text("TECH_AREA", t.TechArea)
	x.text("TARGET_KEY", s.targetKey())
	x.text("WEB_OR_DATABASE", strconv.FormatBool(t.isWeb()))
	x.text("WEB_DB_SITE", t.Site)
	x.text("WEB_DB_INSTANCE", t.Instance)
	x.end()
}

func (s *writer) cklInfo(x *xmlOut) {
	x.start("STIG_INFO")
	for _, d := range []struct{ name, data string }{
		{"version", line(s.stig.Version)},
		{"classification", "UNCLASSIFIED"},
		{"customname", ""}, // MITRE SAF reads it as JSON and fails on any other text
		{"stigid", s.stig.ID},
		{"description", s.stig.Description},
		{"filename", line(s.stig.File)},
		{"releaseinfo", s.releaseInfo()},
		{"title", line(s.stig.Title)},
		{"uuid", s.stigID},
		{"notice", line(s.stig.Notice)},
		{"source", line(s.stig.Source)},
	} {
		x.start("SI_DATA")
		x.text("SID_NAME", d.name)
		if d.data != "" {
			x.text("SID_DATA", d.data)
		}
		x.end()
	}
	x.end()
}

func (s *writer) cklRule(x *xmlOut, f Finding) {
	r := f.Rule
	x.start("VULN")
	for _, a := range []struct{ name, data string }{
		{"Vuln_Num", string(r.GroupID)},
		{"Severity", string(r.Severity)},
		{"Group_Title", line(r.GroupTitle)},
		{"Rule_ID", string(r.RuleID)},
		{"Rule_Ver", line(string(r.STIGID))},
		{"Rule_Title", r.Title},
		{"Vuln_Discuss", r.Discussion},
		{"IA_Controls", r.IAControls},
		{"Check_Content", r.CheckText},
		{"Fix_Text", r.FixText},
		{"False_Positives", r.FalsePositives},
		{"False_Negatives", r.FalseNegatives},
		{"Documentable", r.Documentable},
		{"Mitigations", r.Mitigations},
		{"Potential_Impact", r.PotentialImpacts},
		{"Third_Party_Tools", r.ThirdPartyTools},
		{"Mitigation_Control", r.MitigationControl},
		{"Responsibility", r.Responsibility},
		{"Security_Override_Guidance", r.SeverityOverrideGuidance},
		{"Check_Content_Ref", r.CheckContentRef},
		{"Weight", r.Weight},
		{"Class", "Unclass"},
		{"STIGRef", s.ref()},
		{"TargetKey", r.TargetKey},
		{"STIG_UUID", s.stigID},
	} {
		cklData(x, a.name, a.data)
	}
	cklList(x, "LEGACY_ID", r.Legacy)
	cklList(x, "CCI_REF", r.CCIs)
	x.text("STATUS", string(f.Status))
	x.text("FINDING_DETAILS", f.Details)
	x.text("COMMENTS", f.Comments)
	x.text("SEVERITY_OVERRIDE", string(f.Override))
	x.text("SEVERITY_JUSTIFICATION", f.Justification)
	x.end()
}

func cklData(x *xmlOut, name, data string) {
	x.start("STIG_DATA")
	x.text("VULN_ATTRIBUTE", name)
	x.text("ATTRIBUTE_DATA", data)
	x.end()
}

// cklList writes an attribute once for each value, and once empty if there is none.
func cklList(x *xmlOut, name string, values []string) {
	if len(values) == 0 {
		cklData(x, name, "")
	}
	for _, v := range values {
		cklData(x, name, line(v))
	}
}
