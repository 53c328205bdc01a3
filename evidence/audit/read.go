package audit

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/parse"
	"auditpack/evidence/snapshot"
)

// keptKeys are the registry keys whose values are kept for judging besides those that a Check names. A full export has
// millions of values; what no Check can ask for is not held in memory. What is derived from the registry (firewall
// rules, shares, products) is kept regardless.
var keptKeys = []string{
	`HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy`,
	`HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall`,
	`HKLM\SYSTEM\CurrentControlSet\Services\MpsSvc`,
	`HKLM\SYSTEM\CurrentControlSet\Services\BFE`,
	`HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer`,
	`HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL`,
	`HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server`,
	`HKLM\SYSTEM\CurrentControlSet\Services\HTTP\Parameters`,
	`HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters`,
	`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`,
	`HKLM\SOFTWARE\Microsoft\InetStp`,
	`HKLM\SOFTWARE\WOW6432Node\LabTech`,
	`HKLM\SOFTWARE\LabTech`,
}

// wanted returns what a parser has to hand out for judging.
func wanted(in Input) func(evidence.Address) bool {
	var keys []string
	for _, key := range keptKeys {
		keys = append(keys, string(evidence.RegistryKey(key).Fold()))
	}
	for _, address := range shownKeys(in) {
		keys = append(keys, string(address.Fold()))
	}
	for _, c := range checks(in) {
		for _, address := range c.Addresses() {
			if address.Kind() == "registry" {
				key, _, _ := strings.Cut(string(address.Fold()), "!")
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	keys = withoutBelow(keys)
	return func(a evidence.Address) bool {
		if a.Kind() != "registry" {
			return true
		}
		fold := string(a.Fold())
		at, found := slices.BinarySearch(keys, fold) // none is a prefix of another: only the last before it can be one of it
		return found || at > 0 && strings.HasPrefix(fold, keys[at-1])
	}
}

// withoutBelow returns sorted keys without those that another one is the beginning of.
func withoutBelow(keys []string) []string {
	var top []string
	for _, key := range keys {
		if n := len(top); n == 0 || !strings.HasPrefix(key, top[n-1]) {
			top = append(top, key)
		}
	}
	return top
}

// checks returns every Check of the guide, those of its Readings too, of the benchmarks of now and before, and of the
// questionnaires.
func checks(in Input) []evidence.Check {
	var all []evidence.Check
	for _, b := range slices.Concat(in.Benchmarks, in.Earlier) {
		for _, r := range b.Rules {
			all = append(all, r.Checks...)
		}
	}
	for _, set := range in.Questionnaires {
		for _, q := range set.Questions {
			for _, c := range q.Checks {
				all = append(all, c.Check)
			}
		}
	}
	for _, s := range in.Guide.Sections {
		for _, c := range s.Controls {
			all = append(all, c.Checks...)
			for _, r := range c.Readings {
				all = append(all, r.Checks...)
			}
		}
	}
	return all
}

// Read parses every Item of a snapshot. Items that were not captured, or cannot be read, are Contents that say so.
// want may be nil: everything is kept.
func Read(ctx context.Context, s *snapshot.Snapshot, want func(evidence.Address) bool) ([]evidence.Content, error) {
	var contents []evidence.Content
	for _, item := range s.Items() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		content, err := readItem(s, item, want)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", item.Path, err)
		}
		contents = append(contents, content)
	}
	settleSharing(contents)
	return contents, nil
}

func readItem(s *snapshot.Snapshot, item evidence.Item, want func(evidence.Address) bool) (evidence.Content, error) {
	if item.Status != evidence.Captured && item.Status != evidence.CutShort {
		return uncaptured(item), nil
	}
	r, err := s.Open(item)
	if err != nil {
		return evidence.Content{}, err
	}
	defer r.Close()
	content, err := parse.Read(item, r, want)
	if err != nil {
		// A limit of the reader (a line too long, say): the bytes are sound, what they say is not known.
		content = evidence.Content{Item: item, Format: content.Format, Kinds: content.Kinds, Refused: err.Error()}
	}
	// The rest is read too, so that the digest of the whole Item is checked once more.
	if _, err := io.Copy(io.Discard, r); err != nil {
		return content, err
	}
	if item.Status == evidence.CutShort && content.Refused == "" {
		content.Covers = nil
		content.Problem(evidence.Problem{
			Message: "the capture was cut short", Cite: evidence.Citation{Item: item.Path},
		})
	}
	return content, nil
}

// uncaptured is what an Item without bytes shows: nothing, or that something is not there, which is the absence of everything
// that it would hold.
func uncaptured(item evidence.Item) evidence.Content {
	c := evidence.Content{Item: item, Kinds: kindsOf(item)}
	if item.Status == evidence.Absent && item.Missing != "" {
		c.Covered(evidence.Coverage{Scope: item.Missing, Deep: true, Cite: evidence.Citation{Item: item.Path, Absence: true}})
	}
	return c
}

// kindsOf returns the kinds of Address that an Item would have held, by the format it was taken in as.
func kindsOf(item evidence.Item) []string {
	for _, f := range parse.Formats() {
		if f.Name == item.Format {
			return f.Kinds
		}
	}
	return nil
}
