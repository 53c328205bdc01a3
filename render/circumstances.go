package render

import (
	"fmt"
	"strings"

	"auditpack/evidence/audit"
)

// RightsText says for people with which rights a capture ran, and what shows it.
func RightsText(r audit.Rights) string {
	switch {
	case r == audit.Rights{}:
		return "with which rights is not shown"
	case r.Administrator:
		return fmt.Sprintf("with administrator's rights (%s)", r.Cite)
	}
	return fmt.Sprintf("without administrator's rights (%s)", r.Cite)
}

// TimeServiceText says for people what the host's time service said of its clock; empty: that is not known. Of the offset it says
// how much and not which way, as the documentation of Windows does not.
func TimeServiceText(t audit.TimeService) string {
	if t == (audit.TimeService{}) {
		return ""
	}
	text := "clock synchronised with another one"
	since, _, _ := strings.Cut(t.Since, ".")
	switch {
	case !t.Synchronised:
		text, since = "clock not synchronised with another one", ""
	case t.Offset != "":
		text = fmt.Sprintf("clock %s s ahead of or behind %s (Windows' documentation does not say which)", strings.TrimLeft(t.Offset, "-+"), t.Source)
	case t.Source != "":
		text = fmt.Sprintf("clock synchronised with %s, how far off was not read", t.Source)
	}
	if since != "" {
		text += ", last synchronised " + since + " s before"
	}
	return fmt.Sprintf("%s, says its own time service (%s)", text, t.Cite)
}

// ofAll leaves of circumstances what many hosts may have in common: the offset of each clock stands in the workbook.
func ofAll(c audit.Circumstances) audit.Circumstances {
	c.TimeService.Offset, c.TimeService.Since, c.TimeService.Source = "", "", ""
	c.TimeService.Cite.Line, c.TimeService.Cite.Offset, c.TimeService.Cite.Length = 0, 0, 0
	c.Rights.Cite.Line, c.Rights.Cite.Offset, c.Rights.Cite.Length = 0, 0, 0
	return c
}
