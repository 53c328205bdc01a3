package oscal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// How an observation was made, in NIST's words.
const (
	examine   = "EXAMINE"   // bytes of the host were read
	test      = "TEST"      // the host was asked from outside
	interview = "INTERVIEW" // a person said so
	unknown   = "UNKNOWN"   // nothing was there to be read
)

// observe returns what was seen for a statement: one observation for each Reason, and one for what a person attested.
func (b *builder) observe(s *statement) []observation {
	var list []observation
	for i, r := range s.verdict.Reasons {
		list = append(list, observation{
			UUID: s.observation(i), Title: markup(s.name()), Description: reasonText(r),
			Props:   props("result", string(r.Result), "address", string(r.Address)),
			Methods: s.host.methods(r.Cites, s.verdict.Basis), Types: []string{"control-objective"},
			Origins: b.origins(), Subjects: s.host.subjects(),
			Evidence: s.host.relevant(r.Cites), Collected: s.host.collected(r.Cites, b.audit.AsOf),
		})
	}
	if t := s.attestation; t != nil {
		list = append(list, observation{
			UUID: s.attested(), Title: markup(s.name() + ": attestation"), Description: attestationText(t),
			Props:   props("attested-by", t.By, "attested-on", day(t.On), "holds", yesNo(t.Holds)),
			Methods: []string{interview}, Types: []string{"control-objective"}, Subjects: s.host.subjects(),
			Collected: orElse(instant(t.On), instant(b.audit.AsOf)), Expires: instant(t.ValidUntil),
		})
	}
	for i, w := range s.carried {
		list = append(list, observation{
			UUID: s.carriedID(i), Title: markup(s.name() + ": an earlier checklist"),
			Description: paragraphs(carriedText(w), labelled("Comment", w.Comment), labelled("Finding details", w.Details)),
			Props: props("carried-from", w.File, "carried-sha256", digest(w.Digest), "carried-release", w.STIG+" "+w.Release(),
				"carried-rule", w.Rule, "carried-status", cmp.Or(string(w.Status), w.Unknown), "carried", string(w.Use)),
			Methods: []string{interview}, Types: []string{"control-objective"}, Subjects: s.host.subjects(),
			Evidence: s.host.relevant([]evidence.Citation{w.Cite}), Collected: instant(b.audit.AsOf),
		})
	}
	return list
}

// carriedText is what an earlier checklist says of a rule, and what became of it.
func carriedText(w evidence.Carried) string {
	text := fmt.Sprintf("The earlier checklist %s (%s) has a comment.", markup(w.File), markup(w.STIG+" "+w.Release()))
	if status := cmp.Or(string(w.Status), w.Unknown); status != "" {
		text = fmt.Sprintf("The earlier checklist %s (%s) says %s: %s.", markup(w.File), markup(w.STIG+" "+w.Release()), markup(status), w.Use)
	}
	if w.Severity != "" {
		text += fmt.Sprintf(" A person gave the severity %s in it.", markup(string(w.Severity)))
	}
	return paragraphs(text, labelled("Why", w.Why))
}

// said reports whether an item is what people said: the answers or an earlier checklist.
func said(item string) bool {
	return item == evidence.AnswersPath || strings.HasPrefix(item, evidence.ChecklistsFolder)
}

func reasonText(r evidence.Reason) string {
	return paragraphs(labelled("Expected", r.Expected), labelled("Actual", r.Actual), labelled("Note", r.Note))
}

func attestationText(t *evidence.Attestation) string {
	says := "says that it holds"
	if !t.Holds {
		says = "says that it does not hold"
	}
	return paragraphs(fmt.Sprintf("%s %s; said on %s, valid until %s.", markup(t.By), says, day(t.On), day(t.ValidUntil)), labelled("Comment", t.Comment))
}

func labelled(label, text string) string {
	if text = markup(text); text == "" {
		return ""
	}
	return label + ": " + text
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func orElse(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}

// contradictions are observations too: nothing was chosen among what Items disagree about. Those of an earlier snapshot
// are left out, as its verdicts are.
func (b *builder) contradictions(h *host) []observation {
	var list []observation
	for i, c := range h.Contradictions {
		if c.Before {
			continue
		}
		text := []string{"Items of the snapshot disagree. Nothing was chosen."}
		for _, v := range c.Values {
			text = append(text, labelled("One says", v))
		}
		list = append(list, observation{
			UUID: h.uuid.name("contradiction", fmt.Sprint(i), c.Subject), Title: markup("Contradiction on " + h.Name + ": " + evidence.Address(c.Subject).Label()),
			Description: paragraphs(text...), Methods: h.methods(c.Cites, evidence.BasisEvidence), Types: []string{"finding"},
			Origins: b.origins(), Subjects: h.subjects(), Evidence: h.relevant(c.Cites), Collected: h.collected(c.Cites, b.audit.AsOf),
		})
	}
	return list
}

func (h *host) subjects() []subject {
	return []subject{{UUID: h.uuid, Type: "inventory-item", Title: markup(h.Name)}}
}

// methods says how bytes were come by; without any, on whose word the Verdict rests.
func (h *host) methods(cites []evidence.Citation, basis evidence.Basis) []string {
	var list []string
	for _, c := range cites {
		method := examine
		if said(c.Item) {
			method = interview
		}
		if item := h.items[c.Item]; item != nil && item.Origin == evidence.OriginProbe {
			method = test
		}
		if !slices.Contains(list, method) {
			list = append(list, method)
		}
	}
	slices.Sort(list)
	switch {
	case len(list) > 0:
		return list
	case basis.ByPerson():
		return []string{interview}
	}
	return []string{unknown}
}

// collected is when the newest of the cited Items was taken; without any, when the snapshot was complete.
func (h *host) collected(cites []evidence.Citation, asOf time.Time) string {
	var newest time.Time
	for _, c := range cites {
		if item := h.items[c.Item]; item != nil && item.Taken.After(newest) {
			newest = item.Taken
		}
	}
	return orElse(instant(newest), orElse(instant(h.After.To), instant(asOf)))
}

// relevant leads from Citations to the bytes: the file inside the package, and the resource that has its digest.
func (h *host) relevant(cites []evidence.Citation) []relevant {
	var list []relevant
	for _, c := range cites {
		r := relevant{Description: markup(c.String()), Props: place(c)}
		if c.Absence {
			r.Description += ": shows that the value is absent"
		}
		if item := h.items[c.Item]; item != nil {
			h.cited[c.Item] = true
			r.Props = append(r.Props, itemProps(item)...)
			r.Links = []link{{Href: "#" + string(h.resource(item)), Rel: "reference"}}
			if !item.Digest.IsZero() {
				r.Href = href(h.After.Folder + "/" + item.Path)
			}
		} else if said(c.Item) {
			r.Href = href(c.Item)
		}
		list = append(list, r)
	}
	return list
}

// place is where in the Item the bytes are; nothing for the Item as a whole.
func place(c evidence.Citation) []property {
	if c.Line == 0 {
		return nil
	}
	return props("line", fmt.Sprint(c.Line), "byte-offset", fmt.Sprint(c.Offset), "byte-length", fmt.Sprint(c.Length), "absence", map[bool]string{true: "yes"}[c.Absence])
}

func itemProps(item *audit.Item) []property {
	list := props("origin", string(item.Origin), "taken", instant(item.Taken), "stale", map[bool]string{true: "yes"}[item.Stale])
	if !item.Digest.IsZero() {
		list = append(list, props("sha256", item.Digest.String())...)
	}
	return list
}

// resource is the identifier of an Item in the back matter.
func (h *host) resource(item *audit.Item) uuid { return h.uuid.name("item", item.Path) }
