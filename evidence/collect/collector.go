package collect

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
)

// Collector is a group of sources that show one subject.
type Collector struct {
	// Name is the folder in the snapshot, data/items/<name>, and what --only and --skip take.
	Name string
	// Shows says for a person what it shows.
	Shows string
	// Serves are the beginnings of the Addresses that its Items can show; by them the guide's Controls are found that it
	// is for.
	Serves []string
	// Timeout bounds each of its commands.
	Timeout time.Duration
	Sources []Source
}

// Source is one thing to ask a host: a command or a file. Nothing else is ever asked.
type Source struct {
	// Item is the name of the file in the snapshot. Of a Source that expands to several Items, it stands before the
	// part that tells them apart.
	Item string
	// Format is the name of the format that package parse reads it as; empty: a copy for people, or for later.
	Format string

	// Program is the full path of a program of the system, with a folder of the host in front: %System32%\reg.exe.
	Program string
	// Args are its arguments, one each; no shell reads them. OutFile stands for a file that the program writes and whose
	// bytes are kept in place of what it prints.
	Args []string

	// File is a file of the host instead of a command. A * stands for any characters of one folder's or file's name.
	File string

	// Subject is what the command is about, where that need not be there: a file or folder of the host, or a value of the
	// registry as key!name. Where the command fails it is looked for, and what is not there is absent.
	Subject string

	// Each repeats the Source for everything of one kind that the host has, see the constants.
	Each Each

	// Elevated says what is missing without administrator's rights; empty: none are needed.
	Elevated string
	// Instead marks what is asked only without administrator's rights, in place of a Source that needs them.
	Instead bool
	// Needs is what the operator has to give before the Source can be asked; empty: nothing.
	Needs Need
	// Role is the kind of Windows that can be asked; empty: every one.
	Role Role
	// Console marks a command that writes text in the console's code page, where it is not Unicode.
	Console bool
	// ANSI marks one that writes in the code page of the system, as appcmd does where nobody reads from a console.
	ANSI bool
	// Hide are the rules by which secrets are cut before anything is hashed.
	Hide []*Rule
}

// What stands in Args for a file that a program writes: one whose bytes are kept, and one that is removed, which it would write
// elsewhere if it were not told where.
const (
	OutFile = "{out}"
	LogFile = "{log}"
)

// Each is what a Source is repeated for. Its place in Args or File is the word in braces.
type Each string

// The kinds of repetition.
const (
	Once     Each = ""
	PerUser  Each = "{sid}"     // each user hive that is loaded, by SID
	PerSite  Each = "{site}"    // each folder that IIS serves from, and each folder directly in one
	Shared   Each = "{shared}"  // the folder on this host that IIS takes its configuration from in place of its own
	LTShare  Each = "{ltshare}" // the folder of the Automate share, once
	MySQLBin Each = "{mysql}"   // the MySQL client program, once
)

// Need is what an operator gives for a Source.
type Need string

// The Needs. A Source whose Need is not given is an Item with Status skipped.
const (
	NeedNothing    Need = ""
	NeedMySQLLogin Need = "{login}" // an option file of the MySQL client with user and password
)

// Role is a kind of Windows, as the value ProductType of the registry tells it.
type Role string

// The Roles. On a host of another one the Source is an Item that says so; where the kind is not known it is asked.
const (
	AnyWindows Role = ""
	OwnUsers   Role = "own users" // no domain controller: it has no users of its own, and would list those of the domain
	Server     Role = "server"    // no client, which lacks the program or cmdlet
)

// Where Windows says what kind it is.
const (
	productOptions   = `HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions`
	productType      = "ProductType"
	domainController = "LanmanNT"
	client           = "WinNT"
)

// refuses tells why a host with this ProductType is not asked; an empty Status means that it is. The script form says the same.
func (r Role) refuses(product string) (evidence.Status, string) {
	switch {
	case r == OwnUsers && strings.EqualFold(product, domainController):
		return evidence.Skipped, "this is a domain controller, which has no local users and groups: it would list those of the domain"
	case r == Server && strings.EqualFold(product, client):
		return evidence.Absent, "is a part of Windows Server, and this is a client"
	}
	return "", ""
}

// The folders of a host that stand in front of a program or file.
const (
	System32     = "%System32%"
	SystemRoot   = "%SystemRoot%"
	SystemDrive  = "%SystemDrive%"
	ProgramFiles = "%ProgramFiles%"
	ProgramX86   = "%ProgramFiles(x86)%"
	ProgramData  = "%ProgramData%"
)

// Folders lists them. A host knows the path of each.
var Folders = []string{System32, SystemRoot, SystemDrive, ProgramFiles, ProgramX86, ProgramData}

// Line returns the command as one line for people, with placeholders as they are, or the file.
func (s Source) Line() string {
	if s.Program == "" {
		return s.File
	}
	words := []string{quoteArg(s.Program)}
	for _, a := range s.Args {
		words = append(words, quoteArg(a))
	}
	return strings.Join(words, " ")
}

// quoteArg writes an argument as the programs of Windows read it from their command line: in double quotes if it has
// blanks or is empty, a quote inside with a backslash before it, and the backslashes before a quote doubled.
func quoteArg(a string) string {
	if a != "" && !strings.ContainsAny(a, " \t\"") {
		return a
	}
	var b strings.Builder
	b.WriteByte('"')
	slashes := 0
	for i := range len(a) {
		switch a[i] {
		case '\\':
			slashes++
		case '"':
			b.WriteString(strings.Repeat(`\`, slashes+1))
			slashes = 0
		default:
			slashes = 0
		}
		b.WriteByte(a[i])
	}
	b.WriteString(strings.Repeat(`\`, slashes))
	b.WriteByte('"')
	return b.String()
}

// Controls returns the ids of the guide's Controls that the Collector's Items are looked at for, in the guide's order.
func (c *Collector) Controls(g evidence.Guide) []string {
	var ids []string
	for _, s := range g.Sections {
		for _, control := range s.Controls {
			if slices.ContainsFunc(control.Checks, c.serves) {
				ids = append(ids, control.ID)
			}
		}
	}
	return ids
}

func (c *Collector) serves(check evidence.Check) bool {
	return slices.ContainsFunc(check.Addresses(), func(a evidence.Address) bool {
		return slices.ContainsFunc(c.Serves, func(begin string) bool {
			return strings.HasPrefix(string(a.Fold()), string(evidence.Address(begin).Fold()))
		})
	})
}

var (
	collectorName = regexp.MustCompile(`^[a-z][a-z0-9]{1,15}$`)
	itemName      = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,39}$`)
)

// Validate tells what is wrong with a list of Collectors: one without a name, undocumented, listed twice, or a Source that
// no host could be asked.
func Validate(list []*Collector) error {
	names, items := map[string]bool{}, map[string]bool{}
	for _, c := range list {
		switch {
		case !collectorName.MatchString(c.Name):
			return fmt.Errorf("collector %q: the name is not lower-case letters and digits, at most 16", c.Name)
		case names[c.Name]:
			return fmt.Errorf("collector %s: listed twice", c.Name)
		case c.Shows == "":
			return fmt.Errorf("collector %s: does not say what it shows", c.Name)
		case c.Timeout <= 0:
			return fmt.Errorf("collector %s: no time limit", c.Name)
		case len(c.Sources) == 0:
			return fmt.Errorf("collector %s: no sources", c.Name)
		}
		names[c.Name] = true
		for _, s := range c.Sources {
			path := c.Name + "/" + s.Item
			if items[path] {
				return fmt.Errorf("%s: two sources have this name", path)
			}
			items[path] = true
			if err := s.check(); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return nil
}

func (s Source) check() error {
	at := s.Program + s.File
	queried, queries := s.queried()
	switch {
	case !itemName.MatchString(s.Item):
		return fmt.Errorf("%q cannot be the name of a file in a snapshot", s.Item)
	case (s.Program == "") == (s.File == ""):
		return fmt.Errorf("want either a program or a file")
	case s.File != "" && len(s.Args) > 0:
		return fmt.Errorf("a file takes no arguments")
	case !slices.ContainsFunc(Folders, func(f string) bool { return strings.HasPrefix(at, f+`\`) }) && !strings.HasPrefix(at, string(PerSite)) && !strings.HasPrefix(at, string(Shared)) && !strings.HasPrefix(at, string(MySQLBin)):
		return fmt.Errorf("%s: not below a folder of the system", at)
	case queries && s.Subject != queried:
		return fmt.Errorf("asks for %s of the registry, and is said to be about %q", queried, s.Subject)
	case s.Each != Once && !strings.Contains(s.Line(), string(s.Each)):
		return fmt.Errorf("repeated for %s, which stands nowhere in it", s.Each)
	}
	return nil
}
