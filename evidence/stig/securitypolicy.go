package stig

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// securityPolicy are texts about the account policies and the security options that secedit shows.
var securityPolicy = pattern{
	name: "security policy",
	fits: func(lines []string) bool {
		return slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, ">> ") && policyPlace.MatchString(l) })
	},
	read: readSecurityPolicy,
}

var policyPlace = regexp.MustCompile(`>> (?:Password Policy|Account Lockout Policy|Security Options)\.$`)

// editorNames are the names of the policy editor and those of secedit.
var editorNames = map[string]string{
	"Account lockout duration": "LockoutDuration", "Account lockout threshold": "LockoutBadCount",
	"Reset account lockout counter after": "ResetLockoutCount", "Enforce password history": "PasswordHistorySize",
	"Maximum password age": "MaximumPasswordAge", "Minimum password age": "MinimumPasswordAge",
	"Minimum password length": "MinimumPasswordLength", "Password must meet complexity requirements": "PasswordComplexity",
	"Store passwords using reversible encryption": "ClearTextPassword", "Accounts: Guest account status": "EnableGuestAccount",
	"Accounts: Rename administrator account": "NewAdministratorName", "Accounts: Rename guest account": "NewGuestName",
	"Network access: Allow anonymous SID/Name translation": "LSAAnonymousNameLookup",
}

// seceditFinding are the sentences about a name in the file, seceditWant what then has to hold.
var seceditFinding = []struct {
	form *regexp.Regexp
	want func(name string, m []string) []string
}{
	{quoted(`If "(\w+)" is less than "(\d{1,10})" in the file, this is a finding\.`), atLeast},
	{quoted(`If "(\w+)" is less than "(\d{1,10})" \(excluding "0"\) in the file, this is a finding\.`), func(_ string, m []string) []string { return []string{">= " + m[0], "= 0", "never"} }},
	{quoted(`If "(\w+)" equals "0" or is greater than "(\d{1,10})" in the file, this is a finding\.`), upTo},
	{quoted(`If "(\w+)" is greater than "(\d{1,10})" or equal to "0" in the file, this is a finding\.`), upTo},
	{quoted(`If "(\w+)" equals "(\d{1,10})" in the file, this is a finding\.`), unequal},
	{quoted(`If "(New\w+Name)" is not something other than "(\w+)" in the file, this is a finding\.`), func(_ string, m []string) []string { return []string{"not " + m[0]} }},
}

// editorFinding are the same in the editor's words; the value is for the unit in brackets.
var editorFinding = []struct {
	form *regexp.Regexp
	want func(name string, m []string) []string
}{
	{quoted(`If the value for (?:the )?"([^"]+?),?"(?: value)?,? is less than "(\d{1,10})" (?:characters|passwords remembered), this is a finding\.`), atLeast},
	{quoted(`If the "([^"]+)" value is less than "(\d{1,10})" minutes, this is a finding\.`), atLeast},
	{quoted(`If the "([^"]+)" is less than "(\d{1,10})" minutes \(excluding "0"\), this is a finding\.`), func(_ string, m []string) []string { return []string{">= " + m[0], "= 0", "never"} }},
	{quoted(`If the "([^"]+)" is "0" or more than "(\d{1,10})" attempts, this is a finding\.`), upTo},
	{quoted(`If the value for the "([^"]+)" is greater than "(\d{1,10})" days, this is a finding\.`), upTo}, // the sentence about 0 follows
	{quoted(`If the value for the "([^"]+)" is set to "(0)" days \("Password can be changed immediately"\), this is a finding\.`), unequal},
	{quoted(`If the value for "([^"]+)" is not set to "(Enabled|Disabled)", this is a finding\.`), onOff},
	{quoted(`If the value for "([^"]+)" is not set to a value other than "(\w+)", this is a finding\.`), func(_ string, m []string) []string { return []string{"not " + m[0]} }},
}

func quoted(form string) *regexp.Regexp { return regexp.MustCompile(`^(?i:` + form + `)$`) }

func atLeast(_ string, m []string) []string { return []string{">= " + m[0]} }
func upTo(_ string, m []string) []string    { return []string{"1.." + m[0]} }

// unequal turns a forbidden 0 or 1 round: of a switch the other position, of a number of days at least one.
func unequal(name string, m []string) []string {
	switch {
	case m[0] == "1" && isSwitch(name):
		return []string{"= 0"}
	case m[0] == "0" && isSwitch(name):
		return []string{"= 1"}
	case m[0] == "0":
		return []string{">= 1"}
	}
	return nil
}

func onOff(name string, m []string) []string {
	if !isSwitch(name) {
		return nil
	}
	if strings.EqualFold(m[0], "Enabled") {
		return []string{"= 1"}
	}
	return []string{"= 0"}
}

func isSwitch(name string) bool {
	return slices.Contains([]string{"PasswordComplexity", "ClearTextPassword", "EnableGuestAccount", "LSAAnonymousNameLookup"}, name)
}

// policyFinding is what one sentence asks for.
type policyFinding struct {
	name string
	want []string
}

func readSecurityPolicy(d *draft) error {
	var inFile, inEditor *policyFinding
	zero := false
	for _, line := range d.lines {
		if f := seceditSentence(line); f != nil {
			if inFile != nil {
				return fmt.Errorf("not understood: two sentences about the file")
			}
			inFile = f
			continue
		}
		if f := editorSentence(line); f != nil {
			if inEditor != nil {
				return fmt.Errorf("not understood: two sentences about the editor")
			}
			inEditor = f
			continue
		}
		if line == `If the value is set to "0" (never expires), this is a finding.` {
			zero = true
			continue
		}
		if err := d.understand(line, policySentences, policyEditor, applicability); err != nil {
			return err
		}
	}
	return d.policy(inFile, inEditor, zero)
}

func seceditSentence(line string) *policyFinding {
	for _, f := range seceditFinding {
		if m := f.form.FindStringSubmatch(line); m != nil {
			return &policyFinding{m[1], f.want(m[1], m[2:])}
		}
	}
	return nil
}

func editorSentence(line string) *policyFinding {
	for _, f := range editorFinding {
		if m := f.form.FindStringSubmatch(line); m != nil {
			name := editorNames[m[1]]
			return &policyFinding{name, f.want(name, m[2:])}
		}
	}
	return nil
}

// policy makes the Check; where the text speaks of the editor and of the file both have to ask for the same.
func (d *draft) policy(inFile, inEditor *policyFinding, zero bool) error {
	if inEditor != nil && inEditor.name == "" {
		return fmt.Errorf("not understood: a policy that is not known by this name")
	}
	f := inFile
	switch {
	case inFile == nil && inEditor == nil:
		return fmt.Errorf("no sentence says what is a finding")
	case inFile == nil && inEditor.name == "MaximumPasswordAge" && !zero:
		return fmt.Errorf("whether a password may never expire is not said")
	case inFile == nil:
		f = inEditor
	case inEditor != nil && (inEditor.name != inFile.name || !slices.Equal(inEditor.want, inFile.want)):
		return fmt.Errorf("the text asks for %s %s in the editor and for %s %s in the file", inEditor.name, inEditor.want, inFile.name, inFile.want)
	}
	known := false
	for _, name := range editorNames {
		known = known || name == f.name
	}
	if !known || len(f.want) == 0 {
		return fmt.Errorf("not understood: what %s has to be", short(f.name))
	}
	kind := "account-policy"
	if strings.HasPrefix(f.want[0], "not ") {
		kind = "account-renamed"
	}
	d.checks = []evidence.Check{{Kind: kind, Address: evidence.AccountPolicy(f.name), Want: f.want}}
	return nil
}

var policySentences = []sentence{
	say(`Configuring this to "0", requiring an administrator to unlock the account, is more restrictive and is not a finding\.`, nil),
	say(`Note: If an external password filter is in use that enforces all four character types and requires this setting to be set to "Disabled", this would not be considered a finding\. If this setting does not affect the use of an external password filter, it must be enabled for fallback purposes\.`, caveat),
}
