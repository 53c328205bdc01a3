package rendertest

import (
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// custody is one step of each kind, with the texts that are hard to lay out.
func custody(h audit.Host) []audit.Custody {
	step := func(s audit.Snapshot, d audit.Deed, items int) audit.Custody {
		return audit.Custody{Deed: d, Host: h.Name, Object: s.Folder, Digest: s.Digest, Items: items, Who: s.Operator, With: s.Tool, From: s.From, To: s.To}
	}
	claimed := step(*h.Before, audit.DeedCaptured, len(h.Before.Items))
	claimed.Who, claimed.With, claimed.Ground, claimed.Note = "", "", audit.ByClaim, "by whom and with what is not recorded"
	imported := step(*h.Before, audit.DeedImported, len(h.Before.Items))
	imported.Ground, imported.Who = audit.ByImporter, `EXAMPLE\field.engineer`
	imported.From, imported.To = asOf.Add(-time.Hour), asOf.Add(-time.Hour)
	captured := step(h.After, audit.DeedCaptured, len(h.After.Items)-1)
	captured.Ground = audit.ByHostClock
	captured.Clock.Offset, captured.Clock.Source, captured.Clock.Asked = "-0.31", "time.example.com", now
	probed := step(h.After, audit.DeedProbed, 1)
	probed.Who, probed.Ground = "192.0.2.10", audit.ByVantage
	sealed := step(h.After, audit.DeedSealed, 0)
	sealed.Who, sealed.With, sealed.Signer, sealed.Ground = "Example Managed Services", "", evidence.DigestOf([]byte("certificate")), audit.ByClaim
	sealed.From = sealed.To
	return []audit.Custody{claimed, imported, captured, probed, sealed,
		{Deed: audit.DeedPacked, Object: "package", Who: "Example Managed Services", With: "auditpack 0.1.0", From: asOf, To: asOf, Ground: audit.ByAsOf},
		{Deed: audit.DeedSigned, Object: "package", Who: "Example Managed Services", Signer: evidence.DigestOf([]byte("certificate")), With: "auditpack 0.1.0",
			Ground: audit.NotRecorded, Note: "the time stands in the signature"}}
}
