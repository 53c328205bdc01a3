package check_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/check"
)

// stigHost is an applicationHost.config with two sites, so that each rule has a level that complies and one that does not.
const stigHost = `<configuration>
<configSections>
 <sectionGroup name="system.applicationHost">
  <section name="applicationPools" overrideModeDefault="Deny"/><section name="sites" overrideModeDefault="Deny"/>
 </sectionGroup>
 <sectionGroup name="system.webServer">
  <section name="directoryBrowse" overrideModeDefault="Deny"/><section name="globalModules" overrideModeDefault="Deny"/>
  <section name="staticContent" overrideModeDefault="Deny"/>
  <sectionGroup name="security"><section name="requestFiltering" overrideModeDefault="Deny"/><section name="access" overrideModeDefault="Deny"/></sectionGroup>
 </sectionGroup>
</configSections>
<system.applicationHost>
 <log centralLogFileMode="CentralBinary"/>
 <applicationPools>
  <add name="One"><processModel idleTimeout="00:00:00"/><recycling><periodicRestart requests="500"/></recycling></add>
  <add name="Two"><failure rapidFailProtectionInterval="00:05:01"/></add>
  <applicationPoolDefaults><processModel idleTimeout="00:10:00"/></applicationPoolDefaults>
 </applicationPools>
 <sites>
  <site name="Main" id="1">
   <application path="/" applicationPool="One"><virtualDirectory path="/" physicalPath="%SystemDrive%\inetpub\wwwroot"/></application>
   <application path="/app" applicationPool="Two"><virtualDirectory path="/" physicalPath="D:\app"/></application>
   <bindings><binding protocol="https" bindingInformation="192.0.2.7:443:main.example.com"/></bindings>
   <logFile logExtFileFlags="UserAgent,UserName, Referer, Date" logTargetW3C="File,ETW"/>
  </site>
  <site name="Other" id="2">
   <application path="/" applicationPool="Two"><virtualDirectory path="/" physicalPath="D:\other"/></application>
   <bindings><binding protocol="http" bindingInformation="*:80:"/></bindings>
   <logFile logExtFileFlags="UserAgent"><customFields><add logFieldName="c" sourceName="Connection" sourceType="RequestHeader"/></customFields></logFile>
   <limits maxConnections="0"/>
  </site>
  <siteDefaults><logFile logFormat="W3C"/><limits maxConnections="100"/></siteDefaults>
 </sites>
</system.applicationHost>
<system.webServer>
 <directoryBrowse enabled="false"/>
 <globalModules><add name="StaticModule"/></globalModules>
 <staticContent><mimeMap fileExtension=".exe" mimeType="x"/><mimeMap fileExtension=".txt" mimeType="y"/></staticContent>
 <security><requestFiltering><requestLimits maxUrl="4096" maxQueryString="100"/></requestFiltering></security>
</system.webServer>
<location path="Other"><system.webServer>
 <staticContent><remove fileExtension=".exe"/></staticContent>
 <security><access sslFlags="Ssl, SslNegotiateCert, Ssl128"/><requestFiltering><requestLimits maxUrl="8000" maxAllowedContentLength="5"/></requestFiltering></security>
</system.webServer></location>
</configuration>`

// TestIISForSTIG judges each kind at the server level and at two sites.
func TestIISForSTIG(t *testing.T) {
	const (
		limits = "/system.webServer/security/requestFiltering/requestLimits@"
		site   = "/system.applicationHost/sites/site/"
	)
	main, other := "Main", "Other"
	for _, test := range []struct {
		kind    string
		address evidence.Address
		want    string
		result  evidence.Result
		failing string // in the Actual of what fails
	}{
		{"iis-value", "iis:[]" + limits + "maxUrl", "<= 4096", evidence.Pass, ""}, // what a site says does not count
		{"iis-value", "iis:[*]" + limits + "maxUrl", "<= 4096", evidence.Fail, other},
		{"iis-value", "iis:[*]" + limits + "maxQueryString", "<= 2048", evidence.Pass, ""},
		{"iis-value", "iis:[*]" + limits + "maxAllowedContentLength", "<= 9; explicit", evidence.Fail, main},
		{"iis-value", "iis:[]/system.webServer/directoryBrowse@enabled", "= false", evidence.Pass, ""},
		{"iis-value", "iis:[]/system.webServer/security/requestFiltering@allowHighBitCharacters", "= false", evidence.Fail, "nobody sets it, so it is true"},
		{"iis-value", "iis:[]/system.webServer/proxy@enabled", "= false; absent", evidence.Pass, ""},
		{"iis-value", "iis:[]/system.webServer/sample@unknown", "= false", evidence.NeedsReview, ""},
		{"iis-value", "iis:[*]/system.webServer/security/access@sslFlags", "flags Ssl", evidence.Fail, main},
		{"iis-value", "iis:[*]/system.webServer/security/access@sslFlags", "flags Ssl SslRequireCert", evidence.Fail, ""}, // neither,
		{"iis-value", "iis:[*]" + site + "logFile@logExtFileFlags", "flags UserAgent UserName Referer", evidence.Fail, other},
		{"iis-value", "iis:[*]" + site + "logFile@logTargetW3C", "flags File ETW", evidence.Fail, other},
		{"iis-value", "iis:[*]" + site + "logFile@logFormat", "= W3C", evidence.Pass, ""},
		{"iis-value", "iis:[*]" + site + "logFile@enabled", "= true", evidence.Pass, ""}, // nobody sets it
		{"iis-value", "iis:[]/system.applicationHost/log@centralLogFileMode", "= Site", evidence.Fail, "server level it is CentralBinary"},
		{"iis-value", "iis:[]/system.webServer/httpLogging@dontLog", "= false", evidence.Pass, ""},
		{"iis-value", "iis:[]" + site + "limits@maxConnections", ">= 1", evidence.Pass, ""},
		{"iis-value", "iis:[*]" + site + "limits@maxConnections", ">= 1", evidence.Fail, other},
		{"iis-value", "iis:[]" + site + "hsts@enabled", "= true", evidence.Fail, "server level"},
		{"iis-entries", "iis:[]/system.webServer/staticContent", "without fileExtension=.exe", evidence.Fail, "server level"},
		{"iis-entries", "iis:[*]/system.webServer/staticContent", "without fileExtension=.exe", evidence.Fail, main},
		{"iis-entries", "iis:[]/system.webServer/globalModules", "without name=WebDAVModule", evidence.Pass, ""},
		{"iis-entries", "iis:[*]" + site + "logFile/customFields", "with sourceName=connection, sourceType=RequestHeader", evidence.Fail, main},
		{"iis-pool", "iis-pool:*@processModel/idleTimeout", "minutes >= 1", evidence.Fail, "One: it is 00:00:00"},
		{"iis-pool", "iis-pool:*@recycling/periodicRestart/requests", ">= 1", evidence.Fail, "Two: nobody sets it, so it is 0"},
		{"iis-pool", "iis-pool:*@failure/rapidFailProtectionInterval", "minutes 0..5", evidence.Fail, "Two: it is 00:05:01"},
		{"iis-pool", "iis-pool:*@failure/rapidFailProtection", "= true", evidence.Pass, ""},
		{"iis-pool-recycling", "iis-pool:*@recycling", "", evidence.NeedsReview, ""}, // which events are logged is not said
		{"iis-pool-one-site", "iis-app:", "", evidence.Fail, "Main and Other"},
		{"iis-site-volume", "iis-vdir:", "", evidence.Fail, main},
		{"iis-bindings", "iis-site:", "", evidence.Fail, other},
	} {
		var want []string
		if test.want != "" {
			want = strings.Split(test.want, "; ")
		}
		v := judgeWeb(t, factsOf(t, file{"iis/applicationHost.config", stigHost}), nil, test.kind, test.address, want...)
		if v.Result != test.result {
			t.Errorf("%s %s %s: %s: %+v", test.kind, test.address, test.want, v.Result, v.Reasons)
		}
		for _, r := range v.Reasons {
			if r.Result == evidence.Fail && !strings.Contains(r.Actual, test.failing) {
				t.Errorf("%s %s: fails by %s", test.kind, test.address, r.Actual)
			}
		}
	}
}

// TestIISOfOneSite judges the same host for one site at a time: what another site says, and what its pools do, is not its own.
func TestIISOfOneSite(t *testing.T) {
	facts := factsOf(t, file{"iis/applicationHost.config", stigHost})
	if diff := cmp.Diff([]string{"Main", "Other"}, check.Sites(facts)); diff != "" {
		t.Fatal(diff)
	}
	const access = "iis:[*]/system.webServer/security/access@sslFlags"
	const logs = "iis:[*]/system.applicationHost/sites/site/logFile@logExtFileFlags"
	for _, test := range []struct {
		kind        string
		address     evidence.Address
		want        string
		main, other evidence.Result
	}{
		{"iis-value", access, "flags Ssl", evidence.Fail, evidence.Pass},
		{"iis-value", logs, "flags UserAgent UserName Referer", evidence.Pass, evidence.Fail},
		{"iis-entries", "iis:[*]/system.webServer/staticContent", "without fileExtension=.exe", evidence.Fail, evidence.Pass},
		{"iis-pool", "iis-pool:*@processModel/idleTimeout", "minutes >= 1", evidence.Fail, evidence.Pass}, // One is Main's alone
		{"iis-pool", "iis-pool:*@failure/rapidFailProtectionInterval", "minutes 0..5", evidence.Fail, evidence.Fail},
		{"iis-pool-one-site", "iis-app:", "", evidence.Fail, evidence.Fail}, // Two is of both
		{"iis-bindings", "iis-site:", "", evidence.Pass, evidence.Fail},
	} {
		var want []string
		if test.want != "" {
			want = []string{test.want}
		}
		judge, err := check.Prepare(evidence.Check{Kind: test.kind, Address: test.address, Want: want})
		if err != nil {
			t.Fatal(err)
		}
		for site, result := range map[string]evidence.Result{"Main": test.main, "other": test.other} {
			v := evidence.Combine(evidence.BasisEvidence, judge(check.Case{Facts: facts, Answers: &evidence.Answers{}, Site: site})...)
			if v.Result != result {
				t.Errorf("%s %s for %s: %s: %+v", test.kind, test.address, site, v.Result, v.Reasons)
			}
		}
	}
}

// TestIISForSTIGUnseen holds that nothing passes without the server's configuration.
func TestIISForSTIGUnseen(t *testing.T) {
	for kind, address := range map[string]evidence.Address{
		"iis-value": "iis:[]/system.webServer/directoryBrowse@enabled", "iis-pool": "iis-pool:*@failure/rapidFailProtection",
	} {
		if v := judgeWeb(t, evidence.NewFacts(nil), nil, kind, address, "= true"); v.Result != evidence.NotCollected {
			t.Errorf("%s: %s", kind, v.Result)
		}
	}
	for kind, address := range map[string]evidence.Address{"iis-pool-one-site": "iis-app:", "iis-site-volume": "iis-vdir:", "iis-bindings": "iis-site:"} {
		if v := judgeWeb(t, evidence.NewFacts(nil), nil, kind, address); v.Result != evidence.NotCollected {
			t.Errorf("%s: %s", kind, v.Result)
		}
	}
}

// TestPoolRecycling judges when pools recycle, and whether that is logged.
func TestPoolRecycling(t *testing.T) {
	for name, test := range map[string]struct {
		pool   string
		result evidence.Result
	}{
		"time, logged":         {`<recycling logEventOnRecycle="Time, Memory"><periodicRestart time="1.00:00:00"/></recycling>`, evidence.Pass},
		"what IIS assumes":     {`<recycling logEventOnRecycle="Time"/>`, evidence.Pass},
		"nothing":              {`<recycling logEventOnRecycle="Time"><periodicRestart time="00:00:00"/></recycling>`, evidence.Fail},
		"times of day, logged": {`<recycling logEventOnRecycle="Schedule"><periodicRestart time="00:00:00"><schedule><clear/><add value="03:00:00"/></schedule></periodicRestart></recycling>`, evidence.Pass},
		"another is logged":    {`<recycling logEventOnRecycle="Memory"><periodicRestart time="1.00:00:00"/></recycling>`, evidence.NeedsReview},
		"one of two is logged": {`<recycling logEventOnRecycle="Time"><periodicRestart time="1.00:00:00" requests="9"/></recycling>`, evidence.NeedsReview},
		"nothing is logged":    {`<recycling logEventOnRecycle=""><periodicRestart time="1.00:00:00"/></recycling>`, evidence.Fail},
		"not said":             {`<recycling><periodicRestart time="1.00:00:00"/></recycling>`, evidence.NeedsReview},
		"odd":                  {`<recycling logEventOnRecycle="Time"><periodicRestart time="daily"/></recycling>`, evidence.NeedsReview},
	} {
		text := `<configuration><system.applicationHost><applicationPools><add name="One">` + test.pool + `</add></applicationPools><sites/></system.applicationHost></configuration>`
		v := judgeWeb(t, factsOf(t, file{"iis/applicationHost.config", text}), nil, "iis-pool-recycling", "iis-pool:*@recycling")
		if v.Result != test.result {
			t.Errorf("%s: %s: %+v", name, v.Result, v.Reasons)
		}
	}
}
