package collect

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// Task is one Item that is to be captured: a Source with everything filled in.
type Task struct {
	Collector *Collector
	Source    Source
	Path      string          // of the Item in the snapshot
	Status    evidence.Status // empty: the host is to be asked; else it is known already,
	Note      string          // and why
}

// name returns what the Item is called: the path of a file on the host, else its own name.
func (t Task) name() string {
	if t.Source.File != "" {
		return t.Source.File
	}
	return t.Path[strings.LastIndexByte(t.Path, '/')+1:]
}

// leftOut is the Note of a Task whose Collector the operator did not select.
const leftOut = "left out by the operator"

// LeftOut reports whether the operator did not select the Task's Collector.
func (t Task) LeftOut() bool { return t.Status == evidence.Skipped && t.Note == leftOut }

// planner fills in what depends on the host.
type planner struct {
	host  Host
	about About
	o     Options
	tasks []Task

	product string // ProductType; empty: not known
	taken   map[string]bool
	found   map[Each]finding
}

// finding is what the host has of one kind: values for a placeholder, or why there are none.
type finding struct {
	values []string
	more   string // what there is besides and was not looked at; empty: nothing
	status evidence.Status
	note   string
}

// Plan tells what a capture asks a host for, Item by Item, without running anything. It reads applicationHost.config, three
// places of the registry and the names of folders, to know which files there are.
func Plan(ctx context.Context, h Host, list []*Collector, o Options) ([]Task, error) {
	if err := errors.Join(Validate(list), o.Selection.Check(list)); err != nil {
		return nil, err
	}
	about, err := h.About(ctx)
	if err != nil {
		return nil, err
	}
	p := &planner{host: h, about: about, o: o, taken: map[string]bool{}, found: map[Each]finding{}}
	p.product, _ = h.Value(productOptions, productType) // where it may not be read everything is asked
	for _, c := range list {
		for _, s := range c.Sources {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			p.source(c, s)
		}
	}
	return p.tasks, nil
}

func (p *planner) source(c *Collector, s Source) {
	if s.Instead && p.about.Elevated {
		return
	}
	notHere, why := s.Role.refuses(p.product)
	switch {
	case !p.o.Selection.Takes(c.Name):
		p.known(c, s, evidence.Skipped, leftOut)
		return
	case notHere != "":
		p.known(c, s, notHere, why)
		return
	case s.Needs == NeedMySQLLogin && p.o.MySQLLogin == "":
		p.known(c, s, evidence.Skipped, "needs a login for the database (--mysql-user or --mysql-login)")
		return
	case s.Each == Once:
		p.files(c, p.fill(s, "", ""), "")
		return
	}
	f := p.find(s.Each)
	if len(f.values) == 0 {
		p.known(c, s, f.status, f.note)
		return
	}
	for _, v := range f.values {
		if why := whyUnread(v); s.Each == PerSite && why != "" {
			p.add(Task{Collector: c, Source: p.fill(s, string(s.Each), v), Status: evidence.Skipped, Note: why}, v)
			continue
		}
		mark := v
		if s.Each == LTShare || s.Each == MySQLBin || s.Each == Shared {
			mark = ""
		}
		p.files(c, p.fill(s, string(s.Each), v), mark)
	}
	if f.more != "" {
		p.known(c, s, evidence.Skipped, f.more)
	}
}

// known adds a Task whose Status needs no asking.
func (p *planner) known(c *Collector, s Source, status evidence.Status, note string) {
	p.add(Task{Collector: c, Source: p.fill(s, "", ""), Status: status, Note: note}, "")
}

// fill puts a value in the place of a placeholder, the login, and the folders of the host.
func (p *planner) fill(s Source, placeholder, value string) Source {
	text := func(t string) string {
		if placeholder != "" {
			t = strings.ReplaceAll(t, placeholder, value)
		}
		return t
	}
	s.Program, s.File, s.Subject = p.folder(text(s.Program)), p.folder(text(s.File)), p.folder(text(s.Subject))
	args := slices.Clone(s.Args)
	for i := range args {
		quoted := value
		if strings.Contains(args[i], "'"+placeholder+"'") { // inside of a line of PowerShell
			quoted = strings.ReplaceAll(value, "'", "''")
		}
		if placeholder != "" {
			args[i] = strings.ReplaceAll(args[i], placeholder, quoted)
		}
		if p.o.MySQLLogin != "" {
			args[i] = strings.ReplaceAll(args[i], string(NeedMySQLLogin), p.o.MySQLLogin)
		}
	}
	s.Args = args
	return s
}

// folder puts the path of a folder in the place of its name.
func (p *planner) folder(path string) string {
	for _, name := range Folders {
		if rest, ok := strings.CutPrefix(path, name); ok {
			if folder := p.host.Folder(name); folder != "" {
				return folder + rest
			}
		}
	}
	return path
}

// files adds a Task for a command or a file, or one for each file that fits a pattern.
func (p *planner) files(c *Collector, s Source, mark string) {
	if !strings.Contains(s.File, "*") {
		p.add(Task{Collector: c, Source: s}, mark)
		return
	}
	paths, err := p.glob(s.File)
	for _, path := range paths {
		one := s
		one.File = path
		p.add(Task{Collector: c, Source: one}, path)
	}
	if len(paths) == 0 {
		status, note := fileStatus(err)
		p.add(Task{Collector: c, Source: s, Status: status, Note: note}, "")
	}
}

// glob returns the files that fit a pattern with * in the names of folders or of the file.
func (p *planner) glob(pattern string) ([]string, error) {
	parts := strings.Split(pattern, `\`)
	paths := []string{parts[0]}
	for i, part := range parts[1:] {
		if !strings.Contains(part, "*") {
			for j := range paths {
				paths[j] += `\` + part
			}
			continue
		}
		var next []string
		for _, path := range paths {
			names, err := p.host.Names(path)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
			for _, name := range names {
				folder := strings.HasSuffix(name, `\`)
				if folder == (i < len(parts)-2) && fits(part, strings.TrimSuffix(name, `\`)) {
					next = append(next, path+`\`+strings.TrimSuffix(name, `\`))
				}
			}
		}
		paths = next
	}
	return slices.DeleteFunc(paths, func(path string) bool {
		f, err := p.host.Open(path)
		if err == nil {
			f.Close()
		}
		return errors.Is(err, fs.ErrNotExist)
	}), fs.ErrNotExist
}

// fits reports whether a name fits a pattern with one *, without regard to case.
func fits(pattern, name string) bool {
	before, after, _ := strings.Cut(strings.ToLower(pattern), "*")
	name = strings.ToLower(name)
	return len(name) >= len(before)+len(after) && strings.HasPrefix(name, before) && strings.HasSuffix(name, after)
}

// add gives a Task its path. mark tells it from others of the same Source.
func (p *planner) add(t Task, mark string) {
	t.Path = itemPath(t.Collector.Name, t.Source.Item, mark)
	for n := 2; p.taken[t.Path]; n++ { // two marks that look alike and have the same digest: not in this universe
		t.Path = itemPath(t.Collector.Name, t.Source.Item, fmt.Sprintf("%s %d", mark, n))
	}
	p.taken[t.Path] = true
	p.tasks = append(p.tasks, t)
}

// maxPath is how long the path of an Item may be.
const maxPath = 60

var (
	foldable = regexp.MustCompile(`[^a-z0-9]+`)
	readable = regexp.MustCompile(`^[A-Za-z0-9\\:]+$`)
)

// itemPath returns data/items/iis/web-c-inetpub-wwwroot.config: the mark stands before the ending. Where it had to be
// cut, or would look like another one, eight digits of its SHA-256 follow.
func itemPath(collector, item, mark string) string {
	folder := "data/items/" + collector + "/"
	if mark == "" {
		return folder + item
	}
	dot := strings.LastIndexByte(item, '.')
	stem, ending := item[:dot]+"-", item[dot:]
	tag := strings.Trim(foldable.ReplaceAllString(strings.ToLower(mark), "-"), "-")
	room := maxPath - len(folder) - len(stem) - len(ending)
	if len(tag) > room || !readable.MatchString(mark) {
		digest := evidence.DigestOf([]byte(strings.ToLower(mark))).String()[:8]
		if keep := room - len(digest) - 1; len(tag) > keep {
			tag = strings.Trim(tag[len(tag)-keep:], "-")
		}
		tag += "-" + digest
	}
	return folder + stem + tag + ending
}
