package checklist

import (
	"bufio"
	"io"
	"strings"
)

// xmlOut writes XML that is read by programs that count or mangle character references, so it makes no more of them
// than XML asks for. The first error stays.
type xmlOut struct {
	w    *bufio.Writer
	open []string
}

func newXML(w io.Writer) *xmlOut {
	x := &xmlOut{w: bufio.NewWriterSize(w, 64<<10)}
	x.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	return x
}

func (x *xmlOut) raw(s string) { x.w.WriteString(s) } // bufio keeps the error for Flush

// attr is one attribute; those with an empty value are left out.
type attr struct{ name, value string }

func (x *xmlOut) tag(name string, attrs []attr) {
	x.raw("<" + name)
	for _, a := range attrs {
		if a.value != "" {
			x.raw(" " + a.name + `="`)
			attributeEscapes.WriteString(x.w, line(a.value))
			x.raw(`"`)
		}
	}
	x.raw(">")
}

// start opens an element that holds elements.
func (x *xmlOut) start(name string, attrs ...attr) {
	x.tag(name, attrs)
	x.raw("\n")
	x.open = append(x.open, name)
}

func (x *xmlOut) end() {
	last := len(x.open) - 1
	x.raw("</" + x.open[last] + ">\n")
	x.open = x.open[:last]
}

// text writes an element that holds text.
func (x *xmlOut) text(name, text string, attrs ...attr) {
	x.tag(name, attrs)
	textEscapes.WriteString(x.w, clean(text))
	x.raw("</" + name + ">\n")
}

var (
	textEscapes      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	attributeEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
)

func (x *xmlOut) close() error { return x.w.Flush() }
