package stig_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/stig"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write cci.csv anew from DISA's list")

func TestReadCCIs(t *testing.T) {
	const list = "\xef\xbb\xbf" + `<?xml version="1.0" encoding="UTF-8"?>
<cci_list xmlns="http://iase.disa.mil/cci"><metadata><version>2030-01-02</version></metadata><cci_items>
<cci_item id="CCI-900001"><references>
 <reference creator="NIST" title="NIST SP 800-53 Revision 4" version="4" index="XX-1 a" />
 <reference creator="NIST" title="NIST SP 800-53A" version="1" index="XX-1.1" />
 <reference creator="NIST" title="NIST SP 800-53 Revision 5" version="5" index="XX-1 b" />
 <reference creator="NIST" title="NIST SP 800-53 Revision 5" version="5" index="XX-2 (3)" />
</references></cci_item>
<cci_item id="CCI-900002"></cci_item>
</cci_items></cci_list>`
	got, err := stig.ReadCCIs(strings.NewReader(list))
	want := []evidence.CCI{
		{ID: "CCI-900001", Rev4: []string{"XX-1 a"}, Rev5: []string{"XX-1 b", "XX-2 (3)"}, Since: "2030-01-02"},
		{ID: "CCI-900002", Since: "2030-01-02"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestReadCCIsRefuses(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"something else": {`<Benchmark/>`, "line 1: not a list of CCIs: the first element is Benchmark"},
		"cut off":        {"<cci_list>\n<cci_items>", "line 2: the file is cut off"},
		"nothing":        {`<cci_list></cci_list>`, "the list has no entries"},
		"twice":          {"<cci_list><cci_item id=\"CCI-000001\"/>\n<cci_item id=\"CCI-000001\"/></cci_list>", `line 2: "CCI-000001" is no CCI, is there twice, or is one of too many`},
		"entities":       {"<!DOCTYPE x [<!ENTITY a \"aaa\">]>\n<cci_list>&a;</cci_list>", "line 1: a document type declaration is not accepted"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := stig.ReadCCIs(strings.NewReader(test.in)); err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// published is DISA's list.
func published(t *testing.T) []evidence.CCI {
	t.Helper()
	f, err := os.Open(shared(t, "U_CCI_List.xml"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := stig.ReadCCIs(f)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestCCIFacts holds that the table says what DISA's list says of every CCI that is cited; with -update it writes the table.
func TestCCIFacts(t *testing.T) {
	list := published(t)
	cited := citedByGuide(t)
	for _, c := range current {
		for _, r := range read(t, c.file).Rules {
			cited = append(cited, r.CCIs...)
		}
	}
	slices.Sort(cited)
	var want []evidence.CCI
	var text strings.Builder
	text.WriteString("# cci,rev 4,rev 5: made by go test ./evidence/stig -run TestCCIFacts -update from DISA's list of 2023-06-07; identifiers only\n")
	for _, id := range slices.Compact(cited) {
		i := slices.IndexFunc(list, func(c evidence.CCI) bool { return c.ID == id })
		if i < 0 {
			t.Errorf("%s is not in the list", id)
			continue
		}
		want = append(want, list[i])
		text.WriteString(id + "," + strings.Join(list[i].Rev4, ";") + "," + strings.Join(list[i].Rev5, ";") + "\n")
	}
	if *update {
		if err := os.WriteFile("cci.csv", []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, stig.CCIFacts()); diff != "" {
		t.Error(diff)
	}
}

// TestCCIList compares the whole list with the table that was derived from it elsewhere.
func TestCCIList(t *testing.T) {
	list := published(t)
	table := rows(t, "cci-to-nist.csv")
	if len(list) != len(table) || len(list) != 5098 {
		t.Fatalf("%d entries, the table has %d", len(list), len(table))
	}
	for i, row := range table {
		if list[i].ID != row["cci"] || strings.Join(list[i].Rev4, "; ") != row["nist_800_53_r4"] || strings.Join(list[i].Rev5, "; ") != row["nist_800_53_r5"] {
			t.Errorf("%+v, the table says %v", list[i], row)
		}
	}
}

// citedByGuide returns the CCIs that the guide's data name.
func citedByGuide(t *testing.T) []string {
	t.Helper()
	var cited []string
	files, err := filepath.Glob("../../templates/guide/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	more, _ := filepath.Glob("../../templates/guide/*.yaml")
	for _, name := range append(files, more...) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		cited = append(cited, regexp.MustCompile(`CCI-[0-9]{6}`).FindAllString(string(data), -1)...)
	}
	if len(cited) == 0 {
		t.Fatal("the guide's data name no CCI")
	}
	return cited
}

// TestFactsCoverGuide needs no file of DISA's: every CCI of the guide is in the table.
func TestFactsCoverGuide(t *testing.T) {
	facts := stig.CCIFacts()
	for _, id := range citedByGuide(t) {
		if !slices.ContainsFunc(facts, func(c evidence.CCI) bool { return c.ID == id }) {
			t.Errorf("%s is not in the table", id)
		}
	}
}
