package parse

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"auditpack/evidence"
)

// maxObjects bounds what is read of an output of ConvertTo-Json or Export-Csv, which is held in memory as a whole.
const maxObjects = 64 << 20

// shownObject is an object as PowerShell showed it. A property has its values as text; null and empty have none.
type shownObject struct {
	properties map[string][]string // by lower-case name
	cite       evidence.Citation
}

// has reports whether the object has all of these properties, with or without values.
func (o shownObject) has(names ...string) bool {
	for _, name := range names {
		if _, ok := o.properties[strings.ToLower(name)]; !ok {
			return false
		}
	}
	return true
}

// all returns the values of a property.
func (o shownObject) all(name string) []string { return o.properties[strings.ToLower(name)] }

// one returns the first value of a property, or "".
func (o shownObject) one(name string) string {
	if values := o.all(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

// shownObjects reads the objects of ConvertTo-Json, one alone or in an array, or of Export-Csv.
func shownObjects(s Source) ([]shownObject, error) {
	raw, err := io.ReadAll(io.LimitReader(s, maxObjects+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxObjects {
		return nil, refuse("it is larger than %d MB", maxObjects>>20)
	}
	text := newRawText(s.Item, raw)
	if strings.HasPrefix(strings.TrimLeft(string(text.text[:min(len(text.text), 4096)]), " \r\n\t"), "#TYPE") || !beginsLikeJSON(string(text.text)) {
		return csvObjects(text)
	}
	return jsonObjects(text)
}

// beginsLikeJSON reports whether a text begins like an object or an array.
func beginsLikeJSON(text string) bool {
	text = strings.TrimLeft(text, " \r\n\t")
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

func jsonObjects(text *rawText) ([]shownObject, error) {
	in := json.NewDecoder(bytes.NewReader(text.text))
	in.UseNumber()
	single := !strings.HasPrefix(strings.TrimLeft(string(text.text[:min(len(text.text), 4096)]), " \r\n\t"), "[")
	if !single {
		if _, err := in.Token(); err != nil {
			return nil, refuse("not JSON: %v", err)
		}
	}
	var objects []shownObject
	for single && len(objects) == 0 || !single && in.More() {
		var value json.RawMessage
		if err := in.Decode(&value); err != nil {
			return nil, refuse("line %d: not whole as JSON, or cut: %v", text.cite(int(in.InputOffset()), 0).Line, err)
		}
		var fields map[string]json.RawMessage
		if json.Unmarshal(value, &fields) != nil {
			continue
		}
		end := int(in.InputOffset())
		o := shownObject{properties: map[string][]string{}, cite: text.cite(end-len(value), len(value))}
		for name, field := range fields {
			o.properties[strings.ToLower(name)] = jsonValues(field, 0)
		}
		objects = append(objects, o)
	}
	if !single {
		if _, err := in.Token(); err != nil {
			return nil, refuse("the JSON array does not end: it was cut")
		}
	}
	return objects, nil
}

// jsonValues returns the values of a property. PowerShell shows some as an object that holds a value, or a list.
func jsonValues(field json.RawMessage, depth int) []string {
	in := json.NewDecoder(bytes.NewReader(field))
	in.UseNumber()
	token, err := in.Token()
	if err != nil || depth > 2 {
		return nil
	}
	switch v := token.(type) {
	case string:
		if v == "" {
			return nil
		}
		return []string{v}
	case json.Number:
		return []string{v.String()}
	case bool:
		if v {
			return []string{"True"}
		}
		return []string{"False"}
	case json.Delim:
		if v == '[' {
			var list []json.RawMessage
			var values []string
			if json.Unmarshal(field, &list) == nil {
				for _, e := range list {
					values = append(values, jsonValues(e, depth+1)...)
				}
			}
			return values
		}
		var object struct {
			Value json.RawMessage `json:"value"`
		}
		if json.Unmarshal(field, &object) == nil && object.Value != nil {
			return jsonValues(object.Value, depth+1)
		}
	}
	return nil
}

func csvObjects(text *rawText) ([]shownObject, error) {
	body := text.text
	skipped := 0
	for bytes.HasPrefix(body, []byte("#TYPE")) || bytes.HasPrefix(body, []byte("\r\n")) || bytes.HasPrefix(body, []byte("\n")) {
		n := bytes.IndexByte(body, '\n') + 1
		if n == 0 {
			return nil, refuse("no heading")
		}
		body, skipped = body[n:], skipped+n
	}
	in := csv.NewReader(bytes.NewReader(body))
	first, _, _ := strings.Cut(string(body[:min(len(body), HeadSize)]), "\n")
	if strings.Count(first, ";") > strings.Count(first, ",") {
		in.Comma = ';' // Export-Csv -UseCulture
	}
	var names []string
	var objects []shownObject
	for {
		start := int(in.InputOffset())
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, refuse("line %d: not whole as comma-separated values, or cut: %v", text.cite(skipped+start, 0).Line, err)
		}
		if names == nil {
			names = row
			continue
		}
		length := len(bytes.TrimRight(body[start:in.InputOffset()], "\r\n"))
		o := shownObject{properties: map[string][]string{}, cite: text.cite(skipped+start, length)}
		for i, name := range names {
			o.properties[strings.ToLower(name)] = nil
			if i < len(row) && row[i] != "" {
				o.properties[strings.ToLower(name)] = []string{row[i]}
			}
		}
		objects = append(objects, o)
	}
}

// rawText is a decoded text that knows which raw bytes its parts are. Citations must be asked for in rising order.
type rawText struct {
	item     evidence.Item
	encoding Encoding
	bytes    []byte // as they were read
	text     []byte // UTF-8
	at       int    // in text
	raw      int64  // the same place in the raw bytes
	line     int
}

func newRawText(item evidence.Item, raw []byte) *rawText {
	e, mark := SniffPage(raw, item.CodePage)
	t := &rawText{item: item, encoding: e, bytes: raw, text: raw[mark:], raw: int64(mark), line: 1}
	if e != UTF8 {
		t.text = []byte(e.decode(raw[mark:]))
	}
	return t
}

// cite returns the Citation of length bytes of text from offset on.
func (t *rawText) cite(offset, length int) evidence.Citation {
	t.move(offset)
	c := evidence.Citation{Item: t.item.Path, Line: t.line, Offset: t.raw}
	ahead := *t
	ahead.move(offset + length)
	c.Length = ahead.raw - t.raw
	return c
}

func (t *rawText) move(to int) {
	begin := t.at
	for t.at < to && t.at < len(t.text) { // to the end of a character
		_, size := utf8.DecodeRune(t.text[t.at:])
		t.at += size
	}
	passed := t.text[begin:t.at]
	t.raw += int64(t.encoding.width(string(passed), t.bytes[min(t.raw, int64(len(t.bytes))):]))
	t.line += bytes.Count(passed, []byte("\n"))
}
