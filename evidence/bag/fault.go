package bag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Kind is what is wrong with a bag at one place.
type Kind string

// The Kinds.
const (
	Altered    Kind = "altered"    // the bytes do not have the digest or size that is stated for them
	MissingOne Kind = "missing"    // a manifest lists it, it is not there
	NotListed  Kind = "not listed" // it is there, no manifest lists it
	BadName    Kind = "bad name"   // the path is not one that a bag may have
	Twin       Kind = "same name"  // two names are equal when case is folded, or one is both a file and a folder
	NotAFile   Kind = "not a file" // a link, a device, a socket, an empty folder
	BadForm    Kind = "bad form"   // a tag file is not in the one form that is written
	BadZip     Kind = "bad zip"    // the archive is not in the one form that is written
	Unreadable Kind = "unreadable" // the system would not hand out the bytes
	OverLimit  Kind = "over limit" // more files or bytes than Limits allow
	Miscounted Kind = "miscounted" // Payload-Oxum does not agree with the payload
	NoBag      Kind = "not a bag"  // no bagit.txt
)

// Fault is one thing that is wrong with a bag.
type Fault struct {
	Path    string // inside the bag; empty: the bag as a whole
	Kind    Kind
	Message string // for people, one line
}

// String returns the path, if there is one, and the message.
func (f Fault) String() string {
	if f.Path == "" {
		return f.Message
	}
	return fmt.Sprintf("%q: %s", shorten(f.Path), f.Message)
}

// InvalidError is a bag that is not what it says. Faults holds all that is wrong and is never empty: bad forms
// first, as they explain others, a wrong count last, as it mostly follows from others, each sorted by path.
type InvalidError struct {
	Path   string // as it was handed to Open
	Faults []Fault
}

// Error names one fault and counts the others, on one line. A wrong count is named last: it follows from a file that is
// missing, added or of another size.
func (e *InvalidError) Error() string {
	telling := max(0, slices.IndexFunc(e.Faults, func(f Fault) bool { return f.Kind != Miscounted }))
	s := fmt.Sprintf("%s: %s", e.Path, e.Faults[telling])
	switch n := len(e.Faults) - 1; n {
	case 0:
		return s
	case 1:
		return s + " (and 1 more fault)"
	default:
		return fmt.Sprintf("%s (and %d more faults)", s, n)
	}
}

// ExistsError is a destination that is already there and was not to be replaced.
type ExistsError struct {
	Path string
	Why  string // empty: nobody asked to replace it; else why it cannot be
}

// Error says what is in the way.
func (e *ExistsError) Error() string {
	if e.Why != "" {
		return fmt.Sprintf("%s: not replaced: %s", e.Path, e.Why)
	}
	return e.Path + ": already exists"
}

// ChangedError is a file whose bytes are no longer the ones that were verified.
type ChangedError struct {
	Path string // inside the bag
}

// Error names the file.
func (e *ChangedError) Error() string { return e.Path + ": changed since the bag was verified" }

// faults collects what is wrong while a bag is looked at.
type faults []Fault

func (f *faults) add(path string, kind Kind, format string, args ...any) {
	*f = append(*f, Fault{Path: path, Kind: kind, Message: fmt.Sprintf(format, args...)})
}

// rank puts first what explains other faults, a form that could not be read, and last what follows from others.
func (k Kind) rank() int {
	switch k {
	case BadForm, BadZip:
		return 0
	case Miscounted:
		return 2
	default:
		return 1
	}
}

// err returns the collected faults as an error, or nil.
func (f faults) err(path string) error {
	if len(f) == 0 {
		return nil
	}
	slices.SortFunc(f, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Kind.rank(), b.Kind.rank()), strings.Compare(a.Path, b.Path), strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Message, b.Message))
	})
	return &InvalidError{Path: path, Faults: slices.Compact(f)}
}
