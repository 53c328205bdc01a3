package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"auditpack/evidence/seal"
)

// Verify finds the signatures of a workbook and tells what they prove. It fails only where the file cannot be read as a
// workbook at all; a workbook without a signature has none to tell of.
//
// A signature that [Sign] made is held to the one form that Sign gives the whole file, to the last byte. Those of other
// programs cover less: then Coverage and Faults say what was left out.
func Verify(file io.ReaderAt, size int64, trust seal.Trust) (seal.File, error) {
	purse := newEffort(size)
	c, strictly := openContainer(file, size, purse)
	if strictly == nil && c.isSigned() {
		return verifyOwn(c, trust)
	}
	in, err := zip.NewReader(file, size)
	if err != nil {
		return seal.File{}, fmt.Errorf("the file is not a zip, so no workbook: %w", err)
	}
	p, err := openPackage(in, purse)
	if err != nil {
		return seal.File{}, err
	}
	if err := checkLayout(file, size, in); err != nil {
		p.faults = append(p.faults, err.Error())
	}
	if strictly == nil {
		strictly = errors.New("its last part is not the signature")
	}
	return verifyForeign(p, strictly, trust), nil
}

// isSigned tells whether a container ends as those do that Sign writes. Its signature is ours if it says so, in whatever
// words: to take one for ours that is not makes Verify only stricter.
func (c *container) isSigned() bool {
	last := c.entries[len(c.entries)-1]
	if last.name != signaturePart {
		return false
	}
	text, err := c.text(last)
	if err != nil {
		return false
	}
	if bytes.Contains(text, []byte(nsContainer)) {
		return true
	}
	root, err := parseXML(text, c.purse)
	return err == nil && root.isOurs()
}

// isOurs tells whether a signature is one that Sign made, or says it is: its elements are what counts, not the text in
// which they are written, for which XML has many ways.
func (n *node) isOurs() (ours bool) {
	n.each(func(n *node) {
		uri, _ := n.space(n.prefix)
		ours = ours || uri == nsContainer || n.name == "Object" && n.attribute("Id") == containerID ||
			n.name == "Reference" && n.attribute("URI") == "#"+containerID
		for _, a := range n.declared {
			ours = ours || a.Value == nsContainer
		}
	})
	return ours
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func joinSome(list []string) string {
	const some = 5
	if len(list) > some {
		return strings.Join(list[:some], ", ") + fmt.Sprintf(" and %d more", len(list)-some)
	}
	return strings.Join(list, ", ")
}
