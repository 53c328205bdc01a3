package form_test

import (
	"regexp"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/render/form"
)

// looks fills one field and returns what is drawn for each of its places.
func looks(t *testing.T, m made, field, text string) (streams []string, look []evidence.FormNote) {
	t.Helper()
	data := m.classic()
	answers := []evidence.AnsweredQuestionnaire{{Answers: []evidence.QuestionAnswer{{ID: "q", Comment: text}}}}
	filled, err := form.Fill("f.pdf", data, fields(to(field, "q", "comment")), answers)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?s)<</Type/XObject.*?endstream`).FindAllString(string(filled.Data[len(data):]), -1), filled.Form.Look
}

// TestLooks holds how texts are drawn: font, size, colour, turn, background, places of lines. Widths are those that Adobe
// publishes: of Helvetica 556 for a digit, of Times 500, of Courier 600.
func TestLooks(t *testing.T) {
	seven := bigForm().objects[7]
	right := bigForm().with(map[int]string{7: strings.Replace(seven, "/MaxLen", "/Q 2/DA(/Ti 10 Tf 1 0 0 rg)/MaxLen", 1)}, "")
	for _, c := range []struct {
		name  string
		form  made
		field string
		text  string
		want  []string // in the first place, and in the second
	}{
		{"an open size", bigForm(), "applicant.name", "12", []string{
			"/BBox[0 0 300 20]/Resources", "q 0.9 0.9 1 rg 0 0 300 20 re f Q\nq 0 G 1 w 0.5 0.5 299 19 re S Q\n/Tx BMC\nq\n1 1 298 18 re W n\nBT\n0 g /F 12 Tf\n2 6.88 Td\n(12) Tj\nET\nQ\nEMC"}},
		{"at the right, in Times", right, "applicant.name", "123", []string{"1 0 0 rg /F 10 Tf\n283 7.4 Td\n(123) Tj"}}, // 300 - 2 - 3 · 5
		{"lines, and turned", bigForm(), "applicant.note", "one\ntwo", []string{
			"0 0 0.5 rg /F 9 Tf\n2 61.16 Td\n(one) Tj\n0 -10.35 Td\n(two) Tj\n",                                                // 70 - 2 - 0.76 · 9; 1.15 · 9
			"/BBox[0 0 100 200]/Matrix[0 1 -1 0 200 0]", "1 0 0 rg /F 8 Tf\n83.6 191.92 Td\n(one) Tj\n0 -9.2 Td\n(two) Tj\n"}}, // 100 - 2 - 3 · 4.8
		{"a cell for each", bigForm(), "date", "7(", []string{"/F 10 Tf\n7 7.4 Td\n(7) Tj\n20 0 Td\n(\\() Tj\n"}}, // 10 cells of 20; 10 - 3
	} {
		t.Run(c.name, func(t *testing.T) {
			streams, _ := looks(t, c.form, c.field, c.text)
			for _, want := range c.want {
				if !strings.Contains(strings.Join(streams, "\n"), want) {
					t.Errorf("%s\nis not in\n%s", want, strings.Join(streams, "\n"))
				}
			}
		})
	}
	narrow := bigForm().with(map[int]string{7: strings.NewReplacer("/Rect[100 780 400 800]", "/Rect[100 780 204 800]", "/MaxLen 40", "/DA(/Cour 10 Tf)").Replace(seven)}, "")
	for text, want := range map[string]string{ // 100 points; a character of Courier is 6 at the size 10, 3.6 at 6
		strings.Repeat("7", 16): "/F 10 Tf", strings.Repeat("7", 20): "/F 8.333 Tf", strings.Repeat("7", 40): "/F 6 Tf",
	} {
		streams, look := looks(t, narrow, "applicant.name", text)
		if len(streams) != 1 || !strings.Contains(streams[0], want) {
			t.Errorf("%s: %s, want %s", text, streams, want)
		}
		if cut := len(text) == 40; cut != (len(look) == 1 && strings.Contains(look[0].Why, "shows about 69 % of the text")) {
			t.Errorf("%s: %v", text, look)
		}
	}
	low := bigForm().with(map[int]string{8: strings.Replace(bigForm().objects[8], "100 700 400 770", "100 700 400 724", 1), 25: strings.Replace(bigForm().objects[25], "9 0 R", "", 1)}, "")
	if _, look := looks(t, low, "applicant.note", "a\nb\nc\nd\ne"); len(look) != 1 || !strings.Contains(look[0].Why, "shows 3 of 5 lines") {
		t.Errorf("%v", look)
	}
}
