package form_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"auditpack/render/form"
)

// printedForm is a form that names its fields for nobody: what they are is printed on the page, in a font with its own
// codes, in a turned-off state, by every operator that shows text.
func printedForm() made {
	content := "q 2 0 0 2 0 0 cm 1 w 0 0 m BT /F1 5 Tf 10 390 Td <00010002> Tj <0003> Tj ET Q\n" + // 20 780: left of the name
		"BT /F2 10 Tf 1 0 0 1 20 642 Tm [(Is there) -300 (MFA?)] TJ ET " +
		"BT /F2 10 Tf 1 0 0 1 114 642 Tm (at all times) Tj 1 0 0 1 144 642 Tm ET " +
		"BT /F2 10 Tf 12 TL 1 0 0 1 20 626 Tm (Are logs kept,) Tj T* (and for how long?) Tj ET " +
		"BI /W 1 /H 1 ID \x00(( EI BT /F2 10 Tf 100 602 Td (Plans) Tj ET " +
		"BT /F2 10 Tf 400 545 Td (far away) Tj ET"
	unicode := "1 beginbfrange <0001> <0002> <004e> endbfrange 1 beginbfchar <0003> <00eb> endbfchar"
	return bigForm().with(map[int]string{
		4:  strings.Replace(bigForm().objects[4], "/Resources<<>>", "/Contents[28 0 R 99 0 R]", 1),
		2:  "<</Type/Pages/Kids[4 0 R 5 0 R]/Count 2/MediaBox[0 0 595 842]/Resources<</Font<</F1 32 0 R/F2 20 0 R>>>>>>",
		7:  strings.Replace(bigForm().objects[7], "/TU(Name of the\\nApplicant)", "", 1),
		28: fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(content), content),
		29: fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(unicode), unicode),
		32: "<</Type/Font/Subtype/Type0/BaseFont/Own/Encoding/Identity-H/DescendantFonts[33 0 R]/ToUnicode 29 0 R>>",
		33: "<</Type/Font/Subtype/CIDFontType2/BaseFont/Own/W[1[600 700] 3 3 500]>>",
	}, "")
}

// TestLabels holds what a draft calls the fields of forms that print what they are beside them.
func TestLabels(t *testing.T) {
	file := func(name string) []byte {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, c := range []struct {
		name string
		data []byte
		want []string
	}{
		{"our own", printedForm().classic(), []string{
			"field: \"applicant.name\"\n#    label: \"NOë\"\n",
			"field: \"mfa\"\n#    label: \"Is there MFA?\"\n#    # options: \"Ja, immer\", \"Nein\", page 1\n",
			"field: \"logs\"\n#    label: \"Are logs kept, and for how long?\"\n",
			"field: \"plan\"\n#    label: \"Plans\"\n",
			"field: \"date\"\n#    # text", // nothing is printed near it
		}},
		{"LibreOffice", file("../../templates/sample/application.pdf"), []string{
			"field: \"q1\"\n#    label: \"1. Is Remote Desktop switched off on the server that manages customers' machines?\"\n#    # options: \"Yes\", \"No\", \"Partly\", \"In part\" stands beside \"Partly\", page 1\n",
			"field: \"comments\"\n#    label: \"C. Comments on question 1\"\n",
			"field: \"evidence\"\n#    label: \"The applicant keeps evidence for the answer to question 4 and shows it on request.\"\n",
		}},
		{"pdfcpu", file("testdata/pdfcpu.pdf"), []string{"field: \"rdpoff\"\n#    label: \"RDP off\"\n", "field: \"backups\"\n#    label: \"Backups\"\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, _, err := form.Draft("f.pdf", c.data)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(string(text), want) {
					t.Errorf("%q is not in\n%s", want, text)
				}
			}
		})
	}
}
