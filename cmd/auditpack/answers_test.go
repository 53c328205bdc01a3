package main

import (
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// TestSampleAnswers holds the rows A1 to A7 of templates/sample/README.md: what the answers show in the demo.
func TestSampleAnswers(t *testing.T) {
	got := map[string]audit.Assessed{}
	for _, s := range demoAudit(t).Hosts[0].Sections {
		for _, c := range s.Controls {
			got[c.ID] = c
		}
	}
	for _, want := range []struct {
		row, id           string
		result            evidence.Result
		basis             evidence.Basis
		accepted, expired bool
		note              string
	}{
		{"A1", "pw-automate-system", evidence.Pass, evidence.BasisAttestation, false, false, ""},
		{"A2", "ipr-backup-webconfig", evidence.Pass, evidence.BasisAttestation, false, false, ""},
		{"A3", "perm-transfer-files", evidence.Fail, evidence.BasisAttestation, false, false, ""},
		{"A4", "admin-no-internet-apps", evidence.NeedsReview, evidence.BasisNone, false, false, "expired on 2026-09-30"},
		{"A5", "stig2-autoplay-nonvolume", evidence.Fail, evidence.BasisEvidence, false, false, "the evidence says otherwise"},
		{"A6", "rdp-disabled-after-control", evidence.Fail, evidence.BasisEvidence, true, false, ""},
		{"A7", "fw-closed-udp-70-74", evidence.Fail, evidence.BasisEvidence, true, true, ""},
	} {
		c := got[want.id]
		if c.After.Result != want.result || c.After.Basis != want.basis || (c.Exception != nil) != want.accepted || c.Expired != want.expired {
			t.Errorf("%s %s: %s by %s, exception %v, expired %t", want.row, want.id, c.After.Result, c.After.Basis, c.Exception, c.Expired)
		}
		if len(c.After.Reasons) == 0 || !strings.Contains(c.After.Reasons[0].Note, want.note) {
			t.Errorf("%s %s: %+v, want a note with %q", want.row, want.id, c.After.Reasons, want.note)
		}
	}
	if before := got["admin-no-internet-apps"].Before; before.Result != evidence.Pass || before.Basis != evidence.BasisAttestation {
		t.Errorf("A4 before: %s by %s", before.Result, before.Basis)
	}
}
