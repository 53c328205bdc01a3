package stig_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// rightNames are user rights that a host grants besides the one a rule is about.
var rightNames = []string{
	"SeNetworkLogonRight", "SeTcbPrivilege", "SeMachineAccountPrivilege", "SeInteractiveLogonRight", "SeRemoteInteractiveLogonRight",
	"SeBackupPrivilege", "SeCreatePagefilePrivilege", "SeCreateTokenPrivilege", "SeCreateGlobalPrivilege", "SeCreatePermanentPrivilege",
	"SeCreateSymbolicLinkPrivilege", "SeDebugPrivilege", "SeDenyNetworkLogonRight", "SeDenyBatchLogonRight", "SeDenyServiceLogonRight",
	"SeDenyInteractiveLogonRight", "SeDenyRemoteInteractiveLogonRight", "SeEnableDelegationPrivilege", "SeRemoteShutdownPrivilege",
	"SeAuditPrivilege", "SeImpersonatePrivilege", "SeIncreaseBasePriorityPrivilege", "SeLoadDriverPrivilege", "SeLockMemoryPrivilege",
	"SeSecurityPrivilege", "SeSystemEnvironmentPrivilege", "SeManageVolumePrivilege", "SeProfileSingleProcessPrivilege",
	"SeRestorePrivilege", "SeTakeOwnershipPrivilege", "SeTrustedCredManAccessPrivilege", "SeShutdownPrivilege",
}

// accounts are the lines of [System Access] of a host that is set up well.
var accounts = map[string]string{
	"MinimumPasswordAge": "1", "MaximumPasswordAge": "60", "MinimumPasswordLength": "14", "PasswordComplexity": "1", "PasswordHistorySize": "24",
	"LockoutBadCount": "3", "ResetLockoutCount": "15", "LockoutDuration": "15", "RequireLogonToChangePassword": "0", "ForceLogoffWhenHourExpire": "0",
	"NewAdministratorName": `"x-root"`, "NewGuestName": `"x-visitor"`, "ClearTextPassword": "0", "LSAAnonymousNameLookup": "0",
	"EnableAdminAccount": "0", "EnableGuestAccount": "0",
}

// securityPolicy writes an export of secedit; it lists only rights that somebody holds.
func securityPolicy(access, rights map[string]string) file {
	var text strings.Builder
	section := func(title string, lines map[string]string) {
		text.WriteString(title + "\r\n")
		for _, name := range slices.Sorted(maps.Keys(lines)) {
			fmt.Fprintf(&text, "%s = %s\r\n", name, lines[name])
		}
	}
	text.WriteString("[Unicode]\r\nUnicode=yes\r\n")
	section("[System Access]", access)
	held := map[string]string{"SeChangeNotifyPrivilege": "*S-1-1-0"} // on every host
	maps.Copy(held, rights)
	section("[Privilege Rights]", held)
	text.WriteString("[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n")
	return file{"secpol.inf", utf16Text(text.String())}
}

var (
	rightAsked   = regexp.MustCompile(`"(Se[A-Za-z]+(?:Privilege|Right))" user right`)
	sidAtStart   = regexp.MustCompile(`^S-1-5[-0-9a-z ]*\d`)
	sidOtherwise = regexp.MustCompile(` or (S-1-5-[-0-9]+)`)
)

// rightPairs reads the SIDs that the text lists below the sentence with the name of the right.
func rightPairs(text string) ([]trial, string) {
	m := rightAsked.FindStringSubmatchIndex(text)
	if m == nil {
		return nil, "the text names no user right as secedit does"
	}
	right, sentence := text[m[2]:m[3]], text[strings.LastIndexByte(text[:m[2]], '\n')+1:m[2]]
	listed := sidsBelow(text[m[1]:])
	switch {
	case strings.HasPrefix(sentence, "If any SIDs are granted"):
		return listedRight(right, nil), ""
	case strings.HasPrefix(sentence, "If any SIDs other than the following") && len(listed.all) > 0:
		return listedRight(right, listed.all), ""
	case strings.Contains(sentence, "not defined for") && len(listed.all)+len(listed.domain) > 0:
		nobody := strings.Contains(text, "If any SIDs are defined for the user right on nondomain-joined systems, this is a finding")
		if strings.Contains(text[m[1]:], "user right on domain-joined systems") && nobody {
			listed.domain, listed.all = append(listed.domain, listed.all...), nil
		}
		return deniedRight(right, listed, nobody), ""
	}
	return nil, "the text of the user right has another form: " + sentence
}

// sids are the accounts a text lists, for hosts in a domain and for all. Each line is a list of alternatives.
type sids struct{ domain, all [][]string }

func sidsBelow(text string) sids {
	var s sids
	domain := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "Domain Systems Only"):
			domain = true
		case strings.HasPrefix(line, "All Systems"):
			domain = false
		case sidAtStart.MatchString(line):
			known := strings.NewReplacer("S-1-5-root domain-", "S-1-5-21-11-22-33-", "S-1-5-domain-", "S-1-5-21-44-55-66-")
			either := []string{known.Replace(sidAtStart.FindString(line))}
			for _, m := range sidOtherwise.FindAllStringSubmatch(line, -1) {
				either = append(either, m[1])
			}
			if domain {
				s.domain = append(s.domain, either)
			} else {
				s.all = append(s.all, either)
			}
		}
	}
	return s
}

// granted is a host on which others hold the other rights and holders the one.
func granted(about, right string, holders, others []string, want evidence.Result) trial {
	list := func(sids []string) string { return "*" + strings.Join(sids, ",*") }
	rights := map[string]string{}
	for _, name := range rightNames {
		if len(others) > 0 {
			rights[name] = list(others)
		}
	}
	delete(rights, right)
	if len(holders) > 0 {
		rights[right] = list(holders)
	}
	return trial{about: right + " " + about + " " + strings.Join(holders, " "), files: []file{securityPolicy(accounts, rights)}, want: want}
}

// listedRight is about a right that only the listed may hold: all of them, each alone, nobody; and each of some others.
func listedRight(right string, lines [][]string) []trial {
	everyone := []string{"S-1-1-0"}
	all := slices.Concat(lines...)
	trials := []trial{granted("all", right, all, everyone, evidence.Pass), granted("nobody", right, nil, everyone, evidence.Pass)}
	for _, sid := range all {
		trials = append(trials, granted("alone", right, []string{sid}, everyone, evidence.Pass))
	}
	for _, sid := range []string{"S-1-1-0", "S-1-5-32-545", "S-1-5-32-551", "S-1-5-21-44-55-66-512", "S-1-5-32-5441"} {
		trials = append(trials, granted("another", right, []string{sid}, nil, evidence.Fail),
			granted("and another", right, append(slices.Clone(all), sid), nil, evidence.Fail))
	}
	return trials
}

// deniedRight is about a right that all the listed must hold. Without one of them it is a finding; in no domain only
// those for all systems count, or, if nobody is said, any holder is wrong.
func deniedRight(right string, listed sids, nobody bool) []trial {
	lines := slices.Concat(listed.domain, listed.all)
	first := func(lines [][]string) (held []string) {
		for _, line := range lines {
			held = append(held, line[0])
		}
		return held
	}
	all := first(lines)
	others := append(slices.Clone(all), "S-1-1-0")
	trials := []trial{granted("all", right, all, nil, evidence.Pass), granted("nobody", right, nil, others, evidence.Fail),
		granted("and another", right, append(slices.Clone(all), "S-1-5-32-545"), nil, evidence.Pass)}
	for i, line := range lines {
		trials = append(trials, granted("one missing", right, slices.Delete(slices.Clone(all), i, i+1), others, evidence.Fail))
		for _, sid := range line[1:] {
			held := slices.Clone(all)
			held[i] = sid
			trials = append(trials, granted("another way", right, held, nil, evidence.Pass))
		}
	}
	if len(listed.domain) == 0 {
		return trials
	}
	alone := func(t trial) {
		t.standalone, t.about = true, "standalone "+t.about
		trials = append(trials, t)
	}
	if nobody {
		alone(granted("nobody", right, nil, others, evidence.Pass))
		alone(granted("somebody", right, all, nil, evidence.Fail))
	} else if len(listed.all) > 0 {
		alone(granted("all systems", right, first(listed.all), nil, evidence.Pass))
		alone(granted("nobody", right, nil, others, evidence.Fail))
	}
	return trials
}

var (
	accountAsked = regexp.MustCompile(`If "([A-Za-z]+)" (.+) in the file, this is a finding`)
	bound        = regexp.MustCompile(`(equals|equal to|less than|greater than) "(\d+)"`)
)

// accountPairs tries the numbers around each that the sentence about the exported file names.
func accountPairs(text string) ([]trial, string) {
	m := accountAsked.FindStringSubmatch(text)
	if m == nil && strings.Contains(text, `If the value for "Network access: Allow anonymous SID/Name translation" is not set to "Disabled", this is a finding`) {
		m = []string{"", "LSAAnonymousNameLookup", `equals "1"`} // the text names only the editor
	}
	if m == nil {
		return nil, "the text names no line of the exported file"
	}
	name, finding := m[1], m[2]
	var trials []trial
	try := func(data string, wrong bool) {
		access, want := maps.Clone(accounts), evidence.Pass
		access[name] = data
		if wrong {
			want = evidence.Fail
		}
		trials = append(trials, trial{about: name + " = " + data, files: []file{securityPolicy(access, nil)}, want: want})
	}
	if original, ok := strings.CutPrefix(finding, "is not something other than "); ok {
		try(original, true)
		try(strings.ToUpper(original), true)
		try(`"x-someone"`, false)
		return trials, ""
	}
	bounds := bound.FindAllStringSubmatch(finding, -1)
	if len(bounds) == 0 {
		return nil, "the sentence about the exported file has another form: " + finding
	}
	wrong := func(n int) bool {
		if n == 0 && strings.Contains(finding, `(excluding "0")`) {
			return false
		}
		return slices.ContainsFunc(bounds, func(b []string) bool {
			limit, _ := strconv.Atoi(b[2])
			return b[1] == "less than" && n < limit || b[1] == "greater than" && n > limit || strings.HasPrefix(b[1], "equal") && n == limit
		})
	}
	numbers := []int{0, 1} // all that a switch can be
	if !slices.Contains([]string{"PasswordComplexity", "ClearTextPassword", "EnableGuestAccount", "LSAAnonymousNameLookup"}, name) {
		for _, b := range bounds {
			n, _ := strconv.Atoi(b[2])
			numbers = append(numbers, max(n-1, 0), n, n+1)
		}
	}
	for _, n := range numbers {
		try(strconv.Itoa(n), wrong(n))
	}
	switch name { // secedit writes -1 where the editor shows 0
	case "LockoutDuration", "MaximumPasswordAge":
		try("-1", wrong(0))
	}
	return trials, ""
}
