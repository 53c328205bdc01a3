package form

import (
	"bytes"
	"errors"
	"fmt"

	"auditpack/render/cos"
)

// signed refuses a form whose signature would not survive: one that somebody signed, or certified against filling in.
func (f *pdfForm) signed() error {
	perms, _ := f.file.Resolve(f.root["Perms"]).(cos.Dict)
	certified := f.file.Resolve(perms["DocMDP"])
	if certified != nil && f.permission(certified) < 2 {
		return errors.New("certified against every change: filling it in would break the certification")
	}
	for _, field := range f.fields {
		v, signed := f.file.Resolve(field.value).(cos.Dict)
		if field.kind != signField || !signed {
			continue
		}
		if c, ok := certified.(cos.Dict); ok && bytes.Equal(contents(c), contents(v)) {
			continue // the certification itself, which lets forms be filled in
		}
		return fmt.Errorf("signed in the field %q: filling it in would break or question the signature", field.name)
	}
	return nil
}

func contents(d cos.Dict) []byte {
	s, _ := d["Contents"].(cos.String)
	return s.Data
}

// permission is what a certification lets be done (ISO 32000-1, table 254): 1 nothing, 2 filling in.
func (f *pdfForm) permission(signature cos.Value) int64 {
	d, _ := signature.(cos.Dict)
	list, _ := f.file.Resolve(d["Reference"]).(cos.Array)
	least := int64(2)
	for _, r := range list {
		r, _ := f.file.Resolve(r).(cos.Dict)
		switch p, _ := f.file.Resolve(r["TransformParams"]).(cos.Dict); f.file.Resolve(r["TransformMethod"]) {
		case cos.Name("DocMDP"):
			if n, ok := f.file.Resolve(p["P"]).(int64); ok {
				least = min(least, n)
			}
		case cos.Name("FieldMDP"):
			return 1 // it locks fields
		}
	}
	return least
}
