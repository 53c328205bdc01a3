package pack

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/reduce"
	"auditpack/evidence/snapshot"
)

// reduced masks whatever outputs are drawn from.
func (all assembled) reduced(in reduce.Input) assembled {
	all.audit = reduce.Audit(all.audit, in)
	all.benchmarks = slices.Clone(all.benchmarks)
	for i := range all.benchmarks { // checklists name the file, which is called as somebody called it
		all.benchmarks[i].File = all.benchmarks[i].ID + "-xccdf.xml"
	}
	all.answers = evidence.Answers{Client: all.audit.Client, PreparedBy: all.audit.PreparedBy,
		Attestations: all.audit.Attested, Exceptions: all.audit.Exceptions}
	return all
}

// public is what says nothing about a host: guide, benchmarks and questions, without the names that their files had.
func public(in audit.Input) []any {
	benchmarks, sets := slices.Concat(in.Benchmarks, in.Earlier), slices.Clone(in.Questionnaires)
	for i := range benchmarks {
		benchmarks[i].File = ""
	}
	for i := range sets {
		sets[i].File = ""
	}
	return []any{in.Guide, benchmarks, sets}
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

// addSnapshot copies a snapshot's bag into the package, byte for byte; without evidence all but its payload.
func (in Inputs) addSnapshot(ctx context.Context, w *bag.Writer, folder string, s *snapshot.Snapshot) error {
	from := s.Bag()
	files := from.Files()
	for i, f := range files {
		if in.WithoutEvidence && payload(f) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		evidence.Tell(ctx, evidence.Step{Doing: "copying", Name: folder + "/" + f.Path, Done: int64(i), Of: int64(len(files))})
		if err := copyFile(w, folder+"/"+f.Path, from, f.Path); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	return nil
}

func copyFile(w *bag.Writer, to string, from *bag.Bag, path string) error {
	r, err := from.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	out, err := w.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, r); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
