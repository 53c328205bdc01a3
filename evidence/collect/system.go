package collect

import "time"

// System shows what the host is, in its own words.
var System = &Collector{
	Name:    "system",
	Shows:   "what the host is: version, updates, start, zone, services, encryption of its volumes, features",
	Serves:  []string{"system:", "hotfix:", "hotfix-date:", "service:", "bitlocker:"},
	Timeout: 3 * time.Minute, // systeminfo alone takes up to a minute
	Sources: []Source{
		{Item: "systeminfo.txt", Format: "systeminfo", Program: System32 + `\systeminfo.exe`, Console: true},
		powershell("windows.json", "Windows version values",
			`Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' | Select-Object 'ProductName', 'EditionID', 'InstallationType', 'ReleaseId', 'DisplayVersion', 'CurrentBuildNumber', 'UBR'`+asJSON),
		powershell("operating-system.json", "Win32_OperatingSystem object",
			`Get-CimInstance -ClassName Win32_OperatingSystem | Select-Object 'CSName', 'Caption', 'Version', 'BuildNumber', 'OSLanguage', 'MUILanguages', 'Locale', 'CodeSet', 'CurrentTimeZone', 'InstallDate', 'LastBootUpTime', 'LocalDateTime'`+asJSON),
		// 's' is ISO 8601 in every language; by itself a date is printed as the host's language has it.
		powershell("get-hotfix.csv", "hotfix CSV",
			`Get-HotFix | Select-Object 'Source', 'Description', 'HotFixID', 'InstalledBy', @{n='InstalledOn';e={$_.InstalledOn.ToString('s')}} | ConvertTo-Csv -NoTypeInformation`),
		powershell("services.json", "Windows services",
			`Get-CimInstance -ClassName Win32_Service | Select-Object 'Name', 'DisplayName', 'State', 'StartMode', 'StartName', 'PathName'`+asJSON).hide(commandLineSecrets),
		powershell("bitlocker.json", "Win32_EncryptableVolume objects",
			`$null = Get-Item -LiteralPath ($env:SystemRoot + '\System32\manage-bde.exe'); Get-CimInstance -Namespace 'root\cimv2\Security\MicrosoftVolumeEncryption' -ClassName Win32_EncryptableVolume | Select-Object 'DriveLetter', 'DeviceID', 'VolumeType', 'ProtectionStatus', 'ConversionStatus', 'EncryptionMethod'`+asJSON).
			elevated("the state of encryption is shown to administrators only").about(System32 + `\manage-bde.exe`), // it comes with the feature
		powershell("features.json", "",
			`Get-WindowsFeature | Where-Object { $_.InstallState -eq 'Installed' } | Select-Object 'Name', 'DisplayName', 'InstallState'`+asJSON).role(Server),
		{Item: "gpresult.xml", Program: System32 + `\gpresult.exe`, Args: []string{"/scope", "computer", "/x", OutFile, "/f"}, Console: true,
			Elevated: "the policies of the computer are shown to administrators only", Hide: []*Rule{configSecrets}},
		powershell("applocker.xml", "", `Get-AppLockerPolicy -Effective -Xml`),
	},
}

// Clock asks how far off the host's clock is, as far as the time service knows. It sets nothing.
var Clock = &Collector{
	Name:    "clock",
	Shows:   "how far off the clock is, as far as the time service knows, and where it takes the time from",
	Timeout: 30 * time.Second,
	Sources: []Source{
		{Item: "w32tm-status.txt", Program: System32 + `\w32tm.exe`, Args: []string{"/query", "/status", "/verbose"}, Console: true},
		{Item: "w32tm-configuration.txt", Program: System32 + `\w32tm.exe`, Args: []string{"/query", "/configuration"}, Console: true, Elevated: "the settings of the time service are shown to administrators only"},
	},
}

func (s Source) role(r Role) Source {
	s.Role = r
	return s
}

func (s Source) hide(rules ...*Rule) Source {
	s.Hide = append(s.Hide, rules...)
	return s
}
