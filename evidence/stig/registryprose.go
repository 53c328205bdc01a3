package stig

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// registryProse are texts that name registry keys in sentences.
var registryProse = pattern{
	name: "registry in prose",
	fits: func(lines []string) bool {
		return slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, `HKLM\`) && proseKey.MatchString(l) })
	},
	read: readProse,
}

var (
	proseKey     = regexp.MustCompile(`^(?:Navigate to )?"?(HKLM\\[^"]+?)\\?"?\.?$`)
	proseVerify  = regexp.MustCompile(`^Verify "(\w+)" is set to "(\d{1,10})"\.$`)
	proseFinding = regexp.MustCompile(`^If REG_DWORD (\w+) is not set to "?(\d{1,10})"?, this is a finding\.$`)
	proseDWord   = regexp.MustCompile(`^Verify a REG_DWORD value of "(\d{1,10})" for "(\w+)"\.$`)
	proseListed  = regexp.MustCompile(`^REG_DWORD "(\w+)"$`)
	explicitOnes = regexp.MustCompile(`^If explicit settings are not configured for ("\w+"(?:, "\w+")*,? and "\w+"), this is a finding\.$`)
	wordInQuotes = regexp.MustCompile(`"(\w+)"`)
	sslMayBeAway = `SSL 3.0 is disabled by default in newer Operating Systems. If SSL 3.0 has a registry DWORD enabled with a value of 1, this is a finding. If this key is not present, this is not a finding.`
)

// prose is such a text on its way to Checks. Keys that follow each other share the values that follow them.
type prose struct {
	d       *draft
	keys    []string
	closed  bool // a value followed: the next key begins a new list
	ruled   bool // a sentence says what is a finding
	away    bool // the key of SSL 3.0 may be absent
	stated  map[string]string
	listed  []string
	checked []proseValue
}

type proseValue struct {
	key, name string
	want      []string
}

func readProse(d *draft) error {
	p := prose{d: d, stated: map[string]string{}}
	for _, line := range d.lines {
		done, err := p.take(line)
		if err == nil && !done {
			err = d.understand(line, proseSentences, iisClaims, applicability)
		}
		if err != nil {
			return err
		}
	}
	return p.finish()
}

func (p *prose) take(line string) (bool, error) {
	if m := proseKey.FindStringSubmatch(line); m != nil {
		if p.closed {
			p.keys, p.closed = nil, false
		}
		p.keys = append(p.keys, m[1])
		return true, nil
	}
	if m := proseVerify.FindStringSubmatch(line); m != nil {
		p.stated[m[1]] = m[2]
		return true, nil
	}
	if m := proseFinding.FindStringSubmatch(line); m != nil {
		if said, ok := p.stated[m[1]]; ok && said != m[2] {
			return true, fmt.Errorf("the text asks for %s = %s and for %s", m[1], said, m[2])
		}
		delete(p.stated, m[1])
		p.ruled = true
		return true, p.values(m[1], "= "+m[2])
	}
	if m := proseDWord.FindStringSubmatch(line); m != nil {
		return true, p.values(m[2], "= "+m[1])
	}
	if m := proseListed.FindStringSubmatch(line); m != nil {
		p.listed = append(p.listed, m[1])
		return true, p.values(m[1], ">= 0")
	}
	if m := explicitOnes.FindStringSubmatch(line); m != nil {
		var named []string
		for _, q := range wordInQuotes.FindAllStringSubmatch(m[1], -1) {
			named = append(named, q[1])
		}
		if !slices.Equal(named, p.listed) {
			return true, fmt.Errorf("the text lists %s and asks for %s", strings.Join(p.listed, ", "), strings.Join(named, ", "))
		}
		p.ruled = true
		return true, nil
	}
	switch line {
	case "If any of the respective registry paths do not exist or are configured with the wrong value, this is a finding.":
		p.ruled = true
	case sslMayBeAway:
		p.away = true
	default:
		return false, nil
	}
	return true, nil
}

// values asks for a value under each of the keys.
func (p *prose) values(name, want string) error {
	if len(p.keys) == 0 {
		return fmt.Errorf("the value %s without a key", name)
	}
	p.closed = true
	for _, key := range p.keys {
		p.checked = append(p.checked, proseValue{key, name, []string{want}})
	}
	return nil
}

func (p *prose) finish() error {
	switch {
	case !p.ruled || len(p.checked) == 0:
		return fmt.Errorf("no sentence says what is a finding")
	case len(p.stated) > 0 || len(p.keys) > 0 && !p.closed:
		return fmt.Errorf("not understood: a key or a value without a finding")
	case len(p.listed) > 0 && len(p.listed) != len(p.checked):
		return fmt.Errorf("not understood: listed values and others")
	}
	for _, v := range p.checked {
		if p.away && strings.HasSuffix(v.key, `\SSL 3.0\Server`) {
			v.want = append(v.want, "absent")
		}
		p.d.checks = append(p.d.checks, evidence.Check{Kind: "registry", Address: evidence.RegistryValue(v.key, v.name), Want: v.want})
	}
	return nil
}

var proseSentences = []sentence{
	say(`Access the IIS [0-9.]+ Web Server(?: registry)?\.`, nil),
	say(`Open Registry Editor\.`, nil),
	say(`Navigate to:`, nil),
	say(`If the IIS [0-9.]+ web server is hosting applications, consult with the system administrator to determine risk analysis performed when the application was written and deployed to the IIS [0-9.]+ web server\.`, caveat),
	say(`Obtain documentation on the configuration\.`, caveat),
	say(`Verify, at a minimum, the following tuning settings in the registry\.`, nil),
	say(`Verify the following keys are present and configured\. The required setting depends upon the requirements of the application\.`, caveat),
	say(`Recommended settings are not provided as these settings must be explicitly configured to show a conscientious tuning has been made\.`, nil),
}
