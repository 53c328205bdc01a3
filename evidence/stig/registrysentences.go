package stig

import (
	"regexp"
	"strconv"
)

const missing = `do(?:es)? not exist or (?:is|are) not configured as specified, this is a finding[.:]`

// aboutAbsence are the sentences of texts with blocks that say what an absent value means, or which block is the policy's.
var aboutAbsence = []struct {
	form *regexp.Regexp
	take func(*blockReader, []string)
}{
	{regexp.MustCompile(`^(?i:If the following registry values? ` + missing + `)$`), func(r *blockReader, _ []string) { r.must = true }},
	{regexp.MustCompile(`^(?i:(?:Verify the registry value below\. )?If (?:it|this registry value) ` + missing + `)$`), func(r *blockReader, _ []string) { r.must = true }},
	{regexp.MustCompile(`^(?i:If the following registry value is not configured as specified, this is a finding[.:])$`), func(r *blockReader, _ []string) { r.absent = true }},
	{regexp.MustCompile(`^(?i:If the registry value name below does not exist, this is not a finding\.)$`), func(r *blockReader, _ []string) { r.absent = true }},
	{regexp.MustCompile(`^(?i:If the following policy-based registry value exists and is not configured as specified, this is a finding\.)$`), func(r *blockReader, _ []string) { r.policy = true }},
	{regexp.MustCompile(`^(?i:If the policy-based registry value does not exist, verify the following registry value\. If it is not configured as specified, this is a finding\.)$`), func(r *blockReader, _ []string) { r.local = true }},
	{regexp.MustCompile(`^(?i:If it exists and is configured with a value of "(?:0x[0-9a-f]+ \()?(\d{1,10})\)?", this is (a|not a) finding\.)$`), (*blockReader).single},
	{regexp.MustCompile(`^(?i:A value of 0x[0-9a-f]+ \((\d{1,10})\), Internet, is (a) finding\.)$`), (*blockReader).single},
}

func (r *blockReader) single(m []string) {
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err == nil {
		r.findings = append(r.findings, ruling{n, m[2] == "a"})
	}
}

// other takes the sentences between the blocks that decide how the blocks are read.
func (r *blockReader) other(line string) bool {
	for _, s := range aboutAbsence {
		if m := s.form.FindStringSubmatch(line); m != nil {
			s.take(r, m)
			return true
		}
	}
	return false
}

// registrySentences are the other sentences of texts with blocks.
var registrySentences = []sentence{
	say(`Verify the registry value below\.`, nil),
	say(`The default behavior is for [^.]+\.`, nil),
	say(`The default behavior is for Early Launch Antimalware - Boot-Start Driver Initialization policy to enforce "[^"]+" \([^()]+\)\.`, nil),
	say(`Possible values for this setting are:`, nil),
	say(`[138] - [A-Z][a-z, ]+`, nil),
	say(`7 - All \(which includes "bad" and would be a finding\)`, nil),
	say(`Additional entries would not be a finding\.`, nil), // the kind's list accepts more entries than are named
	say(`This is the default configuration for this setting \(\d+ days\)\.`, nil),
	say(`Note: The following registry entry is an example; the value must equal at least one week's worth of records\.`, caveat),
	say(`The registry configuration setting below must be set \(at least\) to a value equal to the size needed to contain one week's worth of audit records in the security event log\. The value used below is an example that assumes a typical week's log size of \w+\.`, caveat),
	say(`This setting may prevent a system from being joined to a domain if not configured consistently between systems\.`, nil),
	say(`This setting may cause issues with some network scanning tools if local administrative accounts are used remotely\. Scans (?:should|must) use domain accounts where possible\. If a local administrative account must be used, temporarily enabling the privileged token by configuring the registry value to "\d" may be required\.`, caveat),
	say(`Clients with this setting enabled will not be able to communicate via digitally encrypted or signed protocols with servers that do not support these algorithms\. Both the browser and web server must be configured to use TLS[;.] otherwise[.,]? the browser will not be able to connect to a secure site\.`, nil),
	say(`If configuring this on servers causes issues, such as terminating users' remote sessions, and the organization has a policy in place that any other sessions on the servers, such as administrative console logons, are manually locked or logged off when unattended or not in use, this would be acceptable\. This must be documented with the [A-Za-z ()]+\.`, caveat),
	say(`If an organization-defined title is used, it can in no case contravene or modify the language of the banner text required in \S+\.`, caveat),
	say(`Automated tools may only search for the titles defined above\. If an organization-defined title is used, a manual review will be required\.`, caveat),
	say(`(?:If the system is a member of a domain and the|If the) firewall's (?:Domain|Private|Public) Profile is not enabled \(see (V-\d+)\), this requirement is also a finding\.`,
		func(d *draft, m []string) error {
			d.refers = append(d.refers, reference{legacy: m[1], words: m[0]})
			return nil
		}),
}
