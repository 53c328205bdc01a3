package collect_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/collect"
)

// siteHost is a host whose IIS serves from these folders, as applicationHost.config writes them.
func siteHost(t *testing.T, files map[string]string, folders ...string) *collect.Replay {
	t.Helper()
	config := "<configuration>"
	for _, f := range folders {
		config += `<virtualDirectory path="/" physicalPath="` + f + `" />`
	}
	all := map[string]string{`C:\Windows\System32\inetsrv\config\applicationHost.config`: "config"}
	for path := range files {
		all[path] = "x"
	}
	return recorded(t, collect.Recording{About: about(true), Files: all}, map[string]string{"config": config + "</configuration>", "x": "<configuration/>"})
}

// TestUnreadSites holds that each folder that IIS serves from has an Item, those too that a capture does not read: on another
// machine, behind a variable, or written in a way that is no path on a drive.
func TestUnreadSites(t *testing.T) {
	const network, variable, form = "folder of the network", "a variable", "not written as one on a drive"
	want := map[string]string{ // what is said of the web.config there; empty: it is captured
		`C:\inetpub\wwwroot\web.config`: "", `E:\web.config`: "", `C:\ProgramData\portal\web.config`: "", `C:\Program Files (x86)\ScreenConnect\App\web.config`: "", `D:\forward\web.config`: "",
		`\\files01\web$\intranet\web.config`: network, `\\files02\web\web.config`: network,
		`%DATA%\site\web.config`: variable, `D:\%TENANT%\web.config`: variable, `\web.config`: form, `site\web.config`: form, `\\?\C:\web\web.config`: form, `C:web\web.config`: form,
	}
	folders := []string{`%SystemDrive%\inetpub\wwwroot`, `E:\`, `%programdata%\portal`, `%ProgramFiles(x86)%\ScreenConnect\App`, `D:/forward`,
		`\\files01\web$\intranet\`, `//files02/web`, `%DATA%\site`, `D:\%TENANT%`, `\`, `site`, `\\?\C:\web`, `C:web`}
	files := map[string]string{}
	for path, why := range want {
		if why == "" {
			files[path] = "x"
		}
	}
	got, err := run(t, t.Context(), siteHost(t, files, folders...), []*collect.Collector{collect.IIS}, collect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for path, p := range got {
		if !strings.HasPrefix(path, "iis/web") {
			continue
		}
		seen++
		why, known := want[p.Name]
		status := evidence.Captured
		if why != "" {
			status = evidence.Skipped
		}
		if !known || p.Status != status || !strings.Contains(p.Note, why) || p.Format != "IIS web.config" || len(p.Path) > 60 {
			t.Errorf("%s: %s is %s (%s), want %s because of %q", path, p.Name, p.Status, p.Note, status, why)
		}
	}
	if seen != len(want) {
		t.Errorf("%d items of folders, want %d: %v", seen, len(want), got)
	}
}

// TestUnreadSitesAreNotOpened holds that nothing on another machine is looked at, not even to see whether it is there.
func TestUnreadSitesAreNotOpened(t *testing.T) {
	h := &watched{Replay: siteHost(t, nil, `\\files01\web`, `%DATA%\*`)}
	if _, err := collect.Plan(t.Context(), h, []*collect.Collector{collect.IIS}, collect.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, path := range h.looked {
		if strings.HasPrefix(path, `\\`) || strings.Contains(path, "%") {
			t.Errorf("%s was looked at", path)
		}
	}
}

// watched is a host that keeps which folders were listed.
type watched struct {
	*collect.Replay
	looked []string
}

func (w *watched) Names(folder string) ([]string, error) {
	w.looked = append(w.looked, folder)
	return w.Replay.Names(folder)
}

// TestTooManySites holds that what lies behind the limit is named.
func TestTooManySites(t *testing.T) {
	var folders []string
	for i := range 2002 {
		folders = append(folders, fmt.Sprintf(`D:\site%d`, i))
	}
	tasks, err := collect.Plan(t.Context(), siteHost(t, nil, folders...), []*collect.Collector{collect.IIS}, collect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	// One of the 2003 is wwwroot.
	if !slices.ContainsFunc(tasks, func(task collect.Task) bool {
		return task.Path == "data/items/iis/web.config" && task.Status == evidence.Skipped && strings.Contains(task.Note, "3 more folders of IIS, behind the limit of 2000")
	}) {
		t.Error("nothing says that some were left out")
	}
}
