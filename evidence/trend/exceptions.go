package trend

import (
	"slices"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// exceptions lists the Exceptions of the newest package of each host, those that expire first at the top. One that has
// gone from the newest answers counts no more.
func (t *Trend) exceptions(list []Package) {
	for _, i := range t.newest() {
		for _, e := range list[i].Audit.Exceptions {
			x := t.exception(e, list, i)
			if !slices.ContainsFunc(t.Exceptions, func(o Exception) bool { return sameException(o.Exception, e) }) {
				t.Exceptions = append(t.Exceptions, x)
			}
		}
	}
	slices.SortStableFunc(t.Exceptions, func(a, b Exception) int { return a.Expires.Compare(b.Expires) })
}

// newest returns the packages that are the newest of any host, in the order of time.
func (t *Trend) newest() []int {
	var list []int
	for _, h := range t.Hosts {
		list = append(list, h.Points[len(h.Points)-1].Package)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// exception tells how e of package i stands.
func (t *Trend) exception(e evidence.Exception, all []Package, i int) Exception {
	x := Exception{Exception: e, Standing: e.At(t.AsOf), Days: days(t.AsOf, e.Expires)}
	x.Soon = x.Standing == evidence.Valid && x.Days <= Soon
	var last *evidence.Exception
	for _, p := range all[:i+1] {
		for _, other := range p.Audit.Exceptions {
			if other.Control != e.Control || !slices.EqualFunc(other.Hosts, e.Hosts, evidence.SameHost) {
				continue
			}
			if last != nil && other.Expires.After(last.Expires) {
				x.Renewed++
			}
			last = &other
		}
	}
	for _, h := range t.Hosts {
		newest := hostOf(all[h.Points[len(h.Points)-1].Package].Audit, h.Name)
		if newest != nil && evidence.Concerns(e.Hosts, h.Name) && failsOn(*newest, e.Control) {
			x.Failing = append(x.Failing, h.Name)
		}
	}
	return x
}

func sameException(a, b evidence.Exception) bool {
	return a.Control == b.Control && slices.EqualFunc(a.Hosts, b.Hosts, evidence.SameHost) && a.Approver == b.Approver && a.Reason == b.Reason && a.On.Equal(b.On) && a.Expires.Equal(b.Expires)
}

// failsOn reports whether a Control, or a rule by any of its ids, fails on a host.
func failsOn(h audit.Host, id string) bool {
	for _, s := range h.Sections {
		for _, c := range s.Controls {
			if c.ID == id && c.After.Result == evidence.Fail {
				return true
			}
		}
	}
	for _, b := range h.Benchmarks {
		for _, r := range b.Rules {
			if (string(r.STIGID) == id || string(r.GroupID) == id || string(r.RuleID) == id) && r.After.Result == evidence.Fail {
				return true
			}
		}
	}
	return false
}
