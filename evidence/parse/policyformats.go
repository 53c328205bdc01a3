package parse

// policyFormats: secedit and auditpol.
func policyFormats() []*Format { return nil }
