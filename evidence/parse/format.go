package parse

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"auditpack/evidence"
)

// HeadSize is how many bytes of a file a recogniser is shown at most.
const HeadSize = 64 << 10

// Format is one form of evidence that can be read.
type Format struct {
	Name      string   // registry export
	Doc       string   // one sentence: what it is and which command or tool writes it
	Collector string   // the snapshot folder such files are kept in: registry, secedit, netstat …
	Kinds     []string // kinds of Address it can hold
	// Recognise tells by the first bytes whether a file is of this format.
	Recognise func(Head) Match
	// Read parses. It returns a *RefusedError if the file turns out to be no evidence, and other errors only for
	// failures to read. What was handed to the sink before a refusal is dropped.
	Read func(Source, evidence.Sink) error
}

// Head is the beginning of a file.
type Head struct {
	Name string // as it was handed in; a hint, never proof
	Raw  []byte // at most HeadSize bytes
	Text string // Raw decoded (see Decode); lines end in "\n" or "\r\n" as in the file
}

// proof is the Sure of a signature.
const proof = 100

// Match is what a recogniser says. The zero Match means no.
type Match struct {
	Sure    int    // 0: not this format; else higher wins, 100 is proof (a signature)
	Refused string // it is this format's, or seems to be, but no evidence: why
}

// Source is what a parser reads.
type Source struct {
	Item evidence.Item
	io.Reader
	// Want tells which Addresses are asked for, in any case of letters; a parser of large inputs asks before it decodes a
	// value. Asked for a registry key itself, it tells whether the key's own Coverage is kept, so that an absent value is
	// cited where it would stand. It is never nil. Problems that hide what is asked for are reported regardless.
	Want func(evidence.Address) bool
}

// RefusedError says why a file is no evidence.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }

// refuse returns a *RefusedError.
func refuse(format string, args ...any) error {
	return &RefusedError{Reason: fmt.Sprintf(format, args...)}
}

// Formats lists all formats that are understood. Where two are equally sure the earlier wins.
func Formats() []*Format {
	return slices.Concat(registryFormats(), policyFormats(), networkFormats(), accessFormats(), webFormats(), systemFormats(), probeFormats())
}

// Recognise finds the format of a file by its beginning. A nil Format means that nothing knows it.
func Recognise(name string, head []byte) (*Format, Match) {
	if len(head) > HeadSize {
		head = head[:HeadSize]
	}
	h := Head{Name: name, Raw: head, Text: Decode(head)}
	var best *Format
	var match Match
	for _, f := range Formats() {
		if m := f.Recognise(h); m.Sure > match.Sure {
			best, match = f, m
		}
		if match.Sure >= proof {
			break // no other can be surer
		}
	}
	return best, match
}

// Read recognises an Item by its content and parses it. Want may be nil: everything is asked for.
// The error is a failure to read r; what the bytes are worth stands in the Content.
func Read(item evidence.Item, r io.Reader, want func(evidence.Address) bool) (evidence.Content, error) {
	content := evidence.Content{Item: item}
	format, err := Stream(item, r, want, &content)
	if format != nil {
		content.Format, content.Kinds = format.Name, format.Kinds
	}
	var refused *RefusedError
	if errors.As(err, &refused) {
		return evidence.Content{Item: item, Format: content.Format, Kinds: content.Kinds, Refused: refused.Reason}, nil
	}
	return content, err
}

// Stream is Read without keeping what was found: everything goes to sink as it is met. A *RefusedError may come after
// Settings were handed out; they are then worth nothing. The Format is nil if nothing recognised the Item.
func Stream(item evidence.Item, r io.Reader, want func(evidence.Address) bool, sink evidence.Sink) (*Format, error) {
	if want == nil {
		want = func(evidence.Address) bool { return true }
	}
	head := make([]byte, headOf(item))
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = head[:n]
	if n == 0 {
		return nil, refuse("the file is empty")
	}
	format, match := Recognise(item.Name, head)
	if format == nil {
		return nil, refuse("not recognised as any kind of evidence")
	}
	if match.Refused != "" {
		return format, refuse("%s", match.Refused)
	}
	source := Source{Item: item, Reader: io.MultiReader(&sliceReader{head}, r), Want: want}
	return format, format.Read(source, &filter{want: want, Sink: sink})
}

// headOf is how much of an Item is read to recognise it: all of a small one.
func headOf(item evidence.Item) int64 {
	if item.Size > 0 && item.Size < HeadSize {
		return item.Size
	}
	return HeadSize
}

// filter drops the Settings that are not asked for.
type filter struct {
	want func(evidence.Address) bool
	evidence.Sink
}

func (f *filter) Setting(s evidence.Setting) {
	if f.want(s.Address) {
		f.Sink.Setting(s)
	}
}

// sliceReader hands out a slice once; unlike bytes.Reader it adds nothing that a reader might seek by.
type sliceReader struct{ b []byte }

func (r *sliceReader) Read(p []byte) (int, error) {
	if len(r.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.b)
	r.b = r.b[n:]
	return n, nil
}
