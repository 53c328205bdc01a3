package stig_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"auditpack/evidence"
)

// decidable are the classes of check-classes.csv that the captured evidence can decide; the other classes need a person.
var decidable = map[string]bool{
	"registry-block": true, "auditpol": true, "auditpol-prose": true, "secedit-policy": true, "secedit-policy-prose": true,
	"user-right": true, "registry-prose": true, "iis-config": true, "iis-config-partial": true,
}

// TestDecided counts the rules that get Checks. The split files serve only to know which rules a member server has.
func TestDecided(t *testing.T) {
	classes := map[string]string{}
	for _, row := range rows(t, "check-classes.csv") {
		classes[row["rule_id"]] = row["check_class"]
	}
	tests := []struct {
		file, split  string
		least, outOf int
	}{
		{ws2016, "derived-ms-split/U_MS_Windows_Server_2016_MS_STIG_V2R10_Manual-xccdf.xml", 173, 230},
		{ws2019, "derived-ms-split/U_MS_Windows_Server_2019_MS_STIG_V3R8_Manual-xccdf.xml", 182, 238},
		{ws2022, "derived-ms-split/U_MS_Windows_Server_2022_MS_STIG_V2R8_Manual-xccdf.xml", 182, 238},
		{wfas, "", 20, 21},
		{iisSrv, "", 17, 40},
		{iisSite, "", 30, 44},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			scope := map[evidence.STIGID]bool{}
			if test.split != "" {
				for _, r := range read(t, test.split).Rules {
					scope[r.STIGID] = true
				}
			}
			decided, total := 0, 0
			byClass := map[string][2]int{}
			for _, r := range read(t, test.file).Rules {
				class := classes[string(r.RuleID)]
				if len(r.Checks) > 0 && !decidable[class] {
					t.Errorf("%s gets checks, but its class is %s: %v", r.STIGID, class, r.Checks)
				}
				if test.split != "" && !scope[r.STIGID] {
					continue
				}
				total++
				n := byClass[class]
				n[1]++
				if len(r.Checks) > 0 {
					decided++
					n[0]++
				} else if decidable[class] {
					t.Logf("%s (%s): %s", r.STIGID, class, r.Undecided)
				}
				byClass[class] = n
			}
			var list []string
			for _, class := range slices.Sorted(maps.Keys(byClass)) {
				n := byClass[class]
				list = append(list, class+" "+strconv.Itoa(n[0])+"/"+strconv.Itoa(n[1]))
			}
			t.Logf("decided %d of %d: %s", decided, total, strings.Join(list, ", "))
			if decided < test.least || total != test.outOf {
				t.Errorf("decided %d of %d, want at least %d of %d", decided, total, test.least, test.outOf)
			}
		})
	}
}
