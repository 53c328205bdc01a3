package parse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"auditpack/evidence"
)

func registryFormats() []*Format { return []*Format{registryExport} }

// registryExport reads what reg.exe and regedit write.
var registryExport = &Format{
	Name:      "registry export",
	Doc:       "keys and values as reg export and regedit write them, in version 5.00 and REGEDIT4",
	Collector: "registry",
	Kinds:     []string{"registry", "firewall-rule", "firewall-profile", "share", "product", "system"},
	Recognise: recogniseRegistry,
	Read:      readRegistry,
}

const (
	regHeader5 = "Windows Registry Editor Version 5.00"
	regHeader4 = "REGEDIT4"
	// More places than this that make no sense, and the file is something else.
	maxRegProblems = 1000
	maxRegRoots    = 1024
)

func recogniseRegistry(h Head) Match {
	first, _, _ := strings.Cut(h.Text, "\n")
	first = strings.TrimRight(first, "\r \t")
	switch {
	case bytes.HasPrefix(h.Raw, []byte("regf")):
		return Match{Sure: 100, Refused: "a binary registry hive (regf), not an export: export the keys with reg export"}
	case strings.HasPrefix(first, "WINE REGISTRY Version"):
		return Match{Sure: 100, Refused: "a registry file of Wine, not of Windows"}
	case first == regHeader5, first == regHeader4:
		return Match{Sure: 100}
	case strings.HasPrefix(first, "Windows Registry Editor Version"):
		return Match{Sure: 100, Refused: fmt.Sprintf("registry export of unknown version: %s", clip([]byte(first)))}
	}
	return Match{}
}

// regReader reads one export. It holds one line, the key it is in and the roots, whatever the size of the file.
type regReader struct {
	Source
	to    evidence.Sink
	lines *regLines
	ansi  bool // REGEDIT4: text in hex data is single-byte

	key      evidence.Address // empty before the first key, and in a key that is not understood
	fold     evidence.Address // of key
	name     []byte           // the folded Address of a value, made anew for each
	keyCite  evidence.Citation
	asked    bool // something in key is asked for, or something is derived from it
	derives  bool
	anyKey   bool
	roots    []evidence.Coverage
	folds    []evidence.Address // of the scopes of roots
	problems int

	last      regLine // the last line that was not blank
	blank     bool    // a blank line came after it
	cut       bool    // the file ends in the middle of something, which was reported
	offline   evidence.Citation
	isOffline bool // ControlSet001 or such was seen
	isLive    bool // CurrentControlSet was seen
}

func readRegistry(source Source, to evidence.Sink) error {
	lines, err := newRegLines(source)
	if err != nil {
		return err
	}
	first, err := lines.next()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	r := &regReader{Source: source, to: to, lines: lines}
	switch strings.TrimRight(string(first.text), "\r \t") {
	case regHeader5:
	case regHeader4:
		r.ansi = true
	default:
		return refuse("line 1 is not the header of a registry export")
	}
	for {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return r.finish()
		}
		if err != nil {
			return err
		}
		if err := r.line(line); err != nil {
			return err
		}
	}
}

// line reads one line outside a value.
func (r *regReader) line(l regLine) error {
	text := bytes.Trim(l.text, " \t\r")
	if len(text) == 0 {
		r.blank = l.eol != ""
		return nil
	}
	if text[0] == ';' {
		return nil
	}
	r.blank, r.last = false, l
	switch text[0] {
	case '[':
		return r.header(l, text)
	case '"', '@':
		return r.value(l, text)
	}
	return r.problem(r.key, l.cite(r.Item, l), "line %d is neither a key nor a value: %q", l.number, clip(text))
}

// header begins a key.
func (r *regReader) header(l regLine, text []byte) error {
	r.endKey()
	cite := l.cite(r.Item, l)
	if bytes.HasPrefix(text, []byte("[-")) {
		return refuse("line %d deletes a key: this is a script that changes a registry, not an export of one", l.number)
	}
	end := bytes.LastIndexByte(text, ']')
	if end < 0 || l.eol == "" || l.broken || !onlyComment(text[end+1:]) {
		name := text[1:]
		if end >= 0 {
			name = text[1:end]
		}
		r.key, r.asked, r.derives, r.cut = evidence.RegistryKey(string(name)), false, false, r.cut || l.eol == ""
		problem := r.problem(r.key, cite, "line %d: the name of the key does not end: %q", l.number, clip(text))
		r.key = ""
		return problem
	}
	name := string(text[1:end])
	hive, _, _ := strings.Cut(name, `\`)
	key := evidence.RegistryKey(name)
	r.anyKey, r.key = true, ""
	if !strings.HasPrefix(strings.ToUpper(hive), "HKEY_") || strings.HasPrefix(key.Rest(), "HKEY_") {
		return r.problem(key, cite, "line %d: %q is no hive of the registry", l.number, clip([]byte(hive)))
	}
	r.key, r.fold, r.keyCite = key, key.Fold(), cite
	r.derives = derivable(r.fold)
	r.asked = r.derives || r.Want(r.fold)
	r.noteControlSet()
	if !r.belowRoot() && len(r.roots) < maxRegRoots {
		r.roots = append(r.roots, evidence.Coverage{Scope: key, Deep: true, Cite: cite})
		r.folds = append(r.folds, r.fold)
	}
	return nil
}

// endKey says that the key was read as a whole.
func (r *regReader) endKey() {
	if r.key != "" && r.asked {
		r.covered(evidence.Coverage{Scope: r.key, Cite: r.keyCite})
	}
}

func (r *regReader) covered(c evidence.Coverage) {
	r.to.Covered(c)
	deriveCoverage(c, r.to)
}

// belowRoot reports whether an earlier root encloses the key; the latest is the likeliest.
func (r *regReader) belowRoot() bool {
	for i := len(r.folds) - 1; i >= 0; i-- {
		if encloses(r.folds[i], r.fold) {
			return true
		}
	}
	return false
}

// encloses reports whether key is root or lies below it; both are folded.
func encloses(root, key evidence.Address) bool {
	return strings.HasPrefix(string(key), string(root)) && (len(key) == len(root) || key[len(root)] == '\\')
}

const (
	controlSets       = `registry:hklm\system\controlset`
	currentControlSet = evidence.Address(`registry:HKLM\SYSTEM\CurrentControlSet`)
	foldedControlSet  = evidence.Address(`registry:hklm\system\currentcontrolset`)
)

// noteControlSet remembers which control sets the file shows. CurrentControlSet is a link that a hive taken from a disk
// does not have: there its values are under ControlSet001 or another, and it would look as if they were absent.
func (r *regReader) noteControlSet() {
	switch {
	case r.isLive:
	case encloses(foldedControlSet, r.fold):
		r.isLive = true
	case !r.isOffline && strings.HasPrefix(string(r.fold), controlSets):
		r.isOffline, r.offline = true, r.keyCite
	}
}

// finish judges whether the file is whole and says what it covers.
func (r *regReader) finish() error {
	if !r.anyKey {
		return refuse("holds no key: nothing comes after the header that could be evidence")
	}
	if r.lines.odd || !r.blank || r.cut {
		if r.cut {
			return nil
		}
		why := "there is no blank line at the end"
		if r.lines.odd {
			why = "it ends in half a character"
		}
		return r.problem(r.key, r.last.cite(r.Item, r.last), "the file is cut short after line %d: %s, so this key may have had more values and more keys may have followed", r.last.number, why)
	}
	r.endKey()
	for i, root := range r.roots {
		if !r.isLive && r.folds[i] != foldedControlSet && encloses(r.folds[i], foldedControlSet) {
			r.to.Covered(root) // and nothing is derived from it
			cite := root.Cite
			message := "the export has no CurrentControlSet"
			if r.isOffline {
				cite = r.offline
				message += ": it shows numbered control sets, as a hive read from a disk does, and which of them was in use is not guessed"
			}
			if err := r.problem(currentControlSet, cite, "%s", message); err != nil {
				return err
			}
			continue
		}
		r.covered(root)
	}
	return nil
}

// problem reports a Problem, and refuses the file after too many.
func (r *regReader) problem(scope evidence.Address, cite evidence.Citation, format string, args ...any) error {
	if r.problems++; r.problems > maxRegProblems {
		return refuse("line %d: more than %d places make no sense: not a registry export", cite.Line, maxRegProblems)
	}
	r.to.Problem(evidence.Problem{Scope: scope, Message: fmt.Sprintf(format, args...), Cite: cite})
	return nil
}

// onlyComment reports whether nothing but blanks or a comment is left of a line.
func onlyComment(b []byte) bool {
	b = bytes.TrimLeft(b, " \t\r")
	return len(b) == 0 || b[0] == ';'
}
