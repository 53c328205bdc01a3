// Package xlsx is the pen that draws a [render.Document] as a workbook (ECMA-376, written with excelize).
//
// A part with a single table becomes a sheet with its header in row 1, frozen and filtered, streamed row by row, so that
// memory does not grow with the rows. The Summary stacks its blocks, and its charts take their numbers from its tables.
//
// # Nothing is cut in silence
//
// A cell holds at most 32,767 UTF-16 units. A longer text ends in a note that says how long it was and where the whole
// stands. A literal _x0041_, which a reader would turn into "A", is escaped as ECMA-376 part 1, 22.9.2.19 asks for.
//
// # The same bytes
//
// The library orders some entries by chance and writes no times. The finished file is therefore packed again: parts in
// the order of their names, the defaults of [Content_Types].xml sorted, every time 1980-01-01.
package xlsx
