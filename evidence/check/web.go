package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

func webKinds() []*Kind {
	return slices.Concat(iisKinds(), ipSecurityKinds(), httpKinds())
}

func iisKinds() []*Kind {
	return []*Kind{
		{
			Name: "iis",
			Doc: "iis:[LOCATION]/ELEMENT@ATTRIBUTE; LOCATION empty: server level, where a site that overrides it for the worse fails too; " +
				"*: each site; */NAME: what is called NAME in any site. Want: alternatives of the effective value, \"= TEXT\" or \"absent\" (nobody sets it)",
			Prepare: prepareIIS,
		},
		{
			Name: "iis-verb-denied",
			Doc: "iis:[LOCATION]/system.webServer/security/requestFiltering/verbs. Want: the verbs that must be denied, in their exact case, " +
				"there and wherever a site or application sets verbs of its own",
			Prepare: prepareVerbDenied,
		},
		{
			Name: "iis-no-custom-headers",
			Doc: "iis:[LOCATION]/system.webServer/httpProtocol/customHeaders. Empty on every level, so the web.config of each site and application " +
				"has to be collected too. Want: \"except NAME\" for a header that may stay; \"server-level\": judge what applicationHost.config says, and web.config files as far as collected",
			Prepare: prepareNoCustomHeaders,
		},
		{
			Name:    "rewrite-location",
			Doc:     "file:PATH of a web.config that empties the Location header of a 301 by an outbound rule of URL Rewrite",
			Prepare: prepareRewriteLocation,
		},
	}
}

// iisAddress takes the Address of a Check apart; the attribute is "" where the Address names an element.
func iisAddress(a evidence.Address) (location, element, attribute string, err error) {
	if a.Kind() == "iis" && strings.HasPrefix(a.Rest(), "[") && strings.HasSuffix(a.Rest(), "]") {
		return strings.Trim(a.Rest(), "[]"), "", "", nil
	}
	place, rest, ok := evidence.IISPlaceOf(a)
	if !ok || a.Kind() != "iis" {
		return "", "", "", fmt.Errorf("address %q is not of the form iis:[LOCATION]/ELEMENT", a)
	}
	element, attribute, _ = strings.Cut(rest, "@")
	return place.Location, element, attribute, nil
}

// iisDefaults are the values that the schema of IIS gives attributes that nobody sets, as far as Checks ask for them.
var iisDefaults = map[string]string{
	"system.webserver/security/requestfiltering@removeserverheader":  "false",
	"system.webserver/security/requestfiltering/verbs@allowunlisted": "true",
	"system.webserver/security/ipsecurity@allowunlisted":             "true",
	"system.webserver/security/ipsecurity@enablereversedns":          "false",
	"system.webserver/security/ipsecurity@enableproxymode":           "false",
	"system.webserver/security/ipsecurity@denyaction":                "Forbidden",
	"system.webserver/security/access@sslflags":                      "None",
	"system.webserver/directorybrowse@enabled":                       "false",
	"system.webserver/httperrors@errormode":                          "DetailedLocalOnly",
}

func iisDefault(element, attribute string) (string, bool) {
	text, ok := iisDefaults[strings.ToLower(element+"@"+attribute)]
	return text, ok
}

// iisWant is the wanted value of an attribute: any of these texts, or nothing set at all.
type iisWant struct {
	texts  []string
	absent bool
}

func parseIISWant(want []string) (iisWant, error) {
	var w iisWant
	for _, line := range want {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), "=")
		switch {
		case ok:
			w.texts = append(w.texts, strings.TrimSpace(text))
		case strings.TrimSpace(line) == "absent":
			w.absent = true
		default:
			return w, fmt.Errorf("want %q is neither \"= TEXT\" nor \"absent\"", line)
		}
	}
	if len(want) == 0 {
		return w, fmt.Errorf("nothing is wanted")
	}
	return w, nil
}

func (w iisWant) holds(text string) bool {
	return slices.ContainsFunc(w.texts, func(t string) bool { return strings.EqualFold(t, text) })
}

func (w iisWant) String() string {
	parts := slices.Clone(w.texts)
	if w.absent {
		parts = append(parts, "not set")
	}
	return strings.Join(parts, " or ")
}

func prepareIIS(c evidence.Check) (Judge, error) {
	pattern, element, attribute, err := iisAddress(c.Address)
	if err != nil {
		return nil, err
	}
	if attribute == "" {
		return nil, fmt.Errorf("address %q names no attribute", c.Address)
	}
	want, err := parseIISWant(c.Want)
	if err != nil {
		return nil, err
	}
	return func(at Case) []evidence.Reason {
		v := iisView{at.Facts, at.Site}
		expected := fmt.Sprintf("%s of %s is %s", attribute, lastOf(element), want)
		return v.eachTarget(c.Address, pattern, element, expected, func(location string) []evidence.Reason {
			return settleAttribute(c.Address, location, element, attribute, expected, want, v)
		})
	}, nil
}

// eachTarget judges each location that pattern means, and each one below at which somebody sets the element anew.
func (v iisView) eachTarget(a evidence.Address, pattern, element, expected string, judge func(location string) []evidence.Reason) []evidence.Reason {
	targets, none := v.targets(pattern)
	if len(targets) == 0 {
		none.Address, none.Expected = a, expected
		return []evidence.Reason{none}
	}
	var reasons []evidence.Reason
	all := v.locations()
	if r, ok := tooMany(all, a, expected); ok {
		return []evidence.Reason{r}
	}
	judged := map[string]bool{}
	for _, target := range targets {
		for _, location := range append([]string{target}, v.overriders(all, target, element)...) {
			if fold := strings.ToLower(location); !judged[fold] {
				judged[fold] = true
				reasons = append(reasons, judge(location)...)
			}
		}
	}
	return reasons
}

func settleAttribute(a evidence.Address, location, element, attribute, expected string, want iisWant, v iisView) []evidence.Reason {
	value := v.attribute(location, element, attribute)
	r := evidence.Reason{Address: evidence.IISPlace{Location: location}.Address(element) + evidence.Address("@"+attribute), Expected: expected, Cites: value.cites}
	text, known := value.text, value.set
	if value.set {
		r.Actual = fmt.Sprintf("at %s it is %s, set in %s", iisLocationName(location), text, value.where)
	} else {
		if text, known = iisDefault(element, attribute); known {
			r.Actual = fmt.Sprintf("at %s nobody sets it, so it is %s", iisLocationName(location), text)
		} else {
			r.Actual = fmt.Sprintf("at %s nobody sets it", iisLocationName(location))
		}
	}
	switch {
	case !value.set && want.absent, known && want.holds(text):
		r.Result = evidence.Pass
	case !known && !want.absent:
		r.Result, r.Note = evidence.NeedsReview, "what IIS then assumes is not known here"
	default:
		r.Result = evidence.Fail
	}
	return settle(r, value)
}

// lastOf returns the last element of a path.
func lastOf(element string) string { return element[strings.LastIndexByte(element, '/')+1:] }
