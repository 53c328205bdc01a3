package parse

import (
	"regexp"
	"strings"

	"auditpack/evidence"
)

// timeService reads what the Windows Time service says of itself: w32tm /query /status /verbose. Its labels are translated, and
// so are the words behind its numbers; their order is not ([MS-W32T] 2.2.17, W32TIME_STATUS_INFO, is the structure it prints). So a
// line is known by its place, and only where the values of all lines have the form that belongs there.
//
//	clock:leap-indicator   0 to 3; 3: not synchronised (RFC 1305, 3.2.1)
//	clock:reference        what it is synchronised with, as 0x and eight hexadecimal digits; 0x4C4F434C ("LOCL"): its own clock
//	clock:source           the name of that, as printed
//	clock:phase-offset     seconds, with a decimal point: the difference between the host's clock and its source's ([MS-W32T]
//	                       3.2.1.1, SysPhaseOffset). Which of the two a sign puts ahead is not said there.
//	clock:since-last-sync  seconds since the last successful synchronisation (TimeLastGoodSync)
var timeService = &Format{
	Name: "w32tm status", Doc: "The state of the Windows Time service as w32tm /query /status prints it, best with /verbose.",
	Collector: "clock", Kinds: []string{"clock"},
	Recognise: func(h Head) Match {
		var lines []Line
		for text := range strings.Lines(h.Text) {
			lines = append(lines, Line{Text: strings.TrimRight(text, "\r\n")})
		}
		if len(timeValues(lines, timeStatus)) > 0 {
			return Match{Sure: 80}
		}
		return Match{}
	},
	Read: readTimeService,
}

// timeForm is the form of a value, and the Address that it is handed on under; empty: it is not.
type timeForm struct {
	form    *regexp.Regexp
	address evidence.Address
}

var (
	anyText     = regexp.MustCompile(`^(.*)$`)
	numberWords = regexp.MustCompile(`^(-?\d{1,10}) ?\(`)
	seconds     = regexp.MustCompile(`^([+-]?\d{1,12}[.,]\d{1,9}) ?s$`)
)

// timeStatus are the lines of w32tm /query /status, timeVerbose those that /verbose adds.
var (
	timeStatus = []timeForm{
		{regexp.MustCompile(`^([0-3]) ?\(`), "clock:leap-indicator"},
		{numberWords, ""}, // stratum
		{numberWords, ""}, // precision
		{seconds, ""},     // root delay
		{seconds, ""},     // root dispersion
		{regexp.MustCompile(`^(0x[0-9A-Fa-f]{8})\b`), "clock:reference"},
		{anyText, ""}, // time of the last synchronisation, as the host's language writes it
		{anyText, "clock:source"},
		{numberWords, ""}, // poll interval
	}
	timeVerbose = []timeForm{
		{seconds, "clock:phase-offset"},
		{seconds, ""},     // clock rate
		{numberWords, ""}, // state machine
		{numberWords, ""}, // flags of the source
		{numberWords, ""}, // role of the server
		{numberWords, ""}, // error of the last synchronisation
		{seconds, "clock:since-last-sync"},
	}
)

// timeValue is a line's value.
type timeValue struct {
	text string
	line Line
}

// timeValues returns the values of the lines that have one, if the first of them have these forms; nil: they have not. Lines without
// a colon go on from the one before, as long ones do in some languages.
func timeValues(lines []Line, forms []timeForm) []timeValue {
	var values []timeValue
	for _, line := range lines {
		if _, value, ok := strings.Cut(line.Text, ":"); ok {
			values = append(values, timeValue{strings.TrimSpace(value), line})
		}
	}
	if len(values) < len(forms) {
		return nil
	}
	for i, f := range forms {
		if !f.form.MatchString(values[i].text) {
			return nil
		}
	}
	return values
}

// maxTimeLines is more than w32tm prints.
const maxTimeLines = 100

func readTimeService(src Source, sink evidence.Sink) error {
	var lines []Line
	err := eachLine(src, func(line Line) error {
		if lines = append(lines, line); len(lines) > maxTimeLines {
			return refuse("more than %d lines: not what w32tm prints", maxTimeLines)
		}
		return nil
	})
	if err != nil {
		return err
	}
	values := timeValues(lines, timeStatus)
	if values == nil {
		return refuse("the lines do not have the values that w32tm /query /status prints, in its order")
	}
	hand := func(values []timeValue, forms []timeForm) {
		for i, f := range forms {
			if text := f.form.FindStringSubmatch(values[i].text)[1]; f.address != "" && text != "" {
				text = strings.TrimPrefix(strings.Replace(text, ",", ".", 1), "+")
				if f.address == "clock:source" {
					text = values[i].text
				}
				sink.Setting(evidence.Setting{Address: f.address, Value: evidence.Text(text), Cite: values[i].line.Cite(src.Item)})
			}
		}
	}
	hand(values, timeStatus)
	if all := timeValues(lines, append(timeStatus[:len(timeStatus):len(timeStatus)], timeVerbose...)); len(all) == len(timeStatus)+len(timeVerbose) {
		hand(all[len(timeStatus):], timeVerbose)
		return nil
	}
	for _, address := range []evidence.Address{"clock:phase-offset", "clock:since-last-sync"} {
		sink.Problem(evidence.Problem{Scope: address, Message: "the lines that w32tm adds with /verbose are missing, or do not have the values that it prints",
			Cite: values[len(timeStatus)-1].line.Cite(src.Item)})
	}
	return nil
}
