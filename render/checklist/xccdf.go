package checklist

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/carry"
)

// WriteXCCDF writes the benchmark in XCCDF 1.2 with one TestResult.
func WriteXCCDF(w io.Writer, t Target, a audit.Benchmark, b evidence.Benchmark, o Options) error {
	s, err := newWriter(t, a, b, o)
	if err != nil {
		return err
	}
	x := newXML(w)
	x.start("Benchmark",
		attr{"xmlns", "http://checklists.nist.gov/xccdf/1.2"},
		attr{"xmlns:dc", "http://purl.org/dc/elements/1.1/"},
		attr{"xmlns:note", "urn:uuid:" + space}, // of what XCCDF has no element for
		attr{"id", carry.XCCDFPrefix + "benchmark_" + b.ID}, attr{"xml:lang", "en"})
	s.xccdfHead(x)
	for _, f := range s.findings {
		s.xccdfRule(x, f.Rule)
	}
	s.xccdfResult(x)
	x.end()
	return x.close()
}

var statuses = regexp.MustCompile(`^(?:accepted|deprecated|draft|incomplete|interim)$`)

func (s *writer) xccdfHead(x *xmlOut) {
	status, date := s.stig.Status, s.stig.StatusDate
	if !statuses.MatchString(status) {
		status = "incomplete"
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		date = ""
	}
	x.text("status", status, attr{"date", date})
	x.text("title", line(s.stig.Title))
	x.text("description", s.stig.Description)
	if plainID.MatchString(s.stig.Notice) {
		x.text("notice", "", attr{"id", ncName(s.stig.Notice)})
	}
	x.text("plain-text", s.releaseInfo(), attr{"id", "release-info"})
	x.text("platform", "", attr{"idref", platform(s.stig.ID)})
	x.text("version", line(s.stig.Version))
	x.start("metadata")
	x.text("dc:source", line(s.stig.Source))
	x.end()
}

var windowsYear = regexp.MustCompile(`Windows_Server_(2\d{3})`)

// platform names what a STIG is about as a URI of CPE 2.2, as DISA does. OpenSCAP warns that CPE 2.3 would be better,
// and has to: its validator fails on a file that gives it nothing to warn of.
func platform(id string) string {
	if m := windowsYear.FindStringSubmatch(id); m != nil {
		return "cpe:/o:microsoft:windows_server_" + m[1]
	}
	if strings.Contains(id, "IIS_10") {
		return "cpe:/a:microsoft:internet_information_services:10.0"
	}
	return "cpe:/o:microsoft:windows"
}

func (s *writer) xccdfRule(x *xmlOut, r evidence.Rule) {
	x.start("Group", attr{"id", carry.XCCDFPrefix + "group_" + string(r.GroupID)})
	x.text("title", line(r.GroupTitle))
	x.text("description", "<GroupDescription></GroupDescription>")
	x.start("Rule", attr{"id", carry.XCCDFPrefix + "rule_" + string(r.RuleID)}, attr{"weight", weight(r)}, attr{"severity", string(r.Severity)})
	x.text("version", line(string(r.STIGID)))
	x.text("title", r.Title)
	x.text("description", description(r))
	for _, id := range r.Legacy {
		x.text("ident", line(id), attr{"system", "http://cyber.mil/legacy"})
	}
	ccis(x, r)
	x.text("fixtext", r.FixText, attr{"fixref", ncName(r.FixID)})
	if id := ncName(r.FixID); id != "" {
		x.text("fix", "", attr{"id", id})
	}
	x.start("check", attr{"system", checkSystem(r)})
	if r.CheckContentRef != "" {
		x.text("check-content-ref", "", attr{"href", uri(s.stig.File)}, attr{"name", r.CheckContentRef})
	}
	x.text("check-content", r.CheckText)
	x.end()
	x.end()
	x.end()
}

func ccis(x *xmlOut, r evidence.Rule) {
	for _, cci := range r.CCIs {
		x.text("ident", line(cci), attr{"system", "http://cyber.mil/cci"})
	}
}

// weight is a decimal number without a sign, DISA's 10.0 where there is none.
func weight(r evidence.Rule) string {
	if f, err := strconv.ParseFloat(r.Weight, 64); err != nil || f < 0 || f > 1e6 || strings.Trim(r.Weight, "0123456789.") != "" {
		return "10.0"
	}
	return r.Weight
}

// ncName returns an identifier that XML takes as a name, or nothing.
func ncName(id string) string {
	if !plainID.MatchString(id) || id[0] >= '0' && id[0] <= '9' {
		return ""
	}
	return id
}

var notPlain = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// uri returns a file's name as a relative reference.
func uri(file string) string {
	return cmp.Or(notPlain.ReplaceAllString(file, "_"), "benchmark.xml")
}

func checkSystem(r evidence.Rule) string { return cmp.Or(ncName(r.CheckID), "urn:uuid:"+space) }

// description is written as DISA does: elements inside an escaped text.
func description(r evidence.Rule) string {
	var b strings.Builder
	for _, part := range []struct{ name, text string }{
		{"VulnDiscussion", r.Discussion}, {"FalsePositives", r.FalsePositives}, {"FalseNegatives", r.FalseNegatives},
		{"Documentable", r.Documentable}, {"Mitigations", r.Mitigations}, {"SeverityOverrideGuidance", r.SeverityOverrideGuidance},
		{"PotentialImpacts", r.PotentialImpacts}, {"ThirdPartyTools", r.ThirdPartyTools}, {"MitigationControl", r.MitigationControl},
		{"Responsibility", r.Responsibility}, {"IAControls", r.IAControls},
	} {
		b.WriteString("<" + part.name + ">")
		textEscapes.WriteString(&b, part.text)
		b.WriteString("</" + part.name + ">")
	}
	return b.String()
}

func (s *writer) xccdfResult(x *xmlOut) {
	begin := s.o.Snapshot.From
	if begin.IsZero() || begin.After(s.o.AsOf) {
		begin = s.o.AsOf
	}
	x.start("TestResult",
		attr{"id", carry.XCCDFPrefix + "testresult_" + s.id}, attr{"version", line(s.stig.Version)},
		attr{"start-time", stamp(begin)}, attr{"end-time", stamp(s.o.AsOf)}, attr{"test-system", testSystem(s.o.Tool)})
	x.text("benchmark", "", attr{"href", uri(s.stig.File)}, attr{"id", carry.XCCDFPrefix + "benchmark_" + s.stig.ID})
	x.text("title", s.target.HostName+" "+s.stig.ID)
	x.text("remark", s.target.Comment)
	if !s.stig.Digest.IsZero() {
		x.text("remark", "Judged by the check texts of "+line(s.stig.File)+", SHA-256 "+s.stig.Digest.String())
	}
	x.text("target", s.target.HostName)
	for _, ip := range splitList(s.target.IP) {
		x.text("target-address", ip)
	}
	s.xccdfFacts(x)
	x.text("platform", "", attr{"idref", platform(s.stig.ID)})
	passed, scored := 0, 0
	for _, f := range s.findings {
		s.xccdfRuleResult(x, f)
		switch f.Status {
		case evidence.StatusNotAFinding:
			passed++
			scored++
		case evidence.StatusOpen:
			scored++
		}
	}
	x.text("score", strconv.Itoa(passed), attr{"system", "urn:xccdf:scoring:flat-unweighted"}, attr{"maximum", strconv.Itoa(scored)})
	x.end()
}

// xccdfFacts writes the target in SCAP's words, and where STIG Manager has words of its own for what it looks at in those.
func (s *writer) xccdfFacts(x *xmlOut) {
	const scap, manager = "urn:scap:fact:asset:identifier:", "tag:stig-manager@users.noreply.github.com,2020:asset:"
	t := s.target
	x.start("target-facts")
	for _, f := range []struct{ name, value string }{
		{scap + "host_name", t.HostName}, {scap + "fqdn", t.FQDN}, {scap + "mac", t.MAC},
		{manager + "fqdn", t.FQDN}, {manager + "mac", t.MAC},
		{manager + "metadata:cklWebDbSite", t.Site}, {manager + "metadata:cklWebDbInstance", t.Instance},
	} {
		if f.value != "" {
			x.text("fact", f.value, attr{"name", f.name}, attr{"type", "string"})
		}
	}
	x.end()
}

// xccdfRuleResult writes one result. A carried or attested status has no override element: OpenSCAP's rules then ask for one at every
// result. The message says where it is from.
func (s *writer) xccdfRuleResult(x *xmlOut, f Finding) {
	x.start("rule-result", attr{"idref", carry.XCCDFPrefix + "rule_" + string(f.Rule.RuleID)}, attr{"time", stamp(s.o.AsOf)},
		attr{"severity", string(f.Rule.Severity)}, attr{"weight", weight(f.Rule)})
	x.text("result", xccdf(f.Status))
	ccis(x, f.Rule)
	x.text("message", f.Details, attr{"severity", "info"})
	x.start("check", attr{"system", checkSystem(f.Rule)})
	if f.Comments != "" {
		x.start("check-content")
		x.text("note:comment", f.Comments)
		x.end()
	}
	x.end()
	x.end()
}

// testSystem names this program as CPE 2.2 does; STIG Manager's reader needs it.
func testSystem(tool string) string {
	name, version, _ := strings.Cut(tool, " ")
	part := func(s, or string) string {
		return cmp.Or(notPlain.ReplaceAllString(s, "_"), or)
	}
	return fmt.Sprintf("cpe:/a:auditpack:%s:%s", part(name, "auditpack"), part(version, "unknown"))
}
