package evidence

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Status is what happened to an Item at capture. It is never a judgement of what the Item shows.
type Status string

// The Statuses.
const (
	Captured Status = "captured"
	Absent   Status = "absent"    // the source does not exist on this host
	Denied   Status = "denied"    // access was refused
	Failed   Status = "failed"    // the command ended with an error
	TimedOut Status = "timed out" // the command was ended by its time limit
	CutShort Status = "cut short" // some bytes are there, not all
	Skipped  Status = "skipped"   // left out: by the operator, or because it lies where a capture does not look
)

// Origin says how an Item came to be; it is shown at every citation.
type Origin string

// The Origins.
const (
	OriginCaptured Origin = "captured" // by auditpack on the host
	OriginScript   Origin = "script"   // by auditpack's PowerShell form on the host
	OriginImported Origin = "imported" // handed in; host and time as somebody claimed
	OriginProbe    Origin = "probe"    // seen from outside, from the vantage named in Item.By
)

// Item is one captured source. Within a snapshot its Path is its identity.
type Item struct {
	// Path is the place inside the snapshot, forward slashes, at most 60 characters: data/items/netstat/netstat-ano.txt
	Path string `json:"path"`
	// Name is where the bytes came from: the path of the file as it was handed in, relative to the folder or archive named
	// on the command line (forward slashes), or the file's path on the host.
	Name string `json:"name"`
	// Source names the archive or folder that Name is relative to, as the operator named it; base name only.
	Source string `json:"source,omitempty"`
	// Collector groups Items in the snapshot's folders: registry, netstat, iis, unrecognised …
	Collector string `json:"collector"`
	// Format is what the file was recognised as when it was taken in; judging recognises again. Empty: not recognised, or
	// taken for people to read (ForPeople).
	Format string `json:"format,omitempty"`
	// Refused is why the file is no evidence although it was kept, as far as that was known when it was taken in.
	Refused string `json:"refused,omitempty"`

	Status Status `json:"status"`
	Origin Origin `json:"origin"`
	Host   string `json:"host,omitempty"` // as claimed (imported) or as the system said (captured)
	By     string `json:"by,omitempty"`   // who imported or captured; for a probe, the vantage

	Size   int64     `json:"size"`
	Digest Digest    `json:"sha256"`
	Taken  time.Time `json:"taken"` // UTC; when it was captured, or is claimed to have been

	Command  []string `json:"command,omitempty"` // full path of the program and its arguments
	ExitCode *int     `json:"exit_code,omitempty"`
	// Duration is how long the capture of this Item took, in milliseconds; Taken is when it began.
	Duration int64 `json:"duration_ms,omitzero"`
	// Stderr is what the command wrote to standard error, as text, at most 2,000 characters.
	Stderr string `json:"stderr,omitzero"`
	// CodePage is the code page that the command wrote text in, where it was not Unicode by itself: 850.
	CodePage int `json:"code_page,omitzero"`
	// Language is the language of the system's messages: de-DE.
	Language string `json:"ui_language,omitzero"`
	// Withheld says what was cut before anything was hashed. No digest of the bytes before the cut exists.
	Withheld []Withheld `json:"withheld,omitempty"`

	// Missing is what was looked for by its name and is not there, with all that it would hold: registry:HKLM\…, or a value
	// of a key. Only an absent Item has it. Empty where that was not shown: the program may be what is absent.
	Missing Address `json:"missing,omitempty"`

	Note string `json:"note,omitempty"` // why Status is not captured; a summary of Withheld
}

// ForPeople reports whether the Item was taken for people to read: the capture's own list, in which each source that is to be
// evidence has a format, names none for it, and its bytes have none either.
func (i Item) ForPeople() bool {
	return i.Format == "" && (i.Origin == OriginCaptured || i.Origin == OriginScript)
}

// Withheld is one secret that was cut out of an Item at capture.
type Withheld struct {
	Rule string `json:"rule"` // the name of the rule: registry-password
	Line int    `json:"line"` // of the Item, from 1; what stands there now is (withheld)
	What string `json:"what"` // what stood before the secret, so that a reader knows which one it was
}

// maxWithheldLines is how many lines a note lists.
const maxWithheldLines = 10

// WithheldNote says for people what was cut, by which rule and where: withheld by config-secret: lines 4, 17. It is empty
// where nothing was.
func WithheldNote(cuts []Withheld) string {
	var notes []string
	for i, c := range cuts {
		if slices.ContainsFunc(cuts[:i], func(e Withheld) bool { return e.Rule == c.Rule }) {
			continue
		}
		var lines []string
		for _, e := range cuts {
			if line := strconv.Itoa(e.Line); e.Rule == c.Rule && !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
		if more := len(lines) - maxWithheldLines; more > 0 {
			lines = append(lines[:maxWithheldLines], fmt.Sprintf("and %d more", more))
		}
		word := "line "
		if len(lines) > 1 {
			word = "lines "
		}
		notes = append(notes, "withheld by "+c.Rule+": "+word+strings.Join(lines, ", "))
	}
	return strings.Join(notes, "; ")
}
