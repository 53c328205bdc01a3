package evidence

// Level is what kind of difference a Change is.
type Level string

// The Levels.
const (
	RawLevel     Level = "raw"     // Items added, removed, changed
	SettingLevel Level = "setting" // one Address, before and after
	VerdictLevel Level = "verdict" // one Control, before and after
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
)

// Change is one difference between two snapshots.
type Change struct {
	Level       Level      `json:"level"`
	Address     Address    `json:"address,omitempty"` // setting level
	Control     string     `json:"control,omitempty"` // verdict level
	Movement    Movement   `json:"movement,omitempty"`
	Before      string     `json:"before"` // canonical form, empty: was not there
	After       string     `json:"after"`
	Kind        string     `json:"kind"`               // added, removed, changed
	Controls    []string   `json:"controls,omitempty"` // setting level: Controls that look at the Address
	BeforeCites []Citation `json:"before_citations,omitempty"`
	AfterCites  []Citation `json:"after_citations,omitempty"`
}
