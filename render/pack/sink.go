package pack

import (
	"bytes"
	"io"
)

// sink takes the files of a package one after the other: a bag that is being written, or a replay that compares.
type sink interface {
	// Create begins a file; it ends with Close.
	Create(path string) (io.WriteCloser, error)
	Add(path string, data []byte) error
}

// compared is a sink that hands each file on to be compared and keeps none.
type compared func(path string, data []byte) error

func (c compared) Add(path string, data []byte) error { return c(path, data) }

func (c compared) Create(path string) (io.WriteCloser, error) {
	return &comparedFile{path: path, to: c}, nil
}

type comparedFile struct {
	bytes.Buffer
	path string
	to   compared
}

func (f *comparedFile) Close() error { return f.to(f.path, f.Bytes()) }
