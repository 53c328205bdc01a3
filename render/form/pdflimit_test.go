package form_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/render/form"
)

// TestHostilePDF holds that forms which are made to take long are read or refused within seconds.
func TestHostilePDF(t *testing.T) {
	states, kids := strings.Builder{}, strings.Builder{}
	for i := range 40_000 {
		fmt.Fprintf(&states, "/S%d 31 0 R", i)
		kids.WriteString(" 14 0 R")
	}
	long := "BT /F1 5 Tf " + strings.Repeat("1 0 0 1 20 650 Tm <"+strings.Repeat("0001", 50)+"> Tj ", 20_000) + "ET"
	ranges := "1 beginbfrange " + strings.Repeat("<0000> <ffff> <"+strings.Repeat("0041", 2000)+"> ", 200) + "endbfrange"
	answers := []evidence.AnsweredQuestionnaire{{Answers: []evidence.QuestionAnswer{{ID: "long", Status: evidence.Confirmed, Comment: strings.Repeat("x", 30_000)}}}}
	for _, c := range []struct {
		name string
		form made
		m    form.Map
	}{
		{"states", bigForm().with(map[int]string{10: "<</Subtype/Widget/FT/Btn/T(rdp yes)/Rect[0 0 9 9]/AP<</N<<" + states.String() + ">>>>>>"}, ""), fields(to("mfa", "long", "comment"))},
		{"widgets", bigForm().with(map[int]string{12: "<</FT/Btn/Ff 49152/T(mfa)/Kids[" + kids.String() + "]>>"}, ""), fields(to("mfa", "long", "comment"))},
		{"a box for one letter", bigForm().with(map[int]string{8: strings.Replace(bigForm().objects[8], "100 700 400 770", "100 700 104 702", 1)}, ""), fields(to("applicant.note", "long", "comment"))},
		{"texts", printedForm().with(map[int]string{28: fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(long), long),
			29: fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(ranges), ranges)}, ""), fields(to("mfa", "long", "comment"))},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, start := c.form.classic(), time.Now()
			_, _, err := form.Draft("f.pdf", data)
			_, errFill := form.Fill("f.pdf", data, c.m, answers)
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			} else {
				t.Logf("%v: %v; %v", took, err, errFill)
			}
		})
	}
}
