package stig_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/check"
	"auditpack/evidence/parse"
)

// oddRegistry is an export with the values that are easy to misjudge; what is not in it is absent, because the keys
// above were exported as a whole.
const oddRegistry = `Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SOFTWARE]

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion]
"InstallationType"="Server Core"

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon]
"scremoveoption"="2"
"CachedLogonsCount"="10"

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer]
"NoAutorun"="1"
"NoDriveTypeAutoRun"=dword:000000ff

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System]
"InactivityTimeoutSecs"=dword:00000000
"LegalNoticeCaption"="Welcome, all of you"
"EnableLUA"=dword:00000000

[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows\EventLog\Security]
"MaxSize"=dword:004e2000

[HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\Policies\Microsoft\Windows\Explorer]
"NoAutoplayfornonVolume"=dword:00000001

`

const oddPolicy = "[Unicode]\r\nUnicode=yes\r\n[System Access]\r\nMinimumPasswordAge = 1\r\nMaximumPasswordAge = -1\r\nMinimumPasswordLength = 13\r\nPasswordComplexity = 1\r\n" +
	"PasswordHistorySize = 24\r\nLockoutBadCount = 0\r\nNewAdministratorName = \"Administrator\"\r\nNewGuestName = \"Gast\"\r\nClearTextPassword = 0\r\nLSAAnonymousNameLookup = 0\r\nEnableGuestAccount = 0\r\nEnableAdminAccount = 1\r\nRequireLogonToChangePassword = 0\r\nForceLogoffWhenHourExpire = 0\r\n" +
	"[Privilege Rights]\r\nSeChangeNotifyPrivilege = *S-1-1-0\r\nSeNetworkLogonRight = *S-1-1-0\r\nSeShutdownPrivilege = *S-1-5-32-544\r\nSeBackupPrivilege = *S-1-5-32-544,*S-1-5-32-551\r\nSeDebugPrivilege = *S-1-5-32-544\r\nSeDenyInteractiveLogonRight = *S-1-5-32-546\r\nSeInteractiveLogonRight = \r\n" +
	"[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n"

// TestOddCases judges rules of Server 2022 on evidence that was written by hand to lead a reader astray.
func TestOddCases(t *testing.T) {
	rules := map[evidence.STIGID]evidence.Rule{}
	for _, r := range read(t, ws2022).Rules {
		rules[r.STIGID] = r
	}
	var contents []evidence.Content
	for name, text := range map[string]string{"odd.reg": oddRegistry, "secpol.inf": oddPolicy} {
		c, err := parse.Read(evidence.Item{Path: "data/items/" + name, Name: name, Status: evidence.Captured}, strings.NewReader(text), nil)
		if err != nil || c.Refused != "" {
			t.Fatalf("%s: %v %s", name, err, c.Refused)
		}
		contents = append(contents, c)
	}
	facts := evidence.NewFacts(contents)
	for id, want := range map[evidence.STIGID]evidence.Result{
		"WN22-CC-000220": evidence.Fail,          // NoAutorun is a text
		"WN22-CC-000230": evidence.Pass,          // NoDriveTypeAutoRun
		"WN22-CC-000210": evidence.Fail,          // right, but in the 32-bit view
		"WN22-SO-000120": evidence.Fail,          // 0 is not "900 or less"
		"WN22-SO-000140": evidence.NeedsReview,   // a title of one's own
		"WN22-SO-000150": evidence.Pass,          // a number as text
		"WN22-SO-000440": evidence.NotApplicable, // a rule about UAC on Server Core
		"WN22-CC-000280": evidence.NeedsReview,   // between the two numbers that the text gives
		"WN22-CC-000310": evidence.Pass,          // absent is allowed
		"WN22-CC-000250": evidence.Fail,          // absent is not
		"WN22-MS-000050": evidence.NeedsReview,   // 10 is not 4 or less, if the host is in a domain, which nothing shows
		"WN22-AC-000020": evidence.Fail,          // never locked out
		"WN22-AC-000050": evidence.Fail,          // -1 is never
		"WN22-AC-000060": evidence.Pass,
		"WN22-AC-000070": evidence.Fail,
		"WN22-SO-000030": evidence.Fail,
		"WN22-SO-000040": evidence.NeedsReview, // the German guest
		"WN22-UR-000040": evidence.Fail,        // Backup Operators
		"WN22-UR-000100": evidence.Pass,
		"WN22-UR-000020": evidence.Pass,        // a right that the policy does not list
		"WN22-MS-000110": evidence.NeedsReview, // enough outside a domain
		"WN22-AU-000070": evidence.NotCollected,
	} {
		r := rules[id]
		if r.Undecided != "" {
			t.Errorf("%s: undecided: %s", id, r.Undecided)
		}
		var reasons []evidence.Reason
		for _, c := range r.Checks {
			judge, err := check.Prepare(c)
			if err != nil {
				t.Fatal(err)
			}
			reasons = append(reasons, judge(check.Case{Facts: facts, Answers: &evidence.Answers{}})...)
		}
		if v := evidence.Combine(evidence.BasisEvidence, reasons...); v.Result != want {
			t.Errorf("%s: %s, want %s: %+v", id, v.Result, want, v.Reasons)
		}
	}
}
