// Package bag reads and writes BagIt 1.0 bags (RFC 8493), as folders and as zips. Snapshots and packages are bags, and
// nothing else in the project opens or makes one.
//
// # Form
//
// A bag is a set of files. The payload lies below data/; everything else is a tag file:
//
//	bagit.txt                 BagIt-Version: 1.0 ␊ Tag-File-Character-Encoding: UTF-8 ␊
//	bag-info.txt              lines of label, colon, blank, value, sorted by label; among them Payload-Oxum
//	manifest-sha256.txt       the digest of every file below data/
//	tagmanifest-sha256.txt    the digest of every file outside data/ and seal/ but itself
//	data/…                    the payload, at least one file
//	seal/…                    signatures of tagmanifest-sha256.txt
//
// and any further tag file, such as verify.txt. A line of a manifest is a SHA-256 (64 lower-case hexadecimal digits),
// two blanks, a path and a line feed; lines are sorted by the bytes of the path, no path stands twice. So
//
//	sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt
//
// checks every byte, and the digest of tagmanifest-sha256.txt stands for the whole bag: it covers the payload manifest,
// which covers the payload.
//
// Payload-Oxum is the number of bytes in the payload, a dot, the number of files. There is no bagging date: what is in
// bag-info.txt comes from the caller, so that equal content makes equal bags.
//
// # Names
//
// A path has at most 100 bytes out of a–z 0–9 . _ - /. No part of it is empty, begins or ends with a dot, or is a device
// of Windows (con, nul, com1 …, with or without an ending). No path is also a folder. No two names are equal when case is
// folded. Links, devices, sockets and empty folders are no part of a bag.
//
// seal/ holds nothing but signer.pem, tsa-chain.pem, and tagmanifest-sha256.txt followed by .p7s or .tsr, with a
// number from 2 to 99 between for further signers: tagmanifest-sha256.txt.2.p7s. No manifest lists them, as they come
// after the last one. signer.pem and tsa-chain.pem belong to the first signer.
//
// # Zip
//
// A bag may be one zip, whose files may lie in one top folder with a name of at most 40 bytes, which is no part of the
// paths that are limited to 100. Files are stored, not compressed; every field has one
// value only, so that a bit that is flipped anywhere makes another zip that is refused:
//
//   - entries follow each other from byte 0 without a gap, then the directory in the same order, then the end record;
//     nothing before, between or after
//   - local header and directory record agree; version needed and made by 10, no flags, method 0, no extra fields, no
//     comments, no attributes; the checksum is that of the bytes
//   - all entries have one time; there are no entries for folders
//   - less than 4 GiB and less than 65,535 entries (no zip64): a larger bag is a folder
//
// # Reading
//
// [Open] verifies everything before it hands anything out: forms, names, every digest, completeness in both directions,
// sizes, Payload-Oxum, and the zip down to the last bit. All that is wrong is in the [InvalidError]. What is read later is
// hashed again: a file that was changed after it was verified ends with a [ChangedError] instead of io.EOF.
// A seal is a matter of package seal; here it is only looked at whether its names are allowed.
//
// A bag inside another one may have its payload withheld ([Bag.SubWithheld]): its tag files are all there, and with them the
// digest that stands for the bag and its seal, but no file of the payload is. Nothing in such a bag itself says so, since
// its bytes are those that it always had: that it was done on purpose, the bag around it has to say. Opened as any other bag
// it is one of which everything is missing.
//
// # Writing
//
// [Create] writes beside the destination, under a hidden name in the same folder; [Writer.Commit] syncs and renames. A run
// that ends early leaves nothing at the destination, and nothing at all if it gets to call [Writer.Abort]; one that was killed
// leaves .NAME.partial-N there, which nobody needs. An existing bag is replaced only if that was asked, and what is no bag
// never is. Folders are readable by their owner alone (0700, files and zips 0600; on Windows by the user,
// Administrators and SYSTEM), as evidence helps an attacker too.
//
// A seal is made within Commit ([Options]), when the manifests are final, or added to a finished bag ([AddSeal]), which
// changes no byte of what is there.
//
// # Why
//
// Why stored and not compressed: the same content has many compressed forms, a bit can be flipped in one without any
// effect on what comes out, and another release of a compressor writes other bytes. Stored, an equal bag is an equal
// zip on every machine, it is verified as fast as a folder, and no entry can be a bomb. Who has to send less bytes
// compresses the zip as a whole.
//
// Why only one form is read, although BagIt allows more (other digests, other order, fetch.txt): a reader that accepts
// two forms of one thing lets a change of form pass unseen.
package bag
