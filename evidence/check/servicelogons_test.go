package check

import (
	"strings"
	"testing"

	"auditpack/evidence"
)

// servicesHost is a host on which services log on as the accounts, RpcSs besides.
func servicesHost(accounts ...string) *host {
	h := &host{}
	h.set("host.reg", "system:host-name", evidence.Text("AUTOMATE-SERVER-01"))
	services := h.item("services.json")
	add := func(name string, s evidence.Service) {
		for _, at := range []struct {
			a evidence.Address
			v evidence.Value
		}{{evidence.ServiceAddress(name), s}, {evidence.ServiceAddress(name) + "@state", evidence.Text("Running")}} {
			services.Setting(evidence.Setting{Address: at.a, Value: at.v, Cite: cite("services.json")})
		}
	}
	add("RpcSs", evidence.Service{Display: "RPC", Start: "Auto", Account: `NT AUTHORITY\NetworkService`})
	for i, a := range accounts {
		s := evidence.Service{Display: "Service " + a, Start: "Auto", Account: a, Path: `C:\x.exe`}
		if off, ok := strings.CutPrefix(a, "disabled "); ok {
			s.Account, s.Start = off, "Disabled"
		}
		add("svc"+string(rune('a'+i)), s)
	}
	services.Covered(evidence.Coverage{Scope: evidence.Services, Deep: true, Cite: cite("services.json")})
	return h
}

// administeredBy sets who is in Administrators, and two local accounts.
func (h *host) administeredBy(members ...evidence.Principal) *host {
	h.set("administrators.json", "group:S-1-5-32-544", evidence.Group{Members: members})
	h.set("users.json", "account:"+machine+"-500", evidence.Account{Name: "srvadmin"})
	return h.set("users.json", "account:"+machine+"-1001", evidence.Account{Name: "backup"})
}

const machine = "S-1-5-21-1-2-3"

func member(sid, name string) evidence.Principal {
	return evidence.Principal{SID: evidence.SID(sid), Name: name}
}

func TestServiceLogons(t *testing.T) {
	builtIn := member(machine+"-500", `AUTOMATE-SERVER\srvadmin`)
	ordinary := func(accounts ...string) *host { return servicesHost(accounts...).administeredBy(builtIn) }
	for _, test := range []struct {
		name string
		host *host
		want evidence.Result
		says string
	}{
		{"Windows' own", ordinary("LocalSystem", "localSystem", `NT AUTHORITY\LocalService`, `NT Authority\SYSTEM`, `NT-AUTORITÄT\SYSTEM`), evidence.Pass, "6 of 6"},
		{"Windows' own, nobody knows the administrators", servicesHost("LocalSystem"), evidence.Pass, "2 of 2"},
		{"virtual and managed", ordinary(`NT SERVICE\MSSQLSERVER`, `NT Service\ALL SERVICES`, `CORP\gmsa-sql$`, `IIS APPPOOL\LabTech`), evidence.Pass, "5 of 5"},
		{"a hidden local account is no managed one", ordinary(`.\hidden$`), evidence.Pass, "not in Administrators"},
		{"a hidden local administrator", servicesHost(`AUTOMATE-SERVER\hidden$`).administeredBy(member(machine+"-1009", `AUTOMATE-SERVER\hidden$`)), evidence.Fail, "an administrator"},
		{"a name that ends in $, of which host is not known", (&host{contents: servicesHost(`X\svc$`).contents[1:]}), evidence.NeedsReview, "no file of this server"},
		{"an ordinary local account", ordinary(`.\backup`), evidence.Pass, "not in Administrators"},
		{"an ordinary local account, by the host's cut name", ordinary(`AUTOMATE-SERVER\backup`), evidence.Pass, "not in Administrators"},
		{"an ordinary local account, where items show the host's name whole and cut", ordinary(`AUTOMATE-SERVER\backup`).set("w.json", "system:host-name", evidence.Text("automate-server")), evidence.Pass, "not in Administrators"},
		{"a local account, where items show two hosts", ordinary(`AUTOMATE-SERVER\backup`).set("w.json", "system:host-name", evidence.Text("OTHER")), evidence.NeedsReview, "no file of this server"},
		{"the built-in Administrator, renamed", ordinary(`.\srvadmin`), evidence.Fail, "an administrator"},
		{"a local administrator by SID", servicesHost(`.\backup`).administeredBy(member(machine+"-1001", "")), evidence.Fail, "an administrator"},
		{"another account of the same name as a member", servicesHost(`.\backup`).administeredBy(member("S-1-5-21-9-9-9-1001", `CORP\backup`)), evidence.Pass, "not in Administrators"},
		{"disabled, as an administrator", ordinary(`disabled .\srvadmin`), evidence.NeedsReview, "disabled"},
		{"nobody knows the administrators", servicesHost(`.\backup`), evidence.NeedsReview, "not known"},
		{"everybody is an administrator", servicesHost(`.\backup`).administeredBy(builtIn, member("S-1-5-11", "")), evidence.NeedsReview, "Authenticated Users"},
		{"a member without a name, an account without a SID", servicesHost(`.\other`).administeredBy(member("S-1-5-21-9-9-9-1005", "")), evidence.NeedsReview, "not all members"},
		{"a domain account", ordinary(`CORP\svc-sql`), evidence.NeedsReview, "no file of this server"},
		{"a domain account in other words", ordinary(`svc-sql@corp.example`), evidence.NeedsReview, "no file of this server"},
		{"a domain account that is a member", servicesHost(`corp\SVC-SQL`).administeredBy(member("S-1-5-21-9-9-9-1105", `CORP\svc-sql`)), evidence.Fail, "an administrator"},
		{"a domain account of a member's name in another domain", servicesHost(`LAB\svc-sql`).administeredBy(member("S-1-5-21-9-9-9-1105", `CORP\svc-sql`)), evidence.NeedsReview, "no file of this server"},
		{"no account told", ordinary(""), evidence.NeedsReview, "no account is told"},
		{"no list", (&host{}).administeredBy(builtIn), evidence.NotCollected, "nothing that was collected"},
	} {
		v := test.host.judge(t, evidence.Check{Kind: "service-logons", Address: evidence.Services})
		text := ""
		for _, r := range v.Reasons {
			if r.Result == v.Result {
				text += r.Actual + "; " + r.Note + "\n"
			}
		}
		if v.Result != test.want || !strings.Contains(text, test.says) {
			t.Errorf("%s: %s, want %s with %q: %+v", test.name, v.Result, test.want, test.says, v.Reasons)
		}
	}
}

// TestServiceLogonsPerUser holds that only what Windows starts for each user is let off without an account.
func TestServiceLogonsPerUser(t *testing.T) {
	for path, want := range map[string]evidence.Result{`C:\Windows\system32\svchost.exe -k UnistackSvcGroup`: evidence.Pass, `C:\Temp\x.exe`: evidence.NeedsReview, "": evidence.NeedsReview} {
		h := servicesHost()
		h.contents[1].Setting(evidence.Setting{Address: "service:CDPUserSvc_4c9d1", Value: evidence.Service{Display: "CDPUserSvc_4c9d1", Start: "Manual", Path: path}, Cite: cite("services.json")})
		if v := h.judge(t, evidence.Check{Kind: "service-logons", Address: evidence.Services}); v.Result != want {
			t.Errorf("%q: %s, want %s: %+v", path, v.Result, want, v.Reasons)
		}
	}
}

// TestServiceLogonsNarrowed holds that some services are not all of them.
func TestServiceLogonsNarrowed(t *testing.T) {
	h := servicesHost("LocalSystem").administeredBy()
	h.contents[1].Covers = nil
	if v := h.judge(t, evidence.Check{Kind: "service-logons", Address: evidence.Services}); v.Result != evidence.NeedsReview {
		t.Errorf("%s: %+v", v.Result, v.Reasons)
	}
	h = servicesHost(`.\srvadmin`).administeredBy()
	h.contents[1].Covers = nil
	if v := h.judge(t, evidence.Check{Kind: "service-logons", Address: evidence.Services}); v.Result != evidence.Fail {
		t.Errorf("%s: %+v", v.Result, v.Reasons)
	}
}
