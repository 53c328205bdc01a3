package parse_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/parse"
)

// shared returns the path of a file of the shared corpus, or skips.
func shared(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("AUDITPACK_SHARED")
	if dir == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

// texts reads data and returns its Settings as text by Address.
func texts(t testing.TB, name string, data []byte) (map[string]string, evidence.Content) {
	t.Helper()
	content, err := parse.Read(evidence.Item{Path: "data/items/x/" + name, Name: name}, strings.NewReader(string(data)), nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range content.Settings {
		got[string(s.Address)] = s.Value.String()
		if s.Cite.Offset < 0 || s.Cite.Offset+s.Cite.Length > int64(len(data)) {
			t.Errorf("%s: citation %v outside the %d bytes", s.Address, s.Cite, len(data))
		}
	}
	return got, content
}

func TestSystemInfoOfTheCorpus(t *testing.T) {
	for _, test := range []struct {
		file string
		want map[string]string // of the system addresses; read in the files
		kbs  []string
	}{
		{"srv_2022_systeminfo.txt", map[string]string{
			"system:host-name": "WIN-RIBN7SM07BK", "system:os-name": "Windows Server 2022 Standard", "system:os-build": "20348",
			"system:domain-member": "no", "system:boot-time": "10/22/2021, 8:36:55 AM"}, []string{"KB5004330", "KB5005039", "KB5005552"}},
		{"srv_2012r2_u1_systeminfo.txt", map[string]string{
			"system:host-name": "SRV12R2U1X64", "system:os-name": "Windows Server 2012 R2 Standard", "system:os-build": "9600",
			"system:domain-member": "yes", "system:domain-role": "server"}, nil},
		{"7_sp1_x64_ultimaten_de_systeminfo.txt", map[string]string{
			"system:host-name": "OLI7-PC", "system:os-name": "Windows 7 Ultimate N", "system:os-build": "7601",
			"system:domain-member": "no", "system:boot-time": "04.03.2019, 11:44:54"}, []string{"KB2849697"}},
		{"7_sp1_x64_enterprise_fr_systeminfo_cmd.txt", map[string]string{
			"system:host-name": "WIN-IDKKFN87EL8", "system:os-name": "Windows 7 Entreprise N", "system:os-build": "7601",
			"system:domain-member": "no"}, []string{"KB2491683", "KB2506014", "KB2506928"}},
		{"10_1809_x64_education_es_systeminfo.txt", map[string]string{
			"system:os-name": "Windows 10 Education", "system:os-build": "17763", "system:domain-member": "no"},
			[]string{"KB4486553", "KB4465477", "KB4465664"}},
	} {
		t.Run(test.file, func(t *testing.T) {
			data, err := os.ReadFile(shared(t, "corpus/systeminfo/"+test.file))
			if err != nil {
				t.Fatal(err)
			}
			got, content := texts(t, test.file, data)
			if content.Format != "systeminfo" || content.Refused != "" {
				t.Fatalf("read as %q, refused %q", content.Format, content.Refused)
			}
			for address, want := range test.want {
				if got[address] != want {
					t.Errorf("%s: got %q, want %q", address, got[address], want)
				}
			}
			for _, kb := range test.kbs {
				if got["hotfix:"+kb] != "installed" {
					t.Errorf("%s is not among the updates", kb)
				}
			}
		})
	}
}

func TestSystemInfoRedactedHost(t *testing.T) {
	data, err := os.ReadFile(shared(t, "corpus/systeminfo/10_1809_x64_education_es_systeminfo.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := texts(t, "s.txt", data); got["system:host-name"] != "" {
		t.Errorf("the host's name is %q; the file holds dots in its place", got["system:host-name"])
	}
}

func TestHotfixTableOfTheCorpus(t *testing.T) {
	data, err := os.ReadFile(shared(t, "corpus/systeminfo/wmic_qfe_1809.txt"))
	if err != nil {
		t.Fatal(err)
	}
	got, content := texts(t, "q.txt", data)
	if content.Format != "hotfix table" {
		t.Fatalf("read as %q", content.Format)
	}
	for _, kb := range []string{"KB2693643", "KB4483452", "KB4465477"} {
		if got["hotfix:"+kb] != "installed" {
			t.Errorf("%s is missing", kb)
		}
	}
}

func TestSystemTables(t *testing.T) {
	for _, test := range []struct {
		name, format, text string
		want               map[string]string
		problems           []int // lines
	}{
		{"hotfix.csv", "hotfix CSV", "#TYPE System.Management.ManagementObject\r\n\"PSComputerName\",\"Description\",\"HotFixID\"\r\n\"automate01\",\"Update\",\"KB5044277\"\r\n\"automate01\",\"Update\",\"none\"\r\n",
			map[string]string{"hotfix:KB5044277": "installed", "system:host-name": "AUTOMATE01"}, []int{4}},
		{"hotfix-dates.csv", "hotfix CSV", "\"Source\",\"Description\",\"HotFixID\",\"InstalledBy\",\"InstalledOn\"\r\n\"A\",\"Update\",\"KB5066738\",\"x\",\"2026-10-17T00:00:00\"\r\n" +
			"\"A\",\"Update\",\"KB5066586\",\"x\",\"10/11/2026 12:00:00 AM\"\r\n\"A\",\"Update\",\"KB5065766\",\"x\",\"\"\r\n\"A\",\"Update\",\"KB4589208\",\"x\",\"2021-09-11\"\r\n" +
			"\"A\",\"Update\",\"KB4535680\",\"x\",\"20210114000000.000000+000\"\r\n\"A\",\"Update\",\"KB4535681\",\"x\",\"2021-13-40\"\r\n\"A\",\"Update\",\"KB4535682\",\"x\",\"11.10.2026 00:00:00\"\r\n",
			map[string]string{"hotfix:KB5066738": "installed", "hotfix-date:KB5066738": "2026-10-17", "hotfix:KB5066586": "installed", "hotfix:KB5065766": "installed",
				"hotfix:KB4589208": "installed", "hotfix-date:KB4589208": "2021-09-11", "hotfix:KB4535680": "installed", "hotfix-date:KB4535680": "2021-01-14",
				"hotfix:KB4535681": "installed", "hotfix:KB4535682": "installed"}, nil},
		{"variables.txt", "MySQL batch listing", "Variable_name\tValue\nbind_address\t127.0.0.1\nbroken\n",
			map[string]string{"mysql:bind_address": "127.0.0.1"}, []int{3}},
		{"select.txt", "MySQL batch listing", "@@version\t@@hostname\t@@port\n8.0.36\tAUTOMATE01\t3306\n",
			map[string]string{"mysql:version": "8.0.36", "mysql:hostname": "AUTOMATE01", "mysql:port": "3306"}, nil},
		{"users.txt", "MySQL batch listing", "user\thost\tplugin\nroot\tlocalhost\tcaching_sha2_password\n",
			map[string]string{"mysql:user/root@localhost": "user=root host=localhost plugin=caching_sha2_password"}, nil},
		{"classes.txt", "MySQL batch listing", "UserID\tName\tClassID\tPermissions\n7\ttech\t3\t18446744073709551615\n",
			map[string]string{"automate-permission:7/3": "UserID=7 Name=tech ClassID=3 Permissions=18446744073709551615"}, nil},
		{"my.ini", "MySQL option file", "# c\n[client]\npassword = hunter2\n[mysqld]\nbind_address=\"127.0.0.1\"\n",
			map[string]string{"my-ini:client/password": "(withheld)", "my-ini:mysqld/bind-address": "127.0.0.1"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, content := texts(t, test.name, []byte(test.text))
			if content.Format != test.format {
				t.Fatalf("read as %q, want %q (%s)", content.Format, test.format, content.Refused)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			var lines []int
			for _, p := range content.Problems {
				lines = append(lines, p.Cite.Line)
			}
			if diff := cmp.Diff(test.problems, lines); diff != "" {
				t.Errorf("lines with problems: %s", diff)
			}
		})
	}
}

func FuzzSystemFormats(f *testing.F) {
	f.Add([]byte("\r\nHost Name:   A\r\nOS Name:   Microsoft Windows\r\nOS Version:   10.0.17763 N/A Build 17763\r\n   [01]: KB123456\r\n"))
	f.Add([]byte("Variable_name\tValue\nport\t3306\n"))
	f.Add([]byte("user\thost\nroot\t%\n"))
	f.Add([]byte("[mysqld]\nport=3306\n"))
	f.Add([]byte("\"HotFixID\",\"Description\"\n\"KB5000000\",\"x\"\n"))
	f.Add([]byte("\"HotFixID\",\"InstalledOn\"\n\"KB5000000\",\"2026-10-17T00:00:00\"\n\"KB5000001\",\"20261017000000.000000+000\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, content := texts(t, "fuzz", data)
		for _, p := range content.Problems {
			if p.Message == "" || p.Cite.Offset+p.Cite.Length > int64(len(data)) {
				t.Errorf("problem %+v", p)
			}
		}
	})
}
