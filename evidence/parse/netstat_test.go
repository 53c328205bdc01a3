package parse_test

import (
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/parse"
)

const netstatANO = `
Active Connections

  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:443            0.0.0.0:0              LISTENING       4
  TCP    127.0.0.1:3306         0.0.0.0:0              LISTENING       2204
  TCP    10.0.0.5:443           203.0.113.7:50112      ESTABLISHED     4
  TCP    [::]:443               [::]:0                 LISTENING       4
  UDP    0.0.0.0:75             *:*                                    3312
  UDP    [fe80::1%12]:546       *:*                                    1204
`

const netstatANOB = `
Active Connections

  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       832
  RpcSs
 [svchost.exe]
  TCP    0.0.0.0:445            0.0.0.0:0              LISTENING       4
 Can not obtain ownership information
  TCP    0.0.0.0:3306           0.0.0.0:0              LISTENING       2204
 [mysqld.exe]
  TCP    10.0.0.5:50000         203.0.113.7:443        ESTABLISHED     900
 [agent.exe]
  UDP    0.0.0.0:5353           *:*                                    1400
  Dnscache
 [svchost.exe]
  UDP    0.0.0.0:5353           *:*                                    700
 [browser.exe]
  UDP    0.0.0.0:5353           *:*                                    700
 [browser.exe]
`

// German, without process numbers, with a state of two words and the umlaut of code page 850.
const netstatGerman = "\r\nAktive Verbindungen\r\n\r\n  Proto  Lokale Adresse         Remoteadresse          Status\r\n" +
	"  TCP    0.0.0.0:3389           0.0.0.0:0              ABH\x99REN\r\n" +
	"  TCP    10.0.0.5:3389          10.0.0.9:51000         HERGESTELLT\r\n" +
	"  TCP    10.0.0.5:3390          10.0.0.9:51001         FIN GESENDET\r\n" +
	"  UDP    0.0.0.0:123            *:*                    \r\n"

func inUTF16(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func TestNetstat(t *testing.T) {
	ano := map[string]string{
		"listener:tcp/0.0.0.0:443": "listening", "listener:tcp/0.0.0.0:443@process": "4",
		"listener:tcp/127.0.0.1:3306": "listening", "listener:tcp/127.0.0.1:3306@process": "2204",
		"listener:tcp/[::]:443": "listening", "listener:tcp/[::]:443@process": "4",
		"listener:udp/0.0.0.0:75": "listening", "listener:udp/0.0.0.0:75@process": "3312",
		"listener:udp/[fe80::1%12]:546": "listening", "listener:udp/[fe80::1%12]:546@process": "1204",
	}
	for _, test := range []struct {
		name   string
		text   string
		want   map[string]string
		covers []string
	}{
		{"-ano", netstatANO, ano, []string{"listener:tcp", "listener:udp"}},
		{"-ano with CRLF", strings.ReplaceAll(netstatANO, "\n", "\r\n"), ano, []string{"listener:tcp", "listener:udp"}},
		{"-ano in UTF-16", inUTF16(netstatANO), ano, []string{"listener:tcp", "listener:udp"}},
		{"-ano copied without leading blanks", strings.ReplaceAll(netstatANO, "\n  ", "\n"), ano, []string{"listener:tcp", "listener:udp"}},
		{"-anob", netstatANOB, map[string]string{
			"listener:tcp/0.0.0.0:135": "listening", "listener:tcp/0.0.0.0:135@process": "832", "listener:tcp/0.0.0.0:135@program": "svchost.exe (RpcSs)",
			"listener:tcp/0.0.0.0:445": "listening", "listener:tcp/0.0.0.0:445@process": "4",
			"listener:tcp/0.0.0.0:3306": "listening", "listener:tcp/0.0.0.0:3306@process": "2204", "listener:tcp/0.0.0.0:3306@program": "mysqld.exe",
			"listener:udp/0.0.0.0:5353": "listening", "listener:udp/0.0.0.0:5353@process": "700, 1400", "listener:udp/0.0.0.0:5353@program": "browser.exe, svchost.exe (Dnscache)",
		}, []string{"listener:tcp", "listener:udp"}},
		{"-an in German", netstatGerman, map[string]string{"listener:tcp/0.0.0.0:3389": "listening", "listener:udp/0.0.0.0:123": "listening"}, []string{"listener:tcp", "listener:udp"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, content := texts(t, "netstat.txt", []byte(test.text))
			if content.Refused != "" || len(content.Problems) > 0 {
				t.Fatalf("refused %q, problems %v", content.Refused, content.Problems)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.covers, coverScopes(content)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func coverScopes(c evidence.Content) []string {
	var scopes []string
	for _, v := range c.Covers {
		scopes = append(scopes, string(v.Scope))
	}
	return scopes
}

func TestNetstatCitesItsRow(t *testing.T) {
	for _, text := range []string{netstatANO, strings.ReplaceAll(netstatANO, "\n", "\r\n"), inUTF16(netstatANO)} {
		content, err := parse.Read(evidence.Item{Path: "f"}, strings.NewReader(text), nil)
		if err != nil || len(content.Settings) == 0 {
			t.Fatal(content.Refused, err)
		}
		cite := content.Settings[0].Cite
		if cite.Line != 5 {
			t.Errorf("line %d, want 5", cite.Line)
		}
		shown := parse.Decode([]byte(text[cite.Offset : cite.Offset+cite.Length]))
		if want := "  TCP    0.0.0.0:443            0.0.0.0:0              LISTENING       4"; shown != want {
			t.Errorf("cites %q", shown)
		}
	}
}

// A table that is not whole still shows the listeners that it holds; it does not vouch for there being no others.
func TestNetstatCut(t *testing.T) {
	for _, test := range []struct {
		name, text string
		covers     []string
	}{
		{"inside the last row", strings.TrimSuffix(netstatANO, "4\n"), []string{"listener:tcp"}},
		{"before UDP", netstatANO[:strings.Index(netstatANO, "  UDP")], nil},
		{"before UDP over IPv6", netstatANO[:strings.Index(netstatANO, "  UDP    [")], []string{"listener:tcp"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, content := texts(t, "netstat.txt", []byte(test.text))
			if content.Refused != "" || len(content.Problems) == 0 {
				t.Errorf("refused %q, problems %v: want a problem", content.Refused, content.Problems)
			}
			if diff := cmp.Diff(test.covers, coverScopes(content)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNetstatRefused(t *testing.T) {
	rows := netstatANO[strings.Index(netstatANO, "  TCP"):]
	for _, test := range []struct{ name, text, want string }{
		{"names", strings.ReplaceAll(netstatANO, "0.0.0.0:0 ", "AUTOMATE01:0 "), "without -n"},
		{"service names", strings.ReplaceAll(netstatANO, ":443", ":https"), "without -n"},
		{"marked", strings.ReplaceAll(netstatANO, "\n  TCP", "\n>   TCP"), "Select-String"},
		{"picked rows", rows, "no headings"},
		{"no listeners", "\nActive Connections\n\n  Proto  Local  Foreign  State\n  TCP    10.0.0.5:443           203.0.113.7:50112      ESTABLISHED\n", "without -a"},
		{"in a Markdown text", "# Notes\n\n```\n" + netstatANO + "```\n", "another text"},
		{"below much text", strings.Repeat("a line\n", 20) + netstatANO, "another text"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, content := texts(t, "netstat.txt", []byte(test.text))
			if !strings.Contains(content.Refused, test.want) || len(content.Settings) > 0 {
				t.Errorf("refused %q with %d settings, want %q", content.Refused, len(content.Settings), test.want)
			}
		})
	}
}

// The counts are of distinct local addresses, counted with awk: TCP rows whose foreign address is 0.0.0.0:0 or [::]:0,
// and UDP rows.
func TestNetstatOfTheCorpus(t *testing.T) {
	for _, test := range []struct {
		file     string
		refused  string
		tcp, udp int
		problems int
		some     map[string]string
	}{
		{file: "win10_netstat-an.txt", tcp: 48, udp: 100, problems: 1}, // one address is made unreadable: fe80::asda:…
		{file: "win10_netstat-aon.txt", tcp: 39, udp: 84, some: map[string]string{"listener:tcp/0.0.0.0:902@process": "7388"}},
		{file: "win10_netstat-aonb.txt", tcp: 51, udp: 125, some: map[string]string{
			"listener:tcp/0.0.0.0:135@program": "svchost.exe (RpcSs)", "listener:tcp/0.0.0.0:443@program": "vmware-hostd.exe",
			"listener:tcp/0.0.0.0:445@program": "", "listener:tcp/0.0.0.0:445@process": "4",
			"listener:udp/[fe80::d8df:ceee:28ba:aad%14]:1900@program": "svchost.exe (SSDPSRV)"}},
		{file: "corp_naob_lf.txt", tcp: 44, udp: 43, some: map[string]string{"listener:tcp/[::]:3389@program": "svchost.exe (CryptSvc)"}},
		{file: "corp_b_names_lf.txt", refused: "without -n"},
		{file: "win10_netstat.txt", refused: "without -n"},
		{file: "select_string_marked.txt", refused: "Select-String"},
		{file: "fr_anb_in_markdown.md", refused: "another text"},
	} {
		t.Run(test.file, func(t *testing.T) {
			got, content := texts(t, test.file, readShared(t, "corpus/netstat/"+test.file))
			if content.Format != "netstat" {
				t.Fatalf("read as %q", content.Format)
			}
			if test.refused != "" {
				if !strings.Contains(content.Refused, test.refused) {
					t.Fatalf("refused %q, want %q", content.Refused, test.refused)
				}
				return
			}
			if content.Refused != "" || len(content.Problems) != test.problems {
				t.Fatalf("refused %q, problems %v", content.Refused, content.Problems)
			}
			count := map[string]int{}
			for a := range got {
				if e, facet, ok := evidence.ParseEndpoint(evidence.Address(a)); ok && facet == "" {
					count[e.Protocol]++
				}
			}
			if count["tcp"] != test.tcp || count["udp"] != test.udp {
				t.Errorf("%d TCP and %d UDP listeners, want %d and %d", count["tcp"], count["udp"], test.tcp, test.udp)
			}
			for a, want := range test.some {
				if got[a] != want {
					t.Errorf("%s is %q, want %q", a, got[a], want)
				}
			}
			if diff := cmp.Diff([]string{"listener:tcp", "listener:udp"}, coverScopes(content)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzNetstat(f *testing.F) {
	for _, s := range []string{netstatANO, netstatANOB, netstatGerman, inUTF16(netstatANO)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkContent(t, parse.Netstat, data) })
}

// checkContent reads data in a format and holds what must be true of any input: each place cited lies inside it.
func checkContent(t *testing.T, format *parse.Format, data []byte) {
	t.Helper()
	var c evidence.Content
	item := evidence.Item{Path: "f", Status: evidence.Captured, Origin: evidence.OriginCaptured}
	_ = format.Read(parse.Source{Item: item, Reader: strings.NewReader(string(data)), Want: func(evidence.Address) bool { return true }}, &c)
	var cites []evidence.Citation
	for _, s := range c.Settings {
		cites = append(cites, s.Cite)
		if s.Value == nil || s.Address.Kind() == "" {
			t.Errorf("a setting without value or address: %v", s)
		}
	}
	for _, v := range c.Covers {
		cites = append(cites, v.Cite)
	}
	for _, p := range c.Problems {
		cites = append(cites, p.Cite)
	}
	for _, cite := range cites {
		if cite.Line < 1 || cite.Offset < 0 || cite.Length < 0 || cite.Offset+cite.Length > int64(len(data)) {
			t.Errorf("%v lies outside the %d bytes", cite, len(data))
		}
	}
}

func readShared(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestNetstatStrangeRows: what may be a listener and is not read as one vouches for nothing.
func TestNetstatStrangeRows(t *testing.T) {
	for name, row := range map[string]string{
		"in small letters":              "  tcp    0.0.0.0:8002           0.0.0.0:0              LISTENING       4",
		"of another protocol":           "  TCPv6  [::]:8002              [::]:0                 LISTENING       4",
		"behind another":                "  TCP    0.0.0.0:7777           0.0.0.0:0              LISTENING       4   TCP 0.0.0.0:8002 0.0.0.0:0 LISTENING 4",
		"behind a bare carriage return": "  TCP    0.0.0.0:7777           0.0.0.0:0              LISTENING       4\r  TCP    0.0.0.0:8002           0.0.0.0:0              LISTENING       4",
		"at all addresses, connected":   "  TCP    0.0.0.0:8002           0.0.0.0:1              LISTENING       4",
		"at any address":                "  TCP    *:8002                 *:*                    LISTENING       4",
	} {
		text := strings.Replace(netstatANO, "  TCP ", row+"\n  TCP ", 1)
		_, content := texts(t, "netstat.txt", []byte(text))
		if content.Refused != "" || len(content.Problems) == 0 {
			t.Errorf("%s: refused %q, problems %v: want a problem", name, content.Refused, content.Problems)
		}
		facts := evidence.NewFacts([]evidence.Content{content})
		if len(facts.ProblemsAt("listener:tcp/0.0.0.0:8002"))+len(facts.ProblemsAt("listener:tcp/*:8002")) == 0 {
			t.Errorf("%s: the problem is not about port 8002: %v", name, content.Problems)
		}
	}
}
