package stig

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// Block is one registry value of a check text in the form of labelled lines: Registry Hive, Registry Path, Value Name,
// Type, Value.
type Block struct {
	Hive, Path string // HKEY_LOCAL_MACHINE, SOFTWARE\Policies\…
	Name       string
	Type       string   // REG_DWORD
	Want       []string // as for the kind registry-first, without else
	Part       BlockPart
}

// BlockPart is what a Block is for in its text.
type BlockPart string

// The BlockParts.
const (
	Single   BlockPart = "single" // the only one
	AllOf    BlockPart = "all of" // each must hold
	Policy   BlockPart = "policy" // decides where the value is there
	Fallback BlockPart = "local"  // decides where the policy's value is not there
)

// Address returns the Address of the value.
func (b Block) Address() evidence.Address {
	return evidence.RegistryValue(b.Hive+`\`+b.Path, b.Name)
}

// registryBlocks are texts with labelled lines.
var registryBlocks = pattern{
	name: "registry",
	fits: func(lines []string) bool {
		return slices.ContainsFunc(lines, func(l string) bool { return blockLine.MatchString(l) })
	},
	read: func(d *draft) error {
		blocks, err := readBlocks(d)
		if err != nil {
			return err
		}
		d.checks = blockChecks(blocks)
		if blocks[0].Hive == "HKEY_CURRENT_USER" {
			d.caveats = append(d.caveats, "HKEY_CURRENT_USER is that of the account that captured; other accounts have values of their own.")
		}
		return nil
	},
}

// Blocks returns the registry blocks of a text, those of texts that ask for more than the registry can show included.
// The error says what of the blocks was not understood.
func Blocks(text string) ([]Block, error) {
	d := &draft{lines: splitText(text)}
	r := blockReader{d: d}
	for _, line := range d.lines {
		r.other(line) // of the sentences around only those count here that say what an absent value means
		if err := r.take(line); err != nil {
			return nil, err
		}
	}
	return r.finish()
}

// blockChecks makes a Check of each Block; a policy's Block and its local one make one.
func blockChecks(blocks []Block) []evidence.Check {
	if len(blocks) == 2 && blocks[0].Part == Policy {
		want := append(slices.Clone(blocks[0].Want), "else "+string(blocks[1].Address()))
		return []evidence.Check{{Kind: "registry-first", Address: blocks[0].Address(), Want: want}}
	}
	var checks []evidence.Check
	for _, b := range blocks {
		kind := "registry"
		if slices.ContainsFunc(b.Want, onlyFirst) {
			kind = "registry-first"
		}
		checks = append(checks, evidence.Check{Kind: kind, Address: b.Address(), Want: b.Want})
	}
	return checks
}

// onlyFirst reports whether a line of Want is one that the kind registry does not have.
func onlyFirst(want string) bool {
	return strings.HasPrefix(want, "review ") || strings.HasPrefix(want, "words ") || strings.HasPrefix(want, "list ")
}

var (
	blockLine = regexp.MustCompile(`^(?i:(Registry Hive|Registry Path|Value Name|Value Type|Type|Value):) ?(.*)$`)
	moreValue = regexp.MustCompile(`^0x[0-9a-fA-F]+ \(\d+\)`)
)

// blockReader collects Blocks line by line.
type blockReader struct {
	d          *draft
	blocks     []Block
	hive, path string
	absent     bool     // an absent value is no finding
	must       bool     // an absent value is a finding
	policy     bool     // the sentence before the policy's Block was there
	local      bool     // and that before the local one
	findings   []ruling // sentences about single values
	reads      func(line string) error
}

// ruling is a sentence that says of one number whether it is a finding; it has to agree with the Block.
type ruling struct {
	number  int64
	finding bool
}

// readBlocks understands a whole text.
func readBlocks(d *draft) ([]Block, error) {
	r := blockReader{d: d}
	for _, line := range d.lines {
		if blockLine.MatchString(line) || r.reads != nil || r.continues(line) {
			if err := r.take(line); err != nil {
				return nil, err
			}
			continue
		}
		if !r.other(line) {
			if err := d.understand(line, registrySentences, applicability); err != nil {
				return nil, err
			}
		}
	}
	if !r.must && !r.absent && !r.policy {
		return nil, fmt.Errorf("no sentence says what is a finding")
	}
	return r.finish()
}

// continues reports whether line is a further accepted value of the Block before.
func (r *blockReader) continues(line string) bool {
	return moreValue.MatchString(line) && len(r.blocks) > 0 && len(r.last().Want) > 0
}

func (r *blockReader) last() *Block { return &r.blocks[len(r.blocks)-1] }

// take reads a line of a Block; other lines are left alone.
func (r *blockReader) take(line string) error {
	m := blockLine.FindStringSubmatch(line)
	switch {
	case m == nil && r.reads != nil:
		return r.reads(line)
	case m == nil && r.continues(line):
		return r.value(r.last(), line)
	case m == nil:
		return nil
	}
	r.reads = nil
	label, text := strings.ToLower(m[1]), strings.TrimSpace(m[2])
	switch label {
	case "registry hive":
		r.hive, r.path = text, ""
		if !slices.Contains([]string{"HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER"}, text) {
			return fmt.Errorf("not understood: the registry hive %q", short(text))
		}
		return nil
	case "registry path":
		r.path = registryPath(text)
		return nil
	case "value name":
		if r.hive == "" || r.path == "" || text == "" {
			return fmt.Errorf("a value name without hive, path or text")
		}
		r.blocks = append(r.blocks, Block{Hive: r.hive, Path: r.path, Name: text, Part: r.part()})
		return nil
	}
	if len(r.blocks) == 0 {
		return fmt.Errorf("a %s before any value name", label)
	}
	b := r.last()
	if label == "value" {
		if len(b.Want) > 0 {
			return fmt.Errorf("the value %s has two values", b.Name)
		}
		return r.value(b, text)
	}
	if b.Type != "" {
		return fmt.Errorf("the value %s has two types", b.Name)
	}
	b.Type = text
	return nil
}

func (r *blockReader) part() BlockPart {
	switch {
	case r.local:
		return Fallback
	case r.policy:
		return Policy
	}
	return Single
}

// registryPath drops what surrounds a path and stray blanks inside.
func registryPath(text string) string {
	keys := strings.Split(strings.Trim(text, `\ `), `\`)
	for i, k := range keys {
		keys[i] = strings.TrimSpace(k)
	}
	return strings.Join(keys, `\`)
}

// value reads what a Block's value has to be.
func (r *blockReader) value(b *Block, text string) error {
	var want []string
	var err error
	switch {
	case b.Type == "REG_DWORD":
		want, err = numberWant(text)
	case b.Type == "REG_SZ" && messageBelow.MatchString(text):
		b.Want = []string{"words "}
		r.reads = r.messageLine
		return nil
	case b.Type == "REG_SZ" && titlesBelow.MatchString(text):
		r.reads = r.titleLine
		return nil
	case b.Type == "REG_SZ":
		want, err = textWant(text)
	default:
		err = fmt.Errorf("not understood: the type %q of %s", short(b.Type), b.Name)
	}
	b.Want = append(b.Want, want...)
	return err
}

var (
	messageBelow = regexp.MustCompile(`^(?i:(?:See|Refer to) message text below)\.?$`)
	titlesBelow  = regexp.MustCompile(`^(?i:(?:See|Refer to) message title options below)\.?$`)
	titles       = regexp.MustCompile(`^"([^"]+)", "([^"]+)", or an organization-defined equivalent\.$`)
)

// messageLine adds a line to the message that is the value. White space does not count when it is compared.
func (r *blockReader) messageLine(line string) error {
	if strings.Contains(strings.ToLower(line), "finding") {
		return fmt.Errorf("not understood, after a message text: %s", short(line))
	}
	b := r.last()
	b.Want[0] = strings.TrimSuffix(b.Want[0], " ") + " " + line
	return nil
}

// titleLine reads the titles that may be the value.
func (r *blockReader) titleLine(line string) error {
	m := titles.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("not understood: %s", short(line))
	}
	r.reads = nil
	r.last().Want = []string{"text " + m[1], "text " + m[2], "review any text"}
	return nil
}

// finish completes the Blocks and refuses those that contradict themselves or the sentences around them.
func (r *blockReader) finish() ([]Block, error) {
	if len(r.blocks) == 0 {
		return nil, fmt.Errorf("no value is named")
	}
	for i := range r.blocks {
		b := &r.blocks[i]
		if len(b.Want) == 0 || b.Want[0] == "words " {
			return nil, fmt.Errorf("the value %s has no expected value", b.Name)
		}
		if len(r.blocks) > 1 && b.Part == Single {
			b.Part = AllOf
		}
		suffix := slices.Contains(b.Want, "absent")
		switch {
		case suffix && r.must:
			return nil, fmt.Errorf("the text both allows and forbids that %s is absent", b.Name)
		case r.absent && !suffix:
			b.Want = append(b.Want, "absent")
		}
		for _, f := range r.findings {
			if wants(b.Want, f.number) == f.finding {
				return nil, fmt.Errorf("the text contradicts itself about the value %d of %s", f.number, b.Name)
			}
		}
	}
	return r.blocks, r.pairs()
}

// pairs holds that a policy's Block has a local one that asks for the same, and nothing besides.
func (r *blockReader) pairs() error {
	if !r.policy && !r.local {
		return nil
	}
	if len(r.blocks) != 2 || r.blocks[0].Part != Policy || r.blocks[1].Part != Fallback {
		return fmt.Errorf("not understood: which value the policy's sentence is about")
	}
	if p, l := r.blocks[0], r.blocks[1]; p.Type != l.Type || !slices.Equal(p.Want, l.Want) {
		return fmt.Errorf("the policy's value and the local one differ in what is asked for")
	}
	return nil
}
