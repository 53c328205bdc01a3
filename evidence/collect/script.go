package collect

import "io"

// Script writes the capture as a PowerShell 5.1 script.
func Script(to io.Writer, list []*Collector, tool string) error { return nil }
