package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/parse"
	"auditpack/render/pack"
)

// corpusPair compares two files of the corpus as the same file of one host, three months apart.
func corpusPair(t *testing.T, name, before, after string) audit.Host {
	t.Helper()
	shared := os.Getenv("AUDITPACK_SHARED")
	if shared == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	taken := time.Date(2026, 10, 20, 6, 30, 0, 0, time.UTC)
	var h pack.Host
	for path, months := range map[string]int{before: -3, after: 0} {
		data, err := os.ReadFile(filepath.Join(shared, "corpus", path))
		if err != nil {
			t.Fatal(err)
		}
		s := importedFiles(t, fstest.MapFS{name: {Data: data}}, taken.AddDate(0, months, 0))
		if path == before {
			h.Before = s
		} else {
			h.After = s
		}
	}
	in := pack.Inputs{Tool: "auditpack test", AsOf: taken.AddDate(0, 0, 1), Guide: guideFiles(), Hosts: []pack.Host{h}}
	a, err := in.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a.Hosts[0]
}

// said is what Changes say, without places.
func said(changes []evidence.Change) []string {
	var all []string
	for _, c := range changes {
		line := fmt.Sprintf("%s %s: %s → %s", c.Kind, c.Address, c.Before, c.After)
		if len(c.Meaning) > 0 {
			line = fmt.Sprintf("%s %s: %s", c.Kind, c.Address, strings.Join(c.Meaning, "; "))
		}
		all = append(all, line)
	}
	return all
}

// TestCorpusSupernova: diff of the two files by hand shows one line, in which http on port 80 became https on 443.
func TestCorpusSupernova(t *testing.T) {
	h := corpusPair(t, "applicationHost.config", "iis/supernova.config", "iis/supernova_ssl.config")
	want := []string{"changed iis-site:Supernova: lost binding http/*:80:; gained binding https/*:443:*.cosoluce.fr"}
	if diff := cmp.Diff(want, said(slices.Concat(h.Changes, h.Aside))); diff != "" {
		t.Error(diff)
	}
	text := h.ItemChanges[0].Text
	if len(h.ItemChanges) != 1 || text.Removed != 1 || text.Added != 1 || text.Lines[3].Before != 157 || text.Lines[4].After != 157 {
		t.Errorf("the text: %+v", text)
	}
	for _, m := range h.Movements {
		if m.Movement != evidence.StillFailing {
			t.Errorf("%s: %s", m.Control, m.Movement)
		}
	}
}

// TestCorpusSecedit: what diff of the decoded files shows, line by line, counted and picked by hand. A value that one
// export does not list is not known to be absent; a right that it does not list nobody holds.
func TestCorpusSecedit(t *testing.T) {
	h := corpusPair(t, "secpol.cfg", "secedit/win11_default.cfg", "secedit/hardened_guest_by_name.cfg")
	kinds := map[string]int{}
	for _, c := range h.Changes {
		kinds[c.Address.Kind()]++
	}
	want := map[string]int{"account-policy": 8, "security-option": 11, "registry": 6, "user-right": 11}
	if diff := cmp.Diff(want, kinds); diff != "" || len(h.Aside) > 0 {
		t.Error(diff, h.Aside)
	}
	lines := said(h.Changes)
	for _, want := range []string{
		"changed account-policy:MinimumPasswordLength: 0 → 8",
		"changed account-policy:LockoutBadCount: 10 → 5",
		"changed security-option:EnableGuestAccount: 1 → 0",
		`changed registry:HKLM\System\CurrentControlSet\Control\Lsa!RestrictAnonymous: REG_DWORD 0x00000000 (0) → REG_DWORD 0x00000001 (1)`,
		`not collected registry:HKLM\System\CurrentControlSet\Services\NTDS\Parameters!LDAPServerIntegrity:  → REG_DWORD 0x00000001 (1)`,
		`changed user-right:SeImpersonatePrivilege: lost S-1-5-32-568 (BUILTIN\IIS_IUSRS)`,
		"removed user-right:SeLockMemoryPrivilege: nobody holds it any more",
		"added user-right:SeDenyNetworkLogonRight: nobody held it before",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("missing: %s\n%s", want, strings.Join(lines, "\n"))
		}
	}
	if len(h.Movements) != 1 || h.Movements[0].Control != "stig1-anon-enum-sam-shares" || h.Movements[0].Movement != evidence.Fixed {
		t.Errorf("verdicts: %+v", h.Movements)
	}
}

// TestCorpusFirewall: the policy of a Windows 10 against that of a Windows 11. Both files say which rules there are; their
// names alone, taken from the key FirewallRules of the text, tell what came and what went.
func TestCorpusFirewall(t *testing.T) {
	h := corpusPair(t, "firewall.reg", "reg/cut_firewallpolicy_win10.reg", "reg/firewallpolicy_win11.reg")
	was, is := firewallNames(t, "reg/cut_firewallpolicy_win10.reg"), firewallNames(t, "reg/firewallpolicy_win11.reg")
	want := map[string]int{}
	for name, rule := range was {
		switch {
		case is[name] == "":
			want["removed"]++
		case withoutVersion(is[name]) != withoutVersion(rule):
			want["changed"]++
		}
	}
	for name := range is {
		if was[name] == "" {
			want["added"]++
		}
	}
	got := map[string]int{}
	off := 0
	for _, c := range h.Changes {
		switch {
		case c.Address.Kind() == "firewall-rule" && strings.HasPrefix(c.Address.Rest(), "local/"):
			got[c.Kind]++
		case strings.HasSuffix(string(c.Address), "Profile!EnableFirewall"):
			if !strings.HasSuffix(c.Before, "(1)") || !strings.HasSuffix(c.After, "(0)") || !slices.Contains(c.Controls, "fw-host-firewall") {
				t.Errorf("%s: %s → %s, touches %v", c.Address, c.Before, c.After, c.Controls)
			}
			off++
		}
	}
	if off != 3 {
		t.Errorf("%d profiles were switched off, want domain, private and public", off)
	}
	for kind, n := range want {
		if got[kind]+got["moved"] < n || got[kind] > n {
			t.Errorf("%d rules %s, want %d: %v", got[kind], kind, n, got)
		}
	}
}

// firewallNames reads the rules off the text, by name.
func firewallNames(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(os.Getenv("AUDITPACK_SHARED"), "corpus", path))
	if err != nil {
		t.Fatal(err)
	}
	rules := map[string]string{}
	inside := false
	for line := range strings.Lines(parse.Decode(data)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			inside = strings.HasSuffix(line, `\Parameters\FirewallPolicy\FirewallRules]`)
		}
		if name, rule, ok := strings.Cut(line, "="); ok && inside {
			rules[strings.ToLower(name)] = rule
		}
	}
	if len(rules) < 100 {
		t.Fatalf("%s: %d rules read", path, len(rules))
	}
	return rules
}

// withoutVersion cuts "v2.30| off a rule.
func withoutVersion(rule string) string {
	_, rest, _ := strings.Cut(rule, "|")
	return rest
}
