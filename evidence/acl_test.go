package evidence_test

import (
	"testing"

	"auditpack/evidence"
)

func TestAppPoolSID(t *testing.T) {
	for name, want := range map[string]evidence.SID{
		"LabTech":       "S-1-5-82-4031826879-2264154351-3294156951-803206817-528297091",
		"LabTech WebCC": "S-1-5-82-2265531366-2377269834-1813117809-2627886491-3658881364",
		"CwaRestApi":    "S-1-5-82-1502262457-2971812382-1939034921-793213210-2116162947",
		"cwarestapi":    "S-1-5-82-1502262457-2971812382-1939034921-793213210-2116162947",
		// The pool that every IIS has; its SID is printed in many public listings.
		"DefaultAppPool": "S-1-5-82-3006700770-424185619-1745488364-794895919-4004696415",
	} {
		if got := evidence.AppPoolSID(name); got != want {
			t.Errorf("AppPoolSID(%q) = %s, want %s", name, got, want)
		}
	}
}

func TestParseSID(t *testing.T) {
	for _, test := range []struct {
		in   string
		want evidence.SID
		ok   bool
	}{
		{"S-1-5-32-544", "S-1-5-32-544", true},
		{"s-1-1-0", "S-1-1-0", true},
		{"S-1-0x5-18", "S-1-5-18", true},
		{"S-1-5-018", "S-1-5-18", true},
		{"S-1-5-4294967295", "S-1-5-4294967295", true},
		{"S-1-5-4294967296", "", false},
		{"S-1-281474976710655", "S-1-281474976710655", true},
		{"S-1-281474976710656", "", false},
		{"S-1-5-", "", false},
		{"S-2-5-18", "", false},
		{"S-1-5--18", "", false},
		{"S-1-5-+8", "", false},
		{"S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15", "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15", true},
		{"S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16", "", false},
		{"", "", false},
	} {
		got, ok := evidence.ParseSID(test.in)
		if got != test.want || ok != test.ok {
			t.Errorf("ParseSID(%q) = %q, %v, want %q, %v", test.in, got, ok, test.want, test.ok)
		}
	}
}

func TestSIDByName(t *testing.T) {
	for name, want := range map[string]evidence.SID{
		`NT AUTHORITY\SYSTEM`:          "S-1-5-18",
		`NT-AUTORITÄT\SYSTEM`:          "S-1-5-18",
		`AUTORITE NT\Système`:          "S-1-5-18",
		`VORDEFINIERT\Administratoren`: "S-1-5-32-544",
		`BUILTIN\Administrateurs`:      "S-1-5-32-544",
		"Jeder":                        "S-1-1-0",
		"everyone":                     "S-1-1-0",
		"Tout le monde":                "S-1-1-0",
		`NT SERVICE\TrustedInstaller`:  "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
		`NT SERVICE\ALL SERVICES`:      "S-1-5-80-0",
		`IIS APPPOOL\LabTech WebCC`:    "S-1-5-82-2265531366-2377269834-1813117809-2627886491-3658881364",
		`BUILTIN\IIS_IUSRS`:            "S-1-5-32-568",
		"S-1-5-21-1-2-3-1001":          "S-1-5-21-1-2-3-1001",
		`EXAMPLE\Administrators`:       "", // a domain's own group of that name
		"SYSTEM":                       "", // may be anybody's account
		`NT AUTHORITY\СИСТЕМА`:         "",
		`IIS APPPOOL\`:                 "",
		`AUTORITE NT\Utilisateurs authentifi` + "é" + `s`: "S-1-5-11",
	} {
		got, ok := evidence.SIDByName(name)
		if got != want || ok != (want != "") {
			t.Errorf("SIDByName(%q) = %q, %v, want %q", name, got, ok, want)
		}
	}
}

func TestBroad(t *testing.T) {
	for principal, want := range map[evidence.Principal]bool{
		{SID: "S-1-1-0"}:                      true,
		{SID: "S-1-5-7"}:                      true,
		{SID: "S-1-5-11"}:                     true,
		{SID: "S-1-5-32-545"}:                 true,
		{SID: "S-1-5-32-546"}:                 true,
		{SID: "S-1-5-21-1-2-3-513"}:           true,
		{SID: "S-1-5-21-1-2-3-1513"}:          false,
		{SID: "S-1-5-21-1-2-3-512"}:           false,
		{SID: "S-1-5-32-544"}:                 false,
		{SID: "S-1-5-18"}:                     false,
		{Name: `EXAMPLE\Domain Users`}:        true,
		{Name: `BEISPIEL\Domänen-Benutzer`}:   true,
		{Name: `EXAMPLE\Domain Users Backup`}: false,
		{Name: `VOORBEELD\Domeingebruikers`}:  true,
		{Name: `ПРИМЕР\Пользователи домена`}: true,
		{Name: "Todos"}:              true,
		{Name: `EXAMPLE\Todos`}:      false, // a domain's own group of that name
		{Name: `BUILTIN\Gebruikers`}: true,
		{Name: `EXAMPLE\Gebruikers`}: false,
	} {
		if got := principal.Broad(); got != want {
			t.Errorf("%v is broad: %v, want %v", principal, got, want)
		}
	}
}

func TestGranted(t *testing.T) {
	const sid evidence.SID = "S-1-5-18"
	own := func(e evidence.ACE) bool { return e.Principal.SID == sid }
	p := evidence.Principal{SID: sid}
	everywhere := evidence.ObjectInherit | evidence.ContainerInherit
	for _, test := range []struct {
		name                     string
		entries                  []evidence.ACE
		folder, subfolder, files evidence.Access
	}{
		{"everywhere", []evidence.ACE{{Principal: p, Access: evidence.Modify, Flags: everywhere}}, evidence.Modify, evidence.Modify, evidence.Modify},
		{"folder only", []evidence.ACE{{Principal: p, Access: evidence.Modify}}, evidence.Modify, 0, 0},
		{"content only", []evidence.ACE{{Principal: p, Access: evidence.Modify, Flags: everywhere | evidence.InheritOnly}}, 0, evidence.Modify, evidence.Modify},
		{"in two entries", []evidence.ACE{
			{Principal: p, Access: evidence.ReadAndExecute, Flags: everywhere},
			{Principal: p, Access: 0x1301bf &^ 0x1200a9, Flags: everywhere},
		}, evidence.Modify, evidence.Modify, evidence.Modify},
		{"denied first", []evidence.ACE{
			{Deny: true, Principal: p, Access: 0x10000, Flags: everywhere},
			{Principal: p, Access: evidence.Modify, Flags: everywhere},
		}, 0x1201bf, 0x1201bf, 0x1201bf},
		{"denied after: the first entry decides", []evidence.ACE{
			{Principal: p, Access: evidence.Modify, Flags: everywhere},
			{Deny: true, Principal: p, Access: 0x10000, Flags: everywhere},
		}, evidence.Modify, evidence.Modify, evidence.Modify},
		{"not understood", []evidence.ACE{{Other: "(XA;;FA;;;SY;(…))"}}, 0, 0, 0},
	} {
		list := evidence.ACL{Entries: test.entries}
		for place, want := range []evidence.Access{test.folder, test.subfolder, test.files} {
			if got := list.Granted(evidence.Place(place), own); got != want {
				t.Errorf("%s, place %d: %s, want %s", test.name, place, got, want)
			}
		}
	}
}
