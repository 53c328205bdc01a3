package parse_test

import (
	"bytes"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/parse"
)

// everyCitationLies checks what holds for any input: no panic, and each Citation lies inside the bytes.
func everyCitationLies(t *testing.T, raw []byte) {
	c, err := parse.Read(item, bytes.NewReader(raw), nil)
	if err != nil {
		return
	}
	check := func(what string, v evidence.Citation) {
		if v.Line < 0 || v.Offset < 0 || v.Length < 0 || v.Offset+v.Length > int64(len(raw)) {
			t.Errorf("%s is cited at %s of %d bytes", what, v, len(raw))
		}
	}
	for _, s := range c.Settings {
		check(string(s.Address), s.Cite)
	}
	for _, v := range c.Covers {
		check(string(v.Scope), v.Cite)
	}
	for _, p := range c.Problems {
		check(p.Message, p.Cite)
	}
}

func FuzzRegistryExport(f *testing.F) {
	f.Add(utf16le(crlf(typesExport), true))
	f.Add([]byte(crlf(typesExport)))
	f.Add([]byte("REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\S]\n\"A\"=hex(7):61,00,00\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		everyCitationLies(t, raw)
		// What is asked for does not depend on what else is asked for.
		all, _ := parse.Read(item, bytes.NewReader(raw), nil)
		few, _ := parse.Read(item, bytes.NewReader(raw), asking(`registry:HKLM\SOFTWARE\Sample!Path`))
		const path = evidence.Address(`registry:HKLM\SOFTWARE\Sample!Path`)
		a := evidence.NewFacts([]evidence.Content{all}).Lookup(path)
		b := evidence.NewFacts([]evidence.Content{few}).Lookup(path)
		if all.Refused == "" && few.Refused == "" && (a.State != b.State || a.State == evidence.Found && a.Value().String() != b.Value().String()) {
			t.Errorf("asked for everything: %+v, for one value: %+v", a, b)
		}
	})
}

func FuzzSecedit(f *testing.F) {
	f.Add(utf16le(crlf(seceditSample), true))
	f.Add([]byte(seceditSample))
	f.Fuzz(everyCitationLies)
}

func FuzzAuditpol(f *testing.F) {
	f.Add([]byte(auditpolSample))
	f.Add([]byte(auditpolBackup))
	f.Fuzz(everyCitationLies)
}
