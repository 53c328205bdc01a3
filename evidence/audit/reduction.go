package audit

// Reduction says of an Audit that it is a reduced one, for readers outside of the house, and what was done to it. Package
// evidence/reduce makes it and states the rules.
type Reduction struct {
	Items   int           `json:"items"`           // of all snapshots, those with bytes: they are withheld
	Changes int           `json:"setting_changes"` // differences of settings, left out
	Masks   []MaskCount   `json:"masks"`           // by rule, also those that masked nothing
	LeftOut []LeftOut     `json:"left_out"`        // texts that were left out as a whole, by kind
	Paths   []TellingPath `json:"paths,omitempty"` // of items, in which something stands that is masked elsewhere
	// Comments says that the comments of attestations and the reasons of exceptions stay, names and addresses in them masked.
	Comments bool `json:"comments,omitempty"`
}

// MaskCount is how much one rule has masked.
type MaskCount struct {
	Rule   string `json:"rule"`   // ACCOUNT: what its masks begin with
	Covers string `json:"covers"` // for people: what it masks
	Texts  int    `json:"texts"`  // that are different, each with a mask of its own
	Places int    `json:"places"` // where one of them stood
}

// LeftOut is a kind of text that was left out as a whole.
type LeftOut struct {
	What   string `json:"what"`
	Places int    `json:"places"`
}

// TellingPath is the path of an item that tells what is masked elsewhere: the manifest of its snapshot lists it.
type TellingPath struct {
	Path string `json:"path"`
	Mask string `json:"mask"` // of what stands in it; without a number where nothing but the path speaks of it
}
