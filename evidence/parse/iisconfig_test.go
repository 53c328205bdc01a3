package parse

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
)

// readText parses text under a name, as an Item whose path is "item".
func readText(t testing.TB, name, text string) evidence.Content {
	t.Helper()
	content, err := Read(evidence.Item{Path: "item", Name: name, Status: evidence.Captured}, strings.NewReader(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// shownAt maps each Address to "value | the cited bytes".
func shownAt(raw string, content evidence.Content) map[string]string {
	got := map[string]string{}
	for _, s := range content.Settings {
		got[string(s.Address)] = fmt.Sprintf("%s | line %d %s", s.Value, s.Cite.Line, raw[s.Cite.Offset:s.Cite.Offset+s.Cite.Length])
	}
	return got
}

const smallHost = `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <configSections>
        <sectionGroup name="system.applicationHost">
            <section name="sites" overrideModeDefault="Deny" />
        </sectionGroup>
        <sectionGroup name="system.webServer">
            <sectionGroup name="security">
                <section name="ipSecurity" overrideModeDefault="Deny" />
            </sectionGroup>
        </sectionGroup>
    </configSections>
    <system.applicationHost>
        <applicationPools>
            <add name="LabTech"><processModel identityType='SpecificUser' userName="svc" password="hunter2" /></add>
            <applicationPoolDefaults managedRuntimeVersion="v4.0" />
        </applicationPools>
        <sites>
            <site name="Web &amp; Co" id="7">
                <application path="/">
                    <virtualDirectory path="/" physicalPath="D:\web" />
                    <virtualDirectory path="/cdn" physicalPath="D:\cdn" />
                </application>
                <application path="/cwa" applicationPool="LabTech">
                    <virtualDirectory path="/" physicalPath="D:\cwa" />
                </application>
                <bindings>
                    <binding protocol="https" bindingInformation="*:443:a.example.com" />
                    <binding protocol="http" bindingInformation="*:80:" />
                </bindings>
            </site>
            <applicationDefaults applicationPool="Everyday" />
        </sites>
    </system.applicationHost>
    <system.webServer>
        <security>
            <ipSecurity/>
        </security>
    </system.webServer>
    <location path="Web &amp; Co/cwa" overrideMode="Allow">
        <system.webServer>
            <security>
                <ipSecurity allowUnlisted = 'false'>
                    <clear />
                    <add ipAddress="10.0.0.0"
                         subnetMask="255.0.0.0" allowed="true" />
                    <remove ipAddress="10.0.0.9" />
                </ipSecurity>
            </security>
        </system.webServer>
    </location>
</configuration>
`

func TestServerConfiguration(t *testing.T) {
	content := readText(t, "applicationHost.config", smallHost)
	if content.Refused != "" || len(content.Problems) > 0 {
		t.Fatal(content.Refused, content.Problems)
	}
	const at = "iis:[Web & Co/cwa]/system.webServer/security/ipSecurity"
	site := `<site name="Web &amp; Co" id="7">`
	want := map[string]string{
		"iis:[]/system.applicationHost/sites!overrideModeDefault":         `Deny | line 5 <section name="sites" overrideModeDefault="Deny" />`,
		"iis:[]/system.webServer/security/ipSecurity!overrideModeDefault": `Deny | line 9 <section name="ipSecurity" overrideModeDefault="Deny" />`,
		at + "!overrideMode":                     `Allow | line 40 overrideMode="Allow"`,
		at + "@allowUnlisted":                    `false | line 43 allowUnlisted = 'false'`,
		at + "#entries":                          `clear; add ipAddress="10.0.0.0" subnetMask="255.0.0.0" allowed="true"; remove ipAddress="10.0.0.9" | line 43 ` + between(smallHost, "<ipSecurity allow", "</ipSecurity>"),
		"iis-site:Web & Co":                      `id 7, bindings https/*:443:a.example.com http/*:80: | line 19 ` + site,
		"iis-app:Web & Co/":                      `pool Everyday | line 20 <application path="/">`,
		"iis-app:Web & Co/cwa":                   `pool LabTech | line 24 <application path="/cwa" applicationPool="LabTech">`,
		"iis-vdir:Web & Co/":                     `D:\web | line 21 <virtualDirectory path="/" physicalPath="D:\web" />`,
		"iis-vdir:Web & Co/cdn":                  `D:\cdn | line 22 <virtualDirectory path="/cdn" physicalPath="D:\cdn" />`,
		"iis-vdir:Web & Co/cwa/":                 `D:\cwa | line 25 <virtualDirectory path="/" physicalPath="D:\cwa" />`,
		"iis-pool:LabTech@managedRuntimeVersion": `v4.0 | line 15 <add name="LabTech">`,
		"iis-pool:LabTech@identityType":          `SpecificUser | line 15 <add name="LabTech">`,
		"iis-pool:LabTech@userName":              `svc | line 15 <add name="LabTech">`,
	}
	if diff := cmp.Diff(want, shownAt(smallHost, content)); diff != "" {
		t.Error(diff)
	}
	f := evidence.NewFacts([]evidence.Content{content})
	absent := f.Lookup("iis:[]/system.webServer/security/ipSecurity@allowUnlisted")
	if absent.State != evidence.Missing || absent.Cites[0].Line != 37 {
		t.Errorf("absent attribute: %v %v", absent.State, absent.Cites)
	}
}

// between returns the part of s from the first a to the end of the first b after it.
func between(s, a, b string) string {
	from := strings.Index(s, a)
	return s[from : from+strings.Index(s[from:], b)+len(b)]
}

// TestConfigurationEncodings holds that values are equal and citations exact however the same file is encoded.
func TestConfigurationEncodings(t *testing.T) {
	text := "<configuration>\r\n <!-- \u00fcml\u00e4ut \U0001F600 --><system.webServer>\r\n  <directoryBrowse enabled=\"true\"/>\r\n </system.webServer>\r\n</configuration>\r\n"
	utf16Bytes := func(mark bool) string {
		var b []byte
		if mark {
			b = append(b, 0xff, 0xfe)
		}
		for _, u := range utf16.Encode([]rune(text)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return string(b)
	}
	attribute := `enabled="true"`
	wide := strings.Join(strings.Split(attribute, ""), "\x00") + "\x00"
	eight := strings.NewReplacer("\u00fc", "\xfc", "\u00e4", "\xe4", "\U0001F600", ":").Replace(text)
	for name, c := range map[string]struct{ raw, cited string }{
		"UTF-8":               {text, attribute},
		"UTF-8 with mark":     {"\ufeff" + text, attribute},
		"UTF-16 with mark":    {utf16Bytes(true), wide},
		"UTF-16 without mark": {utf16Bytes(false), wide},
		"Windows code page":   {eight, attribute},
	} {
		content := readText(t, "inetpub/wwwroot/web.config", c.raw)
		want := map[string]string{
			`file:C:\inetpub\wwwroot\web.config`:                                             "", // its citation is looked at elsewhere
			`file:C:\inetpub\wwwroot\web.config![]/system.webServer/directoryBrowse@enabled`: "true | line 3 " + c.cited,
		}
		got := shownAt(c.raw, content)
		if _, ok := got[`file:C:\inetpub\wwwroot\web.config`]; ok {
			got[`file:C:\inetpub\wwwroot\web.config`] = ""
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s %s", name, content.Refused, diff)
		}
	}
}

func TestConfigurationRefused(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><configuration><system.webServer x="&b;"/></configuration>`
	deep := "<configuration><system.webServer>" + strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100) + "</system.webServer></configuration>"
	long := `<configuration><system.webServer x="` + strings.Repeat("y", 70<<10) + `"/></configuration>`
	var attributes strings.Builder
	for i := range 300 {
		fmt.Fprintf(&attributes, ` a%d=""`, i)
	}
	for name, c := range map[string]struct{ file, text, want string }{
		"document type":   {"web.config", laughs, "line 1: declares a document type, which no configuration file needs"},
		"nesting":         {"web.config", deep, "line 1: elements nested deeper than 64"},
		"long attribute":  {"web.config", long, "line 1: attribute x is longer than 65536 bytes"},
		"many attributes": {"web.config", "<configuration><system.web" + attributes.String() + "/></configuration>", "line 1: element <system.web> has more than 256 attributes"},
		"unknown entity":  {"web.config", "<configuration>\n<system.web a=\"&xxe;\"/></configuration>", "line 2: not well-formed XML: invalid character entity &xxe;"},
		"cut short":       {"web.config", "<configuration>\n<system.webServer>\n<security", "cut short: the file ends at line 3 before its last element does"},
		"cut between":     {"applicationHost.config", smallHost[:strings.Index(smallHost, "<location")], "cut short: the file ends at line 40 before its last element does"},
		"wrong end":       {"web.config", "<configuration><system.webServer></configuration>", "line 1: not well-formed XML: element <system.webServer> closed by </configuration>"},
		"two documents":   {"web.config", "<configuration><system.web/></configuration>\n<configuration/>", "line 2: a second outermost element <configuration>"},
		"transform":       {"web.Release.config", `<configuration xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"><system.web><compilation xdt:Transform="RemoveAttributes(debug)"/></system.web></configuration>`, "a transform (xdt), which a build applies to a web.config; not the file in force"},
		"program":         {"tool.exe.config", "<configuration><startup/></configuration>", "the .NET configuration of a program, not of IIS"},
		"IIS Manager":     {"administration.config", "<configuration><moduleProviders/></configuration>", "administration.config: settings of IIS Manager, not of the web server"},
		"history":         {"inetpub/history/CFGHISTORY_0000000012/applicationHost.config", smallHost, "a copy from the configuration history, not the configuration in force"},
		"sections only":   {"applicationHost.config", `<configuration><configSections><sectionGroup name="system.applicationHost"/></configSections></configuration>`, "no <system.applicationHost>: the beginning of an applicationHost.config without its body"},
		"text at the end": {"web.config", "<configuration><system.web/></configuration> tail", "line 1: text outside of any element"},
	} {
		if got := readText(t, c.file, c.text); got.Refused != c.want || len(got.Settings) > 0 {
			t.Errorf("%s: refused %q, want %q (%d settings)", name, got.Refused, c.want, len(got.Settings))
		}
	}
}

func TestWebConfigNotRecognised(t *testing.T) {
	for _, text := range []string{"<html><body/></html>", "plain text", "<Benchmark/>"} {
		if got := readText(t, "web.config", text); got.Format != "" {
			t.Errorf("%q is taken for %s", text, got.Format)
		}
	}
	if got := readText(t, "inetpub/wwwroot/web.config", "<configuration/>"); got.Format != "IIS web.config" || got.Refused != "" {
		t.Errorf("an empty web.config: %q %q", got.Format, got.Refused)
	}
}

func TestRedirection(t *testing.T) {
	on := readText(t, "redirection.config", `<configuration><configurationRedirection enabled="true" path="\\files\iis" userName="u" password="p"/></configuration>`)
	f := evidence.NewFacts([]evidence.Content{on, readText(t, "applicationHost.config", smallHost)})
	if got := f.Lookup(evidence.IISSharing); got.Value() != evidence.Text("true") {
		t.Errorf("redirection: %v", got)
	}
	problems := f.ProblemsAt("iis:[]/system.webServer/security/ipSecurity@allowUnlisted")
	if len(problems) != 1 || !strings.Contains(problems[0].Message, `\\files\iis`) {
		t.Errorf("a shared configuration raises %v", problems)
	}
	off := readText(t, "redirection.config", `<configuration><configurationRedirection /></configuration>`)
	if len(off.Problems) > 0 || len(off.Settings) != 1 || off.Settings[0].Value != evidence.Text("false") {
		t.Errorf("no redirection: %v", off)
	}
}

func TestConfigurationProblemsAndSecrets(t *testing.T) {
	content := readText(t, `C:\inetpub\wwwroot\web.config`, `<configuration>
<connectionStrings><add name="db" connectionString="Server=.;Password=hunter2"/></connectionStrings>
<appSettings><add key="token" value="hunter2"/></appSettings>
<system.web><machineKey validationKey="hunter2" decryption="AES"/></system.web>
<system.webServer>
<security><ipSecurity allowUnlisted="true"/></security>
<security><ipSecurity allowUnlisted="false"/></security>
<httpProtocol configSource="other.config"/>
</system.webServer></configuration>`)
	for _, s := range content.Settings {
		if strings.Contains(s.Value.String(), "hunter2") {
			t.Errorf("%s shows a secret", s.Address)
		}
	}
	var got []string
	for _, p := range content.Problems {
		got = append(got, fmt.Sprintf("%s line %d", p.Scope, p.Cite.Line))
	}
	want := []string{
		`file:C:\inetpub\wwwroot\web.config![]/system.webServer/security/ipSecurity line 7`,
		`file:C:\inetpub\wwwroot\web.config![]/system.webServer/httpProtocol line 8`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestCorpusIIS holds what was read, by eye, in each file of the corpus.
func TestCorpusIIS(t *testing.T) {
	shared := os.Getenv("AUDITPACK_SHARED")
	if shared == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	const headers, ip = "iis:[]/system.webServer/httpProtocol/customHeaders#entries", "iis:[]/system.webServer/security/ipSecurity@allowUnlisted"
	const added, cleared = `clear; add name="X-Powered-By" value="ASP.NET"`, "clear"
	for file, want := range map[string]map[evidence.Address]string{
		"two_sites.config":      {headers: added, "iis-site:mysite.tbd": "id 2, bindings http/*:80:mysite.tbd https/*:443:mysite.tbd", `iis-vdir:mysite.tbd/`: `C:\inetpub\wwwroot\mysite.tbd`, "iis-app:mysite.tbd/": "pool mysite.tbd", ip: ""},
		"container_full.config": {headers: added, ip: "true", "iis-site:Default Web Site": "id 1, bindings http/*:80:"},
		"default_vm.config":     {headers: cleared, ip: "", "iis:[]/system.webServer/security/requestFiltering/verbs@allowUnlisted": "true"},
		"supernova.config":      {headers: cleared, "iis-site:Supernova": "id 1, bindings http/*:80:", "iis-vdir:Supernova/cdn": `D:\resources\ftp`, "iis-app:Supernova/api": "pool DefaultAppPool", "iis-vdir:Supernova/api/": `D:\resources\web\api`},
		"supernova_ssl.config":  {headers: cleared},
		"reverse_proxy_location.config": {headers: cleared, "iis:[]/system.webServer/proxy@enabled": "true",
			"iis:[Default Web Site]/system.webServer/rewrite/allowedServerVariables#entries": `add name="HTTP_ACCEPT_ENCODING"; add name="HTTP_X_ORIGINAL_ACCEPT_ENCODING"`},
		"redirection.config": {evidence.IISSharing: "false"},
	} {
		raw, err := os.ReadFile(filepath.Join(shared, "corpus", "iis", file))
		if err != nil {
			t.Fatal(err)
		}
		content := readText(t, file, string(raw))
		if content.Refused != "" || len(content.Problems) > 0 || content.Format != "IIS server configuration" {
			t.Errorf("%s: %q refused %q problems %v", file, content.Format, content.Refused, content.Problems)
		}
		f := evidence.NewFacts([]evidence.Content{content})
		for address, value := range want {
			o := f.Lookup(address)
			if value == "" && o.State != evidence.Missing || value != "" && (o.State != evidence.Found || o.Value().String() != value) {
				t.Errorf("%s: %s is %v %v, want %q", file, address, o.State, o.Settings, value)
			}
		}
	}
}

func FuzzConfiguration(f *testing.F) {
	f.Add("applicationHost.config", []byte(smallHost))
	f.Add("web.config", []byte("\xff\xfe<\x00c\x00o\x00n\x00f\x00i\x00g\x00u\x00r\x00a\x00t\x00i\x00o\x00n\x00/\x00>\x00"))
	f.Add("redirection.config", []byte(`<configuration><configurationRedirection enabled="true"/></configuration>`))
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		for _, format := range iisFormats() {
			content := evidence.Content{}
			source := Source{Item: evidence.Item{Path: "item", Name: name}, Reader: strings.NewReader(string(raw)), Want: func(evidence.Address) bool { return true }}
			_ = format.Read(source, &content)
			checkCites(t, content, len(raw))
		}
	})
}

// checkCites holds that every Citation lies inside of the input.
func checkCites(t *testing.T, content evidence.Content, size int) {
	t.Helper()
	check := func(c evidence.Citation) {
		if c.Offset < 0 || c.Length < 0 || c.Offset+c.Length > int64(size) || c.Line < 1 {
			t.Fatalf("citation %v of %d bytes", c, size)
		}
	}
	for _, s := range content.Settings {
		check(s.Cite)
		_ = s.Value.String()
		if c, ok := s.Value.(evidence.IISCollection); ok {
			for _, e := range c.Entries {
				check(e.Cite)
			}
		}
		if r, ok := s.Value.(evidence.HTTPResponse); ok {
			for _, h := range r.Headers {
				check(h.Cite)
			}
		}
	}
	for _, c := range content.Covers {
		check(c.Cite)
	}
	for _, p := range content.Problems {
		check(p.Cite)
	}
}

// TestConfigurationOddPlaces: what IIS may or may not take for the setting of a place is no setting of it.
func TestConfigurationOddPlaces(t *testing.T) {
	const head = `<configuration><system.webServer><security><requestFiltering `
	for name, test := range map[string]struct {
		text string
		at   evidence.Address
	}{
		"an attribute of a namespace": {head + `xmlns:x="u" x:removeServerHeader="true" /></security></system.webServer></configuration>`,
			`file:C:\inetpub\web.config![]/system.webServer/security/requestFiltering@removeServerHeader`},
		"a path with a backslash": {`<configuration><location path="a\cwa"><system.webServer><security><ipSecurity allowUnlisted="true" /></security></system.webServer></location></configuration>`,
			`file:C:\inetpub\web.config![a/cwa]/system.webServer/security/ipSecurity@allowUnlisted`},
	} {
		content := readText(t, `C:\inetpub\web.config`, test.text)
		facts := evidence.NewFacts([]evidence.Content{content})
		if len(facts.ProblemsAt(test.at)) == 0 {
			var have []string
			for _, p := range content.Problems {
				have = append(have, string(p.Scope))
			}
			t.Errorf("%s: no problem at %s, but %v", name, test.at, have)
		}
		for _, s := range content.Settings {
			if s.Address.Fold() == test.at.Fold() {
				t.Errorf("%s: read as %s = %s", name, s.Address, s.Value)
			}
		}
	}
	fine := head + `xml:space="preserve" removeServerHeader="true" /></security></system.webServer></configuration>`
	if content := readText(t, `C:\inetpub\web.config`, fine); len(content.Problems) > 0 {
		t.Errorf("xml:space: %v", content.Problems)
	}
}
