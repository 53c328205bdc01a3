package bag

import (
	"errors"
	"testing"
	"time"
)

// TestRetry holds that what passes is waited for, within bounds, and nothing else.
func TestRetry(t *testing.T) {
	busy, final := errors.New("busy"), errors.New("final")
	passes := func(err error) bool { return errors.Is(err, busy) }
	for _, c := range []struct {
		name  string
		fail  []error
		limit time.Duration
		want  error
		calls int // 0: more than one
	}{
		{"at once", nil, time.Minute, nil, 1},
		{"held twice", []error{busy, busy}, time.Minute, nil, 3},
		{"fails for good", []error{final}, time.Minute, final, 1},
		{"held, then fails for good", []error{busy, final}, time.Minute, final, 2},
		{"held for too long", []error{busy, busy, busy, busy, busy, busy, busy, busy, busy}, 30 * time.Millisecond, busy, 0},
	} {
		calls := 0
		err := retry(func() error {
			calls++
			if calls > len(c.fail) {
				return nil
			}
			return c.fail[calls-1]
		}, passes, c.limit)
		if !errors.Is(err, c.want) || c.calls != 0 && calls != c.calls || c.calls == 0 && (calls < 2 || calls > 5) {
			t.Errorf("%s: %v after %d calls, want %v after %d", c.name, err, calls, c.want, c.calls)
		}
	}
}
