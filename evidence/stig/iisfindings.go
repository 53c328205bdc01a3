package stig

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

const (
	filtering = "system.webServer/security/requestFiltering"
	session   = "system.web/sessionState"
	sslFlags  = "system.webServer/security/access@sslFlags"
)

// iisFinding is a sentence that says what must hold in IIS.
type iisFinding struct {
	form *regexp.Regexp
	take func(x *iisDraft, m []string) error
}

func finding(form string, take func(x *iisDraft, m []string) error) iisFinding {
	return iisFinding{regexp.MustCompile(`^(?i:` + form + `)$`), take}
}

// iisFindings are the sentences that decide. Their order matters where one form is part of another.
var iisFindings = []iisFinding{
	// Request filtering, sizes in bytes.
	finding(`If the "maxUrl" value is not set to "(\d{1,10})" or less, this is a finding\.`, func(x *iisDraft, m []string) error {
		return x.value(filtering+"/requestLimits@maxUrl", "<= "+m[0])
	}),
	finding(`If the "maxAllowedContentLength" value is not explicitly set to "(\d{1,10})" or less or a length documented and approved by the ISSO, this is a finding\.`, func(x *iisDraft, m []string) error {
		x.caveats = append(x.caveats, "a length documented and approved by the ISSO")
		return x.value(filtering+"/requestLimits@maxAllowedContentLength", "<= "+m[0], "explicit")
	}),
	finding(`If the "Maximum Query String" value is not set to "(\d{1,10})" or less, this is a finding\.`, func(x *iisDraft, m []string) error {
		return x.value(filtering+"/requestLimits@maxQueryString", "<= "+m[0])
	}),
	finding(`If the "(Allow high-bit characters|Allow double escaping|Allow unlisted file name extensions)" check box is checked, this is a finding\.`, func(x *iisDraft, m []string) error {
		attribute := map[string]string{
			"allow high-bit characters": "@allowHighBitCharacters", "allow double escaping": "@allowDoubleEscaping",
			"allow unlisted file name extensions": "/fileExtensions@allowUnlisted",
		}[strings.ToLower(m[0])]
		return x.value(filtering+attribute, "= false")
	}),
	// TLS and client certificates.
	finding(`If the "(Require SSL|Clients? Certificates? Required)"(?: check box)? is not selected, this is a finding\.(?: (Note: "Client Certificates Required" can be considered Not Applicable in a Single Sign On \(SSO\) scenario where client certificates are no longer processed locally\.))?`, func(x *iisDraft, m []string) error {
		if m[1] != "" {
			x.caveats = append(x.caveats, m[1])
		}
		if strings.EqualFold(m[0], "Require SSL") {
			return x.sslFlag("Ssl")
		}
		return x.sslFlag("SslRequireCert")
	}),
	finding(`If the "sslFlags" is not set to "ssl128", this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.sslFlag("Ssl128")
	}),
	finding(`If both the "system\.web/httpCookies:require SSL" is set to "True" and the "system\.web/sessionState:compressionEnabled" is set to "False", this is not a finding\.`, func(x *iisDraft, _ []string) error {
		if err := x.value("system.web/httpCookies@requireSSL", "= true"); err != nil {
			return err
		}
		return x.value(session+"@compressionEnabled", "= false")
	}),
	// Session state of ASP.NET and ASP.
	finding(`If the "Use Cookies" mode is selected, this is not a finding\.`, (*iisDraft).useCookies),
	finding(`If the "(?:cookieless" is|Cookie Settings" "Mode" is) not set to "Use ?Cookies", this is a finding\.`, (*iisDraft).useCookies),
	finding(`If the "Use Cookies" mode is selected and Time-out \(in minutes\) is configured for "(\d{1,10}) minutes" \(or less\), this is not a finding\.`, func(x *iisDraft, m []string) error {
		if err := x.useCookies(nil); err != nil {
			return err
		}
		return x.value(session+"@timeout", "minutes 0.."+m[0])
	}),
	finding(`If the "In Process" mode is selected, this is not a finding\.`, (*iisDraft).inProcess),
	finding(`If the "mode" is not set to "InProc", this is a finding\.`, (*iisDraft).inProcess),
	finding(`If "timeout" is not set to "00:(\d\d):00 or less", this is a finding\.`, func(x *iisDraft, m []string) error {
		return x.value(session+"@timeout", "minutes 0.."+strings.TrimPrefix(m[0], "0"))
	}),
	finding(`If the "keepSessionIdSecure" is not set to "True", this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.value("system.webServer/asp/session@keepSessionIdSecure", "= true")
	}),
	finding(`If "?HMACSHA256"? or stronger encryption is not selected for the Validation method and/or "Auto" is not selected for the Encryption method, this is a finding\.`, (*iisDraft).machineKey),
	finding(`If the "Debug" value is not set to "False", this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.value("system.web/compilation@debug", "= false")
	}),
	// What visitors see.
	finding(`If "Directory Browsing" is not "?Disabled"?, this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.value("system.webServer/directoryBrowse@enabled", "= false")
	}),
	finding(`If (?:any error message|the feature setting) is not set to "Detailed errors for local requests and custom error pages for remote requests",? or "Custom error pages",? this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.value("system.webServer/httpErrors@errorMode", "= DetailedLocalOnly", "= Custom")
	}),
	finding(`If "X-Powered-By" has not been removed, this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.entries("system.webServer/httpProtocol/customHeaders", "without name=X-Powered-By")
	}),
	finding(`If any OS shell MIME types are configured, this is a finding\.`, (*iisDraft).mimeTypes),
	// What is installed or allowed.
	finding(`If the "WebDAV Authoring Rules" icon exists, this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.entries("system.webServer/globalModules", "without name=WebDAVModule")
	}),
	finding(`If, under the IIS installed features "Application Request Routing Cache" is not present, this is not a finding\.`, func(x *iisDraft, _ []string) error {
		x.noProxy = true
		return nil
	}),
	finding(`If "Enable proxy" is selected under the "Application Request Routing" settings, this is a finding\.`, func(x *iisDraft, _ []string) error {
		if !x.noProxy {
			return fmt.Errorf("what holds without Application Request Routing is not said")
		}
		return x.value("system.webServer/proxy@enabled", "= false", "absent")
	}),
	finding(`If either or both of the "Allow unspecified CGI modules" and the "Allow unspecified ISAPI modules" check boxes are checked, this is a finding\.`, func(x *iisDraft, _ []string) error {
		if err := x.value("system.webServer/security/isapiCgiRestriction@notListedCgisAllowed", "= false"); err != nil {
			return err
		}
		return x.value("system.webServer/security/isapiCgiRestriction@notListedIsapisAllowed", "= false")
	}),
	// Sites.
	finding(`If the "Both log file and ETW event" radio button is not selected, this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.ofSites("logFile@logTargetW3C", "flags File ETW")
	}),
	finding(`Verify the "Format:" under "Log File" is configured to "W3C"\.`, func(x *iisDraft, _ []string) error {
		x.logging = true
		return x.ofSites("logFile@logFormat", "= W3C")
	}),
	finding(`Under "Standard Fields", verify "User Agent", "User Name", and "Referrer" are selected\.`, func(x *iisDraft, _ []string) error {
		x.logging = true
		return x.ofSites("logFile@logExtFileFlags", "flags UserAgent UserName Referer")
	}),
	finding(`Under "Custom Fields", verify the following fields? (?:are selected|ha(?:ve|s) been configured):`, func(x *iisDraft, _ []string) error {
		x.logging = true
		return nil
	}),
	finding(`If any of the above fields are not selected, this is a finding\.`, (*iisDraft).logFields),
	finding(`If the maxconnections parameter is set to zero, this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.ofSites("limits@maxConnections", ">= 1")
	}),
	finding(`If (enabled|includeSubDomains|redirectHttpToHttps) is not (?:set to )?True, this is a finding\.`, func(x *iisDraft, m []string) error {
		attribute := map[string]string{"enabled": "enabled", "includesubdomains": "includeSubDomains", "redirecthttptohttps": "redirectHttpToHttps"}[strings.ToLower(m[0])]
		return x.hsts(attribute, "= true")
	}),
	finding(`If max-age is not set to a value greater than 0, this is a finding\.`, func(x *iisDraft, _ []string) error { return x.hsts("max-age", ">= 1") }),
	finding(`If the version of Windows Server does not natively support HSTS, this is not a finding\.`, func(x *iisDraft, _ []string) error {
		x.onlyWhere(evidence.Check{Kind: "platform", Address: "system:os-build", Want: []string{string(evidence.WS2019), string(evidence.WS2022)}})
		return nil
	}),
	finding(`If both hostname entries and unique IP addresses are not configured to port 80 for HTTP and port 443 for HTTPS \(or other approved and documented port\), this is a finding\.`, func(x *iisDraft, _ []string) error {
		x.caveats = append(x.caveats, "other approved and documented ports")
		return x.check("iis-bindings", evidence.IISSites)
	}),
	finding(`If the Path is on the same partition as the OS, this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.check("iis-site-volume", evidence.IISVDirs)
	}),
	// Application pools.
	finding(`If the "Idle Time-out" is set to "0", this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.pool("processModel/idleTimeout", "minutes >= 1")
	}),
	finding(`If the "Request Limit" is set to a value of "0", this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.pool("recycling/periodicRestart/requests", ">= 1")
	}),
	finding(`If the "Rapid Fail Protection:Enabled" is not set to "True", this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.pool("failure/rapidFailProtection", "= true")
	}),
	finding(`If the "Failure Interval" is not set to "(\d{1,10})" or less, this is a finding\.`, func(x *iisDraft, m []string) error {
		return x.pool("failure/rapidFailProtectionInterval", "minutes 0.."+m[0])
	}),
	finding(`If no conditions are checked, this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.check("iis-pool-recycling", evidence.IISPools+"*@recycling")
	}),
	finding(`If no events are selected, this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.check("iis-pool-recycling", evidence.IISPools+"*@recycling")
	}),
	finding(`Compare the Site and Application Pool columns\. If any Application Pools are being used for more than one Site, this is a finding\.`, func(x *iisDraft, _ []string) error {
		return x.check("iis-pool-one-site", evidence.IISApps)
	}),
}

// sslFlag adds a flag to those that a text asks for.
func (x *iisDraft) sslFlag(flag string) error {
	address := evidence.Address(x.level + sslFlags)
	for i, c := range x.checks {
		if c.Address == address {
			if !slices.Contains(strings.Fields(c.Want[0]), flag) {
				x.checks[i].Want = []string{c.Want[0] + " " + flag}
			}
			return nil
		}
	}
	return x.value(sslFlags, "flags "+flag)
}

// useCookies: the schema's older words for it are true and false.
func (x *iisDraft) useCookies([]string) error {
	return x.value(session+"@cookieless", "= UseCookies", "= false")
}

func (x *iisDraft) inProcess([]string) error { return x.value(session+"@mode", "= InProc") }

func (x *iisDraft) machineKey([]string) error {
	if err := x.value("system.web/machineKey@validation", "= HMACSHA256", "= HMACSHA384", "= HMACSHA512"); err != nil {
		return err
	}
	return x.value("system.web/machineKey@decryption", "= Auto")
}

// hsts is a setting that versions of Windows before 2019 do not have.
func (x *iisDraft) hsts(attribute, want string) error {
	return x.ofSites("hsts@"+attribute, want)
}

// mimeTypes takes the file name extensions that were listed before.
func (x *iisDraft) mimeTypes([]string) error {
	var want []string
	for _, extension := range x.fields {
		if !strings.HasPrefix(extension, ".") {
			return fmt.Errorf("not understood: the file name extension %q", extension)
		}
		want = append(want, "without fileExtension="+extension)
	}
	x.fields = nil
	if len(want) == 0 {
		return fmt.Errorf("no file name extension is listed")
	}
	return x.entries("system.webServer/staticContent", want...)
}

// logFields takes the headers that were listed before.
func (x *iisDraft) logFields([]string) error {
	var want []string
	for _, field := range x.fields {
		source, name, ok := strings.Cut(field, " >> ")
		if !ok {
			return fmt.Errorf("not understood: the field %q", field)
		}
		want = append(want, fmt.Sprintf("with sourceName=%s, sourceType=%s", name, strings.ReplaceAll(source, " ", "")))
	}
	x.fields = nil
	x.logged = true
	if len(want) == 0 {
		return fmt.Errorf("no field is listed")
	}
	return x.entries(evidence.IISSiteElement+"/logFile/customFields", want...)
}

// iisSentences say again what a finding says, or lead to it.
var iisSentences = []sentence{
	say(`Verify (?:the )?"(?:Require SSL|Clients? Certificates? Required)"(?: check box)? is (?:selected|checked)\.`, nil),
	say(`The value for "sslFlags" set must include "ssl128"\.`, nil),
	say(`Verify the "(?:require SSL|compressionEnabled|cookieless|keepSessionIdSecure)" is set to "\w+"\.`, nil),
	say(`Verify the "mode" reflects "InProc"\.`, nil),
	say(`Verify the "timeout" is set to "00:\d\d:00 or less"\.`, nil),
	say(`Under "Cookie Settings", verify the (?:"Use Cookies" mode is selected from the "Mode:" drop-down list|"Mode" has "Use Cookies" selected from the drop-down list)\.`, nil),
	say(`Under "Time-out \(in minutes\)", verify a maximum of \d+ minutes is entered\.`, nil),
	say(`Under "Session State" Mode Settings, verify the "In Process" mode is selected\.`, nil),
	say(`Under Log Event Destination, verify the "Both log file and ETW event" radio button is selected\.`, nil),
	say(`Note: "Microsoft-IIS-Logging/logs" must be enabled prior to configuring this setting\. More configuration information is available at:`, nil),
	say(`From the list of extensions under "Application", verify MIME types for OS shell program extensions have been removed, to include at a minimum, the following extensions:`, nil),
	say(`Under the "Actions" pane,? verify "Directory Browsing" is "?Disabled"?\.`, nil),
	say(`Scroll down to the "?(?:Behavior|Process Model|Recycling section|Rapid Fail Protection)"?(?: section)? and verify the value for "[A-Za-z -]+" is (?:set to (?:a value other than )?"\w+"|not "0")\.`, nil),
	say(`Click any error message, and then click "Edit Feature Setting" from the "Actions" Pane\. This will apply to all error messages\.`, nil),
	say(`Click each error message and click "Edit Feature" setting from the "Actions" pane\.`, nil),
	say(`Verify "HMACSHA256" or stronger encryption is selected for the Validation method and "Auto" is selected for the Encryption method\.`, nil),
	say(`Verify the "Allow unspecified CGI modules" and the "Allow unspecified ISAPI modules" check boxes are NOT checked\.`, nil),
	say(`Review the results and verify the value is greater than zero for the "maxconnections" parameter\.`, nil),
	say(`If, under the IIS installed features "Application Request Routing Cache" is present, double-click the icon to open the feature\.`, nil),
	say(`In the "Application Request Routing" settings window, verify whether "Enable proxy" is selected\.`, nil),
	say(`Verify there are hostname entries and unique IP addresses assigned to port 80 for HTTP and port 443 for HTTPS\. Other approved and documented ports may be used\.`, nil),
	say(`In the Recycling Conditions window, verify at least one condition is checked as desired by the organization \(e\.g\., Regular Time Intervals, Scheduled Time\)\.`, nil),
	say(`In the Recycling Events to Log window, verify at minimum the Recycling Events are selected that correspond to the conditions defined in the previous step \(e\.g\., Regular Time Intervals, Scheduled Time\)\.`, nil),
	say(`Review the Physical Path\.`, nil),
	say(`Click to select the "X-Powered-By" HTTP Header\.`, nil),
}
