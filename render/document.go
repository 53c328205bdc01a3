// Package render lays an [audit.Audit] out as one [Document]: titled parts with headings, paragraphs, tables and charts
// as data. A pen (render/pdf, render/xlsx) draws it. There are no fonts, cells or coordinates in a Document, so that
// the report and the workbook cannot disagree about a number.
//
// # Why
//
// Everything in a Document is already text for people: [Build] has passed each string that came from evidence through
// [Clean], so a pen meets no control characters and no bidirectional overrides. What a pen itself cannot show it
// replaces visibly, counts, and says so at the [Replaced] block.
//
// Verdicts are counted by package audit. Build copies those counts and never counts again.
package render

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"auditpack/evidence"
)

// Document is an Audit laid out.
type Document struct {
	Title   string    // Hardening audit
	Subject string    // client or host: who is assessed, for the running header
	AsOf    time.Time // UTC
	Digest  string    // short digest for the running footer: says what it is of
	Tool    string    // auditpack 0.1.0
	Demo    bool      // pens write DEMO on every page and sheet
	Paper   Paper     // empty: A4
	Cover   Cover
	Parts   []Part
	Escaped int // characters that Clean made visible
}

// Paper is what the report and the workbook are printed on.
type Paper string

// The Papers.
const (
	A4     Paper = "a4"
	Letter Paper = "letter"
)

// ParsePaper reads the name of a Paper; none is A4.
func ParsePaper(name string) (Paper, error) {
	p := cmp.Or(Paper(name), A4)
	if p != A4 && p != Letter {
		return "", fmt.Errorf("%q is no paper: a4 or letter", name)
	}
	return p, nil
}

// Cover is what stands on the first page.
type Cover struct {
	Title   string
	Subject string
	Guide   string
	Lines   []Field // period, as-of time, prepared by …
	Counts  []Count // of all Controls, in the order of evidence.Results
	Before  []Count // nil without an earlier snapshot
}

// Count is how many Controls have a Result.
type Count struct {
	Result evidence.Result
	N      int
}

// Part is a chapter of the report, a sheet of the workbook, or both.
type Part struct {
	Anchor  string // target of links to the part
	Title   string
	Report  bool   // drawn in the report, from a new page
	Follows bool   // in the report it may stand below the part before it, if there is room for all of it
	Sheet   string // name of the workbook's sheet; empty: not in the workbook. Sheet names are stable
	Blocks  []Block
}

// The workbook's sheets, in their order.
const (
	SheetSummary        = "Summary"
	SheetMatrix         = "Matrix"
	SheetHosts          = "Hosts"
	SheetToFix          = "To fix"
	SheetPlan           = "POA&M"
	SheetControls       = "Controls"
	SheetSTIG           = "STIG map"
	SheetRules          = "STIG rules"
	SheetNIST           = "NIST 800-53"
	SheetChanges        = "Changes"
	SheetTexts          = "Text changes"
	SheetEvidence       = "Evidence"
	SheetContradictions = "Contradictions"
	SheetExceptions     = "Exceptions"
	SheetCarried        = "Carried" // where earlier checklists were handed in
	SheetQuestionnaire  = "Questionnaire"
	SheetForms          = "Forms"
	SheetAnswers        = "Answers by host"
	SheetCustody        = "Custody"
	SheetWithheld       = "Withheld" // of a reduced package only
)

// The sheets of a trend's workbook, beside Summary and Exceptions.
const (
	SheetOpen     = "Open findings"
	SheetClosed   = "Closed findings"
	SheetLost     = "No longer known"
	SheetSections = "By section"
	SheetVerdicts = "Verdicts"
	SheetScope    = "Asked anew"
	SheetPackages = "Packages"
)

// Block is one of *Heading, *Paragraph, *Fields, *Table, *Entries, *Chart, *Code, *Callout, *SignaturePanel and *Replaced.
type Block interface{ block() }

// Heading begins a section inside a Part. Level 1 is a section, 2 is below it; level 1 gets a bookmark.
type Heading struct {
	Level  int
	Text   string
	Anchor string
	Note   string // short text at the right: 3 of 12 fail
}

// Paragraph is running text.
type Paragraph struct {
	Text string
	Lead bool // the one sentence that matters on its page: drawn larger
	Ends bool // says how the block above goes on or ends: never on another page than the end of that
}

// Fields is a list of labels with values.
type Fields struct{ List []Field }

// Field is a label with its value; the lines of a value stand below each other.
type Field struct {
	Label string
	Value []Cell
}

// Table has typed columns and rows. Every Row has as many Cells as there are Columns.
type Table struct {
	Anchor  string
	Title   string // above the table and for a sheet's reader; may be empty
	Columns []Column
	Rows    []Row
	Long    *Long  // instead of Rows
	Empty   string // what to say instead of a table without rows
}

// Long are the rows of a table that is too long to be held: they are made one after the other, the same ones each time.
type Long struct {
	N    int // how many there are
	Each iter.Seq[Row]
}

// All yields the rows.
func (t *Table) All() iter.Seq[Row] {
	if t.Long != nil {
		return t.Long.Each
	}
	return slices.Values(t.Rows)
}

// Len returns the number of rows.
func (t *Table) Len() int {
	if t.Long != nil {
		return t.Long.N
	}
	return len(t.Rows)
}

// Column is a column of a Table.
type Column struct {
	Title  string
	Kind   Kind    // of its Cells; they may differ singly
	Weight float64 // share of the width among the columns
}

// Row is a row of a Table. A Row with a Group text is a line across all columns that begins a group, and has no Cells.
type Row struct {
	Anchor string
	Group  string
	Cells  []Cell
}

// Entries is a list of Controls (or the like), each with its fields: the report's form of what is a row in the workbook.
type Entries struct{ List []Entry }

// Entry is a mark, an id, a statement and the fields below them. It is kept on one page where it fits.
type Entry struct {
	Anchor string
	Result evidence.Result
	Mark   string // instead of the Result's mark and word, where the Entry is no verdict; the Result gives the colour
	Word   string
	ID     string
	Link   string // of the ID, where the Entry itself is not the Control's own row
	Text   string
	Tags   string // short, beside the id: high · evidence · regressed
	Fields []Field
}

// Code is commands or text in monospace, to be copied line by line.
type Code struct{ Lines []string }

// Callout is a paragraph that must not be overlooked.
type Callout struct {
	Title string
	Text  string
	Warn  bool
}

// The Roles of a SignaturePanel.
const (
	Operator = "Operator"
	Reviewer = "Reviewer"
)

// SignaturePanel is the place where a person signs, digitally or with a pen. A report has one of each Role at most.
type SignaturePanel struct {
	Role string // Operator or Reviewer; also the name of the signature field
	Duty string // what the person did: read this report
}

// Replaced says how many characters could not be shown as they are. A pen asks Text with its own count.
type Replaced struct{ Escaped int }

// ChartKind is how a Chart is drawn.
type ChartKind string

// The ChartKinds.
const (
	StackedBars ChartKind = "stacked bars" // one bar a category (two with Before), divided by Series
	Columns     ChartKind = "columns"      // one column a category and Series
	Pie         ChartKind = "pie"          // one Series, a slice a category
)

// Chart is numbers to be drawn.
type Chart struct {
	Kind       ChartKind
	Title      string
	Categories []string
	Links      []string // anchors of the Categories; nil: none
	Series     []Series
	Before     []Series // of the same Results, in the same order; nil without an earlier snapshot
	Table      string   // Anchor of the Table in the same Part that holds these numbers, category in column 0
}

// Series is one value a category.
type Series struct {
	Name   string
	Result evidence.Result // gives the colour; empty: the accent colour
	Values []int
	Column int // of the Chart's Table
}

func (*Heading) block()        {}
func (*Paragraph) block()      {}
func (*Fields) block()         {}
func (*Table) block()          {}
func (*Entries) block()        {}
func (*Chart) block()          {}
func (*Code) block()           {}
func (*Callout) block()        {}
func (*SignaturePanel) block() {}
func (*Replaced) block()       {}
