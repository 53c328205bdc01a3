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
package xlsx
