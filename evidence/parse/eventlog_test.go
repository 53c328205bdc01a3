package parse

import (
	"strings"
	"testing"

	"auditpack/evidence"
)

// securityLogXML is written by the schema of event manifests, as wevtutil lays it out.
const securityLogXML = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="Security" enabled="true" type="Admin" owningPublisher="" isolation="Custom" channelAccess="O:BAG:SYD:(A;;0xf0005;;;SY)(A;;0x5;;;BA)" xmlns="http://schemas.microsoft.com/win/2004/08/events">
  <logging>
    <logFileName>%SystemRoot%\System32\Winevt\Logs\Security.evtx</logFileName>
    <retention>true</retention>
    <autoBackup>false</autoBackup>
    <maxSize>201326592</maxSize>
  </logging>
  <publishing>
    <fileMax>1</fileMax>
  </publishing>
</channel>
`

func TestEventLog(t *testing.T) {
	text := strings.ReplaceAll(securityLogXML, "\n", "\r\n")
	all := []string{"event-log:Security@enabled = true", "event-log:Security@retention = true", "event-log:Security@auto-backup = false", "event-log:Security@max-bytes = 201326592"}
	const format = "wevtutil gl /f:xml"
	change := func(old, with string) string { return strings.Replace(text, old, with, 1) }
	run(t, []sample{
		{"whole", format, text, all},
		{"without declaration", format, text[strings.Index(text, "<channel"):], all},
		{"truth as numbers", format, change("<retention>true", "<retention>1"), all},
		{"a log with a path for a name", format, change(`name="Security"`, `name="Microsoft-Windows-TaskScheduler/Operational"`),
			strings.Split(strings.ReplaceAll(strings.Join(all, "\n"), ":Security@", ":Microsoft-Windows-TaskScheduler/Operational@"), "\n")},
		{"an element of the same name elsewhere", format, change("<fileMax>1</fileMax>", "<maxSize>1</maxSize>"), all},
		{"no size", format, change("    <maxSize>201326592</maxSize>\r\n", ""), all[:3]},
		{"a size in words", format, change("201326592", "192 MB"), append(all[:3:3], "? event-log:Security@max-bytes")},
		{"a negative size", format, change("201326592", "-1"), append(all[:3:3], "? event-log:Security@max-bytes")},
		{"neither true nor false", format, change("<retention>true", "<retention>oui"), append([]string{all[0], all[2], all[3]}, "? event-log:Security@retention")},
	})
	for name, refused := range map[string]string{
		"cut short": text[:len(text)-40], "no name": change(`name="Security"`, `name=""`), "another element around": "<a>" + text[strings.Index(text, "<channel"):] + "</a>",
		"not closed": change("</logging>", ""), "too long": change("<publishing>", strings.Repeat("<!-- -->", 9000)+"<publishing>"),
	} {
		if c := readAs(t, []byte(refused)); c.Refused == "" || len(c.Settings) > 0 {
			t.Errorf("%s: not refused: %v", name, shownAll(c))
		}
	}
	c := readAs(t, utf16le(text, true))
	raw := utf16le(text, true)
	cite := evidence.NewFacts([]evidence.Content{c}).Lookup("event-log:Security@max-bytes").Cites[0]
	if got := Decode(raw[cite.Offset : cite.Offset+cite.Length]); got != "<maxSize>201326592</maxSize>" || cite.Line != 7 {
		t.Errorf("line %d: %q", cite.Line, got)
	}
}

func FuzzEventLog(f *testing.F) { fuzzFormat(f, eventLog, securityLogXML, "<channel a:name=\"x\"/>") }
