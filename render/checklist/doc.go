// Package checklist writes one STIG as it was judged on one host in the three forms that other tools read.
//
//   - [WriteCKL]: CKL, DISA's schema "Checklist" 2.5 (STIG Viewer 2)
//   - [WriteCKLB]: CKLB 1.0 (STIG Viewer 3)
//   - [WriteXCCDF]: XCCDF 1.2 with the benchmark and one TestResult
//
// All three are drawn from the same [Finding] for each rule, so they cannot differ in a status or a text. The same input
// gives the same bytes: identifiers are version 5 UUIDs of content, every time is the as-of time that is handed in.
//
// # Statuses
//
// A pass is NotAFinding, a fail is Open, also where an exception accepts it, not applicable is Not_Applicable; everything
// else is Not_Reviewed. There is no other source of a status than the verdict, so that a checklist says what all other outputs
// say. Of a verdict that rests on a person's word, in the answers or in an earlier checklist, the finding says so.
//
// Whose text is whose in finding details and comments, package carry states, which reads what is written here.
//
// # Limits of the readers
//
// STIG Manager cuts texts at 32,767 UTF-16 units without a word and needs a host name; MITRE SAF refuses a byte order
// mark, an FQDN of one label and addresses that are none; the CKL schema refuses characters that XML 1.0 has not, and
// empty checklists. What would be cut is shortened with a note, what would be refused is left out with a note in the
// target's comment, and what cannot be written at all is an error.
package checklist
