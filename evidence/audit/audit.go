// Package audit assembles everything that is known into one value, the [Audit], counted once: the waist that all
// outputs are drawn from. It relates changes to Controls and verdicts to Items.
package audit

import (
	"time"

	"auditpack/evidence"
)

// Version is the format of audit.json.
const Version = "auditpack.audit/1"

// Audit is everything known, about one host or many. It is written as audit.json and never changed once assembled.
type Audit struct {
	Version    string                 `json:"version"`
	Tool       string                 `json:"tool"`  // auditpack 0.1.0
	AsOf       time.Time              `json:"as_of"` // UTC; expiry and staleness are judged by it
	Client     string                 `json:"client,omitempty"`
	PreparedBy string                 `json:"prepared_by,omitempty"`
	Demo       bool                   `json:"demo,omitempty"`
	Guide      GuideInfo              `json:"guide"`
	Counts     Counts                 `json:"counts"` // of the Controls of all hosts, after
	Before     *Counts                `json:"counts_before,omitempty"`
	NIST       []ControlCount         `json:"nist_800_53,omitempty"` // verdicts by control of NIST SP 800-53 revision 5 and by CCI
	NISTSource string                 `json:"nist_source,omitempty"` // where the controls of the CCIs are from
	Hosts      []Host                 `json:"hosts"`
	Exceptions []evidence.Exception   `json:"exceptions,omitempty"`
	Attested   []evidence.Attestation `json:"attestations,omitempty"`
	Planned    []evidence.Remediation `json:"remediation,omitempty"`
	// Carried are the existing checklists that were handed in; what they say of a Rule stands at the Rule.
	Carried []evidence.CarriedChecklist `json:"carried_checklists,omitempty"`
	// Unconcerned says which hosts the answers name that are not among those judged.
	Unconcerned []string `json:"answers_of_other_hosts,omitempty"`
	// Unneeded says which plans of the answers are about nothing that fails.
	Unneeded []string  `json:"answers_not_needed,omitempty"`
	Custody  []Custody `json:"custody"` // the oldest snapshot first, the package last
	// Questionnaires are the sets of questions that were answered.
	Questionnaires []evidence.AnsweredQuestionnaire `json:"questionnaires,omitempty"`
	// Forms are the insurers' own forms that were filled from these answers, by whoever packs: Assemble fills none.
	Forms []evidence.FilledForm `json:"forms,omitempty"`
	// Reduced says that this is the Audit of a package without evidence, and what is masked in it; nil: nothing is.
	Reduced *Reduction `json:"reduced,omitempty"`
}

// GuideInfo says which guide was assessed.
type GuideInfo struct {
	ID      string          `json:"id"`
	Title   string          `json:"title"`
	Edition string          `json:"edition"`
	Digest  evidence.Digest `json:"sha256"` // over the guide's data files
}

// Counts counts Controls by Result.
type Counts struct {
	Pass          int `json:"pass"`
	Fail          int `json:"fail"`
	NotApplicable int `json:"not_applicable"`
	NotCollected  int `json:"not_collected"`
	NeedsReview   int `json:"needs_review"`
	Accepted      int `json:"accepted"` // of Fail, those with a valid exception
	FailHigh      int `json:"fail_high"`
	FailMedium    int `json:"fail_medium"`
	FailLow       int `json:"fail_low"`
}

// Total returns the number of Controls counted.
func (c Counts) Total() int {
	return c.Pass + c.Fail + c.NotApplicable + c.NotCollected + c.NeedsReview
}

// Of returns the count of one Result.
func (c Counts) Of(r evidence.Result) int {
	switch r {
	case evidence.Pass:
		return c.Pass
	case evidence.Fail:
		return c.Fail
	case evidence.NotApplicable:
		return c.NotApplicable
	case evidence.NeedsReview:
		return c.NeedsReview
	}
	return c.NotCollected
}

// Compared returns how many hosts have an earlier snapshot, and what counts on these now: Before is to be held against that,
// not against the Counts of all hosts.
func (a Audit) Compared() (hosts int, now Counts) {
	for _, h := range a.Hosts {
		if h.CountsBefore != nil {
			hosts++
			now.Add(h.Counts)
		}
	}
	return hosts, now
}

// Host is one assessed machine.
type Host struct {
	Name           string            `json:"name"`
	Platform       evidence.Platform `json:"platform,omitempty"` // empty: unknown or contradicted
	OS             string            `json:"os,omitempty"`       // for people: Windows Server 2019 (build 17763)
	Role           string            `json:"role,omitempty"`     // domain controller, server or workstation, as far as it is known
	After          Snapshot          `json:"after"`
	Before         *Snapshot         `json:"before,omitempty"`
	Counts         Counts            `json:"counts"`
	CountsBefore   *Counts           `json:"counts_before,omitempty"`
	Sections       []Section         `json:"sections"`
	Benchmarks     []Benchmark       `json:"benchmarks,omitempty"`
	Movements      []evidence.Change `json:"movements,omitempty"`     // verdict level, newly failing first
	Changes        []evidence.Change `json:"changes,omitempty"`       // setting level
	ItemChanges    []evidence.Change `json:"item_changes,omitempty"`  // raw level, by path
	Aside          []evidence.Change `json:"changes_aside,omitempty"` // setting level, set aside: each says by which rule
	SetAside       int               `json:"changes_set_aside"`       // how many are set aside
	Contradictions []Contradiction   `json:"contradictions,omitempty"`
	// NotLinked says why nothing shows that no snapshot is missing between Before and After; empty: After names Before.
	NotLinked string `json:"not_linked,omitempty"`
}

// Snapshot is what is known about one capture.
type Snapshot struct {
	Digest   evidence.Digest `json:"sha256"` // of the snapshot's tagmanifest-sha256.txt
	Tool     string          `json:"tool"`
	Operator string          `json:"operator,omitempty"`
	From     time.Time       `json:"from"`           // capture time of the oldest Item
	To       time.Time       `json:"to"`             // and of the newest
	Folder   string          `json:"folder"`         // inside the package: data/snapshots/<host>/after
	Zone     *Zone           `json:"zone,omitempty"` // of the host; nil: not known
	Items    []Item          `json:"items"`
	Stale    bool            `json:"stale,omitempty"`          // older than the limit at the as-of time
	Previous evidence.Digest `json:"previous_sha256,omitzero"` // of the snapshot that it names as the one before it
	// Circumstances are what it shows of its capture. They are written with the step of custody that they are about.
	Circumstances Circumstances `json:"-"`
}

// Zone is the time zone by which a host showed times to people at the capture, daylight saving included.
type Zone struct {
	Offset string            `json:"offset"` // UTC+02:00
	Cite   evidence.Citation `json:"citation"`
}

// In returns t as the host's clocks showed it.
func (z Zone) In(t time.Time) time.Time {
	local, err := time.Parse("UTC-07:00", z.Offset)
	if err != nil {
		return t.UTC()
	}
	_, seconds := local.Zone() // its location could be that of this machine
	return t.In(time.FixedZone(z.Offset, seconds))
}

// zoneOf returns the zone that a snapshot shows.
func zoneOf(f *evidence.Facts) *Zone {
	o := f.Lookup("system:time-zone")
	if v := o.Value(); v != nil {
		return &Zone{v.String(), o.Cites[0]}
	}
	return nil
}

// Item is an Item and what became of it.
type Item struct {
	evidence.Item
	ReadAs   string             `json:"read_as,omitempty"` // the format it was judged as
	Refusal  string             `json:"refusal,omitempty"` // why it is no evidence
	Settings int                `json:"settings"`
	Problems []evidence.Problem `json:"problems,omitempty"`
	Stale    bool               `json:"stale,omitempty"`
}

// Section is a chapter of the guide with its assessed Controls.
type Section struct {
	ID           string     `json:"id"`
	Part         string     `json:"part"`
	Title        string     `json:"title"`
	Counts       Counts     `json:"counts"`
	CountsBefore *Counts    `json:"counts_before,omitempty"`
	Controls     []Assessed `json:"controls"`
}

// Assessed is one Control and its verdicts on one host.
type Assessed struct {
	ID          string                `json:"id"`
	Statement   string                `json:"statement"`
	Severity    evidence.Severity     `json:"severity"`
	Fix         string                `json:"fix"`
	Manual      string                `json:"manual,omitempty"`
	STIG        []evidence.RuleRef    `json:"stig,omitempty"` // of the host's platform, or all while it is unknown
	After       evidence.Verdict      `json:"after"`
	Before      *evidence.Verdict     `json:"before,omitempty"`
	Movement    evidence.Movement     `json:"movement,omitempty"`
	Readings    []AssessedReading     `json:"readings,omitempty"`
	Exception   *evidence.Exception   `json:"exception,omitempty"` // accepted by whom, until when; the Verdict stays
	Attestation *evidence.Attestation `json:"attestation,omitempty"`
	Expired     bool                  `json:"exception_expired,omitempty"`
	Remediation *evidence.Remediation `json:"remediation,omitempty"` // who mends it until when, where it fails
}

// AssessedReading is another way to read a Control, judged beside it.
type AssessedReading struct {
	ID    string           `json:"id"`
	Who   string           `json:"who"`
	Text  string           `json:"text"`
	After evidence.Verdict `json:"after"`
}

// Contradiction is something on which Items of one snapshot disagree: host, platform or an address.
type Contradiction struct {
	Subject string              `json:"subject"` // host name, platform, or the address
	Values  []string            `json:"values"`
	Cites   []evidence.Citation `json:"citations"`        // one for each value
	Before  bool                `json:"before,omitempty"` // in the earlier snapshot
}

// Benchmark is one STIG release as it was judged on one host. The Rules' texts stay in the benchmark's own file.
type Benchmark struct {
	ID          string          `json:"id"`
	Title       string          `json:"title"`
	Version     string          `json:"version"`
	Release     string          `json:"release"`
	ReleaseInfo string          `json:"release_info"`
	File        string          `json:"file"`
	Digest      evidence.Digest `json:"sha256"`
	// Site is the site of IIS that the rules were judged for, where the benchmark is about one; empty: about all of the host.
	Site string `json:"site,omitempty"`
	// NotJudged says why the benchmark does not concern this host; Rules is then empty.
	NotJudged    string         `json:"not_judged,omitempty"`
	Counts       Counts         `json:"counts"`
	CountsBefore *Counts        `json:"counts_before,omitempty"`
	Rules        []AssessedRule `json:"rules,omitempty"`
	// Earlier is the release that was used before, where one was handed in and the host has an earlier snapshot.
	Earlier *EarlierRelease `json:"earlier_release,omitempty"`
}

// EarlierRelease is the release of a Benchmark that was used before, and what the later one asks otherwise. Both snapshots
// are judged by the rules of the later release, so that what moves between them is the server; the earlier snapshot is
// judged by the rules of the earlier release too, so that what moves by the release alone is seen apart.
type EarlierRelease struct {
	Version     string          `json:"version"`
	Release     string          `json:"release"`
	ReleaseInfo string          `json:"release_info"`
	File        string          `json:"file"`
	Digest      evidence.Digest `json:"sha256"`
	Counts      Counts          `json:"counts"` // of its rules, on the earlier snapshot
	Same        int             `json:"same"`   // rules with the same words and severity in both releases
	// Changes are the rules that are new, removed, reworded, renumbered or of another severity: before is the verdict of
	// the earlier release on the earlier snapshot, after that of the later release on the later one.
	Changes []evidence.Change `json:"changes,omitempty"`
}

// AssessedRule is one rule of a STIG and its verdicts on one host.
type AssessedRule struct {
	GroupID   evidence.GroupID  `json:"group_id"`
	RuleID    evidence.RuleID   `json:"rule_id"`
	STIGID    evidence.STIGID   `json:"stig_id"`
	Title     string            `json:"title"`
	Severity  evidence.Severity `json:"severity"`
	CCIs      []string          `json:"ccis,omitempty"`
	After     evidence.Verdict  `json:"after"`
	Before    *evidence.Verdict `json:"before,omitempty"`
	Movement  evidence.Movement `json:"movement,omitempty"`
	Undecided string            `json:"undecided,omitempty"` // why the text gave no Check
	Caveats   []string          `json:"caveats,omitempty"`   // what only people can hold against a finding
	// Exception, Attestation and Remediation name the Rule by one of its three ids; one that names a Control is about no Rule.
	Exception   *evidence.Exception   `json:"exception,omitempty"`
	Attestation *evidence.Attestation `json:"attestation,omitempty"`
	Expired     bool                  `json:"exception_expired,omitempty"`
	Remediation *evidence.Remediation `json:"remediation,omitempty"`
	Carried     []evidence.Carried    `json:"carried,omitempty"` // what people said of it in earlier checklists
}
