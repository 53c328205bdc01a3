package audit

// Open returns the Controls of a host that a person's word can decide and that nobody has decided yet, in the order of
// the guide.
func (h Host) Open() []Assessed {
	var open []Assessed
	for _, s := range h.Sections {
		for _, c := range s.Controls {
			if leftToPerson(c.After) {
				open = append(open, c)
			}
		}
	}
	return open
}
