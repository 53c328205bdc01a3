// Package carry reads existing checklists, CKL (2.5, of STIG Viewer 2) and CKLB (1.0, of STIG Viewer 3), for what people
// said in them, and finds which [evidence.Rule] of a benchmark each of their rules is now. What becomes of it, package audit
// says, which knows the verdicts.
//
// # Whose text is whose
//
// A checklist that this program wrote, that people worked on, and that is handed in again keeps what people wrote and drops
// what will be judged anew. Finding details are this program's between a first line "[auditpack] Status …" and a last line
// "[auditpack] End …", which has a digest of the text above: who changes that text makes it theirs. In comments each of its
// lines begins with "[auditpack]"; all other lines are people's, and so are those below "[auditpack] Carried …". The first
// line of the details also tells a status that a verdict made from one that a person gave later: the first kind says nothing
// but what this program said then. That a verdict rested on an attestation makes no difference: its end is not outlived so.
package carry

import "auditpack/evidence"

// Mark begins every line in a comment that this program wrote, and the first and last line of finding details.
const Mark = "[auditpack]"

const (
	StatusLine  = Mark + " Status "  // begins this program's part of finding details
	EndLine     = Mark + " End "     // ends it
	CarriedLine = Mark + " Carried " // begins a text that was carried over and says from where
)

// XCCDFPrefix is DISA's name space in the identifiers of XCCDF 1.2.
const XCCDFPrefix = "xccdf_mil.disa.stig_"

// Seal is what ends finding details: it tells whether the text above was changed since.
func Seal(text string) string {
	d := evidence.DigestOf([]byte(text))
	return d.Short()
}
