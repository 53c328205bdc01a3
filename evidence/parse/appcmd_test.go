package parse

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
)

// TestAppcmd holds that appcmd's lists and applicationHost.config speak of the same things in the same words.
func TestAppcmd(t *testing.T) {
	want := map[string]string{
		"iis-site:Main":                    "id 1, bindings http/*:80: https/*:443:a.example.com",
		"iis-app:Main/cwa":                 "pool Lab Tech",
		"iis-vdir:Main/cwa/":               `%SystemDrive%\inetpub, old\cwa`,
		"iis-pool:P@managedRuntimeVersion": "v4.0", "iis-pool:P@managedPipelineMode": "Integrated",
	}
	for name, text := range map[string]string{
		"text": "SITE \"Main\" (id:1,bindings:http/*:80:,https/*:443:a.example.com,state:Started)\r\nAPP \"Main/cwa\" (applicationPool:Lab Tech)\r\n" +
			"VDIR \"Main/cwa/\" (physicalPath:%SystemDrive%\\inetpub, old\\cwa)\r\nAPPPOOL \"P\" (MgdVersion:v4.0,MgdMode:Integrated,state:Started)\r\n",
		"xml": `<?xml version="1.0" encoding="UTF-8"?>
<appcmd>
<SITE SITE.NAME="Main" SITE.ID="1" bindings="http/*:80:,https/*:443:a.example.com" state="Started" />
<APP path="/cwa" APP.NAME="Main/cwa" APPPOOL.NAME="Lab Tech" SITE.NAME="Main" />
<VDIR VDIR.NAME="Main/cwa/" physicalPath="%SystemDrive%\inetpub, old\cwa" path="/" APP.NAME="Main/cwa" />
<APPPOOL APPPOOL.NAME="P" PipelineMode="Integrated" RuntimeVersion="v4.0" state="Started" />
</appcmd>`,
	} {
		content := readText(t, name, text)
		got := map[string]string{}
		for _, s := range content.Settings {
			got[string(s.Address)] = s.Value.String()
		}
		if diff := cmp.Diff(want, got); diff != "" || content.Refused != "" || len(content.Problems) > 0 {
			t.Errorf("%s: %s %v %s", name, content.Refused, content.Problems, diff)
		}
	}
}

func TestAppcmdConfig(t *testing.T) {
	content := readText(t, "config.xml", `<appcmd>
<CONFIG CONFIG.SECTION="system.webServer/security/ipSecurity" path="MACHINE/WEBROOT/APPHOST/Main/cwa" overrideMode="Inherit" locked="false">
 <system.webServer-security-ipSecurity allowUnlisted="false"><add ipAddress="192.0.2.1" allowed="true" /></system.webServer-security-ipSecurity>
</CONFIG></appcmd>`)
	f := evidence.NewFacts([]evidence.Content{content})
	const at = "iis-merged:[Main/cwa]/system.webServer/security/ipSecurity"
	for address, want := range map[evidence.Address]string{at + "@allowUnlisted": "false", at + "#entries": `add ipAddress="192.0.2.1" allowed="true"`} {
		if o := f.Lookup(address); o.State != evidence.Found || o.Value().String() != want {
			t.Errorf("%s: %v, want %s", address, o, want)
		}
	}
	if o := f.Lookup(at + "@denyAction"); o.State != evidence.Missing {
		t.Errorf("an attribute that appcmd does not print: %v", o)
	}
	part := readText(t, "config.xml", "<system.webServer><security/></system.webServer>")
	if !strings.Contains(part.Refused, "does not say which site") {
		t.Errorf("a part without a place: %q", part.Refused)
	}
}

func TestCorpusIISObjects(t *testing.T) {
	shared := os.Getenv("AUDITPACK_SHARED")
	if shared == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	for _, name := range []string{"iis_site.json", "iis_app_pool.json"} {
		raw, err := os.ReadFile(filepath.Join(shared, "corpus", "json", name))
		if err != nil {
			t.Fatal(err)
		}
		if got := readText(t, name, string(raw)); !strings.Contains(got.Refused, "ConvertTo-Json cut the nested values off") {
			t.Errorf("%s: %q %q", name, got.Format, got.Refused)
		}
	}
}

func FuzzAppcmd(f *testing.F) {
	f.Add([]byte("SITE \"Main\" (id:1,bindings:http/*:80:,state:Started)\n"))
	f.Add([]byte(`<appcmd><CONFIG CONFIG.SECTION="a/b" path="MACHINE/WEBROOT/APPHOST/x"><a-b c="d"><add/></a-b></CONFIG></appcmd>`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, format := range []*Format{appcmdFormat, appcmdTextFormat} {
			content := evidence.Content{}
			source := Source{Item: evidence.Item{Path: "item"}, Reader: strings.NewReader(string(raw)), Want: func(evidence.Address) bool { return true }}
			_ = format.Read(source, &content)
			checkCites(t, content, len(raw))
		}
	})
}
