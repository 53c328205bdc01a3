package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// iisPoolRecyclingKind judges that every application pool recycles at some time and that the log says so.
var iisPoolRecyclingKind = &Kind{
	Name: "iis-pool-recycling",
	Doc: "Address iis-pool:*@recycling without Want: each application pool recycles by time, times of day, requests or memory, and logs" +
		" such events; where it logs others than those it recycles by, a person has to look.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address != evidence.IISPools+"*@recycling" || len(c.Want) > 0 {
			return nil, fmt.Errorf("wants the address iis-pool:*@recycling and nothing else")
		}
		return judgeRecycling, nil
	},
}

const recyclingExpected = "each application pool recycles by some condition and logs that it did"

// recyclingConditions are the attributes that make a pool recycle, the events that log it, and what IIS assumes.
var recyclingConditions = []struct{ attribute, event, assumed string }{
	{"time", "Time", "1.05:00:00"}, {"schedule", "Schedule", "0"}, {"requests", "Requests", "0"},
	{"memory", "Memory", "0"}, {"privateMemory", "PrivateMemory", "0"},
}

func judgeRecycling(k Case) []evidence.Reason {
	names, none, ok := poolNames(k, evidence.Reason{Address: evidence.IISPools + "*@recycling", Expected: recyclingExpected})
	if !ok {
		return []evidence.Reason{none}
	}
	var reasons []evidence.Reason
	for _, name := range names {
		reasons = append(reasons, judgePoolRecycling(k.Facts, name))
	}
	return reasons
}

func judgePoolRecycling(facts *evidence.Facts, name string) evidence.Reason {
	address := evidence.IISPools + evidence.Address(name+"@recycling")
	r := evidence.Reason{Result: evidence.NeedsReview, Address: address, Expected: recyclingExpected}
	var events []string
	for _, c := range recyclingConditions {
		o := facts.Lookup(address + evidence.Address("/periodicRestart/"+c.attribute))
		if u, ok := undecided(o, recyclingExpected); ok {
			return u
		}
		text := c.assumed
		if o.State == evidence.Found {
			text = o.Value().String()
		}
		r.Cites = append(r.Cites, o.Cites...)
		amount, known := timeSpan(text)
		if !known {
			r.Actual = fmt.Sprintf("%s: %s is %s, a form that is not known here", name, c.attribute, text)
			return r
		}
		if amount > 0 {
			events = append(events, c.event)
		}
	}
	r.Cites = slices.Compact(r.Cites)
	if len(events) == 0 {
		r.Result, r.Actual = evidence.Fail, name+": no condition makes it recycle"
		return r
	}
	return logsRecycling(facts.Lookup(address+"/logEventOnRecycle"), name, events, r)
}

// logsRecycling judges which events of recycling a pool logs.
func logsRecycling(o evidence.Observation, name string, events []string, r evidence.Reason) evidence.Reason {
	if u, ok := undecided(o, recyclingExpected); ok {
		return u
	}
	by := fmt.Sprintf("%s: it recycles by %s", name, strings.Join(events, ", "))
	if o.State == evidence.Missing {
		r.Actual, r.Note = by+"; nobody sets which events are logged", "what IIS then assumes is not known here"
		return r
	}
	r.Cites = append(r.Cites, o.Cites...)
	logged := strings.FieldsFunc(o.Value().String(), func(c rune) bool { return c == ',' || c == ' ' })
	missing := slices.DeleteFunc(slices.Clone(events), func(e string) bool {
		return slices.ContainsFunc(logged, func(l string) bool { return strings.EqualFold(l, e) })
	})
	r.Actual = fmt.Sprintf("%s; it logs %s", by, strings.Join(logged, ", "))
	switch {
	case len(logged) == 0:
		r.Result, r.Actual = evidence.Fail, by+"; it logs none of that"
	case len(missing) == 0:
		r.Result = evidence.Pass
	}
	return r
}
