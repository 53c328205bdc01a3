package stig

import (
	"strings"

	"auditpack/evidence"
)

// parts are the elements that DISA hides as escaped text in a rule's description.
var parts = []struct {
	name  string
	field func(*evidence.Rule) *string
}{
	{"VulnDiscussion", func(r *evidence.Rule) *string { return &r.Discussion }},
	{"FalsePositives", func(r *evidence.Rule) *string { return &r.FalsePositives }},
	{"FalseNegatives", func(r *evidence.Rule) *string { return &r.FalseNegatives }},
	{"Documentable", func(r *evidence.Rule) *string { return &r.Documentable }},
	{"Mitigations", func(r *evidence.Rule) *string { return &r.Mitigations }},
	{"SeverityOverrideGuidance", func(r *evidence.Rule) *string { return &r.SeverityOverrideGuidance }},
	{"PotentialImpacts", func(r *evidence.Rule) *string { return &r.PotentialImpacts }},
	{"ThirdPartyTools", func(r *evidence.Rule) *string { return &r.ThirdPartyTools }},
	{"MitigationControl", func(r *evidence.Rule) *string { return &r.MitigationControl }},
	{"Responsibility", func(r *evidence.Rule) *string { return &r.Responsibility }},
	{"IAControls", func(r *evidence.Rule) *string { return &r.IAControls }},
}

// readDescription takes the parts out of a description. They look like XML and are none: "<" and "&" stand in them
// unescaped. So each part goes from its start tag to its end tag, or where that is missing to the next part.
// A description without parts is the discussion.
func readDescription(r *evidence.Rule, text string) {
	found := false
	for _, p := range parts {
		_, rest, ok := strings.Cut(text, "<"+p.name+">")
		if !ok {
			continue
		}
		found = true
		body, _, closed := strings.Cut(rest, "</"+p.name+">")
		if !closed {
			body = untilNextPart(rest)
		}
		if *p.field(r) == "" { // some rules have Responsibility more than once
			*p.field(r) = unescapeOnce(body)
		}
	}
	if !found {
		r.Discussion = unescapeOnce(strings.TrimSpace(text))
	}
}

func untilNextPart(text string) string {
	end := len(text)
	for _, p := range parts {
		if i := strings.Index(text, "<"+p.name+">"); i >= 0 && i < end {
			end = i
		}
	}
	return text[:end]
}

// unescapeOnce undoes the second escaping that some releases have.
func unescapeOnce(text string) string { return escapes.Replace(text) }

var escapes = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")
