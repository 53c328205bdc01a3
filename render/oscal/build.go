package oscal

import (
	"fmt"
	"time"

	"auditpack/evidence/audit"
)

// builder holds what both documents need. It is used once.
type builder struct {
	audit    audit.Audit
	controls func(cci string) []string
	hosts    []*host
	tool     uuid
}

func newBuilder(a audit.Audit, controls func(cci string) []string) (*builder, error) {
	if instant(a.AsOf) == "" {
		return nil, fmt.Errorf("oscal: no as-of time between the years 2000 and 2999: %v", a.AsOf)
	}
	b := &builder{audit: a, controls: controls, tool: space.name("tool", a.Tool)}
	for i := range a.Hosts {
		b.hosts = append(b.hosts, newHost(&a.Hosts[i]))
	}
	return b, nil
}

// origins names this tool as who says so.
func (b *builder) origins() []origin {
	return []origin{{Actors: []actor{{Type: "tool", UUID: b.tool}}}}
}

func (b *builder) metadata(title, remarks string) metadata {
	at := instant(b.audit.AsOf)
	m := metadata{
		Title: title, LastModified: at, Version: at, OSCALVersion: oscalVersion, Remarks: remarks,
		Props: props("client", b.audit.Client, "prepared-by", b.audit.PreparedBy, "tool", b.audit.Tool),
	}
	if b.audit.Demo {
		m.Props = append(m.Props, props("demo", "yes")...)
		m.Remarks = paragraphs("DEMO: the hosts are made up.", remarks)
	}
	return m
}

// definitions are the hosts and the tool.
func (b *builder) definitions() localDefinitions {
	tool := component{
		UUID: b.tool, Type: "software", Title: orElse(markup(b.audit.Tool), "auditpack"), Status: state{"operational"},
		Description: "Judges captured evidence by the guide and by STIG rules.",
	}
	d := localDefinitions{AssessmentAssets: assessmentAssets{
		Components: []component{tool},
		Platforms:  []platform{{UUID: b.tool.name("platform"), Title: tool.Title, Uses: []componentRef{{b.tool}}}},
	}}
	for _, h := range b.hosts {
		d.InventoryItems = append(d.InventoryItems, inventoryItem{
			UUID: h.uuid, Description: paragraphs(markup(h.Name), markup(h.OS)),
			Props: props("host", h.Name, "platform", string(h.Platform), "snapshot-sha256", digest(h.After.Digest)),
		})
	}
	return d
}

// span is the time in which the evidence was captured, of all hosts.
func (b *builder) span() (start, end string) {
	var from, to time.Time
	for _, h := range b.hosts {
		if at := h.After.From; instant(at) != "" && (from.IsZero() || at.Before(from)) {
			from = at
		}
		if at := h.After.To; instant(at) != "" && at.After(to) {
			to = at
		}
	}
	return orElse(instant(from), instant(b.audit.AsOf)), instant(to)
}
