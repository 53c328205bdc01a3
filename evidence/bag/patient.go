package bag

import "time"

// patience is for how long is waited for another program to let go of a file: on Windows a scanner opens what was just
// written, and until it has closed the last file a folder cannot be renamed.
const patience = 5 * time.Second

// patiently calls do again until it succeeds, fails for a reason that does not pass, or patience is at an end.
func patiently(do func() error) error { return retry(do, held, patience) }

// Patiently does the same for what is removed or renamed beside a bag.
func Patiently(do func() error) error { return patiently(do) }

// retry pauses for limit in all at the most.
func retry(do func() error, passes func(error) bool, limit time.Duration) error {
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, 500*time.Millisecond) {
		err := do()
		if err == nil || !passes(err) || limit <= 0 {
			return err
		}
		pause = min(pause, limit)
		time.Sleep(pause)
		limit -= pause
	}
}
