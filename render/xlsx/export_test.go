package xlsx

// Piece is a part of a workbook, for tests that take one apart.
type Piece struct {
	Name string
	Text []byte
}

// Contain puts parts together in the one form of a signed workbook, as a forger would who knows it.
func Contain(pieces []Piece) ([]byte, error) {
	w := &containerWriter{}
	for _, p := range pieces {
		if err := w.addText(p.Name, p.Text); err != nil {
			return nil, err
		}
	}
	return w.finish(), nil
}

// Canonical writes a document in a canonical form.
func Canonical(text []byte, exclusive, comments bool) ([]byte, error) {
	root, err := parseXML(text, nil)
	if err != nil {
		return nil, err
	}
	return canonicalization{exclusive, comments}.write(root), nil
}
