package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/trend"
	"auditpack/render"
)

// showTrend prints one screen, then the lists: what is open, oldest first, then what else moved.
func showTrend(w io.Writer, t trend.Trend) {
	st := newStyle(w)
	sentence, numbers := render.TrendSummary(t)
	fmt.Fprintf(w, "%s\n", wrap(sentence, width(), ""))
	for _, f := range numbers {
		fmt.Fprintf(w, "%s\n", wrap(clean(f.Label+": "+f.Value[0].Text), width(), "  "))
	}
	for _, h := range t.Hosts {
		fmt.Fprintf(w, "\n%s  %s\n", st.bold(clean(h.Name)), clean(h.OS))
		showOverTime(w, st, h, h.Guide)
		showSections(w, st, h)
		for _, s := range h.Benchmarks {
			fmt.Fprintf(w, "  %s\n", st.bold(wrap(clean(benchmarkName(s)), width()-2, "  ")))
			showOverTime(w, st, h, s)
		}
	}
	for _, h := range t.Hosts {
		on := ""
		if len(t.Hosts) > 1 {
			on = " on " + clean(h.Name)
		}
		showFindings(w, st, h, h.Guide, on)
		for _, s := range h.Benchmarks {
			showFindings(w, st, h, s, on+": "+clean(benchmarkName(s)))
		}
	}
	showExceptions(w, st, t)
	for i, n := range t.Notes {
		if i == 0 {
			fmt.Fprintf(w, "\n%s\n", st.bold("compare with care"))
		}
		fmt.Fprintf(w, "  %s\n", wrap(clean(n), width(), "    "))
	}
}

func benchmarkName(s trend.Series) string {
	if s.Site != "" {
		return s.Title + ", " + s.Site
	}
	return s.Title
}

// bar is a line of marks, one for each statement, or for a share of them where there are more than room.
func bar(st style, c audit.Counts, room int) string {
	total := c.Total()
	text := ""
	for i, n := range shares(c, room) {
		r := evidence.Results[i]
		text += st.result(r, strings.Repeat(mark(r), n))
	}
	return text + strings.Repeat(" ", max(0, room-min(total, room)))
}

// shares divides room marks among the Results by their counts. What occurs has one mark at least.
func shares(c audit.Counts, room int) []int {
	total, given, most := c.Total(), 0, 0
	list := make([]int, len(evidence.Results))
	for i, r := range evidence.Results {
		list[i] = c.Of(r)
		if total > room && list[i] > 0 {
			list[i] = max(1, list[i]*room/total)
		}
		given += list[i]
		if list[i] > list[most] {
			most = i
		}
	}
	list[most] = max(0, list[most]+min(total, room)-given)
	return list
}

// showOverTime prints a bar for each package.
func showOverTime(w io.Writer, st style, h trend.Host, s trend.Series) {
	room := min(max(width()-46, 10), 60)
	for i, p := range h.Points {
		c := s.Counts[i]
		if c.Total() == 0 {
			fmt.Fprintf(w, "  %s  %s\n", day(p.AsOf), st.dim("not judged"))
			continue
		}
		release := ""
		if len(s.Sections) == 0 {
			release = "  " + st.dim(clean(s.Releases[i]))
		}
		fmt.Fprintf(w, "  %s  %s  %s%s\n", day(p.AsOf), bar(st, c, room), strings.TrimSpace(sectionCounts(c)), release)
	}
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }

// showSections prints for each section how many statements failed, package by package, and a bar of the newest.
func showSections(w io.Writer, st style, h trend.Host) {
	const most = 6
	from := max(0, len(h.Points)-most)
	numbers := 4 * (len(h.Points) - from)
	names := min(max(width()-numbers-34, 12), 40)
	room := max(width()-names-numbers-6, 8)
	fmt.Fprintf(w, "  %s\n", st.dim(fmt.Sprintf("%-*s %*s  %s", names, "section", numbers, "fail", day(h.Points[len(h.Points)-1].AsOf))))
	for _, s := range h.Guide.Sections {
		line := fmt.Sprintf("  %s ", padded(clean(s.Title), names))
		for _, c := range s.Counts[from:] {
			if c.Total() == 0 {
				line += "   –"
				continue
			}
			line += fmt.Sprintf("%4d", c.Fail)
		}
		now := s.Counts[len(s.Counts)-1]
		if now.Total() == 0 {
			fmt.Fprintf(w, "%s  %s\n", line, st.dim("no longer asked"))
			continue
		}
		fmt.Fprintf(w, "%s  %s\n", line, strings.TrimRight(bar(st, now, room), " "))
	}
}

// padded is text on exactly n columns.
func padded(text string, n int) string {
	text = strings.ReplaceAll(text, "\n", " ")
	if k := utf8.RuneCountInString(text); k <= n {
		return text + strings.Repeat(" ", n-k)
	}
	return string([]rune(text)[:n-1]) + "…"
}

// maxListed is how many statements of one kind are listed; the rest is counted. What of the guide is open is listed whole.
const maxListed = 40

func showFindings(w io.Writer, st style, h trend.Host, s trend.Series, of string) {
	if len(s.Open) > 0 {
		fmt.Fprintf(w, "\n%s\n", st.bold("open findings, oldest first"+of))
	}
	for i, f := range s.Open {
		if len(s.Sections) == 0 && i == maxListed {
			fmt.Fprintf(w, "  … and %d more: --format json shows all\n", len(s.Open)-i)
			break
		}
		if i == 0 || !f.Opened.Equal(s.Open[i-1].Opened) {
			earlier := ""
			if f.Opened.Equal(h.First(s)) {
				earlier = " or earlier"
			}
			fmt.Fprintf(w, "  %s\n", st.dim(fmt.Sprintf("since %s%s, %d days", day(f.Opened), earlier, f.Days)))
		}
		showFinding(w, st, f, f.Remarks())
	}
	if len(s.Lost) > 0 {
		fmt.Fprintf(w, "\n%s\n", st.bold("no longer known, which is no fix"+of))
	}
	for i, l := range s.Lost {
		if i == maxListed {
			fmt.Fprintf(w, "  … and %d more: --format json shows all\n", len(s.Lost)-i)
			break
		}
		remark := fmt.Sprintf("was %s on %s", l.Was, day(l.Known))
		if l.New {
			remark = "new: " + remark
		}
		showFinding(w, st, trend.Finding{ID: l.ID, Text: l.Text, Severity: l.Severity, Now: l.Now}, []string{remark})
	}
	showClosed(w, st, s, of)
	if len(s.Dropped) > 0 {
		fmt.Fprintf(w, "\n%s\n", st.bold("failed, and not asked any more"+of))
		for _, f := range s.Dropped {
			showFinding(w, st, f, []string{"last seen failing " + day(f.LastSeen)})
		}
	}
	for _, c := range s.Scope {
		fmt.Fprintf(w, "\n%s\n", st.bold("asked anew"+of))
		fmt.Fprintf(w, "  %s: %s → %s: %d added, %d removed, %d worded anew, %d of another severity: no drift of the server\n",
			day(c.AsOf), clean(c.From), clean(c.To), len(c.Added), len(c.Removed), len(c.Reworded), len(c.Regraded))
	}
}

func showFinding(w io.Writer, st style, f trend.Finding, remarks []string) {
	fmt.Fprintf(w, "  %s %s  %s\n", st.result(f.Now, mark(f.Now)), st.bold(clean(f.ID)), st.dim(string(f.Severity)))
	fmt.Fprintf(w, "      %s\n", wrap(clean(f.Text), width(), "      "))
	if len(remarks) > 0 {
		fmt.Fprintf(w, "      %s\n", wrap(clean(strings.Join(remarks, "; ")), width(), "      "))
	}
}

func showClosed(w io.Writer, st style, s trend.Series, of string) {
	if len(s.Closed) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", st.bold("fixed"+of))
	for i, f := range s.Closed {
		if i == maxListed {
			fmt.Fprintf(w, "  … and %d more: --format json shows all\n", len(s.Closed)-i)
			return
		}
		if i == 0 || !f.Closed.Equal(s.Closed[i-1].Closed) || !f.Opened.Equal(s.Closed[i-1].Opened) {
			fmt.Fprintf(w, "  %s\n", st.dim(fmt.Sprintf("%s → %s, %d days", day(f.Opened), day(f.Closed), f.Days)))
		}
		text := strings.Join(append([]string{f.ID}, f.Remarks()...), "  ")
		fmt.Fprintf(w, "  %s %s\n", st.result(f.Now, mark(f.Now)), wrap(clean(text), width()-4, "    "))
	}
}

func showExceptions(w io.Writer, st style, t trend.Trend) {
	for i, x := range t.Exceptions {
		if i == 0 {
			fmt.Fprintf(w, "\n%s\n", st.bold("exceptions"))
		}
		text := fmt.Sprintf("%s  %s, by %s", x.Control, x.Remark(), x.Approver)
		if x.Renewed > 0 {
			text += fmt.Sprintf(", put off %d times", x.Renewed)
		}
		if len(x.Failing) == 0 {
			text += "; nothing fails that it accepts"
		}
		sign := " "
		if x.Soon || x.Standing == evidence.Expired {
			sign = st.result(evidence.NeedsReview, "!")
		}
		fmt.Fprintf(w, "  %s %s\n", sign, wrap(clean(text), width()-4, "    "))
	}
}
