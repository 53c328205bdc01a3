package collect

import (
	"context"
	"io"
)

// Host is what can be asked: the machine that the program runs on ([NewLocal]), or a recorded one ([OpenReplay]).
//
// An error that is fs.ErrNotExist or fs.ErrPermission says so; every other error is a failure.
type Host interface {
	// About tells what the host is.
	About(ctx context.Context) (About, error)
	// Folder returns the path of one of Folders; empty if the host has none.
	Folder(name string) string
	// Run runs a program and waits until it and all it started have ended. What it prints goes to stdout and stderr as it is.
	// When ctx ends, so do they.
	Run(ctx context.Context, c Command, stdout, stderr io.Writer) (Ran, error)
	// Open opens a file.
	Open(path string) (io.ReadCloser, error)
	// Names lists a folder: names of files, and of folders with a backslash at the end, sorted.
	Names(folder string) ([]string, error)
	// Value returns a text value of the registry, in the 64-bit view.
	Value(key, name string) (string, error)
	// Subkeys returns the names of the keys directly below a key of the registry, sorted. It serves to tell a key that
	// is not there from one that may not be read, too.
	Subkeys(key string) ([]string, error)
	// Text decodes what a console program wrote, for people.
	Text(console []byte) string
}

// About is what a host says of itself.
type About struct {
	Name     string `json:"name"`      // AUTOMATE01
	Operator string `json:"operator"`  // who captures: DOMAIN\user
	Elevated bool   `json:"elevated"`  // with administrator's rights
	CodePage int    `json:"code_page"` // of the console
	ANSIPage int    `json:"ansi_code_page,omitempty"`
	Language string `json:"ui_language"` // de-DE
}

// Command is a program with its arguments. OutFile and LogFile in an argument stand for files of the host's choice.
type Command struct {
	Program string
	Args    []string
}

// Ran is how a Command ended.
type Ran struct {
	Argv     []string      // as it was run, the full path of the program first
	ExitCode int           // 0 also if it was not run to its end
	File     io.ReadCloser // the file that OutFile stood for; nil if the Command wrote none. Close removes it.
}
