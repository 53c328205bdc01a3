// Package snapshot reads and writes snapshots: all Items of one host at one time, as a bag (package bag), which makes a
// snapshot verifiable with sha256sum alone.
//
// # Form
//
//	bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
//	data/snapshot.json             who, what, when: see below
//	data/items/<collector>/<file>  the bytes of an Item, exactly as they were captured or handed in
//	seal/…                         when sealed
//
// No path has more than 60 bytes, so that a package can hold a snapshot below its own folders. A file's path is made of
// the last part of its name, in the alphabet of bags; the name as it was stands in snapshot.json. Where two names become
// one path, the later one has eight digits of the SHA-256 of "source/name" before its ending.
//
// # snapshot.json
//
// UTF-8 JSON, indented by two blanks, in the order of fields below, one line feed at the end:
//
//	version          "auditpack.snapshot/1"
//	host             the host as somebody claims (imported) or as the system said (captured)
//	operator         who captured or imported
//	tool             the program and its version
//	previous_sha256  the digest of the snapshot before this one, if it was given
//	imported         RFC 3339 in UTC: when files of others were taken in, by the importer's clock; missing: not recorded
//	clock            what is known of the clock that the times come from; missing: nothing is
//	  offset_seconds how far it is ahead of source; a minus: behind
//	  source         what it was compared with
//	  asked          RFC 3339 in UTC: when, by the host's clock
//	items            sorted by path, one for everything that was to be captured:
//	  path           data/items/…; there is a file if, and only if, sha256 is not empty
//	  name, source   where the bytes came from: name is relative to the folder or zip named by source
//	  collector      what asked for it; unrecognised: nothing knows what it is
//	  format         as what it was recognised when it was taken in
//	  refused        why it is no evidence, as far as known then
//	  status         captured, absent, denied, failed, timed out, cut short, skipped
//	  origin         captured, script, imported, probe
//	  host, by       as above; of a probe the vantage
//	  size, sha256   of the bytes; empty without any
//	  taken          RFC 3339 in UTC; of an imported Item as claimed, or the time of the file
//	  command, exit_code
//	  duration_ms    how long the capture took; taken is when it began
//	  stderr         what the command wrote to standard error, as text, at most 2,000 characters
//	  code_page      in which a console program wrote its text
//	  ui_language    the language of the system's messages
//	  withheld       secrets that were cut before hashing: rule, line, and what stood before each
//	  missing        what of the host was looked for by name and is not there, of an absent item: registry:HKLM\…
//	  note
//
// A reader takes this form only: a file that is decoded and encoded again must be the same bytes. Every file below data/
// but snapshot.json itself must be an Item's, with the size and digest that the Item states.
//
// The digest of a snapshot is that of its tagmanifest-sha256.txt.
//
// # Chain
//
// previous_sha256 names the snapshot of the same host before this one. It stands in snapshot.json, so that the digest of
// each snapshot covers the ones before it: who keeps the newest digest can tell whether an older snapshot was taken away,
// put in or exchanged. [Chains] puts snapshots in their order and shows the gaps.
//
// # Import
//
// [Import] makes a snapshot of what others exported by hand. It keeps every file byte for byte, whether anything
// recognises it or not. A zip is unpacked once; a zip inside a zip, or one that cannot be unpacked, is kept as it is,
// save that one named by the operator is an error if it cannot be unpacked. Names inside archives are never used
// as paths. Links are not followed, except one named by the operator. A link, a device, an encrypted entry, a file that
// cannot be read or is over a limit is an Item without bytes, whose Note says why: nothing that was there is passed over.
//
// Host, operator and times of an import are claims. They are kept as claims: every Item's origin is imported.
package snapshot
