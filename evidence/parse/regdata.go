package parse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"auditpack/evidence"
)

// regEntry is a value line while it is read.
type regEntry struct {
	first, last regLine
	address     evidence.Address
	asked       bool   // its data is decoded
	nameless    bool   // the name makes no sense, so that anything in the key may be meant
	data        []byte // undecoded text of the data, if asked
	err         error  // why the data makes no sense
	cut         bool   // the file ends before it does
}

// add keeps more text of the data.
func (e *regEntry) add(b []byte) {
	if !e.asked || e.err != nil {
		return
	}
	if len(e.data)+len(b) > maxRegData {
		e.err = fmt.Errorf("data of more than %d bytes", maxRegData)
		return
	}
	e.data = append(e.data, b...)
}

// value reads a value and all its lines. What is not asked for is skipped without decoding.
func (r *regReader) value(l regLine, text []byte) error {
	e := &regEntry{first: l, last: l}
	e.first.text, e.last.text = nil, nil
	name, rest, err := regName(text)
	if err != nil && rest == nil {
		if l.eol == "" {
			r.cut = true
			return r.problem(r.key, l.cite(r.Item, l), "the file is cut short in line %d: %v", l.number, err)
		}
		return r.problem(r.key, l.cite(r.Item, l), "line %d: %v", l.number, err)
	}
	if bytes.HasPrefix(rest, []byte("-")) && onlyComment(rest[1:]) {
		return refuse("line %d deletes a value: this is a script that changes a registry, not an export of one", l.number)
	}
	e.address = r.key
	if err == nil && r.key != "" {
		e.asked = r.wants(name)
		r.asked = r.asked || e.asked
		if e.asked = e.asked || r.derives; e.asked {
			e.address = r.key + "!" + evidence.Address(name)
		}
	}
	if err != nil {
		e.nameless, e.err = true, err
	}
	value, ioErr := r.data(e, rest)
	if ioErr != nil {
		return ioErr
	}
	return r.hand(e, value)
}

// hand gives the value to the sink, or says why it cannot.
func (r *regReader) hand(e *regEntry, value evidence.Registry) error {
	r.last = e.last
	cite := e.first.cite(r.Item, e.last)
	switch {
	case e.cut:
		r.cut = true
		return r.problem(r.key, cite, "the file is cut short in the value of line %d", e.first.number)
	case r.key == "" && !r.anyKey:
		return r.problem("", cite, "line %d: a value outside any key", e.first.number)
	case e.err != nil && (e.asked || e.nameless):
		return r.problem(e.address, cite, "line %d: %v", e.first.number, e.err)
	case e.asked:
		s := evidence.Setting{Address: e.address, Value: value, Cite: cite}
		r.to.Setting(s)
		if r.derives {
			derive(s, r.to)
		}
	}
	return nil
}

// wants asks for a value of the key by its folded Address, without making the Address of every value of a hive twice.
func (r *regReader) wants(name []byte) bool {
	r.name = append(append(r.name[:0], r.fold...), '!')
	for i, c := range name {
		if c >= utf8.RuneSelf {
			r.name = append(r.name, bytes.ToLower(name[i:])...)
			break
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		r.name = append(r.name, c)
	}
	return r.Want(evidence.Address(r.name))
}

// regName takes the name of a value off a line: what follows the equals sign is rest. A rest with an error is data of a
// value whose name makes no sense.
func regName(text []byte) (name, rest []byte, err error) {
	rest = text[1:]
	if text[0] == '"' {
		end := quoteEnd(rest)
		if end < 0 {
			return nil, nil, fmt.Errorf("the name of the value does not end: %q", clip(text))
		}
		name, err = unescape(rest[:end])
		rest = rest[end+1:]
	}
	rest = bytes.TrimLeft(rest, " \t")
	if len(rest) == 0 || rest[0] != '=' {
		return nil, nil, fmt.Errorf("no equals sign after the name of the value: %q", clip(text))
	}
	return name, bytes.TrimLeft(rest[1:], " \t"), err
}

// data reads the data of e, which begins with b and may take more lines.
func (r *regReader) data(e *regEntry, b []byte) (evidence.Registry, error) {
	var v evidence.Registry
	broken := e.first.broken
	switch {
	case len(b) > 0 && b[0] == '"':
		more, err := r.text(e, b[1:])
		if err != nil {
			return v, err
		}
		if text, err := unescape(e.data); e.err == nil {
			v, e.err = evidence.RegistryText(evidence.RegSZ, string(text)), err
		}
		broken = broken || more
	case hasFoldPrefix(b, "hex"):
		return r.hex(e, b)
	case hasFoldPrefix(b, "dword:"):
		b, _, _ = bytes.Cut(b[len("dword:"):], []byte(";"))
		if e.asked && e.err == nil {
			v, e.err = regDWord(bytes.TrimRight(b, " \t"))
		}
	case e.err == nil:
		e.err = fmt.Errorf("data of an unknown form: %q", clip(b))
	}
	e.cut = e.cut || e.last.eol == ""
	if broken && e.err == nil {
		e.err = errors.New("the text holds half of a surrogate pair")
	}
	return v, nil
}

// text reads up to the quote that ends a text, over line breaks that belong to it.
func (r *regReader) text(e *regEntry, b []byte) (broken bool, err error) {
	for {
		if end := quoteEnd(b); end >= 0 {
			e.add(b[:end])
			if !onlyComment(b[end+1:]) && e.err == nil {
				e.err = fmt.Errorf("after the text comes %q", clip(b[end+1:]))
			}
			return broken, nil
		}
		e.add(b)
		e.add([]byte(e.last.eol))
		next, err := r.lines.next()
		if errors.Is(err, io.EOF) {
			e.cut = true
			return broken, nil
		}
		if err != nil {
			return broken, err
		}
		b = next.text
		broken = broken || next.broken
		e.last = next
		e.last.text = nil
	}
}

// hex reads hex data over its continuation lines, between which comments may stand.
func (r *regReader) hex(e *regEntry, b []byte) (evidence.Registry, error) {
	for {
		b = bytes.TrimRight(b, " \t")
		more := len(b) > 0 && b[len(b)-1] == '\\'
		if more {
			b = b[:len(b)-1]
		} else if comment := bytes.IndexByte(b, ';'); comment >= 0 {
			b = bytes.TrimRight(b[:comment], " \t")
		}
		e.add(b)
		if !more {
			break
		}
		next, err := r.continuation(e)
		if err != nil || next == nil {
			return evidence.Registry{}, err
		}
		b = next
	}
	e.cut = e.last.eol == ""
	if !e.asked || e.err != nil {
		return evidence.Registry{}, nil
	}
	t, digits, err := regHexType(e.data)
	if err != nil {
		e.err = err
		return evidence.Registry{}, nil
	}
	v := evidence.Registry{Type: t}
	v.Data, e.err = regHexData(digits)
	if r.ansi {
		v.Data = widen(t, v.Data)
	}
	return v, nil
}

// continuation returns the next line of hex data, or nil where there is none.
func (r *regReader) continuation(e *regEntry) ([]byte, error) {
	for {
		next, err := r.lines.next()
		if errors.Is(err, io.EOF) {
			e.cut = true
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		text := bytes.TrimLeft(next.text, " \t\r")
		if len(text) == 0 || text[0] == '[' || text[0] == '"' || text[0] == '@' {
			if next.eol == "" && len(text) == 0 {
				e.cut = true
			}
			r.lines.unread()
			if e.err == nil {
				e.err = fmt.Errorf("hex data ends in a backslash and nothing continues it in line %d", next.number)
			}
			return nil, nil
		}
		if text[0] == ';' {
			continue
		}
		e.last = next
		e.last.text = nil
		return text, nil
	}
}

// hasFoldPrefix reports whether b begins with the lower-case ASCII prefix in any case.
func hasFoldPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && bytes.EqualFold(b[:len(prefix)], []byte(prefix))
}
