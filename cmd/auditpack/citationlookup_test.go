package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"auditpack/evidence"
)

// TestCitationLookUp holds the rule by which the README finds the SHA-256 and the capture time of a citation in audit.json: the
// item with its path, in before.items of its host where the citation stands below a field before or before_citations, or beside
// "before": true, else in after.items. The digest is that of the file in the package.
func TestCitationLookUp(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	printed(t, exitDone, "demo", "-o", dir)
	text, err := os.ReadFile(filepath.Join(dir, "data/audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	var a struct{ Hosts []map[string]any }
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, h := range a.Hosts {
		eachCitation(h, "after", func(side, path string) {
			if path == evidence.AnswersPath {
				return // somebody's word, which is no item
			}
			found[side]++
			snapshot := h[side].(map[string]any)
			for _, item := range snapshot["items"].([]any) {
				item := item.(map[string]any)
				if item["path"] != path {
					continue
				}
				data, err := os.ReadFile(filepath.Join(dir, snapshot["folder"].(string), path))
				if err != nil || evidence.DigestOf(data).String() != item["sha256"] {
					t.Errorf("%s, %s: its SHA-256 is not %s (%v)", side, path, item["sha256"], err)
				}
				if at, err := time.Parse(time.RFC3339, item["taken"].(string)); err != nil || at.IsZero() {
					t.Errorf("%s, %s: taken at %v", side, path, item["taken"])
				}
				return
			}
			t.Errorf("%s: no item has the path %s", side, path)
		})
	}
	if found["after"] < 500 || found["before"] < 500 {
		t.Errorf("citations looked up: %v", found)
	}
}

// eachCitation calls f for every citation below a value of audit.json, with the side by the rule.
func eachCitation(value any, side string, f func(side, path string)) {
	switch value := value.(type) {
	case []any:
		for _, v := range value {
			eachCitation(v, side, f)
		}
	case map[string]any:
		if before, _ := value["before"].(bool); before {
			side = "before"
		}
		if path, ok := value["item"].(string); ok && value["offset"] != nil {
			f(side, path)
			return
		}
		for key, v := range value {
			if key == "before" || key == "before_citations" {
				eachCitation(v, "before", f)
			} else {
				eachCitation(v, side, f)
			}
		}
	}
}
