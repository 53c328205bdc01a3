package templates_test

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/parse"
	"auditpack/evidence/questionnaire"
	"auditpack/evidence/snapshot"
	"auditpack/templates"
)

var (
	questionsCaptured = time.Date(2026, 10, 20, 6, 30, 0, 0, time.UTC)
	questionsAsOf     = time.Date(2026, 10, 21, 9, 0, 0, 0, time.UTC)
)

func loadSets(t *testing.T) []evidence.Questionnaire {
	t.Helper()
	entries, err := fs.ReadDir(templates.FS, "questionnaires")
	if err != nil {
		t.Fatal(err)
	}
	known := audit.Known(loadGuide(t), nil)
	var sets []evidence.Questionnaire
	for _, e := range entries {
		data, err := fs.ReadFile(templates.FS, "questionnaires/"+e.Name())
		if err != nil {
			t.Fatal(err)
		}
		set, err := questionnaire.Parse(e.Name(), data, known)
		if err != nil {
			t.Fatal(err)
		}
		if e.Name() != set.ID+".yaml" {
			t.Errorf("%s holds the set %s", e.Name(), set.ID)
		}
		sets = append(sets, set)
	}
	return sets
}

// What decides a question, as one reads it.
const (
	byPerson   = "a person alone"           // nothing on a server shows it
	byEvidence = "the evidence of a server" // a server's evidence answers it
	byBoth     = "evidence, and a person"   // yes needs a person too, no does not
	byWord     = "a person, unless evidence denies"
)

// expectedAnswers says for each built-in question who decides it, and what one link that fails among others that hold
// makes of it. It was written from the questions.
var expectedAnswers = []struct {
	id, decides string
	oneFails    evidence.AnswerStatus
}{
	{"mfa-email", byPerson, ""},
	{"mfa-remote-access", byPerson, ""},
	{"mfa-administrators", byPerson, ""},
	{"mfa-automate", byPerson, ""},
	{"rdp-closed", byEvidence, evidence.AnswerNo},
	{"rdp-off", byEvidence, evidence.AnswerNo},
	{"rdp-login-first", byEvidence, evidence.AnswerNo},
	{"rdp-everywhere", byBoth, evidence.AnswerNo},
	{"rdp-internet", byBoth, evidence.AnswerNo},
	{"ports-needed", byEvidence, evidence.AnswerNo},
	{"database-closed", byEvidence, evidence.AnswerNo},
	{"console-restricted", byEvidence, evidence.Partial},
	{"edr-server", byWord, ""},
	{"edr-everywhere", byPerson, ""},
	{"edr-watched", byPerson, ""},
	{"application-control", byEvidence, evidence.AnswerNo},
	{"backup-offline", byPerson, ""},
	{"backup-separate-login", byPerson, ""},
	{"backup-restore-test", byPerson, ""},
	{"backup-server", byWord, ""},
	{"tls-current", byEvidence, evidence.AnswerNo},
	{"disk-encrypted", byWord, ""},
	{"mobile-encrypted", byPerson, ""},
	{"patched-30-days", byWord, ""},
	{"patched-critical", byPerson, ""},
	{"product-current", byEvidence, evidence.AnswerNo},
	{"supported-windows", byEvidence, evidence.AnswerNo},
	{"supported-database", byBoth, evidence.AnswerNo},
	{"supported-components", byWord, ""},
	{"retired-systems", byBoth, evidence.AnswerNo},
	{"admins-separate", byEvidence, evidence.AnswerNo},
	{"admins-personal", byEvidence, evidence.AnswerNo},
	{"service-logons", byWord, ""},
	{"password-length", byEvidence, evidence.AnswerNo},
	{"lockout", byEvidence, evidence.AnswerNo},
	{"service-passwords", byEvidence, evidence.AnswerNo},
	{"events-logged", byEvidence, evidence.Partial},
	{"log-size", byEvidence, evidence.AnswerNo},
	{"requests-logged", byEvidence, evidence.AnswerNo},
	{"logs-central", byPerson, ""},
	{"email-filter", byPerson, ""},
	{"email-sender", byPerson, ""},
	{"phishing-training", byPerson, ""},
	{"payment-callback", byPerson, ""},
	{"incident-plan", byPerson, ""},
	{"continuity-plan", byPerson, ""},

	{"autorun-off", byEvidence, evidence.AnswerNo},
	{"admins-no-browsing", byBoth, evidence.AnswerNo},
	{"file-sharing-closed", byEvidence, evidence.Partial},
	{"smb1-off", byEvidence, evidence.AnswerNo},
	{"ntlm-current", byEvidence, evidence.AnswerNo},
	{"anonymous-closed", byEvidence, evidence.AnswerNo},
	{"rights-elevated", byEvidence, evidence.AnswerNo},
	{"shares-limited", byEvidence, evidence.Partial},
	{"recovery-time", byPerson, ""},
}

// The files of three servers, for the Checks of the questions' own: one that is as it should be, one that is not, and one
// of which next to nothing was captured.
func serverFiles(good bool) map[string]string {
	pick := func(yes, no string) string {
		if good {
			return yes
		}
		return no
	}
	key := func(name string, values ...string) string {
		return "[HKEY_LOCAL_MACHINE\\" + name + "]\r\n" + strings.Join(values, "\r\n") + "\r\n\r\n"
	}
	const reg = "Windows Registry Editor Version 5.00\r\n\r\n"
	audited := "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting\r\n"
	for _, s := range []string{"Logon,{0CCE9215", "User Account Management,{0CCE9235", "Security Group Management,{0CCE9237", "Audit Policy Change,{0CCE922F"} {
		audited += "AUTOMATE01,System," + s + "-69AE-11D9-BED3-505054503030}," + pick("Success and Failure", "No Auditing") + ",\r\n"
	}
	const policy, schannel = `SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy`, `SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\`
	firewall := key(policy)
	for _, profile := range []string{"DomainProfile", "StandardProfile", "PublicProfile"} {
		firewall += key(policy+`\`+profile, `"EnableFirewall"=dword:00000001`)
	}
	const rule = `="v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=`
	firewall += key(policy+`\FirewallRules`, `"web"`+rule+`443|"`)
	allow := key(policy+`\FirewallRules`, `"moved"`+rule+`3390|"`, `"x"`+rule+`33060|"`)
	return map[string]string{
		"firewall.reg": reg + firewall + pick("", allow), "netstat.txt": movedListeners,
		"schannel.reg": reg + key(schannel+`TLS 1.0\Server`, `"Enabled"=dword:`+pick("00000000", "ffffffff")) + key(schannel+`TLS 1.1\Server`, `"Enabled"=dword:`+pick("00000000", "00000001")),
		"ports.txt":    "auditpack TCP ports/1\ntarget: automate.example.com\nvantage: DESK7 (office network)\ntcp/3389 " + pick("filtered: no answer within 5s", "open") + "\nports: 1\n",
		"rdp.reg": reg + key(`SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp`, `"PortNumber"=dword:00000d3e`,
			pick(`"UserAuthentication"=dword:00000001`, `"UserAuthentication"=dword:00000000`), pick(`"SecurityLayer"=dword:00000002`, `"SecurityLayer"=dword:00000000`)),
		"policies.reg": reg + key(`SOFTWARE\Policies\Microsoft`) + key(`SOFTWARE\Policies\Microsoft\Windows\EventLog\Security`, pick(`"MaxSize"=dword:00030000`, `"MaxSize"=dword:00008000`)) +
			pick("", key(`SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services`, `"UserAuthentication"=dword:00000000`)),
		"applicationHost.config": `<configuration><configSections><sectionGroup name="system.applicationHost"><section name="log" overrideModeDefault="Deny" /><section name="sites" overrideModeDefault="Deny" /></sectionGroup>` +
			`<sectionGroup name="system.webServer"><section name="httpLogging" overrideModeDefault="Deny" /></sectionGroup></configSections><system.applicationHost><log centralLogFileMode="` + pick("Site", "CentralW3C") +
			`" /><applicationPools><add name="One" /></applicationPools><sites><site name="Main" id="1"><application path="/" applicationPool="One"><virtualDirectory path="/" physicalPath="D:\main" /></application>` +
			`<bindings><binding protocol="https" bindingInformation="*:443:" /></bindings>` + pick("", `<logFile enabled="false" logFormat="NCSA" logExtFileFlags="Date, Time" />`) + `</site><siteDefaults><logFile logFormat="W3C" /></siteDefaults></sites></system.applicationHost>` +
			`<system.webServer>` + pick("", `<httpLogging dontLog="true" selectiveLogging="LogError" />`) + `</system.webServer></configuration>`,
		"dotnet.reg":    reg + key(`SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full`, `"Release"=dword:`+pick("000709fe", "0005cbf5")),
		"uninstall.reg": reg + key(`SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall`) + key(`SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\SQL`, `"DisplayName"="Microsoft SQL Server `+pick("2019", "2014")+` (64-bit)"`),
		"smb.reg":       reg + key(`SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters`, pick(`"SMB1"=dword:00000000`, `"SMB1"=dword:00000001`)),
		"lsa.reg": reg + key(`SYSTEM\CurrentControlSet\Control\Lsa`, pick(`"LmCompatibilityLevel"=dword:00000005`, `"LmCompatibilityLevel"=dword:00000003`),
			pick(`"NoLMHash"=dword:00000001`, `"NoLMHash"=dword:00000000`)),
		"secedit.cfg": "[Unicode]\r\nUnicode=yes\r\n[System Access]\r\nNewAdministratorName = \"srvadmin\"\r\nNewGuestName = \"visitor\"\r\nEnableAdminAccount = 1\r\nLSAAnonymousNameLookup = 0\r\n" + pick("MinimumPasswordLength = 14\r\nPasswordComplexity = 1\r\nLockoutBadCount = 10\r\nEnableGuestAccount = 0\r\n",
			"MinimumPasswordLength = 13\r\nPasswordComplexity = 0\r\nLockoutBadCount = 0\r\nEnableGuestAccount = 1\r\n") + "[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n",
		"auditpol.csv": audited,
		"systeminfo.txt": "\r\nHost Name:                 AUTOMATE01\r\n" + pick("OS Name:                   Microsoft Windows Server 2019 Standard\r\nOS Version:                10.0.17763 N/A Build 17763\r\n",
			"OS Name:                   Microsoft Windows Server 2012 R2 Standard\r\nOS Version:                6.3.9600 N/A Build 9600\r\n") + "Hotfix(s):                 1 Hotfix(s) Installed.\r\n                           [01]: KB5066738\r\n",
		"services.json": `[{"Name":"RpcSs","State":"Running","StartMode":"Auto","StartName":"NT AUTHORITY\\NetworkService"},{"Name":"EventLog","State":"Running","StartMode":"Auto","StartName":"NT AUTHORITY\\LocalService"},` +
			pick(`{"Name":"HuntressAgent","State":"Running","StartMode":"Auto","StartName":"LocalSystem"},{"Name":"VeeamEndpointBackupSvc","State":"Running","StartMode":"Auto","StartName":"LocalSystem"}]`,
				`{"Name":"HuntressAgent","State":"Stopped","StartMode":"Disabled","StartName":"LocalSystem"},{"Name":"VeeamEndpointBackupSvc","State":"Stopped","StartMode":"Auto","StartName":".\\srvadmin"}]`),
		"get-hotfix.csv":      "\"Source\",\"Description\",\"HotFixID\",\"InstalledOn\"\r\n\"AUTOMATE01\",\"Update\",\"KB5066738\",\"" + pick("2026-10-17", "2026-03-14") + "T00:00:00\"\r\n",
		"bitlocker.json":      `[{"DriveLetter":"C:","VolumeType":0,"ProtectionStatus":` + pick("1", "0") + `,"ConversionStatus":` + pick("1", "0") + `,"EncryptionMethod":6}]`,
		"administrators.json": `[{"GroupSID":"S-1-5-32-544","Name":"AUTOMATE01\\srvadmin","SID":"S-1-5-21-1-2-3-500","ObjectClass":"User","PrincipalSource":1}]`,
		"server.txt":          "@@version\t@@hostname\t@@port\r\n" + pick("8.4.3", "8.0.35") + "\tAUTOMATE01\t3306\r\n",
	}
}

// movedListeners are Remote Desktop and a database that do not listen where one looks first.
const movedListeners = "\r\nActive Connections\r\n\r\n  Proto  Local Address          Foreign Address        State           PID\r\n" +
	"  TCP    0.0.0.0:3390           0.0.0.0:0              LISTENING       1120\r\n  TermService\r\n [svchost.exe]\r\n" +
	"  TCP    0.0.0.0:33060          0.0.0.0:0              LISTENING       3416\r\n [mysqld.exe]\r\n" +
	"  UDP    0.0.0.0:123            *:*                                    1004\r\n  W32Time\r\n [svchost.exe]\r\n"

// silentServer has nothing that any question asks for.
var silentServer = map[string]string{"other.reg": "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Example]\r\n\"Name\"=\"value\"\r\n\r\n"}

// answersOf imports files as a snapshot and answers all sets by it.
func answersOf(t *testing.T, sets []evidence.Questionnaire, files map[string]string) map[string]evidence.QuestionAnswer {
	t.Helper()
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	dest := filepath.Join(t.TempDir(), "snapshot")
	_, err := snapshot.ImportFS(t.Context(), tree, "evidence", snapshot.ImportOptions{Dest: dest, Host: "AUTOMATE01", By: "operator", Tool: "test", Taken: questionsCaptured,
		Recognise: func(name string, head []byte) (string, string, string) {
			f, match := parse.Recognise(name, head)
			if f == nil || match.Refused != "" {
				t.Errorf("%s is no evidence: %s", name, match.Refused)
				return "", "", ""
			}
			return f.Collector, f.Name, match.Refused
		}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	a, err := audit.Assemble(t.Context(), audit.Input{AsOf: questionsAsOf, Guide: loadGuide(t), Questionnaires: sets, Hosts: []audit.HostInput{{After: s}}})
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]evidence.QuestionAnswer{}
	for _, set := range a.Questionnaires {
		for _, q := range set.Answers {
			answers[q.ID] = q
		}
	}
	return answers
}

// controlBearing is a Control with a Verdict as evidence gives it.
func controlBearing(id string, r evidence.Result) evidence.Bearing {
	return evidence.Bearing{Kind: evidence.ControlBearing, ID: id, Statement: "the statement of " + id, Verdict: evidence.Verdict{Result: r, Basis: evidence.BasisEvidence,
		Reasons: []evidence.Reason{{Result: r, Actual: "what was found of " + id, Cites: []evidence.Citation{{Item: "data/items/x"}}}}}}
}

func attested(question string, holds bool) []evidence.Attestation {
	return []evidence.Attestation{{Control: evidence.QuestionPrefix + question, Holds: holds, By: "head of operations", On: questionsCaptured,
		ValidUntil: questionsAsOf.AddDate(0, 3, 0)}}
}

// TestBuiltInQuestions gives each question a server that supports it, one that contradicts it and one that cannot tell.
func TestBuiltInQuestions(t *testing.T) {
	sets := loadSets(t)
	good, bad := answersOf(t, sets, serverFiles(true)), answersOf(t, sets, serverFiles(false))
	silent := answersOf(t, sets, silentServer)
	next := 0
	for _, set := range sets {
		for _, q := range set.Questions {
			if next == len(expectedAnswers) || expectedAnswers[next].id != q.ID {
				t.Fatalf("%s: not in the table, or not in this place", q.ID)
			}
			want := expectedAnswers[next]
			next++
			t.Run(q.ID, func(t *testing.T) {
				c := questionCase{t: t, set: set, q: q}
				switch want.decides {
				case byPerson:
					c.person()
				case byEvidence:
					c.evidence(good[q.ID], bad[q.ID], silent[q.ID], want.oneFails, nil)
				case byWord:
					c.optional(good[q.ID], bad[q.ID], silent[q.ID])
				case byBoth:
					c.evidence(good[q.ID], bad[q.ID], silent[q.ID], want.oneFails, attested(q.ID, true))
				}
			})
		}
	}
	if next != len(expectedAnswers) {
		t.Errorf("%d of %d questions of the table exist", next, len(expectedAnswers))
	}
}

type questionCase struct {
	t   *testing.T
	set evidence.Questionnaire
	q   evidence.Question
}

// answer answers the question alone.
func (c questionCase) answer(bearings []evidence.Bearing, said []evidence.Attestation) evidence.QuestionAnswer {
	c.t.Helper()
	set := c.set
	set.Questions = []evidence.Question{c.q}
	a := questionnaire.Answer(set, questionnaire.Case{AsOf: questionsAsOf, Attestations: said,
		Bearings: [][]evidence.HostBearings{{{Host: "AUTOMATE01", From: questionsCaptured, To: questionsCaptured, Bearings: bearings}}}}).Answers[0]
	if n := utf8.RuneCountInString(a.Comment); n > questionnaire.DefaultLimit || n == 0 {
		c.t.Errorf("a comment of %d characters: %q", n, a.Comment)
	}
	return a
}

func (c questionCase) want(what string, a evidence.QuestionAnswer, status evidence.AnswerStatus, attested bool) {
	c.t.Helper()
	if a.Status != status || a.Attested() != attested {
		c.t.Errorf("%s: %s, attested %v, want %s, %v: %s", what, a.Status, a.Attested(), status, attested, a.Comment)
	}
}

func (c questionCase) person() {
	if len(c.q.Controls)+len(c.q.Checks)+len(c.q.Rules) > 0 {
		c.t.Error("something is linked that decides")
	}
	c.want("attested", c.answer(nil, attested(c.q.ID, true)), evidence.Confirmed, true)
	c.want("denied", c.answer(nil, attested(c.q.ID, false)), evidence.AnswerNo, false)
	c.want("silent", c.answer(nil, nil), evidence.NotAnswered, false)
}

// optional takes the question's own Checks, all of which are optional.
func (c questionCase) optional(good, bad, silent evidence.QuestionAnswer) {
	c.t.Helper()
	if len(c.q.Controls)+len(c.q.Rules) > 0 {
		c.t.Error("something is linked that has to be decided")
	}
	denies := false
	for _, k := range c.q.Checks {
		denies = denies || !k.SupportsOnly
	}
	yes, no := attested(c.q.ID, true), attested(c.q.ID, false)
	for _, w := range []struct {
		world  string
		from   evidence.QuestionAnswer
		said   []evidence.Attestation
		status evidence.AnswerStatus
		word   bool // and nothing else
	}{
		{"supported and attested", good, yes, evidence.Confirmed, false},
		{"supported, nobody says so", good, nil, evidence.NotProvable, false},
		{"supported and denied", good, no, evidence.NotProvable, false},
		{"silent and attested", silent, yes, evidence.Confirmed, true},
		{"silent and denied", silent, no, evidence.AnswerNo, false},
		{"silent", silent, nil, evidence.NotAnswered, false},
	} {
		c.want(w.world, c.answer(w.from.Hosts[0].Bearings, w.said), w.status, w.word)
	}
	contradicted := c.answer(bad.Hosts[0].Bearings, yes)
	if !denies {
		c.want("not supported and attested", contradicted, evidence.Confirmed, true)
		return
	}
	c.want("contradicted and attested", contradicted, evidence.AnswerNo, false)
	if len(contradicted.Discords) == 0 {
		c.t.Errorf("no contradiction: %s", contradicted.Comment)
	}
}

// evidence joins the Controls' verdicts with what the three servers' files made of the question's own Checks.
func (c questionCase) evidence(good, bad, silent evidence.QuestionAnswer, oneFails evidence.AnswerStatus, said []evidence.Attestation) {
	c.t.Helper()
	world := func(r evidence.Result, from evidence.QuestionAnswer) []evidence.Bearing {
		var all []evidence.Bearing
		for _, id := range c.q.Controls {
			all = append(all, controlBearing(id, r))
		}
		for _, b := range from.Hosts[0].Bearings {
			if b.Kind == evidence.CheckBearing {
				all = append(all, b)
			}
		}
		return all
	}
	supported := world(evidence.Pass, good)
	c.want("supported", c.answer(supported, said), evidence.Confirmed, c.q.Reach == evidence.OfCompany)
	if said != nil {
		c.want("supported, nobody says so", c.answer(supported, nil), evidence.NotProvable, false)
	}
	c.want("contradicted", c.answer(world(evidence.Fail, bad), nil), evidence.AnswerNo, false)
	contradicted := c.answer(world(evidence.Fail, bad), attested(c.q.ID, true))
	c.want("contradicted and attested", contradicted, evidence.AnswerNo, false)
	if len(contradicted.Discords) == 0 || !strings.HasPrefix(contradicted.Comment, "Contradiction: head of operations attested on 2026-10-20: yes; ") {
		c.t.Errorf("the contradiction does not come first: %s", contradicted.Comment)
	}
	one := slices.Clone(supported)
	last := len(one) - 1
	if one[last].SupportsOnly {
		c.t.Error("the last link cannot contradict")
	}
	one[last].Verdict = controlBearing(one[last].ID, evidence.Fail).Verdict
	c.want("one link fails", c.answer(one, nil), oneFails, false)
	c.want("silent", c.answer(world(evidence.NotCollected, silent), nil), evidence.NotProvable, false)
	c.want("silent and attested", c.answer(world(evidence.NotCollected, silent), attested(c.q.ID, true)), silentAttested(c.q), c.q.Reach == evidence.OfCompany)
}

// silentAttested is what a person's word is worth where nothing was collected: enough for the company, nothing for a host.
func silentAttested(q evidence.Question) evidence.AnswerStatus {
	if q.Reach == evidence.OfCompany {
		return evidence.Confirmed
	}
	return evidence.NotProvable
}

// TestBuiltInChecks holds that each Check of the questions' own passes on the good server, fails on the bad one and is
// undecided on the silent one.
func TestBuiltInChecks(t *testing.T) {
	sets := loadSets(t)
	good, bad := answersOf(t, sets, serverFiles(true)), answersOf(t, sets, serverFiles(false))
	silent := answersOf(t, sets, silentServer)
	n := 0
	for id := range good {
		for _, world := range []struct {
			answer evidence.QuestionAnswer
			want   evidence.Result
		}{{good[id], evidence.Pass}, {bad[id], evidence.Fail}} {
			for _, b := range world.answer.Hosts[0].Bearings {
				if b.Kind != evidence.CheckBearing {
					continue
				}
				n++
				if b.Verdict.Result != world.want || len(b.Verdict.Reasons) == 0 || len(b.Verdict.Reasons[0].Cites) == 0 {
					t.Errorf("%s, %s: %s, want %s with a citation", id, b.ID, b.Verdict.Result, world.want)
				}
			}
		}
		for _, b := range silent[id].Hosts[0].Bearings {
			if r := b.Verdict.Result; b.Kind == evidence.CheckBearing && (r == evidence.Pass || r == evidence.Fail) {
				t.Errorf("%s, %s: %s without evidence", id, b.ID, r)
			}
		}
	}
	if n < 30 {
		t.Errorf("%d verdicts only", n)
	}
}

// TestBuiltInSetsRead holds what the data must be beyond what Parse demands.
func TestBuiltInSetsRead(t *testing.T) {
	ids := map[string]string{}
	for _, set := range loadSets(t) {
		for _, q := range set.Questions {
			if other, ok := ids[q.ID]; ok {
				t.Errorf("%s is in %s and %s: one attestation would answer both", q.ID, other, set.ID)
			}
			ids[q.ID] = set.ID
			if !strings.HasSuffix(q.Text, "?") {
				t.Errorf("%s is no question: %s", q.ID, q.Text)
			}
			if q.Reach == evidence.OfHost && !strings.Contains(q.Text, "server") && !strings.Contains(q.Text, "machine") {
				t.Errorf("%s does not say that it is about a server: %s", q.ID, q.Text)
			}
		}
	}
	if len(ids) < 25 {
		t.Errorf("%d questions, at least 25 are wanted", len(ids))
	}
}
