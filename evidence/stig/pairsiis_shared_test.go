package stig_test

import (
	"strings"

	"auditpack/evidence"
)

// iisHost is the configuration of a server with two sites that complies with every rule about IIS.
const iisHost = `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
<configSections>
 <sectionGroup name="system.applicationHost">
  <section name="applicationPools" overrideModeDefault="Deny"/><section name="sites" overrideModeDefault="Deny"/>
 </sectionGroup>
 <sectionGroup name="system.webServer">
  <section name="directoryBrowse" overrideModeDefault="Allow"/><section name="globalModules" overrideModeDefault="Deny"/>
 </sectionGroup>
</configSections>
<system.applicationHost>
 <applicationPools>
  <add name="One"><processModel idleTimeout="00:20:00"/><failure rapidFailProtection="true" rapidFailProtectionInterval="00:05:00"/>
   <recycling logEventOnRecycle="Time, Requests"><periodicRestart time="1.05:00:00" requests="100"/></recycling></add>
  <add name="Two"><processModel idleTimeout="00:10:00"/><failure rapidFailProtection="true" rapidFailProtectionInterval="00:02:00"/>
   <recycling logEventOnRecycle="Time, Requests"><periodicRestart time="1.05:00:00" requests="200"/></recycling></add>
 </applicationPools>
 <sites>
  <site name="Main" id="1">
   <application path="/" applicationPool="One"><virtualDirectory path="/" physicalPath="D:\main"/></application>
   <bindings><binding protocol="http" bindingInformation="192.0.2.7:80:main.example.com"/><binding protocol="https" bindingInformation="192.0.2.7:443:main.example.com"/></bindings>
  </site>
  <site name="Other" id="2">
   <application path="/" applicationPool="Two"><virtualDirectory path="/" physicalPath="D:\other"/></application>
   <bindings><binding protocol="http" bindingInformation="192.0.2.8:80:other.example.com"/><binding protocol="https" bindingInformation="192.0.2.8:443:other.example.com"/></bindings>
  </site>
  <siteDefaults>
   <logFile logFormat="W3C" logTargetW3C="File,ETW" logExtFileFlags="Date, Time, UserName, UserAgent, Referer">
    <customFields>
     <add logFieldName="a" sourceName="Connection" sourceType="RequestHeader"/><add logFieldName="b" sourceName="Warning" sourceType="RequestHeader"/>
     <add logFieldName="c" sourceName="Authorization" sourceType="RequestHeader"/><add logFieldName="d" sourceName="Content-Type" sourceType="ResponseHeader"/>
    </customFields>
   </logFile>
   <limits maxConnections="4096"/>
   <hsts enabled="true" max-age="31536000" includeSubDomains="true" redirectHttpToHttps="true"/>
  </siteDefaults>
 </sites>
</system.applicationHost>
<system.webServer>
 <asp><session keepSessionIdSecure="true"/></asp>
 <directoryBrowse enabled="false"/>
 <globalModules><add name="StaticFileModule" image="x.dll"/></globalModules>
 <httpErrors errorMode="DetailedLocalOnly"/>
 <httpProtocol><customHeaders><clear/></customHeaders></httpProtocol>
 <proxy enabled="false"/>
 <staticContent><mimeMap fileExtension=".txt" mimeType="text/plain"/></staticContent>
 <security>
  <access sslFlags="Ssl, SslNegotiateCert, SslRequireCert, Ssl128"/>
  <isapiCgiRestriction notListedCgisAllowed="false" notListedIsapisAllowed="false"/>
  <requestFiltering allowHighBitCharacters="false" allowDoubleEscaping="false"><fileExtensions allowUnlisted="false"/><requestLimits maxUrl="4096" maxAllowedContentLength="2147483647" maxQueryString="2048"/></requestFiltering>
 </security>
</system.webServer>
<system.web>
 <compilation debug="false"/>
 <httpCookies requireSSL="true"/>
 <machineKey validation="HMACSHA256" decryption="Auto"/>
 <sessionState mode="InProc" cookieless="UseCookies" timeout="15" compressionEnabled="false"/>
</system.web>
</configuration>
`

// iisFaults are the ways to break each rule: pairs of a piece of iisHost and what takes its place. They were written
// from the sentences of the check texts. A value that is not set is among them only where the schema of IIS says what
// it then is.
var iisFaults = map[evidence.STIGID][]string{
	"IIST-SV-000103": {`File,ETW`, `File`, `File,ETW`, `ETW`},
	"IIST-SV-000110": {`logFormat="W3C"`, `logFormat="IIS"`, `sourceName="Connection"`, `sourceName="Via"`, `sourceName="Warning" sourceType="RequestHeader"`, `sourceName="Warning" sourceType="ResponseHeader"`},
	"IIST-SV-000111": {`logFormat="W3C"`, `logFormat="NCSA"`, `, UserAgent`, ``, `, UserName`, ``, `, Referer`, ``, `sourceName="Authorization"`, `sourceName="Via"`, `sourceName="Content-Type" sourceType="ResponseHeader"`, `sourceName="Content-Type" sourceType="RequestHeader"`},
	"IIST-SV-000119": {`<proxy enabled="false"/>`, `<proxy enabled="true"/>`},
	"IIST-SV-000124": {`".txt"`, `".exe"`, `".txt"`, `".dll"`, `".txt"`, `".com"`, `".txt"`, `".BAT"`, `".txt"`, `".csh"`},
	"IIST-SV-000125": {`<add name="StaticFileModule"`, `<add name="WebDAVModule" image="y.dll"/><add name="StaticFileModule"`},
	"IIST-SV-000134": {`"UseCookies"`, `"UseUri"`, `"UseCookies"`, `"AutoDetect"`, `"UseCookies"`, `"UseDeviceProfile"`, `"UseCookies"`, `"true"`},
	"IIST-SV-000135": {`"UseCookies"`, `"UseUri"`, `timeout="15"`, `timeout="16"`},
	"IIST-SV-000137": {`"HMACSHA256"`, `"SHA1"`, `"HMACSHA256"`, `"MD5"`, `"HMACSHA256"`, `"AES"`, `"Auto"`, `"DES"`},
	"IIST-SV-000138": {`<directoryBrowse enabled="false"/>`, `<directoryBrowse enabled="true"/>`},
	"IIST-SV-000140": {`"DetailedLocalOnly"`, `"Detailed"`},
	"IIST-SV-000152": {`keepSessionIdSecure="true"`, `keepSessionIdSecure="false"`},
	"IIST-SV-000158": {`notListedCgisAllowed="false"`, `notListedCgisAllowed="true"`, `notListedIsapisAllowed="false"`, `notListedIsapisAllowed="true"`},
	"IIST-SV-000200": {`maxConnections="4096"`, `maxConnections="0"`},
	"IIST-SV-000205": {`hsts enabled="true"`, `hsts enabled="false"`, `max-age="31536000"`, `max-age="0"`, `includeSubDomains="true"`, `includeSubDomains="false"`, `redirectHttpToHttps="true"`, `redirectHttpToHttps="false"`, `hsts enabled="true"`, `hsts`},
	"IIST-SV-000215": {`<clear/>`, `<clear/><add name="X-Powered-By" value="ASP.NET"/>`, `<clear/>`, `<add name="x-powered-by" value="Example"/>`},
	"IIST-SI-000202": {`"UseCookies"`, `"UseUri"`, `"UseCookies"`, `"AutoDetect"`},
	"IIST-SI-000203": {`"Ssl, SslNegotiateCert, SslRequireCert, Ssl128"`, `"None"`, `"Ssl, `, `"`},
	"IIST-SI-000204": {`"Ssl, SslNegotiateCert, SslRequireCert, Ssl128"`, `"None"`, `"Ssl, `, `"`},
	"IIST-SI-000206": {`File,ETW`, `File`, `File,ETW`, `ETW`},
	"IIST-SI-000209": {`logFormat="W3C"`, `logFormat="IIS"`, `sourceName="Connection"`, `sourceName="Via"`, `sourceName="Warning"`, `sourceName="Via"`},
	"IIST-SI-000210": {`logFormat="W3C"`, `logFormat="IIS"`, `, UserAgent`, ``, `, UserName`, ``, `, Referer`, ``, `sourceName="Authorization"`, `sourceName="Via"`, `sourceName="Content-Type"`, `sourceName="Via"`},
	"IIST-SI-000214": {`".txt"`, `".exe"`, `".txt"`, `".dll"`, `".txt"`, `".com"`, `".txt"`, `".bat"`, `".txt"`, `".CSH"`},
	"IIST-SI-000219": {`192.0.2.8:80:other.example.com`, `*:80:`, `192.0.2.8:443:other.example.com`, `*:443:`, `192.0.2.8:80:other.example.com`, `192.0.2.8:80:`, `192.0.2.8:80:other.example.com`, `*:80:other.example.com`},
	"IIST-SI-000220": {`SslRequireCert, `, ``},
	"IIST-SI-000223": {`"InProc"`, `"StateServer"`, `"InProc"`, `"Off"`, `"InProc"`, `"Custom"`},
	"IIST-SI-000224": {`D:\other`, `C:\inetpub\other`, `D:\other`, `%SystemDrive%\inetpub\other`},
	"IIST-SI-000225": {`maxUrl="4096"`, `maxUrl="4097"`},
	"IIST-SI-000226": {`maxAllowedContentLength="2147483647"`, `maxAllowedContentLength="2147483648"`, `maxAllowedContentLength="2147483647"`, ``},
	"IIST-SI-000227": {`maxQueryString="2048"`, `maxQueryString="2049"`},
	"IIST-SI-000228": {`allowHighBitCharacters="false"`, `allowHighBitCharacters="true"`, `allowHighBitCharacters="false"`, ``},
	"IIST-SI-000229": {`allowDoubleEscaping="false"`, `allowDoubleEscaping="true"`},
	"IIST-SI-000230": {`allowUnlisted="false"`, `allowUnlisted="true"`, `allowUnlisted="false"`, ``},
	"IIST-SI-000231": {`<directoryBrowse enabled="false"/>`, `<directoryBrowse enabled="true"/>`},
	"IIST-SI-000233": {`"DetailedLocalOnly"`, `"Detailed"`},
	"IIST-SI-000234": {`debug="false"`, `debug="true"`},
	"IIST-SI-000235": {`idleTimeout="00:10:00"`, `idleTimeout="00:00:00"`},
	"IIST-SI-000236": {`timeout="15"`, `timeout="16"`},
	"IIST-SI-000242": {`"Ssl, `, `"`, `, Ssl128"`, `"`, `SslRequireCert, `, ``},
	"IIST-SI-000244": {`keepSessionIdSecure="true"`, `keepSessionIdSecure="false"`},
	"IIST-SI-000246": {`requireSSL="true"`, `requireSSL="false"`, `compressionEnabled="false"`, `compressionEnabled="true"`},
	"IIST-SI-000251": {`applicationPool="Two"`, `applicationPool="One"`},
	"IIST-SI-000252": {`requests="200"`, `requests="0"`, `requests="200"`, ``},
	"IIST-SI-000255": {`time="1.05:00:00" requests="200"`, `time="00:00:00" requests="0"`, `logEventOnRecycle="Time, Requests"`, `logEventOnRecycle=""`},
	"IIST-SI-000258": {`rapidFailProtection="true"`, `rapidFailProtection="false"`},
	"IIST-SI-000259": {`rapidFailProtectionInterval="00:02:00"`, `rapidFailProtectionInterval="00:06:00"`},
}

// iisPairs breaks the one thing a rule is about.
func iisPairs(id evidence.STIGID) ([]trial, string) {
	faults := iisFaults[id]
	if len(faults) == 0 {
		return nil, "no fault of IIS was written for it"
	}
	trials := []trial{{about: "as it should be", files: iisFiles(iisHost), want: evidence.Pass}}
	for i := 0; i < len(faults); i += 2 {
		if !strings.Contains(iisHost, faults[i]) {
			return nil, "the configuration does not have " + faults[i]
		}
		trials = append(trials, trial{about: faults[i] + " -> " + faults[i+1], files: iisFiles(strings.Replace(iisHost, faults[i], faults[i+1], 1)), want: evidence.Fail})
	}
	return trials, ""
}

// iisFiles adds where Windows is and what the sites' own files say: nothing.
func iisFiles(configuration string) []file {
	const silent = "<?xml version=\"1.0\"?>\r\n<configuration>\r\n <system.webServer/>\r\n</configuration>\r\n"
	return []file{{"iis/applicationHost.config", []byte(configuration)}, {`D:\main\web.config`, []byte(silent)}, {`D:\other\web.config`, []byte(silent)},
		{`C:\inetpub\other\web.config`, []byte(silent)},
		export("version.reg", []value{{currentVersion, "SystemRoot", quote(`C:\Windows`)}})}
}
