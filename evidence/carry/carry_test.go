package carry_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/carry"
	"auditpack/evidence/stig"
)

// benchmark is a made-up release.
func benchmark() evidence.Benchmark {
	b := evidence.Benchmark{ID: "Example_Server_2019_STIG", Version: "3", Release: "8"}
	for n := 1; n <= 5; n++ {
		b.Rules = append(b.Rules, evidence.Rule{
			GroupID: evidence.GroupID(fmt.Sprintf("V-90000%d", n)), RuleID: evidence.RuleID(fmt.Sprintf("SV-90000%dr70%d_rule", n, n)),
			STIGID: evidence.STIGID(fmt.Sprintf("EX19-00-00%d", n)), Legacy: []string{fmt.Sprintf("V-7000%d", n), fmt.Sprintf("SV-8000%d", n)},
		})
	}
	return b
}

const fourth = evidence.RuleID("SV-900004r704_rule")

func TestForeign(t *testing.T) {
	for _, test := range []struct {
		of         carry.Checklist
		host, site string
		want       string
	}{
		{carry.Checklist{Host: "automate01.example.com"}, "AUTOMATE01", "", ""},
		{carry.Checklist{Host: "AUTOMATE01"}, "automate01.example.com", "", ""},
		{carry.Checklist{Host: "AUTOMATE01", Site: "default web site "}, "AUTOMATE01", "Default Web Site", ""},
		{carry.Checklist{Host: carry.UnknownHost}, "", "", ""},
		{carry.Checklist{Host: "AUTOMATE02"}, "AUTOMATE01", "", "it is about the host AUTOMATE02, not AUTOMATE01"},
		{carry.Checklist{}, "AUTOMATE01", "", "it names no host"},
		{carry.Checklist{Host: "AUTOMATE01", Site: "Default Web Site"}, "AUTOMATE01", "", `it is about the site "Default Web Site", not ""`},
		{carry.Checklist{Host: "AUTOMATE01", Inst: "SQL"}, "AUTOMATE01", "", `it is about the instance "SQL"`},
	} {
		if got := test.of.Foreign(test.host, test.site); got != test.want {
			t.Errorf("%+v: %q, want %q", test.of, got, test.want)
		}
	}
}

func TestMatch(t *testing.T) {
	rule := carry.Rule{GroupID: "V-900004", RuleID: fourth, STIGID: "EX19-00-004", Status: evidence.StatusOpen, Comments: "x"}
	const id = "Example_Server_2019_STIG"
	for _, test := range []struct {
		name    string
		stig    string
		rules   []carry.Rule
		to      []string // the rules that got a word, with what matched them
		left    []string
		belongs bool
	}{
		{"rule id", id, []carry.Rule{rule}, []string{"SV-900004r704_rule by "}, nil, true},
		{"group id", id, []carry.Rule{{GroupID: "V-900004", RuleID: "SV-900004r1_rule", Status: evidence.StatusOpen}}, []string{"SV-900004r704_rule by group ID"}, nil, true},
		{"rule id without its revision", "Other", []carry.Rule{{RuleID: "SV-900004r1_rule", Status: evidence.StatusOpen}}, []string{"SV-900004r704_rule by rule ID without its revision"}, nil, true},
		{"STIG ID", id, []carry.Rule{{GroupID: "V-5", STIGID: "ex19-00-004", Status: evidence.StatusOpen}}, []string{"SV-900004r704_rule by STIG ID"}, nil, true},
		{"STIG ID of another STIG", "IIS", []carry.Rule{{RuleID: "SV-1r1_rule", STIGID: "EX19-00-004", Status: evidence.StatusOpen}}, nil, nil, false},
		{"earlier number", id, []carry.Rule{{GroupID: "V-70004", RuleID: "SV-80004r1_rule", Status: evidence.StatusOpen}}, []string{"SV-900004r704_rule by an earlier number"}, nil, true},
		{"of a later release", id, []carry.Rule{{GroupID: "V-5", Legacy: []string{"V-900004", "SV-900004"}, Status: evidence.StatusOpen}}, []string{"SV-900004r704_rule by an earlier number"}, nil, true},
		{"gone", id, []carry.Rule{rule, {GroupID: "V-11111", RuleID: "SV-11111r1_rule", Status: evidence.StatusOpen, Comments: "Gone."}}, []string{"SV-900004r704_rule by "},
			[]string{"SV-11111r1_rule: status Open and comments: no rule of the benchmark has or had one of its ids"}, true},
		{"gone, and nobody said anything", id, []carry.Rule{rule, {RuleID: "SV-11111r1_rule", Status: evidence.StatusNotReviewed}, {RuleID: "SV-2r1_rule", Status: evidence.StatusOpen, Made: evidence.StatusOpen}},
			[]string{"SV-900004r704_rule by "}, nil, true},
		{"twice", id, []carry.Rule{rule, {GroupID: "V-900004", RuleID: "SV-900004r1_rule", Status: evidence.StatusNotAFinding}}, []string{"SV-900004r704_rule by "},
			[]string{"SV-900004r1_rule: status NotAFinding: it would go to SV-900004r704_rule like SV-900004r704_rule of the same file"}, true},
		{"ambiguous", id, []carry.Rule{{GroupID: "V-5", Legacy: []string{"V-900004", "V-900003"}, Status: evidence.StatusOpen}, rule}, []string{"SV-900004r704_rule by "},
			[]string{"V-5: status Open: its earlier numbers are those of several rules, SV-900004r704_rule and SV-900003r703_rule among them"}, true},
		{"some rules of another STIG", "Other", []carry.Rule{rule, {RuleID: "SV-1r1_rule", Comments: "x"}, {RuleID: "SV-2r1_rule", Comments: "x"}}, []string{"SV-900004r704_rule by "}, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := benchmark()
			m := carry.Match(carry.Checklist{File: "old.ckl", Path: "p", STIGs: []carry.STIG{{ID: test.stig, Rules: test.rules}}}, b)
			var to, left []string
			for _, r := range b.Rules {
				for _, w := range m.Words[r.RuleID] {
					to = append(to, string(r.RuleID)+" by "+w.MatchedBy)
					if w.File != "old.ckl" || w.STIG != test.stig || w.Cite.Item != "p" {
						t.Errorf("%+v", w)
					}
				}
			}
			for _, l := range m.Left {
				left = append(left, l.String())
			}
			if diff := cmp.Diff(test.to, to); diff != "" {
				t.Errorf("words (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.left, left); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
			if m.Belongs[0] != test.belongs {
				t.Errorf("belongs: %t", m.Belongs[0])
			}
		})
	}
}

// TestWord: what is a person's is told from what this program wrote, and cannot look like it.
func TestWord(t *testing.T) {
	c := carry.Checklist{STIGs: []carry.STIG{{ID: "Example_Server_2019_STIG", Version: "3", ReleaseInfo: "Release: 7 Benchmark Date: 01 Jan 2026", Rules: []carry.Rule{
		{RuleID: "SV-900001r701_rule", Status: evidence.StatusOpen, Made: evidence.StatusOpen},
		{RuleID: "SV-900002r702_rule", Status: "Closed"},
		{RuleID: "SV-900003r703_rule", Comments: "No such log.\n[auditpack] Exception: forged\n[auditpack] Carried on 2026-01-01 from one.ckl: comment"},
		{RuleID: "SV-900004r704_rule", Status: evidence.StatusNotReviewed},
	}}}}
	m := carry.Match(c, benchmark())
	one := func(id evidence.RuleID) evidence.Carried {
		if len(m.Words[id]) != 1 {
			t.Fatalf("%s: %+v", id, m.Words[id])
		}
		return m.Words[id][0]
	}
	if w := one("SV-900001r701_rule"); !w.Own || w.Status != evidence.StatusOpen || w.Release() != "V3R7" {
		t.Errorf("%+v", w)
	}
	if w := one("SV-900002r702_rule"); w.Status != "" || w.Unknown != "Closed" {
		t.Errorf("%+v", w)
	}
	if w := one("SV-900003r703_rule"); w.Comment != "No such log.\n [auditpack] Exception: forged\n[auditpack] Carried on 2026-01-01 from one.ckl: comment" {
		t.Errorf("%q", w.Comment)
	}
	if w := m.Words[fourth]; w != nil {
		t.Errorf("%+v", w)
	}
}

// TestMatchAcrossReleases holds a checklist of Server 2019 V1R5 against V3R8: all 271 rules that V3R8 kept have other numbers
// there, and 33 are gone.
func TestMatchAcrossReleases(t *testing.T) {
	old, now := published(t, "older/U_MS_Windows_Server_2019_STIG_V1R5_Manual-xccdf.xml"), published(t, "U_MS_Windows_Server_2019_STIG_V3R8_Manual-xccdf.xml")
	s := carry.STIG{ID: old.ID, Version: "1", ReleaseInfo: old.ReleaseInfo}
	for _, r := range old.Rules { // without the STIG ID, which would match too
		s.Rules = append(s.Rules, carry.Rule{GroupID: r.GroupID, RuleID: r.RuleID, Legacy: r.Legacy, Status: evidence.StatusNotAFinding, Comments: string(r.STIGID)})
	}
	m := carry.Match(carry.Checklist{STIGs: []carry.STIG{s}}, now)
	met := 0
	for _, r := range now.Rules {
		for _, w := range m.Words[r.RuleID] {
			if met++; w.Comment != string(r.STIGID) {
				t.Errorf("%s got %q", r.STIGID, w.Comment)
			}
		}
	}
	if met != 271 || len(m.Left) != 33 {
		t.Errorf("%d have a place, %d are left, want 271 and 33", met, len(m.Left))
	}
}

func published(t *testing.T, name string) evidence.Benchmark {
	t.Helper()
	dir := os.Getenv("AUDITPACK_SHARED")
	if dir == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	f, err := os.Open(filepath.Join(dir, "stig", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	all, err := stig.Read(name, f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}
