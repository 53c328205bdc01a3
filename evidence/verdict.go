package evidence

// Result is the outcome of a Check, a Control or a Rule.
type Result string

// The Results. A Result that was never set counts as NotCollected.
const (
	Pass          Result = "pass"
	Fail          Result = "fail"
	NotApplicable Result = "not applicable"
	NotCollected  Result = "not collected"
	NeedsReview   Result = "needs review"
)

// Results lists all Results in the order in which they are shown and counted.
var Results = []Result{Fail, NeedsReview, NotCollected, Pass, NotApplicable}

// Basis is what a Verdict rests on; what was attested never looks like what was seen.
type Basis string

// The Bases.
const (
	BasisEvidence    Basis = "evidence"
	BasisProbe       Basis = "probe"
	BasisAttestation Basis = "attestation"
	BasisCarried     Basis = "carried" // the status that a person gave in an earlier checklist
	BasisNone        Basis = "none"
)

// ByPerson reports whether it is a person's word and nothing that was seen.
func (b Basis) ByPerson() bool { return b == BasisAttestation || b == BasisCarried }

// Reason is one finding of a Check. A Reason that is Pass or Fail has at least one Citation.
type Reason struct {
	Result   Result     `json:"result"`
	Address  Address    `json:"address,omitempty"`
	Expected string     `json:"expected"` // for people, one line
	Actual   string     `json:"actual"`   // for people, one line
	Note     string     `json:"note,omitempty"`
	Cites    []Citation `json:"citations,omitempty"`
	// ByPerson is true where what was found is listed and only a person can say whether it is right: an attestation may.
	ByPerson bool `json:"by_person,omitempty"`
	// Fact is the key of the answers file without which what was found cannot be judged; empty: none is missing.
	Fact string `json:"fact_missing,omitempty"`
}

// Verdict is a Result with its Reasons.
type Verdict struct {
	Result  Result   `json:"result"`
	Basis   Basis    `json:"basis"`
	Reasons []Reason `json:"reasons"`
}

// severityOf orders Results for combining: the first of these that occurs among the Reasons is the Verdict's.
var combineOrder = []Result{Fail, NeedsReview, NotCollected, Pass, NotApplicable}

// Combine returns the Verdict of several Reasons that must all hold: any fail makes a fail, else any doubt a needs
// review, else any hole a not collected. Not applicable remains only if all are. A pass or fail without a Citation is
// turned into needs review: no verdict without cited bytes. No Reasons at all is NotCollected.
func Combine(basis Basis, reasons ...Reason) Verdict {
	v := Verdict{Result: NotCollected, Basis: basis, Reasons: reasons}
	if len(reasons) == 0 {
		v.Basis = BasisNone
		return v
	}
	seen := map[Result]bool{}
	for i := range reasons {
		r := &reasons[i]
		if r.Result == "" {
			r.Result = NotCollected
		}
		if (r.Result == Pass || r.Result == Fail) && len(r.Cites) == 0 {
			r.Note = "no bytes to cite for a " + string(r.Result)
			r.Result = NeedsReview
		}
		seen[r.Result] = true
	}
	for _, result := range combineOrder {
		if seen[result] {
			v.Result = result
			break
		}
	}
	return v
}
