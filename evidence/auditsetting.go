package evidence

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
