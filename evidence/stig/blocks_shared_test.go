package stig_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/stig"
)

// blockRow writes a Block in the columns of registry-checks.csv: key, name, type, operator, expected, absent, part.
// The part that depends on the operator is the only translation: the table names sets by their members with "|".
func blockRow(b stig.Block) string {
	operator, expected, absent := "", "", "no"
	var values []string
	for _, w := range b.Want {
		text, isText := strings.CutPrefix(w, "text ")
		switch {
		case w == "absent":
			absent = "yes"
		case strings.HasPrefix(w, "words "):
			operator = "text"
		case strings.HasPrefix(w, "review any"):
			operator, values = "text", nil
		case strings.HasPrefix(w, "review "):
			expected = " differs from " + strings.TrimPrefix(w, "review >= ")
		case strings.HasPrefix(w, "list "):
			operator, values = "=", []string{strings.TrimPrefix(w, "list ")}
		case isText && strings.HasPrefix(text, "= "), strings.HasPrefix(w, "= "):
			operator, values = "=", append(values, strings.TrimPrefix(strings.TrimPrefix(w, "text "), "= "))
		case isText && strings.HasPrefix(text, "<= "):
			operator, values = "<= (numeric string)", []string{text[3:]}
		case isText:
			operator, values = "=", append(values, text)
		case strings.HasPrefix(w, ">= "):
			operator, values = ">=", []string{w[3:]}
		case strings.HasPrefix(w, "1.."):
			operator, values = "<= and !=0", []string{w[3:]}
		default:
			operator = "?" + w
		}
	}
	if len(values) > 1 {
		operator = "in"
	}
	expected = strings.Join(values, "|") + expected
	return strings.Join([]string{b.Hive + `\` + b.Path, b.Name, b.Type, operator, expected, absent, string(b.Part)}, " ; ")
}

// tableRow writes a line of registry-checks.csv in the same form.
func tableRow(row map[string]string) string {
	part := map[string]string{
		"single": "single", "all-of": "all of", "policy (decides if present)": "policy",
		"local fallback (only if policy value absent)": "local",
	}[row["block_role"]]
	expected := strings.NewReplacer(" HEX!=DEC(", " differs from ", ")", "").Replace(row["expected"])
	if !strings.Contains(row["expected"], "HEX!=DEC") {
		expected = row["expected"]
	}
	return strings.Join([]string{row["key"], row["value_name"], row["value_type"], row["operator"], expected, row["absent_ok"], part}, " ; ")
}

// notForControllers are the rules whose table row gives no role, but whose text does; the text counts.
var notForControllers = map[string]string{
	"ws2019 WN19-CC-000140": "This requirement is not applicable for Domain Controllers.",
	"ws2022 WN22-CC-000140": "This is not applicable for Domain Controllers.",
}

// TestRegistryBlocks compares every registry block of the six benchmarks with the table, in the order of the texts.
func TestRegistryBlocks(t *testing.T) {
	wanted := map[string][]string{}
	roles := map[string]string{}
	total := 0
	for _, row := range rows(t, "registry-checks.csv") {
		id := row["benchmark"] + " " + row["stig_id"]
		wanted[id] = append(wanted[id], tableRow(row))
		roles[id] = row["role"]
		total++
	}
	if total != 358 {
		t.Fatalf("the table has %d blocks, not 358", total)
	}
	equal := 0
	for _, c := range current {
		for _, r := range read(t, c.file).Rules {
			id := c.table + " " + string(r.STIGID)
			want, inTable := wanted[id]
			delete(wanted, id)
			blocks, err := stig.Blocks(r.CheckText)
			if !inTable {
				if err == nil {
					t.Errorf("%s: blocks that the table does not have: %v", id, blocks)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", id, err)
				continue
			}
			var got []string
			for _, b := range blocks {
				got = append(got, blockRow(b))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s:\n got %s\nwant %s", id, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
			}
			role := map[evidence.Role]string{evidence.AnyRole: "all", evidence.DomainController: "DC", evidence.MemberServer: "MS"}[r.Only]
			if text, says := notForControllers[id]; says {
				if role != "MS" || !strings.Contains(r.CheckText, text) {
					t.Errorf("%s: role %s, though the text says: %s", id, role, text)
				}
			} else if role != roles[id] {
				t.Errorf("%s: role %s, the table's is %s", id, role, roles[id])
			}
			equal += len(want)
			if r.Undecided == "" {
				checkBlocks(t, id, r.Checks, blocks)
			} else {
				t.Logf("%s: %s", id, r.Undecided)
			}
		}
	}
	for id := range wanted {
		t.Errorf("%s was not read", id)
	}
	t.Logf("%d blocks compared", equal)
}

// checkBlocks holds that the Checks ask for the Blocks and that nothing was lost on the way.
func checkBlocks(t *testing.T, id string, checks []evidence.Check, blocks []stig.Block) {
	t.Helper()
	var asked []string
	for _, c := range checks {
		want := slices.DeleteFunc(slices.Clone(c.Want), func(w string) bool { return strings.HasPrefix(w, "else ") })
		asked = append(asked, fmt.Sprint(c.Address, want))
		for _, w := range c.Want {
			if other, ok := strings.CutPrefix(w, "else "); ok {
				asked = append(asked, fmt.Sprint(other, want))
			}
		}
	}
	for i, b := range blocks {
		if want := fmt.Sprint(b.Address(), b.Want); i >= len(asked) || asked[i] != want {
			t.Errorf("%s: the block %s is not asked for in its place: %v", id, want, asked)
		}
	}
}
