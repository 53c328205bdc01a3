//go:build !windows

package collect

import "errors"

// NewLocal fails: a capture asks Windows.
func NewLocal(string) (Host, error) {
	return nil, errors.New("a capture runs on the Windows server itself, and this is another system")
}
