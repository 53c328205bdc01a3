package audit

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// TestFirstError: of hosts that are judged side by side the error that ended them all is told, not how another one was interrupted by it,
// wherever that one was.
func TestFirstError(t *testing.T) {
	own, later := errors.New("own"), errors.New("later")
	reading := fmt.Errorf("data/items/netstat.txt: %w", context.Canceled)
	for _, c := range []struct {
		errs []error
		want error
	}{
		{[]error{nil, nil}, nil},
		{[]error{reading, nil, own, later}, own},
		{[]error{context.Canceled, own}, own},
		{[]error{own, reading}, own},
		{[]error{nil, reading, context.Canceled}, reading},
	} {
		if got := firstError(c.errs); got != c.want {
			t.Errorf("%v: %v, want %v", c.errs, got, c.want)
		}
	}
}
