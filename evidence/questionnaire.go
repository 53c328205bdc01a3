package evidence

import "time"

// QuestionPrefix is what the id of a question begins with where an Attestation names it: question:edr-watched.
const QuestionPrefix = "question:"

// Questionnaire is a set of questions as an insurer asks them, as data.
type Questionnaire struct {
	Version   int        `yaml:"version"` // of the format: 1
	ID        string     `yaml:"id"`      // lower case: insurance
	Title     string     `yaml:"title"`
	About     string     `yaml:"about"` // for whom it is and what it does not cover, one or two sentences
	Questions []Question `yaml:"questions"`
	File      string     `yaml:"-"` // base name of the file it was read from
	Digest    Digest     `yaml:"-"` // of that file
}

// QuestionScope says what a Question is about, and so who can answer it.
type QuestionScope string

// The QuestionScopes.
const (
	OfHost    QuestionScope = "host"    // each server for itself: its evidence can answer
	OfCompany QuestionScope = "company" // everything that the applicant has: no server can say yes for it, one can say no
)

// Question is one question. It is worded so that yes is what the things it is linked to support.
type Question struct {
	ID    string        `yaml:"id"`    // edr-watched
	Topic string        `yaml:"topic"` // Endpoint protection
	Text  string        `yaml:"text"`
	Reach QuestionScope `yaml:"scope"`
	// Controls and Checks decide. Rules count where they were judged and either hold or not; Settings decide nothing
	// and are shown.
	Controls []string        `yaml:"controls,omitempty"`
	Checks   []QuestionCheck `yaml:"checks,omitempty"`
	Rules    []STIGID        `yaml:"rules,omitempty"`
	Settings []Address       `yaml:"settings,omitempty"` // "*" in one stands for anything
	// Parts says that each Control, Check and Rule answers a part of the question, so that some can hold and some not.
	// Without it the question holds on a host where all of them do.
	Parts bool `yaml:"parts,omitempty"`
	// Person says what no evidence of this kind shows and a person has to say. A question about the company has one.
	Person string `yaml:"person,omitempty"`
	Attach string `yaml:"attach,omitempty"` // what a reader would want beside it: the record of the last restore test
	Limit  int    `yaml:"limit,omitempty"`  // of the comment, in characters; 0: 1,000
}

// QuestionCheck is a Check that belongs to a Question and not to the guide.
type QuestionCheck struct {
	ID        string `yaml:"id"` // of its own within the set: nla
	Statement string `yaml:"statement"`
	Check     `yaml:",inline"`
	// SupportsOnly says that a value other than the wanted one decides nothing.
	SupportsOnly bool `yaml:"supports_only,omitempty"`
	// Optional says that the Check counts where evidence decides it, and leaves the question to a person where none does.
	Optional bool `yaml:"optional,omitempty"`
	// Until is when the fact ends on which the Check rests (the support of a product, say); later it decides nothing.
	Until time.Time `yaml:"until,omitempty"`
}

// AnswerStatus is the answer to a Question.
type AnswerStatus string

// The AnswerStatuses.
const (
	Confirmed   AnswerStatus = "confirmed"
	Partial     AnswerStatus = "partial"           // for n of m
	AnswerNo    AnswerStatus = "no"                // the evidence or a person says no
	NotProvable AnswerStatus = "not provable here" // what is at hand decides neither way
	NotAnswered AnswerStatus = "not answered"      // only a person can say, and nobody has
)

// AnswerStatuses lists all of them in the order in which they are counted.
var AnswerStatuses = []AnswerStatus{Confirmed, Partial, AnswerNo, NotProvable, NotAnswered}

// AnswerBasis is what an answer rests on.
type AnswerBasis string

// The AnswerBases. What was attested never looks like what was seen.
const (
	ByEvidence    AnswerBasis = "evidence"
	ByAttestation AnswerBasis = "attestation"
	ByBoth        AnswerBasis = "evidence and attestation"
	ByNothing     AnswerBasis = "none"
)

// BearingKind is what a Bearing is.
type BearingKind string

// The BearingKinds.
const (
	ControlBearing BearingKind = "control" // a statement of the guide
	RuleBearing    BearingKind = "rule"    // a rule of a STIG
	CheckBearing   BearingKind = "check"   // a Check of the question's own
)

// Bearing is one verdict on one host that bears on a Question.
type Bearing struct {
	Kind      BearingKind `json:"kind"`
	ID        string      `json:"id"`
	Statement string      `json:"statement"`
	Verdict   Verdict     `json:"verdict"`
	// SupportsOnly says that a fail decides nothing, and Optional that what is not decided is no hole.
	SupportsOnly bool         `json:"supports_only,omitempty"`
	Optional     bool         `json:"optional,omitempty"`
	Exception    *Exception   `json:"exception,omitempty"`   // one that counts; it changes nothing
	Attestation  *Attestation `json:"attestation,omitempty"` // of the Control, one that counts
}

// Shown is a Setting that a Question asks to be shown.
type Shown struct {
	Address Address  `json:"address"`
	Value   string   `json:"value"`
	Cite    Citation `json:"citation"`
}

// HostBearings is everything on one host that bears on one Question.
type HostBearings struct {
	Host     string    `json:"host"`
	From     time.Time `json:"from"` // capture time of the oldest Item
	To       time.Time `json:"to"`   // and of the newest
	Outcome  Outcome   `json:"outcome"`
	Bearings []Bearing `json:"bearings,omitempty"`
	Shown    []Shown   `json:"shown,omitempty"`
	More     int       `json:"shown_more,omitempty"` // further Settings, counted only
	// Answer is that of this host alone, where people spoke of some hosts only; Attestation is what was said of this one,
	// and Standing whether it counts.
	Answer      AnswerStatus `json:"answer,omitempty"`
	Attestation *Attestation `json:"attestation,omitempty"`
	Standing    Standing     `json:"attestation_standing,omitempty"`
}

// Outcome is what the evidence of one host says to a Question.
type Outcome string

// The Outcomes.
const (
	Supports    Outcome = "supports"
	Contradicts Outcome = "contradicts"
	PartlyHolds Outcome = "holds in part" // only of a Question with Parts
	CannotTell  Outcome = "cannot tell"
	OutOfScope  Outcome = "not applicable"
	NoEvidence  Outcome = "nothing linked" // the Question has no link to evidence, or none but optional ones that decide nothing
)

// Portion is n of m.
type Portion struct {
	N    int    `json:"n"`
	M    int    `json:"m"`
	Unit string `json:"unit"` // servers or points
}

// Discord is where a person's word and the evidence do not agree.
type Discord struct {
	Said string `json:"said"` // who attested what, and when
	Seen string `json:"seen"` // what the evidence shows, and where
	Host string `json:"host,omitempty"`
	// Cites are the places of what was seen; the attestation's own is in the answers file.
	Cites []Citation `json:"citations,omitempty"`
}

// QuestionAnswer is a Question answered.
type QuestionAnswer struct {
	ID       string         `json:"id"`
	Topic    string         `json:"topic"`
	Text     string         `json:"question"`
	Reach    QuestionScope  `json:"scope"`
	Status   AnswerStatus   `json:"status"`
	Portion  *Portion       `json:"portion,omitempty"`
	Basis    AnswerBasis    `json:"basis"`
	Comment  string         `json:"comment"`
	Cut      bool           `json:"comment_shortened,omitempty"`
	Discords []Discord      `json:"contradictions,omitempty"`
	Hosts    []HostBearings `json:"hosts"`
	// Attestation is what a person says to the question itself, and Standing whether it counts.
	Attestation *Attestation `json:"attestation,omitempty"`
	Standing    Standing     `json:"attestation_standing,omitempty"`
	// Unheard are what people said of some hosts where the question is about the company: they answer nothing.
	Unheard []Attestation `json:"attestations_of_hosts_only,omitempty"`
	Person  string        `json:"person_has_to_say,omitempty"`
	Attach  string        `json:"attach,omitempty"`
}

// Attested reports whether a Confirmed rests on a person's word: always where the question is about the company.
func (a QuestionAnswer) Attested() bool {
	return a.Status == Confirmed && (a.Reach == OfCompany || a.Basis == ByAttestation)
}

// AnswerCounts counts answers by status.
type AnswerCounts struct {
	Confirmed      int `json:"confirmed"`
	Partial        int `json:"partial"`
	No             int `json:"no"`
	NotProvable    int `json:"not_provable_here"`
	NotAnswered    int `json:"not_answered"`
	Attested       int `json:"attested"`     // of Confirmed, those that rest on a person's word
	Contradictions int `json:"contradicted"` // answers with a contradiction, whatever their status
}

// Of returns the count of one status.
func (c AnswerCounts) Of(s AnswerStatus) int {
	switch s {
	case Confirmed:
		return c.Confirmed
	case Partial:
		return c.Partial
	case AnswerNo:
		return c.No
	case NotProvable:
		return c.NotProvable
	}
	return c.NotAnswered
}

// Total returns the number of answers.
func (c AnswerCounts) Total() int {
	return c.Confirmed + c.Partial + c.No + c.NotProvable + c.NotAnswered
}

// AnsweredQuestionnaire is a Questionnaire with its answers.
type AnsweredQuestionnaire struct {
	Version string           `json:"version"` // auditpack.questionnaire/1
	ID      string           `json:"id"`
	Title   string           `json:"title"`
	About   string           `json:"about,omitempty"`
	File    string           `json:"file"`
	Digest  Digest           `json:"sha256"` // of the file with the questions
	AsOf    time.Time        `json:"as_of"`
	Client  string           `json:"client,omitempty"`
	Counts  AnswerCounts     `json:"counts"`
	Answers []QuestionAnswer `json:"answers"` // in the order of the questions
}
