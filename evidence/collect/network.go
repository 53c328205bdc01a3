package collect

import "time"

// Listeners shows which ports are listened on, and by what. It is asked once only: ports that are open for a moment would
// make two lists disagree.
var Listeners = &Collector{
	Name:    "netstat",
	Shows:   "the ports that are listened on, with process and program",
	Serves:  []string{"listener:", "inbound:"},
	Timeout: 2 * time.Minute,
	Sources: []Source{
		{Item: "netstat-ano.txt", Format: "netstat", Program: System32 + `\NETSTAT.EXE`, Args: []string{"-ano"}, Console: true, Instead: true},
		{Item: "netstat-abno.txt", Format: "netstat", Program: System32 + `\NETSTAT.EXE`, Args: []string{"-abno"}, Console: true,
			Elevated: "netstat names programs to administrators only; process numbers are shown without"},
		powershell("processes.json", "",
			`Get-Process | Select-Object 'Id', 'ProcessName', 'Path'`+asJSON),
	},
}

// Firewall shows what is in force of the firewall after all policies. The rules as they are stored, which is what most is
// judged by, are in the registry collector.
var Firewall = &Collector{
	Name:    "firewall",
	Shows:   "the firewall's profiles and rules in force, local and by policy together",
	Serves:  []string{"firewall-profile:", "inbound:"},
	Timeout: 5 * time.Minute, // a server has some hundred rules, and the cmdlets take their time
	Sources: []Source{
		powershell("get-netfirewallprofile.json", "firewall profiles",
			`Get-NetFirewallProfile -PolicyStore ActiveStore | Select-Object 'Name', 'Enabled', 'DefaultInboundAction', 'DefaultOutboundAction', 'AllowInboundRules', 'AllowLocalFirewallRules', 'AllowLocalIPsecRules', 'NotifyOnListen', 'LogFileName', 'LogMaxSizeKilobytes', 'LogAllowed', 'LogBlocked', 'InstanceID'`+asJSON),
		powershell("get-netfirewallrule.json", "firewall rules", firewallRules),
		{Item: "netsh-allprofiles.txt", Program: System32 + `\netsh.exe`, Args: []string{"advfirewall", "show", "allprofiles"}, Console: true},
	},
}

// firewallRules joins the rules with their filters. Each table of filters is fetched once: asking rule by rule takes minutes.
const firewallRules = `$port = @{}; Get-NetFirewallPortFilter -PolicyStore ActiveStore | ForEach-Object { $port[$_.InstanceID] = $_ }; ` +
	`$address = @{}; Get-NetFirewallAddressFilter -PolicyStore ActiveStore | ForEach-Object { $address[$_.InstanceID] = $_ }; ` +
	`$program = @{}; Get-NetFirewallApplicationFilter -PolicyStore ActiveStore | ForEach-Object { $program[$_.InstanceID] = $_ }; ` +
	`$service = @{}; Get-NetFirewallServiceFilter -PolicyStore ActiveStore | ForEach-Object { $service[$_.InstanceID] = $_ }; ` +
	`$alias = @{}; Get-NetFirewallInterfaceFilter -PolicyStore ActiveStore | ForEach-Object { $alias[$_.InstanceID] = $_ }; ` +
	`$type = @{}; Get-NetFirewallInterfaceTypeFilter -PolicyStore ActiveStore | ForEach-Object { $type[$_.InstanceID] = $_ }; ` +
	`$security = @{}; Get-NetFirewallSecurityFilter -PolicyStore ActiveStore | ForEach-Object { $security[$_.InstanceID] = $_ }; ` +
	`Get-NetFirewallRule -PolicyStore ActiveStore | Select-Object 'InstanceID', 'Name', 'DisplayName', 'Enabled', 'Direction', 'Action', 'Profile', 'Owner', 'PolicyStoreSource', ` +
	`@{n='Protocol';e={$port[$_.InstanceID].Protocol}}, @{n='LocalPort';e={$port[$_.InstanceID].LocalPort}}, @{n='RemotePort';e={$port[$_.InstanceID].RemotePort}}, ` +
	`@{n='LocalAddress';e={$address[$_.InstanceID].LocalAddress}}, @{n='RemoteAddress';e={$address[$_.InstanceID].RemoteAddress}}, ` +
	`@{n='Program';e={$program[$_.InstanceID].Program}}, @{n='Package';e={$program[$_.InstanceID].Package}}, @{n='Service';e={$service[$_.InstanceID].Service}}, ` +
	`@{n='InterfaceAlias';e={$alias[$_.InstanceID].InterfaceAlias}}, @{n='InterfaceType';e={$type[$_.InstanceID].InterfaceType}}, ` +
	`@{n='Authentication';e={$security[$_.InstanceID].Authentication}}, @{n='Encryption';e={$security[$_.InstanceID].Encryption}}, ` +
	`@{n='LocalUser';e={$security[$_.InstanceID].LocalUser}}, @{n='RemoteUser';e={$security[$_.InstanceID].RemoteUser}}, @{n='RemoteMachine';e={$security[$_.InstanceID].RemoteMachine}}` + asJSON

// AccessLists shows who may do what in the folder of the Automate share.
var AccessLists = &Collector{
	Name:    "acl",
	Shows:   "who may do what in the folder of the Automate share (LTShare)",
	Serves:  []string{"acl:"},
	Timeout: time.Minute,
	Sources: []Source{
		powershell("ltshare-get-acl.json", "Get-Acl objects",
			`Get-Acl -LiteralPath '{ltshare}' | Select-Object 'Path', 'Owner', 'Group', 'Sddl'`+asJSON).each(LTShare),
		{Item: "ltshare-icacls.txt", Format: "icacls text", Program: System32 + `\icacls.exe`, Args: []string{"{ltshare}"}, Each: LTShare, Subject: string(LTShare), Console: true},
		{Item: "ltshare-icacls-save.txt", Format: "icacls save file", Program: System32 + `\icacls.exe`, Args: []string{"{ltshare}", "/save", OutFile}, Each: LTShare, Subject: string(LTShare), Console: true},
		powershell("ltshare-folders.json", "Get-Acl objects",
			`Get-ChildItem -LiteralPath '{ltshare}' -Directory | ForEach-Object { Get-Acl -LiteralPath $_.FullName } | Select-Object 'Path', 'Owner', 'Sddl'`+asJSON).each(LTShare),
	},
}

// each repeats a command for the folder or program that stands in it, which need not be there.
func (s Source) each(e Each) Source {
	s.Each, s.Subject = e, string(e)
	return s
}

// Shares shows what is shared and with whom.
var Shares = &Collector{
	Name:    "shares",
	Shows:   "what is shared with the network, and with whom",
	Serves:  []string{"share:"},
	Timeout: time.Minute,
	Sources: []Source{
		powershell("get-smbshare.json", "Get-SmbShare objects",
			`Get-SmbShare | Select-Object 'Name', 'Path', 'ScopeName', 'Special', 'FolderEnumerationMode', 'EncryptData', 'SecurityDescriptor', 'Description'`+asJSON),
		powershell("get-smbshareaccess.json", "Get-SmbShareAccess objects",
			`Get-SmbShare | Where-Object { -not $_.Special } | Get-SmbShareAccess | Select-Object 'Name', 'ScopeName', 'AccountName', 'AccessControlType', 'AccessRight'`+asJSON).elevated("the permissions of shares are shown to administrators only"),
		{Item: "net-share.txt", Format: "net share text", Program: System32 + `\net.exe`, Args: []string{"share"}, Console: true},
		{Item: "net-share-ltshare.txt", Format: "net share NAME text", Program: System32 + `\net.exe`, Args: []string{"share", "LTShare"}, Console: true,
			Subject: `HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Shares!LTShare`},
	},
}

func (s Source) elevated(why string) Source {
	s.Elevated = why
	return s
}
