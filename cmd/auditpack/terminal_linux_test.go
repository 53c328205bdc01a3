package main

import (
	"bytes"
	"os"
	"testing"
)

// TestOnTerminal holds who is given colours and a line that is written over: a terminal, unless the operator says no.
func TestOnTerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip(err)
	}
	defer terminal.Close()
	plain, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if onTerminal(&bytes.Buffer{}) || onTerminal(plain) || newStyle(&printer{to: plain}).on {
		t.Error("a file is taken for a terminal")
	}
	if !onTerminal(terminal) || !newStyle(&printer{to: terminal}).on {
		t.Error("a terminal is not taken for one")
	}
	t.Setenv("NO_COLOR", "1")
	if !onTerminal(terminal) || newStyle(terminal).on {
		t.Error("NO_COLOR takes the colours and nothing else")
	}
	t.Setenv("TERM", "dumb")
	if onTerminal(terminal) {
		t.Error("a terminal that can do nothing is written over")
	}
}
