//go:build !windows

package main

import "os"

// drawsEscapes reports whether a terminal understands escape sequences.
func drawsEscapes(*os.File) bool { return true }
