package check

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"auditpack/evidence"
)

// supportedKind judges by a table of dates whether a version still has its maker's support.
var supportedKind = &Kind{
	Name: "supported-until",
	Doc: "Address of a number (system:os-build, a REG_DWORD); want: lines \"= N until DATE NAME\", \"A..B until DATE NAME\", or \">= N with NAME\" for what has the support of another product. " +
		"At the as-of time a support that has ended fails; a number in no line needs review.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address == "" || len(c.Want) == 0 {
			return nil, fmt.Errorf("wants an address and lines \"= N until DATE NAME\"")
		}
		var table []supportLine
		for _, w := range c.Want {
			line, err := parseSupport(w)
			if err != nil {
				return nil, err
			}
			if line.versions, err = parseBounds(line.of); err != nil {
				return nil, err
			}
			table = append(table, line)
		}
		return func(k Case) []evidence.Reason { return []evidence.Reason{judgeSupport(k, c.Address, table)} }, nil
	},
}

// supportLine is one line of the table.
type supportLine struct {
	of       string // what it is about, as it stands in the line
	versions alternative
	until    time.Time // zero: as long as what name says
	name     string
}

// parseSupport reads "OF until DATE NAME" or "OF with NAME".
func parseSupport(w string) (supportLine, error) {
	if of, name, ok := strings.Cut(w, " with "); ok {
		return supportLine{of: of, name: strings.TrimSpace(name)}, nil
	}
	of, rest, ok := strings.Cut(w, " until ")
	date, name, _ := strings.Cut(strings.TrimSpace(rest), " ")
	until, err := time.Parse(time.DateOnly, date)
	if !ok || err != nil {
		return supportLine{}, fmt.Errorf("want %q: expected \"… until 2029-01-09\" or \"… with NAME\"", w)
	}
	return supportLine{of: strings.TrimSpace(of), until: until, name: strings.TrimSpace(name)}, nil
}

// says tells how long the support lasts, and whether it has ended at the as-of time.
func (l supportLine) says(asOf time.Time) (text string, ended bool) {
	switch {
	case l.until.IsZero():
		return "it has the support of " + l.name, false
	case asOf.Before(l.until):
		return "support ends on " + l.until.Format(time.DateOnly), false
	}
	return "support ended on " + l.until.Format(time.DateOnly), true
}

func judgeSupport(k Case, address evidence.Address, table []supportLine) evidence.Reason {
	const expected = "the maker's support has not ended"
	o := k.Facts.Lookup(address)
	if r, ok := undecided(o, expected); ok {
		return r
	}
	r := evidence.Reason{Result: evidence.NeedsReview, Address: address, Expected: expected, Cites: o.Cites}
	if o.State == evidence.Missing {
		r.Result, r.Actual = evidence.NotApplicable, "it is not there"
		return r
	}
	n, ok := wholeNumber(o.Value())
	r.Actual = o.Value().String()
	if !ok {
		r.Note = "this is no number"
		return r
	}
	for _, line := range table {
		if n < line.versions.low || n > line.versions.high {
			continue
		}
		text, ended := line.says(k.AsOf)
		r.Result, r.Actual = evidence.Pass, fmt.Sprintf("%d: %s", n, text)
		if line.name != "" && !line.until.IsZero() {
			r.Actual = fmt.Sprintf("%d, %s: %s", n, line.name, text)
		}
		if ended {
			r.Result = evidence.Fail
		}
		return r
	}
	r.Actual, r.Note = strconv.FormatInt(n, 10), "no date is known for this version"
	return r
}

// wholeNumber returns the number that a value is.
func wholeNumber(v evidence.Value) (int64, bool) {
	switch v := v.(type) {
	case evidence.Registry:
		n, ok := v.Number()
		return int64(n), ok && n < noBound
	case evidence.Text:
		n, err := strconv.ParseInt(string(v), 10, 64)
		return n, err == nil && n < noBound
	}
	return 0, false
}

// productsSupportedKind judges by a table of dates whether installed products still have their makers' support.
var productsSupportedKind = &Kind{
	Name: "products-until",
	Doc: "Address product:; want: lines \"NAME until DATE\" for products whose display name is NAME, alone or with a bracket behind it. At the as-of time an installed " +
		"product whose support has ended fails. Products that are in no line are not looked at.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address != "product:" || len(c.Want) == 0 {
			return nil, fmt.Errorf("wants the address product: and lines \"NAME until DATE\"")
		}
		var table []supportLine
		for _, w := range c.Want {
			line, err := parseSupport(w)
			if err != nil {
				return nil, err
			}
			if line.until.IsZero() || line.of == "" {
				return nil, fmt.Errorf("want %q: expected \"NAME until DATE\"", w)
			}
			table = append(table, line)
		}
		return func(k Case) []evidence.Reason { return judgeProducts(k, table) }, nil
	},
}

func judgeProducts(k Case, table []supportLine) []evidence.Reason {
	const expected = "the makers' support of the installed products has not ended"
	var reasons []evidence.Reason
	for _, s := range k.Facts.Under("product:") {
		name := s.Value.String()
		if !strings.HasSuffix(string(s.Address.Fold()), "@displayname") {
			continue
		}
		for _, line := range table {
			if rest, ok := strings.CutPrefix(strings.ToLower(name), strings.ToLower(line.of)); !ok || rest != "" && !strings.HasPrefix(rest, " (") {
				continue
			}
			text, ended := line.says(k.AsOf)
			r := evidence.Reason{Result: evidence.Pass, Address: s.Address, Expected: expected, Actual: name + ": " + text, Cites: []evidence.Citation{s.Cite}}
			if ended {
				r.Result = evidence.Fail
			}
			reasons = append(reasons, r)
		}
	}
	o := k.Facts.Lookup("product:?")
	switch r, ok := undecided(o, expected); {
	case ok && (len(reasons) == 0 || o.State != evidence.Unknown):
		return append(reasons, r)
	case len(reasons) == 0:
		return []evidence.Reason{{Result: evidence.NotApplicable, Address: "product:", Expected: expected, Actual: "none of the products with a known date is installed", Cites: o.Cites}}
	}
	return reasons
}
