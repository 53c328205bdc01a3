package stig_test

import (
	"fmt"
	"regexp"
	"strings"

	"auditpack/evidence"
)

// subcategories are the identifiers of the audit policy's subcategories as Windows defines them, by their English names.
var subcategories = []struct{ guid, name string }{
	{"0CCE9210", "Security State Change"}, {"0CCE9211", "Security System Extension"}, {"0CCE9212", "System Integrity"},
	{"0CCE9213", "IPsec Driver"}, {"0CCE9214", "Other System Events"}, {"0CCE9215", "Logon"}, {"0CCE9216", "Logoff"},
	{"0CCE9217", "Account Lockout"}, {"0CCE921B", "Special Logon"}, {"0CCE921C", "Other Logon/Logoff Events"},
	{"0CCE921D", "File System"}, {"0CCE921E", "Registry"}, {"0CCE921F", "Kernel Object"}, {"0CCE9220", "SAM"},
	{"0CCE9223", "Handle Manipulation"}, {"0CCE9224", "File Share"}, {"0CCE9227", "Other Object Access Events"},
	{"0CCE9228", "Sensitive Privilege Use"}, {"0CCE922A", "Other Privilege Use Events"}, {"0CCE922B", "Process Creation"},
	{"0CCE922C", "Process Termination"}, {"0CCE922F", "Audit Policy Change"}, {"0CCE9230", "Authentication Policy Change"},
	{"0CCE9231", "Authorization Policy Change"}, {"0CCE9234", "Other Policy Change Events"}, {"0CCE9235", "User Account Management"},
	{"0CCE9236", "Computer Account Management"}, {"0CCE9237", "Security Group Management"}, {"0CCE923A", "Other Account Management Events"},
	{"0CCE923B", "Directory Service Access"}, {"0CCE923C", "Directory Service Changes"}, {"0CCE923F", "Credential Validation"},
	{"0CCE9244", "Detailed File Share"}, {"0CCE9245", "Removable Storage"}, {"0CCE9246", "Central Policy Staging"},
	{"0CCE9248", "Plug and Play Events"}, {"0CCE9249", "Group Membership"},
}

var (
	listedAudit = regexp.MustCompile(`(?m)>> ([A-Z][A-Za-z/ ]+) - (Success|Failure)\s*$`)
	editorAudit = regexp.MustCompile(`If "(?:Audit )([A-Z][A-Za-z/ ]+)" is not set to "(Success|Failure)"`)
)

// auditPairs sets one subcategory, and all others to the opposite, so that no other can be taken for it.
func auditPairs(text string) ([]trial, string) {
	asked := append(listedAudit.FindAllStringSubmatch(text, -1), editorAudit.FindAllStringSubmatch(text, -1)...)
	if len(asked) != 1 {
		return nil, fmt.Sprintf("the text asks for %d subcategories", len(asked))
	}
	guid := ""
	for _, s := range subcategories {
		if s.name == asked[0][1] || "Audit "+s.name == asked[0][1] {
			guid = s.guid
		}
	}
	if guid == "" {
		return nil, "a subcategory that is not listed here: " + asked[0][1]
	}
	other := map[string]string{"Success": "Failure", "Failure": "Success"}[asked[0][2]]
	host := func(set, others string, want evidence.Result) trial {
		return trial{about: asked[0][1] + ": " + set, files: []file{auditPolicy(guid, set, others)}, want: want}
	}
	return []trial{
		host(asked[0][2], "No Auditing", evidence.Pass), host("Success and Failure", "No Auditing", evidence.Pass),
		host(other, "Success and Failure", evidence.Fail), host("No Auditing", "Success and Failure", evidence.Fail),
	}, ""
}

// auditPolicy writes what auditpol /get /category:* /r prints.
func auditPolicy(guid, set, others string) file {
	var text strings.Builder
	text.WriteString("\r\nMachine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting\r\n")
	for _, s := range subcategories {
		setting := others
		if s.guid == guid {
			setting = set
		}
		fmt.Fprintf(&text, "AUTOMATE01,System,%s,{%s-69AE-11D9-BED3-505054503030},%s,\r\n", s.name, s.guid, setting)
	}
	return file{"auditpol.csv", []byte(text.String())}
}
