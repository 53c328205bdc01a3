// Package pack makes the deliverable: a BagIt bag, folder or zip, that holds the report, the workbook, audit.json, the
// snapshots as they were captured, and everything else the verdicts were made from.
//
//	data/report.pdf  data/workbook.xlsx  data/audit.json
//	data/checklists/*.ckl *.cklb   a checklist for each host and STIG, if benchmarks were given
//	data/xccdf/*.xml             the same as XCCDF results; apart, because readers take a revision from checklists only
//	data/oscal/…                 assessment results and plan of action and milestones
//	data/poam.csv                that plan as a table for other programs
//	data/inputs/pack.json        as-of time, options, tool version
//	data/inputs/guide/…          the guide's data files
//	data/inputs/answers.yaml     the operator's file, if one was given
//	data/inputs/benchmarks/…     STIG benchmarks, if any were given, numbered in their order
//	data/inputs/earlier/…        releases of them that were used before, if any were given
//	data/inputs/cci/…            DISA's list of CCIs, if it was given
//	data/inputs/checklists/…     checklists that were carried over, numbered in their order
//	data/questionnaire/*.json       the answers to each set of questions
//	data/snapshots/<host>/after/…   data/snapshots/<host>/before/…    bags, byte for byte; hosts that 15 characters do not
//	                                tell apart are numbered in their order
//	verify.txt                   how to verify without auditpack
//	bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
//	seal/…                       signatures of tagmanifest-sha256.txt, which stands for all of the above
//
// The same inputs give the same bytes: there is no clock in here, and every list is sorted. Only signatures differ from one
// run to the next, as they state when they are made; what is signed depends on who signs, never on when.
//
// # Several hosts
//
// There is one snapshot a host, and maybe an earlier one, put together by the name that both claim ([PairHosts]). Hosts are read
// and judged side by side, and what was read is given up before the next one: what is kept of a host is what audit.json says of
// it. Nothing holds audit.json, the long sheets or OSCAL's lists as a whole.
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
// # Without evidence
//
// A reduced package ([Inputs.WithoutEvidence]) is for readers outside of the house, who must not get netstat, user lists and access
// lists. It is made of the same inputs by the same judgement; then the Audit is masked once (package evidence/reduce states the
// rules), and everything is drawn from the masked one: report, workbook, audit.json, also where it is embedded, checklists,
// OSCAL, answers.
//
//	data/snapshots/<host>/after/bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt  seal/…   byte for byte
//
// is what stays of a snapshot: its digest can be computed, its own seal verified, and each item's digest read. The items do not stay,
// nor does snapshot.json: it has command lines, names of files as they were handed in, standard error. What of it is needed is
// in audit.json, masked. Of data/inputs only pack.json stays: what else lies there is the operator's (answers, attachments, own questions)
// or public (guide, benchmarks), and without evidence nothing can be judged by it. The statuses of carried checklists stay,
// since verdicts rest on them; what people wrote in them does not, nor what they were called. Insurers' forms are filled from the masked answers, and each is said not to be the copy to
// hand in; the form itself stays as it came, but for the names of its file and its map. The top folder ends in -reduced, so that nobody unpacks one package over the other.
//
// That it was made so is said in three places, all under the seal: pack.json ("withheld": how many items and inputs),
// bag-info.txt (Withheld-Items) and audit.json ("reduced": by which rules, and how often). All of them have to agree with each other
// and with the manifests of the snapshots.
//
// Verify holds of it, besides signatures and the bytes that are there: each nested bag is whole but for its payload, of which nothing
// is there; audit.json judges the digests of these bags, and speaks of just the items that their manifests list, with the same
// digests; nothing lies in the package that a reduced one does not have. A package that lost items and does not say so is one with
// missing files. One from which somebody took items, and which they made say so, is broken by its seal; a seal of their own is by
// another signer, and of a package without any seal nothing shows who made it, reduced or not. A replay is not possible, and
// [Replayed.Withheld] says so.
//
// Whoever holds the whole package too can tie both by the digests of the snapshots, and compare the counts ([Report.Counts]).
//
// The digests of items are those of the whole package. Who can guess every byte of a small item can confirm the guess by its digest: of
// the members of one group with common names that is thinkable. They stay all the same, since without them nothing would tie the
// two packages together; the page Withheld says so.
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
