package seal_test

import (
	"testing"
	"time"

	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

func TestJudge(t *testing.T) {
	id := sealtest.Identity(t)
	trusted := sealtest.Trust(id, nil)
	late := trusted
	late.At = id.Certificate.NotAfter.Add(time.Hour)
	for _, test := range []struct {
		name    string
		trust   seal.Trust
		stamp   *seal.Stamp
		claimed time.Time
		want    seal.Standing
		faults  int
	}{
		{"trusted", trusted, nil, sealtest.Time, seal.Trusted, 0},
		{"no time stated", trusted, nil, time.Time{}, seal.Trusted, 0},
		{"nobody is trusted", seal.Trust{At: sealtest.Time}, nil, sealtest.Time, seal.Unknown, 0},
		{"claimed before the certificate", trusted, nil, id.Certificate.NotBefore.Add(-time.Hour), seal.Broken, 1},
		{"expired", late, nil, sealtest.Time, seal.Broken, 1},
		{"expired, but stamped before", late, &seal.Stamp{Time: sealtest.Time, Standing: seal.Trusted}, sealtest.Time, seal.Trusted, 0},
		{"expired, stamped by an unknown authority", late, &seal.Stamp{Time: sealtest.Time, Standing: seal.Unknown}, sealtest.Time, seal.Broken, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			standing, chain, faults := test.trust.Judge(id.Certificate, nil, test.stamp, test.claimed)
			if standing != test.want || len(faults) != test.faults || chain == "" {
				t.Errorf("%s, %q, %q; want %s", standing, chain, faults, test.want)
			}
		})
	}
}
