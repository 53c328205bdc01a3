// Package pack makes the deliverable: a BagIt bag, folder or zip, that holds the report, the workbook, audit.json, the
// snapshots as they were captured, and everything else the verdicts were made from.
//
//	data/report.pdf  data/workbook.xlsx  data/audit.json
//	data/checklists/*.ckl *.cklb   a checklist for each host and STIG, if benchmarks were given
//	data/xccdf/*.xml             the same as XCCDF results; apart, because readers take a revision from checklists only
//	data/oscal/…                 assessment results and plan of action and milestones
//	data/inputs/pack.json        as-of time, options, tool version
//	data/inputs/guide/…          the guide's data files
//	data/inputs/answers.yaml     the operator's file, if one was given
//	data/inputs/benchmarks/…     STIG benchmarks, if any were given, numbered in their order
//	data/inputs/cci/…            DISA's list of CCIs, if it was given
//	data/inputs/checklists/…     checklists that were carried over, numbered in their order
//	data/snapshots/<host>/after/…   data/snapshots/<host>/before/…    bags, byte for byte
//	verify.txt                   how to verify without auditpack
//	bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
//
// The same inputs give the same bytes: there is no clock in here, and every list is sorted.
package pack
