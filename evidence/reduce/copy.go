package reduce

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// copy returns a value that shares nothing with v, its texts masked; v is that field of a record of type of.
func (m *masker) copy(v reflect.Value, of reflect.Type, field string) reflect.Value {
	t := v.Type()
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(t.Elem())
		out.Elem().Set(m.copy(v.Elem(), of, field))
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(t, v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(m.copy(v.Index(i), of, field))
		}
		return out
	case reflect.Struct:
		return m.record(v)
	case reflect.String:
		return reflect.ValueOf(m.field(v.String(), t, of, field)).Convert(t)
	case reflect.Map, reflect.Interface, reflect.Func, reflect.Chan:
		panic("reduce: an Audit holds a " + t.String() + ", of which nobody has said what becomes of it")
	}
	return v // numbers, and arrays of bytes, which are digests
}

// record copies a struct. Its fields that nobody sees are those of a time.
func (m *masker) record(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() {
			out.Field(i).Set(m.copy(v.Field(i), v.Type(), f.Name))
		}
	}
	if c, ok := v.Interface().(audit.Custody); ok {
		out.FieldByName("Who").SetString(m.who(c))
	}
	return out
}

// field says what becomes of a text. Types of their own are words of this program, save addresses.
func (m *masker) field(s string, t, of reflect.Type, field string) string {
	if do := otherwise[of][field]; do != nil {
		return do(m, s)
	}
	if stay.has(of, field) || t != typeOf[string]() && t != typeOf[evidence.Address]() {
		return s
	}
	if of == typeOf[audit.Custody]() && field == "Who" {
		return ""
	}
	return m.text(s)
}

// who masks who had the evidence in hand. Who packs and signs says so in their own name.
func (m *masker) who(c audit.Custody) string {
	switch c.Deed {
	case audit.DeedPacked, audit.DeedSigned, audit.DeedSealed:
		return c.Who
	}
	return m.person(c.Who)
}

// quoted is a text in quotes.
var quoted = regexp.MustCompile(`"([^"]+)"`)

// Accounts returns the names of the accounts and groups that a snapshot shows, but those that every Windows and MySQL has.
func Accounts(f *evidence.Facts) []string {
	var list []string
	add := func(names ...string) {
		for _, name := range names {
			if _, known := evidence.SIDByName(name); !known && !everywhere(name) {
				list = append(list, name)
			}
		}
	}
	for _, s := range f.Settings() {
		switch kind := s.Address.Kind(); kind {
		case "mysql":
			if user, ok := strings.CutPrefix(s.Address.Rest(), "user/"); ok {
				name, _, _ := strings.Cut(user, "@")
				add(name)
			}
		case "automate-permission":
			if _, name, ok := strings.Cut(s.Value.String(), "Name="); ok {
				name, _, _ = strings.Cut(name, "ClassID=")
				add(strings.TrimSpace(name))
			}
		case "group":
			for _, q := range quoted.FindAllStringSubmatch(s.Value.String(), -1) {
				add(q[1])
			}
		}
		add(principals(reflect.ValueOf(s.Value))...)
	}
	return list
}

// principals returns the names of the accounts in a value, whatever it is made of.
func principals(v reflect.Value) []string {
	var list []string
	switch v.Kind() {
	case reflect.Struct:
		switch p := v.Interface().(type) {
		case evidence.Principal:
			return []string{p.Name}
		case evidence.Account:
			return []string{p.Name}
		case evidence.Service:
			return logon(p.Account)
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				list = append(list, principals(v.Field(i))...)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			list = append(list, principals(v.Index(i))...)
		}
	}
	return list
}

// logon returns the name of the account that a service logs on as, if it is none that Windows makes for services.
func logon(account string) []string {
	fold := strings.ToLower(account)
	if account == "" || fold == "localsystem" || strings.HasPrefix(fold, `nt authority\`) || strings.HasPrefix(fold, `nt service\`) {
		return nil
	}
	return []string{strings.TrimPrefix(account, `.\`)}
}

// accountsEverywhere are names of accounts that say nothing, as every Windows, MySQL or Automate has them.
var accountsEverywhere = []string{
	"Administrator", "Guest", "DefaultAccount", "WDAGUtilityAccount", "defaultuser0", "SYSTEM", "root", "mysql.sys", "mysql.session",
	"mysql.infoschema", "LabTech", "IUSR", "Administrateur", "Invité", "Gast", "Everyone", "Users", "Administrators",
}

func everywhere(name string) bool {
	return slices.ContainsFunc(accountsEverywhere, func(known string) bool { return strings.EqualFold(known, name) })
}
