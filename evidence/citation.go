package evidence

import "fmt"

// Citation is the place in the raw bytes of an Item that shows something. The digest and the capture time belong to
// the Item, which is found by its path.
type Citation struct {
	Item   string `json:"item"`   // Item.Path
	Line   int    `json:"line"`   // counted from 1 in the decoded text; 0: the Item as a whole
	Offset int64  `json:"offset"` // of the first byte, in the raw bytes as captured (so in UTF-16 two a character)
	Length int64  `json:"length"` // in raw bytes
	// Absence is true where the place shows the key, section or file that would hold the value, and does not.
	Absence bool `json:"absence,omitempty"`
}

// String returns the form that is printed: data/items/registry/lsa.reg, line 12, byte 340+35.
func (c Citation) String() string {
	if c.Line == 0 {
		return c.Item
	}
	return fmt.Sprintf("%s, line %d, byte %d+%d", c.Item, c.Line, c.Offset, c.Length)
}
