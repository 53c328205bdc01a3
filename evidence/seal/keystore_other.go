//go:build !windows

package seal

import (
	"errors"
	"time"
)

// OpenStore returns an identity of the Windows certificate store; there is none on this system.
func OpenStore(selector string, at time.Time) (*Identity, error) {
	return nil, errors.New("there is no certificate store on this system: only Windows has one")
}
