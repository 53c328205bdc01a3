package bag

import "time"

// patience is for how long is waited for another program to let go of a file: on Windows a scanner opens what was just
// written, and until it has closed the last file a folder cannot be renamed.
const patience = 5 * time.Second

// patiently calls do again until it succeeds, fails for a reason that does not pass, or patience is at an end.
func patiently(do func() error) error { return retry(do, held, patience) }

func retry(do func() error, passes func(error) bool, limit time.Duration) error {
	pause, begun := 10*time.Millisecond, time.Now()
	for {
		err := do()
		if err == nil || !passes(err) || time.Since(begun) >= limit {
			return err
		}
		time.Sleep(min(pause, limit-time.Since(begun)))
		pause = min(2*pause, 500*time.Millisecond)
	}
}
