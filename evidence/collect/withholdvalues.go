package collect

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"regexp"
	"strings"

	"auditpack/evidence"
)

// valueCutter is a ValueRule, compiled.
type valueCutter struct {
	rule      string
	key, name *regexp.Regexp // nil: any
	except    []string
}

func newValueCutter(r *Rule) (valueCutter, error) {
	c := valueCutter{rule: r.Name, except: r.Values.Except}
	var err error
	if r.Values.Key != "" {
		if c.key, err = regexp.Compile(r.Values.Key); err != nil {
			return c, err
		}
	}
	if r.Values.Name != "" {
		c.name, err = regexp.Compile(r.Values.Name)
	}
	return c, err
}

func (c valueCutter) cuts(key, name string) bool {
	for _, e := range c.except {
		if strings.EqualFold(e, name) {
			return false
		}
	}
	return (c.key == nil || c.key.MatchString(key)) && (c.name == nil || c.name.MatchString(name))
}

// exportCutter walks through a registry export line by line. The lines that belonged to a cut value become comments, so that
// every other line keeps its number.
type exportCutter struct {
	out    *bufio.Writer
	rules  []valueCutter
	wide   bool
	order  binary.ByteOrder
	key    string
	line   int
	inText bool // a cut text goes on: its closing quote has not come yet
	inHex  bool // cut hexadecimal data go on: the line before ended in a backslash
	cuts   []evidence.Withheld
}

func withholdValues(dst io.Writer, src io.Reader, rules []valueCutter) ([]evidence.Withheld, error) {
	in := bufio.NewReaderSize(src, 64<<10)
	head, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	c := &exportCutter{out: bufio.NewWriterSize(dst, 64<<10), rules: rules}
	c.order, c.wide = wideOrder(head)
	for {
		raw, err := c.readLine(in)
		if len(raw) > 0 {
			if err := c.take(raw); err != nil {
				return nil, err
			}
		}
		if errors.Is(err, io.EOF) {
			return bounded(c.cuts), c.out.Flush()
		}
		if err != nil {
			return nil, errors.Join(err, c.out.Flush())
		}
	}
}

// readLine returns the raw bytes of a line with its end.
func (c *exportCutter) readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxHidden {
			return nil, errUnsearched
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil || !c.wide {
			return line, err
		}
		if c.order == binary.BigEndian {
			if len(line)%2 == 0 && line[len(line)-2] == 0 {
				return line, nil
			}
			continue
		}
		if len(line)%2 == 0 { // the 0a is the upper half of another character
			continue
		}
		next, err := in.ReadByte()
		if err != nil {
			return line, err
		}
		line = append(line, next)
		if next == 0 {
			return line, nil
		}
	}
}

// take writes one line, or what stands in its place.
func (c *exportCutter) take(raw []byte) error {
	c.line++
	text := string(raw)
	if c.wide {
		text = decodeWide(c.order, raw)
	}
	mark := ""
	if c.line == 1 && strings.HasPrefix(text, "\uFEFF") {
		mark, text = "\uFEFF", strings.TrimPrefix(text, "\uFEFF")
	}
	body := strings.TrimRight(text, "\r\n")
	end := text[len(body):]
	switch {
	case c.inHex:
		c.inHex = strings.HasSuffix(body, `\`) || strings.HasPrefix(body, ";") // comments may stand between
		return c.put(mark + "; " + Withheld + end)
	case c.inText:
		c.inText = !closes(body)
		return c.put(mark + "; " + Withheld + end)
	case strings.HasPrefix(body, "["):
		c.key = strings.TrimSuffix(strings.TrimPrefix(body, "["), "]")
	case strings.HasPrefix(body, `"`) || strings.HasPrefix(body, "@="):
		name, data, ok := splitValue(body)
		if rule := c.rule(name, data); ok && rule != "" {
			c.cuts = append(c.cuts, evidence.Withheld{Rule: rule, Line: c.line, What: whatValue(name, c.key)})
			c.inText = strings.HasPrefix(data, `"`) && !closes(data[1:])
			c.inHex = strings.HasPrefix(data, "hex") && strings.HasSuffix(data, `\`)
			return c.put(mark + body[:len(body)-len(data)] + `"` + Withheld + `"` + end)
		}
	}
	_, err := c.out.Write(raw)
	return err
}

func (c *exportCutter) put(text string) error {
	b := []byte(text)
	if c.wide {
		b = encodeWide(c.order, text)
	}
	_, err := c.out.Write(b)
	return err
}

// rule returns the name of the first rule that cuts a value, else "". Numbers are no secrets, nor is what is empty.
func (c *exportCutter) rule(name, data string) string {
	if strings.HasPrefix(data, "dword:") || data == `""` || data == "" || data == "hex:" {
		return ""
	}
	for _, r := range c.rules {
		if r.cuts(c.key, name) {
			return r.rule
		}
	}
	return ""
}

// whatValue names a value by its name and key.
func whatValue(name, key string) string {
	text := []rune(strings.ToValidUTF8(name+" in ["+key+"]", "\uFFFD"))
	if len(text) > maxValueName {
		text = append(text[:maxValueName], '…')
	}
	return string(text)
}

// maxValueName is how many characters of a value's name and key are told.
const maxValueName = 300

// splitValue splits "name"=data. A quote inside the name has a backslash before it.
func splitValue(line string) (name, data string, ok bool) {
	if rest, is := strings.CutPrefix(line, "@="); is {
		return "@", rest, true
	}
	for i := 1; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '"':
			data, ok = strings.CutPrefix(line[i+1:], "=")
			return unescape(line[1:i]), data, ok
		}
	}
	return "", "", false
}

var exportEscapes = strings.NewReplacer(`\\`, `\`, `\"`, `"`)

func unescape(s string) string { return exportEscapes.Replace(s) }

// closes reports whether a text ends in this line: a quote that no backslash stands before.
func closes(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return true
		}
	}
	return false
}
