package bag_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/bag"
)

// TestSteps holds that whoever watches is told of every file that is hashed and how many bytes there are of all, and of every
// file that is made durable; and that before anybody is asked to sign, nothing is under way.
func TestSteps(t *testing.T) {
	var mu sync.Mutex
	var steps []evidence.Step
	ctx := evidence.WithSteps(t.Context(), func(s evidence.Step) {
		mu.Lock()
		defer mu.Unlock()
		steps = append(steps, s)
	})
	dest := filepath.Join(t.TempDir(), "bag")
	write(t, dest, bag.Options{})
	b, err := bag.Open(ctx, dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	b.Close()
	names := map[string]bool{}
	var most int64
	for _, s := range steps {
		names[s.Name] = true
		if most = max(most, s.Done); s.Doing != "hashing" || !s.Bytes || s.Of != int64(len("second\nfirst\nhow to verify\n")) {
			t.Errorf("%+v", s)
		}
	}
	if most != int64(len("second\nfirst\nhow to verify\n")) || !names["data/b.txt"] || !names["data/a/one.reg"] || !names["verify.txt"] {
		t.Errorf("%d bytes of %v", most, names)
	}
	steps = nil
	w, err := bag.Create(filepath.Join(t.TempDir(), "second"), bag.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add("data/a.txt", []byte("a")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if last := steps[len(steps)-1]; last.Doing != "making durable" || last.Done != last.Of || last.Of != 5 {
		t.Errorf("at the end: %+v of %d", last, len(steps))
	}
	steps = nil
	err = bag.AddSeal(ctx, dest, bag.Limits{}, func(context.Context, *bag.Bag) ([]bag.SealFile, error) {
		if last := steps[len(steps)-1]; last != (evidence.Step{}) {
			t.Errorf("before the seal: %+v", last)
		}
		return nil, context.Canceled
	})
	if err == nil {
		t.Error("sealed without a signature")
	}
}
