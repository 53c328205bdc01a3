package render

import (
	"fmt"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// ruleMovements are the verdicts of STIG rules that moved on the server, what got worse in full; the workbook has all.
func (b *builder) ruleMovements(h *audit.Host) []Block {
	moved := h.RuleMovements()
	if len(moved) == 0 {
		return nil
	}
	count := map[evidence.Movement]int{}
	t := &Table{Columns: []Column{{"Rule", IDKind, 2.4}, {"Before", TextKind, 1.8}, {"Now", TextKind, 1.8}}}
	for _, c := range moved {
		count[c.Movement]++
		if worse := c.Movement == evidence.Regressed || c.Movement == evidence.NewlyNotCollected; worse && len(t.Rows) < maxChanges {
			t.Rows = append(t.Rows, b.ruleRow(h, c))
		}
	}
	blocks := []Block{
		&Heading{Level: 1, Text: "STIG rules that moved", Note: fmt.Sprint(len(moved) - count[evidence.StillFailing])},
		&Paragraph{Text: fmt.Sprintf("By the same words on both sides: %d fixed, %d regressed, %d newly not collected, %d still failing, %d moved otherwise. All stand in the workbook's sheet %s.",
			count[evidence.Fixed], count[evidence.Regressed], count[evidence.NewlyNotCollected], count[evidence.StillFailing], count[evidence.OtherMovement], SheetRules)},
	}
	if len(t.Rows) > 0 {
		blocks = append(blocks, t)
	}
	return blocks
}

// releaseOrder is the order in which the report lists the rules whose verdict the release alone moved.
var releaseOrder = []struct {
	movement evidence.Movement
	title    string
}{
	{evidence.AskedAnew, "Asked anew: fails by this release on the earlier snapshot too"},
	{evidence.AskedNoMore, "Asked no more: failed by the earlier release only"},
	{evidence.OtherMovement, "Judged otherwise by this release"},
}

// releaseChanges say, for each STIG of which another release was used before, what the release did to the verdicts and
// not the server.
func (b *builder) releaseChanges(h *audit.Host) []Block {
	var blocks []Block
	for i := range h.Benchmarks {
		m := &h.Benchmarks[i]
		if m.Earlier == nil {
			continue
		}
		title := "Another release: " + shortTitle(b.line(m.Title))
		if m.Site != "" {
			title += ", " + b.line(m.Site)
		}
		blocks = append(blocks, &Heading{Level: 1, Text: title, Note: releaseName(m.Earlier.Version, m.Earlier.Release) + " → " + releaseName(m.Version, m.Release)},
			&Paragraph{Text: b.line(releaseText(m))})
		for _, o := range releaseOrder {
			t := &Table{Columns: []Column{{"Rule", IDKind, 2.4}, {"Judged then", TextKind, 1.8}, {"Judged now", TextKind, 1.8}}}
			n := 0
			for _, c := range m.Earlier.Changes {
				if c.Movement != o.movement {
					continue
				}
				if n++; n <= maxChanges {
					t.Rows = append(t.Rows, b.ruleRow(h, c))
				}
			}
			if n > 0 {
				blocks = append(blocks, &Heading{Level: 2, Text: o.title, Note: fmt.Sprint(n)}, t)
			}
			if n > maxChanges {
				blocks = append(blocks, &Paragraph{Ends: true, Text: fmt.Sprintf("%d more stand in the workbook's sheet %s.", n-maxChanges, SheetChanges)})
			}
		}
	}
	return blocks
}

func releaseName(version, release string) string { return "V" + version + "R" + release }

// releaseText counts what another release asks otherwise.
func releaseText(m *audit.Benchmark) string {
	e := m.Earlier
	from, to := releaseName(e.Version, e.Release), releaseName(m.Version, m.Release)
	if e.Digest == m.Digest {
		return fmt.Sprintf("%s was used before too (%s): no rule is asked otherwise.", to, e.File)
	}
	kinds, moved := e.Count()
	text := fmt.Sprintf("Before, %s was used (%s, %s); now %s. %d rules are new, %d were removed, %d are reworded, %d are worded the same.",
		from, e.File, e.ReleaseInfo, to, kinds[evidence.RuleAdded], kinds[evidence.RuleRemoved], kinds[evidence.RuleReworded], e.Same)
	text += fmt.Sprintf(" Everywhere else in this report both snapshots are judged by %s, so that what moves there is the server. By the release alone %d rules fail that did not, and %d fail no more.",
		to, moved[evidence.AskedAnew], moved[evidence.AskedNoMore])
	return text + " Every such rule stands in the workbook's sheet " + SheetChanges + ", at the level release."
}

// ruleRow is a STIG rule with both verdicts, and what is to be known of them.
func (b *builder) ruleRow(h *audit.Host, c evidence.Change) Row {
	id := b.t(string(c.Rules[0]))
	if r := ruleOf(h, c.Rules[0]); r != nil {
		id.Also = append(id.Also, b.t(r.Title))
	}
	if c.Level == evidence.ReleaseLevel {
		id.Also = append(id.Also, b.t(c.Kind))
	}
	for _, line := range c.Meaning {
		id.Also = append(id.Also, b.t(line))
	}
	return Row{Cells: []Cell{id, b.resultCell(h, before, c.Before, c.BeforeCites), b.resultCell(h, after, c.After, c.AfterCites)}}
}

// resultCell is a Result with its first Citations; without one the rule was not there.
func (b *builder) resultCell(h *audit.Host, s side, result string, cites []evidence.Citation) Cell {
	if result == "" {
		return b.t("no such rule")
	}
	const most = 4
	cell := verdict(evidence.Result(result))
	cell.Also = b.cites(h.Name, s, cites[:min(most, len(cites))])
	if n := len(cites) - most; n > 0 {
		cell.Also = append(cell.Also, b.t(fmt.Sprintf("and %d more places, which stand in the workbook", n)))
	}
	return cell
}

func ruleOf(h *audit.Host, id evidence.STIGID) *audit.AssessedRule {
	for i := range h.Benchmarks {
		for j := range h.Benchmarks[i].Rules {
			if r := &h.Benchmarks[i].Rules[j]; r.STIGID == id {
				return r
			}
		}
	}
	return nil
}
