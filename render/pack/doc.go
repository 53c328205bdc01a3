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
//	data/inputs/earlier/…        releases of them that were used before, if any were given
//	data/inputs/cci/…            DISA's list of CCIs, if it was given
//	data/inputs/checklists/…     checklists that were carried over, numbered in their order
//	data/snapshots/<host>/after/…   data/snapshots/<host>/before/…    bags, byte for byte
//	verify.txt                   how to verify without auditpack
//	bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
//	seal/…                       signatures of tagmanifest-sha256.txt, which stands for all of the above
//
// The same inputs give the same bytes: there is no clock in here, and every list is sorted. Only signatures differ from one
// run to the next, as they state when they are made; what is signed depends on who signs, never on when.
//
// # Seal
//
// One identity signs a package three times: the report (PAdES, package pdf), the workbook (OPC, package xlsx) and, when the
// manifests are final, tagmanifest-sha256.txt:
//
//	seal/tagmanifest-sha256.txt.p7s   detached CMS in DER; with a timestamp over its signature value, if one was asked for
//	seal/signer.pem                   the certificate in the .p7s, for those who want to look at it
//	seal/tagmanifest-sha256.txt.tsr   RFC 3161 answer over tagmanifest-sha256.txt, if a timestamp was asked for
//	seal/tsa-chain.pem                the certificates in the .tsr, the authority's first
//	seal/tagmanifest-sha256.txt.2.p7s, .3.p7s …   of further signers, over the same bytes
//
// The embedded audit.json and evidence-sha256.txt, which sha256sum -c reads in the folder of the package, let the report stand
// for what it was drawn from when the package is not at hand.
//
// # Replay
//
// pack.json holds what a replay has to be told besides the files in data/inputs: as-of time, tool, who packs and who is to
// sign, the folders of the hosts in their order, and for each file its name when it was handed in. [Replay] makes every output
// again out of these and the nested snapshots, and compares: the report up to the end of its first revision (what follows are
// signatures), the workbook part by part without _xmlsignatures and what names it in [Content_Types].xml and _rels/.rels, all
// else byte for byte. Nothing may lie in the package that was neither used nor made. A replay holds that the outputs follow from
// the inputs; that the inputs are the right ones it cannot hold, since whoever forges a package may forge these too.
//
// # What Verify holds
//
// Of a bag with a seal: signer.pem and tsa-chain.pem are, byte for byte, what the seal and the timestamp carry; the numbers of
// further signers have no gap; nothing lies there that belongs to nothing. Of a package: seal, report and workbook are by one
// certificate, the one that pack.json announces, and all of them are there if it announces one; a timestamp is there if
// it says that one was asked for. Nested snapshots' own seals are verified like any other.
//
// What no program can hold: that a package was never sealed before somebody took everything apart and made it again
// without signatures, or with a key of their own. Against the first helps to require a signature ([Report.HasTrusted]),
// against the second to know whom to trust.
package pack
