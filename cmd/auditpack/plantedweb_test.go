package main

import (
	"strings"
	"testing/fstest"
)

const (
	appHost   = "iis/applicationHost.config"
	rootFile  = "inetpub/wwwroot/web.config"
	cwaFile   = "inetpub/wwwroot/cwa/web.config"
	aspnet    = "inetpub/wwwroot/aspnet_client/web.config"
	redirects = "iis/redirection.config"
	answer    = "http/http-aspnet_client-http10-nohost.txt"
)

func plantedIIS() []plant {
	const (
		filtering = `<requestFiltering removeServerHeader="true">`
		optionsOf = `<add verb="OPTIONS" allowed="false" />`
		endOfHost = "\n</configuration>\n"
		forCWA    = `<location path="Default Web Site/cwa">`
		cwaStart  = forCWA + "\n        <system.webServer>\n            <security>\n                "
		cwaRules  = `<ipSecurity allowUnlisted="false" denyAction="Forbidden">` + "\n                    " + `<add ipAddress="127.0.0.1" allowed="true" />` + "\n"
		lastOfCWA = `                    <add ipAddress="198.51.100.10" allowed="true" />` + "\n"
		header    = "iis-remove-server-header="
		options   = "iis-deny-options-verb="
		cwaAllow  = "ipr-cwa-allow-entries="
		cwaDeny   = "ipr-cwa-deny-unspecified="
		labtech   = `    <location path="Default Web Site/labtech"><system.webServer><security><ipSecurity allowUnlisted="false" /></security></system.webServer></location>` + "\n"
		site      = `    <location path="Default Web Site"><system.webServer><security>`
		endSite   = "</security></system.webServer></location>\n"
		rewriting = `<rule name="Empty Location of redirects" enabled="true">`
		everyIIS  = "iis-response-headers-removed=review|uncollected ipr-automate-allow-entries=review|uncollected ipr-legacyccasmx-allow-entries=review|uncollected " +
			"ipr-legacyccasmx-deny-unspecified=review|uncollected ipr-automate-deny-unspecified=review|uncollected ipr-labtech-unrestricted=review|uncollected " +
			"iis-aspnet-client-webconfig=pass|review|uncollected ipr-allow-technician-networks=review|uncollected " +
			header + "review|uncollected " + options + "review|uncollected " + cwaAllow + "review|uncollected " + cwaDeny + "review|uncollected"
	)
	host := func(name, old, text, want string) plant { return swap(name, appHost, old, text, want) }
	below := func(name, text, want string) plant {
		return host(name, forCWA, strings.TrimSpace(text)+"\n    "+forCWA, want)
	}
	web := func(name, file, section, want string) plant {
		return swap(name, file, "</configuration>", "<system.webServer><security>"+section+"</security></system.webServer>\n</configuration>", want)
	}
	rewrite := func(name, old, text, want string) plant {
		return swap(name, aspnet, old, text, "iis-aspnet-client-webconfig="+want)
	}
	return []plant{
		host("server header not removed", filtering, "<requestFiltering>", header+"fail"),
		host("server header false", filtering, `<requestFiltering removeServerHeader="false">`, header+"fail"),
		host("server header in other case", filtering, `<requestFiltering removeserverheader="true">`, header+"fail|review|pass"),
		host("server header misspelt", filtering, `<requestFiltering removeServerHeaders="true">`, header+"fail|review"),
		host("server header in a comment", filtering, `<!-- `+filtering+" -->\n            <requestFiltering>", header+"fail"),
		{"server header in a location only", func(s *server) {
			s.replace(appHost, filtering, "<requestFiltering>")
			s.replace(appHost, forCWA, site+`<requestFiltering removeServerHeader="true" />`+endSite+forCWA)
		}, header + "fail"},
		below("server header back in a location", site+`<requestFiltering removeServerHeader="false" />`+endSite, header+"fail"),
		web("server header back in a web.config", cwaFile, `<requestFiltering removeServerHeader="false" />`, header+"fail"),
		host("options allowed", optionsOf, `<add verb="OPTIONS" allowed="true" />`, options+"fail"),
		host("options in lower case", optionsOf, `<add verb="options" allowed="false" />`, options+"fail"),
		host("options in a comment", optionsOf, `<!-- <add verb="OPTIONS" allowed="false" /> -->`, options+"fail"),
		host("options without allowed", optionsOf, `<add verb="OPTIONS" />`, options+"fail|review"),
		host("options cleared behind", optionsOf, optionsOf+"\n<clear />", options+"fail"),
		host("options cleared before", optionsOf, "<clear />\n"+optionsOf, ""),
		host("options removed behind", optionsOf, optionsOf+"\n"+`<remove verb="OPTIONS" />`, options+"fail"),
		web("options cleared in a web.config", cwaFile, `<requestFiltering><verbs><clear /></verbs></requestFiltering>`, options+"fail"),
		web("options removed in a web.config", rootFile, `<requestFiltering><verbs><remove verb="OPTIONS" /></verbs></requestFiltering>`, options+"fail|review"),
		below("options cleared in a location", site+`<requestFiltering><verbs><clear /></verbs></requestFiltering>`+endSite, options+"fail"),
		host("cwa allows unlisted", cwaStart+`<ipSecurity allowUnlisted="false"`, cwaStart+`<ipSecurity allowUnlisted="true"`, cwaDeny+"fail"),
		host("cwa does not say about unlisted", cwaStart+`<ipSecurity allowUnlisted="false"`, cwaStart+`<ipSecurity`, cwaDeny+"fail"),
		host("cwa section in a comment", cwaStart+"<ipSecurity", cwaStart+"<!-- x --><ipSecurity", ""),
		host("cwa clears its own list", lastOfCWA, lastOfCWA+"<clear />", cwaAllow+"fail"),
		host("cwa clears the inherited list", cwaStart+cwaRules, cwaStart+strings.Replace(cwaRules, "Forbidden\">", "Forbidden\"><clear />", 1), ""),
		host("cwa allows everything by a mask", lastOfCWA, lastOfCWA+`<add ipAddress="0.0.0.0" subnetMask="0.0.0.0" allowed="true" />`, cwaAllow+"fail "+cwaDeny+"fail"),
		host("cwa allows everything by a prefix", lastOfCWA, lastOfCWA+`<add ipAddress="10.0.0.1" subnetMask="0" allowed="true" />`, cwaAllow+"fail|review "+cwaDeny+"fail|review"),
		host("cwa allows half of everything", lastOfCWA, lastOfCWA+`<add ipAddress="0.0.0.0" subnetMask="128.0.0.0" allowed="true" />`, cwaAllow+"fail|review "+cwaDeny+"fail|review"),
		host("cwa mask with holes", lastOfCWA, lastOfCWA+`<add ipAddress="10.0.0.1" subnetMask="0.255.0.255" allowed="true" />`, cwaAllow+"review "+cwaDeny+"review"),
		host("cwa entry without allowed", lastOfCWA, strings.Replace(lastOfCWA, ` allowed="true"`, "", 1), cwaAllow+"pass|review "+cwaDeny+"pass|review"),
		host("cwa takes addresses from a header", cwaStart+`<ipSecurity `, cwaStart+`<ipSecurity enableProxyMode="true" `, cwaAllow+"review "+cwaDeny+"review"),
		host("cwa inherits the denial", cwaStart+`<ipSecurity allowUnlisted="false" denyAction="Forbidden"`, cwaStart+`<ipSecurity denyAction="Forbidden"`, cwaDeny+"fail"),
		{"all inherit the denial", func(s *server) {
			s.replace(appHost, cwaStart+`<ipSecurity allowUnlisted="false" denyAction="Forbidden"`, cwaStart+`<ipSecurity denyAction="Forbidden"`)
			s.replace(appHost, `<ipSecurity allowUnlisted="true" />`, `<ipSecurity allowUnlisted="false" />`)
		}, "ipr-labtech-unrestricted=fail"},
		below("labtech restricted", labtech, "ipr-labtech-unrestricted=fail"),
		web("web.config opens cwa against the lock", cwaFile, `<ipSecurity allowUnlisted="true" />`, cwaAllow+"review "+cwaDeny+"review"),
		{"web.config opens cwa", func(s *server) {
			s.replace(appHost, `<section name="ipSecurity" overrideModeDefault="Deny" />`, `<section name="ipSecurity" overrideModeDefault="Allow" />`)
			s.replace(cwaFile, "</configuration>", "<system.webServer><security><ipSecurity allowUnlisted=\"true\" /></security></system.webServer>\n</configuration>")
		}, cwaDeny + "fail|review " + cwaAllow + "pass|review"},
		{"an application below cwa may open it", func(s *server) {
			s.replace(appHost, `<section name="ipSecurity" overrideModeDefault="Deny" />`, `<section name="ipSecurity" overrideModeDefault="Allow" />`)
			s.replace(appHost, `<application path="/cwa" `, `<application path="/cwa/api" applicationPool="LabTech"><virtualDirectory path="/" physicalPath="D:\api" /></application>`+"\n"+`<application path="/cwa" `)
		}, cwaDeny + "uncollected|review " + cwaAllow + "uncollected|review iis-response-headers-removed=uncollected|review|fail"},
		host("an application below cwa cannot open it", `<application path="/cwa" `, `<application path="/cwa/api" applicationPool="LabTech"><virtualDirectory path="/" physicalPath="D:\api" /></application>`+"\n"+`<application path="/cwa" `,
			"iis-response-headers-removed=uncollected|review|fail"),
		host("a second site has cwa", "        <sites>\n", "        <sites>\n"+`<site name="Two" id="2"><application path="/"><virtualDirectory path="/" physicalPath="C:\two" /></application>`+
			`<application path="/CWA"><virtualDirectory path="/" physicalPath="C:\two\cwa" /></application></site>`+"\n", cwaAllow+"fail "+cwaDeny+"fail"),
		{"cwa is no application", func(s *server) {
			s.replace(appHost, `path="/cwa" applicationPool`, `path="/other" applicationPool`)
			s.replace(appHost, forCWA, `<location path="Default Web Site/other">`)
			delete(s.files, cwaFile)
		}, cwaAllow + "n/a|review|uncollected " + cwaDeny + "n/a|review|uncollected ipr-allow-technician-networks=fail|review|uncollected"},
		swap("shared configuration", redirects, "<configurationRedirection />", `<configurationRedirection enabled="true" path="\\nas\iis" />`, everyIIS),
		{"applicationHost.config missing", func(s *server) { delete(s.files, appHost) }, everyIIS},
		{"applicationHost.config cut", func(s *server) { s.cut(appHost, forCWA) }, everyIIS},
		{"applicationHost.config empty", func(s *server) { s.files[appHost] = &fstest.MapFile{} }, everyIIS},
		{"address rules do nothing", func(s *server) {
			s.replace(appHost, `<add name="IpRestrictionModule" lockItem="true" />`, "")
		}, cwaAllow + "fail " + cwaDeny + "fail ipr-legacyccasmx-allow-entries=fail ipr-legacyccasmx-deny-unspecified=fail ipr-automate-deny-unspecified=fail"},
		host("request filtering does nothing", `<add name="RequestFilteringModule" lockItem="true" />`, "", options+"fail "+header+"pass|fail|review"),
		host("rewriting does nothing", `<add name="RewriteModule" />`, "", "iis-aspnet-client-webconfig=fail"),
		rewrite("rewrite rule off", rewriting, strings.Replace(rewriting, "true", "false", 1), "fail"),
		rewrite("rewrite rule does nothing", `<action type="Rewrite" value="" />`, `<action type="None" />`, "fail"),
		rewrite("rewrite rule writes an address", `value=""`, `value="https://10.20.30.40/"`, "fail|review"),
		rewrite("rewrite rule for another header", "RESPONSE_Location", "RESPONSE_Server", "fail"),
		rewrite("rewrite rule inbound", "outboundRules>\n                <rule", "rules>\n                <rule", "fail|review|uncollected"),
		rewrite("rewrite rule for 302", `pattern="^301"`, `pattern="^302"`, "fail|review"),
		rewrite("rewrite rule for one pattern", `pattern="(.*)"`, `pattern="^https://a"`, "fail|review"),
		rewrite("rewrite rule cleared behind", "</rule>\n", "</rule>\n<clear />\n", "fail"),
		rewrite("rewrite rule in a comment", "<outboundRules>", "<outboundRules></outboundRules><!-- outboundRules -->\n<outboundRules>", "pass|review"),
	}
}

func plantedHTTP() []plant {
	const at, no = "X-Powered-By: ASP.NET\n", "iis-aspnet-client-no-ip="
	line := func(name, text, want string) plant { return swap(name, answer, at, text+"\n"+at, no+want) }
	status := func(name, text, want string) plant {
		return swap(name, answer, "301 Moved Permanently", text, no+want)
	}
	return []plant{
		status("answer 302", "302 Found", "review"),
		status("answer 404", "404 Not Found", "review"),
		status("answer 500", "500 Internal Server Error", "review"),
		line("address in Location", "Location: https://10.20.30.40/aspnet_client/", "fail"),
		line("address in Location, odd case", "LOCATION:https://10.20.30.40/aspnet_client/", "fail"),
		line("address in Location, folded", "Location:\n https://10.20.30.40/aspnet_client/", "fail|review"),
		line("address of IPv6 in Location", "Location: https://[fe80::1]/aspnet_client/", "fail"),
		line("mapped address in Location", "Location: https://[::ffff:10.20.30.40]/aspnet_client/", "fail"),
		line("public address in Location", "Location: https://198.51.100.7/aspnet_client/", "fail"),
		line("host's name in Location", "Location: https://AUTOMATE01/aspnet_client/", "fail"),
		line("internal name in Location", "Location: https://automate.corp.local/aspnet_client/", "fail"),
		line("public name in Location", "Location: https://automate.example.com/aspnet_client/", "pass|review"),
		line("address in Content-Location", "Content-Location: http://10.20.30.40/", "fail"),
		line("address in a realm", `WWW-Authenticate: Basic realm="10.20.30.40"`, "fail"),
		line("address in a cookie", "Set-Cookie: a=b; domain=10.20.30.40", "fail"),
		line("address in another header", "X-Backend: 10.20.30.40", "fail|review"),
		line("a proxy answers", "Via: 1.1 proxy", "review"),
		line("another server answers", "Server: nginx", "review"),
		swap("nothing shows who answers but the configuration", answer, at, "", "iis-aspnet-client-no-ip=pass|review"),
		swap("address in the body", answer, "Connection: close\n\n", "Connection: close\n\n<a href=\"https://10.20.30.40/aspnet_client/\">here</a>", no+"fail"),
		swap("second answer with an address", answer, "Connection: close\n\n", "Connection: close\n\nHTTP/1.1 301 Moved Permanently\nLocation: https://10.20.30.40/aspnet_client/\nServer: Microsoft-IIS/10.0\n\n", no+"fail|review"),
		{"answer cut", func(s *server) { s.cut(answer, "Connection: close") }, no + "review|uncollected"},
		{"answer empty", func(s *server) { s.files[answer] = &fstest.MapFile{} }, no + "uncollected|review"},
		{"answer missing", func(s *server) { delete(s.files, answer) }, no + "uncollected|review"},
		{"answer to another request", func(s *server) {
			s.files["http/http-aspnet_client.txt"] = s.files[answer]
			delete(s.files, answer)
		}, no + "review|uncollected"},
		{"answer of another folder", func(s *server) {
			s.files[answer] = s.files["http/http-labtech-http10-nohost.txt"]
		}, no + "fail"},
	}
}
