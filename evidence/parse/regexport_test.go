package parse_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/parse"
)

// utf16le encodes text as Windows writes it, with a byte order mark or without.
func utf16le(text string, mark bool) []byte {
	var b []byte
	if mark {
		b = []byte{0xff, 0xfe}
	}
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// crlf turns the line ends of a Go literal into those of Windows.
func crlf(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

const header5 = "Windows Registry Editor Version 5.00\n\n"

var item = evidence.Item{Path: "data/items/x/x"}

func read(t *testing.T, raw []byte) evidence.Content {
	t.Helper()
	c, err := parse.Read(item, bytes.NewReader(raw), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// said lists Settings as "address = value", and Problems as "? scope".
func said(c evidence.Content) []string {
	var lines []string
	for _, s := range c.Settings {
		lines = append(lines, string(s.Address)+" = "+s.Value.String())
	}
	for _, p := range c.Problems {
		lines = append(lines, "? "+string(p.Scope))
	}
	return lines
}

// covered lists Coverages as scopes, deep ones with a star.
func covered(c evidence.Content) []string {
	var lines []string
	for _, v := range c.Covers {
		scope := string(v.Scope)
		if v.Deep {
			scope += " *"
		}
		lines = append(lines, scope)
	}
	return lines
}

const typesExport = header5 + `[HKEY_LOCAL_MACHINE\SOFTWARE\Sample]
@="the default"
"Path"="C:\\Program Files\\\"Sample\""
"Two"="first
second"
"Number"=dword:0000003D
"Bytes"=hex:00,01,\
  fe,ff
"Expand"=hex(2):25,00,\
; a comment between
  41,00,25,00,00,00
"Multi"=hex(7):61,00,00,00,62,00,00,00,00,00
"Quad"=hex(b):00,00,00,00,01,00,00,00
"Empty"=hex(0):
"Property"=hex(ffff0012):01,00
"Odd"=hex(1):41,00,42

[HKEY_LOCAL_MACHINE\SOFTWARE\Sample\Sub]

`

var typesWant = []string{
	`registry:HKLM\SOFTWARE\Sample! = REG_SZ "the default"`,
	`registry:HKLM\SOFTWARE\Sample!Path = REG_SZ "C:\\Program Files\\\"Sample\""`,
	`registry:HKLM\SOFTWARE\Sample!Two = REG_SZ "first\r\nsecond"`,
	`registry:HKLM\SOFTWARE\Sample!Number = REG_DWORD 0x0000003d (61)`,
	`registry:HKLM\SOFTWARE\Sample!Bytes = REG_BINARY 0001feff`,
	`registry:HKLM\SOFTWARE\Sample!Expand = REG_EXPAND_SZ "%A%"`,
	`registry:HKLM\SOFTWARE\Sample!Multi = REG_MULTI_SZ "a" "b"`,
	`registry:HKLM\SOFTWARE\Sample!Quad = REG_QWORD 0x100000000 (4294967296)`,
	`registry:HKLM\SOFTWARE\Sample!Empty = REG_NONE`,
	`registry:HKLM\SOFTWARE\Sample!Property = type 0xffff0012 0100`,
	`registry:HKLM\SOFTWARE\Sample!Odd = REG_SZ 410042`,
}

func TestRegistryEncodings(t *testing.T) {
	text := crlf(typesExport)
	for name, raw := range map[string][]byte{
		"UTF-16 with mark":    utf16le(text, true),
		"UTF-16 without mark": utf16le(text, false),
		"UTF-8 with mark":     []byte("\ufeff" + text),
		"8-bit":               []byte(text),
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, raw)
			if diff := cmp.Diff(typesWant, said(c)); diff != "" {
				t.Error(diff)
			}
			want := []string{`registry:HKLM\SOFTWARE\Sample`, `registry:HKLM\SOFTWARE\Sample\Sub`, `registry:HKLM\SOFTWARE\Sample *`}
			if diff := cmp.Diff(want, covered(c)); diff != "" {
				t.Error(diff)
			}
			citesShow(t, raw, c)
		})
	}
}

// citesShow checks that every Setting's Citation begins with the value's name as it stands in the raw bytes.
func citesShow(t *testing.T, raw []byte, c evidence.Content) {
	t.Helper()
	for _, s := range c.Settings {
		_, name, _ := strings.Cut(string(s.Address), "!")
		shown := parse.Decode(raw[s.Cite.Offset : s.Cite.Offset+s.Cite.Length])
		if !strings.HasPrefix(shown, `"`+name+`"=`) && !(name == "" && strings.HasPrefix(shown, "@=")) {
			t.Errorf("the citation of %s shows %q", s.Address, shown)
		}
		if strings.HasSuffix(shown, "\n") || strings.HasSuffix(shown, "\r") {
			t.Errorf("the citation of %s has the line end: %q", s.Address, shown)
		}
	}
}

// In REGEDIT4 the bytes of hex text are characters; the same values in version 5.00 have two bytes each.
func TestRegistryVersionsAgree(t *testing.T) {
	old := read(t, []byte(crlf(`REGEDIT4

[HKEY_LOCAL_MACHINE\SOFTWARE\Sample]
"Odd"=hex(1):41,42
"Expand"=hex(2):25,41,25,00
"Multi"=hex(7):61,00,62,00,00
"Bytes"=hex:61,00
"Name"="M`+"\xfc"+`ller"

`)))
	current := read(t, utf16le(crlf(header5+`[HKEY_LOCAL_MACHINE\SOFTWARE\Sample]
"Odd"="AB"
"Expand"=hex(2):25,00,41,00,25,00,00,00
"Multi"=hex(7):61,00,00,00,62,00,00,00,00,00
"Bytes"=hex:61,00
"Name"="Müller"

`), true))
	if diff := cmp.Diff(said(current), said(old)); diff != "" {
		t.Error(diff)
	}
	if len(old.Settings) != 5 {
		t.Errorf("%d values, want 5", len(old.Settings))
	}
}

func TestRegistryRefused(t *testing.T) {
	for name, test := range map[string]struct{ raw, reason string }{
		"deletes a value": {header5 + "[HKEY_LOCAL_MACHINE\\S]\n\"A\"=-\n\n", "line 4 deletes a value: this is a script that changes a registry, not an export of one"},
		"deletes a key":   {header5 + "[-HKEY_LOCAL_MACHINE\\S]\n\n", "line 3 deletes a key: this is a script that changes a registry, not an export of one"},
		"Wine":            {"WINE REGISTRY Version 2\n;; All keys relative to \\\\Machine\n", "a registry file of Wine, not of Windows"},
		"hive":            {"regf\x00\x00\x01", "a binary registry hive (regf), not an export: export the keys with reg export"},
		"only a header":   {header5, "holds no key: nothing comes after the header that could be evidence"},
		"another version": {"Windows Registry Editor Version 6.00\n\n", "registry export of unknown version: Windows Registry Editor Version 6.00"},
		"nonsense":        {header5 + "[HKEY_LOCAL_MACHINE\\S]\n" + strings.Repeat("x\n", 1001), "line 1004: more than 1000 places make no sense: not a registry export"},
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, []byte(crlf(test.raw)))
			if c.Refused != test.reason {
				t.Errorf("refused: %q, want %q", c.Refused, test.reason)
			}
			if len(c.Settings)+len(c.Covers)+len(c.Problems) > 0 {
				t.Error("a refused file has content")
			}
		})
	}
}

func TestRegistryProblems(t *testing.T) {
	head := header5 + "[HKEY_LOCAL_MACHINE\\S]\n"
	key := `registry:HKLM\S`
	for name, test := range map[string]struct {
		raw  string
		want []string
	}{
		"escape":            {"\"A\"=\"C:\\fun\"\n\"B\"=dword:1\n\n", []string{key + "!B = REG_DWORD 0x00000001 (1)", "? " + key + "!A"}},
		"dword":             {"\"A\"=dword:0000000x\n\n", []string{"? " + key + "!A"}},
		"long dword":        {"\"A\"=dword:000000001\n\n", []string{"? " + key + "!A"}},
		"hex":               {"\"A\"=hex:0g\n\n", []string{"? " + key + "!A"}},
		"hex type":          {"\"A\"=hex(zz):00\n\n", []string{"? " + key + "!A"}},
		"comma at the end":  {"\"A\"=hex:00,01,\n\n", []string{"? " + key + "!A"}},
		"not continued":     {"\"A\"=hex:00,\\\n\"B\"=\"b\"\n\n", []string{key + `!B = REG_SZ "b"`, "? " + key + "!A"}},
		"unknown form":      {"\"A\"=qword:00\n\n", []string{"? " + key + "!A"}},
		"after the text":    {"\"A\"=\"a\" b\n\n", []string{"? " + key + "!A"}},
		"name without end":  {"\"A\n\n", []string{"? " + key}},
		"no equals sign":    {"\"A\" 1\n\n", []string{"? " + key}},
		"escape in a name":  {"\"A\\n\"=\"a\"\n\n", []string{"? " + key}},
		"neither":           {"hello\n\n", []string{"? " + key}},
		"hive":              {"[HKEY_SOMETHING\\S]\n\"A\"=\"a\"\n\n", []string{`? registry:HKEY_SOMETHING\S`}},
		"header":            {"[HKEY_LOCAL_MACHINE\\T\n\"A\"=\"a\"\n\n", []string{`? registry:HKLM\T`}},
		"comment at an end": {"\"A\"=dword:00000001 ; one\n\"B\"=\"b\" ; two\n\n", []string{key + "!A = REG_DWORD 0x00000001 (1)", key + `!B = REG_SZ "b"`}},
	} {
		t.Run(name, func(t *testing.T) {
			raw := utf16le(crlf(head+test.raw), true)
			c := read(t, raw)
			if diff := cmp.Diff(test.want, said(c)); diff != "" || c.Refused != "" {
				t.Error(c.Refused, diff)
			}
		})
	}
}

// A key whose end is missing covers nothing, and neither does the root; keys that end before it do.
func TestRegistryCutShort(t *testing.T) {
	head := crlf(header5 + "[HKEY_LOCAL_MACHINE\\S]\n\"A\"=dword:00000001\n\n[HKEY_LOCAL_MACHINE\\S\\Sub]\n")
	for name, test := range map[string]struct {
		tail     string
		settings int
	}{
		"after a header":        {"", 1},
		"in a number":           {`"B"=dword:0000`, 1},
		"after a number":        {"\"B\"=dword:00000001\r\n", 2},
		"in a text":             {`"B"="te`, 1},
		"in a text, new line":   {"\"B\"=\"te\r\n", 1},
		"after a text":          {`"B"="text"`, 1},
		"in a name":             {`"B`, 1},
		"before the equals":     {`"B"`, 1},
		"in hex":                {`"B"=hex:00,0`, 1},
		"between continuations": {"\"B\"=hex:00,\\\r\n", 1},
		"in a continuation":     {"\"B\"=hex:00,\\\r\n  01,0", 1},
		"without the last LF":   {"\"B\"=dword:00000001\r\n\r", 2},
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, utf16le(head+test.tail, true))
			if len(c.Settings) != test.settings {
				t.Errorf("%d settings, want %d: %q", len(c.Settings), test.settings, said(c))
			}
			if diff := cmp.Diff([]string{`registry:HKLM\S`}, covered(c)); diff != "" {
				t.Error(diff)
			}
			if len(c.Problems) != 1 || c.Problems[0].Scope != `registry:HKLM\S\Sub` {
				t.Errorf("problems %v, want one of the key that was cut", c.Problems)
			}
			facts := evidence.NewFacts([]evidence.Content{c})
			for address, state := range map[evidence.Address]evidence.State{
				`registry:HKLM\S!Absent`: evidence.Missing, `registry:HKLM\S\Sub!Absent`: evidence.Unclear, `registry:HKLM\S\Later!X`: evidence.Unknown,
			} {
				if got := facts.Lookup(address).State; got != state {
					t.Errorf("%s is %v, want %v", address, got, state)
				}
			}
		})
	}
	t.Run("half a character", func(t *testing.T) {
		raw := utf16le(head+"\r\n", true)
		c := read(t, raw[:len(raw)-1])
		if len(c.Problems) != 1 || len(c.Covers) != 1 {
			t.Errorf("problems %v, coverage %v", c.Problems, c.Covers)
		}
	})
	t.Run("in a header", func(t *testing.T) {
		c := read(t, utf16le(head+"\r\n[HKEY_LOCAL_MACHINE\\S\\Thi", true))
		if len(c.Problems) != 1 || c.Problems[0].Scope != `registry:HKLM\S\Thi` || len(c.Covers) != 2 {
			t.Errorf("problems %v, coverage %v", c.Problems, c.Covers)
		}
	})
}

func TestRegistryRoots(t *testing.T) {
	c := read(t, []byte(crlf(header5+`[HKEY_LOCAL_MACHINE\SOFTWARE\A]

[HKEY_LOCAL_MACHINE\software\a\Below]

[HKEY_LOCAL_MACHINE\SOFTWARE\AB]

[HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\A]

[HKEY_LOCAL_MACHINE\SOFTWARE\A\Again]

`)))
	var deep []string
	for _, v := range c.Covers {
		if v.Deep {
			deep = append(deep, string(v.Scope))
		}
	}
	want := []string{`registry:HKLM\SOFTWARE\A`, `registry:HKLM\SOFTWARE\AB`, `registry:HKLM\SOFTWARE\WOW6432Node\A`}
	if diff := cmp.Diff(want, deep); diff != "" {
		t.Error(diff)
	}
}

// A hive from a disk has no CurrentControlSet: what is asked for there is unknown, not absent.
func TestRegistryControlSets(t *testing.T) {
	const lsa = `registry:HKLM\SYSTEM\CurrentControlSet\Control\Lsa!RestrictAnonymous`
	for name, test := range map[string]struct {
		raw  string
		want evidence.State
	}{
		"offline": {"[HKEY_LOCAL_MACHINE\\SYSTEM]\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001]\n\n", evidence.Unclear},
		"neither": {"[HKEY_LOCAL_MACHINE\\SYSTEM]\n\n", evidence.Unclear},
		"live":    {"[HKEY_LOCAL_MACHINE\\SYSTEM]\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet]\n\n", evidence.Missing},
		"itself":  {"[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet]\n\n", evidence.Missing},
		"numbers": {"[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001]\n\n", evidence.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, []byte(crlf(header5+test.raw)))
			if got := evidence.NewFacts([]evidence.Content{c}).Lookup(lsa); got.State != test.want {
				t.Errorf("state %v, want %v: %s", got.State, test.want, got.Why)
			}
		})
	}
}

func TestRegistryLastValueWins(t *testing.T) {
	c := read(t, []byte(crlf(header5+"[HKEY_LOCAL_MACHINE\\S]\n\"A\"=dword:00000001\n\n[HKEY_LOCAL_MACHINE\\s]\n\"a\"=dword:00000002\n\n")))
	o := evidence.NewFacts([]evidence.Content{c}).Lookup(`registry:HKLM\S!A`)
	if o.State != evidence.Found || o.Value() != nil && o.Value().String() != "REG_DWORD 0x00000002 (2)" {
		t.Errorf("%+v", o)
	}
}

// What is not asked for is not kept; the key of what is asked for is covered although it does not hold it.
func TestRegistryWant(t *testing.T) {
	raw := utf16le(crlf(header5+"[HKEY_LOCAL_MACHINE\\S]\n\"A\"=dword:00000001\n\n[HKEY_LOCAL_MACHINE\\S\\T]\n\"B\"=dword:00000001\n\"C\"=\"[HKEY_LOCAL_MACHINE\n[\"\n\n[HKEY_LOCAL_MACHINE\\S\\U]\n\"D\"=hex:zz\n\"E\"=zz\n\n"), true)
	c, err := parse.Read(item, bytes.NewReader(raw), asking(`registry:HKLM\s\T!b`, `registry:HKLM\S\T!Absent`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`registry:HKLM\S\T!B = REG_DWORD 0x00000001 (1)`}, said(c)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{`registry:HKLM\S\T`, `registry:HKLM\S *`}, covered(c)); diff != "" {
		t.Error(diff)
	}
}
