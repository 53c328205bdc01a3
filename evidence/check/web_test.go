package check_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/check"
	"auditpack/evidence/parse"
)

// file is one Item: its name as it was handed in, and its text.
type file struct{ name, text string }

func factsOf(t *testing.T, files ...file) *evidence.Facts {
	t.Helper()
	var contents []evidence.Content
	for _, f := range files {
		item := evidence.Item{Path: "data/items/" + f.name, Name: f.name, Status: evidence.Captured}
		if f.text == "absent" || f.text == "skipped" {
			item.Status = evidence.Status(f.text)
			contents = append(contents, evidence.Content{Item: item})
			continue
		}
		content, err := parse.Read(item, strings.NewReader(f.text), nil)
		if err != nil || content.Refused != "" {
			t.Fatalf("%s: %v %s", f.name, err, content.Refused)
		}
		contents = append(contents, content)
	}
	return evidence.NewFacts(contents)
}

func judgeWeb(t *testing.T, f *evidence.Facts, answers *evidence.Answers, kind string, address evidence.Address, want ...string) evidence.Verdict {
	t.Helper()
	prepared, err := check.Prepare(evidence.Check{Kind: kind, Address: address, Want: want})
	if err != nil {
		t.Fatal(err)
	}
	if answers == nil {
		answers = &evidence.Answers{}
	}
	return evidence.Combine(evidence.BasisEvidence, prepared(check.Case{Facts: f, Answers: answers})...)
}

// host is an applicationHost.config with two sites; parts go inside of system.webServer at server level, locations
// behind it. ipSecurity is locked for web.config files, the other sections are not.
func host(parts, locations string) file {
	return file{"iis/applicationHost.config", `<configuration>
<configSections>
 <sectionGroup name="system.applicationHost"/>
 <sectionGroup name="system.webServer">
  <section name="httpProtocol" overrideModeDefault="Allow"/>
  <section name="directoryBrowse" overrideModeDefault="Allow"/>
  <sectionGroup name="security">
   <section name="ipSecurity" overrideModeDefault="Deny"/>
   <section name="requestFiltering" overrideModeDefault="Allow"/>
  </sectionGroup>
 </sectionGroup>
</configSections>
<system.applicationHost><sites>
 <site name="Main" id="1">
  <application path="/"><virtualDirectory path="/" physicalPath="%SystemDrive%\inetpub\wwwroot"/></application>
  <application path="/cwa"><virtualDirectory path="/" physicalPath="D:\cwa"/></application>
 </site>
 <site name="Other" id="2">
  <application path="/"><virtualDirectory path="/" physicalPath="D:\other"/></application>
  <application path="/CWA"><virtualDirectory path="/" physicalPath="D:\other\cwa"/></application>
 </site>
</sites></system.applicationHost>
<system.webServer>` + parts + `</system.webServer>
` + locations + `
</configuration>`}
}

const modules = `<globalModules><add name="IpRestrictionModule" image="iprestr.dll"/><add name="RewriteModule" image="rewrite.dll"/></globalModules>`

// at puts content into system.webServer/security of a location.
func at(location, content string) string {
	return `<location path="` + location + `"><system.webServer><security>` + content + `</security></system.webServer></location>`
}

func web(name, content string) file {
	return file{name, `<configuration><system.webServer>` + content + `</system.webServer></configuration>`}
}

const (
	good    = `<ipSecurity allowUnlisted="false"><add ipAddress="127.0.0.1" allowed="true"/><add ipAddress="192.0.2.0" subnetMask="255.255.255.0" allowed="true"/></ipSecurity>`
	deny    = `<ipSecurity allowUnlisted="false"/>`
	cwa     = evidence.Address("iis:[*/cwa]")
	mainCwa = evidence.Address("iis:[Main/cwa]")
)

// networks allows so many networks of the length 8.
func networks(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`<add ipAddress="` + strconv.Itoa(1+i) + `.0.0.0" subnetMask="255.0.0.0" allowed="true"/>`)
	}
	return b.String()
}

func TestAddressRules(t *testing.T) {
	rule := func(attributes string) string {
		return at("Main/cwa", `<ipSecurity allowUnlisted="false"><add `+attributes+`/></ipSecurity>`)
	}
	for _, c := range []struct {
		what, kind string
		address    evidence.Address
		locations  string
		want       evidence.Result
		says       string
	}{
		{"unlisted refused", "iis-deny-unlisted", mainCwa, at("Main/cwa", good), evidence.Pass, "set in applicationHost.config for Main/cwa"},
		{"many great networks", "iis-allow-entries", mainCwa, at("Main/cwa", `<ipSecurity allowUnlisted="false">`+networks(200)+`</ipSecurity>`), evidence.NeedsReview, "together allow a great part"},
		{"many great networks, unlisted refused", "iis-deny-unlisted", mainCwa, at("Main/cwa", `<ipSecurity allowUnlisted="false">`+networks(200)+`</ipSecurity>`), evidence.NeedsReview, "together allow a great part"},
		{"some great networks", "iis-allow-entries", mainCwa, at("Main/cwa", `<ipSecurity allowUnlisted="false">`+networks(3)+`</ipSecurity>`), evidence.Pass, "1.0.0.0/8"},
		{"by name", "iis-allow-entries", mainCwa, rule(`ipAddress="" domainName="*.com" allowed="true"`), evidence.NeedsReview, "allows by name"},
		{"by name, unlisted refused", "iis-deny-unlisted", mainCwa, rule(`ipAddress="" domainName="*.com" allowed="true"`), evidence.NeedsReview, "allows by name"},
		{"the other site too", "iis-deny-unlisted", cwa, at("Main/cwa", good) + at("other/cwa", good), evidence.Pass, "CWA"},
		{"the other site not", "iis-deny-unlisted", cwa, at("Main/cwa", good), evidence.Fail, "at Other/CWA nothing is set"},
		{"inherited from the site", "iis-deny-unlisted", mainCwa, at("Main", good), evidence.Pass, "set in applicationHost.config for Main"},
		{"taken back below", "iis-deny-unlisted", mainCwa, at("Main", good) + at("Main/cwa", `<ipSecurity allowUnlisted="true"/>`), evidence.Fail, "everybody may come who is not named"},
		{"taken back further below", "iis-deny-unlisted", mainCwa, at("Main/cwa", good) + at("Main/cwa/api", `<ipSecurity allowUnlisted="true"/>`), evidence.Fail, "at Main/cwa/api"},
		{"default", "iis-deny-unlisted", mainCwa, at("Main/cwa", `<ipSecurity/>`), evidence.Fail, "nothing is set"},
		{"mask zero opens all", "iis-deny-unlisted", mainCwa, rule(`ipAddress="192.0.2.1" subnetMask="0.0.0.0" allowed="true"`), evidence.Fail, "allows every address"},
		{"mask zero of a denying rule", "iis-deny-unlisted", mainCwa, rule(`ipAddress="192.0.2.1" subnetMask="0.0.0.0"`), evidence.Pass, "refused"},
		{"half of the Internet", "iis-deny-unlisted", mainCwa, rule(`ipAddress="0.0.0.0" subnetMask="128.0.0.0" allowed="true"`), evidence.NeedsReview, "a great part of the Internet"},
		{"mask with holes", "iis-deny-unlisted", mainCwa, rule(`ipAddress="192.0.2.1" subnetMask="255.0.255.0" allowed="true"`), evidence.NeedsReview, "has holes"},
		{"prefix of IPv6", "iis-allow-entries", mainCwa, rule(`ipAddress="2001:db8::" subnetMask="32" allowed="true"`), evidence.Pass, "2001:db8::/32"},
		{"all of IPv6", "iis-allow-entries", mainCwa, rule(`ipAddress="::" subnetMask="0" allowed="true"`), evidence.Fail, "allows every address"},
		{"entries", "iis-allow-entries", mainCwa, at("Main/cwa", good), evidence.Pass, "127.0.0.1, 192.0.2.0/24"},
		{"allowed is not written", "iis-allow-entries", mainCwa, rule(`ipAddress="192.0.2.1"`), evidence.Fail, "no rule allows an address"},
		{"no entries", "iis-allow-entries", mainCwa, at("Main/cwa", deny), evidence.Fail, "no rule allows an address"},
		{"inherited entries cleared", "iis-allow-entries", mainCwa, at("Main", good) + at("Main/cwa", `<ipSecurity><clear/></ipSecurity>`), evidence.Fail, "no rule allows an address"},
		{"inherited entry removed", "iis-allow-entries", mainCwa, at("Main", good) + at("Main/cwa", `<ipSecurity><remove ipAddress="127.0.0.1"/></ipSecurity>`), evidence.Pass, "these are allowed: 192.0.2.0/24"},
		{"remove without the mask leaves it", "iis-allow-entries", mainCwa, at("Main", good) + at("Main/cwa", `<ipSecurity><remove ipAddress="192.0.2.0"/></ipSecurity>`), evidence.Pass, "127.0.0.1, 192.0.2.0/24"},
		{"address from a header", "iis-deny-unlisted", mainCwa, at("Main/cwa", strings.Replace(good, "<ipSecurity", `<ipSecurity enableProxyMode="true"`, 1)), evidence.NeedsReview, "X-Forwarded-For"},
		{"unrestricted", "iis-unrestricted", mainCwa, "", evidence.Pass, "everybody may come"},
		{"restricted", "iis-unrestricted", mainCwa, at("Main", deny), evidence.Fail, "refused"},
		{"one denied", "iis-unrestricted", mainCwa, at("Main/cwa", `<ipSecurity><add ipAddress="192.0.2.7"/></ipSecurity>`), evidence.Fail, "a rule refuses 192.0.2.7"},
		{"no such application", "iis-deny-unlisted", "iis:[*/automate]", "", evidence.NotApplicable, "called automate"},
		{"no such application, unrestricted", "iis-unrestricted", "iis:[*/labtech]", "", evidence.NotApplicable, "called labtech"},
		{"the same section twice", "iis-deny-unlisted", mainCwa, at("Main/cwa", deny+deny), evidence.NeedsReview, "given twice"},
	} {
		v := judgeWeb(t, factsOf(t, host(modules, c.locations)), nil, c.kind, c.address)
		if v.Result != c.want || !says(v, c.says) {
			t.Errorf("%s: %s, want %s saying %q: %+v", c.what, v.Result, c.want, c.says, v.Reasons)
		}
	}
}

// says reports whether any Reason with the Verdict's Result holds the text.
func says(v evidence.Verdict, text string) bool {
	for _, r := range v.Reasons {
		if r.Result == v.Result && strings.Contains(r.Actual+" "+r.Note, text) {
			return true
		}
	}
	return false
}

func TestAddressRulesDoubted(t *testing.T) {
	unlocked := `<location path="Main" overrideMode="Allow"><system.webServer><security><ipSecurity/></security></system.webServer></location>`
	rules := at("Main/cwa", good)
	lifted := `<security><ipSecurity allowUnlisted="true"/></security>`
	sharing := file{"iis/redirection.config", `<configuration><configurationRedirection enabled="true" path="\\files\iis"/></configuration>`}
	for _, c := range []struct {
		what  string
		files []file
		want  evidence.Result
		says  string
	}{
		{"nothing collected", nil, evidence.NotCollected, "no list of sites"},
		{"locked: no web.config is needed", []file{host(modules, rules)}, evidence.Pass, ""},
		{"locked and set all the same", []file{host(modules, rules), web(`D:\cwa\web.config`, lifted)}, evidence.NeedsReview, "sets a section that applicationHost.config locks"},
		{"unlocked, not collected", []file{host(modules, unlocked+rules)}, evidence.NotCollected, `D:\cwa\web.config may change this`},
		{"unlocked, one absent, one silent", []file{host(modules, unlocked+rules), web(`D:\cwa\web.config`, ""), {`C:\inetpub\wwwroot\web.config`, "absent"}}, evidence.Pass, ""},
		{"unlocked and lifted", []file{host(modules, unlocked+rules), web(`D:\cwa\web.config`, lifted), {`C:\inetpub\wwwroot\web.config`, "absent"}}, evidence.Fail, `set in D:\cwa\web.config`},
		{"who wins is not sure", []file{host(modules, unlocked+rules), web(`inetpub/wwwroot/web.config`, lifted), web(`D:\cwa\web.config`, "")}, evidence.NeedsReview, "which of them wins"},
		{"shared configuration", []file{host(modules, rules), sharing}, evidence.NeedsReview, `\\files\iis`},
		{"module not installed", []file{host(`<globalModules><add name="HttpLoggingModule" image="x"/></globalModules>`, rules)}, evidence.Fail, "IP and Domain Restrictions is not installed"},
		{"two servers", []file{host(modules, rules), {"b/applicationHost.config", host(modules, "").text}}, evidence.NeedsReview, "does not have it"},
	} {
		v := judgeWeb(t, factsOf(t, c.files...), nil, "iis-deny-unlisted", mainOrAny(c.files))
		if v.Result != c.want || !says(v, c.says) {
			t.Errorf("%s: %s, want %s saying %q: %+v", c.what, v.Result, c.want, c.says, v.Reasons)
		}
	}
}

// mainOrAny asks for the application of one site where there is one, so that the other site's does not matter.
func mainOrAny(files []file) evidence.Address {
	if len(files) == 0 {
		return cwa
	}
	return mainCwa
}

func TestAllowedNetworks(t *testing.T) {
	f := factsOf(t, host(modules, at("Main/cwa", good)))
	for _, c := range []struct {
		networks []string
		want     []string
		result   evidence.Result
	}{
		{nil, nil, evidence.Pass},
		{nil, []string{"answers"}, evidence.NeedsReview},
		{[]string{"192.0.2.0/24"}, []string{"answers"}, evidence.Pass},
		{[]string{"192.0.2.0/25"}, []string{"answers"}, evidence.Fail},
		{[]string{"192.0.2.0/25"}, nil, evidence.NeedsReview},
		{[]string{"the office"}, []string{"answers"}, evidence.NeedsReview},
	} {
		v := judgeWeb(t, f, &evidence.Answers{Networks: c.networks}, "iis-allow-entries", mainCwa, c.want...)
		if v.Result != c.result {
			t.Errorf("networks %q, want %q: %s, want %s: %+v", c.networks, c.want, v.Result, c.result, v.Reasons)
		}
	}
}

func TestAttributesAndEntries(t *testing.T) {
	const filtering = "iis:[]/system.webServer/security/requestFiltering"
	const headers = evidence.Address("iis:[]/system.webServer/httpProtocol/customHeaders")
	verbs := func(inside string) string {
		return `<security><requestFiltering><verbs>` + inside + `</verbs></requestFiltering></security>`
	}
	custom := func(inside string) string {
		return `<httpProtocol><customHeaders>` + inside + `</customHeaders></httpProtocol>`
	}
	silent := []file{web(`inetpub/wwwroot/web.config`, ""), web(`D:\cwa\web.config`, ""), web(`D:\other\web.config`, ""), web(`D:\other\cwa\web.config`, "")}
	for _, c := range []struct {
		what, kind string
		address    evidence.Address
		want       []string
		files      []file
		result     evidence.Result
		says       string
	}{
		{"set", "iis", filtering + "@removeServerHeader", []string{"= true"}, []file{host(`<security><requestFiltering removeServerHeader="True"/></security>`, "")}, evidence.Pass, "it is True"},
		{"default", "iis", filtering + "@removeServerHeader", []string{"= true"}, []file{host("", "")}, evidence.Fail, "nobody sets it, so it is false"},
		{"default is wanted", "iis", filtering + "@removeServerHeader", []string{"= false"}, []file{host("", "")}, evidence.Pass, ""},
		{"absent is wanted", "iis", filtering + "@removeServerHeader", []string{"absent"}, []file{host("", "")}, evidence.Pass, ""},
		{"unknown default", "iis", "iis:[]/system.webServer/x@y", []string{"= 1"}, []file{host("", "")}, evidence.NeedsReview, "not known here"},
		{"a site takes it back", "iis", filtering + "@removeServerHeader", []string{"= true"}, []file{host(`<security><requestFiltering removeServerHeader="true"/></security>`, at("Main", `<requestFiltering removeServerHeader="false"/>`)), web(`inetpub/wwwroot/web.config`, "")}, evidence.Fail, "at Main it is false"},
		{"each site", "iis", "iis:[*]/system.webServer/directoryBrowse@enabled", []string{"= false"}, append(silent, host("", "")), evidence.Pass, "at Other"},
		{"nothing collected", "iis", filtering + "@removeServerHeader", []string{"= true"}, nil, evidence.NotCollected, "was not collected"},

		{"verb denied", "iis-verb-denied", filtering + "/verbs", []string{"OPTIONS"}, []file{host(verbs(`<add verb="OPTIONS" allowed="false"/>`), "")}, evidence.Pass, "denied"},
		{"verb in another case", "iis-verb-denied", filtering + "/verbs", []string{"OPTIONS"}, []file{host(verbs(`<add verb="options" allowed="false"/>`), "")}, evidence.Fail, "verbs differ by case"},
		{"verb allowed", "iis-verb-denied", filtering + "/verbs", []string{"OPTIONS"}, []file{host(verbs(`<add verb="OPTIONS" allowed="true"/>`), "")}, evidence.Fail, "expressly allowed"},
		{"only listed verbs", "iis-verb-denied", filtering + "/verbs", []string{"OPTIONS"}, []file{host(`<security><requestFiltering><verbs allowUnlisted="false"><add verb="GET" allowed="true"/></verbs></requestFiltering></security>`, "")}, evidence.Pass, "only listed verbs"},
		{"no verbs", "iis-verb-denied", filtering + "/verbs", []string{"OPTIONS"}, []file{host("", "")}, evidence.Fail, "no entry denies OPTIONS"},
		{"a site clears the verbs", "iis-verb-denied", filtering + "/verbs", []string{"OPTIONS"}, append(silent, host(verbs(`<add verb="OPTIONS" allowed="false"/>`), at("Main", `<requestFiltering><verbs><clear/></verbs></requestFiltering>`))), evidence.Fail, "at Main no entry"},

		{"no headers", "iis-no-custom-headers", headers, nil, append(silent, host(custom(`<clear/>`), "")), evidence.Pass, ""},
		{"a header", "iis-no-custom-headers", headers, nil, append(silent, host(custom(`<clear/><add name="X-Powered-By" value="ASP.NET"/>`), "")), evidence.Fail, "X-Powered-By: ASP.NET"},
		{"added, then cleared", "iis-no-custom-headers", headers, nil, append(silent, host(custom(`<add name="X-Powered-By" value="ASP.NET"/><clear/>`), "")), evidence.Pass, ""},
		{"excepted", "iis-no-custom-headers", headers, []string{"except strict-transport-security"}, append(silent, host(custom(`<add name="Strict-Transport-Security" value="max-age=1"/>`), "")), evidence.Pass, ""},
		{"added by a site", "iis-no-custom-headers", headers, nil, append(silent[1:], host(custom(`<clear/>`), ""), web("inetpub/wwwroot/web.config", custom(`<add name="X-Powered-By" value="ASP.NET"/>`))), evidence.Fail, "at Main IIS adds X-Powered-By"},
		{"files not collected", "iis-no-custom-headers", headers, nil, []file{host(custom(`<clear/>`), "")}, evidence.NotCollected, `C:\inetpub\wwwroot\web.config, D:\cwa\web.config`},
		{"server level only", "iis-no-custom-headers", headers, []string{"server-level"}, []file{host(custom(`<clear/>`), "")}, evidence.Pass, ""},
	} {
		v := judgeWeb(t, factsOf(t, c.files...), nil, c.kind, c.address, c.want...)
		if v.Result != c.result || !says(v, c.says) {
			t.Errorf("%s: %s, want %s saying %q: %+v", c.what, v.Result, c.result, c.says, v.Reasons)
		}
	}
}

// TestFileNotTaken holds that a verdict cites the item that says why a web.config was not taken from the host.
func TestFileNotTaken(t *testing.T) {
	const name = `D:\other\web.config`
	files := []file{host(`<httpProtocol><customHeaders><clear/></customHeaders></httpProtocol>`, ""), {name, "skipped"}, web(`inetpub/wwwroot/web.config`, "")}
	for kind, address := range map[string]evidence.Address{
		"iis": "iis:[*]/system.webServer/directoryBrowse@enabled", "iis-no-custom-headers": "iis:[]/system.webServer/httpProtocol/customHeaders",
	} {
		want := map[string][]string{"iis": {"= false"}}[kind]
		v := judgeWeb(t, factsOf(t, files...), nil, kind, address, want...)
		cited := slices.ContainsFunc(v.Reasons, func(r evidence.Reason) bool {
			return r.Result == evidence.NotCollected && slices.Contains(r.Cites, evidence.Citation{Item: "data/items/" + name})
		})
		if v.Result != evidence.NotCollected || !cited {
			t.Errorf("%s: %s does not cite the item: %+v", kind, v.Result, v.Reasons)
		}
	}
}

func TestRewriteLocation(t *testing.T) {
	const name = "inetpub/wwwroot/aspnet_client/web.config"
	rule := func(attributes, match, conditions, action string) file {
		return web(name, `<rewrite><outboundRules><clear/><rule name="x" `+attributes+`><match serverVariable="RESPONSE_LOCATION" `+match+`/><conditions>`+conditions+`</conditions><action `+action+`/></rule></outboundRules></rewrite>`)
	}
	const status, empty = `<add input="{RESPONSE_STATUS}" pattern="^301"/>`, `type="Rewrite" value=""`
	for _, c := range []struct {
		what  string
		files []file
		want  evidence.Result
		says  string
	}{
		{"the rule", []file{rule("", `pattern=".*"`, status, empty)}, evidence.Pass, "^301"},
		{"action without value", []file{rule("", `pattern="(.*)"`, status, `type="Rewrite"`)}, evidence.Pass, ""},
		{"switched off", []file{rule(`enabled="false"`, `pattern=".*"`, status, empty)}, evidence.Fail, "switched off"},
		{"does nothing", []file{rule("", `pattern=".*"`, status, `type="None"`)}, evidence.Fail, "does not rewrite"},
		{"another text", []file{rule("", `pattern=".*"`, status, `type="Rewrite" value="https://a.example.com/"`)}, evidence.NeedsReview, "instead of emptying"},
		{"only some", []file{rule("", `pattern="^http:"`, status, empty)}, evidence.NeedsReview, "only where it matches"},
		{"another status", []file{rule("", `pattern=".*"`, `<add input="{RESPONSE_STATUS}" pattern="^302"/>`, empty)}, evidence.NeedsReview, "not the guide's"},
		{"more conditions", []file{rule("", `pattern=".*"`, status+`<add input="{HTTP_HOST}" pattern="x"/>`, empty)}, evidence.NeedsReview, "conditions"},
		{"another header", []file{web(name, `<rewrite><outboundRules><rule name="x"><match serverVariable="RESPONSE_SERVER"/><action `+empty+`/></rule></outboundRules></rewrite>`)}, evidence.Fail, "no outbound rule"},
		{"an empty web.config", []file{web(name, "")}, evidence.Fail, ""},
		{"the file does not exist", []file{{name, "absent"}}, evidence.Fail, "does not exist"},
		{"not collected", []file{web("inetpub/wwwroot/web.config", "")}, evidence.NotCollected, "was not collected"},
		{"place not known", []file{{"aspnet_client/web.config", rule("", `pattern=".*"`, status, empty).text}}, evidence.NeedsReview, "without saying where"},
		{"in the site's folder", []file{rule("", `pattern=".*"`, status, empty), host(modules, "")}, evidence.Pass, "^301"},
		{"where no site is", []file{rule("", `pattern=".*"`, status, empty), {"iis/applicationHost.config", strings.ReplaceAll(host(modules, "").text, `%SystemDrive%\inetpub\wwwroot`, `D:\web`)}}, evidence.NeedsReview, "no site of this server"},
		{"module missing", []file{rule("", `pattern=".*"`, status, empty), host(`<globalModules><add name="HttpLoggingModule" image="x"/></globalModules>`, "")}, evidence.Fail, "URL Rewrite is not installed"},
	} {
		v := judgeWeb(t, factsOf(t, c.files...), nil, "rewrite-location", `file:C:\inetpub\wwwroot\aspnet_client\web.config`)
		if v.Result != c.want || !says(v, c.says) {
			t.Errorf("%s: %s, want %s saying %q: %+v", c.what, v.Result, c.want, c.says, v.Reasons)
		}
	}
}

// TestSecondOpinion holds that what appcmd found merged stands in for files that were not collected, and is not
// overruled where both are known.
func TestSecondOpinion(t *testing.T) {
	unlocked := `<location path="Main" overrideMode="Allow"><system.webServer><security><ipSecurity/></security></system.webServer></location>`
	merged := func(unlisted string) file {
		return file{"iis/config.xml", `<appcmd><CONFIG CONFIG.SECTION="system.webServer/security/ipSecurity" path="MACHINE/WEBROOT/APPHOST/Main/cwa" overrideMode="Inherit" locked="false">
<system.webServer-security-ipSecurity allowUnlisted="` + unlisted + `"><add ipAddress="192.0.2.1" allowed="true"/></system.webServer-security-ipSecurity></CONFIG></appcmd>`}
	}
	for _, c := range []struct {
		what  string
		files []file
		want  evidence.Result
		says  string
	}{
		{"stands in", []file{host(modules, unlocked), merged("false")}, evidence.Pass, "as appcmd says"},
		{"stands in and fails", []file{host(modules, unlocked+at("Main/cwa", good)), merged("true")}, evidence.Fail, ""},
		{"alone", []file{merged("false")}, evidence.Pass, "as appcmd says"},
		{"agrees", []file{host(modules, at("Main/cwa", good)), merged("false")}, evidence.Pass, "applicationHost.config"},
		{"disagrees", []file{host(modules, at("Main/cwa", good)), merged("true")}, evidence.NeedsReview, "by appcmd"},
	} {
		v := judgeWeb(t, factsOf(t, c.files...), nil, "iis-deny-unlisted", mainCwa)
		if v.Result != c.want || !says(v, c.says) {
			t.Errorf("%s: %s, want %s saying %q: %+v", c.what, v.Result, c.want, c.says, v.Reasons)
		}
	}
}

func TestNotInherited(t *testing.T) {
	kept := `<location path="Main" inheritInChildApplications="false"><system.webServer><security>` + good + `</security></system.webServer></location>`
	v := judgeWeb(t, factsOf(t, host(modules, kept)), nil, "iis-deny-unlisted", mainCwa)
	if v.Result != evidence.NeedsReview || !says(v, "keeps its settings from the applications below") {
		t.Errorf("%s: %+v", v.Result, v.Reasons)
	}
}

func TestTooManyLocations(t *testing.T) {
	var locations strings.Builder
	for i := range 5000 {
		locations.WriteString(at("Main/cwa/"+strings.Repeat("x", i%50)+strconv.Itoa(i), deny))
	}
	v := judgeWeb(t, factsOf(t, host(modules, locations.String())), nil, "iis-deny-unlisted", mainCwa)
	if v.Result != evidence.NeedsReview || !says(v, "too many to judge") {
		t.Errorf("%s: %+v", v.Result, v.Reasons)
	}
}

// TestMixture holds that the files of several servers in one snapshot never pass: they contradict each other.
func TestMixture(t *testing.T) {
	shared := os.Getenv("AUDITPACK_SHARED")
	if shared == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	names, err := filepath.Glob(filepath.Join(shared, "corpus", "iis", "*.config"))
	if err != nil || len(names) != 7 {
		t.Fatal(names, err)
	}
	var files []file
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file{filepath.Base(name), string(raw)})
	}
	f := factsOf(t, files...)
	v := judgeWeb(t, f, nil, "iis-no-custom-headers", "iis:[]/system.webServer/httpProtocol/customHeaders", "server-level")
	if v.Result != evidence.NeedsReview || !says(v, "container_full.config says") {
		t.Errorf("custom headers: %s %+v", v.Result, v.Reasons)
	}
	v = judgeWeb(t, f, nil, "iis-unrestricted", "iis:[*]")
	if v.Result == evidence.Pass {
		t.Errorf("address rules: %s %+v", v.Result, v.Reasons)
	}
	// None of the seven hides the name of the server: on this they agree.
	v = judgeWeb(t, f, nil, "iis", "iis:[]/system.webServer/security/requestFiltering@removeServerHeader", "= true")
	if v.Result != evidence.Fail || len(v.Reasons[0].Cites) != 6 {
		t.Errorf("server header: %s %+v", v.Result, v.Reasons)
	}
}
