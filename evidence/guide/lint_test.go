package guide_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/guide"
)

// sound returns a guide that Lint finds nothing wrong with.
func sound(t *testing.T) evidence.Guide {
	t.Helper()
	g, _, err := guide.Load(files(indexFile, "tls.yaml", sectionFile))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestLint(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*evidence.Guide, *evidence.Control)
		want  []string
	}{
		{"sound", func(*evidence.Guide, *evidence.Control) {}, nil},
		{"id twice", func(g *evidence.Guide, c *evidence.Control) {
			g.Sections[0].Controls = append(g.Sections[0].Controls, *c)
		}, []string{"tls10-server: id is used twice"}},
		{"section twice", func(g *evidence.Guide, c *evidence.Control) {
			other := *c
			other.ID = "other"
			g.Sections = append(g.Sections, evidence.Section{ID: "tls", Part: "a", Title: "b", Controls: []evidence.Control{other}})
		}, []string{"section tls: id is used twice"}},
		{"no controls", func(g *evidence.Guide, _ *evidence.Control) { g.Sections[0].Controls = nil },
			[]string{"section tls: no controls"}},
		{"id", func(_ *evidence.Guide, c *evidence.Control) { c.ID = "TLS_10" },
			[]string{`TLS_10: id "TLS_10", want lower case letters, digits and single "-"`}},
		{"full stop", func(_ *evidence.Guide, c *evidence.Control) { c.Statement += "." },
			[]string{"tls10-server: statement ends with a full stop"}},
		{"long", func(_ *evidence.Guide, c *evidence.Control) { c.Statement = strings.Repeat("ä", 161) },
			[]string{"tls10-server: statement of 161 characters, at most 160"}},
		{"just not long", func(_ *evidence.Guide, c *evidence.Control) { c.Statement = strings.Repeat("ä", 160) }, nil},
		{"severity", func(_ *evidence.Guide, c *evidence.Control) { c.Severity = "critical" },
			[]string{`tls10-server: severity "critical", want high, medium or low`}},
		{"no fix", func(_ *evidence.Guide, c *evidence.Control) { c.Fix = "" },
			[]string{"tls10-server: fix is missing"}},
		{"line break", func(_ *evidence.Guide, c *evidence.Control) { c.Fix = "a\nb" },
			[]string{"tls10-server: fix has a line break, a tab, or blanks at an end"}},
		{"undecided", func(_ *evidence.Guide, c *evidence.Control) { c.Checks = nil },
			[]string{"tls10-server: neither checks nor manual"}},
		{"check", func(_ *evidence.Guide, c *evidence.Control) { c.Checks[0].Kind = "bad" },
			[]string{"tls10-server: no such kind"}},
		{"check of a reading", func(_ *evidence.Guide, c *evidence.Control) { c.Readings[0].Checks[0].Kind = "bad" },
			[]string{"tls10-server, reading C19: no such kind"}},
		{"silent reading", func(_ *evidence.Guide, c *evidence.Control) {
			c.Readings[0] = evidence.Reading{ID: "19", Who: "me"}
		}, []string{`tls10-server, reading 19: id "19", want the form C19`, `tls10-server, reading 19: who "me", want guide or STIG`,
			"tls10-server, reading 19: text is missing"}},
		{"ids mixed up", func(_ *evidence.Guide, c *evidence.Control) {
			c.STIG[0].STIGID, c.STIG[0].GroupID, c.STIG[0].RuleID = "V-218821", "IIST-SV-000153", "SV-218821"
		}, []string{`tls10-server, rule iis10-server V-218821: stig_id "V-218821", want the form WN22-SO-000230`,
			`tls10-server, rule iis10-server V-218821: group_id "IIST-SV-000153", want the form V-254467`,
			`tls10-server, rule iis10-server V-218821: rule_id "SV-218821", want the form SV-254467r991589_rule`}},
		{"ids of two rules", func(_ *evidence.Guide, c *evidence.Control) { c.STIG[0].GroupID = "V-218822" },
			[]string{"tls10-server, rule iis10-server IIST-SV-000153: rule_id SV-218821r1067596_rule is not of group V-218822"}},
		{"words of a rule", func(_ *evidence.Guide, c *evidence.Control) {
			r := &c.STIG[0]
			r.Benchmark, r.Release, r.Strength, r.Severity, r.CCIs = "win", "3.7", "very", "CAT I", []string{"2418"}
		}, []string{`tls10-server, rule win IIST-SV-000153: benchmark "win", want one of ws2016, ws2019, ws2022, iis10-server, iis10-site, firewall`,
			`tls10-server, rule win IIST-SV-000153: release "3.7", want the form V2R8`,
			`tls10-server, rule win IIST-SV-000153: strength "very", want one of exact, partial, related, none`,
			`tls10-server, rule win IIST-SV-000153: severity "CAT I", want high, medium or low`,
			`tls10-server, rule win IIST-SV-000153: cci "2418", want the form CCI-000366`}},
		{"rule twice", func(_ *evidence.Guide, c *evidence.Control) { c.STIG = append(c.STIG, c.STIG[0]) },
			[]string{"tls10-server, rule iis10-server IIST-SV-000153: listed twice"}},
		{"a whole benchmark", func(_ *evidence.Guide, c *evidence.Control) {
			c.STIG = []evidence.RuleRef{{Benchmark: "ws2022", Release: "V2R8", Strength: "exact"}}
		}, nil},
		{"firewall rule", func(_ *evidence.Guide, c *evidence.Control) {
			r := &c.STIG[0]
			r.Benchmark, r.STIGID, r.GroupID, r.RuleID = "firewall", "WNFWA-000001", "V-241989", "SV-241989r922928_rule"
		}, nil},
	}
	prepare := func(c evidence.Check) error {
		if c.Kind == "bad" {
			return errors.New("no such kind")
		}
		return nil
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := sound(t)
			tt.spoil(&g, &g.Sections[0].Controls[0])
			var got []string
			for _, p := range guide.Lint(g, prepare) {
				got = append(got, p.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
