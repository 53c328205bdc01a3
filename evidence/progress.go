package evidence

import "context"

// Step is how far a long job is. The zero Step says that nothing is under way: somebody may be asked something next.
type Step struct {
	Doing    string // hashing, taking in, judging, copying, drawing …
	Name     string // of the file or host that is next or done
	Done, Of int64  // how many; Of is 0 if that is not known
	Bytes    bool   // Done and Of are bytes
}

// stepsKey is where a context holds who wants to know.
type stepsKey struct{}

// WithSteps returns a context whose jobs tell f how far they are; nil: nobody. f may be called from several goroutines at once,
// and must be quick.
func WithSteps(ctx context.Context, f func(Step)) context.Context {
	return context.WithValue(ctx, stepsKey{}, f)
}

// Tell says how far a job is to whoever wants to know. What is told changes nothing of the result.
func Tell(ctx context.Context, s Step) {
	if f, _ := ctx.Value(stepsKey{}).(func(Step)); f != nil {
		f(s)
	}
}
