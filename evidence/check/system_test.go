package check_test

import (
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/check"
)

// facts indexes settings as if one Item had held them and nothing else.
func systemFacts(settings ...string) *evidence.Facts {
	c := evidence.Content{Item: evidence.Item{Path: "data/items/x/f"}, Kinds: []string{"system", "product"}}
	for i := 0; i < len(settings); i += 2 {
		c.Setting(evidence.Setting{Address: evidence.Address(settings[i]), Value: evidence.Text(settings[i+1]),
			Cite: evidence.Citation{Item: c.Item.Path, Line: 1 + i/2, Length: 1}})
	}
	return evidence.NewFacts([]evidence.Content{c})
}

func TestSystemKinds(t *testing.T) {
	platform := evidence.Check{Kind: "platform", Address: "system:os-build", Want: []string{"ws2019", "ws2022"}}
	automate := evidence.Check{Kind: "version", Address: "product:ConnectWise Automate", Want: []string{">= 2021.12"}}
	control := evidence.Check{Kind: "version", Address: "product:ConnectWise Control", Want: []string{">= 6.4"}}
	database := evidence.Check{Kind: "version", Address: "mysql:version", Want: []string{">= 8.4"}}
	for _, test := range []struct {
		name  string
		check evidence.Check
		facts *evidence.Facts
		want  evidence.Result
	}{
		{"2019", platform, systemFacts("system:os-build", "17763", "system:os-name", "Windows Server 2019 Standard"), evidence.Pass},
		{"2016 is not wanted", platform, systemFacts("system:os-build", "14393", "system:os-name", "Windows Server 2016 Standard"), evidence.Fail},
		{"Windows 10 with the same build", platform, systemFacts("system:os-build", "17763", "system:os-name", "Windows 10 Education"), evidence.Fail},
		{"a build number alone", platform, systemFacts("system:os-build", "17763"), evidence.NeedsReview},
		{"nothing", platform, systemFacts(), evidence.NotCollected},
		{"newer", automate, systemFacts("product:ConnectWise Automate", "2022.3"), evidence.Pass},
		{"the very version", automate, systemFacts("product:ConnectWise Automate", "2021.12"), evidence.Pass},
		{"2021.9 is before 2021.12", automate, systemFacts("product:ConnectWise Automate", "2021.9"), evidence.Fail},
		{"counted in another way", automate, systemFacts("product:ConnectWise Automate", "210.352"), evidence.NeedsReview},
		{"installed program", automate, systemFacts("product:{1}@DisplayName", "ConnectWise Automate Server", "product:{1}@DisplayVersion", "2020.1"), evidence.Fail},
		{"the agent of Control is not its server", control, systemFacts("product:{1}@DisplayName", "ConnectWise Control Client (8f3a1b2c4d5e6f70)", "product:{1}@DisplayVersion", "22.9"), evidence.NeedsReview},
		{"the agent beside the server", control, systemFacts("product:{1}@DisplayName", "ConnectWise Control Client (8f3a1b2c4d5e6f70)", "product:{1}@DisplayVersion", "5.1",
			"product:{2}@DisplayName", "ConnectWise Control", "product:{2}@DisplayVersion", "6.9"), evidence.Pass},
		{"the client of Automate is not its server", automate, systemFacts("product:{1}@DisplayName", "ConnectWise Automate Control Center", "product:{1}@DisplayVersion", "2023.1"), evidence.NeedsReview},
		{"the agent of Automate is not its server", automate, systemFacts("product:{1}@DisplayName", "ConnectWise Automate Remote Agent", "product:{1}@DisplayVersion", "2023.1"), evidence.NeedsReview},
		{"another product that begins like it", control, systemFacts("product:{1}@DisplayName", "ConnectWise ControlPanel", "product:{1}@DisplayVersion", "22.9"), evidence.NotCollected},
		{"MySQL", database, systemFacts("mysql:version", "8.4.3"), evidence.Pass},
		{"MySQL with a maker's mark", database, systemFacts("mysql:version", "8.4.3-3-log"), evidence.Pass},
		{"MariaDB counts in another way", database, systemFacts("mysql:version", "10.3.39-MariaDB"), evidence.NeedsReview},
		{"MariaDB behind the number it shows to old programs", database, systemFacts("mysql:version", "5.5.5-10.6.12-MariaDB-log"), evidence.NeedsReview},
		{"not a number", automate, systemFacts("product:ConnectWise Automate", "unknown"), evidence.NeedsReview},
		{"nothing of a product", automate, systemFacts(), evidence.NotCollected},
	} {
		judge, err := check.Prepare(test.check)
		if err != nil {
			t.Fatal(err)
		}
		v := evidence.Combine(evidence.BasisEvidence, judge(check.Case{Facts: test.facts, Answers: &evidence.Answers{}})...)
		if v.Result != test.want {
			t.Errorf("%s: %s, want %s: %+v", test.name, v.Result, test.want, v.Reasons)
		}
		for _, r := range v.Reasons {
			if r.Expected == "" || r.Actual == "" {
				t.Errorf("%s: a reason without words: %+v", test.name, r)
			}
		}
	}
}

func TestSystemKindsRefuse(t *testing.T) {
	for _, c := range []evidence.Check{
		{Kind: "platform"}, {Kind: "platform", Want: []string{"ws2003"}}, {Kind: "version", Address: "product:X"},
		{Kind: "version", Address: "product:X", Want: []string{"> 1"}}, {Kind: "version", Want: []string{">= 1"}},
		{Kind: "version", Address: "product:X", Want: []string{">= one"}}, {Kind: "no such kind"},
	} {
		if _, err := check.Prepare(c); err == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
}
