package oscal

// oscalVersion is the version of OSCAL whose JSON schema these types follow. They hold what is written, not all that
// OSCAL allows. No list may be empty, so every one is left out then.
const oscalVersion = "1.1.3"

type assessmentResults struct {
	UUID       uuid       `json:"uuid"`
	Metadata   metadata   `json:"metadata"`
	ImportAP   reference  `json:"import-ap"`
	Results    []result   `json:"results"`
	BackMatter backMatter `json:"back-matter"`
}

type plan struct {
	UUID             uuid             `json:"uuid"`
	Metadata         metadata         `json:"metadata"`
	SystemID         systemID         `json:"system-id"`
	LocalDefinitions localDefinitions `json:"local-definitions"`
	Observations     *stream          `json:"observations,omitempty"`
	Risks            *stream          `json:"risks,omitempty"`
	Findings         *stream          `json:"findings,omitempty"`
	Items            *stream          `json:"poam-items"`
	BackMatter       backMatter       `json:"back-matter"`
}

type metadata struct {
	Title        string     `json:"title"`
	LastModified string     `json:"last-modified"`
	Version      string     `json:"version"`
	OSCALVersion string     `json:"oscal-version"`
	Props        []property `json:"props,omitempty"`
	Remarks      string     `json:"remarks,omitempty"`
}

type reference struct {
	Href    string `json:"href"`
	Remarks string `json:"remarks,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	NS    string `json:"ns"`
	Value string `json:"value"`
}

type link struct {
	Href string `json:"href"`
	Rel  string `json:"rel"`
}

type systemID struct {
	Type string `json:"identifier-type"`
	ID   string `json:"id"`
}

// result is one whole audit; what belongs to one of several hosts names it.
type result struct {
	UUID             uuid             `json:"uuid"`
	Title            string           `json:"title"`
	Description      string           `json:"description"`
	Start            string           `json:"start"`
	End              string           `json:"end,omitempty"`
	Props            []property       `json:"props,omitempty"`
	LocalDefinitions localDefinitions `json:"local-definitions"`
	ReviewedControls reviewedControls `json:"reviewed-controls"`
	Observations     *stream          `json:"observations,omitempty"`
	Risks            *stream          `json:"risks,omitempty"`
	Findings         *stream          `json:"findings,omitempty"`
}

type localDefinitions struct {
	InventoryItems   []inventoryItem  `json:"inventory-items,omitempty"`
	AssessmentAssets assessmentAssets `json:"assessment-assets"`
}

type inventoryItem struct {
	UUID        uuid       `json:"uuid"`
	Description string     `json:"description"`
	Props       []property `json:"props,omitempty"`
}

type assessmentAssets struct {
	Components []component `json:"components"`
	Platforms  []platform  `json:"assessment-platforms"`
}

type component struct {
	UUID        uuid   `json:"uuid"`
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Status      state  `json:"status"`
}

type state struct {
	State string `json:"state"`
}

type platform struct {
	UUID  uuid           `json:"uuid"`
	Title string         `json:"title"`
	Uses  []componentRef `json:"uses-components"`
}

type componentRef struct {
	UUID uuid `json:"component-uuid"`
}

type reviewedControls struct {
	Description string               `json:"description"`
	Controls    []controlSelection   `json:"control-selections"`
	Objectives  []objectiveSelection `json:"control-objective-selections,omitempty"`
}

type controlSelection struct {
	Description string       `json:"description"`
	All         *struct{}    `json:"include-all,omitempty"`
	Include     []controlRef `json:"include-controls,omitempty"`
}

type controlRef struct {
	ID string `json:"control-id"`
}

type objectiveSelection struct {
	Description string         `json:"description"`
	Include     []objectiveRef `json:"include-objectives"`
}

type objectiveRef struct {
	ID string `json:"objective-id"`
}

type observation struct {
	UUID        uuid       `json:"uuid"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Props       []property `json:"props,omitempty"`
	Methods     []string   `json:"methods"`
	Types       []string   `json:"types"`
	Origins     []origin   `json:"origins,omitempty"`
	Subjects    []subject  `json:"subjects"`
	Evidence    []relevant `json:"relevant-evidence,omitempty"`
	Collected   string     `json:"collected"`
	Expires     string     `json:"expires,omitempty"`
	Remarks     string     `json:"remarks,omitempty"`
}

type origin struct {
	Actors []actor `json:"actors"`
}

type actor struct {
	Type string `json:"type"`
	UUID uuid   `json:"actor-uuid"`
}

type subject struct {
	UUID  uuid   `json:"subject-uuid"`
	Type  string `json:"type"`
	Title string `json:"title"`
}

type relevant struct {
	Href        string     `json:"href,omitempty"`
	Description string     `json:"description"`
	Props       []property `json:"props,omitempty"`
	Links       []link     `json:"links,omitempty"`
}

type observationRef struct {
	UUID uuid `json:"observation-uuid"`
}

type riskRef struct {
	UUID uuid `json:"risk-uuid"`
}

type findingRef struct {
	UUID uuid `json:"finding-uuid"`
}

type finding struct {
	UUID         uuid             `json:"uuid"`
	Title        string           `json:"title"`
	Description  string           `json:"description"`
	Props        []property       `json:"props,omitempty"`
	Origins      []origin         `json:"origins,omitempty"`
	Target       target           `json:"target"`
	Observations []observationRef `json:"related-observations,omitempty"`
	Risks        []riskRef        `json:"related-risks,omitempty"`
	Remarks      string           `json:"remarks,omitempty"`
}

type target struct {
	Type   string          `json:"type"`
	ID     string          `json:"target-id"`
	Title  string          `json:"title"`
	Status objectiveStatus `json:"status"`
}

type objectiveStatus struct {
	State   string `json:"state"`
	Reason  string `json:"reason"`
	Remarks string `json:"remarks,omitempty"`
}

type risk struct {
	UUID             uuid               `json:"uuid"`
	Title            string             `json:"title"`
	Description      string             `json:"description"`
	Statement        string             `json:"statement"`
	Props            []property         `json:"props,omitempty"`
	Status           string             `json:"status"`
	Origins          []origin           `json:"origins,omitempty"`
	Characterization []characterization `json:"characterizations,omitempty"`
	Deadline         string             `json:"deadline,omitempty"`
	Remediations     []response         `json:"remediations,omitempty"`
	Log              *riskLog           `json:"risk-log,omitempty"`
	Observations     []observationRef   `json:"related-observations,omitempty"`
}

type characterization struct {
	Origin origin  `json:"origin"`
	Facets []facet `json:"facets"`
}

type facet struct {
	Name   string `json:"name"`
	System string `json:"system"`
	Value  string `json:"value"`
}

type response struct {
	UUID        uuid       `json:"uuid"`
	Lifecycle   string     `json:"lifecycle"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Props       []property `json:"props,omitempty"`
	Tasks       []task     `json:"tasks,omitempty"`
	Remarks     string     `json:"remarks,omitempty"`
}

type task struct {
	UUID   uuid    `json:"uuid"`
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Timing *timing `json:"timing,omitempty"`
}

type timing struct {
	OnDate onDate `json:"on-date"`
}

type onDate struct {
	Date string `json:"date"`
}

type riskLog struct {
	Entries []logEntry `json:"entries"`
}

type logEntry struct {
	UUID         uuid   `json:"uuid"`
	Title        string `json:"title"`
	Description  string `json:"description"`
	Start        string `json:"start"`
	StatusChange string `json:"status-change,omitempty"`
}

type planItem struct {
	UUID         uuid             `json:"uuid"`
	Title        string           `json:"title"`
	Description  string           `json:"description"`
	Props        []property       `json:"props,omitempty"`
	Origins      []origin         `json:"origins,omitempty"`
	Findings     []findingRef     `json:"related-findings,omitempty"`
	Observations []observationRef `json:"related-observations,omitempty"`
	Risks        []riskRef        `json:"related-risks,omitempty"`
	Remarks      string           `json:"remarks,omitempty"`
}

type backMatter struct {
	Resources *stream `json:"resources"`
}

type resource struct {
	UUID        uuid       `json:"uuid"`
	Title       string     `json:"title"`
	Description string     `json:"description,omitempty"`
	Props       []property `json:"props,omitempty"`
	RLinks      []rlink    `json:"rlinks,omitempty"`
}

type rlink struct {
	Href      string `json:"href"`
	MediaType string `json:"media-type,omitempty"`
	Hashes    []hash `json:"hashes,omitempty"`
}

type hash struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"value"`
}
