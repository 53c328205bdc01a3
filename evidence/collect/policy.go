package collect

import (
	"strings"
	"time"
)

// SecurityPolicy exports the local security policy in force: user rights, account policy, security options.
var SecurityPolicy = &Collector{
	Name:    "secedit",
	Shows:   "the local security policy in force: user rights, passwords, lockout, security options",
	Serves:  []string{"user-right:", "account-policy:", "security-option:"},
	Timeout: 2 * time.Minute,
	Sources: []Source{
		{Item: "secedit.cfg", Format: "secedit export", Program: System32 + `\SecEdit.exe`,
			Args:    []string{"/export", "/cfg", OutFile, "/areas", "SECURITYPOLICY", "USER_RIGHTS", "/log", LogFile, "/quiet"}, // %windir%\security\logs\scesrv.log otherwise
			Console: true, Elevated: "the security policy is shown to administrators only"},
	},
}

// AuditPolicy asks for the audit policy in force, by GUIDs that no language changes.
var AuditPolicy = &Collector{
	Name:    "auditpol",
	Shows:   "the audit policy in force, by subcategory, and how large the event logs may become",
	Serves:  []string{"audit-policy:", "event-log:"},
	Timeout: time.Minute,
	Sources: []Source{
		{Item: "auditpol.csv", Format: "auditpol table", Program: System32 + `\auditpol.exe`,
			Args: []string{"/get", "/category:*", "/r"}, Console: true, Elevated: "the audit policy is shown to administrators only"},
		{Item: "auditpol-backup.csv", Format: "auditpol table", Program: System32 + `\auditpol.exe`,
			Args: []string{"/backup", "/file:" + OutFile}, Console: true, Elevated: "the audit policy is shown to administrators only"},
		eventLog("security").elevated("the settings of the security log are shown to administrators only"),
		eventLog("system"),
		eventLog("application"),
	},
}

// eventLog asks for the settings of one event log, in XML: the names of its elements are the same in every language.
func eventLog(name string) Source {
	return Source{Item: "eventlog-" + name + ".xml", Format: "wevtutil gl /f:xml", Program: System32 + `\wevtutil.exe`, Args: []string{"gl", name, "/f:xml"}, Console: true}
}

// Accounts shows who is a local user and who is in the group of administrators, by SIDs and as people know it.
var Accounts = &Collector{
	Name:    "accounts",
	Shows:   "local users, and who is an administrator",
	Serves:  []string{"group:", "account:"},
	Timeout: 2 * time.Minute, // names of the domain are resolved by asking it
	Sources: []Source{
		powershell("get-localuser.json", "Get-LocalUser objects",
			`Get-LocalUser | Select-Object 'Name', 'Enabled', 'SID', 'PasswordRequired', 'PasswordExpires', 'PasswordLastSet', 'LastLogon', 'Description'`+asJSON).role(OwnUsers),
		members("administrators.json", "S-1-5-32-544"),
		members("remote-desktop-users.json", "S-1-5-32-555"),
		powershell("net-localgroup-administrators.txt", "net localgroup text",
			`& ($env:SystemRoot + '\System32\net.exe') localgroup (Get-LocalGroup -SID S-1-5-32-544).Name`).role(OwnUsers),
		{Item: "net-user.txt", Format: "net user text", Program: System32 + `\net.exe`, Args: []string{"user"}, Console: true, Role: OwnUsers},
		{Item: "whoami.txt", Program: System32 + `\whoami.exe`, Args: []string{"/user", "/groups", "/fo", "list"}, Console: true},
	},
}

// members lists a group by the SID that it has in every language, with the SID of each member.
//
// Get-LocalGroupMember fails as a whole where one member's account was deleted (PowerShell issue 2996), as it often is on a server that
// left a domain and joined one. Then the members are asked of the WinNT provider of ADSI, which shows such a one by its SID. Where
// Constrained Language Mode forbids that, the item fails: a list without its stale members would look whole. Of a
// group without members an object says so: an empty array would not say of which.
func members(item, group string) Source {
	const get = `try { $all = @(Get-LocalGroupMember -SID {group} | Select-Object @{n='GroupSID';e={'{group}'}}, 'Name', 'SID', 'ObjectClass', 'PrincipalSource') } catch { ` +
		`$all = @(([ADSI]('WinNT://' + $env:COMPUTERNAME + '/' + (New-Object System.Security.Principal.SecurityIdentifier '{group}').Translate([System.Security.Principal.NTAccount]).Value.Split('\')[1] + ',group')).Invoke('Members') | ForEach-Object { $member = [ADSI]$_; ` +
		`$name = $member.InvokeGet('ADsPath') -replace '^WinNT://' -replace '/', '\'; $sid = $name; ` +
		`if ($sid -notmatch '^S-1-[0-9-]+$') { $sid = (New-Object System.Security.Principal.SecurityIdentifier -ArgumentList ([byte[]]$member.InvokeGet('objectSid')), 0).Value }; $class = ''; try { $class = $member.InvokeGet('Class') } catch { }; ` +
		`New-Object PSObject -Property @{ GroupSID = '{group}'; Name = $name; SID = $sid; ObjectClass = $class } }) }; ` +
		`if ($all.Count -eq 0) { $all = @(New-Object PSObject -Property @{ GroupSID = '{group}'; Name = ''; SID = ''; ObjectClass = ''; Nobody = $true }) }; ` +
		`ConvertTo-Json -InputObject $all -Depth 4`
	return powershell(item, "Get-LocalGroupMember objects", strings.ReplaceAll(get, "{group}", group)).role(OwnUsers)
}

// asJSON makes one JSON array of the objects, also of one or none.
const asJSON = ` | ForEach-Object { $all = @() } { $all += $_ } { ConvertTo-Json -InputObject $all -Depth 4 }`

// powershell runs one line of Windows PowerShell 5.1, without a profile, and keeps what it prints.
//
// The line has single quotes only, so that no rule of quoting between programs can change it. Its output is UTF-8 where
// the language mode allows it to be set, else in the code page of the console.
func powershell(item, format, line string) Source {
	return Source{
		Item: item, Format: format, Program: System32 + `\WindowsPowerShell\v1.0\powershell.exe`,
		Args:    []string{"-NoLogo", "-NoProfile", "-NonInteractive", "-Command", powershellBegin + line},
		Console: true,
	}
}

// powershellBegin stands in front of every line of PowerShell: errors end it, nothing is drawn, the output is UTF-8.
const powershellBegin = `$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue'; try { [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false } catch { }; `
