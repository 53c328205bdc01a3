package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
)

// TestCaptureSharedConfiguration judges a server that takes its configuration from another folder on its own drives by what is
// there, as one that has the same in its own folder, and not by what lies dead in the latter. Of one that takes it from another
// machine nothing of IIS passes or fails.
func TestCaptureSharedConfiguration(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1792477800")
	const folder = `C:\Windows\System32\inetsrv\config\`
	results := func(path string) map[string]evidence.Result {
		h := sampleHost(t, "after")
		if path != "" {
			h.Files[`D:\shared\applicationHost.config`] = h.Files[folder+"applicationHost.config"]
			h.Files[folder+"applicationHost.config"] = "dead.config"
			h.Files[folder+"redirection.config"] = "redirection.config"
		}
		host := writeHost(t, "after", h, map[string][]byte{
			"redirection.config": []byte(`<configuration><configSections><section name="configurationRedirection" /></configSections><configurationRedirection enabled="true" path="` + path + `" /></configuration>`),
			"dead.config":        []byte(`<configuration><system.applicationHost><sites><site name="Dead" id="1"><application path="/"><virtualDirectory path="/" physicalPath="E:\dead" /></application></site></sites></system.applicationHost></configuration>`),
		})
		all := map[string]evidence.Result{}
		for id, c := range judged(t, capture(t, host, captureOptions{}), assessOptions{inputFlags: inputFlags{asOf: "2026-10-21T09:00:00Z"}}) {
			all[id] = c.After.Result
		}
		return all
	}
	own := results("")
	if diff := cmp.Diff(own, results(`D:\shared`)); diff != "" {
		t.Errorf("in its own folder and in another one (-own +other):\n%s", diff)
	}
	passed := 0
	for id, r := range results(`\\files\iis`) {
		if id == "iis-aspnet-client-webconfig" { // about a file that the guide names by its path
			continue
		}
		if strings.HasPrefix(id, "iis-") && (own[id] == evidence.Pass || own[id] == evidence.Fail) {
			passed++
			if r == evidence.Pass || r == evidence.Fail {
				t.Errorf("%s: %s, by a configuration that nobody saw", id, r)
			}
		}
	}
	if passed < 3 {
		t.Errorf("%d statements about IIS are decided: the test looks in the wrong place", passed)
	}
}
