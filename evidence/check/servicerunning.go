package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// serviceRunningKind judges that one of several services runs.
var serviceRunningKind = &Kind{
	Name: "service-running",
	Doc: "Address service:; want: short names of services, one of which has to run. Where none does, one that Windows should have started, or that is " +
		"disabled, fails. \"own NAME\" is a service that Windows always has: that it does not run shows nothing. A host with none of them needs review.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address != evidence.Services {
			return nil, fmt.Errorf("address %q is not %s", c.Address, evidence.Services)
		}
		if len(c.Want) == 0 {
			return nil, fmt.Errorf("want names no service")
		}
		own := map[string]bool{} // by name, folded
		for _, w := range c.Want {
			name, isOwn := strings.CutPrefix(w, "own ")
			if strings.TrimSpace(name) == "" {
				return nil, fmt.Errorf("want %q names no service", w)
			}
			own[strings.ToLower(string(evidence.ServiceAddress(name)))] = isOwn
		}
		return func(k Case) []evidence.Reason { return []evidence.Reason{judgeServiceRunning(k, own)} }, nil
	},
}

func judgeServiceRunning(k Case, own map[string]bool) evidence.Reason {
	expected := fmt.Sprintf("one of %d known services runs", len(own))
	services, doubts := servicesOf(k.Facts, expected)
	r := evidence.Reason{Result: evidence.NeedsReview, Address: evidence.Services, Expected: expected}
	var running, stopped, other []string
	for _, s := range services {
		isOwn, known := own[strings.ToLower(string(evidence.ServiceAddress(s.name)))]
		state, ok := s.state.Value().(evidence.Text)
		if !known || !ok {
			continue
		}
		text := fmt.Sprintf("%s (%s) is %s, starts %s", s.Display, s.name, strings.ToLower(string(state)), strings.ToLower(s.Start))
		switch {
		case state == "Running":
			running = append(running, text)
		case state == "Stopped" && !isOwn && (s.Start == "Auto" || s.Start == "Disabled"):
			stopped = append(stopped, text)
		default:
			other = append(other, text)
		}
		r.Cites = append(r.Cites, s.cites...)
	}
	r.Actual = strings.Join(slices.Concat(running, stopped, other), "; ")
	switch {
	case len(running) > 0:
		r.Result = evidence.Pass
	case len(stopped) > 0 && len(doubts) == 0:
		r.Result = evidence.Fail
	case len(services) == 0 && len(doubts) > 0:
		return doubts[0]
	case len(stopped)+len(other) > 0:
	case len(doubts) > 0:
		r.Actual, r.Cites = "none of them is on the list, which is not known to be whole", services[0].cites
	default:
		r.Actual, r.Cites = "none of them is on the list, and another product may do the same", wholeServices(k.Facts).Cites
	}
	return r
}
