package collect

import "time"

// iisConfig is the folder of the configuration of IIS.
const iisConfig = System32 + `\inetsrv\config\`

const iisElevated = "the configuration of IIS can be read by administrators only"

// IIS takes the files that configure it, as they are, and what appcmd makes of them all together.
var IIS = &Collector{
	Name:    "iis",
	Shows:   "the configuration of IIS: the server's files, the web.config of every folder it serves from, what is in force",
	Serves:  []string{"iis:", "file:"},
	Timeout: 2 * time.Minute,
	Sources: []Source{
		{Item: "applicationhost.config", Format: "IIS server configuration", File: iisConfig + "applicationHost.config", Elevated: iisElevated, Hide: []*Rule{configSecrets}},
		{Item: "redirection.config", Format: "IIS server configuration", File: iisConfig + "redirection.config", Elevated: iisElevated, Hide: []*Rule{configSecrets}},
		{Item: "shared.config", Format: "IIS server configuration", File: `{shared}\applicationHost.config`, Each: Shared, Elevated: iisElevated, Hide: []*Rule{configSecrets}},
		{Item: "administration.config", File: iisConfig + "administration.config", Elevated: iisElevated, Hide: []*Rule{configSecrets}},
		{Item: "machine.config", File: SystemRoot + `\Microsoft.NET\Framework64\v4.0.30319\Config\machine.config`, Hide: []*Rule{configSecrets}},
		{Item: "root-web.config", File: SystemRoot + `\Microsoft.NET\Framework64\v4.0.30319\Config\web.config`, Hide: []*Rule{configSecrets}},
		{Item: "web.config", Format: "IIS web.config", File: `{site}\web.config`, Each: PerSite, Hide: []*Rule{configSecrets}},
		appcmd("sites.xml", "list", "site", "/xml"),
		appcmd("apps.xml", "list", "app", "/xml"),
		appcmd("vdirs.xml", "list", "vdir", "/xml"),
		appcmd("apppools.xml", "list", "apppool", "/xml"),
		appcmd("config.xml", "list", "config", "/xml"),
		appcmd("modules.xml", "list", "module", "/xml"),
		{Item: "netsh-sslcert.txt", Program: System32 + `\netsh.exe`, Args: []string{"http", "show", "sslcert"}, Console: true},
		{Item: "netsh-servicestate.txt", Program: System32 + `\netsh.exe`, Args: []string{"http", "show", "servicestate"}, Console: true, Elevated: "the sites that http.sys serves are shown to administrators only"},
	},
}

// appcmd asks the administration program of IIS, which prints what all files say together.
func appcmd(item string, args ...string) Source {
	s := Source{Item: "appcmd-" + item, Format: "appcmd list /xml", Program: System32 + `\inetsrv\appcmd.exe`, Args: args, ANSI: true, Elevated: iisElevated, Hide: []*Rule{configSecrets}}
	if item == "modules.xml" {
		s.Format = ""
	}
	return s
}

func (s Source) about(subject string) Source {
	s.Subject = subject
	return s
}

// Control takes what configures ConnectWise Control where it shares the host, and the version of its program.
var Control = &Collector{
	Name:    "control",
	Shows:   "ConnectWise Control (ScreenConnect), where it shares the host: ports and version",
	Serves:  []string{"product:ConnectWise Control"},
	Timeout: time.Minute,
	Sources: []Source{
		{Item: "web.config", Format: "IIS web.config", File: ProgramX86 + `\ScreenConnect\web.config`, Hide: []*Rule{configSecrets}},
		powershell("screenconnect-server-dll.txt", "file version list",
			`(Get-Item -LiteralPath (${env:ProgramFiles(x86)} + '\ScreenConnect\bin\ScreenConnect.Server.dll')).VersionInfo | Format-List 'FileName', 'FileVersion', 'ProductName', 'ProductVersion' | Out-String -Width 4096`).about(ProgramX86 + `\ScreenConnect\bin\ScreenConnect.Server.dll`),
	},
}
