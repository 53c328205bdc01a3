package check

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// eventLogSizeKind judges how large an event log may become.
var eventLogSizeKind = &Kind{
	Name: "event-log-size",
	Doc: "Address event-log:NAME@max-bytes; want: one \">= KB\", and \"at registry:KEY!MaxSize\", the policy of that log. The policy decides where it is set, else the log's own size. " +
		"Where the log itself is smaller than its policy says, it needs review.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address.Kind() != "event-log" || !strings.HasSuffix(string(c.Address), "@max-bytes") || len(c.Want) != 2 {
			return nil, fmt.Errorf(`wants the address event-log:NAME@max-bytes, one ">= KB" and "at registry:…"`)
		}
		least, err := parseBounds(c.Want[0])
		policy := evidence.Address(strings.TrimPrefix(c.Want[1], "at "))
		if err != nil || !strings.HasPrefix(c.Want[0], ">= ") || policy.Kind() != "registry" || string(policy) == c.Want[1] {
			return nil, fmt.Errorf(`want %q: expected ">= KB" and "at registry:…"`, c.Want)
		}
		return func(k Case) []evidence.Reason {
			return []evidence.Reason{judgeEventLog(k.Facts, c.Address, policy, least.low)}
		}, nil
	},
}

func judgeEventLog(f *evidence.Facts, address, policy evidence.Address, least int64) evidence.Reason {
	log, _, _ := strings.Cut(address.Rest(), "@")
	expected := fmt.Sprintf("the log %s may become at least %d KB large", log, least)
	own, set := f.Lookup(address), f.Lookup(policy)
	if r, ok := undecided(set, expected); ok {
		r.Actual = "whether a policy sets the size: " + r.Actual
		return r
	}
	r := evidence.Reason{Address: address, Expected: expected, Cites: set.Cites}
	kept, shown := own.Value().(evidence.Number)
	large := int64(kept)/1024 >= least
	if shown {
		r.Cites = append(r.Cites, own.Cites...)
	}
	switch reg, isSet := set.Value().(evidence.Registry); {
	case isSet:
		n, ok := reg.Number()
		r.Address = policy
		r.Actual = fmt.Sprintf("by policy %d KB", n)
		if shown {
			r.Actual += fmt.Sprintf(", and the log itself says %d KB", int64(kept)/1024)
		}
		switch {
		case !ok:
			r.Result, r.Actual = evidence.NeedsReview, "the policy is "+reg.String()
		case int64(n) < least:
			r.Result = evidence.Fail
		case shown && !large:
			r.Result, r.Note = evidence.NeedsReview, "the log does not follow its policy yet"
		default:
			r.Result = evidence.Pass
		}
	case !shown:
		u, ok := undecided(own, expected)
		if !ok {
			u = evidence.Reason{Result: evidence.NotCollected, Address: address, Expected: expected, Actual: "the size of the log was not collected"}
		}
		u.Actual = "no policy sets the size; " + u.Actual
		return u
	default:
		r.Result, r.Actual = evidence.Fail, fmt.Sprintf("no policy, and the log itself says %d KB", int64(kept)/1024)
		if large {
			r.Result = evidence.Pass
		}
	}
	return r
}
