package main

import (
	"fmt"
	"io"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/pack"
)

// sayPacked tells what the operator has to know of a package besides its verdicts. by is who signed it, nil nobody.
func sayPacked(w pack.Written, by *pack.Sealer, dest string, stderr io.Writer) {
	if by != nil {
		saySigner(stderr, by)
	}
	sayUnasked(stderr, w.Audit)
	sayUnconcerned(stderr, w.Audit)
	sayUnruled(stderr, w.Audit)
	sayCarried(stderr, w.Audit)
	sayTelling(stderr, w)
	sayLeftovers(stderr, dest)
	sayStale(stderr, w.Audit)
}

// showPacked prints the counts of a package.
func showPacked(w pack.Written, dest string, stdout io.Writer) {
	c := w.Audit.Counts
	compared, now := w.Audit.Compared()
	fmt.Fprintf(stdout, "%s\n", clean(dest))
	for _, r := range evidence.Results {
		fmt.Fprintf(stdout, "  %s %-15s %3d", mark(r), r, c.Of(r))
		switch {
		case compared == len(w.Audit.Hosts):
			fmt.Fprintf(stdout, "   before %3d", w.Audit.Before.Of(r))
		case compared > 0:
			fmt.Fprintf(stdout, "   on %d of %d hosts %3d, before %3d", compared, len(w.Audit.Hosts), now.Of(r), w.Audit.Before.Of(r))
		}
		fmt.Fprintln(stdout)
	}
	if len(w.Audit.Hosts) == 1 { // of several, the report and the workbook have them
		showRuleCounts(w.Audit.Hosts[0].Benchmarks, stdout)
	}
	showWithheld(w, stdout)
	fmt.Fprintf(stdout, "  sha256 of tagmanifest-sha256.txt: %s\n", w.Digest)
	for _, f := range w.Audit.Forms {
		fmt.Fprintf(stdout, "  %s: %s filled, %d left blank for a person, %d to look at, %d attested and to be confirmed by the signer\n", clean(f.Path),
			formPlaces(len(f.Fields), f.Kind), len(f.Open), len(f.Look), len(f.ToConfirm()))
	}
}

// nextOfPack writes the last line: what the auditor needs besides the package.
func nextOfPack(o packOptions, stdout io.Writer) {
	if o.unsigned {
		next(stdout, "tell the auditor this digest by another way; auditpack verify %s --unsigned-ok checks the package", o.dest)
		return
	}
	show := "auditpack key show --pem -o TRUST.pem"
	if o.key != "" {
		show = "auditpack key show " + o.key + " --pem -o TRUST.pem"
	}
	next(stdout, "%s writes your certificate for the auditor, whom you tell its fingerprint by another way; auditpack verify %s --trust TRUST.pem checks the package", show, o.dest)
}

// showRuleCounts counts the rules of each benchmark by verdict, in a line.
func showRuleCounts(list []audit.Benchmark, stdout io.Writer) {
	for _, m := range list {
		name := fmt.Sprintf("%s V%sR%s", m.ID, m.Version, m.Release)
		if m.Site != "" {
			name += " for " + m.Site
		}
		text := fmt.Sprintf("%s of %s: %s", count(m.Counts.Total(), "rule", "rules"), name, sectionCounts(m.Counts))
		switch {
		case m.NotJudged != "":
			text = name + ": not judged: " + m.NotJudged
		case m.CountsBefore != nil:
			text += ", before " + sectionCounts(*m.CountsBefore)
		}
		fmt.Fprintf(stdout, "  %s\n", clean(text))
	}
}
