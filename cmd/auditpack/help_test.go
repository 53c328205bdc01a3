package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestHelpFits holds that the help of every command fits a screen of 80 columns, but for what somebody may copy, and says
// the same as on a wide one.
func TestHelpFits(t *testing.T) {
	help := func(columns string, cmd *cobra.Command) string {
		t.Setenv("COLUMNS", columns)
		var b bytes.Buffer
		cmd.SetOut(&b)
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		narrow, wide := help("80", cmd), help("1000", cmd)
		for _, line := range strings.Split(narrow, "\n") {
			if runes(line) > 80 && !typed.MatchString(line) {
				t.Errorf("%s: %d columns: %s", cmd.CommandPath(), runes(line), line)
			}
		}
		if !slices.Equal(strings.Fields(narrow), strings.Fields(wide)) {
			t.Errorf("%s: the narrow help says something else", cmd.CommandPath())
		}
		for _, sub := range cmd.Commands() {
			look(sub)
		}
	}
	look(newRootCommand())
}

func TestFit(t *testing.T) {
	long := strings.Repeat("word ", 22) + "end" // no room for another word in 113 columns
	for _, c := range []struct{ text, want string }{
		{"short\nlines\n", "short\nlines\n"},
		{"one two three four five\n", "one two three four\nfive\n"},
		{"  -f, --file name   one two three\n", "  -f, --file name\n         one two\n         three\n"},
		{"  0  one two three four\n  1  one\n", "  0  one two three\n     four\n  1  one\n"},
		{long + "\nsecond\n", strings.Repeat("word word word\n", 7) + "word end second\n"},
		{long + "\n\nsecond\n", strings.Repeat("word word word\n", 7) + "word end\n\nsecond\n"},
		{"  auditpack verify package.zip --trust\n", "  auditpack verify package.zip --trust\n"},
		{"  a-word-that-is-longer-than-the-screen\n", "  a-word-that-is-longer-than-the-screen\n"},
	} {
		if got := fit(c.text, 18); got != c.want {
			t.Errorf("%q:\n%s\nwant\n%s", c.text, got, c.want)
		}
	}
}

// TestFlagGroups holds that every flag of a command whose help has groups is in one of them, once.
func TestFlagGroups(t *testing.T) {
	cmd := newPackCommand()
	seen := map[string]int{}
	for _, g := range packGroups {
		for _, name := range g.flags {
			seen[name]++
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^ +(?:-., )?--([a-z-]+)`).FindAllStringSubmatch(cmd.Flags().FlagUsages(), -1) {
		if seen[m[1]] != 1 {
			t.Errorf("--%s is in %d groups", m[1], seen[m[1]])
		}
	}
	if len(seen) < 20 {
		t.Errorf("%d flags", len(seen))
	}
	var b bytes.Buffer
	cmd.SetOut(&b)
	if err := cmd.Help(); err != nil {
		t.Fatal(err)
	}
	for name := range seen {
		if strings.Count(b.String(), "--"+name+" ") == 0 {
			t.Errorf("the help does not list --%s", name)
		}
	}
	if !strings.Contains(b.String(), "\nSTIG benchmarks:\n      --stig file ") || !strings.Contains(b.String(), "EXIT STATUS") {
		t.Errorf("the help is\n%s", b.String())
	}
}
