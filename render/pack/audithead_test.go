package pack

import (
	"encoding/json"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// TestAuditHead reads of an audit.json what verify compares, whatever else is in it.
func TestAuditHead(t *testing.T) {
	one, two := evidence.DigestOf([]byte("1")), evidence.DigestOf([]byte("2"))
	at := time.Date(2026, 10, 21, 0, 0, 0, 0, time.UTC)
	text, err := json.Marshal(audit.Audit{Version: audit.Version, Tool: "auditpack test", AsOf: at, Counts: audit.Counts{Pass: 2}, Before: &audit.Counts{Pass: 1},
		Hosts: []audit.Host{
			{Name: "A", Counts: audit.Counts{Pass: 9}, After: audit.Snapshot{Folder: "a/after", Digest: one, Items: []audit.Item{{Item: evidence.Item{Path: "data/items/x", Taken: at}}, {Item: evidence.Item{Path: "data/items/y", Digest: one}}}},
				Before: &audit.Snapshot{Folder: "a/before", Digest: two, Previous: one}, Sections: []audit.Section{{Controls: []audit.Assessed{{ID: "c",
					After: evidence.Verdict{Reasons: []evidence.Reason{{Cites: []evidence.Citation{{Item: "data/items/x"}}}}}}}}}},
			{Name: "B", After: audit.Snapshot{Folder: "b/after", Digest: two}}}})
	if err != nil {
		t.Fatal(err)
	}
	head, err := parseAuditHead(strings.NewReader(string(text)+"\n"), nil)
	want := auditHead{version: audit.Version, tool: "auditpack test", asOf: at, counts: audit.Counts{Pass: 2}, snapshots: []judged{
		{host: "A", folder: "a/after", digest: one, items: 1}, {host: "A", folder: "a/before", digest: two, previous: one}, {host: "B", folder: "b/after", digest: two}}}
	if err != nil || !reflect.DeepEqual(head, want) {
		t.Errorf("%+v, %v: want %+v", head, err, want)
	}
}

// TestAuditHeadRefuses what is no audit.json of this format, in one line.
func TestAuditHeadRefuses(t *testing.T) {
	const start = `{"version":"` + audit.Version + `"`
	for text, says := range map[string]string{
		``:   "EOF",
		`[]`: `want "{"`,
		`{}`: `the format ""`,
		`{"version":"auditpack.audit/2","new":{"x":[1]}}`: `written in the format "auditpack.audit/2"`,
		start + `,"Hosts":[]}`:                            `unknown field "Hosts"`,
		start + `,"tool":"a","tool":"b"}`:                 `"tool" stands there twice`,
		start + `,"hosts":[{"sections":[{"x":1}]}]}`:      `unknown field "x"`,
		start + `,"hosts":{}}`:                            `want "["`,
		start + `,"hosts":[{"name":1}]}`:                  "cannot unmarshal number",
		start + `,"hosts":[{"after":{"sha256":"zz"}}]}`:   "sha256",
		start + `,"hosts":[`:                              "EOF",
		start + `,"hosts":[null]}`:                        "null in place of a audit.Host",
		start + `}{}`:                                     "after its end",
	} {
		_, err := parseAuditHead(strings.NewReader(text), nil)
		if text == start+`,"hosts":[{"after":{"sha256":"zz"}}]}` {
			says = "" // whatever a Digest says
		}
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v: want %q", text, err, says)
		}
	}
	// A host of which no snapshot is named is judged by one that is nowhere.
	if head, err := parseAuditHead(strings.NewReader(start+`,"hosts":[{},{"after":null,"before":null}]}`), nil); err != nil || len(head.snapshots) != 2 {
		t.Errorf("%+v, %v", head, err)
	}
}

// TestAuditHeadMemory: records that are three bytes of JSON each take no memory, and are refused before long.
func TestAuditHeadMemory(t *testing.T) {
	for list, says := range map[string]string{
		`"hosts":[`:              "more than 10000 hosts",
		`"hosts":[{"sections":[`: "too many records",
	} {
		text := `{"version":"` + audit.Version + `",` + list + strings.Repeat("{},", 8<<20) // 24 MB
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := parseAuditHead(strings.NewReader(text), nil)
		runtime.GC()
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v: want %q", list, err, says)
		}
		if held := int64(after.HeapSys) - int64(before.HeapSys); held > 64<<20 {
			t.Errorf("%s: %d MB more of heap", list, held>>20)
		}
	}
}

// TestAuditShape: an Audit is made of what shape can read: records, lists, and values that are as they stand there.
func TestAuditShape(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var look func(t reflect.Type) string
	look = func(of reflect.Type) string {
		if seen[of] || reads(of) {
			return ""
		}
		seen[of] = true
		switch of.Kind() {
		case reflect.Map, reflect.Interface, reflect.Array:
			return of.String()
		case reflect.Pointer:
			return look(of.Elem())
		case reflect.Slice:
			if of.Elem().Kind() == reflect.Uint8 {
				return of.String()
			}
			return look(of.Elem())
		case reflect.Struct:
			for i := range of.NumField() {
				if bad := look(of.Field(i).Type); bad != "" {
					return of.String() + "." + of.Field(i).Name + ": " + bad
				}
			}
		}
		return ""
	}
	if bad := look(reflect.TypeFor[audit.Audit]()); bad != "" {
		t.Error(bad)
	}
}

// FuzzAuditHead: what is taken for an audit.json can be decoded as one, to the same.
func FuzzAuditHead(f *testing.F) {
	f.Add(`{"version":"` + audit.Version + `","tool":"t","as_of":"2026-10-21T00:00:00Z","hosts":[{"after":{"folder":"f"}}]}`)
	f.Add(`{"version":"` + audit.Version + `","reduced":{},"hosts":[{"counts":{"pass":3},"after":{"items":[{"path":"p"},{"sha256":"` +
		strings.Repeat("ab", 32) + `"}]},"name":"n"}],"counts":{"fail":2}}`)
	f.Add(`{"version":"` + audit.Version + `","hosts":[{"before":{"folder":"b"},"after":{"folder":"f"}},{"after":null},{}],"custody":null}`)
	f.Fuzz(func(t *testing.T, text string) {
		head, err := parseAuditHead(strings.NewReader(text), nil)
		if err != nil {
			return
		}
		var a audit.Audit
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&a); err != nil {
			t.Fatalf("decoded: %v", err)
		}
		var want []judged
		for _, h := range a.Hosts {
			want = append(want, headOf(h.Name, h.After))
			if h.Before != nil {
				want = append(want, headOf(h.Name, *h.Before))
			}
		}
		if head.tool != a.Tool || !head.asOf.Equal(a.AsOf) || !reflect.DeepEqual(head.snapshots, want) ||
			head.counts != a.Counts || head.reduced != (a.Reduced != nil) {
			t.Errorf("%+v: want %q, %v, %+v, %+v", head, a.Tool, a.AsOf, a.Counts, want)
		}
	})
}

// headOf is what is read of a snapshot in an Audit.
func headOf(host string, s audit.Snapshot) judged {
	j := judged{host: host, folder: s.Folder, digest: s.Digest, previous: s.Previous, from: s.From, to: s.To}
	for _, item := range s.Items {
		if !item.Digest.IsZero() {
			j.items++
		}
	}
	return j
}
