package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// helpWidth is how wide the texts of the help are written, and shown where the width of the screen is not known.
const helpWidth = 120

// fitHelp makes the help of all commands as narrow as the screen.
func fitHelp(root *cobra.Command) {
	show := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		var text bytes.Buffer
		out := cmd.OutOrStdout()
		cmd.SetOut(&text)
		show(cmd, args)
		cmd.SetOut(out)
		columns := screen()
		if columns == 0 {
			columns = helpWidth
		}
		fmt.Fprint(out, fit(text.String(), columns))
	})
}

// label is what stands before the text of an entry in a list: two blanks or more are between them.
var label = regexp.MustCompile(`^ +\S+(?: \S+)* {2,}`)

// typed is a line that somebody may copy.
var typed = regexp.MustCompile(`^ +(?:auditpack|powershell\.exe|\./) ?`)

// fit breaks the lines of a help text that are longer than columns. Lines of a paragraph that is broken already are put
// together before, so that none is left with a word or two.
func fit(text string, columns int) string {
	lines := strings.Split(text, "\n")
	var out []string
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		indent := len(line) - len(strings.TrimLeft(line, " "))
		hang, long := max(indent, runes(label.FindString(line))), runes(line) > columns
		end := i + 1
		for ; end < len(lines) && goesOn(lines[end-1], lines[end], hang, indent); end++ {
			long = long || runes(lines[end]) > columns
		}
		if !long || typed.MatchString(line) {
			out = append(out, line)
			continue
		}
		for _, more := range lines[i+1 : end] {
			line += " " + strings.TrimLeft(more, " ")
		}
		i = end - 1
		hang = min(hang, columns/2)
		out = append(out, line[:indent]+hung(line[indent:], columns, indent, hang))
	}
	return strings.Join(out, "\n")
}

// goesOn says whether a line is the rest of the one above it, which had no room for its first word.
func goesOn(above, line string, hang, indent int) bool {
	words := strings.TrimLeft(line, " ")
	at := len(line) - len(words)
	if words == "" || above == "" || label.MatchString(line) || typed.MatchString(line) || at != hang && at != indent {
		return false
	}
	first, _, _ := strings.Cut(words, " ")
	return runes(above)+1+runes(first) > helpWidth-16
}

// hung breaks a text that begins at column indent, and indents what follows its first line to column hang.
func hung(text string, columns, indent, hang int) string {
	var b strings.Builder
	at := indent
	for i, word := range strings.SplitAfter(text, " ") {
		if n := runes(strings.TrimRight(word, " ")); i > 0 && at+n > columns && at > hang {
			cut := strings.TrimRight(b.String(), " ")
			b.Reset()
			b.WriteString(cut + "\n" + strings.Repeat(" ", hang))
			if at = hang; n == 0 {
				continue
			}
		}
		b.WriteString(word)
		at += runes(word)
	}
	return b.String()
}

func runes(s string) int { return len([]rune(s)) }
