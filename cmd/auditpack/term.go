package main

// How the program speaks.
//
// The result goes to stdout or to -o; talk goes to stderr, prefixed "auditpack: ", lower case, no full stop. One line an
// error. Text out of evidence is hostile: it passes through render.Clean before it is shown. Colour only on a terminal
// and not with NO_COLOR; without it nothing is lost, because a verdict is always a mark and a word. Widths are
// those of the screen, or COLUMNS. The last line says what to do next.

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"auditpack/evidence"
	"auditpack/render"
)

// printer passes the result on to stdout and remembers if that failed.
type printer struct {
	to  io.Writer
	err error
}

func (p *printer) Write(b []byte) (int, error) {
	n, err := p.to.Write(b)
	if p.err == nil {
		p.err = err
	}
	return n, err
}

// say writes one line of talk.
func say(w io.Writer, format string, args ...any) {
	text, _ := render.Clean(fmt.Sprintf(format, args...))
	fmt.Fprintf(w, "auditpack: %s\n", text)
}

// next writes the last line of a result, which says what to do with it.
func next(w io.Writer, format string, args ...any) {
	text, _ := render.Clean(fmt.Sprintf(format, args...))
	fmt.Fprintf(w, "next: %s\n", text)
}

// oneLine returns the text of err on one line.
func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}

// mark is the sign of a Result, by which it is told without colour.
func mark(r evidence.Result) string { return render.Mark(r) }

// style colours text for terminals that take it.
type style struct{ on bool }

func newStyle(w io.Writer) style {
	if p, ok := w.(*printer); ok {
		w = p.to
	}
	return style{os.Getenv("NO_COLOR") == "" && onTerminal(w)}
}

// onTerminal reports whether what is written goes to a terminal on which a line can be coloured and written over.
func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd()) && os.Getenv("TERM") != "dumb" && drawsEscapes(f)
}

// result colours text like the verdict it belongs to.
func (s style) result(r evidence.Result, text string) string {
	codes := map[evidence.Result]string{evidence.Pass: "32", evidence.Fail: "31", evidence.NeedsReview: "33", evidence.NotCollected: "35", evidence.NotApplicable: "90"}
	return s.paint(codes[r], text)
}

func (s style) bold(text string) string { return s.paint("1", text) }
func (s style) dim(text string) string  { return s.paint("90", text) }

func (s style) paint(code, text string) string {
	if !s.on || code == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// width returns how many columns a line may have: those of the screen, else 100.
func width() int { return cmp.Or(screen(), 100) }

// screen returns how many columns the screen has: COLUMNS, else what the terminal says; 0 if neither is known.
func screen() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= 40 {
		return n
	}
	for _, f := range []*os.File{os.Stdout, os.Stderr} { // the one may be redirected and the other show how far a capture is
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n >= 40 {
			return n
		}
	}
	return 0
}

// wrap breaks text into lines of at most columns characters and indents all but the first. It breaks at blanks, else after
// one of | , ; so that an identifier, a digest or a path can be copied in one piece: what is longer than a line runs over.
func wrap(text string, columns int, indent string) string {
	columns = max(columns-utf8.RuneCountInString(indent), 20)
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		line := []rune(paragraph)
		for len(line) > columns {
			cut := breakAt(line, columns)
			if cut == 0 {
				break
			}
			lines = append(lines, strings.TrimRight(string(line[:cut]), " "))
			line = []rune(strings.TrimLeft(string(line[cut:]), " "))
		}
		lines = append(lines, string(line))
	}
	return strings.Join(lines, "\n"+indent)
}

// breakAt returns where a line that is longer than columns is broken: at the last blank, unless that would leave a short
// line and there is a separator, else at the next place that there is; 0 if there is none.
func breakAt(line []rune, columns int) int {
	last := func(of string, to int) int {
		for i := to; i > 0; i-- {
			if strings.ContainsRune(of, line[i-1]) {
				return i
			}
		}
		return 0
	}
	blank, separator := last(" ", columns+1), cmp.Or(last("|;", columns), last(",", columns))
	switch {
	case blank > columns/3 || blank > separator:
		return blank
	case separator > 0:
		return separator
	}
	for i := columns + 1; i < len(line); i++ {
		if strings.ContainsRune(" |;,", line[i-1]) {
			return i
		}
	}
	return 0
}

// wrapColoured is wrap for a line with colours, which have no width.
func wrapColoured(text string, columns int, indent string) string {
	var b strings.Builder
	at := 0
	for i, word := range strings.Split(text, " ") {
		n := utf8.RuneCountInString(colours.ReplaceAllString(word, ""))
		switch {
		case i == 0:
		case at+1+n > columns:
			b.WriteString("\n" + indent)
			at = utf8.RuneCountInString(indent)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

var colours = regexp.MustCompile("\x1b\\[[0-9]+m")

// clean makes text from evidence fit to be shown.
func clean(s string) string {
	text, _ := render.Clean(s)
	return text
}

// asOf returns the as-of time: the flag, else SOURCE_DATE_EPOCH, else the clock. Nothing else of an audit is read from a clock.
func asOf(flag string) (time.Time, error) {
	if flag != "" {
		return parseTime("--as-of", flag)
	}
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return time.Time{}, &usageError{fmt.Errorf("SOURCE_DATE_EPOCH is %q: not a number of seconds", epoch)}
		}
		return time.Unix(seconds, 0).UTC(), nil
	}
	return time.Now().UTC().Truncate(time.Second), nil
}

// parseTime reads a time as RFC 3339, or a date, which is midnight UTC.
func parseTime(name, text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, time.UTC); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, &usageError{fmt.Errorf("%s %q is not a time: write 2026-11-22T10:15:00Z or 2026-11-22", name, text)}
}
