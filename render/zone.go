package render

import (
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// localTime says a time as the host's clocks showed it: 2026-10-20 08:30 UTC+02:00.
func localTime(z *audit.Zone, t time.Time) string {
	return z.In(t).Format("2006-01-02 15:04") + " " + z.Offset
}

// zoneField shows a snapshot's times as the host's people know them, beside the UTC of all others, and what shows the zone.
func (b *builder) zoneField(h *audit.Host, s side, snapshot *audit.Snapshot) []Field {
	z := snapshot.Zone
	if z == nil || snapshot.From.IsZero() {
		return nil
	}
	label := "Host's time"
	if s == before {
		label += " before"
	}
	value := []Cell{b.t(localTime(z, snapshot.From))}
	if end := localTime(z, snapshot.To); end != value[0].Text {
		value = append(value, b.t("to "+end))
	}
	return []Field{{label, append(value, b.cites(h.Name, s, []evidence.Citation{z.Cite})...)}}
}

// zoneOf returns the zone of the host that a step of the custody is about; nil: not known, or nothing rests on its clock.
func (b *builder) zoneOf(c *audit.Custody) *audit.Zone {
	var zone *audit.Zone
	b.eachSnapshot(func(h *audit.Host, s side, snapshot *audit.Snapshot) {
		if snapshot.Folder == c.Object && c.Ground == audit.ByHostClock {
			zone = snapshot.Zone
		}
	})
	return zone
}

func zoneText(z *audit.Zone) string {
	if z == nil {
		return ""
	}
	return z.Offset
}
