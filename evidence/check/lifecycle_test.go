package check

import (
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
)

// judgeAt judges a host at a time.
func (h *host) judgeAt(t *testing.T, c evidence.Check, at string) evidence.Verdict {
	t.Helper()
	judge, err := Prepare(c)
	if err != nil {
		t.Fatal(err)
	}
	asOf, err := time.Parse(time.DateOnly, at)
	if err != nil {
		t.Fatal(err)
	}
	return evidence.Combine(evidence.BasisEvidence, judge(Case{Facts: evidence.NewFacts(h.contents), Answers: &evidence.Answers{}, AsOf: asOf})...)
}

func TestSupportedUntil(t *testing.T) {
	const release = `registry:HKLM\SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full!Release`
	windows := evidence.Check{Kind: "supported-until", Address: "system:os-build", Want: []string{"= 17763 until 2029-01-09 Windows Server 2019"}}
	dotnet := evidence.Check{Kind: "supported-until", Address: release, Want: []string{"378389..394271 until 2022-04-26", "394802..460797 until 2027-01-12 .NET Framework 4.6.2", ">= 460798 with Windows"}}
	dword := func(n uint32) evidence.Value {
		return evidence.Registry{Type: evidence.RegDWord, Data: []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}}
	}
	for _, test := range []struct {
		name  string
		check evidence.Check
		value evidence.Value
		at    string
		want  evidence.Result
		says  string
	}{
		{"the day before", windows, evidence.Text("17763"), "2029-01-08", evidence.Pass, "17763, Windows Server 2019: support ends on 2029-01-09"},
		{"the day", windows, evidence.Text("17763"), "2029-01-09", evidence.Fail, "support ended on 2029-01-09"},
		{"not listed", windows, evidence.Text("26100"), "2026-11-01", evidence.NeedsReview, "no date is known"},
		{"no number", windows, evidence.Text("unknown"), "2026-11-01", evidence.NeedsReview, "no number"},
		{"ended in a range", dotnet, dword(379893), "2026-11-01", evidence.Fail, "379893: support ended on 2022-04-26"},
		{"between two ranges", dotnet, dword(394500), "2026-11-01", evidence.NeedsReview, "no date is known"},
		{"in the next range", dotnet, dword(394802), "2026-11-01", evidence.Pass, ".NET Framework 4.6.2"},
		{"as long as another", dotnet, dword(528449), "2050-01-01", evidence.Pass, "528449: it has the support of Windows"},
		{"text in the registry", dotnet, evidence.RegistryText(evidence.RegSZ, "528449"), "2026-11-01", evidence.NeedsReview, "no number"},
		{"nothing", windows, nil, "2026-11-01", evidence.NotCollected, "nothing that was collected"},
	} {
		h := &host{}
		if test.value != nil {
			h.set("x", test.check.Address, test.value)
		}
		if v := h.judgeAt(t, test.check, test.at); v.Result != test.want || !strings.Contains(told(v), test.says) {
			t.Errorf("%s: %s, want %s with %q: %s", test.name, v.Result, test.want, test.says, told(v))
		}
	}
	absent := (&host{}).cover("dotnet.reg", evidence.RegistryKey(`HKLM\SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full`))
	if v := absent.judgeAt(t, dotnet, "2026-11-01"); v.Result != evidence.NotApplicable {
		t.Errorf("not installed: %s: %s", v.Result, told(v))
	}
	for _, want := range [][]string{nil, {"= 1"}, {"= 1 until tomorrow"}, {"x until 2029-01-09"}, {"2..1 until 2029-01-09"}} {
		if _, err := Prepare(evidence.Check{Kind: "supported-until", Address: "system:os-build", Want: want}); err == nil {
			t.Errorf("%q is taken", want)
		}
	}
}

func TestProductsUntil(t *testing.T) {
	c := evidence.Check{Kind: "products-until", Address: "product:", Want: []string{"Microsoft SQL Server 2014 until 2024-07-09", "Microsoft SQL Server 2019 until 2030-01-08"}}
	for _, test := range []struct {
		name     string
		products []string
		whole    bool
		want     evidence.Result
		says     string
	}{
		{"supported", []string{"Microsoft SQL Server 2019 (64-bit)", "Other"}, true, evidence.Pass, "support ends on 2030-01-08"},
		{"supported, of a list that is not whole", []string{"Microsoft SQL Server 2019 (64-bit)"}, false, evidence.Pass, "2030"},
		{"ended", []string{"Microsoft SQL Server 2019 (64-bit)", "microsoft SQL Server 2014 (64-bit)"}, true, evidence.Fail, "support ended on 2024-07-09"},
		{"only what goes with it", []string{"Microsoft SQL Server 2014 Management Objects", "Microsoft SQL Server 20140"}, true, evidence.NotApplicable, "none of the products"},
		{"no list", nil, false, evidence.NotCollected, "nothing that was collected"},
		{"an empty list", nil, true, evidence.NotApplicable, "none of the products"},
	} {
		h := &host{}
		for i, p := range test.products {
			h.set("uninstall.reg", evidence.Address("product:"+string(rune('a'+i))+"@DisplayName"), evidence.Text(p))
		}
		if test.whole {
			h.item("uninstall.reg").Covered(evidence.Coverage{Scope: "product:", Deep: true, Cite: cite("uninstall.reg")})
		}
		if v := h.judgeAt(t, c, "2026-11-01"); v.Result != test.want || !strings.Contains(told(v), test.says) {
			t.Errorf("%s: %s, want %s with %q: %s", test.name, v.Result, test.want, test.says, told(v))
		}
	}
	for _, want := range [][]string{nil, {"A"}, {"A with B"}, {" until 2029-01-09"}} {
		if _, err := Prepare(evidence.Check{Kind: "products-until", Address: "product:", Want: want}); err == nil {
			t.Errorf("%q is taken", want)
		}
	}
}
