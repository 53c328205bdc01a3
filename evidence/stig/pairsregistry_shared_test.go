package stig_test

import (
	"encoding/binary"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"auditpack/evidence"
)

// value is a registry value as an export writes it.
type value struct{ key, name, data string }

// choices are the data of one registry block: what complies, and what does not.
type choices struct {
	right, wrong []string
	absent       evidence.Result
}

const currentVersion = `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion`

// registryPairs writes a host for every right value of every block, for every wrong one, for the value that is not
// there, and for the one that is right but in the 32-bit view.
func registryPairs(text string, blocks []map[string]string) ([]trial, string) {
	if blocks[0]["block_role"] == "policy (decides if present)" {
		return firewallPairs(text, blocks)
	}
	base, all := host(text), []choices{}
	for _, b := range blocks {
		c, err := choose(b, text)
		if err != "" {
			return nil, err
		}
		all = append(all, c)
		base = append(base, value{b["key"], b["value_name"], c.right[0]})
	}
	trials := profileOff(base)
	for i, b := range blocks {
		at := len(base) - len(blocks) + i
		trials = append(trials, variants(b["value_name"], base, at, all[i])...)
	}
	if base[0].name == "InstallationType" {
		core := slices.Clone(base)
		core[0].data, core[len(core)-1].data = `"Server Core"`, all[len(all)-1].wrong[0]
		trials = append(trials, trial{about: "wrong on Server Core", files: exportHives(core), want: evidence.NotApplicable})
	}
	return trials, ""
}

// variants tries the choices in one place of a host where everything else complies.
func variants(name string, base []value, at int, c choices) []trial {
	var trials []trial
	put := func(about, data string, want evidence.Result) {
		values := slices.Clone(base)
		values[at].data = data
		about = fmt.Sprintf("%s %s: %.60s", name, about, data)
		trials = append(trials,
			trial{about: about + " (whole hive)", files: exportHives(values), want: want},
			trial{about: about + " (key alone)", files: exportKeys(values), want: want})
	}
	for _, data := range c.right {
		put("right", data, evidence.Pass)
	}
	for _, data := range c.wrong {
		put("wrong", data, evidence.Fail)
	}
	put("absent", "", c.absent)
	if rest, ok := strings.CutPrefix(base[at].key, `HKEY_LOCAL_MACHINE\SOFTWARE\`); ok {
		values := slices.Clone(base)
		values[at].key = `HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\` + rest
		trials = append(trials, trial{about: name + " right in the 32-bit view", files: exportHives(values), want: c.absent})
	}
	return trials
}

var profileAsked = regexp.MustCompile(`firewall's (Domain|Private|Public) Profile is not enabled`)

// firewallPairs tries the policy's value over a local one that says the opposite, and the local one without a policy.
func firewallPairs(text string, blocks []map[string]string) ([]trial, string) {
	if len(blocks) != 2 {
		return nil, "not one policy block and one local block"
	}
	c, err := choose(blocks[0], text)
	if err != "" {
		return nil, err
	}
	base := host(text)
	policy := value{blocks[0]["key"], blocks[0]["value_name"], ""}
	local := value{blocks[1]["key"], blocks[1]["value_name"], ""}
	var trials []trial
	try := func(p, l string, want evidence.Result) {
		values := append(slices.Clone(base), policy, local)
		values[len(base)].data, values[len(base)+1].data = p, l
		about := fmt.Sprintf("%s policy %q local %q", policy.name, p, l)
		trials = append(trials, trial{about: about, files: exportHives(values), want: want},
			trial{about: about + " (key alone)", files: exportKeys(values), want: want})
	}
	for _, right := range c.right {
		try(right, c.wrong[0], evidence.Pass)
		try(right, "", evidence.Pass)
		try("", right, evidence.Pass)
		for _, wrong := range c.wrong {
			try(wrong, right, evidence.Fail)
		}
	}
	for _, wrong := range c.wrong {
		try("", wrong, evidence.Fail)
	}
	try("", "", evidence.Fail)
	policy.data = c.right[0]
	return append(trials, profileOff(append(base, policy, local))...), ""
}

// profileOff is a host where all is right but that the firewall's profile, which the rule asks about too, is off.
func profileOff(values []value) []trial {
	values = slices.Clone(values)
	for i, v := range values {
		if v == profileOn(v.key) {
			values[i].data = "dword:00000000"
			return []trial{{about: "the profile is off", files: exportHives(values), want: evidence.Fail}}
		}
	}
	return nil
}

func profileOn(key string) value { return value{key, "EnableFirewall", "dword:00000001"} }

// host returns what a rule's conditions ask about the host besides its own values.
func host(text string) []value {
	if strings.Contains(text, "Server Core") {
		return []value{{currentVersion, "InstallationType", `"Server"`}}
	}
	if m := profileAsked.FindStringSubmatch(text); m != nil {
		return []value{profileOn(`HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall\` + m[1] + "Profile")}
	}
	return nil
}

// choose returns right and wrong data for a line of the table.
func choose(b map[string]string, text string) (choices, string) {
	c := choices{absent: evidence.Fail}
	if b["absent_ok"] == "yes" {
		c.absent = evidence.Pass
	}
	if b["operator"] == "text" {
		return chooseText(c, b["value_name"], text)
	}
	if b["value_type"] == "REG_SZ" {
		c.right, c.wrong = chooseStrings(b["operator"], b["expected"])
	} else {
		c.right, c.wrong = chooseNumbers(b["operator"], b["expected"])
	}
	if len(c.right) == 0 {
		return c, "an operator of the table without right and wrong values: " + b["operator"]
	}
	return c, ""
}

func chooseNumbers(operator, expected string) (right, wrong []string) {
	dword := func(n uint64) string { return fmt.Sprintf("dword:%08x", n) }
	member, example, disagree := strings.Cut(expected, " HEX!=DEC(")
	var ns []uint64
	for _, s := range strings.Split(member, "|") {
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			return nil, nil
		}
		ns = append(ns, n)
	}
	n := ns[0]
	switch operator {
	case "=", "in":
		for _, n := range ns {
			right = append(right, dword(n))
			for _, near := range []uint64{n + 1, n - 1, n + 256} {
				if near < 1<<32 && !slices.Contains(ns, near) {
					wrong = append(wrong, dword(near))
				}
			}
		}
	case "any":
		right = []string{dword(n), dword(0), dword(120)}
	case ">=":
		right, wrong = []string{dword(n), dword(n + 1)}, []string{dword(n - 1), dword(0)}
		if disagree { // between the two numbers of the text nobody can say
			less, _ := strconv.ParseUint(strings.TrimSuffix(example, ")"), 10, 32)
			wrong = []string{dword(less - 1), dword(0)}
		}
	case "<= and !=0":
		right, wrong = []string{dword(n), dword(1)}, []string{dword(0), dword(n + 1)}
	}
	return right, append(wrong, fmt.Sprintf(`"%d"`, n), quadword(n))
}

// quadword writes a right number as a value of the wrong type.
func quadword(n uint64) string {
	var octets []string
	for _, b := range binary.LittleEndian.AppendUint64(nil, n) {
		octets = append(octets, fmt.Sprintf("%02x", b))
	}
	return "hex(b):" + strings.Join(octets, ",")
}

func chooseStrings(operator, expected string) (right, wrong []string) {
	switch {
	case operator == "<= (numeric string)":
		n, err := strconv.ParseUint(expected, 10, 32)
		if err != nil {
			return nil, nil
		}
		return []string{quote(expected), `"0"`}, []string{quote(strconv.FormatUint(n+1, 10)), `"25"`, fmt.Sprintf("dword:%08x", n)}
	case operator == "in":
		for _, s := range strings.Split(expected, "|") {
			right = append(right, quote(s))
		}
		return right, []string{`"0"`, `"9"`, `""`, "dword:00000001"}
	case operator == "=" && strings.Contains(expected, "=1, "):
		return []string{quote(expected)}, []string{quote(strings.Replace(expected, "=1", "=0", 1)), quote(expected[:len(expected)-1] + "0"),
			quote(strings.Split(expected, ", ")[0]), `""`, "dword:00000001"}
	case operator == "=":
		return []string{quote(expected)}, []string{quote(expected + "(A;;RC;;;WD)"), `""`, "dword:00000001"}
	}
	return nil, nil
}

// chooseText finds the banner and its titles in the check text. A title of one's own is for a person to judge, so only
// its absence is wrong for certain.
func chooseText(c choices, name, text string) (choices, string) {
	switch name {
	case "LegalNoticeText":
		_, banner, ok := strings.Cut(text, "See message text below")
		if !ok {
			return c, "no text of the banner"
		}
		paragraphs := strings.FieldsFunc(banner, func(r rune) bool { return r == '\n' || r == '\r' })
		paragraphs = slices.DeleteFunc(paragraphs, func(s string) bool { return strings.TrimSpace(s) == "" })
		c.right = []string{quote(strings.Join(paragraphs, " ")), quote(strings.Join(paragraphs, "\r\n\r\n"))}
		c.wrong = []string{quote("Authorized users only."), quote(strings.Join(paragraphs[1:], " ")), quote(strings.Join(paragraphs[:len(paragraphs)-1], " ")), "dword:00000001"}
		return c, ""
	case "LegalNoticeCaption":
		for _, m := range regexp.MustCompile(`"([A-Z][^"]+)",`).FindAllStringSubmatch(text, -1) {
			c.right = append(c.right, quote(m[1]))
		}
		c.wrong = []string{"dword:00000001"}
	}
	if len(c.right) == 0 {
		return c, "no text to show for " + name
	}
	return c, ""
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// exportHives exports the hives that hold the values as a whole, so that all else is absent.
func exportHives(values []value) []file {
	byRoot := map[string][]value{}
	for _, v := range values {
		depth := 2
		if strings.HasPrefix(v.key, `HKEY_LOCAL_MACHINE\SYSTEM\`) {
			depth = 3 // SYSTEM\CurrentControlSet
		}
		root := strings.Join(strings.SplitN(v.key, `\`, depth+1)[:depth], `\`)
		if v.data == "" { // the key is not there either
			byRoot[root] = append(byRoot[root], value{key: root})
			continue
		}
		byRoot[root] = append(byRoot[root], value{key: root}, v)
	}
	var files []file
	for i, root := range slices.Sorted(maps.Keys(byRoot)) {
		files = append(files, export(fmt.Sprintf("hive%d.reg", i), byRoot[root]))
	}
	return files
}

// exportKeys exports each key on its own, with another value in it; a key below another comes with that one.
func exportKeys(values []value) []file {
	var groups [][]value
	sorted := slices.Clone(values)
	slices.SortStableFunc(sorted, func(a, b value) int { return strings.Compare(a.key, b.key) })
	for _, v := range sorted {
		if n := len(groups); n > 0 && strings.HasPrefix(v.key+`\`, groups[n-1][0].key+`\`) {
			groups[n-1] = append(groups[n-1], v)
			continue
		}
		groups = append(groups, []value{v, {v.key, "Other", `"1"`}})
	}
	var files []file
	for i, g := range groups {
		files = append(files, export(fmt.Sprintf("key%d.reg", i), g))
	}
	return files
}

// export writes values as reg export does. A value without data is not there.
func export(name string, values []value) file {
	byKey := map[string][]value{}
	for _, v := range values {
		byKey[v.key] = append(byKey[v.key], v)
	}
	var text strings.Builder
	text.WriteString("Windows Registry Editor Version 5.00\r\n\r\n")
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		fmt.Fprintf(&text, "[%s]\r\n", key)
		for _, v := range byKey[key] {
			if v.data != "" {
				fmt.Fprintf(&text, "%s=%s\r\n", quote(v.name), v.data)
			}
		}
		text.WriteString("\r\n")
	}
	return file{name, utf16Text(text.String())}
}

func utf16Text(text string) []byte {
	raw := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	return raw
}
