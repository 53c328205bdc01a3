package stig_test

import (
	"slices"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/stig"

	"github.com/google/go-cmp/cmp"
)

// TestCompare pairs rules in each way, and leaves unclear ones alone.
func TestCompare(t *testing.T) {
	rule := func(id, group, ruleID string, severity evidence.Severity, check string, legacy ...string) evidence.Rule {
		return evidence.Rule{STIGID: evidence.STIGID(id), GroupID: evidence.GroupID(group), RuleID: evidence.RuleID(ruleID),
			Severity: severity, CheckText: check, Legacy: legacy}
	}
	before := evidence.Benchmark{Rules: []evidence.Rule{
		rule("T-1", "V-1", "SV-1r1_rule", evidence.Low, "look  here"),
		rule("T-2", "V-2", "SV-2r1_rule", evidence.Low, "b"),
		rule("T-3", "V-3", "SV-3r1_rule", evidence.Low, "c"),
		rule("T-4", "V-4", "SV-4r1_rule", evidence.Low, "d"),
		rule("T-5", "V-5", "SV-5r1_rule", evidence.Low, "e"),
		rule("T-6", "V-6", "SV-6r1_rule", evidence.Low, "f"),
	}}
	after := evidence.Benchmark{Rules: []evidence.Rule{
		rule("T-1", "V-1", "SV-1r2_rule", evidence.Low, "look\nhere"),          // a new revision, the same words
		rule("T-2", "V-20", "SV-20r1_rule", evidence.High, "b", "V-2", "SV-2"), // renumbered and more severe
		rule("T-30", "V-30", "SV-30r1_rule", evidence.Low, "c, again", "SV-3"), // found by a legacy number alone
		rule("T-40", "V-40", "SV-40r1_rule", evidence.Low, "d", "V-4", "V-5"),  // could be either of two
		rule("T-60", "V-6", "SV-60r1_rule", evidence.Low, "f"),                 // by group ID
		rule("T-7", "V-7", "SV-7r1_rule", evidence.Low, "g"),                   // new
	}}
	type row struct {
		ID, Old, By string
		Kinds       []evidence.RuleChangeKind
		Texts       []string
	}
	var got []row
	for _, c := range stig.Compare(before, after) {
		r := row{By: c.MatchBy, Kinds: c.Kinds, Texts: c.Texts}
		if c.New != nil {
			r.ID = string(c.New.STIGID)
		}
		if c.Old != nil {
			r.Old = string(c.Old.STIGID)
		}
		got = append(got, r)
	}
	want := []row{
		{"T-1", "T-1", "STIG ID", []evidence.RuleChangeKind{evidence.RuleRevised}, nil},
		{"T-2", "T-2", "STIG ID", []evidence.RuleChangeKind{evidence.RuleRenumbered, evidence.RuleSeverity}, nil},
		{"T-30", "T-3", "legacy ID", []evidence.RuleChangeKind{evidence.RuleRenumbered, evidence.RuleReworded}, []string{"check"}},
		{"T-40", "", "", []evidence.RuleChangeKind{evidence.RuleAdded}, nil},
		{"T-60", "T-6", "group ID", []evidence.RuleChangeKind{evidence.RuleRenumbered}, nil},
		{"T-7", "", "", []evidence.RuleChangeKind{evidence.RuleAdded}, nil},
		{"", "T-4", "", []evidence.RuleChangeKind{evidence.RuleRemoved}, nil},
		{"", "T-5", "", []evidence.RuleChangeKind{evidence.RuleRemoved}, nil},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestCompareReleases compares with what was found between DISA's releases by hand.
func TestCompareReleases(t *testing.T) {
	changed := func(before, after string) (matched int, by map[string][]string) {
		t.Helper()
		by = map[string][]string{}
		old, new := read(t, before), read(t, after)
		for _, c := range stig.Compare(old, new) {
			if c.Old != nil && c.New != nil {
				matched++
			}
			r := c.New
			if r == nil {
				r = c.Old
			}
			for _, k := range c.Kinds {
				by[string(k)] = append(by[string(k)], string(r.STIGID))
			}
		}
		for _, list := range by {
			slices.Sort(list)
		}
		return matched, by
	}

	_, by := changed("older/U_MS_Windows_Server_2019_STIG_V3R7_Manual-xccdf.xml", ws2019)
	if diff := cmp.Diff([]string{"WN19-00-000290"}, by["removed"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"WN19-00-000120", "WN19-00-000270", "WN19-CC-000280"}, by["reworded"]); diff != "" {
		t.Error(diff)
	}
	if len(by["renumbered"])+len(by["added"]) > 0 {
		t.Errorf("renumbered %v, added %v", by["renumbered"], by["added"])
	}

	matched, by := changed("older/U_MS_Windows_Server_2019_STIG_V1R5_Manual-xccdf.xml", ws2019)
	if matched != 271 || len(by["removed"]) != 33 || len(by["added"]) != 11 || len(by["renumbered"]) != 271 {
		t.Errorf("V1R5 to V3R8: %d matched, %d removed, %d added, %d renumbered", matched, len(by["removed"]), len(by["added"]), len(by["renumbered"]))
	}
	if diff := cmp.Diff([]string{"WN19-00-000250"}, by["severity changed"]); diff != "" {
		t.Error(diff)
	}

	_, by = changed("older/U_MS_IIS_10-0_Server_STIG_V3R4_Manual-xccdf.xml", iisSrv)
	if diff := cmp.Diff([]string{"IIST-SV-000115", "IIST-SV-000139", "IIST-SV-000210"}, by["removed"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"IIST-SV-000110", "IIST-SV-000111", "IIST-SV-000205"}, by["reworded"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"IIST-SV-000131", "IIST-SV-000132"}, by["revised"]); diff != "" {
		t.Error(diff)
	}
}

// TestCompareByLegacy pairs V1R5 with V3R8 by the legacy numbers alone.
func TestCompareByLegacy(t *testing.T) {
	old, new := read(t, "older/U_MS_Windows_Server_2019_STIG_V1R5_Manual-xccdf.xml"), read(t, ws2019)
	want := map[evidence.RuleID]evidence.STIGID{}
	for i := range old.Rules {
		want[old.Rules[i].RuleID] = old.Rules[i].STIGID
		old.Rules[i].STIGID = "OLD-" + old.Rules[i].STIGID
	}
	matched := 0
	for _, c := range stig.Compare(old, new) {
		if c.Old == nil || c.New == nil {
			continue
		}
		matched++
		if c.MatchBy != "legacy ID" || want[c.Old.RuleID] != c.New.STIGID {
			t.Errorf("%s was paired with %s by %s", c.New.STIGID, c.Old.STIGID, c.MatchBy)
		}
	}
	if matched != 271 {
		t.Errorf("%d matched, want 271", matched)
	}
}
