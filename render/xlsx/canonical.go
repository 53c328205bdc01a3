package xlsx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Canonical XML 1.0 and Exclusive XML Canonicalization 1.0 of an element, for signatures that other programs made. The
// library that would do it, goxmldsig, gives up at a thousand elements, which a workbook of a hundred parts has.

const (
	maxDepth = 64 // of elements
	nsXML    = "http://www.w3.org/XML/1998/namespace"
)

// node is an element as it was written: prefixes are not resolved.
type node struct {
	prefix, name string
	attributes   []xml.Attr // Name.Space is a prefix; namespace declarations are among them
	children     []any      // *node, xml.CharData, xml.ProcInst, xml.Comment
	parent       *node
	declared     []xml.Attr // the namespace declarations among the attributes
	scope        int        // how many declarations there are, with those of the ancestors
}

// parseXML reads a document into a tree. It refuses document types, undeclared prefixes and attributes that are there twice.
func parseXML(text []byte, purse *effort) (*node, error) {
	if err := purse.spendXML(text); err != nil {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	var root, at *node
	for depth := 0; ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) && root != nil && at == nil {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		cost := 1
		if t, ok := token.(xml.StartElement); ok {
			cost += len(t.Attr)
		}
		if err := purse.spend(0, cost, 0); err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			n := &node{prefix: t.Name.Space, name: t.Name.Local, attributes: slices.Clone(t.Attr), parent: at}
			depth++
			if at == nil && root != nil || depth > maxDepth {
				return nil, errors.New("the XML has too many or too deep elements")
			}
			if err := n.check(); err != nil {
				return nil, err
			}
			if at == nil {
				root = n
			} else {
				at.children = append(at.children, n)
			}
			at = n
		case xml.EndElement:
			if at == nil || t.Name.Space != at.prefix || t.Name.Local != at.name {
				return nil, fmt.Errorf("</%s> ends nothing", t.Name.Local)
			}
			at = at.parent
			depth--
		case xml.Directive:
			return nil, errors.New("the XML has a document type")
		default:
			if at != nil {
				at.children = append(at.children, xml.CopyToken(token))
			} else if c, ok := token.(xml.CharData); ok && len(bytes.TrimSpace(c)) > 0 {
				return nil, errors.New("the XML has text outside the root")
			}
		}
	}
}

// check also counts the namespaces in scope, which all that asks for a prefix walks through.
func (n *node) check() error {
	for _, a := range n.attributes {
		if _, ok := declares(a); ok {
			n.declared = append(n.declared, a)
		}
	}
	n.scope = len(n.declared)
	if n.parent != nil {
		n.scope += n.parent.scope
	}
	if len(n.attributes) > maxAttributes || n.scope > maxDeclared {
		return fmt.Errorf("<%s> has too many attributes", n.name)
	}
	seen := map[xml.Name]bool{}
	for _, a := range n.attributes {
		uri, ok := n.space(a.Name.Space)
		name := xml.Name{Space: uri, Local: a.Name.Local}
		switch {
		case a.Name.Space == "":
			name.Space = ""
		case a.Name.Space == "xmlns":
			name.Space, ok = "xmlns", a.Value != "" && a.Name.Local != "xml" && a.Name.Local != "xmlns"
		}
		if !ok || seen[name] {
			return fmt.Errorf("attribute %s of <%s> is there twice or has no namespace", a.Name.Local, n.name)
		}
		seen[name] = true
	}
	if _, ok := n.space(n.prefix); !ok {
		return fmt.Errorf("<%s:%s>: the prefix is not declared", n.prefix, n.name)
	}
	return nil
}

// space returns the namespace that a prefix stands for at n; the empty prefix is the default namespace.
func (n *node) space(prefix string) (string, bool) {
	if prefix == "xml" {
		return nsXML, true
	}
	for at := n; at != nil; at = at.parent {
		for _, a := range at.declared {
			if p, ok := declares(a); ok && p == prefix {
				return a.Value, true
			}
		}
	}
	return "", prefix == ""
}

// declares tells which prefix an attribute declares, if it does.
func declares(a xml.Attr) (string, bool) {
	switch {
	case a.Name.Space == "xmlns":
		return a.Name.Local, true
	case a.Name.Space == "" && a.Name.Local == "xmlns":
		return "", true
	}
	return "", false
}

// is tells whether an element has a name.
func (n *node) is(space, name string) bool {
	if n.name != name {
		return false
	}
	uri, _ := n.space(n.prefix)
	return uri == space
}

// attribute returns an attribute that has no prefix.
func (n *node) attribute(name string) string {
	for _, a := range n.attributes {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// elements returns the children of a name.
func (n *node) elements(space, name string) (list []*node) {
	for _, c := range n.children {
		if e, ok := c.(*node); ok && e.is(space, name) {
			list = append(list, e)
		}
	}
	return list
}

// one returns the only element at a path of names below n, or nil.
func (n *node) one(space string, path ...string) *node {
	for _, name := range path {
		list := n.elements(space, name)
		if len(list) != 1 {
			return nil
		}
		n = list[0]
	}
	return n
}

// text returns the text of an element, nothing for nil.
func (n *node) text() string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	for _, c := range n.children {
		if t, ok := c.(xml.CharData); ok {
			b.Write(t)
		}
	}
	return strings.TrimSpace(b.String())
}

// each calls f for n and all elements below it.
func (n *node) each(f func(*node)) {
	f(n)
	for _, c := range n.children {
		if e, ok := c.(*node); ok {
			e.each(f)
		}
	}
}

// canonicalization is one of the ways to write an element.
type canonicalization struct {
	exclusive, comments bool
}

// canonicalizations are those that are understood, without lists of prefixes.
var canonicalizations = map[string]canonicalization{
	c14n:                   {},
	c14n + "#WithComments": {comments: true},
	"http://www.w3.org/2001/10/xml-exc-c14n#":             {exclusive: true},
	"http://www.w3.org/2001/10/xml-exc-c14n#WithComments": {exclusive: true, comments: true},
}

// write returns the canonical form of an element and what is in it.
func (c canonicalization) write(n *node) []byte { return c.element(nil, n, nil, true) }

// rendered is a namespace declaration in the output, in effect below it.
type rendered struct{ prefix, uri string }

func (c canonicalization) element(b []byte, n *node, above []rendered, apex bool) []byte {
	below, fresh := slices.Clip(above), []rendered(nil)
	for _, prefix := range c.prefixes(n, apex) {
		uri, _ := n.space(prefix)
		if i := slices.IndexFunc(below, func(r rendered) bool { return r.prefix == prefix }); i >= 0 {
			if below[i].uri == uri {
				continue
			}
			below = slices.Delete(slices.Clone(below), i, i+1)
		} else if uri == "" {
			continue
		}
		below, fresh = append(below, rendered{prefix, uri}), append(fresh, rendered{prefix, uri})
	}
	slices.SortFunc(fresh, func(a, b rendered) int { return strings.Compare(a.prefix, b.prefix) })
	b = append(append(b, '<'), qualified(n.prefix, n.name)...)
	for _, r := range fresh {
		name := "xmlns"
		if r.prefix != "" {
			name = "xmlns:" + r.prefix
		}
		b = appendAttribute(b, name, r.uri)
	}
	for _, a := range c.sorted(n, apex) {
		b = appendAttribute(b, qualified(a.Name.Space, a.Name.Local), a.Value)
	}
	b = append(b, '>')
	for _, child := range n.children {
		switch t := child.(type) {
		case *node:
			b = c.element(b, t, below, false)
		case xml.CharData:
			b = appendText(b, string(t))
		case xml.ProcInst:
			b = append(b, "<?"+t.Target...)
			if len(t.Inst) > 0 {
				b = append(append(b, ' '), t.Inst...)
			}
			b = append(b, "?>"...)
		case xml.Comment:
			if c.comments {
				b = append(append(append(b, "<!--"...), t...), "-->"...)
			}
		}
	}
	return append(b, "</"+qualified(n.prefix, n.name)+">"...)
}

func qualified(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + ":" + name
}

// prefixes returns those whose namespaces an element has to declare, unless they are in effect: in the inclusive form all
// that are declared, at the apex also by its ancestors; in the exclusive form those that are used.
func (c canonicalization) prefixes(n *node, apex bool) []string {
	var list []string
	add := func(p string) {
		if p != "xml" && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	if c.exclusive {
		add(n.prefix)
		for _, a := range n.attributes {
			if _, ok := declares(a); !ok && a.Name.Space != "" {
				add(a.Name.Space)
			}
		}
		return list
	}
	for at := n; at != nil; at = at.parent {
		for _, a := range at.attributes {
			if p, ok := declares(a); ok {
				add(p)
			}
		}
		if !apex {
			break
		}
	}
	return list
}

// sorted returns the attributes in canonical order: those without a prefix, then by namespace. The apex of the inclusive
// form has the xml: attributes of its ancestors too.
func (c canonicalization) sorted(n *node, apex bool) []xml.Attr {
	var list []xml.Attr
	for _, a := range n.attributes {
		if _, ok := declares(a); !ok {
			list = append(list, a)
		}
	}
	if apex && !c.exclusive {
		for at := n.parent; at != nil; at = at.parent {
			for _, a := range at.attributes {
				if a.Name.Space == "xml" && !slices.ContainsFunc(list, func(b xml.Attr) bool { return b.Name == a.Name }) {
					list = append(list, a)
				}
			}
		}
	}
	uri := func(a xml.Attr) string {
		if a.Name.Space == "" {
			return ""
		}
		s, _ := n.space(a.Name.Space)
		return s
	}
	slices.SortStableFunc(list, func(a, b xml.Attr) int {
		if by := strings.Compare(uri(a), uri(b)); by != 0 {
			return by
		}
		return strings.Compare(a.Name.Local, b.Name.Local)
	})
	return list
}
