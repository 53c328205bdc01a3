package pack

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// shape reads JSON as a stream and holds it against a Go type: every field is known and stands there once, nothing comes
// after the value. It keeps nothing of what it reads, but tells of it.
type shape struct {
	d      *json.Decoder
	left   int64 // how many bytes more the records may take, were they kept
	fields map[reflect.Type]map[string]reflect.Type
	// enter is told of every record, with the field that holds it and the record of type of that has the field; nil and "" within a list.
	enter func(t, of reflect.Type, field string) error
	// leaf is told of every field of a record that is no record itself: value is a pointer to it.
	leaf func(of reflect.Type, field string, value any) error
}

func newShape(r io.Reader, most int64) *shape {
	return &shape{d: json.NewDecoder(r), left: most, fields: map[reflect.Type]map[string]reflect.Type{}}
}

// read reads the one value that there is.
func (s *shape) read(t reflect.Type) error {
	if err := s.value(t, nil, ""); err != nil {
		return noEOF(err)
	}
	switch _, err := s.d.Token(); {
	case err == nil:
		return errors.New("something comes after its end")
	case err != io.EOF:
		return err
	}
	return nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// value reads a value of type t, which is that field of a record of type of.
func (s *shape) value(t, of reflect.Type, field string) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
		if err := s.take(t); err != nil {
			return err
		}
	}
	switch {
	case reads(t):
	case t.Kind() == reflect.Struct:
		return s.record(t, of, field)
	case t.Kind() == reflect.Slice:
		return s.list(t)
	}
	v := reflect.New(t).Interface()
	if err := s.d.Decode(v); err != nil {
		return err
	}
	if of == nil || s.leaf == nil {
		return nil
	}
	return s.leaf(of, field, v)
}

// reads reports whether a type reads its JSON itself.
func reads(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[json.Unmarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// take counts one value of type t as kept.
func (s *shape) take(t reflect.Type) error {
	if s.left -= int64(t.Size()); s.left < 0 {
		return errors.New("too many records for its size: no audit has so many")
	}
	return nil
}

// open reads the beginning of a record or of a list; null is as good as none.
func (s *shape) open(want json.Delim, t reflect.Type) (bool, error) {
	at := s.d.InputOffset()
	token, err := s.d.Token()
	if err != nil || token == nil {
		return false, err
	}
	if token != want {
		return false, fmt.Errorf("byte %d: want %q, the beginning of a %s", at, want.String(), strings.TrimPrefix(t.String(), "[]"))
	}
	return true, nil
}

func (s *shape) list(t reflect.Type) error {
	some, err := s.open('[', t)
	if err != nil || !some {
		return err
	}
	for s.d.More() {
		if err := s.take(t.Elem()); err != nil {
			return err
		}
		if err := s.value(t.Elem(), nil, ""); err != nil {
			return err
		}
	}
	_, err = s.d.Token()
	return err
}

func (s *shape) record(t, of reflect.Type, field string) error {
	some, err := s.open('{', t)
	switch {
	case err != nil:
		return err
	case !some && field == "":
		return fmt.Errorf("null in place of a %s", t)
	case !some:
		return nil
	}
	if s.enter != nil {
		if err := s.enter(t, of, field); err != nil {
			return err
		}
	}
	known := s.fieldsOf(t)
	var seen []string
	for s.d.More() {
		token, err := s.d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		is, ok := known[name]
		switch {
		case !ok:
			return fmt.Errorf("unknown field %.80q", name)
		case slices.Contains(seen, name):
			return fmt.Errorf("field %q stands there twice", name)
		}
		seen = append(seen, name)
		if err := s.value(is, t, name); err != nil {
			return err
		}
	}
	_, err = s.d.Token()
	return err
}

// fieldsOf returns the types of the fields of a struct by their names in JSON, those of embedded structs among them.
func (s *shape) fieldsOf(t reflect.Type) map[string]reflect.Type {
	if found, ok := s.fields[t]; ok {
		return found
	}
	all := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			for name, is := range s.fieldsOf(f.Type) {
				if _, ok := all[name]; !ok { // the outer one hides it
					all[name] = is
				}
			}
		case name == "-" || !f.IsExported():
		case name == "":
			all[f.Name] = f.Type
		default:
			all[name] = f.Type
		}
	}
	s.fields[t] = all
	return all
}
