package pack

import (
	"bytes"

	"auditpack/evidence/stig"
)

// nistFacts are the controls of NIST SP 800-53 that CCIs stand for, by revision, and where that is from.
type nistFacts struct {
	rev4, rev5 func(cci string) []string
	source     string
}

// nistFacts reads DISA's list of CCIs if it was handed in; without it, what this program knows stands in.
func (in Inputs) nistFacts() (nistFacts, error) {
	ccis, source := stig.CCIFacts(), "facts that come with the program, from DISA's list of "
	if in.CCI != nil {
		var err error
		if ccis, err = stig.OpenCCIs(in.CCI.Name, bytes.NewReader(in.CCI.Data), int64(len(in.CCI.Data))); err != nil {
			return nistFacts{}, err
		}
		source = "DISA's list of CCIs, as handed in, of "
	}
	rev4, rev5 := map[string][]string{}, map[string][]string{}
	for _, c := range ccis {
		rev4[c.ID], rev5[c.ID] = c.Rev4, c.Rev5
	}
	return nistFacts{
		rev4:   func(cci string) []string { return rev4[cci] },
		rev5:   func(cci string) []string { return rev5[cci] },
		source: source + ccis[0].Since,
	}, nil
}
