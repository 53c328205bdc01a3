package evidence

// TextDiff is how the texts of an Item differ between two snapshots, line by line, as far as it is shown.
type TextDiff struct {
	Lines   []DiffLine `json:"lines,omitempty"` // what differs, with lines around it
	Removed int        `json:"removed"`         // lines of all of the difference, but for those set aside
	Added   int        `json:"added"`
	// Aside is how many lines differ in nothing but what changes by itself, by AsideBy. They are not among Lines.
	Aside   int      `json:"set_aside,omitempty"`
	AsideBy []string `json:"set_aside_by,omitempty"`
	Left    int      `json:"left_out,omitempty"` // how many more Lines there would be
	Note    string   `json:"note,omitempty"`     // why there are no Lines, or what else is to be known
}

// DiffLine is a line of one text, or of both.
type DiffLine struct {
	Before int    `json:"before,omitempty"` // its number there, from 1; 0: that text has not got it
	After  int    `json:"after,omitempty"`
	Text   string `json:"text"`            // without its end
	First  bool   `json:"first,omitempty"` // a stretch begins: there are equal lines before it
}

// Sign returns - for a line that was removed, + for one that was added, else a blank.
func (l DiffLine) Sign() string {
	switch {
	case l.After == 0:
		return "-"
	case l.Before == 0:
		return "+"
	}
	return " "
}
