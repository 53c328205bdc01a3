package stig_test

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/check"
	"auditpack/evidence/parse"
)

// file is raw evidence as a tool of Windows writes it.
type file struct {
	name string
	raw  []byte
}

// trial is a host, shown by its files, that complies with a rule or does not.
type trial struct {
	about      string
	files      []file
	standalone bool // in no domain; all others are members
	want       evidence.Result
}

// TestPairs judges every rule that has Checks on hosts that comply and on hosts that do not. What is right and wrong
// comes from the table and from the texts by other means than the Checks do, so that both must be wrong alike for a
// wrong verdict to pass unseen.
func TestPairs(t *testing.T) {
	classes := map[string]string{}
	for _, row := range rows(t, "check-classes.csv") {
		classes[row["rule_id"]] = row["check_class"]
	}
	blocks := map[string][]map[string]string{}
	for _, row := range rows(t, "registry-checks.csv") {
		id := row["benchmark"] + " " + row["stig_id"]
		blocks[id] = append(blocks[id], row)
	}
	with, without, judged := map[string]int{}, map[string][]string{}, 0
	standalone := content(t, systemInfo("", true))
	for _, c := range current {
		for _, r := range read(t, c.file).Rules {
			if len(r.Checks) == 0 {
				continue
			}
			class := classes[string(r.RuleID)]
			trials, why := pairs(r, class, blocks[c.table+" "+string(r.STIGID)])
			if why == "" {
				why = onesided(trials)
			}
			if why != "" {
				without[why] = append(without[why], string(r.STIGID))
				continue
			}
			with[c.table+" "+class]++
			trials = append(trials, inNoDomain(r.CheckText, trials)...)
			judges, member := prepare(t, r), content(t, systemInfo(r.Only, false))
			for _, trial := range trials {
				judged++
				system := member
				if trial.standalone {
					system = standalone
				}
				if v := verdict(t, judges, trial.files, system); v.Result != trial.want {
					t.Errorf("%s: %s: %s, want %s: %+v", r.STIGID, trial.about, v.Result, trial.want, v.Reasons)
				}
			}
		}
	}
	total := 0
	for _, class := range slices.Sorted(maps.Keys(with)) {
		total += with[class]
		t.Logf("%s: %d rules with a pair", class, with[class])
	}
	t.Logf("%d rules with a pair, judged on %d hosts", total, judged)
	for _, why := range slices.Sorted(maps.Keys(without)) {
		t.Errorf("no pair, %s: %d rules: %s", why, len(without[why]), strings.Join(without[why], " "))
	}
}

// pairs writes the trials for a rule from the table of registry blocks or from the words of its check text, never from
// its Checks. Where it can write none, why says so.
func pairs(r evidence.Rule, class string, blocks []map[string]string) (trials []trial, why string) {
	if len(blocks) == 0 {
		blocks = proseBlocks[r.STIGID]
	}
	switch {
	case len(blocks) > 0:
		return registryPairs(r.CheckText, blocks)
	case class == "user-right":
		return rightPairs(r.CheckText)
	case strings.HasPrefix(class, "auditpol"):
		return auditPairs(r.CheckText)
	case strings.HasPrefix(class, "secedit-policy"):
		return accountPairs(r.CheckText)
	}
	return iisPairs(r.STIGID)
}

// onesided says what is missing for a pair.
func onesided(trials []trial) string {
	for _, want := range []evidence.Result{evidence.Pass, evidence.Fail} {
		if !slices.ContainsFunc(trials, func(t trial) bool { return t.want == want }) {
			return "no host that must " + string(want)
		}
	}
	return ""
}

var domainOnly = regexp.MustCompile(`(?i)standalone or nondomain-joined systems, this is (?:NA|not applicable)|If the system is not a member of a domain, (?:the Domain Profile requirements can be marked|this is) NA`)

// inNoDomain takes a host that fails out of its domain, where the text says that this makes the rule not applicable.
func inNoDomain(text string, trials []trial) []trial {
	i := slices.IndexFunc(trials, func(t trial) bool { return t.want == evidence.Fail })
	if i < 0 || !domainOnly.MatchString(text) {
		return nil
	}
	t := trials[i]
	t.about, t.standalone, t.want = "standalone "+t.about, true, evidence.NotApplicable
	return []trial{t}
}

func prepare(t *testing.T, r evidence.Rule) []check.Judge {
	t.Helper()
	var judges []check.Judge
	for _, c := range r.Checks {
		judge, err := check.Prepare(c)
		if err != nil {
			t.Fatalf("%s: %v", r.STIGID, err)
		}
		judges = append(judges, judge)
	}
	return judges
}

// content reads a file, all of which must be understood.
func content(t *testing.T, f file) evidence.Content {
	t.Helper()
	c, err := parse.Read(evidence.Item{Path: "data/items/" + f.name, Name: f.name, Status: evidence.Captured}, bytes.NewReader(f.raw), nil)
	if err != nil || c.Refused != "" || len(c.Problems) > 0 {
		t.Fatalf("%s: %v %s %v", f.name, err, c.Refused, c.Problems)
	}
	return c
}

func verdict(t *testing.T, judges []check.Judge, files []file, system evidence.Content) evidence.Verdict {
	t.Helper()
	contents := []evidence.Content{system}
	for _, f := range files {
		contents = append(contents, content(t, f))
	}
	facts := evidence.NewFacts(contents)
	var reasons []evidence.Reason
	for _, judge := range judges {
		reasons = append(reasons, judge(check.Case{Facts: facts, Answers: &evidence.Answers{}})...)
	}
	return evidence.Combine(evidence.BasisEvidence, reasons...)
}

// systemInfo shows the host's role.
func systemInfo(role evidence.Role, standalone bool) file {
	configuration, domain := "Member Server", "corp.example.com"
	switch {
	case standalone:
		configuration, domain = "Standalone Server", "WORKGROUP"
	case role == evidence.DomainController:
		configuration = "Primary Domain Controller"
	}
	text := fmt.Sprintf(`
Host Name:                 AUTOMATE01
OS Name:                   Microsoft Windows Server 2022 Standard
OS Version:                10.0.20348 N/A Build 20348
OS Manufacturer:           Microsoft Corporation
OS Configuration:          %s
OS Build Type:             Multiprocessor Free
Registered Owner:          Example
Registered Organization:   Example
Product ID:                00454-00000-00001-AA111
Original Install Date:     1/10/2024, 9:00:00 AM
System Boot Time:          1/12/2024, 9:00:00 AM
System Manufacturer:       Example
System Model:              Example
System Type:               x64-based PC
Processor(s):              1 Processor(s) Installed.
                           [01]: Intel64 Family 6 Model 85 Stepping 7 GenuineIntel ~2594 Mhz
BIOS Version:              Example 1.0, 1/1/2024
Windows Directory:         C:\Windows
System Directory:          C:\Windows\system32
Boot Device:               \Device\HarddiskVolume1
System Locale:             en-us;English (United States)
Input Locale:              en-us;English (United States)
Time Zone:                 (UTC) Coordinated Universal Time
Total Physical Memory:     8,191 MB
Available Physical Memory: 5,000 MB
Virtual Memory: Max Size:  9,471 MB
Virtual Memory: Available: 6,000 MB
Virtual Memory: In Use:    3,471 MB
Page File Location(s):     C:\pagefile.sys
Domain:                    %s
Logon Server:              \\AUTOMATE01
Hotfix(s):                 1 Hotfix(s) Installed.
                           [01]: KB5004330
Network Card(s):           N/A
`, configuration, domain)
	return file{"systeminfo.txt", []byte(strings.ReplaceAll(text, "\n", "\r\n"))}
}
