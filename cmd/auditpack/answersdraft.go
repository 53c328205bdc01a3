package main

import (
	"context"

	"auditpack/evidence"
	"auditpack/evidence/answers"
	"auditpack/evidence/guide"
	"auditpack/render/pack"
)

// draftAnswers judges a snapshot as of its newest item and gathers what is open. So the same snapshot gives the same file
// at any time, and no question hides behind evidence that has become old.
func draftAnswers(ctx context.Context, path string, sets []pack.File) (answers.Draft, error) {
	s, err := openSnapshot(ctx, path)
	if err != nil {
		return answers.Draft{}, err
	}
	defer s.Close()
	in := pack.Inputs{Tool: "auditpack " + version, Guide: guideFiles(), Hosts: []pack.Host{{After: s}}, Questionnaires: sets}
	for _, item := range s.Items() {
		if item.Taken.After(in.AsOf) {
			in.AsOf = item.Taken
		}
	}
	a, err := in.Audit(ctx)
	if err != nil {
		return answers.Draft{}, err
	}
	g, _, err := guide.Load(in.Guide)
	if err != nil {
		return answers.Draft{}, err
	}
	host := a.Hosts[0]
	draft := answers.Draft{
		Host: host.Name, Guide: g, Captured: host.After.To.Format("2006-01-02 15:04 UTC"),
		Found: map[string][]evidence.Reason{}, Open: map[string]bool{}, Sets: a.Questionnaires,
	}
	for _, section := range host.Sections {
		for _, c := range section.Controls {
			for _, r := range c.After.Reasons {
				if len(r.Cites) > 0 || !r.ByPerson { // else it only repeats what a person has to look at
					draft.Found[c.ID] = append(draft.Found[c.ID], r)
				}
			}
		}
	}
	for _, c := range host.Open() {
		draft.Open[c.ID] = true
	}
	return draft, nil
}
