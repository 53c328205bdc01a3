package checklist

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence/audit"
)

// Target is the host, or the web site on it, that a checklist is about. Only HostName must be there.
type Target struct {
	HostName string // at most 255 characters
	IP       string // one or more, apart by a space or a comma
	MAC      string
	FQDN     string
	Role     string // one of the schema's: None, Workstation, Member Server, Domain Controller. Empty: None
	TechArea string // one of the schema's: Windows OS, Web Review … May be empty
	Site     string // of an IIS STIG, which has one checklist for each site
	Instance string
	Comment  string
}

// TargetOf returns the Target of a host, as far as the audit knows it.
func TargetOf(h audit.Host) Target {
	t := Target{HostName: h.Name}
	if name, _, dotted := strings.Cut(h.Name, "."); dotted {
		t.HostName, t.FQDN = name, h.Name
	}
	return t
}

var roles = []string{"None", "Workstation", "Member Server", "Domain Controller"}

// techAreas are the schema's. It also lists one of them misspelt, for old files.
var techAreas = []string{
	"", "Application Review", "Boundary Security", "CDS Admin Review", "CDS Technical Review", "Database Review",
	"Domain Name System (DNS)", "Exchange Server", "Host Based System Security (HBSS)", "Internal Network", "Mobility",
	"Releasable Networks (REL)", "Traditional Security", "UNIX OS", "VVOIP Review", "Web Review", "Windows OS", "Other Review",
}

const maxHostName = 255

var (
	macAddress = regexp.MustCompile(`^(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}[:-]){4}[0-9A-Fa-f]{2})$`)
	hostLabel  = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
	topLabel   = regexp.MustCompile(`^[A-Za-z]{2,63}$`)
)

// fit returns the Target as every reader takes it: what one of them would refuse goes to the comment. A Role or
// TechArea that the schema has not is the caller's error, as is a host without a name.
func (t Target) fit() (Target, error) {
	for _, field := range []*string{&t.HostName, &t.IP, &t.MAC, &t.FQDN, &t.Site, &t.Instance, &t.Comment} {
		*field = strings.TrimSpace(line(*field))
	}
	switch {
	case t.HostName == "":
		return t, errors.New("target: no host name")
	case units(t.HostName) > maxHostName:
		return t, fmt.Errorf("target: a host name of more than %d characters", maxHostName)
	case t.Role == "":
		t.Role = "None"
	case !slices.Contains(roles, t.Role):
		return t, fmt.Errorf("target: the role %q is none of %s", t.Role, strings.Join(roles, ", "))
	}
	if !slices.Contains(techAreas, t.TechArea) {
		return t, fmt.Errorf("target: the technology area %q is none of the schema's", t.TechArea)
	}
	t.IP = t.keep("IP address", t.IP, isIP)
	t.MAC = t.keep("MAC address", t.MAC, isMAC)
	t.FQDN = t.keep("FQDN", t.FQDN, isFQDN)
	return t, nil
}

// keep returns the value if it is what it should be; else the comment gets it.
func (t *Target) keep(what, value string, is func(string) bool) string {
	if value == "" || is(value) {
		return value
	}
	t.Comment = strings.TrimSpace(fmt.Sprintf("%s %s, left out as readers refuse it: %s.", t.Comment, what, short(value, 300)))
	return ""
}

func isIP(s string) bool {
	return every(s, func(one string) bool {
		a, err := netip.ParseAddr(one)
		return err == nil && a.Zone() == ""
	})
}

// isMAC wants the same sign between all pairs, as the readers do.
func isMAC(s string) bool {
	return every(s, func(one string) bool {
		return macAddress.MatchString(one) && !(strings.Contains(one, ":") && strings.Contains(one, "-"))
	})
}

// every reports whether all parts of s, apart by spaces and commas, are what they should be.
func every(s string, is func(string) bool) bool {
	for _, one := range splitList(s) {
		if !is(one) {
			return false
		}
	}
	return true
}

func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' })
}

// isFQDN wants two labels or more, the last of letters.
func isFQDN(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 || len(s) > 253 || !topLabel.MatchString(labels[len(labels)-1]) {
		return false
	}
	return !slices.ContainsFunc(labels, func(l string) bool { return !hostLabel.MatchString(l) })
}

// isWeb reports whether the checklist is about a web site or a database.
func (t Target) isWeb() bool { return t.Site != "" || t.Instance != "" }
