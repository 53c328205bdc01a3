package evidence

// Value is what a Setting holds. String returns its canonical form, one line, complete: two Values are equal exactly
// if their canonical forms are, so the form is also what comparisons and reports use.
type Value interface{ String() string }

// Text is a Value that is just text.
type Text string

func (t Text) String() string { return string(t) }

// Setting is one parsed value and the place that shows it.
type Setting struct {
	Address Address
	Value   Value
	Cite    Citation
}

// Coverage says that Scope was read as a whole: an Address below it that has no Setting is absent on the host.
// Deep coverage reaches down all levels, otherwise only direct children of Scope are covered.
type Coverage struct {
	Scope Address
	Deep  bool
	Cite  Citation // the heading, key or section that was read
}

// Problem is a place that was not understood. Whatever it may have said about an Address below Scope is unknown, so no
// Check that looks there can pass.
type Problem struct {
	Scope   Address // an empty Scope touches everything in the Item
	Message string  // for people: what was met and why it is not understood
	Cite    Citation
}

// Sink takes what a parser finds, in the order of the bytes.
type Sink interface {
	Setting(Setting)
	Covered(Coverage)
	Problem(Problem)
}

// Content is all that one Item was found to hold.
type Content struct {
	Item     Item
	Format   string   // name of the format it was read as; empty: not recognised
	Kinds    []string // kinds of Address that this format can hold
	Refused  string   // why the Item is no evidence (a policy template, usage text, cut off …); then nothing else is set
	Settings []Setting
	Covers   []Coverage
	Problems []Problem
}

// Setting appends s; with Covered and Problem it makes *Content a Sink.
func (c *Content) Setting(s Setting) { c.Settings = append(c.Settings, s) }

// Covered appends v.
func (c *Content) Covered(v Coverage) { c.Covers = append(c.Covers, v) }

// Problem appends p.
func (c *Content) Problem(p Problem) { c.Problems = append(c.Problems, p) }
