package parse

// policyFormats: secedit and auditpol.
func policyFormats() []*Format { return []*Format{seceditExport, auditpolCSV, auditpolText} }
