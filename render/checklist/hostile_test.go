package checklist_test

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/checklist"
)

// hostile is a text with everything that breaks a reader or deceives a person.
const hostile = "a\x0cb]]>c\x00d\u202ee\u2066f\x1b[31mg\xff\xfeh\ufffei\U000E0041<x>&amp;&#0;\r\nnew\rline \U0001F600 \u200b"

func hostileInput() (checklist.Target, audit.Benchmark, evidence.Benchmark, checklist.Options) {
	b := benchmark()
	for i := range b.Rules {
		r := &b.Rules[i]
		for _, field := range []*string{&r.Title, &r.GroupTitle, &r.Discussion, &r.FalsePositives, &r.CheckText, &r.FixText, &r.Weight, &r.CheckID,
			&r.FixID, &r.CheckContentRef, &r.TargetKey, &r.IAControls, &r.ThirdPartyTools} {
			*field = hostile
		}
		r.STIGID, r.CCIs, r.Legacy, r.Caveats = hostile, []string{hostile}, []string{hostile}, []string{hostile}
	}
	for _, field := range []*string{&b.Title, &b.ReleaseInfo, &b.Description, &b.Notice, &b.Source, &b.Status, &b.StatusDate, &b.File} {
		*field = hostile
	}
	a := judged(b)
	huge := strings.Repeat("0123456789", 10_000)
	for i := range a.Rules {
		v := &a.Rules[i].After
		for k := range v.Reasons {
			v.Reasons[k].Expected, v.Reasons[k].Actual, v.Reasons[k].Note = hostile, huge, huge+hostile
		}
		for range 100 {
			v.Reasons = append(v.Reasons, evidence.Reason{Result: evidence.Fail, Actual: strings.Repeat("\U0001F600", 3000), Address: hostile, Cites: slices.Repeat(cite(9), 30)})
		}
		a.Rules[i].Undecided = huge
		w := evidence.Carried{File: hostile, STIG: hostile, Version: hostile, ReleaseInfo: hostile, Rule: hostile, MatchedBy: "group ID", Updated: hostile, Unknown: hostile,
			Use: evidence.CarriedAside, Why: huge, Comment: hostile + huge, Details: huge + hostile, Severity: evidence.Low, Reason: hostile + huge}
		a.Rules[i].Carried = []evidence.Carried{w, w}
	}
	o := options()
	o.Tool = hostile
	for i := range 40 {
		o.Exceptions = append(o.Exceptions, evidence.Exception{Control: string(b.Rules[i%5].RuleID), Reason: huge, Approver: hostile})
	}
	to := checklist.Target{HostName: hostile, IP: "no address", MAC: "00-53:00", FQDN: "AUTOMATE01", Site: hostile, Instance: hostile, Comment: hostile}
	return to, a, b, o
}

func TestHostileTexts(t *testing.T) {
	to, a, b, o := hostileInput()
	for _, f := range forms {
		data := f.bytes(t, to, a, b, o)
		if !utf8.Valid(data) || bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
			t.Errorf("%s: not plain UTF-8", f.name)
		}
		for _, bad := range []string{"\x0c", "\x00", "\u202e", "\u2066", "\x1b", "\ufffe", "]]>", "\r", "\u200b"} {
			if f.name == "x.cklb" && bad == "]]>" {
				continue
			}
			if bytes.Contains(data, []byte(bad)) {
				t.Errorf("%s holds %q", f.name, bad)
			}
		}
		if f.name != "x.cklb" {
			if err := xml.Unmarshal(data, new(struct{})); err != nil {
				t.Errorf("%s: %v", f.name, err)
			}
		}
	}
	c := readStrictly(t, forms[0].bytes(t, to, a, b, o))
	for _, r := range c.STIG.Rules {
		for _, text := range []string{*r.Details, *r.Comments} {
			if n := len(utf16.Encode([]rune(text))); n > 32_767 || n < 15_000 {
				t.Errorf("%d units", n)
			}
			if !strings.Contains(text, "hortened") {
				t.Error("a shortened text does not say so")
			}
		}
		if !strings.Contains(*r.Details, "\n[auditpack] End ") {
			t.Error("no end of the details")
		}
	}
	for _, f := range c.Asset.Fields {
		if name := f.XMLName.Local; (name == "HOST_FQDN" || name == "HOST_IP" || name == "HOST_MAC") && f.Text != "" {
			t.Errorf("%s = %q, which readers refuse", name, f.Text)
		}
		if f.XMLName.Local == "TARGET_COMMENT" && (!strings.Contains(f.Text, "FQDN, left out as readers refuse it: AUTOMATE01") || !strings.Contains(f.Text, "no address")) {
			t.Errorf("the comment does not say what was left out: %s", f.Text)
		}
	}
	for _, d := range c.STIG.Info {
		if d.Name == "releaseinfo" && *d.Data != "Release: 8 Benchmark Date: unknown" {
			t.Errorf("releaseinfo = %q", *d.Data)
		}
	}
}
