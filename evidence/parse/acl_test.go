package parse

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
)

// readAs parses text as a whole Item, as an import would.
func readAs(t *testing.T, raw []byte, command ...string) evidence.Content {
	t.Helper()
	item := evidence.Item{Path: "data/items/acl/sample", Status: evidence.Captured, Command: command}
	content, err := Read(item, bytes.NewReader(raw), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range content.Settings {
		checkCite(t, s.Cite, raw)
	}
	for _, c := range content.Covers {
		checkCite(t, c.Cite, raw)
	}
	for _, p := range content.Problems {
		checkCite(t, p.Cite, raw)
	}
	return content
}

func checkCite(t *testing.T, c evidence.Citation, raw []byte) {
	t.Helper()
	if c.Offset < 0 || c.Length < 0 || c.Offset+c.Length > int64(len(raw)) {
		t.Fatalf("citation %v lies outside %d bytes", c, len(raw))
	}
}

// shownAll lists Settings as "address = value", and Problems as "? scope".
func shownAll(c evidence.Content) []string {
	var lines []string
	for _, s := range c.Settings {
		lines = append(lines, fmt.Sprintf("%s = %s", s.Address, s.Value))
	}
	for _, v := range c.Covers {
		lines = append(lines, fmt.Sprintf("all of %s", v.Scope))
	}
	for _, p := range c.Problems {
		lines = append(lines, "? "+string(p.Scope))
	}
	return lines
}

func utf16le(s string, mark bool) []byte {
	var b []byte
	if mark {
		b = []byte{0xff, 0xfe}
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func TestParseSDDL(t *testing.T) {
	for _, test := range []struct{ in, want, owner, unclear string }{
		{"O:BAG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)", "S-1-5-18 (NT AUTHORITY\\SYSTEM) Full; S-1-5-32-544 (BUILTIN\\Administrators) Full", "S-1-5-32-544 (BUILTIN\\Administrators)", ""},
		{"D:PAI(A;OICI;0x1301bf;;;SY)", "S-1-5-18 (NT AUTHORITY\\SYSTEM) Modify OI CI", "", ""},
		{"D:(A;OICIID;0x1301bf;;;S-1-5-21-1-2-3-1001)", "S-1-5-21-1-2-3-1001 Modify OI CI ID", "", ""},
		{"D:(D;;FA;;;WD)(A;;0x1200a9;;;BU)", "deny S-1-1-0 (Everyone) Full; S-1-5-32-545 (BUILTIN\\Users) ReadAndExecute", "", ""},
		{"D:(A;OICIIO;GA;;;CO)", "S-1-3-0 (CREATOR OWNER) Full OI CI IO", "", ""},
		{"D:(A;OICIIO;GXGR;;;BU)", "S-1-5-32-545 (BUILTIN\\Users) ReadAndExecute OI CI IO", "", ""},
		{"D:(A;;CCDCLC;;;SY)", "S-1-5-18 (NT AUTHORITY\\SYSTEM) 0x7", "", ""},
		{"D:(A;;SDRCWDWO;;;SY)", "S-1-5-18 (NT AUTHORITY\\SYSTEM) 0xf0000", "", ""},
		{"D:(A;;1179785;;;SY)", "S-1-5-18 (NT AUTHORITY\\SYSTEM) Read", "", ""},
		{"O:S-1-5-21-1-2-3-1001D:(A;;FA;;;DU)", "\"Domain Users\" Full", "S-1-5-21-1-2-3-1001", ""},
		{"D:", "empty: nobody has access", "", ""},
		{"D:P", "empty: nobody has access", "", ""},
		{"D:NO_ACCESS_CONTROL", "no access list: everybody has full access", "", ""},
		{"D:(A;;FA;;;SY)S:AI(AU;SAFA;FA;;;WD)(ML;;NW;;;HI)", "S-1-5-18 (NT AUTHORITY\\SYSTEM) Full", "", ""},
		{"D:(XA;;FX;;;S-1-1-0;(@User.Title==\"P(M\" && (@User.Division==\"F\")))(A;;FA;;;SY)",
			"not understood (XA;;FX;;;S-1-1-0;(@User.Title==\"P(M\" && (@User.Division==\"F\"))); S-1-5-18 (NT AUTHORITY\\SYSTEM) Full", "", "XA"},
		{"D:(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;AU)", "not understood (OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;AU)", "", "OA"},
	} {
		d, err := parseSDDL(test.in)
		if err != nil {
			t.Errorf("%s: %v", test.in, err)
			continue
		}
		owner := ""
		if d.Owner != nil {
			owner = d.Owner.String()
		}
		unclear := strings.Join(d.Unclear, " ")
		if d.ACL.String() != test.want || owner != test.owner || (test.unclear == "") != (unclear == "") || !strings.Contains(unclear, test.unclear) {
			t.Errorf("%s: %s, owner %s, unclear %s", test.in, d.ACL, owner, unclear)
		}
	}
	for _, bad := range []string{"", "x", "D:(A;;FA;;;SY", "D:(A;;FA;;SY)", "D:(Q;;FA;;;SY)", "D:(A;;FQ;;;SY)", "D:(A;XX;FA;;;SY)", "D:(A;O;FA;;;SY)",
		"D:(A;;0xfffffffff;;;SY)", "D:(A;;FA;;;QQ)", "O:QQ", "O:S", "D:D:", "D:Z(A;;FA;;;SY)", "D:(A;;FA;;;SY) ", "Q:(A;;FA;;;SY)", "O:S-1-5-"} {
		if d, err := parseSDDL(bad); err == nil {
			t.Errorf("%q was read as %s", bad, d.ACL)
		}
	}
}

// writeSDDL writes an access list in SDDL, so that reading it again can be compared.
func writeSDDL(l evidence.ACL) string {
	var b strings.Builder
	b.WriteString("D:")
	for _, e := range l.Entries {
		kind := "A"
		if e.Deny {
			kind = "D"
		}
		fmt.Fprintf(&b, "(%s;%s;0x%x;;;%s)", kind, strings.ReplaceAll(e.Flags.String(), " ", ""), uint32(e.Access), e.Principal.SID)
	}
	return b.String()
}

// writeICACLS writes it as icacls would.
func writeICACLS(path string, l evidence.ACL) string {
	var b strings.Builder
	names := []string{"RD", "WD", "AD", "REA", "WEA", "X", "DC", "RA", "WA", "", "", "", "", "", "", "", "D", "Rc", "WDAC", "WO", "S"}
	for i, e := range l.Entries {
		if i == 0 {
			b.WriteString(path + " ")
		} else {
			b.WriteString(strings.Repeat(" ", len(path)+1))
		}
		b.WriteString(string(e.Principal.SID) + ":")
		for bit, flag := range []string{"(OI)", "(CI)", "(NP)", "(IO)", "(I)"} {
			if e.Flags&(1<<bit) != 0 {
				b.WriteString(flag)
			}
		}
		if e.Deny {
			b.WriteString("(DENY)")
		}
		var rights []string
		for bit, name := range names {
			if e.Access&(1<<bit) != 0 {
				rights = append(rights, name)
			}
		}
		b.WriteString("(" + strings.Join(rights, ",") + ")\r\n")
	}
	return b.String() + "\r\nSuccessfully processed 1 files; Failed processing 0 files\r\n"
}

func TestCanonicalFormIsTheSameFromEveryText(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	sids := []evidence.SID{"S-1-1-0", "S-1-5-18", "S-1-5-32-544", "S-1-5-21-1-2-3-1001", evidence.AppPoolSID("LabTech")}
	for range 500 {
		var list evidence.ACL
		for range 1 + random.Intn(6) {
			list.Entries = append(list.Entries, evidence.ACE{
				Deny:      random.Intn(4) == 0,
				Principal: evidence.Principal{SID: sids[random.Intn(len(sids))]},
				Access:    evidence.Access(random.Uint32()&0x1f01ff | 1),
				Flags:     evidence.Inheritance(random.Intn(32)),
			})
		}
		d, err := parseSDDL(writeSDDL(list))
		if err != nil {
			t.Fatalf("%s: %v", writeSDDL(list), err)
		}
		if diff := cmp.Diff(list, d.ACL); diff != "" {
			t.Fatalf("%s: %s", writeSDDL(list), diff)
		}
		text := writeICACLS(`D:\Some Where\LTShare`, list)
		want := []string{`acl:D:\Some Where\LTShare = ` + list.String()}
		if diff := cmp.Diff(want, shownAll(readAs(t, []byte(text)))); diff != "" {
			t.Fatalf("%s: %s", text, diff)
		}
	}
}

const hardenedICACLS = "C:\\LTShare IIS APPPOOL\\LabTech:(OI)(CI)(M)\r\n" +
	"           IIS APPPOOL\\LabTech WebCC:(OI)(CI)(M)\r\n" +
	"           NT AUTHORITY\\SYSTEM:(I)(OI)(CI)(F)\r\n" +
	"\r\n" +
	"Successfully processed 1 files; Failed processing 0 files\r\n"

func TestICACLS(t *testing.T) {
	labtech := evidence.Principal{SID: evidence.AppPoolSID("LabTech")}.String()
	webcc := evidence.Principal{SID: evidence.AppPoolSID("LabTech WebCC")}.String()
	const system = `S-1-5-18 (NT AUTHORITY\SYSTEM)`
	hardened := []string{`acl:C:\LTShare = ` + labtech + " Modify OI CI; " + webcc + " Modify OI CI; " + system + " Full OI CI ID"}
	german := strings.NewReplacer(`NT AUTHORITY\SYSTEM`, `NT-AUTORITÄT\SYSTEM`,
		"Successfully processed 1 files; Failed processing 0 files",
		"1 Dateien erfolgreich verarbeitet, bei 0 Dateien ist ein Verarbeitungsfehler aufgetreten.").Replace(hardenedICACLS)
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"English", hardenedICACLS, hardened},
		{"German", german, hardened},
		{"French", strings.NewReplacer(`NT AUTHORITY\SYSTEM`, `AUTORITE NT\Système`, "Successfully processed 1 files; Failed processing 0 files",
			"1 fichiers correctement traités ; échec du traitement de 0 fichiers").Replace(hardenedICACLS), hardened},
		{"another language keeps the name", strings.ReplaceAll(hardenedICACLS, `AUTHORITY\SYSTEM`, `AUTHORITY\СИСТЕМА`),
			[]string{`acl:C:\LTShare = ` + labtech + " Modify OI CI; " + webcc + " Modify OI CI; \"NT AUTHORITY\\СИСТЕМА\" Full OI CI ID"}},
		{"with the typed command", "C:\\Windows\\system32>icacls C:\\LTShare\r\n" + hardenedICACLS, hardened},
		{"broken at the console's width", strings.Replace(hardenedICACLS, "WebCC:(OI)(CI)(M)", "WebCC:(OI)\r\n(CI)(M)", 1), hardened},
		{"leading blanks lost", strings.ReplaceAll(hardenedICACLS, "           ", ""), hardened},
		{"one entry, blanks in the path", "C:\\Program Files NT AUTHORITY\\SYSTEM:(F)\r\n\r\nSuccessfully processed 1 files; Failed processing 0 files\r\n",
			[]string{`acl:C:\Program Files = ` + system + " Full"}},
		{"one entry, not certain", "C:\\Program Files EXAMPLE\\Some Body:(F)\r\n\r\nSuccessfully processed 1 files; Failed processing 0 files\r\n",
			[]string{"? acl:"}},
		{"no closing line", strings.SplitAfter(hardenedICACLS, "(F)\r\n")[0], append(hardened[:1:1], `? acl:C:\LTShare`)},
		{"an entry short of what the closing line counts", strings.ReplaceAll(hardenedICACLS, "processed 1", "processed 2"), append(hardened[:1:1], "? acl:")},
		{"blank entry", strings.Replace(hardenedICACLS, "(M)\r\n", "(M)\r\n\r\n", 1), append(hardened[:1:1], `? acl:C:\LTShare`)},
		{"blank entry at the end", strings.Replace(hardenedICACLS, "(F)\r\n", "(F)\r\n           \r\n", 1), append(hardened[:1:1], `? acl:C:\LTShare`)},
		{"unknown right", strings.Replace(hardenedICACLS, "(OI)(CI)(M)", "(OI)(CI)(QQ)", 1),
			[]string{`acl:C:\LTShare = not understood IIS APPPOOL\LabTech:(OI)(CI)(QQ); ` + webcc + " Modify OI CI; " + system + " Full OI CI ID", `? acl:C:\LTShare`}},
		{"denied, no access and a label", "C:\\LTShare Everyone:(DENY)(OI)(W,Rc)\r\n           BUILTIN\\Guests:(N)\r\n           Mandatory Label\\High Mandatory Level:(OI)(CI)(NW)\r\n           CREATOR OWNER:(OI)(CI)(IO)(GR,GE)\r\n\r\nSuccessfully processed 1 files; Failed processing 0 files\r\n",
			[]string{`acl:C:\LTShare = deny S-1-1-0 (Everyone) Write OI; deny S-1-5-32-546 (BUILTIN\Guests) Full; S-1-3-0 (CREATOR OWNER) ReadAndExecute OI CI IO`}},
		{"one read, one refused", hardenedICACLS[:strings.Index(hardenedICACLS, "Success")] + "C:\\LTShare\\x: Access is denied.\r\nSuccessfully processed 1 files; Failed processing 1 files\r\n",
			append(hardened[:1:1], `? acl:C:\LTShare\x`)},
	} {
		content := readAs(t, []byte(test.text))
		if content.Format != "icacls text" || content.Refused != "" {
			t.Errorf("%s: read as %q, refused %q", test.name, content.Format, content.Refused)
		}
		if diff := cmp.Diff(test.want, shownAll(content)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
	refused := readAs(t, []byte("C:\\LTShare: Access is denied.\r\nSuccessfully processed 0 files; Failed processing 1 files\r\n"))
	if refused.Refused == "" || len(refused.Settings) > 0 {
		t.Errorf("a message alone was taken for evidence: %v", shownAll(refused))
	}
}

func TestICACLSSave(t *testing.T) {
	const text = "LTShare\r\nD:PAI(A;OICI;0x1301bf;;;SY)\r\nLTShare\\a b\r\nD:AI(A;OICIID;FA;;;WD)\r\n"
	want := []string{
		`acl:LTShare = S-1-5-18 (NT AUTHORITY\SYSTEM) Modify OI CI`,
		`acl:LTShare@protected = yes, takes no entries from its parent`,
		`acl:LTShare\a b = S-1-1-0 (Everyone) Full OI CI ID`,
		`acl:LTShare\a b@protected = no, takes entries from its parent`,
	}
	for name, raw := range map[string][]byte{"mark": utf16le(text, true), "no mark": utf16le(text, false), "UTF-8": []byte(text)} {
		if diff := cmp.Diff(want, shownAll(readAs(t, raw))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	called := readAs(t, utf16le(text, false), `C:\Windows\System32\icacls.exe`, `D:\Automate\LTShare`, "/save", "ltshare.sddl")
	if got := called.Settings[0].Address; got != `acl:D:\Automate\LTShare` {
		t.Errorf("address %s", got)
	}
	cut := readAs(t, utf16le("LTShare\r\nD:P(A;;FA;;;SY)\r\nLTShare\\x\r\n", false))
	if len(cut.Problems) != 1 || cut.Problems[0].Scope != `acl:LTShare\x` {
		t.Errorf("cut short: %v", shownAll(cut))
	}
	broken := readAs(t, utf16le("LTShare\r\nD:P(A;;FA;;;SY)(A;;FA\r\n", false))
	if len(broken.Problems) != 1 || len(broken.Settings) != 0 {
		t.Errorf("broken list: %v", shownAll(broken))
	}
}

func sharedFile(t *testing.T, name string) []byte {
	t.Helper()
	dir := os.Getenv("AUDITPACK_SHARED")
	if dir == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	f, err := os.Open(filepath.Join(dir, "corpus", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestICACLSOfManyFiles(t *testing.T) {
	content := readAs(t, sharedFile(t, "acl/icacls_4096_files.txt.gz"))
	if content.Format != "icacls text" || len(content.Settings) != 4096 || len(content.Problems) != 0 {
		t.Fatalf("format %q, %d settings, %d problems, refused %q", content.Format, len(content.Settings), len(content.Problems), content.Refused)
	}
	// The second file, as it stands in the text.
	const want = `deny S-1-5-88-3-1 Full; S-1-5-88-1-1111 0xf0198; deny S-1-5-88-1-1111 0x100020; S-1-5-88-2-2222 0x120088; ` +
		`deny S-1-5-88-2-2222 0x100020; S-1-5-88-4 0x1200a8; S-1-5-18 (NT AUTHORITY\SYSTEM) Full; S-1-5-32-544 (BUILTIN\Administrators) Full`
	if s := content.Settings[1]; s.Address != "acl:f0001" || s.Value.String() != want {
		t.Errorf("%s = %s", s.Address, s.Value)
	}
}

func TestSecurityDescriptorsOfTheServer(t *testing.T) {
	text := Decode(sharedFile(t, "reg/cut_lanmanserver_win10.reg"))
	_, text, _ = strings.Cut(text, `\DefaultSecurity]`)
	text, _, _ = strings.Cut(text, "\r\n\r\n")
	text = regexp.MustCompile(`\\\r\n\s*`).ReplaceAllString(text, "")
	found := map[string]string{}
	for _, m := range regexp.MustCompile(`"(\w+)"=hex:([0-9a-f,]+)`).FindAllStringSubmatch(text, -1) {
		raw, err := hex.DecodeString(strings.ReplaceAll(m[2], ",", ""))
		if err != nil {
			t.Fatal(err)
		}
		d, err := parseSecurityDescriptor(raw)
		if err != nil || len(d.Unclear) > 0 || d.Owner == nil || d.Owner.SID != "S-1-5-18" {
			t.Errorf("%s: %v, unclear %v, owner %v", m[1], err, d.Unclear, d.Owner)
		}
		found[m[1]] = d.ACL.String()
	}
	if len(found) != 13 {
		t.Errorf("%d descriptors, want 13", len(found))
	}
	// Read byte by byte from the export: six entries without flags.
	const want = `S-1-5-32-544 (BUILTIN\Administrators) 0xf0017; S-1-5-32-549 (BUILTIN\Server Operators) 0xf0017; ` +
		`S-1-5-18 (NT AUTHORITY\SYSTEM) 0xf0017; S-1-5-32-547 (BUILTIN\Power Users) 0x3; S-1-1-0 (Everyone) 0x1; S-1-5-7 (NT AUTHORITY\ANONYMOUS LOGON) 0x1`
	if got := found["SrvsvcConfigInfo"]; got != want {
		t.Errorf("SrvsvcConfigInfo: %s", got)
	}
}
