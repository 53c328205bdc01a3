package main

import (
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/guide"
	"auditpack/evidence/snapshot"
	"auditpack/render/pack"
)

// cited returns the text of the bytes that a Citation points to.
func cited(data []byte, c evidence.Citation) (string, bool) {
	if c.Offset < 0 || c.Length < 0 || c.Offset+c.Length > int64(len(data)) {
		return "", false
	}
	part := data[c.Offset : c.Offset+c.Length]
	if !wide(data) {
		return string(part), true
	}
	var units []uint16
	for i := 0; i+1 < len(part); i += 2 {
		units = append(units, uint16(part[i])|uint16(part[i+1])<<8)
	}
	return string(utf16.Decode(units)), len(part)%2 == 0
}

// spoken returns what the bytes behind a Setting have to hold, of which one is enough; nil: that cannot be told.
func spoken(s evidence.Setting) []string {
	rest := s.Address.Rest()
	_, facet, _ := strings.Cut(rest, "@")
	switch s.Address.Kind() {
	case "registry":
		key, name, _ := strings.Cut(rest, "!")
		if name == "" {
			return []string{"@=", `""=`, lastPart(key)}
		}
		return []string{name, strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)}
	case "user-right", "audit-policy", "security-option":
		return []string{rest}
	case "account-policy":
		return []string{rest, "Kerberos"}
	case "firewall-rule":
		_, id, _ := strings.Cut(rest, "/")
		return []string{id, strings.ReplaceAll(id, `\`, `\\`)}
	case "share", "share-security":
		name, _, _ := strings.Cut(rest, "@")
		return []string{name, "Permission"} // net share names the share in a line of its own
	case "listener":
		e, facet, ok := evidence.ParseEndpoint(s.Address)
		if programs, is := s.Value.(evidence.Programs); is {
			var names []string // of several at one endpoint the first in the file is cited
			for _, p := range programs {
				names = append(names, p.Name)
			}
			return names
		}
		if ok && facet != "program" {
			port := strings.TrimPrefix(e.AddrPort.String(), e.Addr().String())
			return []string{port[strings.LastIndexByte(port, ':')+1:]}
		}
	case "iis":
		if facet != "" {
			return []string{facet}
		}
	}
	return nil
}

// keyNames returns what the line of a key has to hold: its last part, or the long name of its hive.
func keyNames(key string) []string {
	return []string{map[string]string{"HKLM": "[HKEY_LOCAL_MACHINE]", "HKCU": "[HKEY_CURRENT_USER]", "HKCR": "[HKEY_CLASSES_ROOT]", "HKU": "[HKEY_USERS]"}[key],
		strings.NewReplacer("%21", "!", "%25", "%").Replace(lastPart(key)) + "]"}
}

func lastPart(key string) string { return key[strings.LastIndexByte(key, '\\')+1:] }

// holdsAny reports whether text holds one of words, but for case.
func holdsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return w != "" && strings.Contains(strings.ToLower(text), strings.ToLower(w)) })
}

// citeEverything checks all Settings and Coverages of a snapshot, and all verdicts on it: every Citation lies inside its
// Item, and its bytes hold the name that it is cited for, where that can be told.
func citeEverything(t *testing.T, s *snapshot.Snapshot) {
	contents, err := audit.Read(t.Context(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	items := map[string][]byte{}
	for _, c := range contents {
		r, err := s.Open(c.Item)
		if err != nil {
			t.Fatal(err)
		}
		if items[c.Item.Path], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		r.Close()
		for _, setting := range c.Settings {
			text, ok := cited(items[c.Item.Path], setting.Cite)
			if words := spoken(setting); !ok || setting.Cite.Length == 0 || words != nil && !holdsAny(text, words) {
				t.Errorf("%s: %s is cited by %q, want one of %q", c.Item.Name, setting.Address, clipped(text), words)
			}
		}
		for _, v := range c.Covers {
			text, ok := cited(items[c.Item.Path], v.Cite)
			if !ok || v.Scope.Kind() == "registry" && !holdsAny(text, keyNames(v.Scope.Rest())) {
				t.Errorf("%s: that %s was read as a whole is cited by %q", c.Item.Name, v.Scope, clipped(text))
			}
		}
		for _, p := range c.Problems {
			if _, ok := cited(items[c.Item.Path], p.Cite); !ok {
				t.Errorf("%s: the problem %q is cited outside of the item", c.Item.Name, p.Message)
			}
		}
	}
	about, err := loadSample()
	if err != nil {
		t.Fatal(err)
	}
	in := pack.Inputs{Tool: "auditpack test", AsOf: about.AsOf.UTC(), Guide: guideFiles(), Hosts: []pack.Host{{After: s}}}
	a, err := in.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	g, _, err := guide.Load(guideFiles())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range assessed(a) {
		for _, r := range c.After.Reasons {
			citeReason(t, items, c.ID, r, lookedAt(g, c.ID))
		}
	}
}

// citeReason checks the Citations of one Reason. A value that is there is shown by bytes that name it, an absence by a
// key that would hold it, or by one above; so is that of a value which would have decided before the one that is there.
func citeReason(t *testing.T, items map[string][]byte, control string, r evidence.Reason, lookedAt []evidence.Address) {
	decided := r.Result == evidence.Pass || r.Result == evidence.Fail
	if decided && len(r.Cites) == 0 {
		t.Errorf("%s: %s without a citation: %s", control, r.Result, r.Actual)
	}
	for _, c := range r.Cites {
		data, known := items[c.Item]
		text, ok := cited(data, c)
		if !known || !ok {
			t.Errorf("%s: %v is no place in an item", control, c)
			continue
		}
		if kind := r.Address.Kind(); !decided || kind != "registry" && kind != "user-right" {
			continue
		}
		words := spoken(evidence.Setting{Address: r.Address})
		if c.Absence {
			words = []string{"[Privilege Rights]"}
			for _, a := range append(lookedAt, r.Address) {
				words = append(words, keysTo(a)...)
			}
		}
		if !holdsAny(text, words) {
			t.Errorf("%s: %s (%s) is cited by %q", control, r.Address, r.Actual, clipped(text))
		}
	}
	if decided && r.Address.Kind() == "inbound" && !slices.ContainsFunc(r.Cites, func(c evidence.Citation) bool { return c.Length > 0 }) {
		t.Errorf("%s: %s cites no bytes", control, r.Address)
	}
}

// keysTo returns what the line of the key of a registry value holds, or of a key above it.
func keysTo(a evidence.Address) []string {
	if a.Kind() != "registry" {
		return nil
	}
	key, _, _ := strings.Cut(a.Rest(), "!")
	words := keyNames(key)
	for i := strings.LastIndexByte(key, '\\'); i > 0; i = strings.LastIndexByte(key[:i], '\\') {
		words = append(words, keyNames(key[:i])...)
	}
	return words
}

// lookedAt returns what the Checks of a Control look at.
func lookedAt(g evidence.Guide, control string) []evidence.Address {
	var all []evidence.Address
	for _, s := range g.Sections {
		for _, c := range s.Controls {
			for _, check := range c.Checks {
				if c.ID == control {
					all = append(all, check.Addresses()...)
				}
			}
		}
	}
	return all
}

func clipped(text string) string { return text[:min(len(text), 120)] }

func TestCitationsOfSample(t *testing.T) {
	about, err := loadSample()
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range about.Snapshots {
		t.Run(side.Folder, func(t *testing.T) {
			s, err := importSample(t.Context(), about, side, evidence.Digest{}, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			citeEverything(t, s)
		})
	}
}

// The files of the corpus are of many hosts: each is judged alone.
func TestCitationsOfCorpus(t *testing.T) {
	dir := t.TempDir()
	unpackCorpus(t, filepath.Join(dir, "in"))
	for _, row := range corpus {
		if row.format == "" || row.refused != "" {
			continue
		}
		t.Run(row.name, func(t *testing.T) {
			dest := filepath.Join(t.TempDir(), "s")
			path := filepath.Join(dir, "in", filepath.FromSlash(row.name))
			run(t.Context(), []string{"import", path, "-o", dest, "--host", "AUTOMATE01", "--captured", "2026-10-20"}, io.Discard, io.Discard)
			s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			citeEverything(t, s)
		})
	}
}
