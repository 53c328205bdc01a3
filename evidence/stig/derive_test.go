package stig_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/check"
	"auditpack/evidence/stig"
)

// shown writes what was made of a text in one string: KIND ADDRESS "WANT" … when ADDRESS "WANT".
func shown(r evidence.Rule) string {
	if r.Undecided != "" {
		return "undecided: " + r.Undecided
	}
	var lines []string
	for _, c := range r.Checks {
		line := c.Kind + " " + string(c.Address) + " " + strings.Join(c.Want, "; ")
		for _, w := range c.When {
			line += " when " + string(w.Address) + " " + strings.Join(w.Want, "; ")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func derived(t *testing.T, id evidence.STIGID, text string) evidence.Rule {
	t.Helper()
	r := evidence.Rule{STIGID: id, CheckText: text}
	stig.Derive(&r)
	for _, c := range r.Checks {
		if _, err := check.Prepare(c); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	return r
}

// block is a registry block with the value line that is asked about.
func block(kind, value string) string {
	return "If the following registry value does not exist or is not configured as specified, this is a finding:\n\n" +
		"Registry Hive: HKEY_LOCAL_MACHINE\nRegistry Path: \\SOFTWARE\\ Sample\\Part\\\n\nValue Name: Level\n\nType: " + kind + "\n" + value
}

// TestValueLine reads the forms in which a value is written.
func TestValueLine(t *testing.T) {
	const address = `registry:HKLM\SOFTWARE\Sample\Part!Level `
	for _, test := range []struct{ kind, value, want string }{
		{"REG_DWORD", "Value: 0x00000010 (16)", "registry " + address + "= 16"},
		{"REG_DWORD ", "Value:0x00000010 (16)  ", "registry " + address + "= 16"},
		{"REG_DWORD", "Value: 7", "registry " + address + "= 7"},
		{"REG_DWORD", "Value: 0x10 (16) (or greater)", "registry " + address + ">= 16"},
		{"REG_DWORD", "Value: 0x10 (16) (or less)", "registry " + address + "<= 16"},
		{"REG_DWORD", "Value: 0x10 (16) (or less, but not 0)", "registry " + address + "1..16"},
		{"REG_DWORD", `Value: 0x10 (16) (or less, excluding "0" which is effectively disabled)`, "registry " + address + "1..16"},
		{"REG_DWORD", "Value: 0x1 (1) (Low), 0x2 (2) (Mid), or 0x4 (4)", "registry " + address + "= 1; = 2; = 4"},
		{"REG_DWORD", "Value: 0x1 (1) or 0x2 (2)", "registry " + address + "= 1; = 2"},
		{"REG_DWORD", "Value: 0x1 (1) - Some words (short)\n0x2 (2) - Not used yet\n0x3 (3)", "undecided: not understood: the value \"0x2 (2) - Not used yet\""},
		{"REG_DWORD", "Value: 0x1 (1) - Some words (short)\n0x2 (2) - Other words\n0x3 (3)", "registry " + address + "= 1; = 2; = 3"},
		{"REG_DWORD", "Value: 0x10 (17) (or greater)", "registry-first " + address + ">= 17; review >= 16"},
		{"REG_DWORD", "Value: 0x10 (17)", "undecided: the value contradicts itself: 0x10 is 16, the text says 17"},
		{"REG_DWORD", "Value: 0x10 (16) (unless asked)", "undecided: not understood: (unless asked)"},
		{"REG_DWORD", "Value: 0x10 (16) (or whatever)", "undecided: not understood: (or whatever)"},
		{"REG_DWORD", "Value: 0x10 (16) (or less) (or greater)", "undecided: not understood: two bounds, (or greater) is the second"},
		{"REG_DWORD", "Value: 0x1 (1), 0x2 (2) (or greater)", `undecided: not understood: the value "0x1 (1), 0x2 (2) (or greater)" is both a list and a bound`},
		{"REG_DWORD", "Value: 0 (or less, but not 0)", `undecided: not understood: the value "0 (or less, but not 0)" accepts nothing`},
		{"REG_DWORD", "Value: high", `undecided: not understood: the value "high"`},
		{"REG_DWORD", "Value: ", `undecided: not understood: the value ""`},
		{"REG_DWORD", "Value: 0x10 (16) (or if the Value Name does not exist)", "undecided: the text both allows and forbids that Level is absent"},
		{"REG_DWORD", "Value: 1\nValue: 2", "undecided: the value Level has two values"},
		{"REG_DWORD", "Value: 1\nBut ask first.", "undecided: not understood: But ask first."},
		{"REG_QWORD", "Value: 1", `undecided: not understood: the type "REG_QWORD" of Level`},
		{"REG_SZ", "Value: 4 (or less)", "registry " + address + "text <= 4"},
		{"REG_SZ", "Value: 1 (One) or 2 (Two)", "registry " + address + "text = 1; text = 2"},
		{"REG_SZ", "Value: O:BAG:BAD:(A;;RC;;;BA)", "registry " + address + "text O:BAG:BAD:(A;;RC;;;BA)"},
		{"REG_SZ", "Value: One=1, Two=2", "registry-first " + address + "list One=1, Two=2"},
		{"REG_SZ", "Value: See message text below\n\nStay out.\n\nThis is mine.", "registry-first " + address + "words Stay out. This is mine."},
		{"REG_SZ", "Value: See message text below\nOther texts are not a finding.", "undecided: not understood, after a message text: Other texts are not a finding."},
		{"REG_SZ", "Value: See message text below", "undecided: the value Level has no expected value"},
		{"REG_SZ", "Value: Refer to message title options below\n\"One\", \"Two\", or an organization-defined equivalent.", "registry-first " + address + "text One; text Two; review any text"},
	} {
		if got := shown(derived(t, "SMPL-000010", block(test.kind, test.value))); got != test.want {
			t.Errorf("%s %s:\n got %s\nwant %s", test.kind, test.value, got, test.want)
		}
	}
}

const blockOfTwo = "Registry Hive: HKEY_LOCAL_MACHINE\nRegistry Path: SOFTWARE\\Sample\nValue Name: \\\\*\\A!b\nType: REG_DWORD\nValue: 1\nValue Name: B\nValue Type: REG_DWORD\nValue: 0x2 (2)\n"

// TestBlockTexts reads what stands around the blocks.
func TestBlockTexts(t *testing.T) {
	one := "Registry Hive: HKEY_LOCAL_MACHINE\nRegistry Path: \\SOFTWARE\\Sample\\\nValue Name: A\nType: REG_DWORD\nValue: 1\n"
	other := strings.NewReplacer("Sample", "Other").Replace(one)
	const a, otherA = `registry:HKLM\SOFTWARE\Sample!A`, `registry:HKLM\SOFTWARE\Other!A`
	const must = "If the following registry value does not exist or is not configured as specified, this is a finding.\n"
	const policy = "If the following policy-based registry value exists and is not configured as specified, this is a finding.\n"
	const local = "If the policy-based registry value does not exist, verify the following registry value. If it is not configured as specified, this is a finding.\n"
	for name, test := range map[string]struct{ id, text, want string }{
		"two values under one path": {"S-1", "If the following registry values do not exist or are not configured as specified, this is a finding:\n" + blockOfTwo,
			`registry registry:HKLM\SOFTWARE\Sample!\\*\A!b = 1` + "\n" + `registry registry:HKLM\SOFTWARE\Sample!B = 2`},
		"no finding":           {"S-1", one, "undecided: no sentence says what is a finding"},
		"absent allowed":       {"S-1", "If the registry value name below does not exist, this is not a finding.\n" + one, "registry " + a + " = 1; absent"},
		"absent by silence":    {"S-1", "If the following registry value is not configured as specified, this is a finding:\n" + one, "registry " + a + " = 1; absent"},
		"agrees with itself":   {"S-1", must + `If it exists and is configured with a value of "1", this is not a finding.` + "\n" + one, "registry " + a + " = 1"},
		"contradicts itself":   {"S-1", must + `If it exists and is configured with a value of "1", this is a finding.` + "\n" + one, "undecided: the text contradicts itself about the value 1 of A"},
		"policy and local":     {"S-1", policy + one + local + other, "registry-first " + a + " = 1; else " + otherA},
		"policy without local": {"S-1", policy + one, "undecided: not understood: which value the policy's sentence is about"},
		"local asks for more":  {"S-1", policy + one + local + strings.Replace(other, "Value: 1", "Value: 2", 1), "undecided: the policy's value and the local one differ in what is asked for"},
		"a type twice":         {"S-1", must + strings.Replace(one, "Type: REG_DWORD", "Type: REG_DWORD\nType: REG_SZ", 1), "undecided: the value A has two types"},
		"value before name":    {"S-1", must + "Value: 1\n" + one, "undecided: a value before any value name"},
		"another hive":         {"S-1", must + strings.Replace(one, "LOCAL_MACHINE", "USERS", 1), `undecided: not understood: the registry hive "HKEY_USERS"`},
		"members of a domain":  {"SMPL-MS-000010", "This applies to member servers. For domain controllers and standalone or nondomain-joined systems, this is NA.\n" + must + one, "registry " + a + " = 1 when system:domain-member yes"},
		"the wrong role":       {"SMPL-MS-000010", "This applies to domain controllers. It is NA for other systems.\n" + must + one, "undecided: the STIG ID SMPL-MS-000010 is for a member server, the text for a domain controller"},
		"another condition":    {"S-1", "This is NA for systems painted green.\n" + must + one, "undecided: not understood: This is NA for systems painted green."},
		"two in one line":      {"S-1", "If the system is not a member of a domain, this is NA.          " + must + one, "registry " + a + " = 1 when system:domain-member yes"},
		"another rule":         {"S-1", "If the firewall's Public Profile is not enabled (see V-1), this requirement is also a finding.\n" + must + one, "undecided: it refers to V-1 of its benchmark"},
		"no text":              {"S-1", " \n\t", "undecided: the rule has no check text"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := shown(derived(t, evidence.STIGID(test.id), test.text)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestReferences adds the Checks of the rule that a text refers to by a number of an earlier release.
func TestReferences(t *testing.T) {
	text := func(name, refers string) string {
		return refers + "Verify the registry value below. If it does not exist or is not configured as specified, this is a finding.\n" +
			"Registry Hive: HKEY_LOCAL_MACHINE\nRegistry Path: SOFTWARE\\Sample\nValue Name: " + name + "\nType: REG_DWORD\nValue: 1\n"
	}
	const also = "If the firewall's Public Profile is not enabled (see V-12), this requirement is also a finding.\n"
	all, err := readText("x.xml", xccdf(group(1, "S-1", text("A", also)), group(2, "S-2", text("B", "")), group(3, "S-3", text("C", strings.Replace(also, "V-12", "V-99", 1))),
		group(4, "S-4", text("D", "If the system is not a member of a domain, this is NA.\n"+also))))
	if err != nil {
		t.Fatal(err)
	}
	const a, member = `registry registry:HKLM\SOFTWARE\Sample!`, " when system:domain-member yes\n" // whoever does not apply does not refer
	for i, want := range []string{a + "A = 1\n" + a + "B = 1", a + "B = 1", "undecided: it refers to V-99, which gives no check here",
		a + "D = 1" + member + a + "B = 1" + member[:len(member)-1]} {
		if got := shown(all[0].Rules[i]); got != want {
			t.Errorf("S-%d:\n got %s\nwant %s", i+1, got, want)
		}
	}
}

const editor = "Verify the effective setting in Local Group Policy Editor.\n\nNavigate to Local Computer Policy >> Computer Configuration >> Windows Settings >> Security Settings >> Local Policies >> "

// TestUserRightTexts reads the three forms.
func TestUserRightTexts(t *testing.T) {
	head := editor + "User Rights Assignment.\n"
	for name, test := range map[string]struct{ text, want string }{
		"nobody": {head + "If any accounts or groups are granted the \"Do samples\" user right, this is a finding.\nIf any SIDs are granted the \"SeSample\" user right, this is a finding.",
			"user-right user-right:SeSample nobody"},
		"only": {head + "If any accounts or groups other than the following are granted the \"Do samples\" user right, this is a finding:\n- Ones\n- Twos\nIf any SIDs other than the following are granted the \"SeSample\" user right, this is a finding:\nS-1-5-32-901 (Ones)\nS-1-5-32-902 (Twos)",
			"user-right user-right:SeSample only S-1-5-32-901 S-1-5-32-902"},
		"the lists differ": {head + "If any accounts or groups other than the following are granted the \"Do samples\" user right, this is a finding:\n- Ones\n- Twos\nIf any SIDs other than the following are granted the \"SeSample\" user right, this is a finding:\nS-1-5-32-901 (Ones)",
			"undecided: the text lists 2 accounts by name and 1 by SID for all systems"},
		"the forms differ": {head + "If any accounts or groups are granted the \"Do samples\" user right, this is a finding.\nIf any SIDs other than the following are granted the \"SeSample\" user right, this is a finding:\nS-1-5-32-901 (Ones)",
			`undecided: the text asks for "nobody" by name and for "only" by SID`},
		"includes": {head + "If the following accounts or groups are not defined for the \"Deny samples\" user right, this is a finding.\nDomain Systems Only:\n- Admins\n- \"These\" or \"Those\" (see Note below)\nAll Systems:\n- Guests\nIf the following SIDs are not defined for the \"SeDenySample\" user right, this is a finding.\nDomain Systems Only:\nS-1-5-domain-512 (Admins)\nS-1-5-91 (\"These\") or S-1-5-92 (\"Those\")\nAll Systems:\nS-1-5-32-903 (Guests)",
			"user-right-set user-right:SeDenySample includes S-1-5-32-903\n" +
				"user-right-set user-right:SeDenySample includes S-1-5-21-*-512 when system:domain-member yes\n" +
				"user-right-set user-right:SeDenySample includes S-1-5-91; includes S-1-5-92 when system:domain-member yes"},
		"nobody outside a domain": {head + "If the following accounts or groups are not defined for the \"Deny samples\" user right on domain-joined systems, this is a finding.\n- Admins\nIf any accounts or groups are defined for the \"Deny samples\" user right on nondomain-joined systems, this is a finding.\nIf the following SIDs are not defined for the \"SeDenySample\" user right on domain-joined systems, this is a finding.\nS-1-5-root domain-519 (Admins)",
			"user-right-set user-right:SeDenySample includes S-1-5-21-*-519 when system:domain-member yes\n" +
				"user-right user-right:SeDenySample nobody when system:domain-member no"},
		"two rights": {head + "If any SIDs are granted the \"SeSample\" user right, this is a finding.\nIf any SIDs are granted the \"SeOther\" user right, this is a finding.", "undecided: not understood: two user rights"},
		"no SIDs":    {head + "If any accounts or groups are granted the \"Do samples\" user right, this is a finding.", "undecided: no sentence names the user right by its constant"},
		"more words": {head + "If any accounts or groups are granted the \"Do samples\" user right, this is a finding.\nIf any SIDs are granted the \"SeSample\" user right, this is a finding.\nOn Mondays it is not.", "undecided: not understood: On Mondays it is not."},
	} {
		t.Run(name, func(t *testing.T) {
			if got := shown(derived(t, "S-1", test.text)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestPolicyTexts reads security policy and audit policy.
func TestPolicyTexts(t *testing.T) {
	head := editor + "Security Options.\n"
	for name, test := range map[string]struct{ text, want string }{
		"at least": {head + `If "MinimumPasswordLength" is less than "20" in the file, this is a finding.`, "account-policy account-policy:MinimumPasswordLength >= 20"},
		"up to":    {head + `If "MaximumPasswordAge" is greater than "45" or equal to "0" in the file, this is a finding.`, "account-policy account-policy:MaximumPasswordAge 1..45"},
		"lockout":  {head + `If "LockoutDuration" is less than "20" (excluding "0") in the file, this is a finding.`, "account-policy account-policy:LockoutDuration >= 20; = 0; never"},
		"a switch": {head + `If "ClearTextPassword" equals "1" in the file, this is a finding.`, "account-policy account-policy:ClearTextPassword = 0"},
		"a day":    {head + `If "MinimumPasswordAge" equals "0" in the file, this is a finding.`, "account-policy account-policy:MinimumPasswordAge >= 1"},
		"a name":   {head + `If "NewGuestName" is not something other than "Guest" in the file, this is a finding.`, "account-renamed security-option:NewGuestName not Guest"},
		"in words": {head + `If the value for "Network access: Allow anonymous SID/Name translation" is not set to "Disabled", this is a finding.`, "account-policy security-option:LSAAnonymousNameLookup = 0"},
		"both disagree": {head + "If the value for the \"Minimum password length,\" is less than \"20\" characters, this is a finding.\nIf \"MinimumPasswordLength\" is less than \"14\" in the file, this is a finding.",
			"undecided: the text asks for MinimumPasswordLength [>= 20] in the editor and for MinimumPasswordLength [>= 14] in the file"},
		"unknown name": {head + `If "SampleSetting" is less than "20" in the file, this is a finding.`, "undecided: not understood: what SampleSetting has to be"},
		"odd value":    {head + `If "MinimumPasswordAge" equals "7" in the file, this is a finding.`, "undecided: not understood: what MinimumPasswordAge has to be"},
		"auditpol": {"Enter \"AuditPol /get /category:*\"\nIf the system does not audit the following, this is a finding.\nLogon/Logoff >> Logon - Success\nLogon/Logoff >> Logon - Failure",
			"audit-policy audit-policy:{0CCE9215-69AE-11D9-BED3-505054503030} includes success; includes failure"},
		"auditpol, unknown":    {"Enter \"AuditPol /get /category:*\"\nIf the system does not audit the following, this is a finding.\nSamples >> Sample Taking - Success", `undecided: not understood: the audit subcategory "Sample Taking"`},
		"auditpol, no finding": {"Enter \"AuditPol /get /category:*\"\nLogon/Logoff >> Logon - Success", "undecided: no sentence says what is a finding"},
		"by its place": {"Computer Configuration >> Windows Settings >> Security Settings >> Advanced Audit Policy Configuration >> System Audit Policies >> Object Access >> Audit File System.\nIf \"Audit File System\" is not set to \"Failure\", this is a finding.",
			"audit-policy audit-policy:{0CCE921D-69AE-11D9-BED3-505054503030} includes failure"},
		"another place": {"Computer Configuration >> Windows Settings >> Security Settings >> Advanced Audit Policy Configuration >> System Audit Policies >> Object Access >> Audit Registry.\nIf \"Audit File System\" is not set to \"Failure\", this is a finding.",
			`undecided: the text names "Audit File System" without its place`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := shown(derived(t, "S-1", test.text)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestIISTexts reads texts on IIS and registry values in prose.
func TestIISTexts(t *testing.T) {
	const site = "Follow the procedures below for each site hosted on the IIS 10.0 web server:\nOpen the IIS 10.0 Manager.\n"
	const server = "Open the IIS 10.0 Manager.\nClick the IIS 10.0 web server name.\n"
	const reg = `registry registry:HKLM\SYSTEM\Sample`
	for name, test := range map[string]struct{ text, want string }{
		"site, number":       {site + `If the "maxUrl" value is not set to "100" or less, this is a finding.`, "iis-value iis:[*]/system.webServer/security/requestFiltering/requestLimits@maxUrl <= 100"},
		"server, switch":     {server + `If “Directory Browsing” is not disabled, this is a finding.`, "iis-value iis:[]/system.webServer/directoryBrowse@enabled = false"},
		"neither":            {"Open the IIS 10.0 Manager.\n" + `If "Directory Browsing" is not "Disabled", this is a finding.`, "undecided: whether the text is about the server or each site is not said"},
		"flags":              {site + "If the \"Require SSL\" is not selected, this is a finding.\nIf the \"sslFlags\" is not set to \"ssl128\", this is a finding.", "iis-value iis:[*]/system.webServer/security/access@sslFlags flags Ssl Ssl128"},
		"extensions":         {server + ".foo\n.bar\nIf any OS shell MIME types are configured, this is a finding.", "iis-entries iis:[]/system.webServer/staticContent without fileExtension=.foo; without fileExtension=.bar"},
		"a list for nothing": {server + ".foo\nIf \"Directory Browsing\" is not \"Disabled\", this is a finding.", "undecided: not understood: what .foo is listed for"},
		"fields": {site + "Under \"Custom Fields\", verify the following fields have been configured:\nRequest Header >> Sample\nIf any of the above fields are not selected, this is a finding.",
			"iis-entries iis:[*]/system.applicationHost/sites/site/logFile/customFields with sourceName=Sample, sourceType=RequestHeader"},
		"fields, no finding":    {site + "Verify the \"Format:\" under \"Log File\" is configured to \"W3C\".", "undecided: no sentence says what is a finding"},
		"pools":                 {"Open the IIS 10.0 Manager.\n" + `If the "Failure Interval" is not set to "7" or less, this is a finding.`, "iis-pool iis-pool:*@failure/rapidFailProtectionInterval minutes 0..7"},
		"a step that decides":   {site + "Click the site name, unless it is green.\nIf the \"maxUrl\" value is not set to \"100\" or less, this is a finding.", "undecided: not understood: Click the site name, unless it is green."},
		"one step alone":        {site + "Click the site name.", "undecided: no sentence says what is a finding"},
		"registry":              {"Access the IIS 10.0 Web Server.\nNavigate to \"HKLM\\SYSTEM\\Sample\".\nVerify \"Level” is set to \"3\".\nIf REG_DWORD Level is not set to \"3\", this is a finding.", reg + "!Level = 3"},
		"registry, two numbers": {"Navigate to \"HKLM\\SYSTEM\\Sample\".\nVerify \"Level\" is set to \"3\".\nIf REG_DWORD Level is not set to \"4\", this is a finding.", "undecided: the text asks for Level = 3 and for 4"},
		"registry, two keys": {"Navigate to:\nHKLM\\SYSTEM\\Sample\\A\nHKLM\\SYSTEM\\Sample\\B\nVerify a REG_DWORD value of \"0\" for \"Enabled\".\nHKLM\\SYSTEM\\Sample\\C\nVerify a REG_DWORD value of \"1\" for \"Enabled\".\nIf any of the respective registry paths do not exist or are configured with the wrong value, this is a finding.",
			reg + "\\A!Enabled = 0\n" + reg + "\\B!Enabled = 0\n" + reg + "\\C!Enabled = 1"},
		"registry, no finding":   {"HKLM\\SYSTEM\\Sample\nVerify a REG_DWORD value of \"0\" for \"Enabled\".", "undecided: no sentence says what is a finding"},
		"registry, key for none": {"HKLM\\SYSTEM\\A\nIf REG_DWORD Level is not set to \"4\", this is a finding.\nHKLM\\SYSTEM\\B", "undecided: not understood: a key or a value without a finding"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := shown(derived(t, "S-1", test.text)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestAllPrepared holds that every Check of the benchmarks is one that the kinds accept.
func TestAllPrepared(t *testing.T) {
	for _, c := range current {
		for _, r := range read(t, c.file).Rules {
			for _, k := range r.Checks {
				if _, err := check.Prepare(k); err != nil {
					t.Errorf("%s: %v", r.STIGID, err)
				}
			}
		}
	}
}

// FuzzDerive asserts that what is made of any text is either Checks that the kinds accept or a reason.
func FuzzDerive(f *testing.F) {
	f.Add("SMPL-MS-000010", block("REG_DWORD", "Value: 0x10 (16) (or less, but not 0)"))
	f.Add("S-1", "If the following registry values do not exist or are not configured as specified, this is a finding:\n"+blockOfTwo)
	f.Add("S-1", editor+"User Rights Assignment.\nIf any SIDs other than the following are granted the \"SeSample\" user right, this is a finding:\nS-1-5-32-901 (Ones)")
	f.Add("S-1", editor+"Security Options.\nIf \"LockoutDuration\" is less than \"20\" (excluding \"0\") in the file, this is a finding.")
	f.Add("S-1", "Enter \"AuditPol /get /category:*\"\nIf the system does not audit the following, this is a finding.\nLogon/Logoff >> Logon - Success")
	f.Add("S-1", "Follow the procedures below for each site hosted on the IIS 10.0 web server:\nIf the \"maxUrl\" value is not set to \"100\" or less, this is a finding.")
	f.Add("S-1", "HKLM\\SYSTEM\\Sample\nIf REG_DWORD Level is not set to \"4\", this is a finding.")
	f.Fuzz(func(t *testing.T, id, text string) {
		r := evidence.Rule{STIGID: evidence.STIGID(id), CheckText: text}
		stig.Derive(&r)
		if (len(r.Checks) == 0) == (r.Undecided == "") || strings.ContainsAny(r.Undecided, "\n\r") {
			t.Errorf("%d checks and undecided %q", len(r.Checks), r.Undecided)
		}
		for _, c := range r.Checks {
			if _, err := check.Prepare(c); err != nil {
				t.Errorf("%+v: %v", c, err)
			}
		}
		if blocks, err := stig.Blocks(text); err == nil && len(blocks) == 0 {
			t.Error("no blocks and no error")
		}
	})
}
