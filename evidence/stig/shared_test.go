package stig_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/stig"
)

// shared returns the path of a file of DISA's data, which is no part of the repository.
func shared(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("AUDITPACK_SHARED")
	if dir == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	return filepath.Join(dir, "stig", filepath.FromSlash(name))
}

// read reads the one benchmark of a file.
func read(t testing.TB, name string) evidence.Benchmark {
	t.Helper()
	data, err := os.ReadFile(shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	all, err := stig.Read(name, strings.NewReader(string(data)), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 {
		t.Fatalf("%s: %d benchmarks", name, len(all))
	}
	return all[0]
}

// rows returns the lines of a table by the names of its columns.
func rows(t testing.TB, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		out = append(out, row)
	}
	return out
}

const (
	ws2016  = "U_MS_Windows_Server_2016_STIG_V2R10_Manual-xccdf.xml"
	ws2019  = "U_MS_Windows_Server_2019_STIG_V3R8_Manual-xccdf.xml"
	ws2022  = "U_MS_Windows_Server_2022_STIG_V2R8_Manual-xccdf.xml"
	iisSrv  = "U_MS_IIS_10-0_Server_STIG_V3R7_Manual-xccdf.xml"
	iisSite = "U_MS_IIS_10-0_Site_STIG_V2R15_Manual-xccdf.xml"
	wfas    = "U_MS_Windows_Firewall_STIG_V2R2_Manual-xccdf.xml"
)

// current are the newest benchmarks under the names that the tables use.
var current = []struct{ table, file string }{
	{"ws2016", ws2016}, {"ws2019", ws2019}, {"ws2022", ws2022}, {"iis10-server", iisSrv}, {"iis10-site", iisSite}, {"wfas", wfas},
}

// TestCounts compares with the tables of DISA's data as they were counted by hand.
func TestCounts(t *testing.T) {
	tests := []struct {
		file, id, release, info string
		high, medium, low       int
	}{
		{ws2016, "Windows_Server_2016_STIG", "V2R10", "Release: 10 Benchmark Date: 15 Jan 2025", 35, 225, 13},
		{ws2019, "Windows_Server_2019_STIG", "V3R8", "Release: 8 Benchmark Date: 01 Apr 2026", 34, 234, 14},
		{ws2022, "MS_Windows_Server_2022_STIG", "V2R8", "Release: 8 Benchmark Date: 01 Apr 2026", 31, 239, 12},
		{iisSrv, "IIS_10-0_Server_STIG", "V3R7", "Release: 7 Benchmark Date: 01 Apr 2026", 4, 34, 2},
		{iisSite, "IIS_10-0_Site_STIG", "V2R15", "Release: 15 Benchmark Date: 01 Apr 2026", 2, 42, 0},
		{wfas, "Windows_Firewall_with_Advanced_Security", "V2R2", "Release: 2 Benchmark Date: 09 Nov 2023", 3, 9, 9},
		{"older/U_MS_Windows_Server_2019_STIG_V3R7_Manual-xccdf.xml", "Windows_Server_2019_STIG", "V3R7", "Release: 7 Benchmark Date: 05 Jan 2026", 34, 235, 14},
		{"older/U_MS_Windows_Server_2019_STIG_V1R5_Manual-xccdf.xml", "Windows_Server_2019_STIG", "V1R5", "Release: 5 Benchmark Date: 17 Jun 2020", 33, 257, 14},
		{"older/U_MS_IIS_10-0_Server_STIG_V3R4_Manual-xccdf.xml", "IIS_10-0_Server_STIG", "V3R4", "Release: 4 Benchmark Date: 02 Jul 2025", 4, 36, 3},
		{"derived-ms-split/U_MS_Windows_Server_2016_MS_STIG_V2R10_Manual-xccdf.xml", "Windows_Server_2016_MS_STIG", "V2R10", "Release: 10 Benchmark Date: 15 Jan 2025", 25, 193, 12},
		{"derived-ms-split/U_MS_Windows_Server_2019_MS_STIG_V3R8_Manual-xccdf.xml", "Windows_Server_2019_MS_STIG", "V3R8", "Release: 8 Benchmark Date: 01 Apr 2026", 25, 200, 13},
		{"derived-ms-split/U_MS_Windows_Server_2022_MS_STIG_V2R8_Manual-xccdf.xml", "MS_Windows_Server_2022_MS_STIG", "V2R8", "Release: 8 Benchmark Date: 01 Apr 2026", 22, 205, 11},
	}
	for _, test := range tests {
		t.Run(filepath.Base(test.file), func(t *testing.T) {
			b := read(t, test.file)
			if b.ID != test.id || b.ReleaseName() != test.release || b.ReleaseInfo != test.info {
				t.Errorf("got %s %s %q", b.ID, b.ReleaseName(), b.ReleaseInfo)
			}
			counts := map[evidence.Severity]int{}
			for _, r := range b.Rules {
				counts[r.Severity]++
				if r.GroupID == "" || r.RuleID == "" || r.STIGID == "" || r.Title == "" || r.Discussion == "" ||
					r.CheckText == "" || r.FixText == "" || r.CheckID == "" || r.FixID == "" || r.CheckContentRef != "M" ||
					r.GroupTitle == "" || r.Weight != "10.0" || len(r.CCIs) == 0 || r.TargetSubject == "" || r.TargetKey == "" {
					t.Errorf("%s has an empty field: %+v", r.STIGID, r)
				}
				if (len(r.Checks) == 0) == (r.Undecided == "") {
					t.Errorf("%s: %d checks, undecided %q", r.STIGID, len(r.Checks), r.Undecided)
				}
			}
			if counts[evidence.High] != test.high || counts[evidence.Medium] != test.medium || counts[evidence.Low] != test.low {
				t.Errorf("counts %v, want %d/%d/%d", counts, test.high, test.medium, test.low)
			}
		})
	}
}

// TestIdentifiers holds that every rule has the identifiers and the role of the table of check classes.
func TestIdentifiers(t *testing.T) {
	type key struct{ benchmark, stigID string }
	wanted := map[key]map[string]string{}
	for _, row := range rows(t, "check-classes.csv") {
		wanted[key{row["benchmark"], row["stig_id"]}] = row
	}
	for _, c := range current {
		b := read(t, c.file)
		for _, r := range b.Rules {
			row := wanted[key{c.table, string(r.STIGID)}]
			if row == nil {
				t.Errorf("%s is not in the table", r.STIGID)
				continue
			}
			delete(wanted, key{c.table, string(r.STIGID)})
			if string(r.GroupID) != row["group_id"] || string(r.RuleID) != row["rule_id"] || string(r.Severity) != row["severity"] || b.ReleaseName() != row["release"] {
				t.Errorf("%s: %s %s %s %s, table %v", r.STIGID, r.GroupID, r.RuleID, r.Severity, b.ReleaseName(), row)
			}
		}
	}
	for k := range wanted {
		t.Errorf("%v was not read", k)
	}
}
