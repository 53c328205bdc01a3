package check

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// iisValueKind judges one attribute at one level as the rules of a STIG do: the server's alone, or each site's.
var iisValueKind = &Kind{
	Name: "iis-value",
	Doc: "Address iis:[LOCATION]/ELEMENT@ATTRIBUTE; LOCATION empty: the server level alone; *: each site, where an application that overrides" +
		" it for the worse needs review. Want: alternatives of the effective value: = TEXT, >= N, <= N, A..B (numbers), minutes <= N and" +
		" the like (a time such as 00:15:00, or a number of minutes), flags A B (has all of these flags), absent (nobody sets it);" +
		" and explicit: a value that nobody sets fails, whatever IIS assumes.",
	Prepare: prepareIISValue,
}

// valueWant is what an attribute of IIS has to be.
type valueWant struct {
	texts    []string
	bounds   []alternative
	minutes  []alternative
	flags    [][]string
	absent   bool
	explicit bool
}

func parseValueWant(want []string) (valueWant, error) {
	var w valueWant
	for _, line := range want {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		var a alternative
		var err error
		switch {
		case line == "absent":
			w.absent = true
		case line == "explicit":
			w.explicit = true
		case word == "=" && rest != "":
			w.texts = append(w.texts, rest)
		case word == "flags" && rest != "":
			w.flags = append(w.flags, strings.Fields(rest))
		case word == "minutes":
			a, err = parseBounds(rest)
			w.minutes = append(w.minutes, a)
		default:
			a, err = parseBounds(strings.TrimSpace(line))
			w.bounds = append(w.bounds, a)
		}
		if err != nil {
			return w, err
		}
	}
	if len(w.texts)+len(w.bounds)+len(w.minutes)+len(w.flags) == 0 && !w.absent {
		return w, fmt.Errorf("nothing is wanted")
	}
	return w, nil
}

func (w valueWant) String() string {
	var parts []string
	for _, t := range w.texts {
		parts = append(parts, "is "+t)
	}
	for _, a := range w.bounds {
		parts = append(parts, a.words)
	}
	for _, a := range w.minutes {
		parts = append(parts, a.words+" minutes")
	}
	for _, f := range w.flags {
		parts = append(parts, "has "+strings.Join(f, " and "))
	}
	if w.absent {
		parts = append(parts, "is not set")
	}
	return strings.Join(parts, " or ")
}

// holds compares the text of an attribute; ok is false where it has none of the forms that are asked for.
func (w valueWant) holds(text string) (holds, ok bool) {
	text = strings.TrimSpace(text)
	if slices.ContainsFunc(w.texts, func(t string) bool { return strings.EqualFold(t, text) }) {
		return true, true
	}
	ok = len(w.texts) > 0 || len(w.flags) > 0
	for _, flags := range w.flags {
		has := func(flag string) bool {
			return slices.ContainsFunc(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }),
				func(t string) bool { return strings.EqualFold(t, flag) })
		}
		if !slices.ContainsFunc(flags, func(f string) bool { return !has(f) }) {
			return true, true
		}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && len(w.bounds) > 0 {
		ok = true
		if within(w.bounds, n) {
			return true, true
		}
	}
	if seconds, known := timeSpan(text); known && len(w.minutes) > 0 {
		ok = true
		for _, a := range w.minutes { // bounds are in minutes, so that 00:05:01 is more than 5
			if seconds >= clampMinutes(a.low) && seconds <= clampMinutes(a.high) {
				return true, true
			}
		}
	}
	return false, ok
}

func within(alternatives []alternative, n int64) bool {
	return slices.ContainsFunc(alternatives, func(a alternative) bool { return a.low <= n && n <= a.high })
}

func clampMinutes(n int64) int64 {
	return max(-noBound, min(noBound, 60*max(-noBound/60, min(noBound/60, n))))
}

var span = regexp.MustCompile(`^(?:(\d{1,6})\.)?(\d{1,2}):(\d{2}):(\d{2})$`)

// timeSpan reads 1.05:00:00, or a plain number of minutes, as seconds.
func timeSpan(text string) (int64, bool) {
	if n, err := strconv.ParseInt(text, 10, 32); err == nil && n >= 0 {
		return 60 * n, true
	}
	m := span.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	total := int64(0)
	for i, factor := range []int64{86400, 3600, 60, 1} {
		if m[i+1] != "" {
			n, _ := strconv.ParseInt(m[i+1], 10, 64)
			total += n * factor
		}
	}
	return total, true
}

// schemaDefaults are the values that IIS assumes for attributes that nobody sets, beside those in iisDefaults.
var schemaDefaults = map[string]string{
	"system.webserver/security/requestfiltering/requestlimits@maxurl":         "4096",
	"system.webserver/security/requestfiltering/requestlimits@maxquerystring": "2048",
	"system.webserver/security/requestfiltering@allowhighbitcharacters":       "true",
	"system.webserver/security/requestfiltering@allowdoubleescaping":          "false",
	"system.webserver/security/requestfiltering/fileextensions@allowunlisted": "true",
	"system.webserver/security/isapicgirestriction@notlistedisapisallowed":    "false",
	"system.webserver/security/isapicgirestriction@notlistedcgisallowed":      "false",
	"system.applicationhost/log@centrallogfilemode":                           "Site",
	"system.webserver/httplogging@dontlog":                                    "false",
	"system.webserver/httplogging@selectivelogging":                           "LogAll",
	"system.applicationhost/sites/site/logfile@enabled":                       "true",
	"system.applicationhost/sites/site/logfile@logextfileflags":               "Date, Time, ClientIP, UserName, ServerIP, Method, UriStem, UriQuery, TimeTaken, HttpStatus, Win32Status, ServerPort, UserAgent, HttpSubStatus, Referer", // from IIS 8 on
	"system.applicationhost/sites/site/logfile@logformat":                     "W3C",
	"system.applicationhost/sites/site/logfile@logtargetw3c":                  "File",
	"system.applicationhost/sites/site/limits@maxconnections":                 "4294967295",
	"system.applicationhost/sites/site/hsts@enabled":                          "false",
	"system.applicationhost/sites/site/hsts@includesubdomains":                "false",
	"system.applicationhost/sites/site/hsts@max-age":                          "0",
	"system.applicationhost/sites/site/hsts@redirecthttptohttps":              "false",
	"processmodel/idletimeout":                                                "00:20:00",
	"recycling/periodicrestart/requests":                                      "0",
	"failure/rapidfailprotection":                                             "true",
	"failure/rapidfailprotectioninterval":                                     "00:05:00",
}

func schemaDefault(element, attribute string) (string, bool) {
	if text, ok := iisDefault(element, attribute); ok {
		return text, true
	}
	text, ok := schemaDefaults[strings.ToLower(element+"@"+attribute)]
	return text, ok
}

func prepareIISValue(c evidence.Check) (Judge, error) {
	pattern, element, attribute, err := iisAddress(c.Address)
	if err != nil {
		return nil, err
	}
	if attribute == "" || pattern != "" && pattern != "*" {
		return nil, fmt.Errorf("address %q is neither iis:[]/ELEMENT@ATTRIBUTE nor iis:[*]/ELEMENT@ATTRIBUTE", c.Address)
	}
	want, err := parseValueWant(c.Want)
	if err != nil {
		return nil, err
	}
	expected := fmt.Sprintf("%s of %s %s", attribute, lastOf(element), want)
	return func(k Case) []evidence.Reason {
		v := iisView{k.Facts, k.Site}
		return v.eachLevel(c.Address, pattern, element, expected, func(location string) []evidence.Reason {
			return v.judgeValue(location, element, attribute, expected, want)
		})
	}, nil
}

// eachLevel judges the server level alone, or each site and what overrides it below. The rules speak of sites, so a
// fail below one needs review.
func (v iisView) eachLevel(a evidence.Address, pattern, element, expected string, judge func(location string) []evidence.Reason) []evidence.Reason {
	if pattern == "" {
		return judge("")
	}
	return v.eachTarget(a, pattern, element, expected, func(location string) []evidence.Reason {
		reasons := judge(location)
		for i := range reasons {
			if reasons[i].Result == evidence.Fail && len(segments(location)) > 1 {
				reasons[i].Result = evidence.NeedsReview
				reasons[i].Note = "the site may be right; what is below it says otherwise"
			}
		}
		return reasons
	})
}

func (v iisView) judgeValue(location, element, attribute, expected string, want valueWant) []evidence.Reason {
	value := v.attribute(location, element, attribute)
	r := evidence.Reason{Address: evidence.IISPlace{Location: location}.Address(element) + evidence.Address("@"+attribute), Expected: expected, Cites: value.cites}
	text, known := value.text, value.set
	r.Actual = fmt.Sprintf("at %s it is %s, set in %s", iisLocationName(location), text, value.where)
	if !value.set {
		r.Actual = fmt.Sprintf("at %s nobody sets it", iisLocationName(location))
		if text, known = schemaDefault(element, attribute); known && !want.explicit {
			r.Actual += ", so it is " + text
		}
	}
	r.Result, r.Note = want.judge(text, value.set, known)
	return settle(r, value)
}

// judge says what follows from a text; known: it is set or IIS assumes it.
func (w valueWant) judge(text string, set, known bool) (evidence.Result, string) {
	holds, ok := w.holds(text)
	switch {
	case !set && w.absent, known && holds && (set || !w.explicit):
		return evidence.Pass, ""
	case !set && w.explicit:
		return evidence.Fail, ""
	case !known && !w.absent:
		return evidence.NeedsReview, "what IIS then assumes is not known here"
	case known && !ok && !w.absent:
		return evidence.NeedsReview, "the value has a form that is not known here"
	}
	return evidence.Fail, ""
}
