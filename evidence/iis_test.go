package evidence_test

import (
	"testing"

	"auditpack/evidence"
)

func TestHostPath(t *testing.T) {
	for name, want := range map[string]string{
		"inetpub/wwwroot/aspnet_client/web.config": `C:\inetpub\wwwroot\aspnet_client\web.config`,
		`C:\inetpub\wwwroot\web.config`:            `C:\inetpub\wwwroot\web.config`,
		"d:/sites/a/web.config":                    `D:\sites\a\web.config`,
		"export/D/sites/a/web.config":              `D:\sites\a\web.config`,
		"server/c$/inetpub/wwwroot/web.config":     `C:\inetpub\wwwroot\web.config`,
		"after/Inetpub/wwwroot/web.config":         `C:\Inetpub\wwwroot\web.config`,
		"a/inetpub/wwwroot/web.config":             `C:\inetpub\wwwroot\web.config`,
		"aspnet_client/web.config":                 `?\aspnet_client\web.config`,
		"web.config":                               `?\web.config`,
		"":                                         `?\`,
	} {
		if got := evidence.HostPath(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestIISPlace(t *testing.T) {
	for _, c := range []struct {
		place evidence.IISPlace
		want  evidence.Address
	}{
		{evidence.IISPlace{}, "iis:[]/a/b"},
		{evidence.IISPlace{Location: "Default Web Site/x]@!#%y"}, "iis:[Default Web Site/x%5D%40%21%23%25y]/a/b"},
		{evidence.IISPlace{File: `C:\w!\web.config`, Location: "cwa"}, `file:C:\w!\web.config![cwa]/a/b`},
		{evidence.IISPlace{Merged: true, Location: "cwa"}, "iis-merged:[cwa]/a/b"},
	} {
		got := c.place.Address("a/b")
		place, rest, ok := evidence.IISPlaceOf(got)
		if got != c.want || place != c.place || rest != "a/b" || !ok {
			t.Errorf("%+v: %s, back %+v %q %v", c.place, got, place, rest, ok)
		}
	}
	for _, a := range []evidence.Address{"iis:x", "file:C:\\x", "http:a", "iis:[x", ""} {
		if _, _, ok := evidence.IISPlaceOf(a); ok {
			t.Errorf("%q is taken for a place", a)
		}
	}
}
