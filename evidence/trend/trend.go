// Package trend follows the verdicts of several packages: what fails since when, what was fixed and how long that took,
// what came back, what nobody can see any more.
//
// # How it counts
//
// Packages stand in the order of their as-of times, and all ages are days between the dates (UTC) of those times: the
// true day on which a setting changed lies somewhere between two packages. Hosts are followed by their name, without
// regard to case; Controls by their id, rules of a STIG by STIG ID and, where a release gives a new one, by group ID.
//
// A finding opens with the first package in which it fails, and closes only with one in which it passes or does not apply.
// What was not collected, or needs review, closes nothing: the finding stays open and is shown with the day on which it
// was last seen. A statement that another edition of the guide, or another release of a benchmark, brings, drops or words
// anew is told apart from a change on the server.
//
// # Why
//
// There is one number a question, made here, so that the terminal, the report, the workbook and the JSON cannot disagree.
package trend

import (
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// Version is the format of a Trend in JSON.
const Version = "auditpack.trend/1"

// Soon is how long before its expiry an Exception is said to be about to expire, in days.
const Soon = 30

// Package is one package as it was opened and verified.
type Package struct {
	Path   string
	Digest evidence.Digest // of its tagmanifest-sha256.txt
	Audit  audit.Audit
}

// Trend is what several packages tell together.
type Trend struct {
	Version    string          `json:"version"`
	Tool       string          `json:"tool"` // that compared them: auditpack 0.1.0
	Client     string          `json:"client,omitempty"`
	From       time.Time       `json:"from"`  // as-of time of the oldest package
	AsOf       time.Time       `json:"as_of"` // and of the newest: exceptions are judged by it
	Demo       bool            `json:"demo,omitempty"`
	Guide      audit.GuideInfo `json:"guide"`                   // of the newest package
	Counts     audit.Counts    `json:"counts"`                  // of the guide's Controls, in the newest package of each host
	Before     *audit.Counts   `json:"counts_before,omitempty"` // in the oldest of each; null: there is one package only
	Packages   []Source        `json:"packages"`
	Hosts      []Host          `json:"hosts"` // by name
	Exceptions []Exception     `json:"exceptions,omitempty"`
	// Notes say what cannot be compared, or only with care.
	Notes []string `json:"notes,omitempty"`
}

// Source is a package that a Trend was made from.
type Source struct {
	Path   string          `json:"path"` // as it was handed in
	Digest evidence.Digest `json:"sha256"`
	AsOf   time.Time       `json:"as_of"`
	Tool   string          `json:"tool"`
	Guide  audit.GuideInfo `json:"guide"`
	Hosts  []string        `json:"hosts"`
}

// Host is one machine, followed over the packages that it is in.
type Host struct {
	Name       string   `json:"name"` // as the newest package has it
	OS         string   `json:"os,omitempty"`
	Points     []Point  `json:"points"` // oldest first
	Guide      Series   `json:"guide"`
	Benchmarks []Series `json:"benchmarks,omitempty"`
}

// Point is a Host in one package. Lists of a Series that are "by Point" have an element for each.
type Point struct {
	Package  int             `json:"package"` // index in Packages
	AsOf     time.Time       `json:"as_of"`
	From     time.Time       `json:"captured_from"`
	To       time.Time       `json:"captured_to"`
	Snapshot evidence.Digest `json:"snapshot_sha256"`
	Same     bool            `json:"same_evidence,omitempty"` // the very snapshot of the Point before
}

// Series is the guide, or a benchmark, followed on one host.
type Series struct {
	ID         string         `json:"id"`
	Title      string         `json:"title"`
	Site       string         `json:"site,omitempty"` // of IIS, where the benchmark is about one
	Releases   []string       `json:"releases"`       // by Point: edition or release; empty: not judged in that package
	Counts     []audit.Counts `json:"counts"`         // by Point; all zero: not judged
	Sections   []Section      `json:"sections,omitempty"`
	Statements []Statement    `json:"statements"`
	Open       []Finding      `json:"open,omitempty"`    // oldest first, then the graver one
	Closed     []Finding      `json:"closed,omitempty"`  // latest first
	Dropped    []Finding      `json:"dropped,omitempty"` // open when last asked; the newest edition does not ask any more
	Lost       []Lost         `json:"lost,omitempty"`
	Scope      []Scope        `json:"scope,omitempty"`
	Fixes      Fixes          `json:"fixes"`
}

// Section is a chapter of the guide over time.
type Section struct {
	ID     string         `json:"id"`
	Part   string         `json:"part"`
	Title  string         `json:"title"`
	Counts []audit.Counts `json:"counts"` // by Point; all zero: that edition has no such section
}

// Statement is a Control or a rule with its Results by Point; an empty Result: it was not asked.
type Statement struct {
	ID       string            `json:"id"`              // of a Control; the STIG ID of a rule
	Group    evidence.GroupID  `json:"group,omitempty"` // of a rule
	Section  string            `json:"section,omitempty"`
	Text     string            `json:"text"`
	Severity evidence.Severity `json:"severity"`
	Results  []evidence.Result `json:"results"`
}

// Cause is why a Finding opened when it did.
type Cause string

// The Causes.
const (
	FromStart  Cause = "failed in the first package that judged it" // so it may be older
	Regressed  Cause = "regressed"                                  // the same statement passed or did not apply before
	Undecided  Cause = "was not decided before"                     // not collected, or left to review: it may be older
	NewlyAsked Cause = "newly asked"                                // another edition or release brought it
	Reworded   Cause = "worded anew"                                // it held before another edition or release changed it
)

// Finding is a statement that failed, from the package that showed it first.
type Finding struct {
	ID       string            `json:"id"`
	Section  string            `json:"section,omitempty"`
	Text     string            `json:"text"`
	Severity evidence.Severity `json:"severity"`
	Opened   time.Time         `json:"opened"` // as-of time of the first package in which it fails
	Cause    Cause             `json:"cause"`
	Reopened int               `json:"reopened,omitempty"` // how often it had been closed before
	Seen     int               `json:"seen"`               // in how many packages it failed since it opened
	Packages int               `json:"packages"`           // of how many of the host's, from Opened to Closed or to the newest
	LastSeen time.Time         `json:"last_seen"`          // as-of time of the last of them
	Days     int               `json:"days"`               // from Opened to Closed, or to the host's newest package
	Closed   time.Time         `json:"closed,omitzero"`    // as-of time of the package that showed it closed
	// Now is the newest Result of an open Finding, which may be that nothing is known; of a closed one, what closed it: pass
	// or not applicable.
	Now       evidence.Result     `json:"now"`
	Basis     evidence.Basis      `json:"basis,omitempty"`    // of Now
	Reworded  bool                `json:"reworded,omitempty"` // closed by a package that words the statement anew
	Exception *evidence.Exception `json:"exception,omitempty"`
	Expired   bool                `json:"exception_expired,omitempty"`
}

// Lost is a statement that was decided once, and is not in the newest package.
type Lost struct {
	ID       string            `json:"id"`
	Section  string            `json:"section,omitempty"`
	Text     string            `json:"text"`
	Severity evidence.Severity `json:"severity"`
	Now      evidence.Result   `json:"now"` // not collected or needs review
	Was      evidence.Result   `json:"was"` // pass, fail or not applicable, in the last package that decided it
	Known    time.Time         `json:"known"`
	Since    time.Time         `json:"since"`         // as-of time of the first package after that
	New      bool              `json:"new,omitempty"` // Since is the newest package
}

// Scope is what another edition of the guide, or release of a benchmark, changed about the questions.
type Scope struct {
	AsOf     time.Time `json:"as_of"` // of the first package with the new one
	From     string    `json:"from"`
	To       string    `json:"to"`
	Added    []string  `json:"added,omitempty"` // ids
	Removed  []string  `json:"removed,omitempty"`
	Reworded []string  `json:"reworded,omitempty"`
	Regraded []string  `json:"regraded,omitempty"` // another severity
}

// Fixes is how long it took from the first package that showed a Finding to the first that showed it passing, in days.
type Fixes struct {
	N       int `json:"n"`
	Median  int `json:"median_days"` // the lower one of two
	Longest int `json:"longest_days"`
}

// Exception is an Exception of the newest packages, as it stands at the Trend's as-of time.
type Exception struct {
	evidence.Exception
	Standing evidence.Standing `json:"standing"`
	Days     int               `json:"days"`              // to its expiry; negative: since
	Soon     bool              `json:"soon,omitempty"`    // valid, and expires within the next [Soon] days
	Renewed  int               `json:"renewed,omitempty"` // how often a package put its expiry later than the one before
	Failing  []string          `json:"failing,omitempty"` // the hosts on which the statement fails
}

// days counts the midnights, UTC, between two times.
func days(from, to time.Time) int {
	const day = 24 * time.Hour
	return int(to.UTC().Truncate(day).Sub(from.UTC().Truncate(day)) / day)
}
