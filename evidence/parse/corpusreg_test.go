package parse_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/evidence"
)

// shown is one Setting that a file of the corpus must show, and where: found with a hex viewer, not by this program.
type shown struct {
	address        evidence.Address
	value          string
	line           int
	offset, length int64
}

const (
	ccs    = `registry:HKLM\SYSTEM\CurrentControlSet\`
	policy = ccs + `Services\SharedAccess\Parameters\FirewallPolicy`
)

// recorded lists what is known of the files of the corpus. Settings counts the values that stand in the file as lines;
// Settings derived from them are not counted.
var recorded = []struct {
	file     string
	size     int
	settings int
	problems int
	refused  string // its beginning
	deep     []evidence.Address
	shows    []shown
}{
	{"reg/bfe_8bit.reg", 3919940, 1503, 0, "", []evidence.Address{ccs + `Services\BFE`}, []shown{
		{ccs + `Services\BFE!DependOnService`, `REG_MULTI_SZ "RpcSs"`, 6, 127, 66},
		{ccs + `Services\BFE!FailureActions`, "REG_BINARY 805101000000000000000000030000001400000001000000c0d4010001000000e09304000000000000000000", 10, 338, 157},
	}},
	{"reg/cut_firewallpolicy_win10.reg", 865330, 1088, 0, "", []evidence.Address{policy}, []shown{
		{policy + "!PolicyVersion", "REG_DWORD 0x0000021e (542)", 7, 482, 60},
	}},
	{"reg/cut_lanmanserver_win10.reg", 64932, 50, 0, "", []evidence.Address{ccs + `Services\LanmanServer`}, []shown{
		{ccs + `Services\LanmanServer\Parameters!NullSessionPipes`, "REG_MULTI_SZ", 414, 62214, 62},
	}},
	{"reg/cut_lsa_win10.reg", 18896, 58, 0, "", []evidence.Address{ccs + `Control\Lsa`}, []shown{
		{ccs + `Control\Lsa!RestrictAnonymous`, "REG_DWORD 0x00000000 (0)", 22, 1724, 68},
	}},
	{"reg/cut_securityproviders_win10.reg", 2184, 8, 0, "", []evidence.Address{ccs + `Control\SecurityProviders`}, []shown{
		{ccs + `Control\SecurityProviders\WDigest!DigestEncryptionAlgorithms`, `REG_SZ "3des,rc4"`, 27, 2094, 78},
	}},
	{"reg/cut_securityproviders_win7_ssl2.reg", 2752, 10, 0, "", []evidence.Address{ccs + `Control\SecurityProviders`}, []shown{
		{ccs + `Control\SecurityProviders\WDigest!UseLogonCredential`, "REG_DWORD 0x00000001 (1)", 33, 2670, 70},
	}},
	{"reg/cut_terminal_server_win10.reg", 52814, 307, 0, "", []evidence.Address{ccs + `Control\Terminal Server`}, []shown{
		{ccs + `Control\Terminal Server!fDenyTSConnections`, "REG_DWORD 0x00000001 (1)", 7, 442, 70},
	}},
	{"reg/firewallpolicy_win11.reg", 1578790, 1636, 0, "", []evidence.Address{policy}, []shown{
		{policy + "!PolicyVersion", "REG_DWORD 0x00000220 (544)", 7, 482, 60},
		{policy + `\DomainProfile!EnableFirewall`, "REG_DWORD 0x00000000 (0)", 11, 846, 62},
	}},
	{"reg/firewallrules_small.reg", 12150, 31, 0, "", []evidence.Address{policy + `\FirewallRules`}, nil},
	{"reg/powersettings_win10.reg", 1260248, 2338, 0, "", []evidence.Address{ccs + `Control\Power\PowerSettings`}, nil},
	{"reg/regedit4_ce.reg", 285457, 3527, 18, "", []evidence.Address{"registry:HKCR", "registry:HKCU", "registry:HKLM", "registry:HKU"}, []shown{
		{`registry:HKCR\CLSID\{000214A0-0000-0000-C000-000000000046}!DefaultIcon`, `REG_SZ "\\Windows\\ceshell.dll,-4354"`, 349, 7611, 44},
	}},
	{"reg/schannel_script.reg", 1766, 2, 0, "", []evidence.Address{ccs + `Control\SecurityProviders\SCHANNEL`}, []shown{
		{ccs + `Control\SecurityProviders\SCHANNEL\Protocols\SSL 2.0\Client!DisabledByDefault`, "REG_DWORD 0x00000001 (1)", 19, 1690, 68},
	}},
	{"reg/sharedaccess_win11.reg", 493172, 891, 0, "", []evidence.Address{ccs + `Services\SharedAccess`}, []shown{
		{ccs + `Services\SharedAccess!Type`, "REG_DWORD 0x00000020 (32)", 28, 3354, 42},
	}},
	{"reg/system_win10_33mb.reg.gz", 33277284, 90307, 1, "", []evidence.Address{`registry:HKLM\SYSTEM`}, []shown{
		{`registry:HKLM\SYSTEM\ControlSet001\Control\Lsa!RestrictAnonymous`, "REG_DWORD 0x00000000 (0)", 24296, 3145782, 68},
		{`registry:HKLM\SYSTEM\ControlSet001\Control\Terminal Server!fDenyTSConnections`, "REG_DWORD 0x00000001 (1)", 75670, 10395870, 70},
	}},
	{"reg/vendor_hklm.reg", 329332, 2548, 0, "", []evidence.Address{`registry:HKLM\SOFTWARE\Native Instruments`}, []shown{}},
	{"reg/wsl_hklm.reg", 698, 1, 0, "", []evidence.Address{`registry:HKLM\Software\Microsoft\Windows\CurrentVersion\Lxss`}, []shown{
		{`registry:HKLM\Software\Microsoft\Windows\CurrentVersion\Lxss!KernelVersion`, `REG_SZ "5.10.16"`, 4, 220, 50},
	}},
	{"reg/wsl_p9np.reg", 3038, 9, 0, "", []evidence.Address{ccs + `Services\P9NP`}, []shown{
		{ccs + `Services\P9NP\NetworkProvider!TriggerStartPrefix`, `REG_MULTI_SZ "wsl.localhost" "wsl$"`, 25, 2726, 304},
	}},
	{"secedit/german_gast.inf", 16834, 116, 0, "", []evidence.Address{"account-policy:", "security-option:", "user-right:"}, []shown{
		{"security-option:NewGuestName", "Gast", 13, 586, 42},
		{"user-right:SeDenyInteractiveLogonRight", `"Gast"`, 114, 15780, 68},
	}},
	{"secedit/gpo_gpttmpl_shb.inf", 10112, 0, 0, "a policy template (line 62:", nil, nil},
	{"secedit/hardened_guest_by_name.cfg", 16770, 118, 0, "", []evidence.Address{"account-policy:", "security-option:", "user-right:"}, []shown{
		{ccs + `Control\Lsa!RestrictAnonymous`, "REG_DWORD 0x00000001 (1)", 65, 7042, 132},
		{"account-policy:MinimumPasswordLength", "8", 6, 184, 50},
		{"user-right:SeInteractiveLogonRight", `"Guest", S-1-5-32-544, S-1-5-32-545, S-1-5-32-551, "__vmware__"`, 105, 14462, 168},
	}},
	{"secedit/partial_named_accounts.inf", 588, 0, 0, "a part of a security policy", nil, nil},
	{"secedit/win11_default.cfg", 19300, 117, 0, "", []evidence.Address{"account-policy:", "security-option:", "user-right:"}, []shown{
		{"account-policy:LockoutDuration", "10", 11, 426, 40},
		{"user-right:SeLockMemoryPrivilege", `"Jacob"`, 102, 15346, 58},
	}},
	{"secedit/ws2019_dc.cfg", 17246, 121, 0, "", []evidence.Address{"account-policy:", "security-option:", "user-right:"}, []shown{
		{ccs + `Control\Lsa!RestrictAnonymous`, "REG_DWORD 0x00000000 (0)", 69, 7292, 132},
		{ccs + `Services\LanManServer\Parameters!NullSessionPipes`, `REG_MULTI_SZ "" "netlogon" "samr" "lsarpc"`, 81, 10798, 212},
		{"user-right:SeDebugPrivilege", "S-1-5-32-544", 102, 14138, 64},
	}},
	{"auditpol/get_r_one.csv", 187, 1, 0, "", nil, []shown{
		{"audit-policy:{0CCE9235-69AE-11D9-BED3-505054503030}", "success", 2, 92, 94},
		{"system:host-name", "WIN-K0AKLED332V", 2, 92, 94},
	}},
	{"auditpol/gpo_audit.csv", 5961, 0, 0, "a policy for audit settings (no machine is named)", nil, nil},
	{"auditpol/ws2019_dc_text_utf16.txt", 7156, 0, 0, "the audit policy in words for people", nil, nil},
}

func TestCorpusPolicy(t *testing.T) {
	shared := os.Getenv("AUDITPACK_SHARED")
	if shared == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	listed := 0
	for _, folder := range []string{"reg", "secedit", "auditpol"} {
		files, err := os.ReadDir(filepath.Join(shared, "corpus", folder))
		if err != nil {
			t.Fatal(err)
		}
		listed += len(files)
	}
	if listed != len(recorded) {
		t.Errorf("the corpus has %d files, the table %d", listed, len(recorded))
	}
	for _, test := range recorded {
		t.Run(test.file, func(t *testing.T) {
			name := filepath.Join(shared, "corpus", test.file)
			var raw []byte
			if strings.HasSuffix(name, ".gz") {
				raw = gunzip(t, name)
			} else {
				var err error
				if raw, err = os.ReadFile(name); err != nil {
					t.Fatal(err)
				}
			}
			if len(raw) != test.size {
				t.Fatalf("%d bytes, the table was made for %d", len(raw), test.size)
			}
			c := read(t, raw)
			if !strings.HasPrefix(c.Refused, test.refused) || (c.Refused == "") != (test.refused == "") {
				t.Errorf("refused: %q, want %q", c.Refused, test.refused)
			}
			if got := direct(c); got != test.settings || len(c.Problems) != test.problems {
				t.Errorf("%d settings and %d problems, want %d and %d", got, len(c.Problems), test.settings, test.problems)
			}
			facts := evidence.NewFacts([]evidence.Content{c})
			for _, root := range test.deep {
				if len(facts.Covers(root+"!x")) == 0 && len(facts.Covers(root+"x")) == 0 {
					t.Errorf("%s is not covered", root)
				}
			}
			for _, s := range test.shows {
				o := facts.Lookup(s.address)
				if o.State != evidence.Found || o.Value().String() != s.value {
					t.Errorf("%s: %+v, want %s", s.address, o, s.value)
					continue
				}
				want := evidence.Citation{Item: item.Path, Line: s.line, Offset: s.offset, Length: s.length}
				if o.Cites[0] != want {
					t.Errorf("%s is cited at %s, want %s", s.address, o.Cites[0], want)
				}
			}
		})
	}
}

// direct counts the Settings of the kinds that stand in the file itself.
func direct(c evidence.Content) int {
	n := 0
	for _, s := range c.Settings {
		switch s.Address.Kind() {
		case "registry", "user-right", "account-policy", "security-option", "audit-policy":
			n++
		}
	}
	return n
}
