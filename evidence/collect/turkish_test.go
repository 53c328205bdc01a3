package collect

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// TestBothI holds that the script's rules find what the capture's do where i and I are two letters: an I outside of a class stands
// nowhere, and what Go makes of the pattern is the same on the rules' own words in small and in capital letters.
func TestBothI(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`(?i)(\bapiKey\s*=\[I)[^i]*`, `(?i)(\bap[iI]Key\s*=\[[iI])[^iI]*`}, {`pin`, `pin`}, {`(?i)\i[a\]i]I`, `(?i)\i[a\]iI][iI]`}, {``, ``},
	} {
		if got := bothI(c.in); got != c.want {
			t.Errorf("%s: %s, want %s", c.in, got, c.want)
		}
	}
	found := 0
	for _, r := range Rules() {
		patterns := r.Text
		if r.Values != nil {
			patterns = []string{r.Values.Key, r.Values.Name}
		}
		for _, p := range patterns {
			mine, script := regexp.MustCompile(p), regexp.MustCompile(bothI(p))
			for _, word := range r.Words {
				for _, text := range []string{
					word + `="hunter2" `, `<add key="` + word + `" value="hunter2" />`, `--` + word + `=hunter2 `, word + " = hunter2\n", `<` + word + `>hunter2</`, word,
				} {
					for _, text := range []string{text, strings.ToUpper(text), strings.Map(unicode.ToLower, text)} {
						a, b := mine.FindStringIndex(text), script.FindStringIndex(text)
						if len(a) != len(b) || len(a) == 2 && (a[0] != b[0] || a[1] != b[1]) {
							t.Errorf("%s: %q: %v, and in the script %v", r.Name, text, a, b)
						}
						if a != nil {
							found++
						}
					}
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("%d found: this test looks for nothing", found)
	}
}
