package audit

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"

	"auditpack/evidence"
	"auditpack/evidence/compare"
	"auditpack/evidence/parse"
)

// exportFormat is the format of which equal keys are skipped without decoding.
const exportFormat = "registry export"

// exports compares the registry exports that both snapshots hold at the same path, key by key. An export with places that
// make no sense is decoded from end to end.
func exports(before, after *side) (from, to map[string]compare.Stretches, err error) {
	from, to = map[string]compare.Stretches{}, map[string]compare.Stretches{}
	sound := func(c evidence.Content) bool {
		return c.Format == exportFormat && c.Refused == "" && len(c.Problems) == 0 && c.Item.Status == evidence.Captured
	}
	for _, a := range before.facts.Contents() {
		for _, b := range after.facts.Contents() {
			if a.Item.Path != b.Item.Path || !sound(a) || !sound(b) {
				continue
			}
			path := a.Item.Path
			if from[path], to[path], err = compare.Keys(before.opener(a.Item), after.opener(b.Item)); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return from, to, nil
}

func (s *side) opener(item evidence.Item) compare.Open {
	return func() (io.ReadCloser, error) { return s.snapshot.Open(item) }
}

// stream returns every Setting of a snapshot that the other may not have. What holds registry values is parsed again on
// each pass, so that nothing has to be held in memory. Only Items that Read found to be evidence take part. Their bytes were verified before, so that
// reading them again fails only where the disk does; the error is kept in failed.
func (s *side) stream(ctx context.Context, differ map[string]compare.Stretches, failed *error) func() iter.Seq[evidence.Setting] {
	return func() iter.Seq[evidence.Setting] {
		return func(yield func(evidence.Setting) bool) {
			for _, c := range s.facts.Contents() {
				if c.Format == "" || c.Refused != "" {
					continue
				}
				stretches, paired := differ[c.Item.Path]
				more, err := true, error(nil)
				switch {
				case paired && stretches.Empty():
				case !slices.Contains(c.Kinds, "registry"): // all that Read found was kept
					for _, v := range c.Settings {
						if more = more && yield(v); !more {
							break
						}
					}
				case paired:
					place := stretches.Place()
					more, err = decode(c.Item, stretches.Open, nil, func(v evidence.Setting) bool {
						v.Cite = place(v.Cite)
						return yield(v)
					})
				default:
					more, err = decode(c.Item, s.opener(c.Item), nil, yield)
				}
				if err = cmp.Or(err, ctx.Err()); err != nil {
					*failed = err
				}
				if err != nil || !more {
					return
				}
			}
		}
	}
}

// skipped returns what stream leaves out at the Addresses that differ: values that an equal key of another export shows
// too. An export is read for it only if it covers such an Address and is not the only Item that does.
func (s *side) skipped(ctx context.Context, differ map[string]compare.Stretches, failed *error) func(func(evidence.Address) bool) iter.Seq[evidence.Setting] {
	if len(differ) < 2 && len(s.facts.Contents()) < 2 {
		return nil
	}
	return func(want func(evidence.Address) bool) iter.Seq[evidence.Setting] {
		return func(yield func(evidence.Setting) bool) {
			for _, c := range s.facts.Contents() {
				stretches, paired := differ[c.Item.Path]
				if !paired || stretches.Whole() || !s.overlaps(c) {
					continue
				}
				more, err := decode(c.Item, s.opener(c.Item), want, yield)
				if err = cmp.Or(err, ctx.Err()); err != nil {
					*failed = err
				}
				if err != nil || !more {
					return
				}
			}
		}
	}
}

// overlaps reports whether another Item speaks of registry keys that this export covers, or covers keys that it holds.
// What is derived from the registry other formats show too.
func (s *side) overlaps(export evidence.Content) bool {
	for _, c := range s.facts.Contents() {
		if c.Item.Path == export.Item.Path {
			continue
		}
		if c.Format != exportFormat && slices.ContainsFunc(c.Kinds, func(k string) bool { return slices.Contains(export.Kinds, k) }) {
			return true
		}
		for _, a := range export.Covers {
			for _, b := range c.Covers {
				if a.Deep && b.Deep && a.Scope.Kind() == b.Scope.Kind() && (a.Scope.Holds(b.Scope) || b.Scope.Holds(a.Scope)) {
					return true
				}
			}
		}
	}
	return false
}

// decode reads an Item and hands on the Settings that are wanted. It reports whether yield took them all.
func decode(item evidence.Item, open compare.Open, want func(evidence.Address) bool, yield func(evidence.Setting) bool) (bool, error) {
	r, err := open()
	if err != nil {
		return false, err
	}
	defer r.Close()
	to := &yielder{yield, true}
	if _, err := parse.Stream(item, r, want, to); err != nil {
		return false, fmt.Errorf("%s: %w", item.Path, err)
	}
	return to.more, nil
}

// yielder is a Sink that hands on Settings, as long as they are taken, and drops the rest.
type yielder struct {
	yield func(evidence.Setting) bool
	more  bool
}

func (y *yielder) Setting(s evidence.Setting) { y.more = y.more && y.yield(s) }
func (y *yielder) Covered(evidence.Coverage)  {}
func (y *yielder) Problem(evidence.Problem)   {}
