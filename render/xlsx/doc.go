// Package xlsx is the pen that draws a [render.Document] as a workbook (ECMA-376).
//
// A part with a single table becomes a sheet with its header in row 1, frozen and filtered. The Summary stacks its
// blocks, and its charts take their numbers from its tables. The library (excelize) makes the frame: styles, charts,
// filters, page setup. The rows and their links are written here, straight into the file, so that memory does not grow
// with them and no text passes a second pair of hands.
//
// # Nothing is cut in silence
//
// A cell holds at most 32,767 UTF-16 units. A longer text ends in a note that says how long it was and where the whole
// stands. A literal _x0041_, which a reader would turn into "A", is escaped as ECMA-376 part 1, 22.9.2.19 asks for.
// Rows have heights that fit their texts, since readers differ in whether they find them; where a row cannot be high
// enough, the Summary says so.
//
// # No formulas
//
// A text stays text, whatever it begins with, also after somebody edits the cell. Links are hyperlink elements: inside
// the workbook to the row of a Control or an Item, and from the Evidence sheet to the files of the package. A cell with
// more than a line of text has none: no reader could follow several, and LibreOffice would show it on one line. A
// sheet has at most 65,530 links, which is what readers accept.
//
// # The same bytes
//
// The library orders some entries by chance and writes no times. The finished file has its parts in the order of their
// names, the defaults of [Content_Types].xml sorted, every time 1980-01-01; its properties are of the as-of time.
//
// # Signatures
//
// [Sign] adds a digital signature of the Open Packaging Conventions (ECMA-376 part 2, 10; [MS-OFFCRYPTO] 2.5.2; XAdES-BES,
// ETSI TS 101 903 1.3.2), which LibreOffice verifies; it has not been tried in Excel. Its manifest lists every part, the
// document properties too, and of each .rels part every relationship but the one that leads to the signature itself.
// [Content_Types].xml no manifest can list, but each reference states the type of its part.
//
// Such a signature says nothing of the zip, so that a part added, or bytes between parts, would not be seen; and a
// deflated part has many forms that unpack to the same. Therefore the signature has one more object, idContainerObject:
//
//	<Container xmlns="urn:auditpack:container:1" Bytes="N" SHA256="hex"></Container>
//
// says that the first N bytes of the file, all that comes before the local header of _xmlsignatures/sig1.xml, have that
// digest. That part is the last one and stored as it is; what follows it is the zip directory, which follows from the
// entries. A verifier in any language needs nothing else: take N bytes and hash them.
//
// [Verify] holds such a file to its one form. It composes the XML of the signature anew, from the parts as they are found
// and from the time, the comment, the certificates and the signature value that the file states, and compares all of it.
// So every bit of the file is accounted for, and there is no list of changes that cannot be seen. A file that was zipped
// anew by another program is broken, though its parts may be the same; LibreOffice still calls it valid.
//
// Signatures of other programs are verified by the rules of XML Signature: references by Id, manifests of parts, the
// relationships transform, Canonical XML 1.0 with and without "exclusive", RSA and ECDSA, SHA-256 to SHA-512. What else
// there is, such as timestamps inside XAdES, SHA-1 or transforms by XPath, is told and never passed over. Parts and
// relationships that they leave out are faults of the file, but for the document properties, which Office never signs.
package xlsx
