package pack

import (
	"io/fs"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/reduce"
)

// reduced masks whatever outputs are drawn from.
func (all assembled) reduced(in reduce.Input) assembled {
	all.audit = reduce.Audit(all.audit, in)
	all.answers = evidence.Answers{Client: all.audit.Client, PreparedBy: all.audit.PreparedBy,
		Attestations: all.audit.Attested, Exceptions: all.audit.Exceptions}
	return all
}

// payload reports whether a file of a snapshot is withheld: the items, and the record of them, which has the names, the command
// lines and the standard error.
func payload(f bag.File) bool { return strings.HasPrefix(f.Path, "data/") }

// recordPath is the record of a snapshot.
const recordPath = "data/snapshot.json"

// withheld counts what a package of these inputs is made without.
func (in Inputs) withheld() *Withheld {
	w := &Withheld{Inputs: len(in.files())}
	count := func(files []bag.File) {
		for _, f := range files {
			if payload(f) && f.Path != recordPath {
				w.Items++
			}
		}
	}
	for _, h := range in.Hosts {
		count(h.After.Bag().Files())
		if h.Before != nil {
			count(h.Before.Bag().Files())
		}
	}
	var attached []string
	for _, f := range in.Attachments {
		if !slices.Contains(attached, f.Path()) {
			attached = append(attached, f.Path())
		}
	}
	w.Inputs += len(attached)
	if in.Answers != nil {
		w.Inputs++
	}
	_ = fs.WalkDir(in.Guide, ".", func(_ string, d fs.DirEntry, err error) error { // it was read already
		if err == nil && !d.IsDir() {
			w.Inputs++
		}
		return nil
	})
	return w
}
