package main

import (
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/parse"
	"auditpack/evidence/snapshot"
)

// expectedFile is what a person who read a file of the corpus expects of it.
type expectedFile struct {
	name    string // without the .gz that was unpacked
	format  string // empty: nothing knows it
	refused string // part of the reason; empty: it is evidence
	problem string // part of the only kind of Problem it has; empty: all of it is understood
	// counts is how many Settings have an address that begins so, counted by hand or with grep.
	counts map[string]int
	// shows are some Settings by address, as the file says them.
	shows map[evidence.Address]string
}

// Parts of addresses that many rows need.
const (
	fwPolicy = `registry:HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy`
	schannel = `registry:HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL`
	lsa      = `registry:HKLM\System\CurrentControlSet\Control\Lsa!RestrictAnonymous`
)

const (
	dword0 = "REG_DWORD 0x00000000 (0)"
	dword1 = "REG_DWORD 0x00000001 (1)"
)

// corpus is every file of the corpus, in the order of their names. Numbers were counted in the files: values with
// grep -c '^["@]', rules with grep -c '="v2', listeners by distinct local address, updates by "]: KB".
var corpus = []expectedFile{
	{name: "README.md"},
	{name: "acl/get_acl_format_list_utf16.txt", format: "Get-Acl list", counts: map[string]int{"acl:": 3}, shows: map[evidence.Address]string{
		`acl:C:\ProgramData\Microsoft\Windows\WindowsApps@owner`: `S-1-5-32-544 (BUILTIN\Administrators)`,
	}},
	{name: "acl/icacls_4096_files.txt", format: "icacls text", counts: map[string]int{"acl:": 4096}},
	{name: "auditpol/get_r_one.csv", format: "auditpol table", counts: map[string]int{"audit-policy:": 1}, shows: map[evidence.Address]string{
		"system:host-name": "WIN-K0AKLED332V",
		"audit-policy:{0CCE9235-69AE-11D9-BED3-505054503030}": "success",
	}},
	{name: "auditpol/gpo_audit.csv", format: "auditpol table", refused: "no machine is named"},
	{name: "auditpol/ws2019_dc_text_utf16.txt", format: "auditpol text", refused: "without identifiers"},
	{name: "firewall/netsh_usage_error.txt", format: "netsh advfirewall", refused: "wrong argument"},
	{name: "iis/container_full.config", format: "IIS server configuration", shows: map[evidence.Address]string{
		"iis:[]/system.webServer/security/ipSecurity@allowUnlisted": "true",
	}},
	{name: "iis/default_vm.config", format: "IIS server configuration"},
	{name: "iis/redirection.config", format: "IIS server configuration", counts: map[string]int{"": 1}, shows: map[evidence.Address]string{
		"iis-redirection:enabled": "false",
	}},
	{name: "iis/reverse_proxy_location.config", format: "IIS server configuration"},
	{name: "iis/supernova.config", format: "IIS server configuration"},
	{name: "iis/supernova_ssl.config", format: "IIS server configuration"},
	{name: "iis/two_sites.config", format: "IIS server configuration"},
	{name: "json/get_net_tcpconnection.json", format: "network endpoints", counts: map[string]int{"listener:": 2}, shows: map[evidence.Address]string{
		"listener:tcp/[::]:135":           "listening",
		"listener:tcp/192.168.10.157:135": "listening",
	}},
	{name: "json/iis_app_pool.json", format: "IIS objects of PowerShell", refused: "ConvertTo-Json cut the nested values off"},
	{name: "json/iis_site.json", format: "IIS objects of PowerShell", refused: "ConvertTo-Json cut the nested values off"},
	{name: "netstat/corp_b_names_lf.txt", format: "netstat", refused: "names instead of numbers"},
	{name: "netstat/corp_naob_lf.txt", format: "netstat", shows: map[evidence.Address]string{
		"listener:tcp/0.0.0.0:135@program":  "svchost.exe (RpcSs)",
		"listener:tcp/0.0.0.0:445@process":  "4",
		"listener:tcp/0.0.0.0:2701@program": "CmRcService.exe",
		"listener:udp/0.0.0.0:123":          "listening",
	}},
	{name: "netstat/fr_anb_in_markdown.md", format: "netstat", refused: "inside another text"},
	{name: "netstat/select_string_marked.txt", format: "netstat", refused: `marked with ">"`},
	// 149 local addresses, the last of which is none: [fe80::asda:…].
	{name: "netstat/win10_netstat-an.txt", format: "netstat", problem: "not understood", counts: map[string]int{"listener:": 148}, shows: map[evidence.Address]string{
		"listener:tcp/0.0.0.0:902": "listening",
	}},
	{name: "netstat/win10_netstat-aon.txt", format: "netstat", counts: map[string]int{"listener:": 2 * 123}, shows: map[evidence.Address]string{
		"listener:tcp/0.0.0.0:443@process": "9396",
	}},
	{name: "netstat/win10_netstat-aonb.txt", format: "netstat", shows: map[evidence.Address]string{
		"listener:tcp/0.0.0.0:902@program":  "vmware-authd.exe",
		"listener:udp/0.0.0.0:5353":         "listening",
		"listener:tcp/0.0.0.0:135@process":  "1712",
		"listener:tcp/0.0.0.0:443@program":  "vmware-hostd.exe",
		"listener:tcp/0.0.0.0:2179@process": "4032",
	}},
	{name: "netstat/win10_netstat.txt", format: "netstat", refused: "names instead of numbers"},
	{name: "reg/bfe_8bit.reg", format: "registry export", counts: map[string]int{"registry:": 1503}, shows: map[evidence.Address]string{
		`registry:HKLM\SYSTEM\CurrentControlSet\Services\BFE!DependOnService`: `REG_MULTI_SZ "RpcSs"`,
	}},
	{name: "reg/cut_firewallpolicy_win10.reg", format: "registry export", counts: map[string]int{"registry:": 1088, "firewall-rule:": 480}, shows: map[evidence.Address]string{
		fwPolicy + `!PolicyVersion`:                "REG_DWORD 0x0000021e (542)",
		fwPolicy + `\DomainProfile!EnableFirewall`: dword1,
	}},
	{name: "reg/cut_lanmanserver_win10.reg", format: "registry export", counts: map[string]int{"registry:": 50, "share:": 0}},
	{name: "reg/cut_lsa_win10.reg", format: "registry export", counts: map[string]int{"registry:": 58}, shows: map[evidence.Address]string{
		lsa:         dword0, // written restrictanonymous
		lsa + "Sam": dword1,
	}},
	{name: "reg/cut_securityproviders_win10.reg", format: "registry export", counts: map[string]int{"registry:": 8, schannel: 1}},
	{name: "reg/cut_securityproviders_win7_ssl2.reg", format: "registry export", counts: map[string]int{"registry:": 10}, shows: map[evidence.Address]string{
		schannel + `\Protocols\SSL 2.0\Client!DisabledByDefault`: dword1,
	}},
	{name: "reg/cut_terminal_server_win10.reg", format: "registry export", counts: map[string]int{"registry:": 307}, shows: map[evidence.Address]string{
		`registry:HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server!fDenyTSConnections`:             dword1,
		`registry:HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp!PortNumber`: "REG_DWORD 0x00000d3d (3389)",
		`registry:HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server!fSingleSessionPerUser`:          dword1,
	}},
	// 599 rules; the 840 look-alikes in other stores are no firewall rules. EnableFirewall is 0 in all profiles.
	{name: "reg/firewallpolicy_win11.reg", format: "registry export", counts: map[string]int{"registry:": 1636, "firewall-rule:": 599}, shows: map[evidence.Address]string{
		fwPolicy + `!PolicyVersion`:                  "REG_DWORD 0x00000220 (544)",
		fwPolicy + `\DomainProfile!EnableFirewall`:   dword0,
		fwPolicy + `\StandardProfile!EnableFirewall`: dword0,
		fwPolicy + `\PublicProfile!EnableFirewall`:   dword0,
	}},
	{name: "reg/firewallrules_small.reg", format: "registry export", counts: map[string]int{"registry:": 31, "firewall-rule:": 31}},
	{name: "reg/powersettings_win10.reg", format: "registry export", counts: map[string]int{"registry:": 2338}},
	// 3,545 values, 18 of which have escapes or text that no export has.
	{name: "reg/regedit4_ce.reg", format: "registry export", problem: "line ", counts: map[string]int{"registry:": 3545 - 18}},
	{name: "reg/schannel_script.reg", format: "registry export", counts: map[string]int{"registry:": 2}, shows: map[evidence.Address]string{
		schannel + `\Protocols\SSL 2.0\Client!DisabledByDefault`: dword1,
	}},
	// Rules of the store in force only: not those of Defaults (275), nor the rule for IPsec.
	{name: "reg/sharedaccess_win11.reg", format: "registry export", counts: map[string]int{"registry:": 891, "firewall-rule:": 318}},
	{name: "reg/system_win10_33mb.reg", format: "registry export", problem: "no CurrentControlSet", counts: map[string]int{"registry:": 90_307, "firewall-rule:": 0}},
	{name: "reg/vendor_hklm.reg", format: "registry export", counts: map[string]int{"registry:": 2548}},
	{name: "reg/wsl_hklm.reg", format: "registry export", counts: map[string]int{"registry:": 1}},
	{name: "reg/wsl_p9np.reg", format: "registry export", counts: map[string]int{"registry:": 9}},
	{name: "secedit/german_gast.inf", format: "secedit export", shows: map[evidence.Address]string{
		"account-policy:MinimumPasswordLength":   "0",
		"user-right:SeDenyInteractiveLogonRight": `"Gast"`,
		lsa:                                      dword0,
	}},
	{name: "secedit/gpo_gpttmpl_shb.inf", format: "secedit export", refused: "policy template"},
	{name: "secedit/hardened_guest_by_name.cfg", format: "secedit export", shows: map[evidence.Address]string{
		"account-policy:MinimumPasswordLength":   "8",
		"user-right:SeDenyInteractiveLogonRight": `"Guest"`,
		lsa:                                      dword1,
	}},
	{name: "secedit/partial_named_accounts.inf", format: "secedit export", refused: "part of a security policy"},
	{name: "secedit/win11_default.cfg", format: "secedit export", counts: map[string]int{"user-right:SeTcbPrivilege": 0}, shows: map[evidence.Address]string{
		"account-policy:MinimumPasswordLength": "0",
		lsa:                                    dword0,
	}},
	{name: "secedit/ws2019_dc.cfg", format: "secedit export", counts: map[string]int{"user-right:SeTcbPrivilege": 0}, shows: map[evidence.Address]string{
		"account-policy:MinimumPasswordLength": "7",
		lsa:                                    dword0,
	}},
	// The Spanish file has "..." for its name and times.
	{name: "systeminfo/10_1809_x64_education_es_systeminfo.txt", format: "systeminfo", counts: map[string]int{"hotfix:": 9, "system:host-name": 0}, shows: host("", "17763", "no")},
	{name: "systeminfo/7_sp1_x64_enterprise_fr_systeminfo_cmd.txt", format: "systeminfo", counts: map[string]int{"hotfix:": 73}, shows: host("WIN-IDKKFN87EL8", "7601", "no")},
	{name: "systeminfo/7_sp1_x64_ultimaten_de_systeminfo.txt", format: "systeminfo", counts: map[string]int{"hotfix:": 245}, shows: host("OLI7-PC", "7601", "no")},
	{name: "systeminfo/srv_2012r2_u1_systeminfo.txt", format: "systeminfo", counts: map[string]int{"hotfix:": 154}, shows: host("SRV12R2U1X64", "9600", "yes")},
	{name: "systeminfo/srv_2016_1607_datacenter_en-us_systeminfo.txt", format: "systeminfo", counts: map[string]int{"hotfix:": 5}, shows: host("MYSERVER", "14393", "no")},
	{name: "systeminfo/srv_2019_rtm_datacenter_en-us_systeminfo.txt", format: "systeminfo", counts: map[string]int{"hotfix:": 5}, shows: host("WIN-O863JARO7CM", "17763", "no")},
	{name: "systeminfo/srv_2022_systeminfo.txt", format: "systeminfo", counts: map[string]int{"hotfix:": 3}, shows: host("WIN-RIBN7SM07BK", "20348", "no")},
	{name: "systeminfo/win10_hyperv_utc.txt", format: "systeminfo", counts: map[string]int{"hotfix:": 11}, shows: host("TESTLAPTOP", "17134", "yes")},
	{name: "systeminfo/wmic_qfe_1809.txt", format: "hotfix table", counts: map[string]int{"hotfix:": 9}, shows: map[evidence.Address]string{
		"hotfix:KB2693643": "installed",
	}},
}

func host(name, build, member string) map[evidence.Address]string {
	m := map[evidence.Address]string{"system:os-build": build, "system:domain-member": member}
	if name != "" {
		m["system:host-name"] = name
	}
	return m
}

// unpackCorpus copies the corpus to dir, what is compressed unpacked.
func unpackCorpus(t *testing.T, dir string) {
	t.Helper()
	shared := os.Getenv("AUDITPACK_SHARED")
	if shared == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	from := filepath.Join(shared, "corpus")
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(dir, rel), 0o700)
		}
		return unpack(path, filepath.Join(dir, rel))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func unpack(from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	in := io.Reader(f)
	if name, ok := strings.CutSuffix(to, ".gz"); ok {
		if in, err = gzip.NewReader(f); err != nil {
			return err
		}
		to = name
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}

// TestCorpus imports every file of the corpus and compares what it was taken for, and what was read out of it, with what
// a person read there.
func TestCorpus(t *testing.T) {
	dir := t.TempDir()
	unpackCorpus(t, filepath.Join(dir, "in"))
	dest := filepath.Join(dir, "s")
	code := run(t.Context(), []string{"import", filepath.Join(dir, "in"), "-o", dest, "--host", "AUTOMATE01", "--captured", "2026-10-20"}, io.Discard, io.Discard)
	if code != exitLook {
		t.Fatalf("import ends with %d, want %d", code, exitLook)
	}
	s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	items := s.Items()
	slices.SortFunc(items, func(a, b evidence.Item) int { return strings.Compare(a.Name, b.Name) })
	if len(items) != len(corpus) {
		t.Errorf("%d files were imported, the table has %d", len(items), len(corpus))
	}
	for i, want := range corpus {
		if i >= len(items) || items[i].Name != want.name {
			t.Fatalf("row %d is %s, want a row for %s", i, want.name, items[min(i, len(items)-1)].Name)
		}
		t.Run(want.name, func(t *testing.T) { compareFile(t, s, items[i], want) })
	}
}

func compareFile(t *testing.T, s *snapshot.Snapshot, item evidence.Item, want expectedFile) {
	r, err := s.Open(item)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := parse.Read(item, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	refused := want.refused
	if want.format == "" {
		refused = "not recognised"
	}
	if item.Format != want.format || got.Format != want.format {
		t.Errorf("imported as %q, read as %q, want %q", item.Format, got.Format, want.format)
	}
	if (got.Refused == "") != (refused == "") || !strings.Contains(got.Refused, refused) {
		t.Errorf("refused because %q, want %q", got.Refused, refused)
	}
	if item.Refused != "" && refused == "" {
		t.Errorf("import refused it: %s", item.Refused)
	}
	for _, p := range got.Problems {
		if want.problem == "" || !strings.Contains(p.Message, want.problem) {
			t.Errorf("line %d: problem %q, want %q", p.Cite.Line, p.Message, want.problem)
		}
	}
	if want.problem != "" && len(got.Problems) == 0 {
		t.Errorf("no problem, want %q", want.problem)
	}
	values := map[evidence.Address][]string{}
	counts := map[string]int{}
	for _, setting := range got.Settings {
		fold := setting.Address.Fold()
		values[fold] = append(values[fold], setting.Value.String())
		for prefix := range want.counts {
			if strings.HasPrefix(string(setting.Address), prefix) {
				counts[prefix]++
			}
		}
		if c := setting.Cite; c.Offset < 0 || c.Length < 0 || c.Offset+c.Length > item.Size {
			t.Errorf("%s: cited at %d+%d of %d bytes", setting.Address, c.Offset, c.Length, item.Size)
		}
	}
	for prefix, n := range want.counts {
		if counts[prefix] != n {
			t.Errorf("%d settings at %s…, want %d", counts[prefix], prefix, n)
		}
	}
	for address, value := range want.shows {
		if found := values[address.Fold()]; !slices.Equal(found, []string{value}) {
			t.Errorf("%s shows %q, want %q", address, found, value)
		}
	}
}
