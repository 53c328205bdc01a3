package main

import (
	"bytes"
	"fmt"
	"io"
	"path"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/collect"
	"auditpack/evidence/parse"
	"auditpack/render"
)

// showCircumstances says with which rights a snapshot was captured, and what the time service said of the clock, as far as evidence
// shows it.
func showCircumstances(w io.Writer, c audit.Circumstances) {
	if c.Rights != (audit.Rights{}) {
		fmt.Fprintf(w, "%s\n", wrap(clean("captured "+render.RightsText(c.Rights)), width(), "  "))
	}
	if text := render.TimeServiceText(c.TimeService); text != "" {
		fmt.Fprintf(w, "%s\n", wrap(clean(text), width(), "  "))
	}
}

// overheard reads the Items that show how a capture goes while they are put.
type overheard struct{ contents []evidence.Content }

// maxOverheard is more than whoami and w32tm print, in bytes.
const maxOverheard = 1 << 20

func (o *overheard) then(put collect.Put) collect.Put {
	return func(item evidence.Item, r io.Reader) error {
		if name := path.Base(item.Path); r == nil || item.Status != evidence.Captured || name != "w32tm-status.txt" && name != "whoami.txt" {
			return put(item, r)
		}
		text, err := io.ReadAll(io.LimitReader(r, maxOverheard))
		if err != nil {
			return put(item, io.MultiReader(bytes.NewReader(text), failedReader{err}))
		}
		if content, err := parse.Read(item, bytes.NewReader(text), nil); err == nil {
			o.contents = append(o.contents, content)
		}
		return put(item, io.MultiReader(bytes.NewReader(text), r))
	}
}

func (o *overheard) circumstances() audit.Circumstances {
	return audit.CircumstancesOf(evidence.NewFacts(o.contents))
}
