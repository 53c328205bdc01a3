package guide_test

import (
	"errors"
	"fmt"
	"testing/fstest"

	"auditpack/evidence"
	"auditpack/evidence/guide"
)

// A guide of one section, with a mistake that only Lint can see.
func Example() {
	folder := fstest.MapFS{
		"guide.yaml": {Data: []byte(`
id: house-rules
title: Rules of the house
edition: "1"
sections:
  - rdp.yaml
`)},
		"rdp.yaml": {Data: []byte(`
id: rdp
part: Network
title: Remote Desktop
controls:
  - id: rdp-off
    statement: Remote Desktop is switched off
    severity: high
    fix: Choose "Don't allow remote connections to this computer" (sysdm.cpl, Remote).
    checks:
      - kind: registri
        address: registry:HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server!fDenyTSConnections
        want: ["= 1"]
`)},
	}
	g, _, err := guide.Load(folder)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(g.Title)
	for _, problem := range guide.Lint(g, func(c evidence.Check) error {
		if c.Kind != "registry" {
			return errors.New("no kind of check is called " + c.Kind)
		}
		return nil
	}) {
		fmt.Println(problem)
	}
	// Output:
	// Rules of the house
	// rdp-off: no kind of check is called registri
}
