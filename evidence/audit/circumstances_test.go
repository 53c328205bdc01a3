package audit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
)

// w32tm is what w32tm /query /status /verbose prints, with a leap indicator, a reference and an offset.
func w32tm(leap int, reference, offset string) string {
	return fmt.Sprintf("L: %d(x)\r\nS: 4 (x)\r\nP: -23 (119.209ns per tick)\r\nRD: 0.0154902s\r\nRX: 7.7773722s\r\nRef: %s (x)\r\nLast: 10/20/2026 8:30:05 AM\r\nSource: time.example.com,0x9\r\nPoll: 10 (1024s)\r\n\r\n"+
		"PO: %s\r\nCR: 0.0156250s\r\nSM: 1 (x)\r\nTSF: 0 (x)\r\nSR: 0 (x)\r\nLE: 0 (x)\r\nT: 2820.1997480s\r\n", leap, reference, offset)
}

func whoami(sids ...string) string {
	text := "User: a\r\nSID: S-1-5-21-1-2-3-1001\r\n"
	for _, sid := range sids {
		text += "\r\nGroup: x\r\nSID: " + sid + "\r\n"
	}
	return text
}

// TestCircumstances tells with which rights a capture ran, and what the time service said, from the bytes that show it; and nothing
// where they do not.
func TestCircumstances(t *testing.T) {
	const clockItem, whoItem = "data/items/clock/w32tm-status.txt", "data/items/accounts/whoami.txt"
	const synced = "0xC0000207"
	at := func(item, text, line string) evidence.Citation {
		offset := strings.Index(text, line)
		return evidence.Citation{Item: item, Line: 1 + strings.Count(text[:offset], "\n"), Offset: int64(offset), Length: int64(len(line))}
	}
	service := func(text, line string, s audit.TimeService) audit.TimeService {
		s.Cite, s.Source = at(clockItem, text, line), "time.example.com,0x9"
		if s.Since == "" {
			s.Since = "2820.1997480"
		}
		return s
	}
	good := w32tm(0, synced, "-0.0038147s")
	elevated := whoami("S-1-5-32-544", "S-1-16-12288")
	for _, c := range []struct {
		name, clock, who string
		want             audit.Circumstances
	}{
		{"elevated and synchronised", good, elevated, audit.Circumstances{
			Rights:      audit.Rights{Administrator: true, Level: "S-1-16-12288", Cite: at(whoItem, elevated, "SID: S-1-16-12288")},
			TimeService: service(good, "PO: -0.0038147s", audit.TimeService{Synchronised: true, Offset: "-0.0038147"})}},
		{"not synchronised, whatever the offset", w32tm(3, synced, "0.0000000s"), whoami("S-1-5-32-544", "S-1-16-8192"), audit.Circumstances{
			Rights:      audit.Rights{Level: "S-1-16-8192", Cite: at(whoItem, whoami("S-1-5-32-544", "S-1-16-8192"), "SID: S-1-16-8192")},
			TimeService: service(w32tm(3, synced, "0.0000000s"), "L: 3(x)", audit.TimeService{})}},
		{"its own clock; elevated, and no administrator", w32tm(0, "0x4C4F434C", "0.0000000s"), whoami("S-1-16-12288"), audit.Circumstances{
			Rights:      audit.Rights{Level: "S-1-16-12288", Cite: at(whoItem, whoami("S-1-16-12288"), "SID: S-1-16-12288")},
			TimeService: service(w32tm(0, "0x4C4F434C", "0.0000000s"), "Ref: 0x4C4F434C (x)", audit.TimeService{})}},
		{"another unit", w32tm(0, synced, "3 ms"), "", audit.Circumstances{
			TimeService: audit.TimeService{Synchronised: true, Source: "time.example.com,0x9", Cite: at(clockItem, good, "Source: time.example.com,0x9")}}},
		{"not understood", "L: x\r\n", "?", audit.Circumstances{}},
		{"not there", "", "", audit.Circumstances{}},
	} {
		dest := t.TempDir() + "/snapshot"
		w, err := snapshot.Create(dest, snapshot.Header{Host: "AUTOMATE01", Operator: "engineer", Tool: "auditpack 9"}, bag.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for path, text := range map[string]string{clockItem: c.clock, whoItem: c.who} {
			i := item(path[strings.LastIndexByte(path, '/')+1:], evidence.OriginCaptured, "engineer", captured)
			i.Path, i.Collector = path, strings.Split(path, "/")[2]
			if text == "" {
				i.Status = evidence.Failed
			}
			if _, err := w.Put(i, strings.NewReader(text)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		a, err := audit.Assemble(t.Context(), audit.Input{AsOf: asOf, Guide: guide, Hosts: []audit.HostInput{{After: s}}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, a.Hosts[0].After.Circumstances); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.want, a.Custody[0].Circumstances); diff != "" {
			t.Errorf("%s, in custody (-want +got):\n%s", c.name, diff)
		}
	}
}
