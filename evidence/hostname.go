package evidence

import "strings"

// FoldHost is the name of a host without what does not tell hosts apart: case and blanks around it.
func FoldHost(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// SameHost reports whether two names are of one host: they differ in case only, or one is the other without its domain. A
// host without a name is no other one's.
func SameHost(a, b string) bool {
	a, b = FoldHost(a), FoldHost(b)
	if a == "" || b == "" {
		return false
	}
	return a == b || strings.HasPrefix(a, b+".") && !strings.Contains(b, ".") || strings.HasPrefix(b, a+".") && !strings.Contains(a, ".")
}

// netBIOSName is how many characters a NetBIOS name has at most: COMPUTERNAME, auditpol, Get-HotFix and WMI cut a longer one there.
const netBIOSName = 15

// IsCutHost reports whether a label is the NetBIOS name of a host with a longer one; both in one case.
func IsCutHost(label, longer string) bool {
	return len(label) == netBIOSName && len(longer) > netBIOSName && strings.HasPrefix(longer, label)
}
