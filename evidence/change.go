package evidence

// Level is what kind of difference a Change is.
type Level string

// The Levels.
const (
	RawLevel     Level = "raw"     // Items added, removed, changed
	SettingLevel Level = "setting" // one Address, before and after
	VerdictLevel Level = "verdict" // one Control, before and after
	ReleaseLevel Level = "release" // one rule of a STIG, by the words of the earlier release and of the later one
)

// Movement is the direction of a Change at the verdict level.
type Movement string

// The Movements, in the order in which they are shown.
const (
	Regressed         Movement = "regressed"           // was not failing and decided, now fails
	NewlyNotCollected Movement = "newly not collected" // was decided, now cannot be
	StillFailing      Movement = "still failing"
	Fixed             Movement = "fixed" // failed, now passes
	OtherMovement     Movement = "other"

	// Not the server moved, but the release of the STIG that it is held against.
	AskedAnew   Movement = "asked anew"    // fails by the words of the later release, on the earlier evidence too; by the earlier release it did not
	AskedNoMore Movement = "asked no more" // failed by the words of the earlier release, and does not by those of the later one
)

// Effect is what a Change at the setting level does to the verdicts that look at its Address.
type Effect string

// The Effects. A Change that no Control and no rule looks at has none.
const (
	Helps   Effect = "helps"   // a verdict that it touches was fail and is pass, and none got worse
	Hurts   Effect = "hurts"   // a verdict that it touches is fail and was not, or cannot be decided any more
	Neutral Effect = "neutral" // verdicts look at it and did not move
	Mixed   Effect = "mixed"   // verdicts that it touches moved, but not between pass and fail
)

// Change is one difference between two snapshots.
type Change struct {
	Level       Level      `json:"level"`
	Address     Address    `json:"address,omitempty"` // setting level
	From        Address    `json:"from,omitempty"`    // kind moved: where it was
	Item        string     `json:"item,omitempty"`    // raw level: Item.Path, where the two differ the later one's
	Control     string     `json:"control,omitempty"` // verdict level; release level: none, but Rules
	Movement    Movement   `json:"movement,omitempty"`
	Before      string     `json:"before"` // canonical form, empty: was not there
	After       string     `json:"after"`
	Kind        string     `json:"kind"`               // added, removed, changed, moved; release level: see RuleChangeKind
	Meaning     []string   `json:"meaning,omitempty"`  // for people: what is different, a line each
	Controls    []string   `json:"controls,omitempty"` // Controls that look at the Address
	Rules       []STIGID   `json:"rules,omitempty"`    // rules that do
	Effect      Effect     `json:"effect,omitempty"`
	Aside       string     `json:"set_aside,omitempty"` // the rule by which it is set aside: it happens by itself, or is listed in another form
	Text        *TextDiff  `json:"text,omitempty"`      // raw level: how the texts differ
	BeforeCites []Citation `json:"before_citations,omitempty"`
	AfterCites  []Citation `json:"after_citations,omitempty"`
}
