package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// systemKinds judge what the host is: its platform and the versions of products on it.
func systemKinds() []*Kind {
	return []*Kind{platformKind, versionKind, serviceLogonsKind, serviceRunningKind, updatesRecentKind, volumesEncryptedKind, eventLogSizeKind, supportedKind, productsSupportedKind}
}

var platformBuilds = map[string]struct {
	platform evidence.Platform
	name     string
}{
	"14393": {evidence.WS2016, "Windows Server 2016"},
	"17763": {evidence.WS2019, "Windows Server 2019"},
	"20348": {evidence.WS2022, "Windows Server 2022"},
}

// platformKind: address system:os-build; want: any of ws2016, ws2019, ws2022.
var platformKind = &Kind{
	Name: "platform",
	Doc:  "The build number of the system is that of one of the wanted versions of Windows Server (ws2016, ws2019, ws2022), and its name says Server.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if len(c.Want) == 0 {
			return nil, fmt.Errorf("want names no platform")
		}
		for _, w := range c.Want {
			if w != string(evidence.WS2016) && w != string(evidence.WS2019) && w != string(evidence.WS2022) {
				return nil, fmt.Errorf("want %q is not ws2016, ws2019 or ws2022", w)
			}
		}
		return func(k Case) []evidence.Reason { return []evidence.Reason{judgePlatform(k, c.Want)} }, nil
	},
}

func judgePlatform(k Case, want []string) evidence.Reason {
	var names []string
	for _, build := range []string{"14393", "17763", "20348"} {
		if slices.Contains(want, string(platformBuilds[build].platform)) {
			names = append(names, platformBuilds[build].name)
		}
	}
	expected := strings.Join(names, " or ")
	o := k.Facts.Lookup("system:os-build")
	if r, ok := undecided(o, expected); ok {
		return r
	}
	r := evidence.Reason{Address: o.Address, Expected: expected, Cites: o.Cites}
	if o.State == evidence.Missing {
		r.Result, r.Actual = evidence.NeedsReview, "the build number is not in the evidence"
		return r
	}
	build := o.Value().String()
	r.Actual = "build " + build
	known, ok := platformBuilds[build]
	name := k.Facts.Lookup("system:os-name")
	if v := name.Value(); v != nil {
		r.Actual = v.String() + ", build " + build
		r.Cites = append(r.Cites, name.Cites...)
	}
	switch {
	case !ok || !slices.Contains(want, string(known.platform)):
		r.Result = evidence.Fail
	case name.State != evidence.Found:
		// Windows 10 and Windows Server share build numbers.
		r.Result, r.Note = evidence.NeedsReview, "no item shows the system's name; Windows 10 has the same build number"
	case !strings.Contains(name.Value().String(), "Server"):
		r.Result, r.Note = evidence.Fail, "the build number fits, but the system is no Windows Server"
	default:
		r.Result = evidence.Pass
	}
	return r
}

// versionKind: address product:NAME, system:iis-version or mysql:version; want: one ">= VERSION".
var versionKind = &Kind{
	Name: "version",
	Doc:  "The installed version is at least the wanted one (>= 2021.12). A product is found by its exact name, or as an installed program whose display name begins with it; its client or agent alone needs review.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if len(c.Want) != 1 || !strings.HasPrefix(c.Want[0], ">= ") {
			return nil, fmt.Errorf("want must be one \">= VERSION\"")
		}
		least := strings.TrimSpace(strings.TrimPrefix(c.Want[0], ">= "))
		if _, err := versionNumbers(least); err != nil {
			return nil, err
		}
		if c.Address == "" {
			return nil, fmt.Errorf("no address")
		}
		return func(k Case) []evidence.Reason { return judgeVersion(k, c.Address, least) }, nil
	},
}

func judgeVersion(k Case, address evidence.Address, least string) []evidence.Reason {
	expected := address.Rest() + " " + least + " or later"
	var reasons []evidence.Reason
	if o := k.Facts.Lookup(address); o.State == evidence.Found {
		reasons = append(reasons, compareVersions(o, expected, o.Value().String(), least))
	} else if r, ok := undecided(o, expected); ok && o.State != evidence.Unknown {
		return []evidence.Reason{r}
	}
	var parts []evidence.Reason
	if address.Kind() == "product" {
		for _, p := range installed(k.Facts, address.Rest()) {
			r := compareVersions(p.version, expected, p.version.Value().String(), least)
			r.Actual = p.name + " " + r.Actual
			r.Cites = append(r.Cites, p.cites...)
			if p.part {
				r.Result, r.Note = evidence.NeedsReview, "this is a program that goes with it, and may have another version or stand alone"
				parts = append(parts, r)
				continue
			}
			reasons = append(reasons, r)
		}
	}
	if len(reasons) > 0 {
		return reasons
	}
	if len(parts) > 0 {
		return parts
	}
	o := k.Facts.Lookup(address)
	if r, ok := undecided(o, expected); ok {
		return []evidence.Reason{r}
	}
	return []evidence.Reason{{Result: evidence.NeedsReview, Address: address, Expected: expected,
		Actual: address.Rest() + " is not among the installed programs", Cites: o.Cites,
		Note: "it may run on another host"}}
}

type product struct {
	name    string
	part    bool // not the product itself but its client, agent or the like
	version evidence.Observation
	cites   []evidence.Citation
}

// partWords are words behind a product's name by which the programs that go with it are told apart: ConnectWise Control
// Client (8f3a1b2c4d5e6f70) is the agent, which every managed machine has, and not the server.
var partWords = []string{"client", "agent", "control center", "plugin", "plug-in", "add-in", "extension"}

// installed returns the installed programs whose display name is name, alone or with further words, and that have a version.
func installed(f *evidence.Facts, name string) []product {
	var found []product
	for _, s := range f.Under("product:") {
		id, ok := strings.CutSuffix(string(s.Address.Fold()), "@displayname")
		rest, same := strings.CutPrefix(strings.ToLower(s.Value.String()), strings.ToLower(name))
		if !ok || !same || rest != "" && (rest[0] >= 'a' && rest[0] <= 'z' || rest[0] >= '0' && rest[0] <= '9') {
			continue
		}
		if v := f.Lookup(evidence.Address(id + "@displayversion")); v.State == evidence.Found {
			part := slices.ContainsFunc(partWords, func(word string) bool { return strings.Contains(rest, word) })
			found = append(found, product{s.Value.String(), part, v, []evidence.Citation{s.Cite}})
		}
	}
	return found
}

func compareVersions(o evidence.Observation, expected, actual, least string) evidence.Reason {
	r := evidence.Reason{Address: o.Address, Expected: expected, Actual: actual, Cites: o.Cites}
	have, err := versionNumbers(actual)
	want, _ := versionNumbers(least)
	switch {
	case strings.Contains(strings.ToLower(actual), "mariadb"):
		r.Result, r.Note = evidence.NeedsReview, "MariaDB counts its releases in another way than MySQL"
	case err != nil:
		r.Result, r.Note = evidence.NeedsReview, err.Error()
	case (want[0] >= 1000) != (have[0] >= 1000):
		// A release named after its year and an internal number (210.352) do not compare.
		r.Result, r.Note = evidence.NeedsReview, "the version is counted in another way than "+least
	case slices.Compare(have, want) >= 0:
		r.Result = evidence.Pass
	default:
		r.Result = evidence.Fail
	}
	return r
}

// versionNumbers splits a version into its numbers: 10.0.17763 N/A gives 10, 0, 17763.
func versionNumbers(s string) ([]int, error) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "v")
	end := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end >= 0 {
		s = s[:end]
	}
	var numbers []int
	for _, part := range strings.Split(strings.Trim(s, "."), ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil, fmt.Errorf("%q is not a version number", s)
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}
