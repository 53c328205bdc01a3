package parse

import "auditpack/evidence"

func accessFormats() []*Format { return nil }

func deriveShares(s evidence.Setting, to evidence.Sink)          {}
func deriveSharesCoverage(c evidence.Coverage, to evidence.Sink) {}
func derivableShares(key evidence.Address) bool                  { return false }
