package oscal

import (
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// statement is what was judged on one host: a Control of the guide or a Rule of a benchmark.
type statement struct {
	host        *host
	space       uuid   // of this statement on this host
	id          string // Control id or RuleID
	text        string
	against     string // the guide or the benchmark
	ids         []property
	severity    evidence.Severity
	fix, manual string
	ccis        []string
	verdict     evidence.Verdict
	before      *evidence.Verdict
	movement    evidence.Movement
	readings    []audit.AssessedReading
	exception   *evidence.Exception
	expired     bool
	attestation *evidence.Attestation
	remediation *evidence.Remediation
	carried     []evidence.Carried
}

// result is the Verdict's, or not collected where none was set.
func (s *statement) result() evidence.Result {
	if s.verdict.Result == "" {
		return evidence.NotCollected
	}
	return s.verdict.Result
}

// accepted reports whether a valid Exception covers the statement.
func (s *statement) accepted() bool { return s.exception != nil && !s.expired }

// name says which statement it is, and where.
func (s *statement) name() string { return s.id + " on " + s.host.Name }

// host is one assessed machine with what its statements refer to.
type host struct {
	*audit.Host
	uuid  uuid
	items map[string]*audit.Item
	cited map[string]bool // paths of Items
}

func newHost(h *audit.Host) *host {
	out := &host{Host: h, uuid: space.name("host", h.After.Digest.String(), h.After.Folder, h.Name), items: map[string]*audit.Item{}, cited: map[string]bool{}}
	for i := range h.After.Items {
		out.items[h.After.Items[i].Path] = &h.After.Items[i]
	}
	return out
}

// statements returns everything that was judged: by host, the guide's Controls and then the benchmarks' Rules, each in
// their own order.
func (b *builder) statements() []*statement {
	var list []*statement
	for _, h := range b.hosts {
		for i := range h.Sections {
			for j := range h.Sections[i].Controls {
				list = append(list, b.ofControl(h, &h.Sections[i], &h.Sections[i].Controls[j]))
			}
		}
		for i := range h.Benchmarks {
			for j := range h.Benchmarks[i].Rules {
				list = append(list, b.ofRule(h, i, &h.Benchmarks[i].Rules[j]))
			}
		}
	}
	return list
}

func (b *builder) ofControl(h *host, section *audit.Section, c *audit.Assessed) *statement {
	s := &statement{
		host: h, space: h.uuid.name("control", section.ID, c.ID), id: c.ID, text: c.Statement, against: b.guide(),
		ids: props("control", c.ID, "section", section.Title), severity: c.Severity, fix: c.Fix, manual: c.Manual, ccis: c.CCIs(),
		verdict: c.After, before: c.Before, movement: c.Movement, readings: c.Readings,
		exception: c.Exception, expired: c.Expired, attestation: c.Attestation, remediation: c.Remediation,
	}
	for _, r := range c.STIG {
		name := strings.Join([]string{r.Benchmark, r.Release, string(r.STIGID), string(r.GroupID), string(r.RuleID), r.Strength}, " ")
		s.ids = append(s.ids, props("stig-rule", strings.Join(strings.Fields(name), " "))...)
	}
	return s
}

// ofRule makes the index of the benchmark a part of the identifiers: nothing forbids to judge one by the same rules twice.
func (b *builder) ofRule(h *host, index int, r *audit.AssessedRule) *statement {
	k := &h.Benchmarks[index]
	return &statement{
		host: h, space: h.uuid.name("rule", strconv.Itoa(index), k.Digest.String(), string(r.GroupID), string(r.RuleID)),
		id: string(r.RuleID), text: r.Title, against: judged(k), severity: r.Severity, manual: r.Undecided, ccis: r.CCIs,
		ids:     props("group-id", string(r.GroupID), "rule-id", string(r.RuleID), "stig-id", string(r.STIGID)),
		verdict: r.After, before: r.Before, movement: r.Movement, exception: r.Exception, expired: r.Expired, remediation: r.Remediation,
		attestation: r.Attestation, carried: r.Carried,
	}
}

func (b *builder) guide() string { return b.audit.Guide.Title + ", " + b.audit.Guide.Edition }

func benchmark(k *audit.Benchmark) string { return k.ID + " V" + k.Version + "R" + k.Release }

// judged names the benchmark, and the site that it was judged for.
func judged(k *audit.Benchmark) string {
	if k.Site == "" {
		return benchmark(k)
	}
	return benchmark(k) + ", site " + k.Site
}

// props returns properties of names and values by turns, without those that have no value.
func props(pairs ...string) []property {
	var list []property
	for i := 0; i+1 < len(pairs); i += 2 {
		if value := line(pairs[i+1]); value != "" {
			list = append(list, property{Name: pairs[i], NS: ns, Value: value})
		}
	}
	return list
}

// properties says of the statement what a program would look for.
func (b *builder) properties(s *statement) []property {
	list := append(props("host", s.host.Name, "assessed-against", s.against), s.ids...)
	list = append(list, props("result", string(s.result()), "basis", string(s.verdict.Basis), "severity", string(s.severity))...)
	if s.before != nil {
		list = append(list, props("result-before", string(s.before.Result), "movement", string(s.movement))...)
	}
	for _, cci := range slices.Compact(slices.Sorted(slices.Values(s.ccis))) {
		list = append(list, props("cci", cci)...)
	}
	for _, c := range evidence.NISTControls(b.controls, s.ccis...) {
		list = append(list, props("nist-800-53", c.OSCAL())...)
	}
	list = append(list, props("exception", exceptionState(s))...)
	if s.attestation != nil {
		list = append(list, props("attestation", string(s.attestation.At(b.audit.AsOf)))...)
	}
	for _, w := range s.carried {
		list = append(list, props("carried", string(w.Use))...)
	}
	return list
}
