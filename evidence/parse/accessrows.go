package parse

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"auditpack/evidence"
)

// maxRowsFile is the largest file of objects that is read: it is held in memory to cite the place of each.
const maxRowsFile = 32 << 20

// accessRow is one object that PowerShell wrote with ConvertTo-Json or Export-Csv.
type accessRow struct {
	fields map[string]string // by name in lower case; looked up only, never ranged over
	cite   evidence.Citation
}

// get returns the first of the fields that has a value.
func (r accessRow) get(names ...string) string {
	for _, n := range names {
		if v := r.fields[n]; v != "" {
			return v
		}
	}
	return ""
}

// rowsText is a text in memory and how its positions map to the raw bytes.
type rowsText struct {
	item     evidence.Item
	bytes    []byte // as they were read
	text     string
	encoding Encoding
	mark     int

	from      int // the last position that was mapped,
	raw, line int // where it is in the raw bytes, and on which line
}

// newRowsText decodes b. UTF-8 stays as it is, so that positions do too.
func newRowsText(item evidence.Item, b []byte) *rowsText {
	encoding, mark := SniffPage(b, item.CodePage)
	t := &rowsText{item: item, bytes: b, encoding: encoding, mark: mark, raw: mark, line: 1}
	if encoding == UTF8 {
		t.text = string(b[mark:])
	} else {
		t.text = encoding.decode(b[mark:])
	}
	return t
}

// advance maps a position that is not before the last one.
func (t *rowsText) advance(to int) (raw, line int) {
	passed := t.text[t.from:to]
	t.line += strings.Count(passed, "\n")
	t.raw += t.encoding.width(passed, t.bytes[min(t.raw, len(t.bytes)):])
	t.from = to
	return t.raw, t.line
}

// cite returns the Citation of text[from:to]; calls go forward.
func (t *rowsText) cite(from, to int) evidence.Citation {
	raw, line := t.advance(from)
	end, _ := t.advance(to)
	return evidence.Citation{Item: t.item.Path, Line: line, Offset: int64(raw), Length: int64(end - raw)}
}

// eachAccessRow calls f for every object of a JSON or CSV file. An object that cannot be read is a Problem with the scope.
func eachAccessRow(source Source, scope evidence.Address, sink evidence.Sink, f func(accessRow)) error {
	b, err := io.ReadAll(io.LimitReader(source, maxRowsFile+1))
	if err != nil {
		return err
	}
	if len(b) > maxRowsFile {
		return refuse("the file has more than %d MB", maxRowsFile>>20)
	}
	t := newRowsText(source.Item, b)
	read := t.csvRows
	if looksLikeJSON(t.text) {
		read = t.jsonRows
	}
	if err := read(f); err != nil {
		at := min(t.from, len(t.text))
		sink.Problem(evidence.Problem{Scope: scope, Message: err.Error(), Cite: t.cite(at, len(t.text))})
	}
	return nil
}

func looksLikeJSON(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n\uFEFF")
	return strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{")
}

// jsonRows reads an array of objects, or one object (which is what ConvertTo-Json makes of an array of one), or the
// object with "value" and "Count" that Windows PowerShell 5.1 makes of some arrays.
func (t *rowsText) jsonRows(f func(accessRow)) error {
	start := strings.IndexAny(t.text, "[{")
	d := json.NewDecoder(strings.NewReader(t.text[start:]))
	if t.text[start] == '{' {
		var wrapped struct {
			Value json.RawMessage `json:"value"`
			Count *int            `json:"Count"`
		}
		var object json.RawMessage
		if err := d.Decode(&object); err != nil {
			return errors.New("the JSON object is not well-formed or does not end")
		}
		if json.Unmarshal(object, &wrapped) != nil || wrapped.Count == nil || !bytes.HasPrefix(wrapped.Value, []byte("[")) {
			return t.jsonRow(object, start, f)
		}
		start += bytes.Index(object, wrapped.Value)
		d = json.NewDecoder(bytes.NewReader(wrapped.Value))
	}
	if _, err := d.Token(); err != nil {
		return errors.New("the JSON array is not well-formed")
	}
	for d.More() {
		var object json.RawMessage
		if err := d.Decode(&object); err != nil {
			return errors.New("the JSON array is not well-formed or does not end")
		}
		if err := t.jsonRow(object, start+int(d.InputOffset())-len(object), f); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return errors.New("the JSON array does not end")
	}
	return nil
}

// jsonRow hands on the object at a position.
func (t *rowsText) jsonRow(object json.RawMessage, at int, f func(accessRow)) error {
	fields, err := jsonFields(object)
	if err != nil {
		return err
	}
	if at < t.from || at+len(object) > len(t.text) {
		return errors.New("the place of a JSON object is not certain")
	}
	f(accessRow{fields: fields, cite: t.cite(at, at+len(object))})
	return nil
}

// jsonFields flattens an object: texts, numbers and truth values as text, and of nested objects their Value, which is how
// a SID is written.
func jsonFields(object []byte) (map[string]string, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil {
		return nil, errors.New("a JSON value is no object")
	}
	fields := make(map[string]string, len(members))
	for name, raw := range members {
		var text string
		var nested struct{ Value string }
		switch {
		case json.Unmarshal(raw, &text) == nil:
		case raw[0] == '{':
			if json.Unmarshal(raw, &nested) == nil {
				text = nested.Value
			}
		case raw[0] != '[' && string(raw) != "null":
			text = string(raw)
		}
		fields[strings.ToLower(name)] = text
	}
	return fields, nil
}

// csvRows reads what Export-Csv wrote, with a comma or, by -UseCulture, a semicolon.
func (t *rowsText) csvRows(f func(accessRow)) error {
	start := 0
	for start < len(t.text) {
		end := start + strings.IndexByte(t.text[start:]+"\n", '\n')
		line := strings.TrimSpace(t.text[start:min(end, len(t.text))])
		if line != "" && !strings.HasPrefix(line, "#TYPE") {
			break
		}
		start = min(end+1, len(t.text))
	}
	first, _, _ := strings.Cut(t.text[start:], "\n")
	r := csv.NewReader(strings.NewReader(t.text[start:]))
	r.ReuseRecord = true
	if strings.Count(first, ";") > strings.Count(first, ",") {
		r.Comma = ';'
	}
	var names []string
	for {
		from := start + int(r.InputOffset())
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the table is not well-formed: %w", err)
		}
		if names == nil {
			for _, n := range record {
				names = append(names, strings.ToLower(strings.TrimSpace(n)))
			}
			continue
		}
		fields := make(map[string]string, len(names))
		for i, v := range record {
			fields[names[i]] = v
		}
		to := start + int(r.InputOffset())
		for to > from && (t.text[to-1] == '\n' || t.text[to-1] == '\r') {
			to--
		}
		f(accessRow{fields: fields, cite: t.cite(from, to)})
	}
}

// rowNames returns the names, in lower case, of the fields of the first object in the head of a file.
func rowNames(h Head) map[string]bool {
	names := map[string]bool{}
	if looksLikeJSON(h.Text) {
		text := h.Text[strings.IndexAny(h.Text, "[{"):]
		d := json.NewDecoder(strings.NewReader(text))
		if i := strings.IndexByte(text, '{'); text[0] == '[' || i >= 0 && strings.Contains(text[:min(len(text), 40)], `"value"`) {
			// Step into the array, wherever it begins.
			d = json.NewDecoder(strings.NewReader(text[max(0, strings.IndexByte(text, '[')):]))
			if _, err := d.Token(); err != nil {
				return names
			}
		}
		var object json.RawMessage
		if d.Decode(&object) != nil {
			return names
		}
		fields, err := jsonFields(object)
		if err != nil {
			return names
		}
		for n := range fields {
			names[n] = true
		}
		return names
	}
	for _, line := range strings.SplitN(h.Text, "\n", 4) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#TYPE") {
			continue
		}
		for _, n := range strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == ';' }) {
			names[strings.ToLower(strings.Trim(strings.TrimSpace(n), `"`))] = true
		}
		break
	}
	return names
}

// hasAll reports whether all names are there.
func hasAll(names map[string]bool, wanted ...string) bool {
	for _, w := range wanted {
		if !names[w] {
			return false
		}
	}
	return true
}

// hasAny reports whether one of the names is there.
func hasAny(names map[string]bool, wanted ...string) bool {
	for _, w := range wanted {
		if names[w] {
			return true
		}
	}
	return false
}
