// Package oscal writes an Audit as NIST's OSCAL 1.1.3 in JSON: assessment results and a plan of action and milestones,
// for data/oscal/ of a package. References to evidence are relative to that folder.
//
// # What is what
//
//	host                 inventory item
//	Control or Rule      objective, by its own identifier (tls10-server, SV-205858r991589_rule)
//	Reason               observation, with each Citation as relevant evidence: file, line, bytes, SHA-256
//	attestation          observation by INTERVIEW; evidence is EXAMINE, a probe TEST, nothing to look at UNKNOWN
//	pass                 finding, satisfied, reason pass
//	fail                 finding, not satisfied, reason fail; a risk; an item of the plan
//	needs review,        finding, not satisfied, reason other: nobody has shown that it holds
//	  not collected
//	not applicable       observations, no finding
//	exception            status of the risk (deviation-approved while valid), its deadline and log; never the finding's state
//
// Controls of NIST SP 800-53 are named where a Rule's CCIs stand for them: of the benchmarks' Rules, and of the Rules that
// a Control of the guide stands for ([auditpack/evidence/audit.Assessed.CCIs]).
//
// # Texts and identifiers
//
// Text of the evidence is hostile. What deceives readers is made visible ([auditpack/render.Clean]); where OSCAL reads
// Markdown, the text is escaped so that it shows itself and nothing else. Texts in properties are as they are.
//
// Every identifier is a UUID of version 5: of an object by the snapshot's digest, the host and what it is about, so that
// both documents use the same one, and of a document by all its content. Times are those of the Audit. The same Audit
// gives the same bytes.
package oscal
