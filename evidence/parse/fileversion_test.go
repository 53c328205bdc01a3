package parse_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/parse"
)

// readVersionText parses a text as a file of this name and returns what it shows.
func readVersionText(t *testing.T, text string) (evidence.Content, map[evidence.Address]string) {
	t.Helper()
	c, err := parse.Read(evidence.Item{Path: "data/items/x/x", Name: "x.txt", Size: int64(len(text))}, strings.NewReader(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	values := map[evidence.Address]string{}
	for _, s := range c.Settings {
		cited := text[s.Cite.Offset : s.Cite.Offset+s.Cite.Length]
		if s.Address.Kind() == "product" && !strings.Contains(cited, s.Value.String()) {
			t.Errorf("%s = %q is cited at %q", s.Address, s.Value, cited)
		}
		values[s.Address] = s.Value.String()
	}
	return c, values
}

func TestFileVersion(t *testing.T) {
	const list = "\r\n\r\nFileName       : C:\\Program Files (x86)\\ScreenConnect\\bin\\ScreenConnect.Server.dll\r\n" +
		"FileVersion    : 22.8.10013.8329\r\nProductName    : ConnectWise Control\r\nProductVersion : 22.8\r\n\r\n" +
		"FileName       : C:\\b.dll\r\nFileVersion    : 1.2\r\nProductName    : B\r\nProductVersion : \r\n\r\n" +
		"FileName       : C:\\no-product.dll\r\nFileVersion    : 1.2\r\nProductName    : \r\nProductVersion : \r\n\r\n\r\n"
	c, values := readVersionText(t, list)
	if c.Format != "file version list" || c.Refused != "" || len(c.Problems) != 0 {
		t.Errorf("format %q, refused %q, problems %v", c.Format, c.Refused, c.Problems)
	}
	for address, want := range map[evidence.Address]string{
		`product:C:\Program Files (x86)\ScreenConnect\bin\ScreenConnect.Server.dll@DisplayName`:    "ConnectWise Control",
		`product:C:\Program Files (x86)\ScreenConnect\bin\ScreenConnect.Server.dll@DisplayVersion`: "22.8",
		`product:C:\b.dll@DisplayName`:    "B",
		`product:C:\b.dll@DisplayVersion`: "1.2",
	} {
		if values[address] != want {
			t.Errorf("%s shows %q, want %q", address, values[address], want)
		}
	}
	if len(values) != 4 {
		t.Errorf("%d settings, want 4: %v", len(values), values)
	}
}

func TestMessages(t *testing.T) {
	for text, want := range map[string]string{
		"The requested operation requires elevation.\r\n":                                                       "not run elevated",
		"Error 0x00000522 occurred:\r\nA required privilege is not held by the client.\r\n":                     "not run elevated",
		"System error 5 has occurred.\r\n\r\nAccess is denied.\r\n":                                             "access was denied",
		"ERROR: The system was unable to find the specified registry key or value.\r\n":                         "the key that encloses it",
		"'appcmd' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n": "does not exist on this server",
	} {
		c, values := readVersionText(t, text)
		if c.Format != "message" || !strings.Contains(c.Refused, want) || len(values) != 0 {
			t.Errorf("%q: format %q, refused %q, want %q", text, c.Format, c.Refused, want)
		}
	}
	// A word in a long text is none: the text may be evidence of a form that nothing knows.
	if c, _ := readVersionText(t, strings.Repeat("The service started.\r\n", 40)+"Access is denied.\r\n"); c.Format != "" {
		t.Errorf("a long text is taken for a %s", c.Format)
	}
}

// TestMySQLSwitches holds that the two ways to ask for a variable show one value.
func TestMySQLSwitches(t *testing.T) {
	_, selected := readVersionText(t, "@@skip_networking\t@@GLOBAL.local_infile\t@@port\r\n0\t1\t1\r\n")
	_, shown := readVersionText(t, "Variable_name\tValue\r\nskip_networking\tOFF\r\nlocal_infile\tON\r\nport\t1\r\n")
	for _, name := range []evidence.Address{"mysql:skip_networking", "mysql:local_infile", "mysql:port"} {
		if selected[name] == "" || selected[name] != shown[name] {
			t.Errorf("%s: %q selected, %q shown", name, selected[name], shown[name])
		}
	}
	if selected["mysql:port"] != "1" {
		t.Errorf("the port is %q", selected["mysql:port"])
	}
}

func FuzzFileVersion(f *testing.F) {
	f.Add([]byte("FileName : C:\\a.dll\r\nProductName : A\r\nProductVersion : 1\r\n"))
	f.Add([]byte("The requested operation requires elevation.\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parse.Read(evidence.Item{Path: "x", Size: int64(len(data))}, strings.NewReader(string(data)), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Settings {
			if s.Cite.Offset < 0 || s.Cite.Length < 0 || s.Cite.Offset+s.Cite.Length > int64(len(data)) {
				t.Errorf("%s is cited at %d+%d of %d bytes", s.Address, s.Cite.Offset, s.Cite.Length, len(data))
			}
		}
	})
}
