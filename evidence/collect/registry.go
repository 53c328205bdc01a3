package collect

import (
	"strings"
	"time"
)

// registryKey is one key that is exported with everything below it.
type registryKey struct {
	item string // the name of the Item
	key  string
	each Each
	why  string // why it is exported, where the name does not say it
	hide []*Rule
}

// registryKeys are the smallest set of keys that holds every value which the guide or a STIG rule reads. Whole hives are
// never exported. A test holds that nothing is missing.
var registryKeys = []registryKey{
	{item: "lsa.reg", key: `HKLM\SYSTEM\CurrentControlSet\Control\Lsa`},
	{item: "securityproviders.reg", key: `HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders`, why: "TLS settings (SCHANNEL) and WDigest"},
	{item: "firewallpolicy.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy`, why: "the host's own firewall rules and profiles"},
	{item: "mpssvc.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\MpsSvc`, why: "whether the firewall's service is disabled"},
	{item: "policies-microsoft.reg", key: `HKLM\SOFTWARE\Policies\Microsoft`, why: "what Group Policy sets: firewall, Installer, Explorer, Terminal Services, WinRM …"},
	{item: "currentversion-policies.reg", key: `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies`},
	{item: "lanmanserver.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer`, why: "shares, their access lists, SMB settings"},
	{item: "lanmanworkstation.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters`},
	{item: "terminal-server.reg", key: `HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server`, why: "Remote Desktop and its port"},
	{item: "http-parameters.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\HTTP\Parameters`, why: "http.sys: the Server header, bound certificates"},
	{item: "tcpip-parameters.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters`, why: "host name, source routing"},
	{item: "tcpip6-parameters.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\Tcpip6\Parameters`},
	{item: "netbt.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\NetBT\Parameters`},
	{item: "netlogon.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters`},
	{item: "ldap.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\LDAP`},
	{item: "mrxsmb10.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\mrxsmb10`, why: "the SMB 1 client"},
	{item: "kdc.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\Kdc`, why: "domain controllers only"},
	{item: "ntds.reg", key: `HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters`, why: "domain controllers only"},
	{item: "earlylaunch.reg", key: `HKLM\SYSTEM\CurrentControlSet\Policies\EarlyLaunch`},
	{item: "session-manager.reg", key: `HKLM\SYSTEM\CurrentControlSet\Control\Session Manager`, why: "ProtectionMode; the values of environment variables are withheld", hide: []*Rule{environmentValues}},
	{item: "winlogon.reg", key: `HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon`, why: "cached logons, smart card removal; DefaultPassword is withheld"},
	{item: "productoptions.reg", key: `HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions`, why: "server, workstation or domain controller"},
	{item: "inetstp.reg", key: `HKLM\SOFTWARE\Microsoft\InetStp`, why: "version and role services of IIS"},
	{item: "dotnet.reg", key: `HKLM\SOFTWARE\Microsoft\NET Framework Setup\NDP`, why: "versions of .NET"},
	{item: "labtech-setup.reg", key: `HKLM\SOFTWARE\WOW6432Node\LabTech\Setup`, why: "the folder of the Automate share; every other value is withheld", hide: []*Rule{labtechValues}},
	{item: "uninstall.reg", key: `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall`, why: "installed 64-bit programs with versions"},
	{item: "uninstall-32.reg", key: `HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall`, why: "installed 32-bit programs with versions, among them Automate and Control"},
	{item: "hkcu-policies.reg", key: `HKCU\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies`, why: "of the user who captures"},
	{item: "hkcu-policies-microsoft.reg", key: `HKCU\SOFTWARE\Policies\Microsoft`, why: "of the user who captures"},
	{item: "user-policies.reg", key: `HKU\{sid}\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies`, each: PerUser, why: "of each user whose hive is loaded"},
	{item: "user-installer.reg", key: `HKU\{sid}\SOFTWARE\Policies\Microsoft\Windows\Installer`, each: PerUser, why: "AlwaysInstallElevated takes effect where a user has it too"},
}

// RegistryKeys returns the keys that are exported, in the form HKLM\…
func RegistryKeys() []string {
	var keys []string
	for _, k := range registryKeys {
		keys = append(keys, k.key)
	}
	return keys
}

// Registry exports the keys that any check reads, each with everything below it, in the 64-bit view.
var Registry = &Collector{
	Name:    "registry",
	Shows:   "the registry keys that the guide or a STIG rule reads, with TLS settings, firewall rules, shares and installed programs",
	Serves:  []string{"registry:", "inbound:", "firewall-profile:", "share:", "product:", "system:"},
	Timeout: time.Minute,
	Sources: registrySources(),
}

func registrySources() []Source {
	var all []Source
	for _, k := range registryKeys {
		all = append(all, Source{
			Item: k.item, Format: "registry export", Program: System32 + `\reg.exe`,
			Args: []string{"export", k.key, OutFile, "/y", "/reg:64"}, Each: k.each,
			Console: true, Hide: append([]*Rule{registryPasswords}, k.hide...),
		})
	}
	return all
}

// registryValue asks for one value of a key that is not exported because it is large or holds secrets. The value is what it is
// about: where reg.exe shows nothing it is looked for, since the words by which reg.exe says so are translated.
func registryValue(item, key, name string) Source {
	s := Source{Item: item, Program: System32 + `\reg.exe`, Args: []string{"query", key, "/v", name, "/reg:64"}, Console: true}
	s.Subject, _ = s.queried()
	return s
}

// queried returns the value of the registry that a command asks for, as a Subject: reg.exe query KEY /v NAME.
func (s Source) queried() (subject string, ok bool) {
	if !strings.HasSuffix(s.Program, `\reg.exe`) || len(s.Args) < 4 || s.Args[0] != "query" || s.Args[2] != "/v" {
		return "", false
	}
	return s.Args[1] + "!" + s.Args[3], true
}
