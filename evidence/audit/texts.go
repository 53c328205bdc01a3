package audit

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"auditpack/evidence"
	"auditpack/evidence/compare"
	"auditpack/evidence/parse"
	"auditpack/evidence/snapshot"
)

// maxLines is how many lines of text differences a host has, all Items together.
const maxLines = 20_000

// addTexts adds to each Item that changed how its text did: first those that verdicts cite which moved, until the lines are
// too many. Lines in which the Settings that are set aside stand, and none that is not, are set aside too.
func addTexts(host *Host, before, after *side) error {
	var order []int
	for i, c := range host.ItemChanges {
		if c.Kind == compare.Changed {
			order = append(order, i)
		}
	}
	rank := []evidence.Effect{evidence.Hurts, evidence.Mixed, evidence.Helps, evidence.Neutral, ""}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(slices.Index(rank, host.ItemChanges[a].Effect), slices.Index(rank, host.ItemChanges[b].Effect))
	})
	aside := asideLines(host)
	left := maxLines
	for _, i := range order {
		c := &host.ItemChanges[i]
		if raw := max(sizeOf(before.snapshot, c.Item), sizeOf(after.snapshot, c.Item)); raw > maxRaw {
			c.Text = &evidence.TextDiff{Note: fmt.Sprintf("not shown: longer than %d bytes", maxRaw)}
			continue
		}
		was, okWas, err := itemText(before.snapshot, c.Item)
		if err != nil {
			return err
		}
		is, okIs, err := itemText(after.snapshot, c.Item)
		if err != nil {
			return err
		}
		if !okWas || !okIs {
			c.Text = &evidence.TextDiff{Note: "not shown: not a text"}
			continue
		}
		c.Text = compare.Text(was, is, aside[c.Item], min(left, compare.MaxShown))
		left -= len(c.Text.Lines)
	}
	return nil
}

// asideLines returns by Item which lines hold nothing but Settings that change by themselves.
func asideLines(host *Host) map[string]compare.AsideLines {
	type place struct {
		item string
		line int
	}
	var taken [2]map[place]bool
	for i := range taken {
		taken[i] = map[place]bool{}
	}
	places := func(cites []evidence.Citation) (all []place) {
		for _, c := range cites {
			if c.Line > 0 && !c.Absence {
				all = append(all, place{c.Item, c.Line})
			}
		}
		return all
	}
	for _, c := range host.Changes {
		for i, cites := range [][]evidence.Citation{c.BeforeCites, c.AfterCites} {
			for _, p := range places(cites) {
				taken[i][p] = true
			}
		}
	}
	all := map[string]compare.AsideLines{}
	note := func(p place, rule string, f func(*compare.AsideLines)) {
		lines := all[p.item]
		if lines.Only[0] == nil {
			lines.Only = [2]map[int]bool{{}, {}}
		}
		if f(&lines); !slices.Contains(lines.Rules, rule) {
			lines.Rules = append(lines.Rules, rule)
			slices.Sort(lines.Rules)
		}
		all[p.item] = lines
	}
	for _, c := range host.Aside {
		if c.Aside == compare.ListedAgain {
			continue
		}
		was, is := places(c.BeforeCites), places(c.AfterCites)
		if len(was) == len(is) {
			for i, p := range was {
				if p.item == is[i].item && !taken[0][p] && !taken[1][is[i]] {
					note(p, c.Aside, func(l *compare.AsideLines) { l.Pairs = append(l.Pairs, [2]int{p.line, is[i].line}) })
				}
			}
			continue
		}
		for side, places := range [][]place{was, is} {
			for _, p := range places {
				if !taken[side][p] {
					note(p, c.Aside, func(l *compare.AsideLines) { l.Only[side][p.line] = true })
				}
			}
		}
	}
	return all
}

// maxRaw is the longest Item that is read for its text: in UTF-16 a text has twice as many bytes.
const maxRaw = 2 * compare.MaxText

func sizeOf(s *snapshot.Snapshot, path string) int64 {
	for _, item := range s.Items() {
		if item.Path == path {
			return item.Size
		}
	}
	return 0
}

// itemText decodes an Item; ok is false if it is no text.
func itemText(s *snapshot.Snapshot, path string) (text string, ok bool, err error) {
	for _, item := range s.Items() {
		if item.Path != path {
			continue
		}
		r, err := s.Open(item)
		if err != nil {
			return "", false, err
		}
		defer r.Close()
		data, err := io.ReadAll(r)
		if err != nil {
			return "", false, err
		}
		text := parse.DecodePage(data, item.CodePage)
		return text, !bytes.ContainsRune([]byte(text), 0) && utf8.ValidString(text), nil
	}
	return "", false, nil
}
