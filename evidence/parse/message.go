package parse

import (
	"strings"

	"auditpack/evidence"
)

// message recognises what Windows prints when a command could not do its work, redirected into the file that should hold
// its result. It is never evidence, and the reason says what to do.
//
// Only English messages are known, word for word; one in another language stays unrecognised, which is no evidence either.
var message = &Format{
	Name: "message", Doc: "A message of Windows in place of a result: the command was refused or failed.",
	Collector: "message", Kinds: nil,
	Recognise: func(h Head) Match {
		var b strings.Builder
		for word := range strings.FieldsSeq(h.Text) {
			if b.Len()+len(word) > maxMessage {
				return Match{}
			}
			b.WriteString(word + " ")
		}
		text := strings.ToLower(b.String())
		for _, m := range messages {
			if strings.Contains(text, m.text) {
				return Match{Sure: 55, Refused: m.reason}
			}
		}
		return Match{}
	},
	Read: func(Source, evidence.Sink) error { return refuse("a message of Windows in place of a result") },
}

// maxMessage is how long a file may be to be nothing but a message.
const maxMessage = 400

const (
	needsElevation = "the command was not run elevated and printed only that: run it again as administrator"
	accessDenied   = "access was denied and the command printed only that: run it again as administrator"
)

// messages are parts of messages in lower case, blanks made single.
var messages = []struct{ text, reason string }{
	{"the requested operation requires elevation", needsElevation},
	{"a required privilege is not held by the client", needsElevation},
	{"system error 5 has occurred", accessDenied},
	{"access is denied", accessDenied},
	{"is not recognized as an internal or external command", "the command does not exist on this server, and only that was printed"},
	{"is not recognized as the name of a cmdlet", "the cmdlet does not exist on this server, and only that was printed"},
	{"the system was unable to find the specified registry key or value", "the registry key does not exist, and reg printed only that: export the key that encloses it"},
	{"this shared resource does not exist", "the share does not exist, and net share printed only that: capture net share without a name"},
}
