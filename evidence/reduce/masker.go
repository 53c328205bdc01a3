package reduce

import (
	"strconv"
	"strings"

	"auditpack/evidence/audit"
)

// rule is a rule of masking; its name is what its masks begin with.
type rule string

const (
	account rule = "ACCOUNT"
	address rule = "ADDRESS"
	host    rule = "HOST"
	path    rule = "PATH"
	text    rule = "TEXT"
)

// rules are all of them, with what they mask, for people.
var rules = []struct {
	rule   rule
	covers string
}{
	{account, "names of accounts and groups, SIDs of a domain or a machine, mail addresses, who captured or imported"},
	{address, "addresses of IPv4, IPv6 and network cards, save loopback, unspecified and masks; the length of a prefix stays"},
	{host, "names of hosts and domains, save the first label of the names of the servers that were assessed"},
	{path, "paths, from the first part on that neither the guide nor this program names"},
	{text, "any other word that neither the guide, the benchmarks, the questions nor this program use"},
}

// masker masks the texts of one package. The same text has the same mask all through it.
type masker struct {
	known   vocabulary
	items   map[string]bool // the paths of the items
	phrases phrases
	names   phrases                 // those of them that are names
	vouched bool                    // what people wrote stays, as the sender has chosen
	masks   map[rule]map[string]int // folded text → number
	places  map[rule]int
	left    map[string]int    // how often something was left out, by what it is
	done    map[string]result // texts that came before
}

// result is a masked text and how often each rule was applied in it.
type result struct {
	text   string
	places map[rule]int
}

func newMasker(known vocabulary) *masker {
	return &masker{known: known, items: map[string]bool{}, masks: map[rule]map[string]int{}, places: map[rule]int{}, left: map[string]int{}, done: map[string]result{}}
}

// mask returns what stands for a text.
func (m *masker) mask(r rule, s string) string {
	m.places[r]++
	if m.masks[r] == nil {
		m.masks[r] = map[string]int{}
	}
	key := strings.ToLower(s)
	n, ok := m.masks[r][key]
	if !ok {
		n = len(m.masks[r]) + 1
		m.masks[r][key] = n
	}
	return string(r) + "-" + strconv.Itoa(n)
}

// whole masks a text as one; nothing stays nothing.
func (m *masker) whole(r rule, s string) string {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return m.mask(r, s)
}

// Out stands where a text was left out as a whole.
const Out = "[withheld]"

// leave leaves out a text as a whole, unless it is a person's that is to stay.
func (m *masker) leave(what, s string) string {
	if s == "" {
		return ""
	}
	if m.stays(what) {
		return m.said(s)
	}
	m.left[what]++
	return Out
}

// name masks the name of a host; of one that was assessed the first label stays.
func (m *masker) name(s string) string {
	label, _, _ := strings.Cut(s, ".")
	switch {
	case s == "":
		return ""
	case m.phrases.isHost(label):
		return label
	}
	return m.mask(host, s)
}

// text masks what is not known in a text that evidence is in.
func (m *masker) text(s string) string {
	if s == "" {
		return ""
	}
	if r, ok := m.done[s]; ok {
		for rule, n := range r.places {
			m.places[rule] += n
		}
		return r.text
	}
	before := map[rule]int{}
	for r, n := range m.places {
		before[r] = n
	}
	r := result{m.through(passes, s), map[rule]int{}}
	for rule, n := range m.places {
		if n > before[rule] {
			r.places[rule] = n - before[rule]
		}
	}
	m.done[s] = r
	return r.text
}

// through sends a text through passes.
func (m *masker) through(passes []pass, s string) string {
	pieces := []piece{{text: s}}
	for _, p := range passes {
		pieces = split(pieces, func(s string) []piece { return p(m, s) })
	}
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.text)
	}
	return b.String()
}

// piece is a part of a text; what is done is no more looked at.
type piece struct {
	text string
	done bool
}

// split lets a pass look at what is not done yet.
func split(pieces []piece, pass func(string) []piece) []piece {
	var out []piece
	for _, p := range pieces {
		if p.done || p.text == "" {
			out = append(out, p)
			continue
		}
		out = append(out, pass(p.text)...)
	}
	return out
}

// counts returns what the masker has done, for the reader of the package.
func (m *masker) counts() (masks []audit.MaskCount, left []audit.LeftOut) {
	for _, r := range rules {
		masks = append(masks, audit.MaskCount{Rule: string(r.rule), Covers: r.covers, Texts: len(m.masks[r.rule]), Places: m.places[r.rule]})
	}
	for _, what := range leftOut {
		if m.stays(what) {
			continue
		}
		left = append(left, audit.LeftOut{What: what, Places: m.left[what]})
	}
	return masks, left
}
