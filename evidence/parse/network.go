package parse

import "auditpack/evidence"

func networkFormats() []*Format { return nil }

func deriveFirewall(s evidence.Setting, to evidence.Sink)          {}
func deriveFirewallCoverage(c evidence.Coverage, to evidence.Sink) {}
func derivableFirewall(key evidence.Address) bool                  { return false }
