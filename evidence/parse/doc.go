// Package parse turns the raw bytes of an Item into Settings with Citations. Each format has one file; a parser is
// pure, streams where its input can be large, never panics, and reports what it does not understand as a Problem with
// line and offset. A file that is not what it seems is refused with a reason a person understands.
package parse
