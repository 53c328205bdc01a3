package audit

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"auditpack/evidence"
)

// assembleHosts judges the hosts, as many at once as there are processors, and keeps their order: what is known of one
// host is small, what its snapshots hold is not, and is given up before the next one is read.
func assembleHosts(ctx context.Context, in Input, prepared map[string]judges, asked *asked) ([]Host, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if seen := in.Seen; seen != nil {
		var one sync.Mutex
		in.Seen = func(f *evidence.Facts) {
			one.Lock()
			defer one.Unlock()
			seen(f)
		}
	}
	want := wanted(in)
	hosts, shown, errs := make([]Host, len(in.Hosts)), make([]bearings, len(in.Hosts)), make([]error, len(in.Hosts))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(in.Hosts)) {
		wg.Go(func() {
			for i := range next {
				if hosts[i], shown[i], errs[i] = assembleHost(ctx, in, want, prepared, asked, in.Hosts[i]); errs[i] != nil {
					cancel()
				}
			}
		})
	}
	for i := range in.Hosts {
		if ctx.Err() != nil {
			break
		}
		evidence.Tell(ctx, evidence.Step{Doing: "judging", Name: in.Hosts[i].After.Host(), Done: int64(i), Of: int64(len(in.Hosts))})
		next <- i
	}
	close(next)
	wg.Wait()
	if err := firstError(errs); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, b := range shown {
		asked.add(b)
	}
	return hosts, distinct(in, hosts)
}

// firstError returns the error that is a host's own: those that the others end with only follow from it.
func firstError(errs []error) error {
	var first error
	for _, err := range errs {
		switch {
		case err == nil:
		case first == nil, errors.Is(first, context.Canceled) && !errors.Is(err, context.Canceled):
			first = err
		}
	}
	return first
}

// distinct refuses two hosts that nothing tells apart by name: every list would mix them up.
func distinct(in Input, hosts []Host) error {
	for i, h := range hosts {
		if len(hosts) > 1 && strings.TrimSpace(h.Name) == "" {
			return fmt.Errorf("%s: neither the snapshot nor anything in it says of which host it is", in.Hosts[i].After.Bag().Path())
		}
		for j, other := range hosts[:i] {
			if evidence.SameHost(h.Name, other.Name) {
				return fmt.Errorf("%s and %s are both of the host %q, by what they hold: one snapshot a host is judged", in.Hosts[j].After.Bag().Path(),
					in.Hosts[i].After.Bag().Path(), h.Name)
			}
		}
	}
	return nil
}

// unconcerned lists the hosts that entries of the answers name and that are not among those that were judged: a slip of
// the pen, or a host of another package. Such an entry counts for nothing where it says so.
func unconcerned(a evidence.Answers, hosts []Host) []string {
	var list []string
	note := func(what string, cite evidence.Citation, names []string) {
		for _, name := range names {
			known := false
			for _, h := range hosts {
				known = known || evidence.SameHost(h.Name, name)
			}
			if !known {
				list = append(list, fmt.Sprintf("line %d, %s: no host here is called %q", cite.Line, what, name))
			}
		}
	}
	for _, f := range a.Facts {
		note("facts", f.Cite, f.Hosts)
	}
	for _, t := range a.Attestations {
		note("attestation of "+t.Control, t.Cite, t.Hosts)
	}
	for _, e := range a.Exceptions {
		note("exception of "+e.Control, e.Cite, e.Hosts)
	}
	for _, r := range a.Remediation {
		note("remediation of "+r.Control, r.Cite, r.Hosts)
	}
	return list
}
