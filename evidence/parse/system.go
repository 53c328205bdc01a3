package parse

import "auditpack/evidence"

func systemFormats() []*Format { return nil }

func deriveSystem(s evidence.Setting, to evidence.Sink)          {}
func deriveSystemCoverage(c evidence.Coverage, to evidence.Sink) {}
func derivableSystem(key evidence.Address) bool                  { return false }
