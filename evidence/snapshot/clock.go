package snapshot

import (
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Clock says how far the host's clock was off when it was compared with another one.
type Clock struct {
	// Offset is the host's clock minus the source, in seconds as a decimal number: 0.31 is ahead, -12 is behind.
	Offset string `json:"offset_seconds"`
	// Source is what it was compared with: w32tm /stripchart of time.example.com, the desk's clock at hand-over …
	Source string    `json:"source"`
	Asked  time.Time `json:"asked"` // UTC, by the host's clock
}

// IsZero reports whether nothing is known of the clock.
func (c Clock) IsZero() bool { return c == Clock{} }

// offsetForm is the one way to write an offset: no sign of its own for plus, no zero before or behind.
var offsetForm = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,9}|-?(0|[1-9][0-9]{0,9})\.[0-9]{0,5}[1-9])$`)

func (c Clock) check() error {
	switch {
	case c.IsZero():
		return nil
	case !offsetForm.MatchString(c.Offset):
		return fmt.Errorf("offset %q: want seconds as a decimal number, such as -0.25", c.Offset)
	case c.Source == "":
		return errors.New("an offset without the source that it was measured against")
	case c.Asked.IsZero() || c.Asked.Location().String() != "UTC":
		return errors.New("its time is missing or not in UTC")
	}
	return nil
}
