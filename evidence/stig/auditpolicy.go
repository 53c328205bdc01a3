package stig

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// auditPolicy are texts about subcategories of the audit policy: as auditpol lists them, or by their place in the
// policy editor.
var auditPolicy = pattern{
	name: "audit policy",
	fits: func(lines []string) bool {
		return slices.ContainsFunc(lines, func(l string) bool {
			return strings.Contains(l, "AuditPol /get /category:*") || strings.HasPrefix(l, "Computer Configuration") && auditPlace.MatchString(l)
		})
	},
	read: readAuditPolicy,
}

var (
	auditLine   = regexp.MustCompile(`^([A-Z][A-Za-z/ ]+) >> ([A-Z][A-Za-z/ ]+) - (Success|Failure)$`)
	auditPlace  = regexp.MustCompile(`^Computer Configuration >> Windows Settings >> Security Settings >> Advanced Audit Policy Configuration >> System Audit Policies >> [A-Z][A-Za-z/ ]+ >> (Audit [A-Z][A-Za-z/ ]+)\.$`)
	auditEditor = regexp.MustCompile(`^If "(Audit [A-Z][A-Za-z/ ]+)" is not set to "(Success|Failure)", this is a finding\.$`)
	auditHeader = regexp.MustCompile(`^(?:Compare the "?AuditPol"? settings with the following[.:] )?If the system does not audit the following, this is a finding[.:]$`)
)

func readAuditPolicy(d *draft) error {
	asked, places := false, map[string]bool{}
	for _, line := range d.lines {
		switch {
		case auditHeader.MatchString(line):
			asked = true
		case auditLine.MatchString(line):
			if !asked {
				return fmt.Errorf("no sentence says what is a finding")
			}
			m := auditLine.FindStringSubmatch(line)
			if err := d.audits(m[2], m[3]); err != nil {
				return err
			}
		case auditPlace.MatchString(line):
			places[auditPlace.FindStringSubmatch(line)[1]] = true
		case auditEditor.MatchString(line):
			m := auditEditor.FindStringSubmatch(line)
			if !places[m[1]] {
				return fmt.Errorf("the text names %q without its place", m[1])
			}
			if err := d.audits(m[1], m[2]); err != nil {
				return err
			}
		default:
			if err := d.understand(line, auditSentences, applicability); err != nil {
				return err
			}
		}
	}
	return nil
}

// audits asks that a subcategory writes an outcome; what it writes besides does not matter, also where a text says "set
// to Failure": its sister rule for the same subcategory says "set to Success".
func (d *draft) audits(subcategory, outcome string) error {
	address, ok := auditAddress(subcategory)
	if !ok {
		return fmt.Errorf("not understood: the audit subcategory %q", subcategory)
	}
	want := "includes " + strings.ToLower(outcome)
	for i := range d.checks {
		if d.checks[i].Address == address {
			d.checks[i].Want = append(d.checks[i].Want, want)
			return nil
		}
	}
	d.checks = append(d.checks, evidence.Check{Kind: "audit-policy", Address: address, Want: []string{want}})
	return nil
}

// auditAddress finds a subcategory by its English name; the policy editor writes "Audit" before each.
func auditAddress(name string) (evidence.Address, bool) {
	if name == "Plug and Play Events" || name == "Audit PNP Activity" {
		name = "PNP Activity" // as auditpol and the editor call it
	}
	for _, candidate := range []string{name, strings.TrimPrefix(name, "Audit ")} {
		for n := 0x0cce9210; n < 0x0cce9210+100; n++ {
			guid := fmt.Sprintf("{%08X-69AE-11D9-BED3-505054503030}", n)
			if evidence.AuditSubcategory(guid) == candidate {
				return evidence.Address("audit-policy:" + guid), true
			}
		}
	}
	return "", false
}

var auditSentences = []sentence{
	say(`Security Option "Audit: Force audit policy subcategory settings \(Windows Vista or later\) to override audit policy category settings" must be set to "Enabled" \([A-Z0-9-]+\) for the detailed auditing subcategories to be effective\.`, nil), // a rule of its own; auditpol shows what is effective
	say(`Use the "?AuditPol"? tool to review the current Audit Policy configuration:`, nil),
	say(`Open (?:"PowerShell" or a|an elevated) "Command Prompt"(?: with elevated privileges)? \("?run as administrator"?\)\.`, nil),
	say(`Enter "AuditPol /get /category:\*"\.?`, nil),
	say(`Compare the "?AuditPol"? settings with the following[.:]`, nil),
	say(`Verify that Audit [A-Za-z ]+ auditing has been enabled:`, nil),
	say(`Virtual machines or systems that use network attached storage may generate excessive audit events for secondary virtual drives or the network attached storage when this setting is enabled\. This may be set to Not Configured in such cases and would not be a finding\.`, caveat),
}
