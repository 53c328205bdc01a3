package reduce

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/snapshot"
)

// Input is what an Audit is reduced by.
type Input struct {
	// Public are texts and values that say nothing about a host, guide and benchmarks: their words stay.
	Public []any
	// Accounts are the names that the snapshots show as those of accounts and groups ([Accounts]).
	Accounts []string
	// Comments lets the comments of attestations and the reasons of exceptions stay, as the sender has chosen. What in them is
	// an account, or has the form of an address, a host or a path, is masked all the same.
	Comments bool
}

// What is left out as a whole, in the order in which it is listed.
const (
	outNames    = "names of files as they were handed in, or on the host"
	outCommands = "command lines"
	outStderr   = "what commands wrote to standard error"
	outCuts     = "what stood before secrets that were cut at capture"
	outComments = "comments of attestations"
	outReasons  = "reasons of exceptions"
	outPlans    = "owners, milestones and comments of planned remediation"
	outAttached = "names of attachments"
	outWords    = "what people wrote in earlier checklists"
	outTexts    = "how files differ, line by line"
)

var leftOut = []string{outNames, outCommands, outStderr, outCuts, outComments, outReasons, outPlans, outAttached, outWords, outTexts}

// Audit returns the reduced form of an Audit. The one that is handed in stays as it is.
func Audit(a audit.Audit, in Input) audit.Audit {
	m := newMasker(newVocabulary())
	for _, p := range in.Public {
		m.known.learnAll(p)
	}
	m.known.learnAll(stated(a))
	m.vouched = in.Comments
	m.prepare(a, in.Accounts)
	r := &audit.Reduction{Comments: in.Comments}
	a.Hosts = slices.Clone(a.Hosts)
	for i := range a.Hosts {
		h := &a.Hosts[i]
		r.Changes += len(h.Changes) + len(h.Aside)
		h.Changes, h.Aside, h.SetAside = nil, nil, 0
		h.ItemChanges = m.withoutTexts(h.ItemChanges)
		r.Items += withBytes(h.After.Items)
		if h.Before != nil {
			r.Items += withBytes(h.Before.Items)
		}
	}
	out := m.copy(reflect.ValueOf(a), nil, "").Interface().(audit.Audit)
	r.Masks, r.LeftOut = m.counts()
	r.Paths = m.tellingPaths(a, in.Accounts)
	out.Reduced = r
	return out
}

// withoutTexts leaves out the lines in which files differ: these are the lists that must not leave, however they are masked.
func (m *masker) withoutTexts(list []evidence.Change) []evidence.Change {
	list = slices.Clone(list)
	for i := range list {
		if list[i].Text != nil {
			list[i].Text = nil
			m.left[outTexts]++
		}
	}
	return list
}

func withBytes(items []audit.Item) int {
	n := 0
	for _, item := range items {
		if !item.Digest.IsZero() {
			n++
		}
	}
	return n
}

// stated is what guide, benchmarks and questions have put into an Audit.
func stated(a audit.Audit) []string {
	list := []string{a.Tool, a.Guide.Title, a.Guide.Edition, a.NISTSource}
	for _, h := range a.Hosts {
		for _, s := range h.Sections {
			list = append(list, s.Title)
			for _, c := range s.Controls {
				list = append(list, c.ID, c.Statement, c.Fix, c.Manual)
			}
		}
	}
	for _, q := range a.Questionnaires {
		for _, one := range q.Answers {
			list = append(list, one.ID, one.Topic, one.Text, one.Person, one.Attach)
		}
	}
	return list
}

// prepare gathers the texts of which it is known what they are.
func (m *masker) prepare(a audit.Audit, accounts []string) {
	for _, h := range a.Hosts {
		m.phrases.server(h.Name)
		for _, s := range []*audit.Snapshot{&h.After, h.Before} {
			if s == nil {
				continue
			}
			for _, item := range s.Items {
				m.items[item.Path] = true
				m.known.learn(item.Digest.String()) // it stands in the manifest
			}
		}
	}
	m.phrases.keep(a.Client)
	m.phrases.keep(a.PreparedBy)
	m.names = m.phrases.with(func(p *phrases) {
		for _, t := range a.Attested {
			p.keep(t.By)
		}
		for _, e := range a.Exceptions {
			p.keep(e.Approver)
		}
		for _, name := range accounts {
			p.account(name)
		}
	})
	for _, t := range a.Attested {
		m.phrases.keep(t.By)
		m.phrases.leave(outComments, t.Comment)
		m.phrases.leave(outAttached, t.Attachment.Name)
	}
	for _, e := range a.Exceptions {
		m.phrases.keep(e.Approver)
		m.phrases.leave(outReasons, e.Reason)
	}
	for _, c := range a.Carried {
		m.phrases.leave(outNames, c.File)
	}
	for _, h := range a.Hosts {
		for _, b := range h.Benchmarks {
			for _, r := range b.Rules {
				for _, w := range r.Carried {
					m.phrases.leave(outWords, w.Comment)
					m.phrases.leave(outWords, w.Details)
					m.phrases.leave(outWords, w.Reason)
				}
			}
		}
	}
	for _, name := range accounts {
		m.phrases.account(name)
	}
}

// carriedPath is the path of a carried checklist without the name that it had: data/inputs/checklists/1-old.ckl is its first.
func carriedPath(path string) string {
	number, _, _ := strings.Cut(strings.TrimPrefix(path, evidence.ChecklistsFolder), "-")
	return evidence.ChecklistsFolder + number
}

// stay are the fields, by type and name, whose text stays as it is: it is from the guide, a benchmark or a set of questions, it is
// the operator's own, or it names a place in the evidence.
var stay = fields{
	typeOf[audit.Audit]():                    {"Version", "Tool", "Client", "PreparedBy", "NISTSource"},
	typeOf[audit.GuideInfo]():                {"*"},
	typeOf[audit.ControlCount]():             {"*"},
	typeOf[evidence.NISTControl]():           {"*"},
	typeOf[audit.Snapshot]():                 {"Folder"},
	typeOf[audit.Zone]():                     {"Offset"},
	typeOf[evidence.Item]():                  {"Path", "Collector", "Language"},
	typeOf[audit.Item]():                     {"ReadAs"},
	typeOf[audit.Section]():                  {"*"},
	typeOf[audit.Assessed]():                 {"ID", "Statement", "Fix", "Manual"},
	typeOf[audit.AssessedReading]():          {"ID", "Who", "Text"},
	typeOf[evidence.RuleRef]():               {"*"},
	typeOf[audit.Benchmark]():                {"ID", "Title", "Version", "Release", "ReleaseInfo"},
	typeOf[audit.EarlierRelease]():           {"Version", "Release", "ReleaseInfo"},
	typeOf[audit.AssessedRule]():             {"Title", "CCIs"},
	typeOf[evidence.CarriedChecklist]():      {"Form"},
	typeOf[evidence.CarriedSTIG]():           {"Now"},
	typeOf[evidence.Change]():                {"Item", "Control", "Kind", "Controls"},
	typeOf[audit.Custody]():                  {"Object", "ClockItem"},
	typeOf[snapshot.Clock]():                 {"Offset"},
	typeOf[audit.Rights]():                   {"*"},
	typeOf[audit.TimeService]():              {"Offset", "Since"},
	typeOf[evidence.Exception]():             {"Control", "Approver"},
	typeOf[evidence.Attestation]():           {"Control", "By"},
	typeOf[evidence.Remediation]():           {"Control"},
	typeOf[evidence.Attachment]():            {"Path"},
	typeOf[evidence.Bearing]():               {"Statement"},
	typeOf[evidence.Portion]():               {"Unit"},
	typeOf[evidence.QuestionAnswer]():        {"ID", "Topic", "Text", "Person", "Attach"},
	typeOf[evidence.AnsweredQuestionnaire](): {"Version", "ID", "Title", "About", "Client"},
}

// otherwise are the fields of which something else becomes than of a text that evidence is in.
var otherwise = map[reflect.Type]map[string]func(m *masker, s string) string{
	typeOf[audit.Audit]():           {"Unconcerned": (*masker).unconcerned},
	typeOf[audit.Host]():            {"Name": (*masker).name},
	typeOf[audit.Snapshot]():        {"Operator": (*masker).person},
	typeOf[evidence.HostBearings](): {"Host": (*masker).name},
	typeOf[evidence.Discord]():      {"Host": (*masker).name},
	typeOf[audit.Custody]():         {"Host": (*masker).name},
	typeOf[evidence.Exception]():    {"Reason": leaving(outReasons), "Hosts": (*masker).name},
	typeOf[evidence.Attestation]():  {"Comment": leaving(outComments), "Hosts": (*masker).name},
	typeOf[evidence.Remediation]():  {"Owner": leaving(outPlans), "Comment": leaving(outPlans), "Hosts": (*masker).name},
	typeOf[evidence.Milestone]():    {"Text": leaving(outPlans)},
	typeOf[evidence.Attachment]():   {"Name": leaving(outAttached)},
	typeOf[evidence.Withheld]():     {"What": leaving(outCuts)},
	typeOf[evidence.Citation]():     {"Item": (*masker).cited},
	typeOf[evidence.Carried](): {"File": leaving(outNames), "Comment": leaving(outWords), "Details": leaving(outWords),
		"Reason": leaving(outWords)},
	typeOf[evidence.CarriedSTIG]():           {"Release": (*masker).release},
	typeOf[evidence.CarriedChecklist]():      {"File": leaving(outNames), "Path": (*masker).cited, "Host": (*masker).name},
	typeOf[audit.Benchmark]():                {"File": leaving(outNames)},
	typeOf[audit.EarlierRelease]():           {"File": leaving(outNames)},
	typeOf[evidence.AnsweredQuestionnaire](): {"File": leaving(outNames)},
	typeOf[evidence.Item](): {"Host": (*masker).name, "By": (*masker).person, "Stderr": leaving(outStderr),
		"Name": leaving(outNames), "Source": leaving(outNames), "Command": leaving(outCommands)},
}

type fields map[reflect.Type][]string

func (f fields) has(t reflect.Type, field string) bool {
	return slices.Contains(f[t], field) || slices.Equal(f[t], []string{"*"})
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func leaving(what string) func(*masker, string) string {
	return func(m *masker, s string) string { return m.leave(what, s) }
}

// cited is the item of a Citation: a place, which stays. In that of a carried checklist stands how somebody called it.
func (m *masker) cited(s string) string {
	if strings.HasPrefix(s, evidence.ChecklistsFolder) {
		return carriedPath(s)
	}
	return s
}

// releaseName is a release of a STIG as DISA writes it; a checklist may hold anything in its place.
var releaseName = regexp.MustCompile(`^V[0-9]{1,3}R[0-9]{1,3}$`)

func (m *masker) release(s string) string {
	if releaseName.MatchString(s) {
		return s
	}
	return m.text(s)
}

func (m *masker) person(s string) string { return m.whole(account, s) }

// unconcerned masks an entry of the list of hosts that are not in the package, which ends with the host's name in quotes: a name that
// is a known word, backup say, is a name all the same.
func (m *masker) unconcerned(s string) string {
	if i := strings.Index(s, ` "`); i >= 0 {
		if name, err := strconv.Unquote(s[i+1:]); err == nil {
			return m.text(s[:i+1]) + strconv.Quote(m.name(name))
		}
	}
	return m.text(s)
}
