package parse

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// eventLog is the configuration of one event log as wevtutil shows it; the text form has the same in English words, which
// are not read. The elements are those of ChannelType and ChannelLoggingType in Microsoft's event manifest schema.
var eventLog = &Format{
	Name:      "wevtutil gl /f:xml",
	Doc:       "size and retention of an event log, wevtutil gl NAME /f:xml",
	Collector: "auditpol",
	Kinds:     []string{"event-log"},
	Recognise: func(h Head) Match {
		begin := h.Text[:min(len(h.Text), 4096)]
		if strings.HasPrefix(strings.TrimSpace(begin), "<") && strings.Contains(begin, "<channel ") && strings.Contains(begin, eventsNamespace) {
			return Match{Sure: 95}
		}
		return Match{}
	},
	Read: readEventLog,
}

const eventsNamespace = "http://schemas.microsoft.com/win/2004/08/events"

// maxEventLog is the longest configuration that is read, in bytes; real ones have less than 1 kB.
const maxEventLog = 64 << 10

// eventLogFacets are the elements that are read, by their paths, and the facets that they become.
var eventLogFacets = map[string]string{
	"channel/logging/maxSize": "max-bytes", "channel/logging/retention": "retention", "channel/logging/autoBackup": "auto-backup",
}

func readEventLog(source Source, sink evidence.Sink) error {
	raw, err := io.ReadAll(io.LimitReader(source, maxEventLog+1))
	if err != nil {
		return err
	}
	if len(raw) > maxEventLog {
		return refuse("it is longer than %d bytes", maxEventLog)
	}
	text := newRawText(source.Item, raw)
	d := xml.NewDecoder(strings.NewReader(string(text.text)))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is decoded already
	var log evidence.Address
	var path []string
	var content strings.Builder
	from := 0
	for {
		at := int(d.InputOffset())
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return refuse("not whole as XML, or cut: %v", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			path = append(path, t.Name.Local)
			content.Reset()
			from = at
			if len(path) == 1 {
				if log, err = logOf(t); err != nil {
					return err
				}
				emitLogEnabled(t, log, text.cite(at, int(d.InputOffset())-at), sink)
			}
		case xml.CharData:
			content.Write(t)
		case xml.EndElement:
			if facet := eventLogFacets[strings.Join(path, "/")]; facet != "" {
				emitLogFacet(log, facet, strings.TrimSpace(content.String()), text.cite(from, int(d.InputOffset())-from), sink)
			}
			path = path[:len(path)-1]
		}
	}
	if log == "" {
		return refuse("no event log is described")
	}
	return nil
}

// logOf returns the Address of the log that the outermost element is about.
func logOf(t xml.StartElement) (evidence.Address, error) {
	for _, a := range t.Attr {
		if a.Name.Local == "name" && strings.TrimSpace(a.Value) != "" && t.Name.Local == "channel" {
			return evidence.EventLogAddress(a.Value), nil
		}
	}
	return "", refuse("the outermost element %s names no event log", t.Name.Local)
}

func emitLogEnabled(t xml.StartElement, log evidence.Address, cite evidence.Citation, sink evidence.Sink) {
	for _, a := range t.Attr {
		if a.Name.Local == "enabled" && a.Name.Space == "" {
			emitLogFacet(log, "enabled", a.Value, cite, sink)
		}
	}
}

func emitLogFacet(log evidence.Address, facet, text string, cite evidence.Citation, sink evidence.Sink) {
	address := log + evidence.Address("@"+facet)
	var value evidence.Value
	switch n, err := strconv.ParseInt(text, 10, 64); {
	case facet == "max-bytes" && err == nil && n >= 0:
		value = evidence.Number(n)
	case facet != "max-bytes" && (text == "true" || text == "1"):
		value = evidence.Text("true")
	case facet != "max-bytes" && (text == "false" || text == "0"):
		value = evidence.Text("false")
	default:
		sink.Problem(evidence.Problem{Scope: address, Message: fmt.Sprintf("%s is %q", facet, text), Cite: cite})
		return
	}
	sink.Setting(evidence.Setting{Address: address, Value: value, Cite: cite})
}
