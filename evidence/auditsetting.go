package evidence

import (
	"strconv"
	"strings"
)

// AuditSetting says which outcomes of a subcategory are written to the security log. Its values are those of the last
// column of auditpol /backup, and its bits those of the Windows interface.
type AuditSetting uint8

// The AuditSettings.
const (
	AuditNone    AuditSetting = 0
	AuditSuccess AuditSetting = 1
	AuditFailure AuditSetting = 2
	AuditBoth                 = AuditSuccess | AuditFailure
)

// Includes reports whether all outcomes of other are written.
func (a AuditSetting) Includes(other AuditSetting) bool { return a&other == other }

// String returns none, success, failure or success and failure.
func (a AuditSetting) String() string {
	return [...]string{"none", "success", "failure", "success and failure"}[a&AuditBoth]
}

// The English names of the subcategories, which are numbered without a gap from 0CCE9210 on ([MS-GPAC] 2.2.1.2, as
// auditpol /list /subcategory:* /v lists them; the last one, of ntsecapi.h, is in auditpol of Windows Server 2016 and later only).
var auditSubcategories = []string{
	"Security State Change", "Security System Extension", "System Integrity", "IPsec Driver",
	"Other System Events", "Logon", "Logoff", "Account Lockout", "IPsec Main Mode", "IPsec Quick Mode",
	"IPsec Extended Mode", "Special Logon", "Other Logon/Logoff Events", "File System", "Registry",
	"Kernel Object", "SAM", "Certification Services", "Application Generated", "Handle Manipulation",
	"File Share", "Filtering Platform Packet Drop", "Filtering Platform Connection",
	"Other Object Access Events", "Sensitive Privilege Use", "Non Sensitive Privilege Use",
	"Other Privilege Use Events", "Process Creation", "Process Termination", "DPAPI Activity", "RPC Events",
	"Audit Policy Change", "Authentication Policy Change", "Authorization Policy Change",
	"MPSSVC Rule-Level Policy Change", "Filtering Platform Policy Change", "Other Policy Change Events",
	"User Account Management", "Computer Account Management", "Security Group Management",
	"Distribution Group Management", "Application Group Management", "Other Account Management Events",
	"Directory Service Access", "Directory Service Changes", "Directory Service Replication",
	"Detailed Directory Service Replication", "Credential Validation", "Kerberos Service Ticket Operations",
	"Other Account Logon Events", "Kerberos Authentication Service", "Network Policy Server",
	"Detailed File Share", "Removable Storage", "Central Access Policy Staging", "User / Device Claims",
	"PNP Activity", "Group Membership", "Token Right Adjusted", "Access Rights",
}

// AuditSubcategory returns the English name of a subcategory of the audit policy by its identifier in braces, whatever
// language the host speaks; an unknown identifier is its own name.
func AuditSubcategory(guid string) string {
	const first, end = 0x0cce9210, "-69ae-11d9-bed3-505054503030}"
	if len(guid) != 38 || guid[0] != '{' || !strings.EqualFold(guid[9:], end) {
		return guid
	}
	n, err := strconv.ParseUint(guid[1:9], 16, 32)
	if err != nil || n < first || n-first >= uint64(len(auditSubcategories)) {
		return guid
	}
	return auditSubcategories[n-first]
}
