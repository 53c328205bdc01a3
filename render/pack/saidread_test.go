package pack_test

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render"
)

// statusesOf reads what each output says of each rule, in the words of CKL, by the number of the rule.
func statusesOf(t *testing.T, files map[string]string) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	add := func(output, id, status string) {
		if all[output] == nil {
			all[output] = map[string]string{}
		}
		id = strings.TrimPrefix(strings.TrimPrefix(id, "xccdf_mil.disa.stig_rule_"), "SV-")
		all[output][strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(id, "_rule"), "V-"), "r2")] = status
	}
	const stem = "automate01-said_stig"
	var ckl struct {
		Rules []struct {
			Data []struct {
				Text string `xml:"ATTRIBUTE_DATA"`
			} `xml:"STIG_DATA"`
			Status string `xml:"STATUS"`
		} `xml:"STIGS>iSTIG>VULN"`
	}
	decode(t, xml.Unmarshal([]byte(files["data/checklists/"+stem+".ckl"]), &ckl))
	for _, r := range ckl.Rules {
		add("CKL", r.Data[0].Text, r.Status)
	}
	var cklb struct {
		STIGs []struct {
			Rules []struct {
				ID     string `json:"group_id"`
				Status string `json:"status"`
			} `json:"rules"`
		} `json:"stigs"`
	}
	decode(t, json.Unmarshal([]byte(files["data/checklists/"+stem+".cklb"]), &cklb))
	for _, r := range cklb.STIGs[0].Rules {
		add("CKLB", r.ID, map[string]string{"not_a_finding": "NotAFinding", "open": "Open", "not_applicable": "Not_Applicable", "not_reviewed": "Not_Reviewed"}[r.Status])
	}
	var xccdf struct {
		Results []struct {
			ID     string `xml:"idref,attr"`
			Result string `xml:"result"`
		} `xml:"TestResult>rule-result"`
	}
	decode(t, xml.Unmarshal([]byte(files["data/xccdf/"+stem+".xml"]), &xccdf))
	for _, r := range xccdf.Results {
		add("XCCDF", r.ID, map[string]string{"pass": "NotAFinding", "fail": "Open", "notapplicable": "Not_Applicable", "notchecked": "Not_Reviewed"}[r.Result])
	}
	for _, r := range auditOf(t, files).Hosts[0].Benchmarks[0].Rules {
		add("audit.json", string(r.GroupID), string(evidence.StatusOf(r.After.Result)))
	}
	for _, row := range ruleRows(t, files) {
		word := strings.TrimLeft(row["Verdict"], "✓✗–?∅ ")
		add("workbook", row["Group"], string(evidence.StatusOf(evidence.Result(word))))
	}
	for id, f := range oscalFindings(t, files) {
		add("OSCAL", id, map[string]string{"pass": "NotAFinding", "fail": "Open", "other": "Not_Reviewed"}[f.Target.Status.Reason])
	}
	for _, r := range auditOf(t, files).Hosts[0].Benchmarks[0].Rules { // what does not apply is no finding
		if r.After.Result == evidence.NotApplicable && all["OSCAL"][strings.TrimPrefix(string(r.GroupID), "V-")] == "" {
			add("OSCAL", string(r.GroupID), "Not_Applicable")
		}
	}
	for id, status := range reportStatuses(t, files) {
		add("report", id, status)
	}
	return all
}

func decode(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ruleRows(t *testing.T, files map[string]string) []map[string]string {
	t.Helper()
	book, err := excelize.OpenReader(strings.NewReader(files["data/workbook.xlsx"]))
	decode(t, err)
	defer book.Close()
	rows, err := book.GetRows(render.SheetRules)
	decode(t, err)
	var list []map[string]string
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for i, text := range row {
			cells[rows[0][i]] = text
		}
		list = append(list, cells)
	}
	return list
}

type oscalFinding struct {
	Props []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"props"`
	Target struct {
		ID     string `json:"target-id"`
		Status struct {
			State, Reason, Remarks string
		} `json:"status"`
	} `json:"target"`
	Remarks string `json:"remarks"`
}

// oscalFindings are the findings of rules, by their ids.
func oscalFindings(t *testing.T, files map[string]string) map[string]oscalFinding {
	t.Helper()
	var results struct {
		Results struct {
			Results []struct {
				Findings []oscalFinding `json:"findings"`
			} `json:"results"`
		} `json:"assessment-results"`
	}
	decode(t, json.Unmarshal([]byte(files["data/oscal/assessment-results.json"]), &results))
	all := map[string]oscalFinding{}
	for _, f := range results.Results.Results[0].Findings {
		if strings.HasPrefix(f.Target.ID, "SV-") {
			all[f.Target.ID] = f
		}
	}
	return all
}

// planned are the rules in the plan of action.
func planned(t *testing.T, files map[string]string) []string {
	t.Helper()
	var plan struct {
		Plan struct {
			Items []oscalFinding `json:"poam-items"`
		} `json:"plan-of-action-and-milestones"`
	}
	decode(t, json.Unmarshal([]byte(files["data/oscal/poam.json"]), &plan))
	var ids []string
	for _, item := range plan.Plan.Items {
		for _, p := range item.Props {
			if p.Name == "rule-id" {
				ids = append(ids, p.Value)
			}
		}
	}
	return ids
}

// reportStatuses reads the part of the report with the STIG's rules: below which heading each stands.
func reportStatuses(t *testing.T, files map[string]string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, p := range render.Build(auditOf(t, files)).Parts {
		if !strings.HasPrefix(p.Title, "STIG: ") {
			continue
		}
		status := ""
		for _, block := range p.Blocks {
			switch block := block.(type) {
			case *render.Heading:
				status = string(evidence.StatusOf(evidence.Result(strings.TrimLeft(block.Text, "✓✗–?∅ "))))
			case *render.Paragraph:
				for i := range saidRules {
					if strings.Contains(block.Text, "SAID-00-"+saidID(i)) {
						all["V-"+saidID(i)] = status
					}
				}
			case *render.Table:
				for _, row := range block.Rows {
					if id, ok := strings.CutPrefix(row.Cells[0].Text, "SAID-00-"); ok {
						all["V-"+id] = status
					}
				}
			}
		}
	}
	return all
}

func auditOf(t *testing.T, files map[string]string) audit.Audit {
	t.Helper()
	var a audit.Audit
	decode(t, json.Unmarshal([]byte(files["data/audit.json"]), &a))
	return a
}
