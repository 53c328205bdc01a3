package guide_test

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/guide"
)

const indexFile = `id: sample
title: A sample guide
edition: first
sections:
  - tls.yaml
`

const sectionFile = `id: tls
part: Network
title: Old protocols
controls:
  - id: tls10-server
    statement: TLS 1.0 is off
    severity: high
    fix: >-
      Set DisabledByDefault,
      then restart.
    stig:
      - {benchmark: iis10-server, release: V3R7, stig_id: IIST-SV-000153, group_id: V-218821,
         rule_id: SV-218821r1067596_rule, severity: high, strength: partial, ccis: [CCI-002418]}
    checks:
      - kind: registry
        address: registry:HKLM\SOFTWARE\Sample!Off
        want: ["= 1"]
    readings:
      - id: C19
        who: STIG
        text: Enabled is 0 as well.
        checks:
          - {kind: registry, address: 'registry:HKLM\SOFTWARE\Sample!Enabled', want: ["= 0"]}
`

func files(index string, sections ...string) fstest.MapFS {
	fsys := fstest.MapFS{"guide.yaml": {Data: []byte(index)}}
	for i := 0; i+1 < len(sections); i += 2 {
		fsys[sections[i]] = &fstest.MapFile{Data: []byte(sections[i+1])}
	}
	return fsys
}

func TestLoad(t *testing.T) {
	got, digest, err := guide.Load(files(indexFile, "tls.yaml", sectionFile))
	if err != nil {
		t.Fatal(err)
	}
	want := evidence.Guide{ID: "sample", Title: "A sample guide", Edition: "first", Sections: []evidence.Section{{
		ID: "tls", Part: "Network", Title: "Old protocols",
		Controls: []evidence.Control{{
			ID: "tls10-server", Statement: "TLS 1.0 is off", Severity: evidence.High,
			Fix: "Set DisabledByDefault, then restart.",
			STIG: []evidence.RuleRef{{Benchmark: "iis10-server", Release: "V3R7", STIGID: "IIST-SV-000153", GroupID: "V-218821",
				RuleID: "SV-218821r1067596_rule", Severity: evidence.High, Strength: "partial", CCIs: []string{"CCI-002418"}}},
			Checks: []evidence.Check{{Kind: "registry", Address: `registry:HKLM\SOFTWARE\Sample!Off`, Want: []string{"= 1"}}},
			Readings: []evidence.Reading{{ID: "C19", Who: "STIG", Text: "Enabled is 0 as well.",
				Checks: []evidence.Check{{Kind: "registry", Address: `registry:HKLM\SOFTWARE\Sample!Enabled`, Want: []string{"= 0"}}}}},
		}},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("guide (-want +got):\n%s", diff)
	}
	// The list that sha256sum would print for the two files, hashed.
	list := fmt.Sprintf("%x  guide.yaml\n%x  tls.yaml\n", sha256.Sum256([]byte(indexFile)), sha256.Sum256([]byte(sectionFile)))
	if want := evidence.DigestOf([]byte(list)); digest != want {
		t.Errorf("digest %s, want %s", digest, want)
	}
}

// A file saved by a Windows editor says the same, and is another file: the digest differs.
func TestLoadWindowsText(t *testing.T) {
	want, unix, err := guide.Load(files(indexFile, "tls.yaml", sectionFile))
	if err != nil {
		t.Fatal(err)
	}
	windows := func(s string) string { return "\ufeff" + strings.ReplaceAll(s, "\n", "\r\n") }
	got, digest, err := guide.Load(files(windows(indexFile), "tls.yaml", windows(sectionFile)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("guide (-unix +windows):\n%s", diff)
	}
	if digest == unix {
		t.Error("equal digests of different bytes")
	}
}

func TestLoadRefuses(t *testing.T) {
	long := strings.Repeat("x", 1001)
	tests := []struct {
		name  string
		fsys  fstest.MapFS
		wants string // part of the error
	}{
		{"no guide.yaml", fstest.MapFS{}, "guide: guide.yaml: file does not exist"},
		{"no section file", files(indexFile), "guide: tls.yaml: file does not exist"},
		{"no sections", files("id: a\n"), "guide.yaml: lists no sections"},
		{"unlisted file", files(indexFile, "tls.yaml", sectionFile, "other.yaml", "id: b\n"), "other.yaml: not listed in guide.yaml"},
		{"listed twice", files(indexFile+"  - tls.yaml\n", "tls.yaml", sectionFile), "section file tls.yaml is listed twice"},
		{"itself", files(indexFile+"  - guide.yaml\n", "tls.yaml", sectionFile), "section file guide.yaml is listed twice or is"},
		{"path that leaves", files(indexFile+"  - ../tls.yaml\n", "tls.yaml", sectionFile), `section file "../tls.yaml"`},
		{"upper case", files(indexFile+"  - TLS.yaml\n", "tls.yaml", sectionFile), `section file "TLS.yaml"`},
		{"unknown key in guide.yaml", files(indexFile + "author: x\n"), `guide.yaml:6:1: unknown field "author"`},
		{"unknown key", files(indexFile, "tls.yaml", "id: tls\ncontrols:\n  - id: a\n    fixx: b\n"), `tls.yaml:4:5: unknown field "fixx"`},
		{"repeated key", files(indexFile, "tls.yaml", "id: tls\ntitle: a\nid: b\n"), `tls.yaml:3:1: `},
		{"wrong type", files(indexFile, "tls.yaml", "id: tls\ncontrols: yes\n"), `tls.yaml:2:11: `},
		{"no YAML", files(indexFile, "tls.yaml", "id: 'tls\n"), `tls.yaml:1:5: `},
		{"empty", files(indexFile, "tls.yaml", ""), `tls.yaml:1:1: holds nothing`},
		{"two documents", files(indexFile, "tls.yaml", "id: a\n---\nid: b\n"), `tls.yaml:3:1: a second document`},
		{"only a comment", files(indexFile, "tls.yaml", "# later\n"), `tls.yaml:1:1: holds nothing`},
		{"alias", files(indexFile, "tls.yaml", "id: &a tls\ntitle: *a\n"), `tls.yaml:1:5: "&" is not used in this file`},
		{"tag", files(indexFile, "tls.yaml", "id: !!str tls\n"), `tls.yaml:1:5: "!!str" is not used in this file`},
		{"not UTF-8", files(indexFile, "tls.yaml", "id: a\ntitle: \xff\n"), `tls.yaml:2:8: not UTF-8`},
		{"NUL", files(indexFile, "tls.yaml", "id: a\ntitle: \x00\n"), `tls.yaml:2:8: a tab or another control character`},
		{"long line", files(indexFile, "tls.yaml", "id: a\ntitle: "+long+"\n"), `tls.yaml:2:1000: a line of more than 1000 bytes`},
		{"large file", files(indexFile, "tls.yaml", strings.Repeat("# a comment\n", 22_000)), `tls.yaml: larger than 256 KiB`},
		{"nested", files(indexFile, "tls.yaml", "id: "+strings.Repeat("[", 101)+"\n"), `tls.yaml:1:25: nested too deep`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := guide.Load(tt.fsys)
			if err == nil {
				t.Fatal("loaded")
			}
			if !strings.Contains(err.Error(), tt.wants) {
				t.Errorf("error %q, want %q in it", err, tt.wants)
			}
			if strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("error of several lines: %q", err)
			}
		})
	}
}

var place = regexp.MustCompile(`^guide: tls\.yaml(:[0-9]+:[0-9]+)?: .`)

// FuzzLoad holds Load to its word for any section file: no panic, and an error is one line that names the file.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(sectionFile))
	f.Add([]byte("id: [a, {b: c}]\n"))
	f.Add([]byte("controls:\n- - - - ? ? :\n"))
	f.Add([]byte("id: |+2\n\n  a\n--- >\n"))
	f.Add([]byte("id: \"\\x\n'"))
	f.Fuzz(func(t *testing.T, section []byte) {
		g, d, err := guide.Load(files(indexFile, "tls.yaml", string(section)))
		if err != nil {
			if !place.MatchString(err.Error()) || strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("error %q", err)
			}
			if g.ID != "" || !d.IsZero() {
				t.Error("a guide beside an error")
			}
			return
		}
		if len(g.Sections) != 1 || d.IsZero() {
			t.Errorf("%d sections, digest %s", len(g.Sections), d)
		}
		guide.Lint(g, func(evidence.Check) error { return nil })
	})
}
