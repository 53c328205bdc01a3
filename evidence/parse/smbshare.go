package parse

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// smbShares is what Get-SmbShare shows of each share.
var smbShares = &Format{
	Name:      "Get-SmbShare objects",
	Doc:       "shares as Get-SmbShare or Win32_Share writes them with ConvertTo-Json or Export-Csv",
	Collector: "shares",
	Kinds:     []string{"share", "share-security"},
	Recognise: func(h Head) Match {
		names := rowNames(h)
		if hasAll(names, "name", "path") && !names["accountname"] &&
			hasAny(names, "sharetype", "sharestate", "securitydescriptor", "folderenumerationmode", "encryptdata", "allowmaximum", "scopename") {
			return Match{Sure: 85}
		}
		return Match{}
	},
	Read: readSMBShares,
}

func readSMBShares(source Source, sink evidence.Sink) error {
	problems := &problemCounter{Sink: sink}
	var whole *evidence.Citation
	err := eachAccessRow(source, "share:", problems, func(row accessRow) {
		name := row.get("name")
		if name == "" {
			problems.Problem(evidence.Problem{Scope: "share:", Message: "a share without a name", Cite: row.cite})
			return
		}
		sink.Setting(evidence.Setting{Address: evidence.ShareAddress(name), Value: evidence.Share{Path: aclPath(row.get("path"))}, Cite: row.cite})
		if sddl := row.get("securitydescriptor"); sddl != "" {
			emitSDDL(sink, evidence.ShareSecurityAddress(name), sddl, row.cite)
		}
		if strings.EqualFold(name, "IPC$") {
			whole = &row.cite
		}
	})
	// Every server shares IPC$: a list that names it was not narrowed down to some shares.
	if err == nil && whole != nil && problems.count == 0 {
		sink.Covered(evidence.Coverage{Scope: "share:", Cite: *whole})
	}
	return err
}

// problemCounter counts the Problems that pass through it.
type problemCounter struct {
	evidence.Sink
	count int
}

func (c *problemCounter) Problem(p evidence.Problem) {
	c.count++
	c.Sink.Problem(p)
}

// smbShareAccess is what Get-SmbShareAccess shows: one object an entry.
var smbShareAccess = &Format{
	Name:      "Get-SmbShareAccess objects",
	Doc:       "permissions of shares as Get-SmbShareAccess -Name NAME writes them with ConvertTo-Json or Export-Csv",
	Collector: "shares",
	Kinds:     []string{"share-security"},
	Recognise: func(h Head) Match {
		if hasAll(rowNames(h), "name", "accountname", "accesscontroltype", "accessright") {
			return Match{Sure: 95}
		}
		return Match{}
	},
	Read: readSMBShareAccess,
}

// shareRightWords are the rights of shares: words in CSV and net share, numbers in JSON (MSFT_SmbShareAccessControlEntry).
var shareRightWords = map[string]evidence.Access{
	"0": evidence.FullControl, "1": evidence.Modify, "2": evidence.ReadAndExecute,
	"full": evidence.FullControl, "change": evidence.Modify, "read": evidence.ReadAndExecute,
}

func readSMBShareAccess(source Source, sink evidence.Sink) error {
	type list struct {
		name string
		acl  evidence.ACL
		cite evidence.Citation
	}
	var lists []*list
	err := eachAccessRow(source, "share-security:", sink, func(row accessRow) {
		name := row.get("name")
		var l *list
		for _, known := range lists {
			if strings.EqualFold(known.name, name) {
				l = known
			}
		}
		if l == nil {
			l = &list{name: name, cite: row.cite}
			lists = append(lists, l)
		}
		l.cite.Length = row.cite.Offset + row.cite.Length - l.cite.Offset
		entry, err := shareEntry(row)
		if err != nil {
			entry = evidence.ACE{Other: err.Error()}
			sink.Problem(evidence.Problem{Scope: evidence.ShareSecurityAddress(name), Message: err.Error(), Cite: row.cite})
		}
		l.acl.Entries = append(l.acl.Entries, entry)
	})
	for _, l := range lists {
		sink.Setting(evidence.Setting{Address: evidence.ShareSecurityAddress(l.name), Value: l.acl, Cite: l.cite})
	}
	return err
}

func shareEntry(row accessRow) (evidence.ACE, error) {
	entry := evidence.ACE{Principal: evidence.PrincipalNamed(row.get("accountname"))}
	switch kind := strings.ToLower(row.get("accesscontroltype")); kind {
	case "0", "allow":
	case "1", "deny":
		entry.Deny = true
	default:
		return entry, fmt.Errorf("unknown type of access %q", kind)
	}
	right := row.get("accessright")
	access, ok := shareRightWords[strings.ToLower(right)]
	if !ok || entry.Principal == (evidence.Principal{}) {
		return entry, fmt.Errorf("right %q of account %q is not understood", right, row.get("accountname"))
	}
	entry.Access = access
	return entry, nil
}
