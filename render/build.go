package render

import "auditpack/evidence/audit"

// Options say what else the Document's package holds.
type Options struct {
	Sealed bool // a signature goes with the package: say how to verify it
}

// Build lays a out.
func Build(a audit.Audit, o Options) Document {
	return Document{}
}
