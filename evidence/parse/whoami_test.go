package parse

import (
	"strings"
	"testing"

	"auditpack/evidence"
)

// whoamiList is what whoami /user /groups /fo list prints, with the groups given by SID.
func whoamiList(label string, sids ...string) string {
	text := "\r\nUSER INFORMATION\r\n----------------\r\n\r\nUser Name: automate01\\adm\r\nSID:       S-1-5-21-1111111111-2222222222-3333333333-1001\r\n\r\n\r\nGROUP INFORMATION\r\n-----------------\r\n"
	for _, sid := range sids {
		text += "\r\nGroup Name: " + label + "\r\nType:       Alias\r\nSID:        " + sid + "\r\nAttributes: Mandatory group, Enabled by default, Enabled group\r\n"
	}
	return text
}

// TestWhoAmI reads with which rights a capture ran, by SIDs alone.
func TestWhoAmI(t *testing.T) {
	const everyone = "S-1-1-0"
	for _, c := range []struct {
		name, text, level string
		administrator     bool
	}{
		{"elevated", whoamiList("x", everyone, administrators, "S-1-16-12288"), "S-1-16-12288", true},
		{"German, the label in the middle", whoamiList("VORDEFINIERT\\Administratoren", everyone, "S-1-16-12288", administrators), "S-1-16-12288", true},
		{"not elevated: the group is listed, for refusals only", whoamiList("x", administrators, "S-1-16-8192"), "S-1-16-8192", true},
		{"no administrator", whoamiList("x", everyone, "S-1-16-8192"), "S-1-16-8192", false},
		{"SYSTEM", strings.ReplaceAll(whoamiList("x", administrators, "S-1-16-16384"), ":       S-1-5-21-1111111111-2222222222-3333333333-1001", " : S-1-5-18"), "S-1-16-16384", true},
		{"a group whose number begins alike", whoamiList("x", administrators+"1", "S-1-16-12288"), "S-1-16-12288", false},
	} {
		item := evidence.Item{Path: "data/items/accounts/whoami.txt", Name: "whoami.txt", Status: evidence.Captured, CodePage: 850, Size: int64(len(c.text))}
		got, err := Read(item, strings.NewReader(c.text), nil)
		if err != nil || got.Refused != "" || got.Format != "whoami list" {
			t.Errorf("%s: %v %s %q", c.name, err, got.Refused, got.Format)
			continue
		}
		f := evidence.NewFacts([]evidence.Content{got})
		level, group := f.Lookup("operator:integrity-level"), f.Lookup("operator:S-1-5-32-544")
		if level.State != evidence.Found || level.Value().String() != c.level || (group.State == evidence.Found) != c.administrator || group.State == evidence.Unknown {
			t.Errorf("%s: %v %v, administrators %v", c.name, level.State, level.Settings, group.State)
			continue
		}
		if cite := level.Cites[0]; !strings.HasSuffix(c.text[cite.Offset:cite.Offset+cite.Length], " "+c.level) || cite.Line == 0 {
			t.Errorf("%s: cited at %s", c.name, cite)
		}
	}
	for name, text := range map[string]string{"no level": whoamiList("x", administrators), "two levels": whoamiList("x", "S-1-16-8192", "S-1-16-12288")} {
		if f, _ := Recognise("whoami.txt", []byte(text)); f != nil {
			t.Errorf("%s: taken for %s", name, f.Name)
		}
	}
}
