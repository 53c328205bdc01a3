package stig

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// iisSettings are texts that lead through IIS Manager to a setting.
var iisSettings = pattern{
	name: "IIS",
	fits: func(lines []string) bool {
		return slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "IIS") && iisPlace.MatchString(l) })
	},
	read: readIIS,
}

var (
	iisPlace = regexp.MustCompile(`(?i)\bIIS (?:[0-9.]+ )?(?:IIS )?(?:Manager|web server|server)\b|for each site hosted on the IIS`)
	eachSite = regexp.MustCompile(`(?i)^Follow the procedures below for each site hosted on the IIS [0-9.]+ web server:?$`)
	inServer = regexp.MustCompile(`(?i)^(?:(?:Click|Select) the IIS [0-9.]+ (?:web )?server(?: name)?\.|Under the "Connections" pane on the left side of the management console, select the IIS [0-9.]+ web server\.)$`)
	// step is an instruction where to look. It decides nothing, so that one that could is none.
	step    = regexp.MustCompile(`^(?i:(?:Open|Access|Click|Double-click|Right-click|Select|Expand|Highlight|Navigate to|From the|Under|In the list of|Remove the filter|Perform|For the Section,? navigate|Scroll down to|Review the features|Follow the procedures|Alternative method)\b)[^?]*$`)
	decides = regexp.MustCompile(`(?i)\b(?:verify|ensure|finding|applicable|if|unless|not|except|must|should)\b`)
)

// iisDraft is a text on IIS on its way to Checks.
type iisDraft struct {
	*draft
	site    bool     // the text is about each site, else about the server
	server  bool     // it leads to the server's own settings
	level   string   // iis:[*]/ or iis:[]/
	fields  []string // lines of a list that a sentence began
	logging bool     // fields of the log are asked for,
	logged  bool     // and a sentence says that their absence is a finding
	noProxy bool     // a sentence says that without Application Request Routing there is no finding
}

func readIIS(d *draft) error {
	x := &iisDraft{draft: d, level: "iis:[]/"}
	x.site = slices.ContainsFunc(d.lines, eachSite.MatchString)
	x.server = slices.ContainsFunc(d.lines, inServer.MatchString)
	if x.site {
		x.level = "iis:[*]/"
	}
	for _, line := range d.lines {
		if err := x.take(line); err != nil {
			return err
		}
	}
	return x.complete()
}

// take understands one line: a sentence that decides, a condition that people can claim, or a step.
func (x *iisDraft) take(line string) error {
	for _, f := range iisFindings {
		m := f.form.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		return f.take(x, m[1:])
	}
	if listLine.MatchString(line) && len(x.fields) < maxFields {
		x.fields = append(x.fields, strings.TrimSuffix(line, "."))
		return nil
	}
	if step.MatchString(line) && !decides.MatchString(line) || link.MatchString(line) {
		return nil
	}
	return x.understand(line, iisSentences, iisClaims, applicability)
}

// maxFields bounds a list; the longest of DISA's has five lines.
const maxFields = 20

var (
	listLine = regexp.MustCompile(`^(?:\.[a-z]{2,4}|(?:Request|Response) Header >> [A-Za-z-]+\.?)$`)
	link     = regexp.MustCompile(`^https?://\S+$`)
)

// complete refuses texts whose sentences were understood one by one and do not make a whole.
func (x *iisDraft) complete() error {
	switch {
	case len(x.checks) == 0, x.logging && !x.logged:
		return fmt.Errorf("no sentence says what is a finding")
	case len(x.fields) > 0:
		return fmt.Errorf("not understood: what %s is listed for", x.fields[0])
	}
	return nil
}

// value asks for an attribute at the text's level.
func (x *iisDraft) value(attribute string, want ...string) error {
	return x.check("iis-value", evidence.Address(x.level+attribute), want...)
}

// entries asks for entries of a collection at the text's level.
func (x *iisDraft) entries(collection string, want ...string) error {
	return x.check("iis-entries", evidence.Address(x.level+collection), want...)
}

// ofSites asks for an attribute of the sites themselves, at the server level of what sites take over.
func (x *iisDraft) ofSites(attribute string, want ...string) error {
	return x.value(evidence.IISSiteElement+"/"+attribute, want...)
}

// pool asks for an attribute of each application pool.
func (x *iisDraft) pool(attribute string, want ...string) error {
	return x.check("iis-pool", evidence.IISPools+evidence.Address("*@"+attribute), want...)
}

// check adds a Check; a text that says the same twice, in two ways to look, gives one.
func (x *iisDraft) check(kind string, address evidence.Address, want ...string) error {
	for _, c := range x.checks {
		if c.Kind == kind && c.Address == address {
			if slices.Equal(c.Want, want) {
				return nil
			}
			return fmt.Errorf("the text asks for two things of %s", address)
		}
	}
	if !x.site && !x.server && !strings.HasPrefix(kind, "iis-pool") {
		return fmt.Errorf("whether the text is about the server or each site is not said")
	}
	x.checks = append(x.checks, evidence.Check{Kind: kind, Address: address, Want: want})
	return nil
}

// iisClaims are conditions that no evidence decides, or none that is captured: what the server is used for.
var iisClaims = []sentence{
	say(`(?:Note: |- )?If [^"]+,? (?:this|this check|this requirement) is `+na+`\.`, caveat),
	say(`(?:Note: |- )?If (?:the )?"?[^"]+"? is not installed, (?:this|this check|this requirement) is `+na+`\.`, caveat),
	say(`(?:Note: |- )?If SSL is installed on load balancer/proxy server through which traffic is routed to the IIS [0-9.]+ server, .*the SSL requirement must be met on the load balancer/proxy server(?: and is `+na+` in this STIG|\. In this case, this requirement is `+na+`)?\.`, caveat),
	say(`Note: If certificate handling is performed at the Proxy/Load Balancer, this is not a finding\.`, caveat),
	say(`Note: If HTTP/Port 80 is not being used, and is not configured as above, this is not a finding\.`, nil), // a binding that is not there asks for nothing
	say(`If the system being reviewed is part of a Web Farm, interview the System Administrator to ensure Session State Tracking is enabled via a SQL server, or other means\. If Session State Tracking is enabled on the Web Farm, this is not a finding\.`, caveat),
	say(`If the system must require "Request Limit" to be set to "0", it is documented and approved by the ISSO, this is not a finding\.`, caveat),
	say(`If the system administrator(?: \(SA\))? can show that Server Version information has been removed via other means, such as using a rewrite outbound rule, this is not a finding\.`, caveat),
	say(`Notes:`, nil),
}
