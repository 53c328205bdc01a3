package collect

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
)

// wide writes text in UTF-16LE with a byte order mark, as reg.exe does.
func wide(text string) []byte {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

const secret = "hunter2-Geheim"

func TestWithholdRegistry(t *testing.T) {
	in := strings.ReplaceAll(`Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon]
"DefaultUserName"="srv\\admin"
"DefaultPassword"="hunter2-Geheim \"quoted\" \\"
"CachedLogonsCount"="10"
"DisablePasswordCaching"=dword:00000001
"AltDefaultPassword"=hex(1):68,00,75,00,6e,00,74,00,65,00,72,00,32,\
  00,2d,00,47,00,65,\
; a comment between
  00,68,00
"After"="kept"
"Pwd"="hunter2-Geheim
second line hunter2-Geheim"
"Empty password"=""

[HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\LabTech\Setup]
"Local LTShare"="D:\\LTShare"
"RootLogin"="hunter2-Geheim"
@="hunter2-Geheim"

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager]
"ProtectionMode"=dword:00000001

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager\Environment]
"Path"=hex(2):25,00
"MY_SETTING"="hunter2-Geheim"

`, "\n", "\r\n")
	want := strings.ReplaceAll(`Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon]
"DefaultUserName"="srv\\admin"
"DefaultPassword"="(withheld)"
"CachedLogonsCount"="10"
"DisablePasswordCaching"=dword:00000001
"AltDefaultPassword"="(withheld)"
; (withheld)
; (withheld)
; (withheld)
"After"="kept"
"Pwd"="(withheld)"
; (withheld)
"Empty password"=""

[HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\LabTech\Setup]
"Local LTShare"="D:\\LTShare"
"RootLogin"="(withheld)"
@="(withheld)"

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager]
"ProtectionMode"=dword:00000001

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager\Environment]
"Path"=hex(2):25,00
"MY_SETTING"="(withheld)"

`, "\n", "\r\n")
	rules := []*Rule{registryPasswords, environmentValues, labtechValues}
	winlogon := ` in [HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon]`
	for _, form := range []struct {
		name     string
		in, want []byte
	}{{"UTF-16", wide(in), wide(want)}, {"8 bits", []byte(in), []byte(want)}} {
		var out bytes.Buffer
		cuts, err := withhold(&out, bytes.NewReader(form.in), rules)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(form.want), out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", form.name, diff)
		}
		var places []evidence.Withheld
		for _, c := range cuts {
			c.What = strings.TrimSuffix(c.What, winlogon)
			places = append(places, c)
		}
		if len(places) != 6 || places[0] != (evidence.Withheld{Rule: "registry-password", Line: 5, What: "DefaultPassword"}) || places[1].Line != 8 || places[5].Rule != "environment-value" {
			t.Errorf("%s: cuts %+v", form.name, places)
		}
	}
}

func TestWithholdConfig(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`<processModel identityType="SpecificUser" userName="x" password="hunter2-Geheim" />`, `<processModel identityType="SpecificUser" userName="x" password="(withheld)" />`},
		{`<virtualDirectory path="/" password='hunter2-Geheim' userName="y"/>`, `<virtualDirectory path="/" password='(withheld)' userName="y"/>`},
		{`<add name="db" connectionString="Server=s;Uid=u;Pwd=hunter2-Geheim" />`, `<add name="db" connectionString="(withheld)" />`},
		{`<add key="Db" value="Server=s;Password=hunter2-Geheim;"/>`, `<add key="Db" value="(withheld)"/>`},
		{"<machineKey validationKey=\"hunter2-Geheim\"\r\n  decryptionKey = \"hunter2-Geheim\" validation=\"HMACSHA256\" />", "<machineKey validationKey=\"(withheld)\"\r\n  decryptionKey = \"(withheld)\" validation=\"HMACSHA256\" />"},
		{"<add key=\"SmtpPassword\"\r\n     value=\"hunter2-\r\nGeheim\" />", "<add key=\"SmtpPassword\"\r\n     value=\"(withheld)\r\n\" />"},
		{`<add value="hunter2-Geheim" key="ApiToken" />`, `<add value="(withheld)" key="ApiToken" />`},
		{`<add key="WebServerListenUri" value="http://+:8040/" />`, `<add key="WebServerListenUri" value="http://+:8040/" />`},
		{`<!-- <add name="old" connectionString="hunter2-Geheim"/> -->`, `<!-- <add name="old" connectionString="(withheld)"/> -->`},
		{`<x password="[enc:IISWASOnlyAesProvider:hunter2-Geheim:enc]" />`, `<x password="(withheld)" />`},
		{`<properties><add name="k" value="[enc:hunter2-Geheim]" /></properties>`, `<properties><add name="k" value="(withheld)" /></properties>`},
		{`<CipherData><CipherValue>hunter2-Geheim==</CipherValue></CipherData>`, `<CipherData><CipherValue>(withheld)</CipherValue></CipherData>`},
		{`<setting name="MailPassword" serializeAs="String"><value>hunter2-Geheim</value></setting>`, `<setting name="MailPassword" serializeAs="String"><value>(withheld)</value></setting>`},
		{`<credentials passwordFormat="SHA1"><user name="a" password="hunter2-Geheim"/></credentials>`, `<credentials passwordFormat="SHA1"><user name="a" password="(withheld)"/></credentials>`},
		{`<add verb="OPTIONS" allowed="false" /><requestFiltering removeServerHeader="true">`, `<add verb="OPTIONS" allowed="false" /><requestFiltering removeServerHeader="true">`},
		{`<sessionState sqlConnectionString="data source=x;user=y;hunter2-Geheim" />`, `<sessionState sqlConnectionString="(withheld)" />`},
	} {
		for _, in := range [][]byte{[]byte(c.in), wide(c.in)} {
			var out bytes.Buffer
			cuts, err := withhold(&out, bytes.NewReader(in), []*Rule{configSecrets})
			if err != nil {
				t.Fatal(err)
			}
			got := out.String()
			if len(in) != len(c.in) {
				got = strings.TrimPrefix(decodeWide(binary.LittleEndian, out.Bytes()), "\uFEFF")
			}
			if got != c.want {
				t.Errorf("%s\nbecame %s\nwant   %s", c.in, got, c.want)
			}
			if strings.Contains(got, secret) || strings.Count(c.in, "\n") != strings.Count(got, "\n") {
				t.Errorf("%s: a secret or a line end is left: %s", c.in, got)
			}
			if (len(cuts) > 0) != (c.in != c.want) {
				t.Errorf("%s: cuts %+v", c.in, cuts)
			}
			for _, cut := range cuts {
				if strings.Contains(cut.What, "hunter2") {
					t.Errorf("%s: the place tells the secret: %+v", c.in, cut)
				}
			}
		}
	}
}

func TestWithholdOptions(t *testing.T) {
	in := "[client]\r\npassword=hunter2-Geheim\r\n#password = hunter2-Geheim\r\n[mysqld]\r\nvalidate_password.length=12\r\nvalidate_password_policy=MEDIUM\r\ndefault_password_lifetime=90\r\nmaster-password = \"hunter2-Geheim\"\r\nport=3306\r\n"
	want := "[client]\r\npassword=(withheld)\r\n#password =(withheld)\r\n[mysqld]\r\nvalidate_password.length=12\r\nvalidate_password_policy=MEDIUM\r\ndefault_password_lifetime=90\r\nmaster-password =(withheld)\r\nport=3306\r\n"
	var out bytes.Buffer
	cuts, err := withhold(&out, strings.NewReader(in), []*Rule{optionPasswords})
	if err != nil || out.String() != want || len(cuts) != 3 {
		t.Errorf("%v, %d cuts:\n%s", err, len(cuts), cmp.Diff(want, out.String()))
	}
}

func TestWithholdCommandLines(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`"\"C:\\x\\a.exe\" --password=hunter2-Geheim -key hunter2-Geheim /port:80"`, `"\"C:\\x\\a.exe\" --password=(withheld) -key (withheld) /port:80"`},
		{`"a.exe --password \"hunter2-Geheim of hunter2-Geheim\" /port:80"`, `"a.exe --password \"(withheld)\" /port:80"`},
		{`"a.exe /pwd=x\u0026hunter2-Geheim"`, `"a.exe /pwd=(withheld)"`}, // as ConvertTo-Json of Windows PowerShell writes &
		{`"a.exe -token \u0027hunter2-Geheim\u0027 -v"`, `"a.exe -token (withheld) -v"`},
		{`"a.exe -secret d\\hunter2-Geheim"`, `"a.exe -secret (withheld)"`},
		{`"a.exe /pass:hunter2-Geheim\\"`, `"a.exe /pass:(withheld)"`},
		{`"a.exe --key \"\" --port 80"`, `"a.exe --key \"\" --port 80"`}, // empty
	} {
		var out bytes.Buffer
		if _, err := withhold(&out, strings.NewReader(c.in), []*Rule{commandLineSecrets}); err != nil {
			t.Fatal(err)
		}
		if out.String() != c.want {
			t.Errorf("%s: %s, want %s", c.in, out.String(), c.want)
		}
	}
}

// TestWithholdTooLarge keeps nothing that could not be searched.
func TestWithholdTooLarge(t *testing.T) {
	var out bytes.Buffer
	_, err := withhold(&out, bytes.NewReader(make([]byte, maxHidden+1)), []*Rule{configSecrets})
	if err == nil || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
}

// FuzzWithhold holds that nothing panics, that every line keeps its number, and that a second pass finds nothing more.
func FuzzWithhold(f *testing.F) {
	f.Add([]byte("[HKEY_LOCAL_MACHINE\\X]\r\n\"Password\"=hex:01,\\\r\n  02\r\n"), true)
	f.Add([]byte("<add key=\"Password\" value=\"x\ny\"/>"), false)
	f.Add(wide("\"Secret\"=\"a\nb\"\n"), true)
	f.Fuzz(func(t *testing.T, in []byte, registry bool) {
		rules := []*Rule{configSecrets}
		if registry {
			rules = []*Rule{registryPasswords, labtechValues, environmentValues}
		}
		var out, again bytes.Buffer
		if _, err := withhold(&out, bytes.NewReader(in), rules); err != nil {
			t.Fatal(err)
		}
		if order, isWide := wideOrder(in); !isWide && bytes.Count(in, []byte("\n")) != bytes.Count(out.Bytes(), []byte("\n")) {
			t.Errorf("%v: %d lines became %d", order, bytes.Count(in, []byte("\n")), bytes.Count(out.Bytes(), []byte("\n")))
		}
		if _, err := withhold(&again, bytes.NewReader(out.Bytes()), rules); err != nil {
			t.Fatal(err)
		}
		if registry && !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Errorf("a second pass changes %q to %q", out.Bytes(), again.Bytes())
		}
	})
}
