package collect_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/collect"
)

const productType = `HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions!ProductType`

// planned returns the Tasks of a list on a host of this kind by the ends of their paths; empty: the kind is not known.
func planned(t *testing.T, product string, list ...*collect.Collector) map[string]collect.Task {
	t.Helper()
	r := collect.Recording{About: about(true)}
	if product != "" {
		r.Values = map[string]string{productType: product}
	}
	tasks, err := collect.Plan(t.Context(), recorded(t, r, nil), list, collect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]collect.Task{}
	for _, task := range tasks {
		all[strings.TrimPrefix(task.Path, "data/items/")] = task
	}
	return all
}

// TestDomainController asks a domain controller for no list that would be the domain's, and says so.
func TestDomainController(t *testing.T) {
	for _, c := range []struct {
		product string
		status  evidence.Status
	}{{"LanmanNT", evidence.Skipped}, {"lanmannt", evidence.Skipped}, {"ServerNT", ""}, {"WinNT", ""}, {"", ""}} {
		got := planned(t, c.product, collect.Accounts)
		for _, item := range []string{"get-localuser.json", "administrators.json", "remote-desktop-users.json", "net-localgroup-administrators.txt", "net-user.txt"} {
			task, ok := got["accounts/"+item]
			if !ok || task.Status != c.status || (c.status != "") != strings.Contains(task.Note, "domain controller") {
				t.Errorf("%q: %s: %q %q, want %q", c.product, item, task.Status, task.Note, c.status)
			}
		}
		if who := got["accounts/whoami.txt"]; who.Status != "" {
			t.Errorf("%q: whoami: %q", c.product, who.Status)
		}
	}
}

// TestScriptRoles holds that the script leaves out the same for the same reason.
func TestScriptRoles(t *testing.T) {
	text := script(t)
	for _, want := range []string{
		"if ($source.Role -eq '" + string(collect.OwnUsers) + "' -and $Product -eq 'LanmanNT') {", "$why = '" + planned(t, "LanmanNT", collect.Accounts)["accounts/net-user.txt"].Note + "'",
		"if ($source.Role -eq '" + string(collect.Server) + "' -and $Product -eq 'WinNT') {",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the script has no %s", want)
		}
	}
}
