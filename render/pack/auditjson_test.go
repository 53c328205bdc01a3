package pack

import (
	"bytes"
	"testing"

	"auditpack/evidence/audit"
	"auditpack/render/rendertest"
)

// What is written host by host is what is written at once.
func TestWriteAudit(t *testing.T) {
	one := rendertest.Audit()
	two := rendertest.Audit()
	two.Hosts = append(two.Hosts, one.Hosts[0])
	hostile := rendertest.Audit()
	hostile.Client = "\n  \"hosts\": null"
	empty := rendertest.Audit()
	empty.Hosts = []audit.Host{}
	for name, a := range map[string]audit.Audit{"one": one, "two": two, "no hosts": {}, "an empty list": empty, "a text that looks like the place": hostile} {
		want, err := encode(a)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := writeAudit(&got, a); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.Equal(want, got.Bytes()) {
			t.Errorf("%s: differs: %v", name, differLines(want, got.Bytes()))
		}
	}
}
